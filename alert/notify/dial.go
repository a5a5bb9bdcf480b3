package notify

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"sitrep/safe"
)

// errRefusedAddress marks an address that no notification is sent to.
var errRefusedAddress = errors.New("link-local and metadata addresses are refused")

// newDialer returns a dialer that looks at the resolved address of each
// connection, so that neither DNS nor a way of writing numbers gets around it.
func newDialer() *net.Dialer {
	return &net.Dialer{
		Timeout: 10 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error { return checkAddress(address) },
	}
}

// checkAddress refuses an address, "ip:port", that a receiver's name must not
// lead to, whoever answers for the name: neighbours on the link, and the
// services by which clouds hand credentials to their machines.
func checkAddress(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q is no address", errRefusedAddress, address)
	}
	if safe.LinkLocal(ap.Addr()) {
		return fmt.Errorf("%w: %s", errRefusedAddress, ap.Addr())
	}
	return nil
}
