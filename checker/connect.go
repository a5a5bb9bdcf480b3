package checker

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"sitrep/safe"
)

// Happy eyeballs (RFC 8305): the next address is tried when the one before it
// has failed, or has been silent for this long.
const nextAddress = 250 * time.Millisecond

// maxAddresses is how many addresses of a name are tried.
const maxAddresses = 8

// connect makes a connection to the first of addrs that lets it.
func (r *route) connect(ctx context.Context, to destination, addrs []netip.Addr) (net.Conn, error) {
	port, err := strconv.ParseUint(to.port, 10, 16)
	if err != nil {
		return nil, permanent("%q is no port", to.port)
	}
	if len(addrs) == 1 {
		return r.connectOne(ctx, to, netip.AddrPortFrom(addrs[0], uint16(port)))
	}
	var list []netip.AddrPort
	for _, a := range interleave(addrs) {
		list = append(list, netip.AddrPortFrom(a, uint16(port)))
	}
	return r.connectFirst(ctx, to, list)
}

// interleave takes addresses of the two families in turns, the first one's
// first, so that a family that leads nowhere costs one step.
func interleave(addrs []netip.Addr) []netip.Addr {
	var same, other, out []netip.Addr
	for _, a := range addrs {
		if a.Is4() == addrs[0].Is4() {
			same = append(same, a)
		} else {
			other = append(other, a)
		}
	}
	for len(out) < maxAddresses && len(same)+len(other) > 0 {
		if len(same) > 0 {
			out, same = append(out, same[0]), same[1:]
		}
		if len(other) > 0 {
			out, other = append(out, other[0]), other[1:]
		}
	}
	return out
}

// connectFirst dials the addresses one after the other, nextAddress apart, and
// returns the first connection. The others are given up and closed.
func (r *route) connectFirst(ctx context.Context, to destination, list []netip.AddrPort) (net.Conn, error) {
	type outcome struct {
		conn net.Conn
		err  error
	}
	racing, cancel := context.WithCancel(ctx)
	outcomes := make(chan outcome, len(list))
	begun, ended := 0, 0
	begin := func() {
		addr := list[begun]
		begun++
		go func() {
			conn, err := r.connectOne(racing, to, addr)
			outcomes <- outcome{conn, err}
		}()
	}
	defer func() {
		cancel()
		for range begun - ended { // whoever connects too late hangs up
			if o := <-outcomes; o.conn != nil {
				o.conn.Close()
			}
		}
	}()
	begin()
	timer := time.NewTimer(nextAddress)
	defer timer.Stop()
	var worst error
	for ended < len(list) {
		select {
		case o := <-outcomes:
			ended++
			if o.err == nil {
				return o.conn, nil
			}
			worst = moreTelling(worst, o.err)
			if begun < len(list) {
				begin()
				timer.Reset(nextAddress)
			}
		case <-timer.C:
			if begun < len(list) {
				begin()
				timer.Reset(nextAddress)
			}
		}
	}
	return nil, worst
}

// moreTelling returns which of two errors says more about the target: the first,
// unless that one is only about ourselves.
func moreTelling(a, b error) error {
	if a == nil || errors.Is(a, ErrCannotJudge) && !errors.Is(b, ErrCannotJudge) {
		return b
	}
	return a
}

// connectOne dials one address. What may not be reached is refused here, where
// the address is the one that will be used whatever a name server says next.
func (r *route) connectOne(ctx context.Context, to destination, addr netip.AddrPort) (net.Conn, error) {
	switch a := addr.Addr(); {
	case !r.linkLocal && safe.LinkLocal(a):
		return nil, permanent("refused: %s is link-local or metadata", a)
	case to.public && safe.Private(a):
		return nil, permanent("refused: redirect to private %s", a)
	}
	d := net.Dialer{KeepAlive: -1} // the attempt's timeout does that job
	if r.source.IsValid() {
		if to.network == "udp" {
			d.LocalAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(r.source, 0))
		} else {
			d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(r.source, 0))
		}
	}
	conn, err := d.DialContext(ctx, to.network, addr.String())
	if err == nil {
		return conn, nil
	}
	if errors.Is(err, syscall.ENETUNREACH) && !routeTo(addr) {
		if addr.Addr().Is4() {
			return nil, cannotJudge(err, "no IPv4 route here")
		}
		return nil, cannotJudge(err, "no IPv6 route here")
	}
	return nil, explain(ctx, err, connecting)
}

// routeTo tells whether this machine knows a way to addr: a network that is
// unreachable further on answers with the same error. Connecting a UDP socket
// looks the way up and sends nothing.
func routeTo(addr netip.AddrPort) bool {
	conn, err := net.Dial("udp", addr.String())
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
