package checker

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"testing"
	"time"
)

// BenchmarkKeptConnection is what a run of a target costs that keeps its
// connection, the server's side included.
func BenchmarkKeptConnection(b *testing.B) {
	url := benchServer(b)
	d := NewDialer(0)
	defer d.Close()
	p, err := NewHTTP(d, HTTPOptions{
		URL: url, KeepAlive: true, ExpectText: []string{`"status":"ok"`},
		ExpectJSON: []Expect{{Name: "status", Want: Comparison{Eq: "ok"}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	target := &Target{Name: "it", Timeout: time.Minute, Attempts: 1, Slow: time.Second, Probe: p}
	b.ReportAllocs()
	for b.Loop() {
		if r := Run(b.Context(), target, time.Time{}); r.Status != Up {
			b.Fatal(r.Findings)
		}
	}
}

// BenchmarkNewConnection is the same with a connection for each run.
func BenchmarkNewConnection(b *testing.B) {
	url := benchServer(b)
	p, err := NewHTTP(NewDialer(0), HTTPOptions{URL: url, ExpectText: []string{`"status":"ok"`}})
	if err != nil {
		b.Fatal(err)
	}
	target := &Target{Name: "it", Timeout: time.Minute, Attempts: 1, Slow: time.Second, Probe: p}
	b.ReportAllocs()
	for b.Loop() {
		if r := Run(b.Context(), target, time.Time{}); r.Status != Up {
			b.Fatal(r.Findings)
		}
	}
}

// BenchmarkMemoryOfATarget reports what a thousand targets hold, each with a
// kept connection; the server is another, so that its side is not in it.
func BenchmarkMemoryOfATarget(b *testing.B) {
	url := benchServer(b)
	for b.Loop() {
		const n = 1000
		var before, after runtime.MemStats
		d := NewDialer(0)
		runtime.GC()
		runtime.ReadMemStats(&before)
		probes := make([]Probe, n)
		for i := range probes {
			p, err := NewHTTP(d, HTTPOptions{URL: url + fmt.Sprint("/", i), KeepAlive: true, ExpectText: []string{"ok"}})
			if err != nil {
				b.Fatal(err)
			}
			probes[i] = p
		}
		for _, p := range probes {
			if _, err := p.Probe(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)/n, "B/target-and-its-server")
		runtime.KeepAlive(probes)
		d.Close()
	}
}

// benchServer answers with as little effort as can be.
func benchServer(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	answer := []byte(originReply(http.StatusOK, "application/json", `{"status":"ok","load":0.25,"version":"7.1"}`))
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buf := make([]byte, 512)
				for {
					if _, err := conn.Read(buf); err != nil {
						return
					}
					if _, err := conn.Write(answer); err != nil {
						return
					}
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}
