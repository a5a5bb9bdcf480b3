package checker

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sitrep/safe"
)

func TestRedirectsEnd(t *testing.T) {
	for name, location := range map[string]string{"for ever further": "/%d", "to itself": "/"} {
		t.Run(name, func(t *testing.T) {
			var n counting
			url := n.serve(t, func(conn net.Conn, _ *http.Request) bool {
				to := location
				if strings.Contains(to, "%") {
					to = fmt.Sprintf(to, n.requests.Load())
				}
				fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to)
				return true
			})
			target := &Target{Name: "it", Timeout: patience, Attempts: 3, Probe: httpProbeOf(t, HTTPOptions{URL: url, Redirects: 5})}
			r := Run(t.Context(), target, time.Time{})
			wantStatus(t, r, Down)
			last := url + "/"
			if strings.Contains(location, "%") {
				last = url + "/6"
			}
			wantFindings(t, r, "status: too many redirects, last to "+last)
			if n.requests.Load() != 6 || r.Attempt != 1 {
				t.Errorf("%d requests, attempt %d", n.requests.Load(), r.Attempt)
			}
		})
	}
}

func TestLocationIsResolvedAgainstTheURL(t *testing.T) {
	for _, tt := range []struct{ location, want string }{
		{"../up?q=1#frag", "/up?q=1"}, {"next", "/a/next"}, {"/root", "/root"}, {"?q", "/a/b?q"}, {"./", "/a/"},
	} {
		var got string
		url := serveHTTP(t, func(conn net.Conn, req *http.Request) bool {
			if req.RequestURI == "/a/b" {
				fmt.Fprintf(conn, "HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", tt.location)
			} else {
				got = req.RequestURI
				io.WriteString(conn, ok200)
			}
			return true
		})
		r := get(t, HTTPOptions{URL: url + "/a/b", Redirects: 1})
		wantFindings(t, r)
		if got != tt.want {
			t.Errorf("%s led to %s, want %s", tt.location, got, tt.want)
		}
		if factOf(r, "location") == "" {
			t.Error("the result does not say where it was led")
		}
	}
}

func TestOddLocationsAreFindings(t *testing.T) {
	for location, want := range map[string]string{
		"ftp://a.test/":      `status: 302 to "ftp", which is not http`,
		"javascript:alert()": `status: 302 to "javascript", which is not http`,
		"http://[::1":        "status: 302 to a place that cannot be read",
		"http://a.test:x/":   "status: 302 to a place that cannot be read",
		"http:///x":          "status: 302 to a place that cannot be asked: there is no host",
	} {
		url := serveHTTP(t, reply("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "+location+"\r\n\r\n"))
		wantFindings(t, get(t, HTTPOptions{URL: url, Redirects: 1}), want)
	}
}

func TestMethodAfterRedirect(t *testing.T) {
	for _, tt := range []struct {
		code         int
		method, then string
		body         int64
	}{
		{301, "POST", "GET", 0}, {302, "POST", "GET", 0}, {303, "PUT", "GET", 0}, {303, "HEAD", "HEAD", 0},
		{302, "PUT", "PUT", 3}, {307, "POST", "POST", 3}, {308, "POST", "POST", 3},
	} {
		var got *http.Request
		url := serveHTTP(t, func(conn net.Conn, req *http.Request) bool {
			if req.URL.Path == "/" {
				fmt.Fprintf(conn, "HTTP/1.1 %d Odd\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n", tt.code)
			} else {
				got = req
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}
			return true
		})
		o := HTTPOptions{URL: url + "/", Method: tt.method, Redirects: 1}
		if tt.method != "HEAD" {
			o.Body = []byte("x=1")
		}
		wantFindings(t, get(t, o))
		if got.Method != tt.then || got.ContentLength != tt.body {
			t.Errorf("%d to %s became %s with %d bytes", tt.code, tt.method, got.Method, got.ContentLength)
		}
	}
}

func TestCredentialsStayWithTheirHost(t *testing.T) {
	var got []*http.Request
	record := func(conn net.Conn, req *http.Request) bool {
		got = append(got, req)
		io.WriteString(conn, ok200)
		return false
	}
	there := serveHTTP(t, record)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(there, "http://"))
	location := ""
	here := serveHTTP(t, func(conn net.Conn, req *http.Request) bool {
		if req.URL.Path != "/" {
			return record(conn, req)
		}
		fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", location)
		return false
	})
	o := HTTPOptions{
		URL: here + "/", Redirects: 2, Bearer: safe.NewSecret("token"),
		Headers: []Header{{"X-Api-Key", safe.NewSecret("key")}, {"Cookie", safe.NewSecret("c=1")}, {"Accept", safe.NewSecret("text/plain")}},
	}
	location = "/next"
	wantFindings(t, get(t, o))
	location = "http://localhost:" + port + "/"
	wantFindings(t, get(t, o))
	if len(got) != 2 {
		t.Fatalf("%d requests arrived", len(got))
	}
	same, other := got[0].Header, got[1].Header
	for _, name := range []string{"Authorization", "X-Api-Key", "Cookie", "Accept"} {
		if same.Get(name) == "" {
			t.Errorf("%s is lost on the same host", name)
		}
	}
	for _, name := range []string{"Authorization", "X-Api-Key", "Cookie"} {
		if other.Get(name) != "" {
			t.Errorf("%s went to another host", name)
		}
	}
	if other.Get("Accept") != "text/plain" {
		t.Error("Accept, which is no secret, is lost")
	}
}

func TestTimeAndPhasesAreOfAllHops(t *testing.T) {
	const pause = 30 * time.Millisecond
	url := serveHTTP(t, func(conn net.Conn, req *http.Request) bool {
		time.Sleep(pause) // the server's, and what is measured
		if len(req.URL.Path) < 4 {
			fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nLocation: %sx\r\nContent-Length: 0\r\n\r\n", req.URL.Path)
		} else {
			io.WriteString(conn, ok200)
		}
		return true
	})
	r := get(t, HTTPOptions{URL: url + "/", Redirects: 5})
	wantFindings(t, r)
	var sum time.Duration
	for _, p := range r.Phases {
		sum += p.Took
		if p.Name == "first byte" && p.Took < 4*pause {
			t.Errorf("first byte took %v in four hops of %v", p.Took, pause)
		}
	}
	if sum > r.Took {
		t.Errorf("phases of %v in a run of %v", sum, r.Took)
	}
}

func TestRedirectKeepsOneConnectionAHost(t *testing.T) {
	var n counting
	url := n.serve(t, func(conn net.Conn, req *http.Request) bool {
		if req.URL.Path == "/" {
			io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 5\r\n\r\nmoved")
		} else {
			io.WriteString(conn, ok200)
		}
		return true
	})
	p := httpProbeOf(t, HTTPOptions{URL: url + "/", Redirects: 5, KeepAlive: true, ExpectText: []string{"ok"}, RejectText: []string{"moved"}})
	for range 3 {
		wantFindings(t, once(t, p))
	}
	n.want(t, 1, 6)
}

func TestWhatIsTheTargetsOwnStaysWithItsHost(t *testing.T) {
	ours := issue(t, nil, certOptions{name: "ours"})
	p := httpProbeOf(t, HTTPOptions{URL: "https://a.test/", TLS: TLSOptions{
		Cert: ours.pem(), Key: ours.keyPEM(t), ServerName: "b.test", ExpectFingerprint: strings.Repeat("ab", 32),
	}})
	own, other := p.policyFor("a.test"), p.policyFor("c.test")
	if len(own.config.Certificates) != 1 || own.name != "b.test" || own.fingerprint == nil {
		t.Errorf("the target's own: %+v", own)
	}
	if len(other.config.Certificates) != 0 || other.name != "" || other.fingerprint != nil {
		t.Errorf("another host: %+v", other)
	}
}
