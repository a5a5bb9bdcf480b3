package checker

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// udpBuffer holds any answer over UDP to a question that does not offer more
// than the 512 bytes of RFC 1035 section 4.2.1, and those of servers that do
// not care.
const udpBuffer = 4 << 10

var errMalformed = &fault{text: "malformed answer"}

// question sends query over conn and returns the reply to it.
func question(ctx context.Context, conn net.Conn, network string, query *dns.Msg, w *stopwatch) (*dns.Msg, error) {
	packed, err := query.Pack()
	if err != nil {
		return nil, permanent("the question cannot be asked: %v", err)
	}
	if network == "tcp" {
		packed = append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)
	}
	start := time.Now()
	defer func() { w.add(waiting, time.Since(start)) }()
	if _, err := conn.Write(packed); err != nil {
		return nil, explain(ctx, err, waiting)
	}
	read := readUDP
	if network == "tcp" {
		read = readTCP
	}
	reply, err := read(conn, query)
	if err != nil && !errors.Is(err, errMalformed) {
		return nil, explain(ctx, err, waiting)
	}
	return reply, err
}

// readUDP waits for the reply to query. Packets that answer another question,
// late ones or forged ones, are not looked at.
func readUDP(conn net.Conn, query *dns.Msg) (*dns.Msg, error) {
	buf := make([]byte, udpBuffer)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return nil, err
		}
		if n >= 2 && binary.BigEndian.Uint16(buf) != query.Id {
			continue
		}
		reply, err := unpackReply(buf[:n], query)
		if err != nil || reply != nil {
			return reply, err
		}
	}
}

// readTCP reads the one reply that there can be.
func readTCP(conn net.Conn, query *dns.Msg) (*dns.Msg, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	buf := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, buf); err != nil {
		return nil, err
	}
	reply, err := unpackReply(buf, query)
	if reply == nil {
		return nil, errMalformed
	}
	return reply, err
}

// unpackReply reads a reply to query; nil without an error if it is one to
// something else. A reply with fewer records than it announces was cut.
func unpackReply(packet []byte, query *dns.Msg) (*dns.Msg, error) {
	const header = 12
	reply := new(dns.Msg)
	if len(packet) < header || reply.Unpack(packet) != nil {
		return nil, errMalformed
	}
	announced := int(binary.BigEndian.Uint16(packet[6:])) // ANCOUNT
	switch {
	case reply.Id != query.Id || !reply.Response:
		return nil, nil
	case len(reply.Question) > 0 && !sameQuestion(reply.Question[0], query.Question[0]):
		return nil, nil
	case len(reply.Answer) != announced && !reply.Truncated:
		return nil, errMalformed
	}
	return reply, nil
}

func sameQuestion(a, b dns.Question) bool {
	return a.Qtype == b.Qtype && a.Qclass == b.Qclass && strings.EqualFold(a.Name, b.Name)
}

// answers returns the records of the type that was asked for, as text, in an
// order that does not change when a server rotates them.
func (p *dnsProbe) answers(reply *dns.Msg) []string {
	var texts []string
	for _, record := range reply.Answer {
		if p.kind == dns.TypeANY || record.Header().Rrtype == p.kind {
			texts = append(texts, canonicalAnswer(recordText(record), record.Header().Rrtype))
		}
	}
	slices.Sort(texts)
	return texts
}

// recordText is what a record says, without its name, class and time to live.
func recordText(record dns.RR) string {
	if txt, ok := record.(*dns.TXT); ok {
		return strings.Join(txt.Txt, "") // one text, cut into pieces of 255 bytes
	}
	return strings.TrimPrefix(record.String(), record.Header().String())
}

// canonicalAnswer writes an answer so that equal ones are equal texts: addresses
// in their usual form, host names in lower case without the final dot.
func canonicalAnswer(s string, kind uint16) string {
	switch kind {
	case dns.TypeA, dns.TypeAAAA:
		if a, err := netip.ParseAddr(s); err == nil {
			return a.Unmap().String()
		}
	case dns.TypeCNAME, dns.TypeNS, dns.TypePTR, dns.TypeDNAME, dns.TypeMX, dns.TypeSRV:
		return strings.ToLower(strings.TrimSuffix(s, "."))
	}
	return s
}
