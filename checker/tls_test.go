package checker

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const day = 24 * time.Hour

// handshake probes the server with this certificate once.
func handshake(t *testing.T, cert tls.Certificate, o TLSOptions) Result {
	t.Helper()
	addr := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{cert}}, func(c *tls.Conn) { io.Copy(io.Discard, c) })
	_, port, _ := net.SplitHostPort(addr)
	p, err := NewTLS(newDialer(t), TLSProbeOptions{Addr: "good.test:" + port, Dial: DialOptions{Resolve: "127.0.0.1"}, TLS: o})
	if err != nil {
		t.Fatal(err)
	}
	return once(t, p)
}

func TestCertificatesAreJudged(t *testing.T) {
	now := time.Now()
	in := func(days int) time.Time { return now.Add(time.Duration(days)*day + time.Hour) }
	root := issue(t, nil, certOptions{name: "root", ca: true, end: in(3650)})
	good := []string{"good.test"}
	leaf := issue(t, root, certOptions{name: "leaf", hosts: good, end: in(55)})
	soon := issue(t, root, certOptions{name: "leaf", hosts: good, end: in(9)})
	gone := issue(t, root, certOptions{name: "leaf", hosts: good, end: now.Add(-3*day - time.Hour)})
	early := issue(t, root, certOptions{name: "leaf", hosts: good, start: in(2), end: in(50)})
	other := issue(t, root, certOptions{name: "leaf", hosts: []string{"a.test", "b.test", "c.test"}})
	alone := issue(t, nil, certOptions{name: "alone", hosts: good})
	mid18 := issue(t, root, certOptions{name: "Mid R3", ca: true, end: in(18)})
	midGone := issue(t, root, certOptions{name: "Mid R3", ca: true, end: now.Add(-2*day - time.Hour)})
	under18 := issue(t, mid18, certOptions{name: "leaf", hosts: good, end: in(55)})
	underGone := issue(t, midGone, certOptions{name: "leaf", hosts: good, end: in(55)})
	sum := sha256.Sum256(leaf.cert.Raw)
	colons := strings.ToUpper(hex.EncodeToString(sum[:2])) + ":" + hex.EncodeToString(sum[2:])

	tests := []struct {
		name   string
		cert   tls.Certificate
		o      TLSOptions
		status Status
		want   string
		ends   time.Time
	}{
		{"it holds", leaf.pair(), TLSOptions{ExpiresWithin: 14 * day}, Up, "", leaf.cert.NotAfter},
		{"the leaf ends soon", soon.pair(), TLSOptions{ExpiresWithin: 14 * day}, Degraded, "expiry: cert: 9d left", soon.cert.NotAfter},
		{"nobody asks", soon.pair(), TLSOptions{}, Up, "", soon.cert.NotAfter},
		{"the intermediate ends first", under18.pair(mid18), TLSOptions{ExpiresWithin: 30 * day}, Degraded,
			"expiry: cert: 18d left, intermediate Mid R3", mid18.cert.NotAfter},
		{"the leaf is over", gone.pair(), TLSOptions{}, Down, "tls: certificate expired 3d ago", time.Time{}},
		{"the intermediate is over", underGone.pair(midGone), TLSOptions{}, Down,
			"tls: certificate expired 2d ago: intermediate Mid R3", time.Time{}},
		{"one that nobody needs is over", leaf.pair(midGone), TLSOptions{ExpiresWithin: 14 * day}, Up, "", leaf.cert.NotAfter},
		{"it is over, but not verified", gone.pair(), TLSOptions{Insecure: true, ExpiresWithin: day}, Degraded,
			"expiry: certificate expired 3d ago", gone.cert.NotAfter},
		{"not verified, one that nobody needs is over", leaf.pair(midGone), TLSOptions{Insecure: true, ExpiresWithin: day}, Up, "", leaf.cert.NotAfter},
		{"it is not yet valid", early.pair(), TLSOptions{}, Down, "tls: certificate not valid for another 2d", time.Time{}},
		{"it is for another name", other.pair(), TLSOptions{}, Down, "tls: cert for a.test b.test …, want good.test", time.Time{}},
		{"the other name is wanted", other.pair(), TLSOptions{ServerName: "B.test"}, Up, "", other.cert.NotAfter},
		{"nobody signed it", alone.pair(), TLSOptions{}, Down, "tls: self-signed certificate", time.Time{}},
		{"nobody signed it, and it is trusted", alone.pair(), TLSOptions{CA: alone.pem()}, Up, "", alone.cert.NotAfter},
		{"the intermediate is not sent", under18.pair(), TLSOptions{}, Down, "tls: unknown authority: Mid R3", time.Time{}},
		{"the fingerprint", leaf.pair(), TLSOptions{ExpectFingerprint: colons}, Up, "", leaf.cert.NotAfter},
		{"another fingerprint", soon.pair(), TLSOptions{Insecure: true, ExpectFingerprint: colons}, Down, "tls: fingerprint", time.Time{}},
		{"no TLS so old", leaf.pair(), TLSOptions{MinVersion: tls.VersionTLS13}, Up, "", leaf.cert.NotAfter},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.o.CA == nil && tt.name != "nobody signed it" {
				tt.o.CA = root.pem()
			}
			r := handshake(t, tt.cert, tt.o)
			wantStatus(t, r, tt.status)
			if tt.want == "tls: fingerprint" {
				if len(r.Findings) != 1 || !strings.HasPrefix(r.Findings[0].Text, "fingerprint ") {
					t.Errorf("findings %+v", r.Findings)
				}
			} else if tt.want == "" {
				wantFindings(t, r)
			} else {
				wantFindings(t, r, tt.want)
			}
			if !r.NotAfter.Equal(tt.ends) {
				t.Errorf("ends %v, want %v", r.NotAfter, tt.ends)
			}
		})
	}
}

func TestCertificateFaultIsNotTriedAgain(t *testing.T) {
	var handshakes atomic.Int32
	alone := issue(t, nil, certOptions{name: "alone", hosts: []string{"127.0.0.1"}})
	config := &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		handshakes.Add(1)
		return new(alone.pair()), nil
	}}
	addr := serveTLS(t, config, func(*tls.Conn) {})
	target := &Target{Name: "it", Timeout: patience, Attempts: 3, Probe: httpProbeOf(t, HTTPOptions{URL: "https://" + addr})}
	r := Run(t.Context(), target, time.Time{})
	wantFindings(t, r, "tls: self-signed certificate")
	if n := handshakes.Load(); n != 1 {
		t.Errorf("%d handshakes", n)
	}
}

func TestNameSentIsTheHosts(t *testing.T) {
	root := issue(t, nil, certOptions{name: "root", ca: true})
	good := issue(t, root, certOptions{name: "good", hosts: []string{"good.test", "xn--bcher-kva.test"}}).pair()
	bare := issue(t, root, certOptions{name: "other", hosts: []string{"other.test"}, end: time.Now().Add(-day)}).pair()
	var sent atomic.Value
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		sent.Store(hello.ServerName)
		if hello.ServerName == "" {
			return &bare, nil
		}
		return &good, nil
	}}
	addr := serveTLS(t, config, func(c *tls.Conn) { io.Copy(io.Discard, c) })
	_, port, _ := net.SplitHostPort(addr)
	for _, tt := range []struct{ host, sni, want string }{
		{"good.test", "good.test", ""},
		{"good.test.", "good.test", ""},
		{"GOOD.test", "good.test", ""},
		{"bücher.test", "xn--bcher-kva.test", ""},
		{"127.0.0.1", "", "tls: certificate expired 1d ago"},
	} {
		o := TLSProbeOptions{Addr: net.JoinHostPort(tt.host, port), TLS: TLSOptions{CA: root.pem()}}
		if tt.host != "127.0.0.1" {
			o.Dial.Resolve = "127.0.0.1"
		}
		p, err := NewTLS(newDialer(t), o)
		if err != nil {
			t.Fatal(err)
		}
		r := once(t, p)
		if tt.want == "" {
			wantFindings(t, r)
		} else {
			wantFindings(t, r, tt.want)
		}
		if sent.Load() != tt.sni {
			t.Errorf("%s sent the name %q, want %q", tt.host, sent.Load(), tt.sni)
		}
	}
}

func TestFactsOfAHandshake(t *testing.T) {
	root := issue(t, nil, certOptions{name: "root", ca: true})
	mid := issue(t, root, certOptions{name: "mid\x1b[31m", ca: true})
	leaf := issue(t, mid, certOptions{name: "leaf", hosts: []string{"good.test"}})
	r := handshake(t, leaf.pair(mid), TLSOptions{CA: root.pem()})
	end := leaf.cert.NotAfter.UTC().Format(time.DateOnly)
	for name, want := range map[string]string{
		"tls": "TLS 1.3", "subject": "good.test", "issuer": "mid", "chain": "leaf " + end + ", mid " + end + ", root " + end,
	} {
		if got := factOf(r, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	var phases []string
	for _, p := range r.Phases {
		phases = append(phases, p.Name)
	}
	if got := strings.Join(phases, ", "); got != "connect, handshake" {
		t.Errorf("phases %s", got)
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	leaf := issue(t, nil, certOptions{name: "leaf", hosts: []string{"127.0.0.1"}})
	config := &tls.Config{Certificates: []tls.Certificate{leaf.pair()}, MaxVersion: tls.VersionTLS12}
	addr := serveTLS(t, config, func(c *tls.Conn) { io.Copy(io.Discard, c) })
	for _, tt := range []struct {
		minimum uint16
		want    string
	}{{tls.VersionTLS12, ""}, {tls.VersionTLS13, "tls: no TLS 1.3 or newer"}} {
		p, err := NewTLS(newDialer(t), TLSProbeOptions{Addr: addr, TLS: TLSOptions{CA: leaf.pem(), MinVersion: tt.minimum}})
		if err != nil {
			t.Fatal(err)
		}
		if r := once(t, p); tt.want == "" {
			wantFindings(t, r)
		} else {
			wantFindings(t, r, tt.want)
		}
	}
}

func TestServerThatRefusesOurCertificateSaysSo(t *testing.T) {
	root := issue(t, nil, certOptions{name: "root", ca: true})
	leaf := issue(t, root, certOptions{name: "leaf", hosts: []string{"127.0.0.1"}})
	ours := issue(t, root, certOptions{name: "ours", end: time.Now().Add(400 * day)})
	over := issue(t, root, certOptions{name: "ours", end: time.Now().Add(-day)})
	security, err := newTLSPolicy(TLSOptions{CA: root.pem()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	pool := security.roots
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		config := &tls.Config{
			Certificates: []tls.Certificate{leaf.pair()}, MaxVersion: version,
			ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
		}
		web := "https://" + serveTLS(t, config, func(c *tls.Conn) { answerHTTP(c, reply(ok200)) })
		plain := serveTLS(t, config, func(c *tls.Conn) { io.Copy(io.Discard, c) })
		for _, tt := range []struct {
			name   string
			with   *authority
			status Status
			want   string
		}{
			{"right", ours, Up, ""},
			{"over", over, Down, "tls: client certificate refused: "},
			{"none", nil, Down, "tls: client certificate wanted ("},
		} {
			o := TLSOptions{CA: root.pem()}
			if tt.with != nil {
				o.Cert, o.Key = tt.with.pem(), tt.with.keyPEM(t)
			}
			bare, err := NewTLS(newDialer(t), TLSProbeOptions{Addr: plain, TLS: o})
			if err != nil {
				t.Fatal(err)
			}
			for kind, probe := range map[string]Probe{"http": httpProbeOf(t, HTTPOptions{URL: web, TLS: o}), "tls": bare} {
				r := Run(t.Context(), &Target{Name: "it", Timeout: patience, Attempts: 3, Probe: probe}, time.Time{})
				wantStatus(t, r, tt.status)
				if tt.want != "" && !strings.HasPrefix(r.Findings[0].What+": "+r.Findings[0].Text, tt.want) {
					t.Errorf("%s, %s, %s: findings %+v, want %q", kind, tls.VersionName(version), tt.name, r.Findings, tt.want)
				}
				if r.Attempt != 1 {
					t.Errorf("%s, %s, %s: tried %d times", kind, tls.VersionName(version), tt.name, r.Attempt)
				}
				if end := over.cert.NotAfter.UTC().Format(time.DateOnly); tt.with == over && !strings.Contains(r.Findings[0].Text, end) {
					t.Errorf("%q does not say when ours ended", r.Findings[0].Text)
				}
			}
		}
	}
	other := issue(t, root, certOptions{name: "other"})
	if _, err := NewTLS(newDialer(t), TLSProbeOptions{Addr: "a.test", TLS: TLSOptions{Cert: ours.pem(), Key: other.keyPEM(t)}}); err == nil {
		t.Error("a key that does not fit its certificate is taken")
	}
}
