package checker

import "errors"

// NewDNS returns a probe of a name server. The error says which option is invalid.
func NewDNS(d *Dialer, o DNSOptions) (Probe, error) { return nil, errors.New("not built") }
