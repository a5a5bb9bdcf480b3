package checker

import "errors"

// NewTLS returns a probe of a handshake. The error says which option is invalid.
func NewTLS(d *Dialer, o TLSProbeOptions) (Probe, error) { return nil, errors.New("not built") }
