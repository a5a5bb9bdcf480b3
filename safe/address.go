package safe

import (
	"net/netip"
	"slices"
)

// Addresses that hand out a machine's own credentials, or that only this
// machine's neighbours answer at. The clouds' metadata services live here:
// AWS and most others at 169.254.169.254 and fd00:ec2::254, Alibaba at
// 100.100.100.200, Azure's agent at 168.63.129.16.
var metadata = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"),
	netip.MustParseAddr("100.100.100.200"),
	netip.MustParseAddr("168.63.129.16"),
}

// Prefixes that carry an IPv4 address in an IPv6 one: NAT64 (RFC 6052, in the
// last four bytes) and 6to4 (RFC 3056, after the first two).
var (
	nat64     = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour = netip.MustParsePrefix("2002::/16")
	sharedV4  = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
)

// plainAddr strips what may wrap an address: a zone, and IPv4 within IPv6.
func plainAddr(a netip.Addr) netip.Addr {
	a = a.WithZone("").Unmap()
	b := a.As16()
	switch {
	case nat64.Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case sixToFour.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return a
}

// LinkLocal tells whether a is link-local or a metadata service's, in whatever
// form it is written.
func LinkLocal(a netip.Addr) bool {
	a = plainAddr(a)
	if a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() || a.IsInterfaceLocalMulticast() {
		return true
	}
	return slices.Contains(metadata, a)
}

// Private tells whether a is one that the public network does not route;
// loopback and link-local ones are.
func Private(a netip.Addr) bool {
	a = plainAddr(a)
	return a.IsLoopback() || a.IsPrivate() || a.IsUnspecified() || LinkLocal(a) || sharedV4.Contains(a)
}
