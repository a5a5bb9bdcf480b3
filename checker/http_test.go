package checker

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sitrep/safe"
)

const ok200 = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

func TestAnswersAreJudged(t *testing.T) {
	page := func(body string) string { return originReply(200, "text/plain", body) }
	number := func(f float64) *float64 { return &f }
	tests := []struct {
		name   string
		answer string
		o      HTTPOptions
		want   []string
	}{
		{"any 2xx is right", "HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n", HTTPOptions{}, nil},
		{"503", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", HTTPOptions{}, []string{"status: 503, want 2xx"}},
		{"ranges", ok200, HTTPOptions{ExpectStatus: []StatusRange{{204, 206}, {401, 401}, {500, 599}}},
			[]string{"status: 200, want 204-206 or 401 or 5xx"}},
		{"a redirect that is the answer", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
			HTTPOptions{ExpectStatus: []StatusRange{{302, 302}}}, nil},
		{"a redirect to nowhere", "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", HTTPOptions{Redirects: 5},
			[]string{"status: 301, want 2xx"}},
		{"text", page("all is ok"), HTTPOptions{ExpectText: []string{"ok", "all"}}, nil},
		{"no text", page("all is ok"), HTTPOptions{ExpectText: []string{"ok", "fine"}}, []string{`text: no "fine" in the body`}},
		{"text that must not be", page("an error"), HTTPOptions{RejectText: []string{"error"}}, []string{`text: "error" in the body`}},
		{"a match", page("v7.2"), HTTPOptions{ExpectMatch: []*regexp.Regexp{regexp.MustCompile(`v7\.\d`)}}, nil},
		{"no match", page("v6"), HTTPOptions{ExpectMatch: []*regexp.Regexp{regexp.MustCompile(`v7`)}}, []string{"text: no /v7/ in the body"}},
		{"a match that must not be", page("v6"), HTTPOptions{RejectMatch: []*regexp.Regexp{regexp.MustCompile(`v\d`)}},
			[]string{`text: "v6" in the body, matches /v\d/`}},
		{"a header", "HTTP/1.1 200 OK\r\nX-Age: 12\r\nContent-Length: 0\r\n\r\n",
			HTTPOptions{ExpectHeader: []Expect{{Name: "x-age", Want: Comparison{Lt: number(60)}}}}, nil},
		{"a wrong header", "HTTP/1.1 200 OK\r\nX-Age: 120\r\nContent-Length: 0\r\n\r\n",
			HTTPOptions{ExpectHeader: []Expect{{Name: "X-Age", Want: Comparison{Lt: number(60), Severity: Degraded}}}},
			[]string{`header: x-age: "120", want < 60`}},
		{"no header", ok200, HTTPOptions{ExpectHeader: []Expect{{Name: "X-Age"}}}, []string{"header: x-age: missing"}},
		{"trailer announced, length given", "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nContent-Length: 2\r\n\r\nok",
			HTTPOptions{ExpectText: []string{"ok"}}, nil},
		{"chunks and a trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
			HTTPOptions{ExpectText: []string{"ok"}}, nil},
		{"no length, the end is the end", "HTTP/1.0 200 OK\r\n\r\nok", HTTPOptions{ExpectText: []string{"ok"}}, nil},
		{"text in a broken gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok",
			HTTPOptions{ExpectText: []string{"ok"}}, []string{"text: body cannot be unpacked: unexpected EOF"}},
		{"a gzip that is none, but nothing is asked of it", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\nno gzip here",
			HTTPOptions{}, nil},
		{"answers of 1xx only announce", "HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok200, HTTPOptions{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := serveHTTP(t, func(conn net.Conn, _ *http.Request) bool {
				io.WriteString(conn, tt.answer)
				return false
			})
			tt.o.URL = url
			wantFindings(t, get(t, tt.o), tt.want...)
		})
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	tests := []struct {
		name   string
		handle func(net.Conn)
		code   int
		want   string
	}{
		{"closed", func(c net.Conn) { answerHTTP(c, func(net.Conn, *http.Request) bool { return false }) }, 0, "closed before the answer"},
		{"closed in the header", func(c net.Conn) {
			io.ReadAll(io.LimitReader(c, 16))
			io.WriteString(c, "HTTP/1.1 200 OK\r\nX:")
			c.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, c)
		}, 0, "closed before the answer"},
		{"reset", func(c net.Conn) { io.ReadAll(io.LimitReader(c, 16)); reset(c) }, 0, "reset"},
		{"cut in the body", func(c net.Conn) {
			answerHTTP(c, func(c net.Conn, _ *http.Request) bool {
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort")
				return false
			})
		}, 200, "closed in the body"},
		{"no HTTP at all", func(c net.Conn) { io.WriteString(c, "220 mail.test ESMTP\r\n"); io.Copy(io.Discard, c) }, 0,
			`no HTTP: "220 mail.test ESMTP\r\n"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := get(t, HTTPOptions{URL: "http://" + serve(t, tt.handle)})
			wantStatus(t, r, Down)
			wantFindings(t, r, "connect: "+tt.want)
			if r.Code != tt.code {
				t.Errorf("code %d, want %d", r.Code, tt.code)
			}
		})
	}
	r := get(t, HTTPOptions{URL: "http://" + closedPort(t)})
	wantFindings(t, r, "connect: connection refused")
}

func TestRequestArrivesAsConfigured(t *testing.T) {
	var got *http.Request
	url := "http://" + serve(t, func(conn net.Conn) {
		answerHTTP(conn, func(conn net.Conn, req *http.Request) bool {
			got = req
			io.WriteString(conn, ok200)
			return false
		})
	})
	r := get(t, HTTPOptions{
		URL: strings.Replace(url, "http://", "http://ana:p%40ss%3Aw%2Frd@", 1) + "/a%20b?q=1#frag", Method: "post", Body: []byte(`{"x":1}`),
		Headers: []Header{{"X-Key", safe.NewSecret("s3cret")}, {"Host", safe.NewSecret("shop.test")}, {"x-key", safe.NewSecret("two")}},
	})
	wantFindings(t, r)
	if got.Method != "POST" || got.RequestURI != "/a%20b?q=1" || got.Host != "shop.test" {
		t.Errorf("%s %s of %s", got.Method, got.RequestURI, got.Host)
	}
	if user, password, _ := got.BasicAuth(); user != "ana" || password != "p@ss:w/rd" {
		t.Errorf("user %q, password %q", user, password)
	}
	for name, want := range map[string]string{
		"User-Agent": "sitrep", "Content-Type": "application/json", "Accept-Encoding": "gzip", "X-Key": "s3cret, two", "Connection": "close",
	} {
		if name == "Connection" {
			if !got.Close {
				t.Error("the connection was to be kept")
			}
			continue
		}
		if value := strings.Join(got.Header.Values(name), ", "); value != want {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	for _, tt := range []struct{ answer, want string }{
		{"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", ""},
		{"HTTP/1.1 405 No\r\nContent-Length: 9\r\n\r\n", "status: 405 to HEAD, want 2xx"},
		{"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n", "status: 404 to HEAD, want 2xx"},
	} {
		url := serveHTTP(t, reply(tt.answer)) // and leaves the connection open
		r := get(t, HTTPOptions{URL: url, Method: "head"})
		if tt.want == "" {
			wantFindings(t, r)
		} else {
			wantFindings(t, r, tt.want)
		}
	}
}

func TestLone100IsNoAnswer(t *testing.T) {
	url := serveHTTP(t, func(conn net.Conn, _ *http.Request) bool {
		io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
		time.Sleep(20 * time.Millisecond) // on the server's side: the answer comes in two pieces
		io.WriteString(conn, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		return true
	})
	r := get(t, HTTPOptions{URL: url})
	wantFindings(t, r, "status: 404, want 2xx")
	if r.Code != 404 || r.Attempt != 1 {
		t.Errorf("code %d at attempt %d", r.Code, r.Attempt)
	}
}

func TestGzipIsUnpacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprintf(z, `{"status":"ok","pad":%q}`, strings.Repeat("x", 90_000))
	z.Close()
	url := serveHTTP(t, func(conn net.Conn, _ *http.Request) bool {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
		conn.Write(packed.Bytes())
		return false
	})
	wantFindings(t, get(t, HTTPOptions{
		URL: url, ExpectText: []string{`"status":"ok"`}, ExpectJSON: []Expect{{Name: "status", Want: Comparison{Eq: "ok"}}},
	}))
}

func TestOurOwnCapIsNotTheServersFault(t *testing.T) {
	body := make([]byte, 98304)
	copy(body[100:], "first")
	copy(body[50_000:], "second")
	url := serveHTTP(t, reply(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)))
	capped := HTTPOptions{URL: url, MaxBody: 10 << 10}

	o := capped
	o.ExpectText = []string{"first"}
	r := get(t, o)
	wantStatus(t, r, Up)
	if text := factOf(r, "size"); text != "read 10 KiB of 96 KiB" {
		t.Errorf("the note is %q", text)
	}
	o = capped
	o.ExpectText = []string{"second"}
	r = get(t, o)
	wantStatus(t, r, Down)
	wantFindings(t, r, `size: no "second" in the first 10 KiB`)
	o = capped
	o.RejectText = []string{"never there"}
	r = get(t, o)
	wantStatus(t, r, Degraded)
	wantFindings(t, r, "size: read 10 KiB of 96 KiB, not all was searched")
	o = capped
	o.ExpectJSON = []Expect{{Name: "a"}}
	wantFindings(t, get(t, o), "size: over 10 KiB, JSON wants all of it")
	o.MaxBody, o.ExpectJSON = int64(len(body)), nil
	o.RejectText = []string{"never there"}
	wantFindings(t, get(t, o)) // as much as may be, and not a byte more
}

func factOf(r Result, name string) string {
	for _, f := range r.Facts {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

func TestRetryStatusIsTriedAgain(t *testing.T) {
	var requests atomic.Int32
	url := serveHTTP(t, func(conn net.Conn, _ *http.Request) bool {
		if requests.Add(1) < 3 {
			io.WriteString(conn, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
		} else {
			io.WriteString(conn, ok200)
		}
		return false
	})
	o := HTTPOptions{URL: url, RetryStatus: []StatusRange{{502, 504}}}
	target := &Target{Name: "it", Timeout: patience, Attempts: 2, Probe: httpProbeOf(t, o)}
	r := Run(t.Context(), target, time.Time{})
	wantFindings(t, r, "status: 503, want 2xx")
	if r.Attempt != 2 || r.Code != 503 {
		t.Errorf("attempt %d, code %d", r.Attempt, r.Code)
	}
	r = Run(t.Context(), target, time.Time{})
	wantStatus(t, r, Up)
}

func TestPhasesAreThoseThatTookPlace(t *testing.T) {
	url := serveHTTP(t, reply(ok200))
	p := httpProbeOf(t, HTTPOptions{URL: url, KeepAlive: true})
	names := func(r Result) string {
		var list []string
		for _, phase := range r.Phases {
			list = append(list, phase.Name)
		}
		return strings.Join(list, ", ")
	}
	if got := names(once(t, p)); got != "connect, first byte, body" {
		t.Errorf("phases of a new connection: %s", got)
	}
	if got := names(once(t, p)); got != "first byte, body" {
		t.Errorf("phases of a kept connection: %s", got)
	}
	url = strings.Replace(url, "127.0.0.1", "localhost", 1)
	if got := names(get(t, HTTPOptions{URL: url, Dial: DialOptions{IP: "v4"}})); got != "resolve, connect, first byte, body" {
		t.Errorf("phases with a name: %s", got)
	}
}

func TestWrongOptionsAreRefused(t *testing.T) {
	good := "http://example.test/"
	for name, o := range map[string]HTTPOptions{
		"no URL":                  {},
		"another scheme":          {URL: "ftp://example.test/"},
		"no host":                 {URL: "http:///x"},
		"a label of 64":           {URL: "http://" + strings.Repeat("x", 64) + ".test/"},
		"a port out of range":     {URL: "http://example.test:70000/"},
		"a method with a blank":   {URL: good, Method: "G T"},
		"CONNECT":                 {URL: good, Method: "CONNECT"},
		"HEAD with a text":        {URL: good, Method: "HEAD", ExpectText: []string{"x"}},
		"HEAD with JSON":          {URL: good, Method: "head", ExpectJSON: []Expect{{Name: "a"}}},
		"a header with a newline": {URL: good, Headers: []Header{{"X", safe.NewSecret("a\r\nB: c")}}},
		"a header with a blank":   {URL: good, Headers: []Header{{"X Y", safe.NewSecret("a")}}},
		"a length":                {URL: good, Headers: []Header{{"content-length", safe.NewSecret("1")}}},
		"two ways to log in":      {URL: good, Bearer: safe.NewSecret("t"), BasicUser: "u"},
		"three ways to log in":    {URL: good, Bearer: safe.NewSecret("t"), Headers: []Header{{"Authorization", safe.NewSecret("x")}}},
		"a bearer of two lines":   {URL: good, Bearer: safe.NewSecret("t\n")},
		"a version":               {URL: good, Version: "3"},
		"many redirects":          {URL: good, Redirects: 21},
		"a status":                {URL: good, ExpectStatus: []StatusRange{{299, 200}}},
		"a path":                  {URL: good, ExpectJSON: []Expect{{Name: "a["}}},
		"an address family":       {URL: good, Dial: DialOptions{IP: "v5"}},
		"an address":              {URL: good, Dial: DialOptions{Resolve: "somewhere"}},
		"a source":                {URL: good, Dial: DialOptions{Source: "eth0"}},
		"a source of the other":   {URL: good, Dial: DialOptions{Source: "127.0.0.1", IP: "v6"}},
		"a prefix":                {URL: good, Dial: DialOptions{ExpectIP: []string{"10.0.0.0/33"}}},
		"a CA":                    {URL: good, TLS: TLSOptions{CA: []byte("x")}},
		"half a certificate":      {URL: good, TLS: TLSOptions{Cert: []byte("x")}},
		"a fingerprint":           {URL: good, TLS: TLSOptions{ExpectFingerprint: "ab:cd"}},
		"a TLS version":           {URL: good, TLS: TLSOptions{MinVersion: 1}},
	} {
		if _, err := NewHTTP(newDialer(t), o); err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error tells a secret: %v", name, err)
		}
	}
	if _, err := NewHTTP(newDialer(t), HTTPOptions{URL: "http://u:s3cret@[::1/%zz"}); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a URL that cannot be read: %v", err)
	}
}

func TestNamesWithUmlautsAreAskedInASCII(t *testing.T) {
	var host string
	addr := serve(t, func(conn net.Conn) {
		answerHTTP(conn, func(conn net.Conn, req *http.Request) bool {
			host, _, _ = net.SplitHostPort(req.Host)
			io.WriteString(conn, ok200)
			return false
		})
	})
	_, port, _ := net.SplitHostPort(addr)
	for name, want := range map[string]string{
		"bücher.test": "xn--bcher-kva.test", "BÜCHER.test": "xn--bcher-kva.test", "bu\u0308cher.test": "xn--bcher-kva.test",
		"xn--bcher-kva.test": "xn--bcher-kva.test", "straße.test": "xn--strae-oqa.test", "a_b.test": "a_b.test", "Plain.Test.": "plain.test",
	} {
		r := get(t, HTTPOptions{URL: "http://" + name + ":" + port, Dial: DialOptions{Resolve: "127.0.0.1"}})
		wantStatus(t, r, Up)
		if host != want {
			t.Errorf("%s was asked as %s, want %s", name, host, want)
		}
	}
}
