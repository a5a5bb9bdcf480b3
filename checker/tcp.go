package checker

import "errors"

// NewTCP returns a probe that connects. The error says which option is invalid.
func NewTCP(d *Dialer, o TCPOptions) (Probe, error) { return nil, errors.New("not built") }
