package checker

import (
	"encoding/binary"
	"net"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// ask asks a name server once.
func ask(t *testing.T, o DNSOptions) Result {
	t.Helper()
	p, err := NewDNS(newDialer(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return once(t, p)
}

func TestDNSAnswersAreJudged(t *testing.T) {
	n := newNameServer(t, map[string][]string{
		"a.test. A": {"192.0.2.2", "192.0.2.1"}, "a.test. AAAA": {"2001:db8::1"}, "a.test. MX": {"10 Mail.a.test."},
		"a.test. TXT": {`"v=spf1 " "-all"`}, "www.a.test. CNAME": {"a.test."}, "_sip._tcp.a.test. SRV": {"0 5 5060 sip.a.test."},
		"xn--bcher-kva.test. A": {"192.0.2.3"}, "1.2.0.192.in-addr.arpa. PTR": {"a.test."}, "a_b.test. A": {"192.0.2.4"},
	})
	tests := []struct {
		name, kind string
		o          DNSOptions
		want       string
	}{
		{"a.test", "", DNSOptions{}, ""},
		{"A.Test.", "a", DNSOptions{}, ""},
		{"bücher.test", "A", DNSOptions{}, ""},
		{"a_b.test", "A", DNSOptions{}, ""},
		{"192.0.2.1", "PTR", DNSOptions{ExpectAnswer: []Comparison{{Eq: "a.test"}}}, ""},
		{"a.test", "A", DNSOptions{ExpectAnswer: []Comparison{{Eq: "192.0.2.1"}, {Eq: "192.0.2.2"}}}, ""},
		{"a.test", "A", DNSOptions{ExpectAnswer: []Comparison{{Eq: "192.0.2.9"}}}, `answer: "192.0.2.1", want "192.0.2.9" (nor do 1 others)`},
		{"a.test", "A", DNSOptions{Transport: "tcp", ExpectAnswer: []Comparison{{Matches: regexp.MustCompile(`^192\.`)}}}, ""},
		{"a.test", "AAAA", DNSOptions{ExpectAnswer: []Comparison{{Eq: "2001:DB8:0::1"}}}, ""},
		{"a.test", "MX", DNSOptions{ExpectAnswer: []Comparison{{Eq: "10 mail.a.test."}}}, ""},
		{"a.test", "TXT", DNSOptions{ExpectAnswer: []Comparison{{Eq: "v=spf1 -all"}}}, ""},
		{"www.a.test", "CNAME", DNSOptions{ExpectAnswer: []Comparison{{Eq: "a.test"}}}, ""},
		{"_sip._tcp.a.test", "SRV", DNSOptions{ExpectAnswer: []Comparison{{Contains: "5060"}}}, ""},
		{"a.test", "NS", DNSOptions{}, "answer: no NS record"},
		{"a.test", "NS", DNSOptions{ExpectAnswer: []Comparison{{Present: new(false)}}}, ""},
		{"a.test", "A", DNSOptions{ExpectAnswer: []Comparison{{Present: new(false), Severity: Degraded}}}, `answer: got "192.0.2.1", want none (nor do 1 others)`},
		{"no.test", "A", DNSOptions{}, "rcode: NXDOMAIN, want NOERROR"},
		{"no.test", "A", DNSOptions{ExpectRcode: "nxdomain"}, ""},
		{"no.test", "A", DNSOptions{ExpectRcode: "3"}, ""},
		{"a.test", "AAAA", DNSOptions{ExpectRcode: "NXDOMAIN"}, "rcode: NOERROR with 2001:db8::1, want NXDOMAIN"},
		{"a.test", "NS", DNSOptions{ExpectRcode: "NXDOMAIN"}, "rcode: NOERROR, want NXDOMAIN"},
	}
	for _, tt := range tests {
		tt.o.Server, tt.o.Name, tt.o.Type = n.addr, tt.name, tt.kind
		r := ask(t, tt.o)
		if tt.want == "" {
			wantFindings(t, r)
			wantStatus(t, r, Up)
		} else {
			wantFindings(t, r, tt.want)
		}
		if r.Peer != n.addr {
			t.Errorf("peer %q", r.Peer)
		}
	}
	if got := factOf(ask(t, DNSOptions{Server: n.addr, Name: "a.test"}), "answer"); got != "192.0.2.1, 192.0.2.2" {
		t.Errorf("the fact is %q", got)
	}
	if r := ask(t, DNSOptions{Server: n.addr, Name: "no.test"}); r.Code != dns.RcodeNameError {
		t.Errorf("code %d", r.Code)
	}
}

func TestFailuresOfNameServersDiffer(t *testing.T) {
	texts := map[string]bool{}
	for rcode, want := range map[int]string{
		dns.RcodeServerFailure: "rcode: SERVFAIL from ADDR", dns.RcodeRefused: "rcode: REFUSED, want NOERROR",
		dns.RcodeNameError: "rcode: NXDOMAIN, want NOERROR", dns.RcodeSuccess: "answer: no A record",
	} {
		addr := serveDNS(t, func(w dns.ResponseWriter, query *dns.Msg) {
			m := new(dns.Msg)
			m.SetRcode(query, rcode)
			w.WriteMsg(m)
		})
		want = strings.Replace(want, "ADDR", addr, 1)
		r := ask(t, DNSOptions{Server: addr, Name: "a.test"})
		wantFindings(t, r, want)
		texts[want] = true
	}
	addr := serveDNS(t, func(dns.ResponseWriter, *dns.Msg) {})
	p, err := NewDNS(newDialer(t), DNSOptions{Server: addr, Name: "a.test"})
	if err != nil {
		t.Fatal(err)
	}
	r := Run(t.Context(), &Target{Name: "it", Timeout: 50 * time.Millisecond, Attempts: 1, Probe: p}, time.Time{})
	wantFindings(t, r, "connect: timeout 50ms (first byte)")
}

func TestServfailIsTriedAgain(t *testing.T) {
	var asked atomic.Int32
	addr := serveDNS(t, func(w dns.ResponseWriter, query *dns.Msg) {
		m := new(dns.Msg)
		if m.SetReply(query); asked.Add(1) == 1 {
			m.Rcode = dns.RcodeServerFailure
		} else {
			rr, _ := dns.NewRR("a.test. 60 IN A 192.0.2.1")
			m.Answer = []dns.RR{rr}
		}
		w.WriteMsg(m)
	})
	p, err := NewDNS(newDialer(t), DNSOptions{Server: addr, Name: "a.test"})
	if err != nil {
		t.Fatal(err)
	}
	r := Run(t.Context(), &Target{Name: "it", Timeout: patience, Attempts: 2, Probe: p}, time.Time{})
	wantStatus(t, r, Up)
	if r.Attempt != 2 {
		t.Errorf("attempt %d, want 2", r.Attempt)
	}
}

func TestTruncatedAnswerIsAskedForAgainByTCP(t *testing.T) {
	addr := serveDNS(t, func(w dns.ResponseWriter, query *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(query)
		if _, udp := w.RemoteAddr().(*net.UDPAddr); udp {
			m.Truncated = true
		} else {
			rr, _ := dns.NewRR("a.test. 60 IN A 192.0.2.1")
			m.Answer = []dns.RR{rr}
		}
		w.WriteMsg(m)
	})
	wantFindings(t, ask(t, DNSOptions{Server: addr, Name: "a.test", ExpectAnswer: []Comparison{{Eq: "192.0.2.1"}}}))
	onlyUDP := serveUDP(t, func(conn net.PacketConn, from net.Addr, query []byte) {
		m := unpacked(t, query)
		m.Response, m.Truncated = true, true
		send(t, conn, from, m)
	})
	r := ask(t, DNSOptions{Server: onlyUDP, Name: "a.test"})
	wantFindings(t, r, "connect: truncated, then by TCP: connection refused")
}

// serveUDP gives every packet to answer.
func serveUDP(t *testing.T, answer func(conn net.PacketConn, from net.Addr, packet []byte)) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			buf := make([]byte, 1024)
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			answer(conn, from, buf[:n])
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return conn.LocalAddr().String()
}

func unpacked(t *testing.T, packet []byte) *dns.Msg {
	m := new(dns.Msg)
	if err := m.Unpack(packet); err != nil {
		t.Error(err)
	}
	return m
}

func send(t *testing.T, conn net.PacketConn, to net.Addr, m *dns.Msg) {
	packed, err := m.Pack()
	if err != nil {
		t.Error(err)
	}
	conn.WriteTo(packed, to)
}

func TestDamagedAnswersOverUDP(t *testing.T) {
	right := func(query []byte) []byte {
		m := unpacked(t, query)
		m.Response = true
		for range 18 {
			rr, _ := dns.NewRR("a.test. 60 IN A 192.0.2.1")
			m.Answer = append(m.Answer, rr)
		}
		packed, err := m.Pack()
		if err != nil {
			t.Error(err)
		}
		return packed
	}
	for _, tt := range []struct {
		name string
		want string // "" is up
		send func(query []byte) [][]byte
	}{
		{"cut in the middle of a record", "connect: malformed answer", func(q []byte) [][]byte { return [][]byte{right(q)[:200]} }},
		{"cut between two records", "connect: malformed answer", func(q []byte) [][]byte {
			p := right(q)
			return [][]byte{p[:len(q)+8*22]} // a name and fixed fields of 22 bytes each
		}},
		{"empty", "connect: malformed answer", func([]byte) [][]byte { return [][]byte{{}} }},
		{"shorter than a header", "connect: malformed answer", func(q []byte) [][]byte { return [][]byte{q[:7]} }},
		{"a pointer to itself", "connect: malformed answer", func(q []byte) [][]byte {
			p := append([]byte(nil), q[:12]...)
			p[2] |= 0x80                           // a response
			binary.BigEndian.PutUint16(p[6:], 1)   // with one answer
			p = append(p, 0xc0, 12)                // whose question's name points to where it stands
			return [][]byte{append(p, 0, 1, 0, 1)} // A, IN
		}},
		{"a wrong id first", "", func(q []byte) [][]byte {
			p := right(q)
			wrong := append([]byte(nil), p...)
			wrong[0] ^= 0xff
			return [][]byte{wrong, p}
		}},
		{"the answer to another question first", "", func(q []byte) [][]byte {
			m := unpacked(t, q)
			m.Response, m.Question[0].Name = true, "b.test."
			packed, _ := m.Pack()
			return [][]byte{packed, right(q)}
		}},
		{"an echo first", "", func(q []byte) [][]byte { return [][]byte{q, right(q)} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := serveUDP(t, func(conn net.PacketConn, from net.Addr, query []byte) {
				for _, p := range tt.send(query) {
					conn.WriteTo(p, from)
				}
			})
			r := ask(t, DNSOptions{Server: addr, Name: "a.test"})
			if tt.want == "" {
				wantFindings(t, r)
			} else {
				wantFindings(t, r, tt.want)
			}
		})
	}
}

func TestDamagedAnswerIsAskedForAgainByTCP(t *testing.T) {
	var byTCP atomic.Bool
	addr := serveDNS(t, func(w dns.ResponseWriter, query *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(query)
		rr, _ := dns.NewRR("a.test. 60 IN A 192.0.2.1")
		m.Answer = []dns.RR{rr, rr}
		if _, udp := w.RemoteAddr().(*net.UDPAddr); udp {
			packed, _ := m.Pack()
			w.Write(packed[:len(packed)-5])
			return
		}
		byTCP.Store(true)
		w.WriteMsg(m)
	})
	wantFindings(t, ask(t, DNSOptions{Server: addr, Name: "a.test"}))
	if !byTCP.Load() {
		t.Error("a damaged answer was taken")
	}
}

func TestDNSServerThatIsNotThere(t *testing.T) {
	closed := closedPort(t)
	wantFindings(t, ask(t, DNSOptions{Server: closed, Name: "a.test"}), "connect: connection refused")
	wantFindings(t, ask(t, DNSOptions{Server: closed, Name: "a.test", Transport: "tcp"}), "connect: connection refused")
	short := serve(t, func(conn net.Conn) { conn.Read(make([]byte, 2)); conn.Write([]byte{0, 20, 1, 2}) })
	r := ask(t, DNSOptions{Server: short, Name: "a.test", Transport: "tcp"})
	wantStatus(t, r, Down)
	r = ask(t, DNSOptions{Server: "169.254.169.254", Name: "a.test"})
	wantFindings(t, r, "connect: refused: 169.254.169.254 is link-local or metadata")
}

func TestRecursionIsAskedForUnlessNot(t *testing.T) {
	var desired atomic.Bool
	addr := serveDNS(t, func(w dns.ResponseWriter, query *dns.Msg) {
		desired.Store(query.RecursionDesired)
		m := new(dns.Msg)
		m.SetRcode(query, dns.RcodeRefused)
		w.WriteMsg(m)
	})
	for _, no := range []bool{false, true} {
		ask(t, DNSOptions{Server: addr, Name: "a.test", NoRecursion: no})
		if desired.Load() == no {
			t.Errorf("NoRecursion %v: recursion desired %v", no, desired.Load())
		}
	}
}

func TestWrongDNSOptionsAreRefused(t *testing.T) {
	for name, o := range map[string]DNSOptions{
		"no name":              {},
		"a label of 64":        {Name: strings.Repeat("x", 64) + ".test"},
		"a type":               {Name: "a.test", Type: "X"},
		"a transport":          {Name: "a.test", Transport: "tls"},
		"a code":               {Name: "a.test", ExpectRcode: "FINE"},
		"a number":             {Name: "a.test", ExpectRcode: "16"},
		"a port":               {Name: "a.test", Server: "127.0.0.1:x"},
		"an address for its A": {Name: "192.0.2.1"},
		"a family":             {Name: "a.test", Dial: DialOptions{IP: "each"}},
	} {
		if _, err := NewDNS(newDialer(t), o); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	_, err := NewDNS(newDialer(t), DNSOptions{Name: "a.test", ExpectRcode: "FINE"})
	if err == nil || !strings.Contains(err.Error(), "NOERROR, FORMERR, SERVFAIL, NXDOMAIN") {
		t.Errorf("the error does not list the names: %v", err)
	}
	if _, err := NewDNS(newDialer(t), DNSOptions{Name: "."}); err != nil {
		t.Errorf("the root: %v", err)
	}
}

func FuzzDNSReply(f *testing.F) {
	query := new(dns.Msg)
	query.SetQuestion("a.test.", dns.TypeA)
	query.Id = 1
	packed, err := query.Pack()
	if err != nil {
		f.Fatal(err)
	}
	packed[2] |= 0x80
	f.Add(packed)
	f.Add([]byte{})
	f.Add(append(packed, 0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1))
	f.Fuzz(func(t *testing.T, packet []byte) {
		reply, err := unpackReply(packet, query)
		if reply != nil && (err != nil || reply.Id != query.Id || !reply.Response) {
			t.Errorf("%x was taken: %v, %v", packet, reply, err)
		}
	})
}
