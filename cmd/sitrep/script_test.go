package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sitrep": main})
}

// TestScripts runs the real binary against real servers on loopback, which the
// scripts start and break with commands of their own:
//
//	site NAME [STATUS [BODY]]   an HTTP server at $NAME, or what it answers from now on
//	dock NAME up|down           a TCP listener at $NAME
//	hook NAME                   a webhook receiver at $NAME; the file NAME gets a line each: key and body
//	mailbox NAME                an SMTP server at $NAME; the file NAME gets a line each: Message-ID and subject
//	town                        the demo's servers: $TLS $CA $DNS $HTTPS; town SWITCH on|off breaks one
//	envsubst FROM TO            a copy with $NAME replaced
//	exits CODE COMMAND…         a command that must exit with this code
//	until N FILE REGEXP         waits until FILE has lines of at least N keys that match
//	count N FILE REGEXP         FILE has lines of exactly N keys that match
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "xdg"))
			env.Values["bench"] = &bench{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"site": siteCmd, "dock": dockCmd, "hook": hookCmd, "mailbox": mailboxCmd, "town": townCmd,
			"envsubst": envsubstCmd, "exits": exitsCmd, "until": untilCmd, "count": countCmd,
		},
	})
}

// bench is the servers of one script.
type bench struct {
	sites map[string]*site
	docks map[string]*dock
	town  *town
}

func benchOf(ts *testscript.TestScript) *bench {
	b := ts.Value("bench").(*bench)
	if b.sites == nil {
		b.sites, b.docks = map[string]*site{}, map[string]*dock{}
	}
	return b
}

// site answers every request in the same way.
type site struct {
	mu     sync.Mutex
	status int
	body   string
}

func siteCmd(ts *testscript.TestScript, _ bool, args []string) {
	b, name := benchOf(ts), args[0]
	s := b.sites[name]
	if s == nil {
		s = &site{status: 200, body: "ok"}
		b.sites[name] = s
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			s.mu.Lock()
			defer s.mu.Unlock()
			w.WriteHeader(s.status)
			_, _ = io.WriteString(w, s.body)
		}))
		ts.Defer(server.Close)
		ts.Setenv(name, server.URL+"/")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(args) > 1 {
		status, err := strconv.Atoi(args[1])
		ts.Check(err)
		s.status = status
	}
	if len(args) > 2 {
		s.body = args[2]
	}
}

func dockCmd(ts *testscript.TestScript, _ bool, args []string) {
	b, name := benchOf(ts), args[0]
	d := b.docks[name]
	if d == nil {
		d = &dock{greeting: "220 ready\r\n"}
		ts.Check(d.listen())
		ts.Defer(d.close)
		b.docks[name] = d
		ts.Setenv(name, d.addr)
	}
	d.reset.Store(args[1] == "down")
}

func townCmd(ts *testscript.TestScript, _ bool, args []string) {
	b := benchOf(ts)
	if b.town == nil {
		t, err := newTown(1)
		ts.Check(err)
		ts.Defer(t.close)
		ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), t.authority.pem, 0o600))
		ts.Setenv("TLS", t.login.addr)
		ts.Setenv("DNS", t.names.addr)
		ts.Setenv("HTTPS", t.portal.url)
		b.town = t
	}
	if len(args) < 2 {
		return
	}
	on := args[1] == "on"
	switch args[0] {
	case "lie":
		b.town.names.lie.Store(on)
	case "expiring":
		life := 90 * 24 * time.Hour
		if on {
			life = 9*24*time.Hour + time.Hour
		}
		b.town.login.renew(life)
	default:
		ts.Fatalf("the town has no switch %q", args[0])
	}
}

func hookCmd(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(file, nil, 0o600))
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = appendLine(file, r.Header.Get("Idempotency-Key")+" "+strings.ReplaceAll(string(body), "\n", " "))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL+"/")
}

func appendLine(file, line string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, line)
	return errors.Join(err, f.Close())
}

// post is the backend of the SMTP server: a mail is a line.
type post struct{ file string }

func (p post) NewSession(*smtp.Conn) (smtp.Session, error) { return p, nil }
func (post) Reset()                                        {}
func (post) Logout() error                                 { return nil }
func (post) Mail(string, *smtp.MailOptions) error          { return nil }
func (post) Rcpt(string, *smtp.RcptOptions) error          { return nil }

func (p post) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	msg, err := mail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return appendLine(p.file, msg.Header.Get("Message-Id")+" "+msg.Header.Get("Subject"))
}

func mailboxCmd(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(file, nil, 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	server := smtp.NewServer(post{file})
	server.Domain = "localhost"
	go server.Serve(l) // ends with Close
	ts.Defer(func() { _ = server.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

func envsubstCmd(ts *testscript.TestScript, _ bool, args []string) {
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

func exitsCmd(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		e, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = e.ExitCode()
	}
	if (got == want) == neg {
		ts.Fatalf("%s exits %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// matching returns how many of the keys, the first words of a file's lines, have
// a line that matches: an attempt that a kill cut between call and answer may
// repeat, with the same key.
func matching(ts *testscript.TestScript, file, pattern string) int {
	re, err := regexp.Compile(pattern)
	ts.Check(err)
	text, err := os.ReadFile(ts.MkAbs(file))
	if err != nil {
		return 0
	}
	keys := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if re.MatchString(line) {
			key, _, _ := strings.Cut(line, " ")
			keys[key] = true
		}
	}
	return len(keys)
}

func untilCmd(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	for deadline := time.Now().Add(60 * time.Second); ; {
		if matching(ts, args[1], args[2]) >= want {
			return
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(ts.MkAbs(args[1]))
			ts.Fatalf("%s has fewer than %d keys that match %q:\n%s", args[1], want, args[2], text)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func countCmd(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := matching(ts, args[1], args[2]); got != want {
		text, _ := os.ReadFile(ts.MkAbs(args[1]))
		ts.Fatalf("%s has %d keys that match %q, want %d:\n%s", args[1], got, args[2], want, text)
	}
}
