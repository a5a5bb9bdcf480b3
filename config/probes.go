package config

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"

	"sitrep/checker"
	"sitrep/safe"
)

// probe builds what asks the target. Broken says why it cannot be built for
// want of a file or a secret.
func (b *binder) probe(path string, t table, k *targetKeys, end endpoint, d *checker.Dialer) (p checker.Probe, broken string) {
	if broken = k.broken(); broken != "" || end.kind == "unknown" {
		return nil, broken
	}
	var err error
	before := len(*b.problems)
	switch end.kind {
	case "http":
		o := b.httpOptions(path, t, k, end)
		if o.TLS, broken = b.tlsOptions(path, t, k); broken != "" || (*b.problems)[before:].fatal() {
			return nil, broken
		}
		p, err = checker.NewHTTP(d, o)
	case "tcp":
		p, err = checker.NewTCP(d, checker.TCPOptions{Addr: end.addr, Send: k.Send, Expect: k.Expect.re, Dial: k.dial()})
	case "tls":
		o := checker.TLSProbeOptions{Addr: end.addr, Dial: k.dial()}
		if o.TLS, broken = b.tlsOptions(path, t, k); broken != "" || (*b.problems)[before:].fatal() {
			return nil, broken
		}
		p, err = checker.NewTLS(d, o)
	case "dns":
		p, err = checker.NewDNS(d, checker.DNSOptions{
			Server: end.addr, Name: end.name, Type: end.typ, Transport: k.Transport,
			ExpectRcode: string(k.ExpectRcode), ExpectAnswer: k.ExpectAnswer, NoRecursion: !k.Recursion, Dial: k.dial(),
		})
	}
	if err != nil {
		b.report(t["url"], join(path, "url"), "%v", err)
		return nil, ""
	}
	return p, ""
}

// broken returns why a file or secret cannot be had, "" if all are there.
func (k *targetKeys) broken() string {
	all := []string{
		k.URL.broken, k.Bearer.broken, k.Basic.Password.broken, k.BodyFile.broken,
		k.TLS.CA.broken, k.TLS.Cert.broken, k.TLS.Key.broken,
	}
	for _, h := range k.Headers {
		all = append(all, h.value.broken)
	}
	if i := slices.IndexFunc(all, func(s string) bool { return s != "" }); i >= 0 {
		return safe.Line(all[i], 200)
	}
	return ""
}

func (k *targetKeys) dial() checker.DialOptions {
	return checker.DialOptions{
		IP: k.IP, Resolve: string(k.Resolve), Resolver: string(k.Resolver), Source: string(k.Source),
		ExpectIP: k.ExpectIP, AllowLinkLocal: k.AllowLinkLocal,
	}
}

func (b *binder) httpOptions(path string, t table, k *targetKeys, end endpoint) checker.HTTPOptions {
	o := checker.HTTPOptions{
		URL: end.url, Method: k.Method, Body: b.body(path, t, k), Dial: k.dial(),
		Redirects: k.Redirects, Version: k.HTTPVersion, KeepAlive: k.KeepAlive, MaxBody: int64(k.MaxBody),
		ExpectStatus: k.ExpectStatus, RetryStatus: k.RetryStatus,
		ExpectText: k.ExpectText, RejectText: k.RejectText, ExpectMatch: k.ExpectMatch, RejectMatch: k.RejectMatch,
		ExpectHeader: k.ExpectHeader, ExpectJSON: k.ExpectJSON,
	}
	for _, h := range k.Headers {
		o.Headers = append(o.Headers, checker.Header{Name: h.name, Value: safe.NewSecret(h.value.text)})
	}
	b.credentials(path, t, k, end, &o)
	if k.Method == "HEAD" {
		for _, name := range []string{"expect_text", "reject_text", "expect_match", "reject_match", "expect_json"} {
			if v := t[name]; v != nil {
				b.report(v, join(path, name), "the answer to HEAD has no body")
			}
		}
	}
	return o
}

// body returns what is sent.
func (b *binder) body(path string, t table, k *targetKeys) []byte {
	text, file := t["body"], t["body_file"]
	if text != nil && file != nil && text.from == file.from {
		b.reportKey(file, join(path, "body_file"), `there is a "body" already: at most one of the two`)
	}
	if file != nil && (text == nil || text.from != "") {
		return k.BodyFile.data
	}
	return []byte(k.Body)
}

// credentials sets who the request is from: bearer, basic, or what the URL says;
// one only. What the target says itself goes before what was laid under it.
func (b *binder) credentials(path string, t table, k *targetKeys, end endpoint, o *checker.HTTPOptions) {
	bearer, basic := t["bearer"], t["basic"]
	own := func(v *value) bool { return v != nil && v.from == "" }
	inURL := end.user != "" || !end.pass.IsZero()
	switch {
	case own(bearer) && own(basic):
		b.reportKey(bearer, join(path, "bearer"), `there is a "basic" too: at most one of the two`)
	case inURL && (own(bearer) || own(basic)):
		b.report(t["url"], join(path, "url"), `the URL has a user, and there is a "bearer" or "basic" too: at most one of them`)
	case inURL:
		o.BasicUser, o.BasicPassword = end.user, end.pass
	case basic != nil && !own(bearer):
		if k.Basic.User == "" {
			b.reportKey(basic, join(path, "basic"), `needs a "user"`)
		}
		o.BasicUser, o.BasicPassword = k.Basic.User, safe.NewSecret(k.Basic.Password.text)
	case bearer != nil:
		o.Bearer = safe.NewSecret(k.Bearer.text)
	}
}

var tlsVersions = map[string]uint16{
	"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
}

// tlsOptions checks that certificates can be used, so that a target with a
// broken one is unknown with the reason, and not down.
func (b *binder) tlsOptions(path string, t table, k *targetKeys) (o checker.TLSOptions, broken string) {
	x := k.TLS
	path = join(path, "tls")
	mine := t["tls"].table()
	o = checker.TLSOptions{
		Insecure: !x.Verify, CA: x.CA.data, Cert: x.Cert.data, Key: x.Key.data, ServerName: x.ServerName,
		MinVersion: tlsVersions[x.MinVersion], ExpiresWithin: x.ExpiresWithin, ExpectFingerprint: x.ExpectFingerprint,
	}
	if x.CA.data != nil && !x509.NewCertPool().AppendCertsFromPEM(x.CA.data) {
		broken = "no certificate in " + fileOf(mine["ca"])
		b.warn(mine["ca"], join(path, "ca"), "%s; the target is unknown until it is mended", broken)
	}
	for _, pair := range [][2]string{{"cert", "key"}, {"key", "cert"}} {
		if mine[pair[0]] != nil && mine[pair[1]] == nil {
			b.reportKey(mine[pair[0]], join(path, pair[0]), "%q and %q go together", pair[0], pair[1])
		}
	}
	if x.Cert.data != nil && x.Key.data != nil {
		if _, err := tls.X509KeyPair(x.Cert.data, x.Key.data); err != nil {
			broken = strings.TrimPrefix(err.Error(), "tls: ")
			b.warn(mine["cert"], join(path, "cert"), "%s; the target is unknown until it is mended", broken)
		}
	}
	if f := x.ExpectFingerprint; f != "" {
		if sum, err := hex.DecodeString(strings.ReplaceAll(f, ":", "")); err != nil || len(sum) != 32 {
			b.report(mine["expect_fingerprint"], join(path, "expect_fingerprint"), "want the SHA-256 of a certificate: 64 hex digits")
		}
	}
	return o, broken
}

func fileOf(v *value) string {
	s, _ := v.string()
	return strings.TrimPrefix(s, "file:")
}
