package checker

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// tlsProbe does a handshake and looks at the chain.
type tlsProbe struct {
	route  *route
	policy *tlsPolicy
	to     destination
}

// NewTLS returns a probe of a handshake; without a port, of 443. The error says
// which option is invalid.
func NewTLS(d *Dialer, o TLSProbeOptions) (Probe, error) {
	host, port, err := splitAddr(o.Addr, "443")
	if err != nil {
		return nil, err
	}
	s, err := newTLSPolicy(o.TLS, nil)
	if err != nil {
		return nil, err
	}
	r, err := newRoute(d, o.Dial, host)
	if err != nil {
		return nil, err
	}
	return &tlsProbe{route: r, policy: s, to: destination{network: "tcp", host: host, port: port}}, nil
}

// Probe does one handshake.
func (p *tlsProbe) Probe(ctx context.Context) (d Detail, err error) {
	var w stopwatch
	defer func() { d.Phases = w.phases() }()
	var s *tlsConn
	conn, findings, err := p.route.open(ctx, p.to, &w, func(ctx context.Context, conn net.Conn) (net.Conn, error) {
		d.Peer = conn.RemoteAddr().String()
		var err error
		s, err = p.policy.handshake(ctx, conn, p.to.host)
		return s, err
	})
	if err != nil {
		return d, err
	}
	defer conn.Close()
	if err := p.settled(s, w.took[handshaking]); err != nil {
		return d, err
	}
	d.NotAfter = earliest(s.chain).NotAfter
	d.Findings = append(findings, judgeExpiry(s.chain, p.policy.within, time.Now())...)
	d.Facts = s.facts
	return d, nil
}

// settleTime is how long a server that wanted our certificate has to refuse it,
// beyond the time that the handshake took.
const settleTime = 250 * time.Millisecond

// settled waits for a server's word on our certificate, if it asked for one: by
// TLS 1.3 that comes after the handshake, as an alert.
func (p *tlsProbe) settled(s *tlsConn, handshake time.Duration) error {
	if !s.asked || s.ConnectionState().Version < tls.VersionTLS13 {
		return nil
	}
	s.SetReadDeadline(time.Now().Add(handshake + settleTime))
	var one [1]byte
	_, err := s.Read(one[:])
	if alert := explainAlert(err); alert != nil {
		return p.policy.named(alert)
	}
	return nil
}
