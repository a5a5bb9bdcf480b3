package checker

import (
	"bufio"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestTCPTalks(t *testing.T) {
	greet := func(text string) func(net.Conn) {
		return func(conn net.Conn) { io.WriteString(conn, text); io.Copy(io.Discard, conn) }
	}
	echo := func(conn net.Conn) {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		io.WriteString(conn, "+"+line)
		io.Copy(io.Discard, conn)
	}
	tests := []struct {
		name         string
		handle       func(net.Conn)
		send, expect string
		want         string
	}{
		{"it connects", greet(""), "", "", ""},
		{"it closes at once, and nothing is asked", func(net.Conn) {}, "", "", ""},
		{"a greeting", greet("220 mail.test ESMTP\r\n"), "", "^220 .*ESMTP$", ""},
		{"a wrong greeting", greet("554 no\r\n220 later\r\n"), "", "^220", `answer: got "554 no", want /^220/`},
		{"an answer", echo, "PING\r\n", `^\+PING$`, ""},
		{"a wrong answer", echo, "PING\r\n", "^-", `answer: got "+PING", want /^-/`},
		{"a prompt has no end", greet("login: "), "", "^login: $", ""},
		{"closed before the answer", func(conn net.Conn) { bufio.NewReader(conn).ReadString('\n') }, "PING\n", "x", "connect: closed before the answer"},
		{"reset", reset, "", "x", "connect: reset"},
		{"cut in the line, but enough", func(conn net.Conn) { io.WriteString(conn, "220 ok") }, "", "^220", ""},
		{"cut in the line", func(conn net.Conn) { io.WriteString(conn, "22") }, "", "^220", `answer: got "22", want /^220/`},
		{"a line without end", greet(strings.Repeat("x", 100<<10)), "", "y", `answer: got "` + strings.Repeat("x", maxShown) + `…", want /y/`},
		{"what drives a terminal", greet("\x1b[2J\x9b\n"), "", "y", `answer: got "\x1b[2J\x9b", want /y/`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := TCPOptions{Addr: serve(t, tt.handle), Send: tt.send}
			if tt.expect != "" {
				o.Expect = regexp.MustCompile(tt.expect)
			}
			p, err := NewTCP(newDialer(t), o)
			if err != nil {
				t.Fatal(err)
			}
			r := once(t, p)
			if tt.want == "" {
				wantFindings(t, r)
				wantStatus(t, r, Up)
			} else {
				wantFindings(t, r, tt.want)
				wantStatus(t, r, Down)
			}
			if r.Peer != o.Addr && tt.want == "" {
				t.Errorf("peer %q, want %q", r.Peer, o.Addr)
			}
		})
	}
}

func TestTCPServerThatSaysNothing(t *testing.T) {
	p, err := NewTCP(newDialer(t), TCPOptions{Addr: serve(t, silent), Expect: regexp.MustCompile("x")})
	if err != nil {
		t.Fatal(err)
	}
	r := Run(t.Context(), &Target{Name: "it", Timeout: 50 * time.Millisecond, Attempts: 2, Probe: p}, time.Time{})
	wantFindings(t, r, "connect: timeout 50ms (first byte)")
	if r.Attempt != 2 {
		t.Errorf("attempt %d", r.Attempt)
	}
}

func TestTCPRefused(t *testing.T) {
	p, err := NewTCP(newDialer(t), TCPOptions{Addr: closedPort(t)})
	if err != nil {
		t.Fatal(err)
	}
	r := once(t, p)
	wantFindings(t, r, "connect: connection refused")
	wantStatus(t, r, Down)
}

func TestAddressesWantPorts(t *testing.T) {
	for _, addr := range []string{"", "a.test", "a.test:", "a.test:x", "a.test:0", "a.test:65536", ":80", "[::1]", "a b:80", "a.test/x:80"} {
		if _, err := NewTCP(newDialer(t), TCPOptions{Addr: addr}); err == nil {
			t.Errorf("tcp %q is taken", addr)
		}
	}
	for _, addr := range []string{"a.test:80", "[::1]:80", "127.0.0.1:1", "bücher.test:80"} {
		if _, err := NewTCP(newDialer(t), TCPOptions{Addr: addr}); err != nil {
			t.Errorf("tcp %q: %v", addr, err)
		}
	}
	for _, addr := range []string{"a.test", "[::1]", "::1", "a.test:993"} {
		if _, err := NewTLS(newDialer(t), TLSProbeOptions{Addr: addr}); err != nil {
			t.Errorf("tls %q: %v", addr, err)
		}
	}
}
