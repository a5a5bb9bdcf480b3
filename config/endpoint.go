package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sitrep/safe"
	"sitrep/spell"
)

// endpoint is what a target's URL says.
type endpoint struct {
	kind  string // "http", "tcp", "tls", "dns"
	shown string // without userinfo and what may be secret
	url   string // of http: without userinfo
	user  string
	pass  safe.Secret
	addr  string // host:port, of tcp, tls and a name server; "" is the system's
	name  string // the name that is asked for, of dns
	typ   string // the record type, of dns; "" is A
}

// schemes are those that can be probed; soon are those that cannot yet.
var (
	schemes = []string{"http", "https", "tcp", "tls", "dns"}
	soon    = []string{
		"ws", "wss", "unix", "icmp", "grpc", "grpcs", "weaviate+http", "weaviate+https",
		"prometheus+http", "prometheus+https", "exec", "heartbeat",
	}
)

// parseEndpoint reads a target's URL. Its errors show no part that may be secret.
func parseEndpoint(raw string) (endpoint, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok && strings.HasPrefix(raw, "dns:") {
		scheme, rest, ok = "dns", strings.TrimPrefix(raw, "dns:"), true
	}
	switch {
	case raw == "":
		return endpoint{}, errors.New("the URL is empty")
	case !ok:
		return endpoint{}, noScheme(raw)
	case slices.Contains(soon, scheme):
		return endpoint{}, fmt.Errorf("%s targets are not there yet in this version", scheme)
	case !slices.Contains(schemes, scheme):
		return endpoint{}, fmt.Errorf("%q is no kind of target%s", scheme, spell.Meant(scheme, schemes))
	}
	if scheme == "dns" {
		return dnsEndpoint(raw, rest)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return endpoint{}, badURL(raw, err)
	}
	if u.Hostname() == "" {
		return endpoint{}, fmt.Errorf("the URL has no host, as in %q", scheme+"://example.com")
	}
	if p := u.Port(); p != "" && !validPort(p) {
		return endpoint{}, fmt.Errorf("%q is no port", p)
	}
	if scheme == "http" || scheme == "https" {
		return httpEndpoint(u), nil
	}
	return plainEndpoint(scheme, u)
}

func httpEndpoint(u *url.URL) endpoint {
	e := endpoint{kind: "http", shown: safe.URL(u.String())}
	if u.User != nil {
		e.user = u.User.Username()
		pass, _ := u.User.Password()
		e.pass = safe.NewSecret(pass)
		u.User = nil
	}
	e.url = u.String()
	return e
}

// plainEndpoint reads what is a host and a port and nothing else.
func plainEndpoint(scheme string, u *url.URL) (endpoint, error) {
	port := u.Port()
	switch {
	case u.User != nil:
		return endpoint{}, fmt.Errorf("a %s target has no user", scheme)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return endpoint{}, fmt.Errorf("a %s target is a host and a port; %q has more", scheme, safe.URL(u.String()))
	case port == "" && scheme == "tcp":
		return endpoint{}, fmt.Errorf("%q has no port, as in %q", u.String(), "tcp://"+u.Host+":5432")
	case port == "":
		port = "443"
	}
	addr := net.JoinHostPort(u.Hostname(), port)
	return endpoint{kind: scheme, shown: safe.Line(scheme+"://"+addr, 400), addr: addr}, nil
}

// dnsEndpoint reads dns://server/name?type=A and dns:name?type=A (RFC 4501,
// without the class).
func dnsEndpoint(raw, rest string) (endpoint, error) {
	e := endpoint{kind: "dns", shown: safe.Line(raw, 400)}
	rest, query, _ := strings.Cut(rest, "?")
	if strings.HasPrefix(raw, "dns://") {
		var host string
		host, e.name, _ = strings.Cut(rest, "/")
		if host != "" {
			addr, err := withPort(host, "53")
			if err != nil {
				return e, err
			}
			e.addr = addr
		}
	} else {
		e.name = rest
	}
	if e.name = strings.TrimSuffix(e.name, "."); e.name == "" {
		return e, fmt.Errorf(`%q asks for no name, as in "dns://1.1.1.1/example.com?type=A"`, e.shown)
	}
	for pair := range strings.SplitSeq(query, "&") {
		switch key, v, _ := strings.Cut(pair, "="); {
		case pair == "":
		case strings.EqualFold(key, "type"):
			e.typ = strings.ToUpper(v)
		default:
			return e, fmt.Errorf(`%q is no part of a dns URL; only "type" is`, key)
		}
	}
	return e, nil
}

func withPort(host, port string) (string, error) {
	if h, p, err := net.SplitHostPort(host); err == nil {
		if !validPort(p) {
			return "", fmt.Errorf("%q is no port", p)
		}
		return net.JoinHostPort(h, p), nil
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port), nil
}

func validPort(p string) bool {
	n, err := strconv.Atoi(p)
	return err == nil && n >= 1 && n <= 65535
}

// noScheme guesses what a URL without a scheme was to be.
func noScheme(raw string) error {
	if strings.Contains(raw, "@") {
		return errors.New(`the URL has no scheme, such as "https://"`)
	}
	host, path, hasPath := strings.Cut(raw, "/")
	guess := "https://" + raw
	if _, port, err := net.SplitHostPort(host); err == nil && validPort(port) {
		switch {
		case port == "443":
		case port == "80" || port == "8080" || hasPath && path != "":
			guess = "http://" + raw
		default:
			guess = "tcp://" + raw
		}
	}
	return fmt.Errorf("%q has no scheme; did you mean %q?", raw, guess)
}

// badURL says why a URL cannot be read. It may hold a password, which is not shown.
func badURL(raw string, err error) error {
	if strings.Contains(raw, "@") {
		return errors.New("the URL cannot be read: a character of the user or the password must be percent-encoded" +
			" (@ is %40, / is %2F, : is %3A, # is %23, % is %25); or write basic = { user = …, password = … }")
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return fmt.Errorf("the URL cannot be read: %w", err)
}
