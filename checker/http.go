package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"sitrep/safe"
)

// Limits of an answer by HTTP.
const (
	maxHeader      = 256 << 10 // bytes of status line and header, those of 1xx answers included
	defaultMaxBody = 1 << 20
	maxRedirects   = 20
)

// httpProbe asks for a URL and follows where it leads.
type httpProbe struct {
	route  *route
	policy *tlsPolicy
	first  *httpRequest

	redirects int
	version   string // "any", "1.1" or "2"
	keepAlive bool
	maxBody   int64
	expect    *httpExpect

	mu   sync.Mutex
	idle []*httpConn // guarded by mu: kept for the next run, one an address
}

// NewHTTP returns a probe by HTTP/1.1 or HTTP/2. The error says which option is
// invalid.
func NewHTTP(d *Dialer, o HTTPOptions) (Probe, error) {
	first, err := newHTTPRequest(o)
	if err != nil {
		return nil, err
	}
	p := &httpProbe{
		first: first, redirects: o.Redirects,
		version: cmp.Or(o.Version, "any"), maxBody: cmp.Or(o.MaxBody, defaultMaxBody),
		// A connection that went stale cannot be told from a server that took the
		// request and died; so what must not arrive twice goes over a new one.
		keepAlive: o.KeepAlive && repeatable(first.method),
	}
	switch {
	case !slices.Contains([]string{"any", "1.1", "2"}, p.version):
		return nil, fmt.Errorf("http_version %q is none of any, 1.1, 2", o.Version)
	case o.Redirects < 0 || o.Redirects > maxRedirects:
		return nil, fmt.Errorf("redirects is %d, not 0 to %d", o.Redirects, maxRedirects)
	case o.MaxBody < 0:
		return nil, errors.New("max_body is negative")
	}
	if p.route, err = newRoute(d, o.Dial, first.url.Hostname()); err != nil {
		return nil, err
	}
	protocols := []string{"h2", "http/1.1"}
	if p.version == "1.1" {
		protocols = protocols[1:]
	}
	options := o.TLS
	if name, _ := splitHost(first.host); isAddr(first.url.Hostname()) && !isAddr(name) {
		options.ServerName = cmp.Or(options.ServerName, name) // the address says where, Host says who
	}
	if p.policy, err = newTLSPolicy(options, protocols); err != nil {
		return nil, err
	}
	if p.expect, err = newHTTPExpect(o, first.method); err != nil {
		return nil, err
	}
	if err := p.first.render(p.keepAlive); err != nil {
		return nil, err
	}
	return p, nil
}

// repeatable tells whether a request may safely be sent twice.
func repeatable(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// trip is one attempt: what happened from the first request to the answer.
type trip struct {
	watch  stopwatch
	detail Detail
	public bool       // the last connection went to the public network
	ends   *certChain // the certificates that end first, of those seen
	body   *body
}

// Probe asks once, redirects included.
func (p *httpProbe) Probe(ctx context.Context) (Detail, error) {
	t := &trip{body: newBody()}
	defer t.body.release()
	err := p.follow(ctx, t)
	t.detail.Phases = t.watch.phases()
	if t.ends != nil {
		t.detail.NotAfter = t.ends.notAfter
		if err == nil || len(t.detail.Findings) > 0 { // findings beside an error would hide it
			t.detail.Findings = append(t.detail.Findings, judgeExpiry(t.ends.chain, p.policy.within, time.Now())...)
		}
	}
	return t.detail, err
}

// follow asks until there is an answer that leads nowhere else, and judges that.
func (p *httpProbe) follow(ctx context.Context, t *trip) error {
	for req, hop := p.first, 0; ; hop++ {
		a, err := p.ask(ctx, req, t)
		if err != nil {
			return err
		}
		if p.redirects == 0 || !a.redirects() {
			return p.judge(req, a, hop, t)
		}
		next, err := req.redirected(a)
		switch {
		case err != nil:
			t.find("status", fmt.Sprintf("%d %v", a.code, err))
			return nil
		case hop == p.redirects:
			t.find("status", "too many redirects, last to "+safe.URL(next.url.String()))
			return nil
		}
		if err := next.render(p.keepAlive); err != nil {
			return err
		}
		req = next
	}
}

// find adds a finding that is down.
func (t *trip) find(what, text string) {
	t.detail.Findings = append(t.detail.Findings, Finding{What: what, Status: Down, Text: text})
}

// judge compares the answer with what is expected of it.
func (p *httpProbe) judge(req *httpRequest, a *answer, hop int, t *trip) error {
	if p.version == "2" && a.version != "HTTP/2" {
		t.find("tls", a.version+", want HTTP/2")
	}
	p.expect.judge(req.method, a, t)
	if hop > 0 {
		t.fact("location", safe.URL(req.url.String()))
	}
	if within(p.expect.retry, a.code) && !within(p.expect.status, a.code) {
		return transient("%d", a.code)
	}
	return nil
}

// fact adds a fact. Those of a connection are shared between results: they are
// copied before the first one is added.
func (t *trip) fact(name, text string) {
	if text != "" {
		t.detail.Facts = append(slices.Clip(t.detail.Facts), Fact{Name: name, Text: text})
	}
}

// ask sends req and takes the answer, over a kept connection if there is one.
func (p *httpProbe) ask(ctx context.Context, req *httpRequest, t *trip) (*answer, error) {
	t.body.reset()
	if c := p.take(req, t.public); c != nil {
		before := t.watch
		a, err := c.exchange(ctx, req, t, p.maxBody)
		// The server may have closed it while it was idle, which shows only now, as
		// may a word of farewell (408). That is not what was to be measured.
		stale := err != nil && ctx.Err() == nil && !c.answered || err == nil && a.code == http.StatusRequestTimeout
		if !stale {
			return a, p.finish(c, a, err, t)
		}
		c.close()
		t.watch = before
		t.body.reset()
	}
	c, err := p.dial(ctx, req, t)
	if err != nil {
		return nil, err
	}
	a, err := c.exchange(ctx, req, t, p.maxBody)
	return a, p.finish(c, a, err, t)
}

// dial opens a connection for req.
func (p *httpProbe) dial(ctx context.Context, req *httpRequest, t *trip) (*httpConn, error) {
	to := destination{network: "tcp", host: req.url.Hostname(), port: req.port(), public: t.public}
	c := &httpConn{probe: p, key: req.key()}
	var secure func(context.Context, net.Conn) (net.Conn, error)
	if req.url.Scheme == "https" {
		secure = func(ctx context.Context, conn net.Conn) (net.Conn, error) {
			s, err := p.policyFor(to.host).handshake(ctx, conn, to.host)
			if err != nil {
				return nil, err
			}
			c.secured = s
			return s, nil
		}
	}
	conn, findings, err := p.route.open(ctx, to, &t.watch, secure)
	if err != nil {
		return nil, err
	}
	c.findings = findings
	return c, c.attach(conn, p.version == "2")
}

// policyFor returns what the certificate of host must be like. A name or a
// fingerprint that was given is about the target's own, and our certificate is
// for it alone.
func (p *httpProbe) policyFor(host string) *tlsPolicy {
	if host == p.route.host {
		return p.policy
	}
	other := *p.policy
	other.name, other.fingerprint = "", nil
	other.config = p.policy.config.Clone()
	other.config.Certificates, other.clientNotAfter = nil, time.Time{}
	return &other
}

// finish notes what an exchange over c showed, and keeps or closes c. It
// returns err, made clearer.
func (p *httpProbe) finish(c *httpConn, a *answer, err error, t *trip) error {
	if a != nil { // the code is kept even if the body is not to be had
		t.detail.Code = a.code
	}
	t.detail.Peer = c.peer
	t.detail.Facts = c.facts
	t.public = !c.private
	if c.secured != nil && (t.ends == nil || c.certs.notAfter.Before(t.ends.notAfter)) {
		t.ends = &c.certs
	}
	if err != nil {
		c.close()
		return p.policy.named(err)
	}
	t.detail.Findings = append(t.detail.Findings, c.findings...)
	if p.keepAlive && a.complete {
		p.put(c)
	} else {
		c.close()
	}
	return nil
}

// take returns a kept connection that req can go over, nil if there is none.
func (p *httpProbe) take(req *httpRequest, public bool) *httpConn {
	if !p.keepAlive {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range p.idle {
		if c.key == req.key() && !(public && c.private) {
			p.idle = slices.Delete(p.idle, i, i+1)
			c.idleTimer.Stop()
			return c
		}
	}
	return nil
}

// put keeps c for the next run.
func (p *httpProbe) put(c *httpConn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	c.startIdle()
	var oldest *httpConn
	if len(p.idle) > 1+p.redirects {
		oldest, p.idle = p.idle[0], slices.Delete(p.idle, 0, 1)
	}
	p.mu.Unlock()
	if oldest != nil {
		oldest.close()
	}
	if !p.route.dialer.keep(c) {
		p.drop(c)
	}
}

// drop closes c if it is idle.
func (p *httpProbe) drop(c *httpConn) {
	p.mu.Lock()
	i := slices.Index(p.idle, c)
	if i >= 0 {
		p.idle = slices.Delete(p.idle, i, i+1)
	}
	p.mu.Unlock()
	if i >= 0 {
		c.close()
	}
}

// splitHost splits a Host header into name and port, "" if it has none.
func splitHost(host string) (name, port string) {
	u := url.URL{Host: host}
	return strings.TrimSuffix(u.Hostname(), "."), u.Port()
}
