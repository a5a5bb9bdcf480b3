package checker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// route is how a probe reaches its target: DialOptions, checked and ready.
type route struct {
	dialer    *Dialer
	family    string // "ip", "ip4" or "ip6", as package net has it
	host      string // the target's, that pinned stands for
	pinned    netip.Addr
	resolver  *net.Resolver
	source    netip.Addr
	expect    []netip.Prefix
	linkLocal bool // may be dialled
}

// destination is one thing to connect to.
type destination struct {
	network, host, port string
	public              bool // only an address of the public network will do
}

// newRoute checks o. host is the target's name or address.
func newRoute(d *Dialer, o DialOptions, host string) (*route, error) {
	r := &route{dialer: d, host: host, linkLocal: o.AllowLinkLocal, resolver: net.DefaultResolver}
	var ok bool
	if r.family, ok = map[string]string{"": "ip", "any": "ip", "v4": "ip4", "v6": "ip6"}[o.IP]; !ok {
		return nil, fmt.Errorf("ip %q is none of any, v4, v6", o.IP)
	}
	var err error
	if r.pinned, err = parseOptional(o.Resolve); err != nil {
		return nil, fmt.Errorf("resolve %q is no address", o.Resolve)
	}
	if r.source, err = parseOptional(o.Source); err != nil {
		return nil, fmt.Errorf("source %q is no address", o.Source)
	}
	if o.Resolver != "" {
		if r.resolver, err = newResolver(o.Resolver); err != nil {
			return nil, err
		}
	}
	for _, text := range o.ExpectIP {
		prefix, err := parsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("expect_ip %q is neither an address nor a prefix", text)
		}
		r.expect = append(r.expect, prefix)
	}
	switch {
	case r.pinned.IsValid() && len(r.expect) > 0:
		return nil, errors.New("expect_ip has nothing to look at when resolve names the address")
	case r.pinned.IsValid() && !r.allows(r.pinned):
		return nil, fmt.Errorf("resolve %s is not an address for ip = %q", r.pinned, o.IP)
	}
	if r.source.IsValid() {
		if !r.allows(r.source) {
			return nil, fmt.Errorf("source %s is not an address for ip = %q", r.source, o.IP)
		}
		r.family = familyOf(r.source)
	}
	return r, nil
}

func parseOptional(text string) (netip.Addr, error) {
	if text == "" {
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(text)
	return a.Unmap(), err
}

func parsePrefix(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err
}

// newResolver asks the name server at addr and no other.
func newResolver(addr string) (*net.Resolver, error) {
	host, port, err := splitAddr(addr, "53")
	if err != nil {
		return nil, fmt.Errorf("resolver: %w", err)
	}
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, net.JoinHostPort(host, port))
	}
	return &net.Resolver{PreferGo: true, Dial: dial}, nil
}

func familyOf(a netip.Addr) string {
	if a.Is4() {
		return "ip4"
	}
	return "ip6"
}

// allows tells whether a is of the family that the route uses.
func (r *route) allows(a netip.Addr) bool { return r.family == "ip" || r.family == familyOf(a) }

// open connects to to and, if secure is not nil, hands the connection to it
// for a handshake. Findings are about the addresses; there are none beside an error.
func (r *route) open(
	ctx context.Context, to destination, w *stopwatch, secure func(context.Context, net.Conn) (net.Conn, error),
) (net.Conn, []Finding, error) {
	addrs, err := r.resolve(ctx, to.host, w)
	if err != nil {
		return nil, nil, err
	}
	var findings []Finding
	if to.host == r.host { // not what a redirect leads to
		findings = r.judgeAddrs(addrs)
	}
	release, err := r.dialer.acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	start := time.Now()
	conn, err := r.connect(ctx, to, addrs)
	w.add(connecting, time.Since(start))
	if err != nil {
		return nil, nil, err
	}
	if secure == nil {
		return conn, findings, nil
	}
	start = time.Now()
	secured, err := secure(ctx, conn)
	w.add(handshaking, time.Since(start))
	if err != nil {
		conn.Close()
		return nil, nil, explain(ctx, err, handshaking)
	}
	return secured, findings, nil
}

// resolve returns the addresses of host, at least one, in the order that they
// are to be tried.
func (r *route) resolve(ctx context.Context, host string, w *stopwatch) ([]netip.Addr, error) {
	if r.pinned.IsValid() && host == r.host {
		return []netip.Addr{r.pinned}, nil
	}
	if a, err := netip.ParseAddr(host); err == nil {
		if a = a.Unmap(); !r.allows(a) {
			return nil, permanent("%s is not of the family asked for", a)
		}
		return []netip.Addr{a}, nil
	}
	start := time.Now()
	addrs, err := r.resolver.LookupNetIP(ctx, r.family, host)
	if err == nil && len(addrs) == 0 {
		err = &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if err != nil {
		err = r.explainLookup(ctx, host, err)
	}
	w.add(resolving, time.Since(start))
	for i, a := range addrs {
		addrs[i] = a.Unmap()
	}
	return addrs, err
}

// explainLookup says why host has no address.
func (r *route) explainLookup(ctx context.Context, host string, err error) error {
	if ctx.Err() != nil {
		return explain(ctx, err, resolving)
	}
	e, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return &fault{text: "resolver: " + err.Error(), cause: err}
	}
	switch {
	case e.IsNotFound && r.family != "ip":
		// Package net has one answer for a name that does not exist and for one
		// that has no address of this family; whether it has any tells them apart.
		if _, err := r.resolver.LookupNetIP(ctx, "ip", host); err == nil {
			return permanent("no %s address", strings.Replace(r.family, "ip", "IPv", 1))
		}
		fallthrough
	case e.IsNotFound:
		return &fault{text: "NXDOMAIN", class: ErrPermanent, cause: err}
	case e.IsTimeout:
		return &fault{text: "resolver timeout", cause: err}
	}
	return &fault{text: "resolver: " + e.Err, cause: err}
}

// judgeAddrs compares addresses with those expected.
func (r *route) judgeAddrs(addrs []netip.Addr) []Finding {
	if len(r.expect) == 0 {
		return nil
	}
	for _, a := range addrs {
		inside := false
		for _, p := range r.expect {
			inside = inside || p.Contains(a.WithZone(""))
		}
		if !inside {
			return []Finding{{What: "address", Status: Down, Text: fmt.Sprintf("%s, want %s", a, joinPrefixes(r.expect))}}
		}
	}
	return nil
}

func joinPrefixes(list []netip.Prefix) string {
	var texts []string
	for _, p := range list {
		if p.IsSingleIP() {
			texts = append(texts, p.Addr().String())
		} else {
			texts = append(texts, p.String())
		}
	}
	return strings.Join(texts, " or ")
}
