package checker

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"sitrep/safe"
)

// keepIdle is how long a connection is kept without being used: longer than
// most servers do, and short enough that targets which are gone leave nothing behind.
const keepIdle = 10 * time.Minute

// connBuffer is the size of a connection's read buffer. Answers to probes are
// small, and there is a connection for each target that keeps one.
const connBuffer = 1 << 10

// httpConn is one connection to an HTTP server. It belongs to one attempt at a
// time, so that it needs neither goroutines nor a lock: what an attempt
// measures is its own, and a connection that failed once is not used again.
type httpConn struct {
	probe *httpProbe
	key   string // of the requests that can go over it

	conn     net.Conn
	in       *limitedReader // HTTP/1.1
	buffered *bufio.Reader  // HTTP/1.1
	h2       *http.ClientConn

	peer     string
	private  bool      // not on the public network
	findings []Finding // about the addresses of the name
	secured  *tlsConn  // nil without TLS
	certs    certChain
	facts    []Fact // shared by results: never changed, only replaced

	answered  bool        // the last request got at least a byte
	idleTimer *time.Timer // closes it when it has been idle for too long; nil until it is kept
}

// certChain is what a server showed of its certificates.
type certChain struct {
	chain    []*x509.Certificate
	notAfter time.Time
}

// attach makes c speak HTTP over conn. prior is HTTP/2 without asking, if there is no TLS.
func (c *httpConn) attach(conn net.Conn, prior bool) error {
	c.conn = conn
	c.peer = conn.RemoteAddr().String()
	if addr, err := netip.ParseAddrPort(c.peer); err == nil {
		c.private = safe.Private(addr.Addr())
	}
	two, scheme := prior, "http"
	if s := c.secured; s != nil {
		scheme = "https"
		two = s.ConnectionState().NegotiatedProtocol == "h2"
		c.certs = certChain{chain: s.chain, notAfter: earliest(s.chain).NotAfter}
		c.facts = s.facts
		conn = s.Conn // package net/http looks for this type
	}
	if two {
		var err error
		if c.h2, err = newH2(conn, scheme); err != nil {
			c.conn.Close()
			return &fault{text: "HTTP/2: " + err.Error(), cause: err}
		}
		return nil
	}
	c.in = &limitedReader{conn: conn}
	c.buffered = bufio.NewReaderSize(c.in, connBuffer)
	return nil
}

// newH2 makes a client of HTTP/2 of conn, which has done its handshake if it
// is to have one.
func newH2(conn net.Conn, scheme string) (*http.ClientConn, error) {
	dial := func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	t := &http.Transport{
		DialContext: dial, DialTLSContext: dial,
		Protocols:              new(http.Protocols),
		DisableCompression:     true, // body unpacks, and bounds it
		MaxResponseHeaderBytes: maxHeader,
		HTTP2:                  &http.HTTP2Config{MaxReceiveBufferPerStream: 256 << 10, MaxReceiveBufferPerConnection: 1 << 20},
	}
	t.Protocols.SetHTTP2(scheme == "https")
	t.Protocols.SetUnencryptedHTTP2(scheme == "http")
	return t.NewClientConn(context.Background(), scheme, conn.RemoteAddr().String())
}

// answer is what a server said, but for its body.
type answer struct {
	code     int
	version  string // "HTTP/1.1", "HTTP/2"
	header   http.Header
	length   int64 // announced, of the body as it was sent; -1 if not
	complete bool  // the connection can be used again
}

// redirects tells whether the answer leads elsewhere.
func (a *answer) redirects() bool {
	switch a.code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return a.header.Get("Location") != ""
	}
	return false
}

// exchange sends r and reads the answer, the body into t.body. An answer beside
// an error is one whose body could not be had.
func (c *httpConn) exchange(ctx context.Context, r *httpRequest, t *trip, maxBody int64) (*answer, error) {
	c.answered = false
	start := time.Now()
	var resp *http.Response
	var err error
	stop := func() bool { return true }
	if c.h2 != nil {
		resp, err = c.h2.RoundTrip(r.request(ctx))
		c.answered = err == nil
	} else {
		stop = interrupt(ctx, c.conn)
		resp, err = c.roundTrip(r)
	}
	heard := time.Now()
	t.watch.add(waiting, heard.Sub(start))
	if err != nil {
		stop()
		return nil, explainAnswer(ctx, err, waiting)
	}
	if c.h2 != nil {
		defer resp.Body.Close() // by HTTP/1.1 that would read on for as long as the server sends
	}
	a := &answer{code: resp.StatusCode, version: version(resp), header: resp.Header, length: resp.ContentLength}
	c.noteVersion(a.version)
	err = t.body.read(resp, maxBody)
	t.watch.add(reading, time.Since(heard))
	ended := stop()
	if err != nil {
		return a, explainAnswer(ctx, err, reading)
	}
	a.complete = ended && !t.body.capped && t.body.undecoded == nil && !resp.Close && c.quiet()
	return a, nil
}

// quiet tells whether the connection is between two answers.
func (c *httpConn) quiet() bool {
	if c.h2 != nil {
		return c.h2.Err() == nil
	}
	return c.buffered.Buffered() == 0
}

// roundTrip sends r over HTTP/1.1 and reads the header of the final answer.
func (c *httpConn) roundTrip(r *httpRequest) (*http.Response, error) {
	c.in.left = maxHeader
	// What cannot be sent may still have been answered: a server need not read
	// all of a request that it refuses.
	_, sendErr := c.conn.Write(r.wire)
	if _, err := c.buffered.Peek(1); err != nil {
		if sendErr != nil && explainAlert(err) == nil {
			err = sendErr
		}
		return nil, err
	}
	c.answered = true
	const prefix = "HTTP/"
	if head, _ := c.buffered.Peek(c.buffered.Buffered()); !strings.HasPrefix(prefix, string(head[:min(len(head), len(prefix))])) {
		return nil, transient("no HTTP: %q", shorten(string(head)))
	}
	for {
		resp, err := http.ReadResponse(c.buffered, r.plain)
		switch {
		case c.in.left <= 0: // whatever else the parser makes of the piece that it got
			return nil, errHeader
		case err != nil:
			return nil, err
		}
		// 1xx only announces the answer; but after 101 there is none.
		if resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			c.in.left = maxInt64
			resp.Close = resp.Close || resp.StatusCode < 200
			return resp, nil
		}
	}
}

func version(resp *http.Response) string {
	if resp.ProtoMajor == 2 {
		return "HTTP/2"
	}
	return fmt.Sprintf("HTTP/%d.%d", resp.ProtoMajor, resp.ProtoMinor)
}

// noteVersion puts the version among the facts, once a connection.
func (c *httpConn) noteVersion(version string) {
	if n := len(c.facts); n == 0 || c.facts[n-1].Name != "http" {
		c.facts = append(c.facts[:n:n], Fact{Name: "http", Text: version})
	}
}

// startIdle starts the time that c may be idle.
func (c *httpConn) startIdle() {
	if c.idleTimer == nil {
		c.idleTimer = time.AfterFunc(keepIdle, c.closeIdle)
		return
	}
	c.idleTimer.Reset(keepIdle)
}

// closeIdle closes c unless it is in use.
func (c *httpConn) closeIdle() { c.probe.drop(c) }

// close ends c for good.
func (c *httpConn) close() {
	if c.idleTimer != nil {
		c.idleTimer.Stop()
		c.probe.route.dialer.forget(c)
	}
	if c.h2 != nil {
		c.h2.Close()
	}
	c.conn.Close()
}

// limitedReader reads from a connection, left bytes at most.
type limitedReader struct {
	conn net.Conn
	left int64
}

const maxInt64 = 1<<63 - 1

var errHeader = &fault{text: fmt.Sprintf("headers over %d KiB", maxHeader>>10), class: ErrPermanent}

func (m *limitedReader) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errHeader
	}
	n, err := m.conn.Read(p[:min(int64(len(p)), m.left)])
	m.left -= int64(n)
	return n, err
}

// explainAnswer is explain, with what only HTTP can fail by.
func explainAnswer(ctx context.Context, err error, p phase) error {
	var f *fault
	if err = explain(ctx, err, p); !errors.As(err, &f) {
		return err
	}
	switch text := f.text; {
	case strings.Contains(text, "header list larger"):
		return errHeader
	case strings.Contains(text, "COMPRESSION_ERROR"): // also what one value over the limit is called
		return permanent("%s, or damaged", errHeader.text)
	case strings.Contains(text, "suspiciously long trailer"):
		return permanent("trailers too large")
	case strings.HasPrefix(text, "net/http: "), strings.HasPrefix(text, "http: "), strings.HasPrefix(text, "http2: "):
		_, rest, _ := strings.Cut(text, ": ")
		return &fault{text: rest, class: f.class, cause: f}
	}
	return err
}
