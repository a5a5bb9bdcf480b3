package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"sitrep/safe"
)

// resolvConf says who the system's name servers are.
const resolvConf = "/etc/resolv.conf"

// dnsProbe asks a name server one question.
type dnsProbe struct {
	route  *route
	server destination // without a host: the system's first
	name   string      // fully qualified
	kind   uint16      // of record
	tcp    bool        // from the start
	noRec  bool
	rcode  int
	expect []Comparison
}

// NewDNS returns a probe of a name server. The error says which option is
// invalid.
func NewDNS(d *Dialer, o DNSOptions) (Probe, error) {
	p := &dnsProbe{noRec: o.NoRecursion}
	var err error
	if p.server, err = dnsServer(o.Server); err != nil {
		return nil, err
	}
	var ok bool
	if p.kind, ok = dns.StringToType[strings.ToUpper(cmp.Or(o.Type, "A"))]; !ok {
		return nil, fmt.Errorf("type %q is no type of record", o.Type)
	}
	if p.name, err = dnsName(o.Name, p.kind); err != nil {
		return nil, err
	}
	switch o.Transport {
	case "", "udp":
	case "tcp":
		p.tcp = true
	default:
		return nil, fmt.Errorf("transport %q is neither udp nor tcp", o.Transport)
	}
	if p.rcode, err = parseRcode(cmp.Or(o.ExpectRcode, "NOERROR")); err != nil {
		return nil, err
	}
	for _, want := range o.ExpectAnswer {
		if s, ok := want.Eq.(string); ok {
			want.Eq = canonicalAnswer(s, p.kind)
		}
		p.expect = append(p.expect, want)
	}
	dial := DialOptions{IP: o.Dial.IP, Source: o.Dial.Source, Resolver: o.Dial.Resolver, AllowLinkLocal: o.Dial.AllowLinkLocal}
	p.route, err = newRoute(d, dial, p.server.host)
	return p, err
}

func dnsServer(addr string) (destination, error) {
	if addr == "" {
		return destination{}, nil
	}
	host, port, err := splitAddr(addr, "53")
	return destination{host: host, port: port}, err
}

// dnsName returns the question's name. An address asked for its name is turned
// into the name under which that is filed.
func dnsName(name string, kind uint16) (string, error) {
	if name == "." {
		return name, nil
	}
	if isAddr(name) {
		if kind != dns.TypePTR {
			return "", fmt.Errorf("%q is an address, not a name", name)
		}
		return dns.ReverseAddr(name)
	}
	ascii, err := hostASCII(name)
	if err != nil {
		return "", err
	}
	return dns.Fqdn(ascii), nil
}

// parseRcode reads a response code, by name or by number.
func parseRcode(s string) (int, error) {
	if code, ok := dns.StringToRcode[strings.ToUpper(s)]; ok {
		return code, nil
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < 16 {
		return n, nil
	}
	var names []string
	for code := range 11 {
		names = append(names, rcodeName(code))
	}
	return 0, fmt.Errorf("rcode %q is none of %s, or a number from 0 to 15", s, strings.Join(names, ", "))
}

func rcodeName(code int) string {
	return cmp.Or(dns.RcodeToString[code], "rcode "+strconv.Itoa(code))
}

// Probe asks once: over UDP, and over TCP if the answer did not fit or was
// damaged on its way.
func (p *dnsProbe) Probe(ctx context.Context) (d Detail, err error) {
	var w stopwatch
	defer func() { d.Phases = w.phases() }()
	server := p.server
	if server.host == "" {
		config, err := dns.ClientConfigFromFile(resolvConf)
		if err != nil || len(config.Servers) == 0 {
			return d, cannotJudge(err, "no name server in "+resolvConf)
		}
		server.host, server.port = config.Servers[0], config.Port
	}
	reply, peer, err := p.ask(ctx, server, &w)
	d.Peer = peer
	if err != nil {
		return d, err
	}
	d.Code = reply.Rcode
	answers := p.answers(reply)
	if len(answers) > 0 {
		d.Facts = []Fact{{Name: "answer", Text: safe.Line(strings.Join(answers, ", "), maxFactText)}}
	}
	if reply.Rcode != p.rcode {
		text := p.wrongRcode(reply.Rcode, answers, server)
		d.Findings = []Finding{{What: "rcode", Status: Down, Text: text}}
		if reply.Rcode == dns.RcodeServerFailure { // a server's word for "not just now"
			return d, transient("%s", text)
		}
		return d, nil
	}
	if p.rcode == dns.RcodeSuccess {
		d.Findings = p.judge(answers)
	}
	return d, nil
}

// ask returns the reply, and the address that it came from.
func (p *dnsProbe) ask(ctx context.Context, server destination, w *stopwatch) (*dns.Msg, string, error) {
	query := new(dns.Msg)
	query.SetQuestion(p.name, p.kind)
	query.RecursionDesired = !p.noRec
	if p.tcp {
		return p.exchange(ctx, "tcp", server, query, w)
	}
	reply, peer, err := p.exchange(ctx, "udp", server, query, w)
	switch {
	case errors.Is(err, errMalformed):
		again, peer, tcpErr := p.exchange(ctx, "tcp", server, query, w)
		if tcpErr != nil {
			return nil, peer, err
		}
		return again, peer, nil
	case err == nil && reply.Truncated:
		reply, peer, err = p.exchange(ctx, "tcp", server, query, w)
		if err != nil && ctx.Err() == nil {
			err = transient("truncated, then by TCP: %v", err)
		}
	}
	return reply, peer, err
}

func (p *dnsProbe) exchange(
	ctx context.Context, network string, server destination, query *dns.Msg, w *stopwatch,
) (*dns.Msg, string, error) {
	server.network = network
	conn, _, err := p.route.open(ctx, server, w, nil)
	if err != nil {
		return nil, net.JoinHostPort(server.host, server.port), err
	}
	defer conn.Close()
	defer interrupt(ctx, conn)()
	reply, err := question(ctx, conn, network, query, w)
	return reply, conn.RemoteAddr().String(), err
}

// wrongRcode says which code came in place of the one expected.
func (p *dnsProbe) wrongRcode(code int, answers []string, server destination) string {
	got := rcodeName(code)
	switch {
	case code == dns.RcodeServerFailure && p.rcode == dns.RcodeSuccess:
		return got + " from " + net.JoinHostPort(server.host, server.port)
	case len(answers) > 0:
		got += " with " + shorten(strings.Join(answers, ", "))
	}
	return got + ", want " + rcodeName(p.rcode)
}

// judge compares the answers with what is expected of them.
func (p *dnsProbe) judge(answers []string) []Finding {
	var findings []Finding
	mayLack := slices.ContainsFunc(p.expect, func(c Comparison) bool {
		return c.Optional || c.Present != nil && !*c.Present
	})
	if len(answers) == 0 && !mayLack {
		return []Finding{{What: "answer", Status: Down, Text: "no " + dns.TypeToString[p.kind] + " record"}}
	}
	for i := range p.expect {
		if wrong := anyHolds(&p.expect[i], answers); wrong != "" {
			findings = append(findings, Finding{What: "answer", Status: p.expect[i].status(), Text: wrong})
		}
	}
	return findings
}

// anyHolds returns "" if want holds for one of the answers, and else what is
// wrong with the first.
func anyHolds(want *Comparison, answers []string) string {
	if len(answers) == 0 {
		return want.check(value{})
	}
	first := ""
	for _, a := range answers {
		wrong := want.check(textValue(a))
		if wrong == "" {
			return ""
		}
		first = cmp.Or(first, wrong)
	}
	if len(answers) > 1 {
		first += fmt.Sprintf(" (nor do %d others)", len(answers)-1)
	}
	return first
}
