package checker

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"sitrep/safe"
)

// badCert is the error of a certificate that does not hold.
func badCert(format string, args ...any) error {
	return &fault{text: fmt.Sprintf(format, args...), class: ErrPermanent, what: "tls"}
}

// explainCert says why a chain could not be verified. Package x509 calls a chain
// with an expired intermediate one of unknown authority; so whether it would
// have held before that one expired is tried.
func explainCert(presented []*x509.Certificate, options x509.VerifyOptions, err error) error {
	leaf, now := presented[0], options.CurrentTime
	if now.Before(leaf.NotBefore) {
		return badCert("certificate not valid for another %s", days(leaf.NotBefore.Sub(now)))
	}
	for _, c := range presented {
		if !now.After(c.NotAfter) {
			continue
		}
		options.CurrentTime = c.NotAfter
		if _, err := leaf.Verify(options); err == nil || c == leaf {
			return badCert("%s", expired(c, leaf, now))
		}
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return badCert("cert for %s, want %s", certNames(leaf), e.Host)
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		if bytes.Equal(leaf.RawIssuer, leaf.RawSubject) {
			return badCert("self-signed certificate")
		}
		return badCert("unknown authority: %s", certName(leaf.Issuer.CommonName, leaf.Issuer.Organization))
	}
	return badCert("%s", strings.TrimPrefix(err.Error(), "x509: "))
}

// earliest returns the certificate of chain that ends first.
func earliest(chain []*x509.Certificate) *x509.Certificate {
	first := chain[0]
	for _, c := range chain[1:] {
		if c.NotAfter.Before(first.NotAfter) {
			first = c
		}
	}
	return first
}

// judgeExpiry returns a finding if the first certificate of chain to end does
// so within the time given.
func judgeExpiry(chain []*x509.Certificate, within time.Duration, now time.Time) []Finding {
	if within <= 0 || len(chain) == 0 {
		return nil
	}
	c := earliest(chain)
	left := c.NotAfter.Sub(now)
	if left > within {
		return nil
	}
	text := "cert: " + days(left) + " left"
	switch {
	case left <= 0:
		text = expired(c, chain[0], now)
	case c != chain[0]:
		text += ", " + role(c)
	}
	return []Finding{{What: "expiry", Status: Degraded, Text: text}}
}

func expired(c, leaf *x509.Certificate, now time.Time) string {
	text := "certificate expired " + days(now.Sub(c.NotAfter)) + " ago"
	if c != leaf {
		text += ": " + role(c)
	}
	return text
}

// role names a certificate that is not the leaf.
func role(c *x509.Certificate) string {
	kind := "intermediate"
	if bytes.Equal(c.RawIssuer, c.RawSubject) {
		kind = "root"
	}
	return kind + " " + certName(c.Subject.CommonName, c.Subject.Organization)
}

// days writes d as people speak of certificates.
func days(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%dd", int(d/(24*time.Hour)))
	case d >= time.Hour:
		return fmt.Sprintf("%dh", int(d/time.Hour))
	}
	return fmt.Sprintf("%dm", int(d/time.Minute))
}

// certName is how a subject or issuer is shown.
func certName(common string, organization []string) string {
	return safe.Line(cmp.Or(common, strings.Join(organization, " "), "without a name"), 100)
}

// certNames is what a leaf answers for, or the first of it.
func certNames(leaf *x509.Certificate) string {
	var names []string
	names = append(names, leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return certName(leaf.Subject.CommonName, leaf.Subject.Organization)
	case len(names) > 2:
		names = append(names[:2], "…")
	}
	return safe.Line(strings.Join(names, " "), 100)
}

// tlsFacts are the words worth showing of a handshake.
func tlsFacts(state tls.ConnectionState, chain []*x509.Certificate) []Fact {
	leaf := chain[0]
	var ends []string
	for _, c := range chain {
		ends = append(ends, certName(c.Subject.CommonName, c.Subject.Organization)+" "+c.NotAfter.UTC().Format(time.DateOnly))
	}
	return []Fact{
		{Name: "tls", Text: tls.VersionName(state.Version)},
		{Name: "subject", Text: certNames(leaf)},
		{Name: "issuer", Text: certName(leaf.Issuer.CommonName, leaf.Issuer.Organization)},
		{Name: "chain", Text: safe.Line(strings.Join(ends, ", "), 400)},
	}
}
