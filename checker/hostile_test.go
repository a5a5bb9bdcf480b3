package checker

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// endless writes pieces for as long as the other side takes them, and counts.
func endless(conn net.Conn, sent *atomic.Int64, piece []byte) {
	for {
		n, err := conn.Write(piece)
		sent.Add(int64(n))
		if err != nil {
			return
		}
	}
}

// inFlight is what the system's buffers may hold beyond what a probe reads.
const inFlight = 8 << 20

// gzipZeros packs n zeros.
func gzipZeros(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range n >> 20 {
		z.Write(zeros)
	}
	z.Close()
	return b.Bytes()
}

// Whatever a server does, a probe costs at most its timeout and what may be read.
func TestHostileServersCostLittle(t *testing.T) {
	piece := bytes.Repeat([]byte("x"), 64<<10)
	line := []byte("X-Header: " + strings.Repeat("v", 100) + "\r\n")
	bomb := gzipZeros(t, 64<<20)
	tests := []struct {
		name   string
		send   func(net.Conn, *atomic.Int64)
		status Status
		want   string // "" is no finding
	}{
		{"an endless body", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			endless(c, sent, piece)
		}, Up, ""},
		{"an endless body in chunks", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			endless(c, sent, fmt.Appendf(nil, "%x\r\n%s\r\n", len(piece), piece))
		}, Up, ""},
		{"chunks of little but their frames", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			endless(c, sent, bytes.Repeat([]byte("1;"+strings.Repeat("e", 200)+"\r\nx\r\n"), 100))
		}, Down, "connect: chunked encoding contains too much non-data"},
		{"a gzip bomb", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
			n, _ := c.Write(bomb)
			sent.Add(int64(n))
		}, Up, ""},
		{"gzip that never yields anything", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
			endless(c, sent, bytes.Repeat(gzipZeros(t, 0), 1000))
		}, Up, ""},
		{"endless headers", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			endless(c, sent, bytes.Repeat(line, 100))
		}, Down, "connect: headers over 256 KiB"},
		{"one endless header", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nX: ")
			endless(c, sent, piece)
		}, Down, "connect: headers over 256 KiB"},
		{"an endless status line", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 ")
			endless(c, sent, piece)
		}, Down, "connect: headers over 256 KiB"},
		{"endless answers of 1xx", func(c net.Conn, sent *atomic.Int64) {
			endless(c, sent, bytes.Repeat([]byte("HTTP/1.1 103 Early Hints\r\n\r\n"), 100))
		}, Down, "connect: headers over 256 KiB"},
		{"endless trailers", func(c net.Conn, sent *atomic.Int64) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n")
			endless(c, sent, bytes.Repeat(line, 100))
		}, Down, "connect: trailers too large"},
		{"random bytes", func(c net.Conn, sent *atomic.Int64) {
			endless(c, sent, bytes.Repeat([]byte{0x00, 0xff, 0x1b, '['}, 1000))
		}, Down, "connect: no HTTP: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sent atomic.Int64
			url := "http://" + serve(t, func(conn net.Conn) {
				answerHTTP(conn, func(conn net.Conn, _ *http.Request) bool {
					tt.send(conn, &sent)
					return false
				})
			})
			p := httpProbeOf(t, HTTPOptions{URL: url, KeepAlive: true})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := once(t, p)
			runtime.ReadMemStats(&after)
			wantStatus(t, r, tt.status)
			switch {
			case tt.want == "" && len(r.Findings) > 0,
				tt.want != "" && (len(r.Findings) != 1 || !strings.HasPrefix(r.Findings[0].What+": "+r.Findings[0].Text, tt.want)):
				t.Errorf("findings %+v, want %q", r.Findings, tt.want)
			}
			if n := sent.Load(); n > inFlight {
				t.Errorf("took %d bytes", n)
			}
			// All that was allocated on the way, kept or not, the server's side included.
			if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
				t.Errorf("allocated %d bytes", n)
			}
			if len(p.idle) > 0 {
				t.Error("the connection is kept")
			}
		})
	}
}

func TestDripIsCutByTheTimeout(t *testing.T) {
	for name, head := range map[string]string{
		"in the header": "HTTP/1.1 200 OK\r\nX: ",
		"in the body":   "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			url := serveHTTP(t, func(conn net.Conn, _ *http.Request) bool {
				io.WriteString(conn, head)
				for {
					if _, err := io.WriteString(conn, "x"); err != nil {
						return false
					}
					time.Sleep(5 * time.Millisecond) // a byte at a time, for ever
				}
			})
			target := &Target{Name: "it", Timeout: 100 * time.Millisecond, Attempts: 1, Probe: httpProbeOf(t, HTTPOptions{URL: url})}
			r := Run(t.Context(), target, time.Time{})
			wantStatus(t, r, Down)
			if name == "in the body" {
				wantFindings(t, r, "connect: timeout 100ms (body)")
				if r.Code != 200 {
					t.Errorf("code %d is lost", r.Code)
				}
			} else {
				wantFindings(t, r, "connect: timeout 100ms (first byte)")
			}
		})
	}
}

func TestLargeHeaderIsTakenUpToTheLimit(t *testing.T) {
	for _, two := range []bool{false, true} {
		value := ""
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Large", value) })
		url, ca := h2Server(t, h)
		o := HTTPOptions{URL: url, Version: "1.1", TLS: TLSOptions{CA: ca}}
		if two {
			o.Version = "2"
		}
		value = strings.Repeat("v", 100_000)
		wantFindings(t, get(t, o))
		value = strings.Repeat("v", 20<<20)
		want := "connect: headers over 256 KiB"
		if two {
			want += ", or damaged"
		}
		wantFindings(t, get(t, o), want)
	}
}

func TestEndlessBodyOverHTTP2(t *testing.T) {
	var sent atomic.Int64
	url, ca := h2Server(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		piece := make([]byte, 64<<10)
		for {
			n, err := w.Write(piece)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	}))
	r := get(t, HTTPOptions{URL: url, TLS: TLSOptions{CA: ca}, KeepAlive: true})
	wantFindings(t, r)
	if n := sent.Load(); n > inFlight {
		t.Errorf("took %d bytes", n)
	}
}

func TestTLSServerThatSaysNothing(t *testing.T) {
	addr := serve(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
	p, err := NewTLS(newDialer(t), TLSProbeOptions{Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	r := Run(t.Context(), &Target{Name: "it", Timeout: 100 * time.Millisecond, Attempts: 1, Probe: p}, time.Time{})
	wantFindings(t, r, "connect: timeout 100ms (handshake)")
	r = get(t, HTTPOptions{URL: "https://" + serve(t, func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		io.Copy(io.Discard, conn)
	})})
	wantFindings(t, r, "tls: no TLS on this port")
}

// A terminal acts on what a server says in nobody's words but ours.
func TestAnswersDriveNoTerminal(t *testing.T) {
	evil := "\x1b]0;title\x07\x1b[2J\x9b31m\u202e"
	url := serveHTTP(t, reply(originReply(500, "text/plain", `{"a":"`+evil+`"}`)))
	r := get(t, HTTPOptions{URL: url, ExpectMatch: nil, RejectText: []string{`{"a"`}})
	for _, f := range r.Findings {
		if strings.ContainsAny(f.Text, "\x1b\x07\u009b\u202e") {
			t.Errorf("finding %q", f.Text)
		}
	}
	if body := factOf(r, "body"); body == "" || strings.ContainsAny(body, "\x1b\x07\u009b\u202e") {
		t.Errorf("body %q", body)
	}
}
