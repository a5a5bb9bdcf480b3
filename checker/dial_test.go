package checker

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

// nameServer is a name server for tests. It knows records, answers NXDOMAIN to
// other names, and remembers what it was asked.
type nameServer struct {
	addr    string
	records map[string][]string // "name. A" → data
	mu      sync.Mutex
	asked   []string
}

func newNameServer(t *testing.T, records map[string][]string) *nameServer {
	t.Helper()
	n := &nameServer{records: records}
	n.addr = serveDNS(t, func(w dns.ResponseWriter, query *dns.Msg) {
		q := query.Question[0]
		key := q.Name + " " + dns.TypeToString[q.Qtype]
		n.mu.Lock()
		n.asked = append(n.asked, key)
		n.mu.Unlock()
		m := new(dns.Msg)
		m.SetReply(query)
		m.RecursionAvailable = true
		known := false
		for k := range n.records {
			known = known || strings.HasPrefix(k, q.Name+" ")
		}
		if !known {
			m.Rcode = dns.RcodeNameError
		}
		for _, data := range n.records[key] {
			rr, err := dns.NewRR(q.Name + " 60 IN " + dns.TypeToString[q.Qtype] + " " + data)
			if err != nil {
				t.Error(err)
				continue
			}
			m.Answer = append(m.Answer, rr)
		}
		w.WriteMsg(m)
	})
	return n
}

// serveDNS answers over UDP and TCP at the same address.
func serveDNS(t *testing.T, answer dns.HandlerFunc) string {
	t.Helper()
	for range 20 { // the port that UDP got may be taken for TCP
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", packets.LocalAddr().String())
		if err != nil {
			packets.Close()
			continue
		}
		for _, s := range []*dns.Server{{PacketConn: packets, Handler: answer}, {Listener: l, Handler: answer}} {
			ready := make(chan struct{})
			s.NotifyStartedFunc = func() { close(ready) }
			done := make(chan struct{})
			go func() { defer close(done); s.ActivateAndServe() }()
			<-ready
			t.Cleanup(func() { s.Shutdown(); <-done })
		}
		return packets.LocalAddr().String()
	}
	t.Fatal("no port for UDP and TCP")
	return ""
}

// reach connects by TCP to name at the port of addr.
func reach(t *testing.T, name, addr string, o DialOptions) Result {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewTCP(newDialer(t), TCPOptions{Addr: net.JoinHostPort(name, port), Dial: o})
	if err != nil {
		t.Fatal(err)
	}
	return once(t, p)
}

func silent(conn net.Conn) { io.Copy(io.Discard, conn) }

func TestNamesAreResolved(t *testing.T) {
	addr := serve(t, silent)
	n := newNameServer(t, map[string][]string{
		"four.test. A": {"127.0.0.1"}, "six.test. AAAA": {"::1"}, "meta.test. A": {"169.254.169.254"}, "empty.test. TXT": {"x"},
	})
	for _, tt := range []struct{ name, ip, want string }{
		{"four.test", "any", ""},
		{"four.test", "v4", ""},
		{"four.test", "v6", "connect: no IPv6 address"},
		{"six.test", "v4", "connect: no IPv4 address"},
		{"empty.test", "any", "connect: NXDOMAIN"},
		{"nowhere.test", "any", "connect: NXDOMAIN"},
		{"nowhere.test", "v4", "connect: NXDOMAIN"},
		{"meta.test", "any", "connect: refused: 169.254.169.254 is link-local or metadata"},
		{"127.0.0.1", "v6", "connect: 127.0.0.1 is not of the family asked for"},
	} {
		r := reach(t, tt.name, addr, DialOptions{IP: tt.ip, Resolver: n.addr})
		if tt.want == "" {
			wantFindings(t, r)
			continue
		}
		wantFindings(t, r, tt.want)
		wantStatus(t, r, Down)
	}
}

func TestV4AsksForNoAAAA(t *testing.T) {
	n := newNameServer(t, map[string][]string{"four.test. A": {"127.0.0.1"}})
	wantFindings(t, reach(t, "four.test", serve(t, silent), DialOptions{IP: "v4", Resolver: n.addr}))
	n.mu.Lock()
	defer n.mu.Unlock()
	if slices.Contains(n.asked, "four.test. AAAA") {
		t.Errorf("asked for %v", n.asked)
	}
}

func TestNameServerThatFailsIsTriedAgain(t *testing.T) {
	failing := serveDNS(t, func(w dns.ResponseWriter, query *dns.Msg) {
		m := new(dns.Msg)
		m.SetRcode(query, dns.RcodeServerFailure)
		w.WriteMsg(m)
	})
	p, err := NewTCP(newDialer(t), TCPOptions{Addr: "four.test:80", Dial: DialOptions{Resolver: failing, IP: "v4"}})
	if err != nil {
		t.Fatal(err)
	}
	r := Run(t.Context(), &Target{Name: "it", Timeout: patience, Attempts: 2, Probe: p}, time.Time{})
	wantFindings(t, r, "connect: resolver: server misbehaving")
	if r.Attempt != 2 {
		t.Errorf("attempt %d", r.Attempt)
	}
}

func TestAddressesAreExpected(t *testing.T) {
	addr := serve(t, silent)
	n := newNameServer(t, map[string][]string{"a.test. A": {"127.0.0.1"}})
	for _, tt := range []struct {
		expect []string
		want   string
	}{
		{[]string{"127.0.0.0/8"}, ""}, {[]string{"10.0.0.1", "127.0.0.1"}, ""},
		{[]string{"10.0.0.0/8", "192.0.2.1"}, "address: 127.0.0.1, want 10.0.0.0/8 or 192.0.2.1"},
	} {
		r := reach(t, "a.test", addr, DialOptions{IP: "v4", Resolver: n.addr, ExpectIP: tt.expect})
		if tt.want == "" {
			wantFindings(t, r)
		} else {
			wantFindings(t, r, tt.want)
		}
	}
	// On a kept connection the finding stays, until a new one is made.
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(serveHTTP(t, reply(ok200)), "http://"))
	p := httpProbeOf(t, HTTPOptions{
		URL: "http://a.test:" + port, KeepAlive: true, Dial: DialOptions{Resolver: n.addr, IP: "v4", ExpectIP: []string{"10.0.0.0/8"}},
	})
	for range 2 {
		wantFindings(t, once(t, p), "address: 127.0.0.1, want 10.0.0.0/8")
	}
}

func TestResolveNamesTheAddressAndSourceOurs(t *testing.T) {
	from := make(chan string, 1)
	addr := serve(t, func(conn net.Conn) { from <- conn.RemoteAddr().(*net.TCPAddr).IP.String() })
	r := reach(t, "nowhere.invalid", addr, DialOptions{Resolve: "127.0.0.1", Source: "127.0.0.2"})
	wantFindings(t, r)
	if got := <-from; got != "127.0.0.2" {
		t.Errorf("came from %s", got)
	}
	if r.Peer != addr {
		t.Errorf("went to %s, want %s", r.Peer, addr)
	}
	r = reach(t, "127.0.0.1", addr, DialOptions{Source: "192.0.2.77"})
	wantStatus(t, r, Unknown)
	wantFindings(t, r, "connect: no local address")
}

func TestLinkLocalIsDialledOnlyIfAllowed(t *testing.T) {
	d := newDialer(t)
	for _, host := range []string{"169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "100.100.100.200"} {
		for _, allowed := range []bool{false, true} {
			r, err := newRoute(d, DialOptions{AllowLinkLocal: allowed}, host)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			_, _, err = r.open(ctx, destination{network: "tcp", host: host, port: "80"}, new(stopwatch), nil)
			cancel()
			if err == nil { // a machine that has one
				continue
			}
			if refused := strings.HasPrefix(err.Error(), "refused: "); refused == allowed {
				t.Errorf("%s, allowed %v: %v", host, allowed, err)
			}
		}
	}
}

func TestRedirectFromPublicToPrivateIsRefused(t *testing.T) {
	addr := serve(t, silent)
	_, port, _ := net.SplitHostPort(addr)
	r, err := newRoute(newDialer(t), DialOptions{}, "example.test")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = r.open(t.Context(), destination{network: "tcp", host: "127.0.0.1", port: port, public: true}, new(stopwatch), nil)
	if err == nil || !errors.Is(err, ErrPermanent) || err.Error() != "refused: redirect to private 127.0.0.1" {
		t.Errorf("got %v", err)
	}
	// A connection that is kept is no way around it.
	p := httpProbeOf(t, HTTPOptions{URL: serveHTTP(t, reply(ok200)), KeepAlive: true})
	wantStatus(t, once(t, p), Up)
	if p.take(p.first, true) != nil {
		t.Error("a kept connection to a private address is used after a public hop")
	}
	if p.take(p.first, false) == nil {
		t.Error("it is not used by the target itself")
	}
}

// blackHole returns a listener's address on ::1 that lets nobody connect, at
// the port of v4.
func blackHole(t *testing.T, v4 string) {
	t.Helper()
	_, port, _ := net.SplitHostPort(v4)
	n, _ := strconv.Atoi(port)
	fd, err := syscall.Socket(syscall.AF_INET6, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, 1)
	if err := syscall.Bind(fd, &syscall.SockaddrInet6{Port: n, Addr: netip.IPv6Loopback().As16()}); err != nil {
		t.Skip("no ::1 here:", err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	for range 64 { // fill what the system would accept for a listener that does not
		conn, err := net.DialTimeout("tcp6", net.JoinHostPort("::1", port), 50*time.Millisecond)
		if err != nil {
			return
		}
		t.Cleanup(func() { conn.Close() })
	}
	t.Skip("the system accepts connections that nobody takes")
}

func TestFamilyThatLeadsNowhereCostsLittle(t *testing.T) {
	addr := serve(t, silent)
	blackHole(t, addr)
	n := newNameServer(t, map[string][]string{"both.test. A": {"127.0.0.1"}, "both.test. AAAA": {"::1"}})
	r := reach(t, "both.test", addr, DialOptions{Resolver: n.addr})
	wantFindings(t, r)
	if r.Peer != addr {
		t.Errorf("went to %s, want %s", r.Peer, addr)
	}
}

func TestAddressesAreTakenInTurns(t *testing.T) {
	var got []string
	for _, a := range interleave([]netip.Addr{
		netip.MustParseAddr("::1"), netip.MustParseAddr("::2"), netip.MustParseAddr("::3"),
		netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"),
	}) {
		got = append(got, a.String())
	}
	if want := []string{"::1", "10.0.0.1", "::2", "10.0.0.2", "::3"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	many := make([]netip.Addr, 100)
	for i := range many {
		many[i] = netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
	}
	if got := interleave(many); len(got) != maxAddresses {
		t.Errorf("%d addresses are tried", len(got))
	}
}

func TestErrorAboutTheTargetTellsMore(t *testing.T) {
	ours, theirs := cannotJudge(nil, "no IPv6 route here"), transient("connection refused")
	if moreTelling(moreTelling(nil, ours), theirs) != theirs || moreTelling(moreTelling(nil, theirs), ours) != theirs {
		t.Error("a route that is missing here hides that the target refused")
	}
}

func TestDialsAreBoundedAndHangingOnesDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDialer(2)
		start := time.Now()
		for range 6 { // each hangs: none gives its slot back
			if _, err := d.acquire(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := time.Since(start); got != 2*slotPatience {
			t.Errorf("six dials that hang began within %v, want %v", got, 2*slotPatience)
		}
		time.Sleep(slotPatience)
		release, err := d.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		release()
		release()
		synctest.Wait()
		if len(d.slots) != 0 {
			t.Errorf("%d slots are taken", len(d.slots))
		}
	})
}

func TestTooManyDialsAreOurOwnFault(t *testing.T) {
	d := NewDialer(1)
	if _, err := d.acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := d.acquire(ctx); !errors.Is(err, ErrCannotJudge) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsOfTheSystemHaveShortNames(t *testing.T) {
	for _, tt := range []struct {
		err   error
		text  string
		class error
	}{
		{syscall.ECONNREFUSED, "connection refused", nil},
		{syscall.ECONNRESET, "reset", nil},
		{syscall.EPIPE, "reset", nil},
		{syscall.EHOSTUNREACH, "host unreachable", nil},
		{syscall.ENETUNREACH, "network unreachable", nil},
		{syscall.EMFILE, "too many open files here", ErrCannotJudge},
		{syscall.EACCES, "not permitted here", ErrCannotJudge},
		{syscall.EADDRNOTAVAIL, "no local address", ErrCannotJudge},
		{io.EOF, "closed before the answer", nil},
		{io.ErrUnexpectedEOF, "closed before the answer", nil},
		{os.ErrDeadlineExceeded, "timeout (first byte)", nil},
		{errors.New("odd"), "odd", nil},
	} {
		err := explain(t.Context(), &net.OpError{Op: "read", Err: tt.err}, waiting)
		if tt.text == "odd" {
			err = explain(t.Context(), tt.err, waiting)
		}
		if err.Error() != tt.text {
			t.Errorf("%v became %q, want %q", tt.err, err, tt.text)
		}
		for _, class := range []error{ErrPermanent, ErrCannotJudge} {
			if errors.Is(err, class) != (class == tt.class) {
				t.Errorf("%q is of class %v: %v", err, class, errors.Is(err, class))
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := explain(ctx, syscall.ECONNRESET, waiting); !errors.Is(err, ErrCannotJudge) {
		t.Errorf("called off: %v", err)
	}
	if explain(ctx, nil, waiting) != nil {
		t.Error("no error became one")
	}
}

func TestNoRouteIsOurOwnFault(t *testing.T) {
	addr := netip.MustParseAddrPort("[2001:db8::1]:80")
	if routeTo(addr) {
		t.Skip("this machine has a route for IPv6")
	}
	r := reach(t, "2001:db8::1", addr.String(), DialOptions{})
	wantStatus(t, r, Unknown)
}
