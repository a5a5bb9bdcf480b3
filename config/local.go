package config

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// local tells whether a target is on this machine: what it says holds while the
// link to everything else is down. A name server is not, wherever it listens,
// since it has to ask others.
func (e endpoint) local(resolve string) bool {
	host := resolve
	if host == "" {
		host = e.host()
	}
	return e.kind != "dns" && onThisMachine(host)
}

// host returns the name or address that is dialled, "" if there is none.
func (e endpoint) host() string {
	if e.kind == "http" {
		u, err := url.Parse(e.url)
		if err != nil {
			return ""
		}
		return u.Hostname()
	}
	host, _, err := net.SplitHostPort(e.addr)
	if err != nil {
		return ""
	}
	return host
}

// onThisMachine tells whether a host is a loopback address, or a name that is
// kept for one (RFC 6761 section 6.3).
func onThisMachine(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return a.IsLoopback() || a.IsUnspecified()
	}
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}
