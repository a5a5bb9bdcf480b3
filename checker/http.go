package checker

import "errors"

// NewHTTP returns a probe by HTTP. The error says which option is invalid.
func NewHTTP(d *Dialer, o HTTPOptions) (Probe, error) { return nil, errors.New("not built") }
