package notify

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// errRefusedAddress marks an address that no notification is sent to.
var errRefusedAddress = errors.New("link-local and metadata addresses are refused")

// refusedPrefixes hold what a receiver's name must not lead to, whoever answers
// for the name: neighbours on the link, and the services by which clouds hand
// credentials to their machines.
var refusedPrefixes = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"),     // link-local; metadata of most clouds
	netip.MustParsePrefix("fe80::/10"),          // link-local
	netip.MustParsePrefix("fd00:ec2::254/128"),  // AWS
	netip.MustParsePrefix("100.100.100.200/32"), // Alibaba
	netip.MustParsePrefix("168.63.129.16/32"),   // Azure
}

// newDialer returns a dialer that looks at the resolved address of each
// connection, so that neither DNS nor a way of writing numbers gets around it.
func newDialer() *net.Dialer {
	return &net.Dialer{
		Timeout: 10 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error { return checkAddress(address) },
	}
}

// checkAddress refuses the address, "ip:port", if it lies in refusedPrefixes.
func checkAddress(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q is no address", errRefusedAddress, address)
	}
	ip := ap.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(refusedPrefixes, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return fmt.Errorf("%w: %s", errRefusedAddress, ip)
	}
	return nil
}
