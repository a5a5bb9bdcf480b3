package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// town is the small company of the demo: real servers on loopback, each with
// switches for what can go wrong with it.
type town struct {
	seed      uint64
	authority *authority

	web, api, checkout, search, portal *shop
	db, cache                          *dock
	login                              *gate
	names                              *nameServer
	chat                               *chat

	closers []func()
}

// newTown starts all of it. The seed decides how latencies vary.
func newTown(seed uint64) (*town, error) {
	t := &town{seed: seed}
	var err error
	if t.authority, err = newAuthority(); err != nil {
		return nil, err
	}
	start := func(s starter, e error) {
		if err = errors.Join(err, e); e == nil {
			t.closers = append(t.closers, s.close)
		}
	}
	shopOf := func(usual time.Duration, tls bool) *shop {
		s := newShop(seed+uint64(len(t.closers)), usual)
		start(s, s.listen(t.authority, tls))
		return s
	}
	t.web = shopOf(18*time.Millisecond, false)
	t.api = shopOf(45*time.Millisecond, false)
	t.checkout = shopOf(70*time.Millisecond, false)
	t.search = shopOf(130*time.Millisecond, false)
	t.portal = shopOf(30*time.Millisecond, true)
	t.db, t.cache = &dock{greeting: "220 database ready\r\n"}, &dock{greeting: "+PONG\r\n"}
	start(t.db, t.db.listen())
	start(t.cache, t.cache.listen())
	t.login = &gate{authority: t.authority}
	start(t.login, t.login.listen())
	t.names = &nameServer{}
	start(t.names, t.names.listen())
	t.chat = &chat{}
	start(t.chat, t.chat.listen())
	if err != nil {
		t.close()
		return nil, fmt.Errorf("start the demo's servers: %w", err)
	}
	return t, nil
}

// starter is a server of the town.
type starter interface{ close() }

func (t *town) close() {
	for _, c := range t.closers {
		c()
	}
}

// loopback opens a listener on a free port that only this machine reaches.
func loopback() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

// shop is a web service with a health page.
type shop struct {
	usual    time.Duration // its latency on a good day, half of it random
	slow     atomic.Int64  // on top, a time.Duration
	status   atomic.Int64
	database atomic.Value // string
	depth    atomic.Int64 // of its queue
	url      string

	mu     sync.Mutex // guards rng
	rng    *rand.Rand
	server *http.Server
}

func newShop(seed uint64, usual time.Duration) *shop {
	s := &shop{usual: usual, rng: rand.New(rand.NewPCG(seed, 2))}
	s.status.Store(http.StatusOK)
	s.database.Store("healthy")
	s.depth.Store(12)
	return s
}

func (s *shop) listen(ca *authority, tls bool) error {
	l, err := loopback()
	if err != nil {
		return err
	}
	s.url = "http://" + l.Addr().String() + "/health"
	if tls {
		if l, err = ca.wrap(l, 90*24*time.Hour); err != nil {
			return err
		}
		s.url = "https://" + l.Addr().String() + "/health"
	}
	s.server = &http.Server{Handler: http.HandlerFunc(s.health), ReadHeaderTimeout: 5 * time.Second}
	go s.server.Serve(l) // ends with close
	return nil
}

func (s *shop) close() { _ = s.server.Close() }

func (s *shop) health(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	d := s.usual/2 + time.Duration(s.rng.Int64N(int64(s.usual))) + time.Duration(s.slow.Load())
	s.mu.Unlock()
	if !pause(r.Context(), d) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(s.status.Load()))
	fmt.Fprintf(w, "{\"status\":%d,\"database\":%q,\"queue\":{\"depth\":%d}}\n", s.status.Load(), s.database.Load(), s.depth.Load())
}

// dock is a service that greets whoever connects.
type dock struct {
	greeting string
	reset    atomic.Bool  // cut every connection
	drop     atomic.Int64 // cut this many more
	addr     string
	listener net.Listener
}

func (d *dock) listen() error {
	l, err := loopback()
	if err != nil {
		return err
	}
	d.listener, d.addr = l, l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go d.greet(conn)
		}
	}()
	return nil
}

func (d *dock) close() { _ = d.listener.Close() }

func (d *dock) greet(conn net.Conn) {
	defer conn.Close()
	if d.reset.Load() || d.drop.Add(-1) >= 0 {
		_ = conn.(*net.TCPConn).SetLinger(0) // the close is a reset
		return
	}
	d.drop.Store(0)
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	_, _ = conn.Write([]byte(d.greeting))
	_, _ = conn.Read(make([]byte, 64)) // until the other side is done
}

// chat stands for a team's chat room: it takes notifications, all but the first.
type chat struct {
	count  atomic.Int64
	url    string
	server *http.Server
}

func (c *chat) listen() error {
	l, err := loopback()
	if err != nil {
		return err
	}
	c.url = "http://" + l.Addr().String() + "/hook"
	c.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if c.count.Add(1) == 1 {
			http.Error(w, "the room is full", http.StatusServiceUnavailable)
		}
	})}
	go c.server.Serve(l) // ends with close
	return nil
}

func (c *chat) close() { _ = c.server.Shutdown(context.Background()) }

// write puts the town's configuration into dir and returns the file.
func (t *town) write(dir string) (string, error) {
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), t.authority.pem, 0o600); err != nil {
		return "", err
	}
	text := fmt.Sprintf(demoConfig, t.web.url, t.names.addr, t.cache.addr, t.portal.url, t.api.url, t.checkout.url,
		t.search.url, t.db.addr, t.login.addr, t.chat.url, time.Now().UTC().Format(time.DateOnly))
	file := filepath.Join(dir, "config.toml")
	return file, os.WriteFile(file, []byte(text), 0o600)
}

// demoConfig is what an operator would write for the town.
const demoConfig = `# What the demo watches. Every address is a server inside the demo's own process.
[defaults]
interval = "1s"
timeout = "900ms"
backoff = "20ms"
slow = "400ms"
fail_after = 3
recover_after = 3

[target]
web = %q

[target.dns]
url = "dns://%s/shop.example?type=A"
expect_answer = "192.0.2.10"

[target.cache]
url = "tcp://%s"
expect = '^\+PONG'

[target.portal]
url = %q
tls = { ca = "ca.pem" }

[target.api]
url = %q
group = "orders"
slow = "300ms"
expect_json = { database = "healthy" }
depends_on = "db"
runbook = "https://wiki.example.com/api"
note = "What the shops' apps talk to. If the database is gone, so is this."

[target.checkout]
url = %q
group = "orders"
depends_on = "db"
expect_json = { database = "healthy", "queue.depth" = { lt = 100, severity = "degraded" } }

[target.search]
url = %q

[target.db]
url = "tcp://%s"
group = "orders"
expect = "^220"

[target.login]
url = "tls://%s"
tls = { ca = "ca.pem", expires_within = "14d" }

[receiver.chat]
webhook = %q
remind = "1m"

[receiver.file]
log = "notifications.log"

# Ana and bo are on call for a day each, beginning with ana. In the demo a page is
# a line of a file.
[receiver.pager]
log = "pages.log"
paging = true

[operator.ana]
contact = "pager"

[operator.bo]
contact = "pager"

[schedule.primary]
zone = "UTC"
[[schedule.primary.layer]]
operators = ["ana", "bo"]
every = "1 day"
from = %s
at = 00:00:00

# Who is on call is paged first, then bo, then whoever reads the file.
[escalation.default]
last_resort = "file"
repeat = 1
[[escalation.default.step]]
to = "schedule:primary"
wait = "30s"
[[escalation.default.step]]
to = "operator:bo"
wait = "1m"

[route.outages]
match = { severity = "down" }
to = "chat"
escalate = "default"
group_by = ["group"]
wait = "3s"

[route.everything]
to = "file"
wait = "1s"

[incident]
declare = "down"
declare_after = "25s"
`
