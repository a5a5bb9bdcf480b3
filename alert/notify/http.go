package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// poster makes the one request of an attempt over HTTP.
type poster struct {
	client *http.Client
	url    safe.Secret // http or https, parses
	method string
	scrub  scrubber
}

// newPoster returns a poster to raw, whose parts and whose secrets no error
// shows. Its own errors do not show them either.
func newPoster(raw safe.Secret, method string, secrets ...string) (*poster, error) {
	u, err := url.Parse(raw.Reveal())
	switch {
	case err != nil:
		return nil, errors.New("the URL does not parse; in user and password, characters like @ : / % are written %40 %3A %2F %25")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the URL begins with neither https:// nor http://")
	case u.Hostname() == "":
		return nil, errors.New("the URL has no host")
	}
	return &poster{
		client: newHTTPClient(), url: raw, method: method,
		scrub: newScrubber(append(secrets, urlSecrets(u)...)...),
	}, nil
}

// Format shows a poster, and the notifier that embeds it, by its host alone: fmt
// reads unexported fields without asking the secrets in them.
func (p *poster) Format(f fmt.State, _ rune) {
	u, _ := url.Parse(p.url.Reveal()) // it did before
	fmt.Fprintf(f, "%s to %s", p.method, safe.Line(u.Host, maxName))
}

// newHTTPClient returns a client for receivers. It takes no proxy from the
// environment, so that a variable meant for something else never reroutes a
// page. It speaks HTTP/1.1 alone: a connection that timed out is then closed,
// while one of HTTP/2 that has died goes on to swallow whatever is sent next.
func newHTTPClient() *http.Client {
	var h1 http.Protocols
	h1.SetHTTP1(true)
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            newDialer().DialContext,
			Protocols:              &h1,
			TLSHandshakeTimeout:    10 * time.Second,
			IdleConnTimeout:        30 * time.Second, // less than servers wait before they hang up
			MaxIdleConnsPerHost:    defaultWidth,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// urlSecrets lists the parts of u that let somebody in, or may.
func urlSecrets(u *url.URL) []string {
	secrets := []string{u.String(), u.RequestURI(), u.Path, u.EscapedPath(), u.RawQuery, u.Fragment}
	for part := range strings.SplitSeq(u.Path, "/") {
		if len(part) >= 2*shortest { // a shorter one is a word like "hook"
			secrets = append(secrets, part)
		}
	}
	for _, values := range u.Query() {
		for _, v := range values {
			secrets = append(secrets, v, url.QueryEscape(v))
		}
	}
	if password, ok := u.User.Password(); ok {
		basic := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password))
		secrets = append(secrets, password, u.User.String(), basic)
	}
	return secrets
}

// answerShown is how much of an answer is read for its words.
const answerShown = 4 << 10

// post sends payload under the headers and says what came of it.
func (p *poster) post(ctx context.Context, h http.Header, payload []byte) alert.Delivery {
	d, _ := p.exchange(ctx, h, payload, answerShown)
	return d
}

// exchange is post, and returns at most limit bytes of the answer. They may be
// cut short: once the status is had, what breaks the rest does not change it.
func (p *poster) exchange(ctx context.Context, h http.Header, payload []byte, limit int64) (alert.Delivery, []byte) {
	var sent atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			if i.Err == nil {
				sent.Store(true)
			}
		},
	})
	req, err := http.NewRequestWithContext(traced, p.method, p.url.Reveal(), bytes.NewReader(payload))
	if err != nil {
		return dead("the request cannot be built"), nil // its error would show the URL
	}
	if h.Get("User-Agent") == "" {
		h.Set("User-Agent", userAgent())
	}
	req.Header = h
	req.Host = h.Get("Host") // "" is the URL's
	resp, err := p.client.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // without the URL
		}
		return alert.Delivery{
			Outcome: classifyError(err, sent.Load()),
			Err:     p.scrub.line(explain(ctx, err, sent.Load()), maxErr),
		}, nil
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, limit))
	d := classifyStatus(resp.StatusCode, resp.Header, time.Now())
	if d.Outcome != alert.Accepted {
		d.Err = p.refusal(resp, string(answer[:min(len(answer), answerShown)]))
	}
	return d, answer
}

// userAgent names the program, and its version where it was built from one.
var userAgent = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasPrefix(info.Main.Version, "v") {
		return "sitrep/" + info.Main.Version
	}
	return "sitrep"
})

// laneOfSecret names the lane of whoever shares a secret, without showing it.
func laneOfSecret(kind string, secret safe.Secret) string {
	sum := sha256.Sum256([]byte(secret.Reveal()))
	return kind + " " + hex.EncodeToString(sum[:8])
}

// refusal says what was answered instead of yes, and where that leads an operator.
func (p *poster) refusal(resp *http.Response, answer string) string {
	s := strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))
	if resp.StatusCode >= 300 && resp.StatusCode <= 399 {
		return s + ": redirects are not followed; configure where it leads"
	}
	if said := strings.TrimSpace(p.scrub.line(answer, maxErr-len(s)-2)); said != "" {
		s += ": " + said
	}
	return s
}
