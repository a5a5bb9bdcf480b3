package checker

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sitrep/safe"
)

// counting counts connections and complete requests on the server's side.
type counting struct{ conns, requests atomic.Int32 }

func (n *counting) serve(t *testing.T, answer func(net.Conn, *http.Request) bool) string {
	return "http://" + serve(t, func(conn net.Conn) {
		n.conns.Add(1)
		answerHTTP(conn, func(conn net.Conn, req *http.Request) bool {
			n.requests.Add(1)
			return answer(conn, req)
		})
	})
}

func (n *counting) want(t *testing.T, conns, requests int32) {
	t.Helper()
	if c, r := n.conns.Load(), n.requests.Load(); c != conns || r != requests {
		t.Errorf("%d connections and %d requests, want %d and %d", c, r, conns, requests)
	}
}

func TestConnectionsAreKeptOnlyIfAsked(t *testing.T) {
	for _, tt := range []struct {
		name  string
		o     HTTPOptions
		conns int32
	}{
		{"kept", HTTPOptions{KeepAlive: true}, 1},
		{"new", HTTPOptions{}, 5},
		{"what must not arrive twice goes over a new one", HTTPOptions{KeepAlive: true, Method: "POST"}, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var n counting
			tt.o.URL = n.serve(t, reply(ok200))
			p := httpProbeOf(t, tt.o)
			for range 5 {
				wantStatus(t, once(t, p), Up)
			}
			n.want(t, tt.conns, 5)
		})
	}
}

func TestStaleConnectionIsNoFault(t *testing.T) {
	ends := map[string]func(net.Conn){
		"closed":             func(conn net.Conn) { conn.Close() },
		"reset":              reset,
		"closed with a word": func(conn net.Conn) { io.WriteString(conn, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n") },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			var n counting
			gone := make(chan struct{})
			url := n.serve(t, func(conn net.Conn, req *http.Request) bool {
				io.WriteString(conn, ok200)
				if n.conns.Load() == 1 {
					end(conn)
					close(gone)
					return false
				}
				return true
			})
			p := httpProbeOf(t, HTTPOptions{URL: url, KeepAlive: true})
			wantStatus(t, once(t, p), Up)
			<-gone
			for range 3 {
				r := once(t, p)
				wantStatus(t, r, Up)
				if r.Attempt != 1 {
					t.Errorf("attempt %d", r.Attempt)
				}
			}
			n.want(t, 2, 4)
		})
	}
}

// A server that takes the request and dies is not a stale connection.
func TestRequestThatWasTakenIsNotRepeated(t *testing.T) {
	var n counting
	url := n.serve(t, func(net.Conn, *http.Request) bool { return false })
	r := get(t, HTTPOptions{URL: url, Method: "POST", Body: []byte("x=1"), KeepAlive: true})
	wantFindings(t, r, "connect: closed before the answer")
	n.want(t, 1, 1)
}

func TestFrozenConnectionCostsOneAttempt(t *testing.T) {
	var n counting
	thaw := make(chan struct{})
	url := n.serve(t, func(conn net.Conn, _ *http.Request) bool {
		if n.requests.Load() == 2 {
			<-thaw
			return false
		}
		io.WriteString(conn, ok200)
		return true
	})
	defer close(thaw)
	p := httpProbeOf(t, HTTPOptions{URL: url, KeepAlive: true})
	target := &Target{Name: "it", Timeout: patience, Attempts: 2, Probe: p}
	wantStatus(t, Run(t.Context(), target, time.Time{}), Up)
	target.Timeout = 200 * time.Millisecond
	r := Run(t.Context(), target, time.Time{})
	wantStatus(t, r, Up)
	if r.Attempt != 2 {
		t.Errorf("attempt %d, want 2", r.Attempt)
	}
	n.want(t, 2, 3)
}

func TestConnectionWithMoreOnItIsNotKept(t *testing.T) {
	for name, answer := range map[string]string{
		"a second answer":         ok200 + ok200,
		"the server closes":       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.0":                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"more than is to be read": "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789",
		"a switch of protocols":   "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			var n counting
			url := n.serve(t, reply(answer))
			p := httpProbeOf(t, HTTPOptions{URL: url, KeepAlive: true, MaxBody: 10, ExpectStatus: []StatusRange{{101, 299}}})
			wantStatus(t, once(t, p), Up)
			wantStatus(t, once(t, p), Up)
			n.want(t, 2, 2)
		})
	}
}

func TestCloseEndsWhatIsKept(t *testing.T) {
	ended := make(chan struct{}, 2)
	addr := serve(t, func(conn net.Conn) {
		answerHTTP(conn, reply(ok200))
		ended <- struct{}{}
	})
	d := NewDialer(0)
	p, err := NewHTTP(d, HTTPOptions{URL: "http://" + addr, KeepAlive: true})
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, once(t, p), Up)
	d.Close()
	<-ended
	wantStatus(t, once(t, p), Up) // still works, and keeps nothing
	<-ended
	if len(d.kept) > 0 || len(p.(*httpProbe).idle) > 0 {
		t.Errorf("%d connections are kept after Close, %d idle", len(d.kept), len(p.(*httpProbe).idle))
	}
}

func TestIdleConnectionRetires(t *testing.T) {
	p := httpProbeOf(t, HTTPOptions{URL: serveHTTP(t, reply(ok200)), KeepAlive: true})
	once(t, p)
	p.idle[0].closeIdle() // what its timer calls
	if len(p.idle) > 0 || len(p.route.dialer.kept) > 0 {
		t.Error("still there")
	}
	wantStatus(t, once(t, p), Up)
}

// h2Server answers over HTTP/2, or over 1.1 to those who offer nothing else.
func h2Server(t *testing.T, h http.Handler) (url string, ca []byte) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, certPEM(s.Certificate())
}

func certPEM(c *x509.Certificate) []byte { return (&authority{cert: c}).pem() }

func TestHTTP2(t *testing.T) {
	var protos []string
	url, ca := h2Server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protos = append(protos, r.Proto)
		if r.Header.Get("Authorization") != "Bearer s3cret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "got %d", len(body))
	}))
	for _, tt := range []struct{ version, proto string }{{"any", "HTTP/2.0"}, {"2", "HTTP/2.0"}, {"1.1", "HTTP/1.1"}} {
		protos = nil
		r := get(t, HTTPOptions{
			URL: url, Version: tt.version, TLS: TLSOptions{CA: ca}, Bearer: safe.NewSecret("s3cret"),
			Method: "PUT", Body: []byte("12345"), ExpectText: []string{"got 5"},
		})
		wantFindings(t, r)
		if len(protos) != 1 || protos[0] != tt.proto {
			t.Errorf("version %s was spoken as %v", tt.version, protos)
		}
		if want := strings.TrimSuffix(tt.proto, ".0"); factOf(r, "http") != want {
			t.Errorf("the fact says %q, want %q", factOf(r, "http"), want)
		}
		if r.NotAfter.IsZero() || factOf(r, "tls") != "TLS 1.3" {
			t.Errorf("certificate until %v, %v", r.NotAfter, r.Facts)
		}
	}
}

func TestHTTP2IsMissed(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	r := get(t, HTTPOptions{URL: s.URL, Version: "2", TLS: TLSOptions{CA: certPEM(s.Certificate())}})
	wantFindings(t, r, "tls: HTTP/1.1, want HTTP/2")
}

func TestHTTP2WithoutTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) }))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	defer s.Close()
	wantFindings(t, get(t, HTTPOptions{URL: s.URL, Version: "2", ExpectText: []string{"HTTP/2.0"}}))
}

func TestHTTP2ConnectionIsKept(t *testing.T) {
	conns := map[string]bool{}
	url, ca := h2Server(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { conns[r.RemoteAddr] = true }))
	p := httpProbeOf(t, HTTPOptions{URL: url, KeepAlive: true, TLS: TLSOptions{CA: ca}})
	for range 4 {
		wantStatus(t, once(t, p), Up)
	}
	if len(conns) != 1 {
		t.Errorf("%d connections", len(conns))
	}
}

// A connection that is open and dead looks alive to the system for a quarter of
// an hour.
func TestFrozenHTTP2ConnectionCostsOneAttempt(t *testing.T) {
	var first atomic.Value
	var frozen atomic.Bool
	thaw := make(chan struct{})
	url, ca := h2Server(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		first.CompareAndSwap(nil, r.RemoteAddr)
		if frozen.Load() && first.Load() == r.RemoteAddr {
			<-thaw
		}
	}))
	defer close(thaw)
	p := httpProbeOf(t, HTTPOptions{URL: url, KeepAlive: true, TLS: TLSOptions{CA: ca}})
	target := &Target{Name: "it", Timeout: patience, Attempts: 2, Probe: p}
	wantStatus(t, Run(t.Context(), target, time.Time{}), Up)
	frozen.Store(true)
	target.Timeout = 500 * time.Millisecond
	r := Run(t.Context(), target, time.Time{})
	wantStatus(t, r, Up)
	if r.Attempt != 2 {
		t.Errorf("attempt %d, want 2", r.Attempt)
	}
}

func TestProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	closed := "http://" + closedPort(t)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, closed)
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(serveHTTP(t, reply(ok200)), "http://"))
	r := get(t, HTTPOptions{URL: "http://shop.example:" + port, Dial: DialOptions{Resolve: "127.0.0.1"}})
	wantStatus(t, r, Up)
}

func TestAddressSaysWhereAndHostSaysWho(t *testing.T) {
	root := issue(t, nil, certOptions{name: "root", ca: true})
	named := issue(t, root, certOptions{name: "a.test", hosts: []string{"a.test"}}).pair()
	other := issue(t, nil, certOptions{name: "default.test", hosts: []string{"default.test"}}).pair()
	var hosts []string
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName == "a.test" {
			return &named, nil
		}
		return &other, nil
	}}
	addr := serveTLS(t, config, func(conn *tls.Conn) {
		answerHTTP(conn, func(conn net.Conn, req *http.Request) bool {
			hosts = append(hosts, req.Host)
			if req.URL.Path == "/" {
				io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: next\r\nContent-Length: 0\r\n\r\n")
			} else {
				io.WriteString(conn, ok200)
			}
			return false
		})
	})
	r := get(t, HTTPOptions{
		URL: "https://" + addr + "/", Redirects: 5, TLS: TLSOptions{CA: root.pem()},
		Headers: []Header{{"Host", safe.NewSecret("a.test")}},
	})
	wantFindings(t, r)
	if fmt.Sprint(hosts) != "[a.test a.test]" || r.Peer != addr {
		t.Errorf("asked for %v at %s", hosts, r.Peer)
	}
}
