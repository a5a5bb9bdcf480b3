package checker

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// The health check that this program grew out of had its ways with bad answers:
// it lost the status code when the body was no JSON, tried answers again that
// would not change, and took a list for healthy. Every line of its behaviour is
// walked here against a real listener; the judgement has to be at least as good.

const (
	originSlow    = 300 * time.Millisecond
	originTooSlow = originSlow + 100*time.Millisecond
)

func originReply(code int, kind, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		code, http.StatusText(code), kind, len(body), body)
}

func TestOriginsCheckerBesideOurs(t *testing.T) {
	const (
		kind      = "application/json"
		healthy   = `{"database":"healthy"}`
		unhealthy = `{"database":"unhealthy"}`
	)
	always := func(text string) func(net.Conn, int) {
		return func(conn net.Conn, _ int) { io.WriteString(conn, text) }
	}
	after := func(d time.Duration, text string) func(net.Conn, int) {
		return func(conn net.Conn, _ int) {
			time.Sleep(d) // the server's: the probe measures it
			io.WriteString(conn, text)
		}
	}
	resets := func(times int, text string) func(net.Conn, int) {
		return func(conn net.Conn, n int) {
			if n <= times {
				reset(conn)
				return
			}
			io.WriteString(conn, text)
		}
	}
	no500, no201 := "status: 500, want 200", "status: 201, want 200"
	noDatabase, isUnhealthy := "json: database: missing", `json: database: "unhealthy", want "healthy"`
	tests := []struct {
		name     string
		answer   func(conn net.Conn, request int)
		requests int32
		status   Status
		code     int
		findings []string // "slow" stands for any text that begins so
	}{
		{"healthy", always(originReply(200, kind, healthy)), 1, Up, 200, nil},
		{"500 and healthy", always(originReply(500, kind, healthy)), 1, Down, 500, []string{no500}},
		{"500 and unhealthy", always(originReply(500, kind, unhealthy)), 1, Down, 500, []string{no500, isUnhealthy}},
		{"201 and healthy", always(originReply(201, kind, healthy)), 1, Down, 201, []string{no201}},
		{"204 and empty", always("HTTP/1.1 204 No Content\r\n\r\n"), 1, Down, 204,
			[]string{"status: 204, want 200", "json: got an empty body, want JSON with database"}},
		{"502 and HTML", always(originReply(502, "text/html", "<html>")), 1, Down, 502,
			[]string{"status: 502, want 200", "json: got HTML, want JSON with database"}},
		{"200 and HTML", always(originReply(200, "text/html", "<html>")), 1, Down, 200,
			[]string{"json: got HTML, want JSON with database"}},
		{"JSON as text/plain", always(originReply(200, "text/plain", healthy)), 1, Up, 200, nil},
		{"broken JSON", always(originReply(200, kind, `{"database":`)), 1, Down, 200,
			[]string{"json: got no JSON, want JSON with database"}},
		{"a list", always(originReply(200, kind, `["database"]`)), 1, Down, 200, []string{noDatabase}},
		{"null", always(originReply(200, kind, "null")), 1, Down, 200, []string{noDatabase}},
		{"the key is missing", always(originReply(200, kind, `{"db":"healthy"}`)), 1, Down, 200, []string{noDatabase}},
		{"Healthy", always(originReply(200, kind, `{"database":"Healthy"}`)), 1, Down, 200,
			[]string{`json: database: "Healthy", want "healthy"`}},
		{"true", always(originReply(200, kind, `{"database":true}`)), 1, Down, 200,
			[]string{`json: database: got the bool true, want a string "healthy"`}},
		{"slow", after(originTooSlow, originReply(200, kind, healthy)), 1, Degraded, 200, []string{"slow"}},
		{"slow and unhealthy", after(originTooSlow, originReply(200, kind, unhealthy)), 1, Down, 200, []string{isUnhealthy, "slow"}},
		{"slow and 500", after(originTooSlow, originReply(500, kind, healthy)), 1, Down, 500, []string{no500}},
		{"the body is slow", func(conn net.Conn, _ int) {
			text := originReply(200, kind, healthy)
			io.WriteString(conn, text[:len(text)-1])
			time.Sleep(originTooSlow)
			io.WriteString(conn, text[len(text)-1:])
		}, 1, Degraded, 200, []string{"slow"}},
		{"a redirect", func(conn net.Conn, n int) {
			if n == 1 {
				io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")
				return
			}
			io.WriteString(conn, originReply(200, kind, healthy))
		}, 2, Up, 200, nil},
		{"two resets, then right", resets(2, originReply(200, kind, healthy)), 3, Up, 200, nil},
		{"three resets", resets(3, originReply(200, kind, healthy)), 3, Down, 0, []string{"connect: reset"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			url := serveHTTP(t, func(conn net.Conn, _ *http.Request) bool {
				tt.answer(conn, int(requests.Add(1)))
				return false
			})
			probe := httpProbeOf(t, HTTPOptions{
				URL: url, Redirects: 5,
				ExpectStatus: []StatusRange{{200, 200}},
				ExpectJSON:   []Expect{{Name: "database", Want: Comparison{Eq: "healthy"}}},
			})
			target := &Target{Name: "origin", Timeout: patience, Attempts: 3, Slow: originSlow, Probe: probe}
			verdict := NewVerdict(1, 1, Unknown)
			r := Run(t.Context(), target, time.Time{})
			believed := verdict.Add(r.Status)

			var got []string
			for _, f := range r.Findings {
				if f.What == "slow" {
					got = append(got, "slow")
				} else {
					got = append(got, f.What+": "+f.Text)
				}
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tt.findings) {
				t.Errorf("findings %q, want %q", got, tt.findings)
			}
			if n := requests.Load(); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			if believed != tt.status || r.Code != tt.code {
				t.Errorf("%v with code %d, want %v with %d", believed, r.Code, tt.status, tt.code)
			}
			if want := max(1, int(tt.requests)); tt.name != "a redirect" && r.Attempt != want {
				t.Errorf("attempt %d, want %d", r.Attempt, want)
			}
		})
	}
}
