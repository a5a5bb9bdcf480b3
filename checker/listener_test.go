package checker

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// patience is the timeout of probes that are to get an answer. It only ends
// tests that would fail anyway.
const patience = 20 * time.Second

// serve gives every connection to handle, in a goroutine of its own, and closes
// it afterwards. It returns the address.
func serve(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[conn] = true
			mu.Unlock()
			wg.Go(func() {
				defer func() {
					mu.Lock()
					delete(open, conn)
					mu.Unlock()
					conn.Close()
				}()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for conn := range open {
			conn.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// serveHTTP reads requests and gives each to answer, which writes to the
// connection and tells whether to go on reading.
func serveHTTP(t *testing.T, answer func(net.Conn, *http.Request) bool) (url string) {
	t.Helper()
	return "http://" + serve(t, func(conn net.Conn) { answerHTTP(conn, answer) })
}

func answerHTTP(conn net.Conn, answer func(net.Conn, *http.Request) bool) {
	for r := bufio.NewReader(conn); ; {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil || !answer(conn, req) {
			return
		}
	}
}

// reply answers every request with the same bytes.
func reply(text string) func(net.Conn, *http.Request) bool {
	return func(conn net.Conn, _ *http.Request) bool {
		_, err := io.WriteString(conn, text)
		return err == nil
	}
}

// reset ends a connection with RST in place of FIN.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// closedPort returns an address that nobody listens at.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// newDialer returns a dialer that the test closes.
func newDialer(t *testing.T) *Dialer {
	t.Helper()
	d := NewDialer(0)
	t.Cleanup(d.Close)
	return d
}

// httpProbeOf returns a probe, and fails the test if there is none.
func httpProbeOf(t *testing.T, o HTTPOptions) *httpProbe {
	t.Helper()
	p, err := NewHTTP(newDialer(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return p.(*httpProbe)
}

// once runs probe a single time as a target of its own.
func once(t *testing.T, p Probe) Result {
	t.Helper()
	return Run(t.Context(), &Target{Name: "it", Timeout: patience, Attempts: 1, Probe: p}, time.Time{})
}

// get runs a probe by HTTP a single time.
func get(t *testing.T, o HTTPOptions) Result {
	t.Helper()
	return once(t, httpProbeOf(t, o))
}

// wantFindings compares the names and texts of findings, "status: 503, want 2xx".
func wantFindings(t *testing.T, r Result, want ...string) {
	t.Helper()
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.What+": "+f.Text)
	}
	if len(got) != len(want) {
		t.Errorf("findings %q, want %q", got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("finding %q, want %q", got[i], want[i])
		}
	}
}

// wantStatus compares the status of a result and shows why it is what it is.
func wantStatus(t *testing.T, r Result, want Status) {
	t.Helper()
	if r.Status != want {
		t.Errorf("%v, want %v: %+v", r.Status, want, r.Findings)
	}
}

// authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// certOptions say what a certificate of a test is like; what is zero gets a
// value that holds.
type certOptions struct {
	name       string
	hosts      []string
	start, end time.Time
	ca         bool
}

var serial struct {
	sync.Mutex
	n int64
}

// issue makes a certificate signed by a, or by itself if a is nil.
func issue(t *testing.T, a *authority, o certOptions) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial.Lock()
	serial.n++
	n := serial.n
	serial.Unlock()
	now := time.Now()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(n), Subject: pkix.Name{CommonName: o.name},
		NotBefore: now.Add(-400 * 24 * time.Hour), NotAfter: now.Add(400 * 24 * time.Hour),
		IsCA: o.ca, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if o.ca {
		c.KeyUsage |= x509.KeyUsageCertSign
	}
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if !o.start.IsZero() {
		c.NotBefore = o.start
	}
	if !o.end.IsZero() {
		c.NotAfter = o.end
	}
	for _, h := range o.hosts {
		if ip := net.ParseIP(h); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, h)
		}
	}
	parent, signer := c, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{parsed, key}
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func (a *authority) keyPEM(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(a.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}

// pair is the certificate as a server shows it, with those that signed it.
func (a *authority) pair(signers ...*authority) tls.Certificate {
	c := tls.Certificate{Certificate: [][]byte{a.cert.Raw}, PrivateKey: a.key}
	for _, s := range signers {
		c.Certificate = append(c.Certificate, s.cert.Raw)
	}
	return c
}

// serveTLS does a handshake on every connection and hands on those that made it.
func serveTLS(t *testing.T, config *tls.Config, handle func(*tls.Conn)) string {
	t.Helper()
	return serve(t, func(raw net.Conn) {
		conn := tls.Server(raw, config)
		if err := conn.Handshake(); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Logf("handshake: %v", err)
			}
			return
		}
		handle(conn)
		conn.Close()
	})
}
