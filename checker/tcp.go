package checker

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"time"
)

// maxLine is how much of an answer by TCP is looked at.
const maxLine = 4 << 10

// tcpProbe connects and, if it is to, says something and reads a line.
type tcpProbe struct {
	route  *route
	to     destination
	send   []byte
	expect *regexp.Regexp
}

// NewTCP returns a probe that connects, and may talk. The error says which
// option is invalid.
func NewTCP(d *Dialer, o TCPOptions) (Probe, error) {
	host, port, err := splitAddr(o.Addr, "")
	if err != nil {
		return nil, err
	}
	r, err := newRoute(d, o.Dial, host)
	if err != nil {
		return nil, err
	}
	to := destination{network: "tcp", host: host, port: port}
	return &tcpProbe{route: r, to: to, send: []byte(o.Send), expect: o.Expect}, nil
}

// Probe connects once.
func (p *tcpProbe) Probe(ctx context.Context) (d Detail, err error) {
	var w stopwatch
	defer func() { d.Phases = w.phases() }()
	conn, findings, err := p.route.open(ctx, p.to, &w, nil)
	if err != nil {
		return d, err
	}
	defer conn.Close()
	d.Peer = conn.RemoteAddr().String()
	if len(p.send) > 0 || p.expect != nil {
		finding, err := p.talk(ctx, conn, &w)
		if err != nil {
			return d, err
		}
		findings = append(findings, finding...)
	}
	d.Findings = findings
	return d, nil
}

// talk says what is to be said and compares one line of the answer.
func (p *tcpProbe) talk(ctx context.Context, conn net.Conn, w *stopwatch) ([]Finding, error) {
	defer interrupt(ctx, conn)()
	start := time.Now()
	if len(p.send) > 0 {
		if _, err := conn.Write(p.send); err != nil {
			return nil, explain(ctx, err, waiting)
		}
	}
	if p.expect == nil {
		return nil, nil
	}
	line, err := p.readLine(conn)
	w.add(waiting, time.Since(start))
	switch {
	case p.expect.Match(line):
		return nil, nil
	case len(line) == 0 && err != nil:
		return nil, explain(ctx, err, waiting)
	}
	text := fmt.Sprintf("got %s, want /%s/", strconv.Quote(shorten(string(line))), p.expect)
	return []Finding{{What: "answer", Status: Down, Text: text}}, nil
}

// readLine reads up to the end of the first line. A prompt has none: what
// matches already is enough. A line may come along with an error.
func (p *tcpProbe) readLine(conn net.Conn) ([]byte, error) {
	buf := make([]byte, 0, maxLine)
	for len(buf) < maxLine {
		n, err := conn.Read(buf[len(buf):maxLine])
		buf = buf[:len(buf)+n]
		if line, _, ok := bytes.Cut(buf, []byte("\n")); ok {
			return bytes.TrimSuffix(line, []byte("\r")), nil
		}
		if err != nil || p.expect.Match(buf) {
			return buf, err
		}
	}
	return buf, nil
}

// interrupt makes reads and writes of conn end when ctx does, until the
// function that it returns is called.
func interrupt(ctx context.Context, conn net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
}
