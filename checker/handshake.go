package checker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// tlsPolicy is what a handshake and a certificate must be like: TLSOptions,
// checked and ready.
type tlsPolicy struct {
	config         *tls.Config // without a name
	verify         bool
	roots          *x509.CertPool // nil is the system's
	name           string         // overrides the host's; "" does not
	within         time.Duration
	fingerprint    []byte    // SHA-256 of the leaf; nil is any
	clientNotAfter time.Time // end of the client certificate; zero without one
}

// newTLSPolicy checks o. protocols are offered by ALPN; nil offers none.
func newTLSPolicy(o TLSOptions, protocols []string) (*tlsPolicy, error) {
	s := &tlsPolicy{verify: !o.Insecure, within: o.ExpiresWithin}
	minimum := o.MinVersion
	if minimum == 0 {
		minimum = tls.VersionTLS12
	}
	if minimum < tls.VersionTLS10 || minimum > tls.VersionTLS13 {
		return nil, fmt.Errorf("tls min_version %#x is none of 1.0 to 1.3", minimum)
	}
	s.config = &tls.Config{
		MinVersion: minimum,
		NextProtos: protocols,
		// Verified by certify, which knows which certificate of the chain is at fault.
		InsecureSkipVerify: true,
	}
	if o.ServerName != "" {
		name, err := hostASCII(o.ServerName)
		if err != nil {
			return nil, fmt.Errorf("tls server_name: %w", err)
		}
		s.name = name
	}
	if o.ExpectFingerprint != "" {
		sum, err := hex.DecodeString(strings.ReplaceAll(o.ExpectFingerprint, ":", ""))
		if err != nil || len(sum) != sha256.Size {
			return nil, errors.New("tls expect_fingerprint is no SHA-256 in hex (64 digits)")
		}
		s.fingerprint = sum
	}
	if err := s.addRoots(o.CA); err != nil {
		return nil, err
	}
	return s, s.addCertificate(o.Cert, o.Key)
}

func (s *tlsPolicy) addRoots(pem []byte) error {
	if len(pem) == 0 {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil { // a container without any: the given ones have to do
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return errors.New("tls ca holds no certificate in PEM")
	}
	s.roots = pool
	return nil
}

func (s *tlsPolicy) addCertificate(cert, key []byte) error {
	switch {
	case len(cert) == 0 && len(key) == 0:
		return nil
	case len(cert) == 0 || len(key) == 0:
		return errors.New("tls cert and key belong together")
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("tls cert and key: %w", err)
	}
	s.config.Certificates = []tls.Certificate{pair}
	s.clientNotAfter = pair.Leaf.NotAfter
	return nil
}

// tlsConn is a connection after its handshake.
type tlsConn struct {
	*tls.Conn
	chain []*x509.Certificate // leaf first; as verified, or else as presented
	facts []Fact
	asked bool // for our certificate
}

// handshake does a handshake with a server that is to answer for host.
func (s *tlsPolicy) handshake(ctx context.Context, conn net.Conn, host string) (*tlsConn, error) {
	if s.name != "" {
		host = s.name
	}
	var chain []*x509.Certificate
	config := s.config.Clone()
	config.ServerName = host // which package tls does not send if it is an address
	config.VerifyConnection = func(state tls.ConnectionState) (err error) {
		chain, err = s.certify(state.PeerCertificates, host, time.Now())
		return err
	}
	asked := false
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		if len(config.Certificates) == 0 {
			return new(tls.Certificate), nil
		}
		return &config.Certificates[0], nil
	}
	c := tls.Client(conn, config)
	if err := c.HandshakeContext(ctx); err != nil {
		return nil, s.explain(ctx, err, asked)
	}
	return &tlsConn{Conn: c, chain: chain, facts: tlsFacts(c.ConnectionState(), chain), asked: asked}, nil
}

// explain is the package's explain, with what only a handshake can fail by.
// asked tells whether the server wanted a certificate of us.
func (s *tlsPolicy) explain(ctx context.Context, err error, asked bool) error {
	if ctx.Err() == nil && strings.Contains(err.Error(), "protocol version") {
		// Either side may be the one that says so, and neither does it with a type.
		return &fault{
			text: "no " + tls.VersionName(s.config.MinVersion) + " or newer", class: ErrPermanent, cause: err, what: "tls",
		}
	}
	if asked && s.clientNotAfter.IsZero() && strings.Contains(err.Error(), handshakeFailure) {
		return &clientCertError{alert: handshakeFailure} // TLS 1.2 has no better word for it
	}
	return s.named(explain(ctx, err, handshaking))
}

const handshakeFailure = "handshake failure"

// named adds our own certificate to an error that is about it. By TLS 1.3 the
// server says so only once the handshake is over on our side.
func (s *tlsPolicy) named(err error) error {
	if refused, ok := errors.AsType[*clientCertError](err); ok {
		return &clientCertError{alert: refused.alert, notAfter: s.clientNotAfter}
	}
	return err
}

// certify checks what the server presented and returns the chain from its leaf
// up, leaf first.
func (s *tlsPolicy) certify(presented []*x509.Certificate, host string, now time.Time) ([]*x509.Certificate, error) {
	if len(presented) == 0 {
		return nil, badCert("no certificate")
	}
	leaf := presented[0]
	if sum := sha256.Sum256(leaf.Raw); s.fingerprint != nil && !bytes.Equal(sum[:], s.fingerprint) {
		return nil, badCert("fingerprint %x…, want %x…", sum[:4], s.fingerprint[:4])
	}
	if !s.verify {
		return linked(presented), nil
	}
	options := x509.VerifyOptions{DNSName: host, Roots: s.roots, Intermediates: x509.NewCertPool(), CurrentTime: now}
	for _, c := range presented[1:] {
		options.Intermediates.AddCert(c)
	}
	chains, err := leaf.Verify(options)
	if err != nil {
		return nil, explainCert(presented, options, err)
	}
	return longest(chains), nil
}

// longest returns the chain that will hold for longest.
func longest(chains [][]*x509.Certificate) []*x509.Certificate {
	best := chains[0]
	for _, c := range chains[1:] {
		if earliest(c).NotAfter.After(earliest(best).NotAfter) {
			best = c
		}
	}
	return best
}

// linked returns the leaf and, as far as presented holds it, who signed it:
// servers send along certificates that no one needs, and those may have expired.
func linked(presented []*x509.Certificate) []*x509.Certificate {
	chain := []*x509.Certificate{presented[0]}
	for len(chain) < len(presented) {
		last := chain[len(chain)-1]
		var issuer *x509.Certificate
		for _, c := range presented {
			if c != last && bytes.Equal(c.RawSubject, last.RawIssuer) && last.CheckSignatureFrom(c) == nil {
				issuer = c
				break
			}
		}
		if issuer == nil {
			break
		}
		chain = append(chain, issuer)
	}
	return chain
}
