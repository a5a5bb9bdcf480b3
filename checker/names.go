package checker

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// toASCII follows the lookup rules of UTS #46, nontransitional: ß stays a
// letter of its own. Underscores are allowed, since names of services have them.
var toASCII = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.BidiRule(),
	idna.StrictDomainName(false),
	idna.VerifyDNSLength(true),
)

// hostASCII returns the name that is asked for and sent when an operator
// writes host: lower case, umlauts as xn--, without the final dot. An address
// is returned as it is.
func hostASCII(host string) (string, error) {
	if host == "" {
		return "", errors.New("there is no host")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return host, nil
	}
	name, err := toASCII.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || strings.ContainsAny(name, ":/@[] \t") {
		return "", fmt.Errorf("%q is no host name", host)
	}
	return name, nil
}

// splitAddr splits "host:port" and checks both; port is the one used if addr
// has none, "" if it must have one.
func splitAddr(addr, port string) (host, p string, err error) {
	host, p, err = net.SplitHostPort(addr)
	if err != nil {
		if port == "" {
			return "", "", fmt.Errorf("%q wants a port, as in %q", addr, addr+":443")
		}
		host, p = strings.Trim(addr, "[]"), port
	}
	if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
		return "", "", fmt.Errorf("%q is no port", p)
	}
	host, err = hostASCII(host)
	return host, p, err
}

// isAddr tells whether host is an address and not a name.
func isAddr(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
