package main

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// withTmux runs what needs a tmux.
var withTmux = flag.Bool("tmux", false, "play the tasks of docs/keys.md, and a lost connection, in a tmux")

// pane is a tmux of its own with one window.
type pane struct {
	t      *testing.T
	socket string
}

// newPane runs a command line in a window of a size.
func newPane(t *testing.T, w, h int, command string) *pane {
	t.Helper()
	p := &pane{t, fmt.Sprintf("sitrep-test-%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-"))}
	p.run("-f", os.DevNull, "new-session", "-d", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h), "-s", "main", command)
	t.Cleanup(func() { _ = exec.Command("tmux", "-L", p.socket, "kill-server").Run() })
	return p
}

func (p *pane) run(args ...string) string {
	p.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-L", p.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "TERM=xterm-256color")
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

func (p *pane) text() string { return p.run("capture-pane", "-p", "-t", "main") }

// sees waits until the screen shows all of some texts.
func (p *pane) sees(texts ...string) {
	p.t.Helper()
	for range 400 {
		screen, all := p.text(), true
		for _, text := range texts {
			all = all && strings.Contains(screen, text)
		}
		if all {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	p.t.Fatalf("never shows %q:\n%s", texts, p.text())
}

// press sends keys, a pause after each as people make.
func (p *pane) press(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		if name, is := tmuxKeys[k]; is {
			p.run("send-keys", "-t", "main", name)
		} else {
			p.run("send-keys", "-t", "main", "-l", k)
		}
		time.Sleep(400 * time.Millisecond) // enter within 300 ms of a dialog's opening is dropped
	}
}

var tmuxKeys = map[string]string{"enter": "Enter", "esc": "Escape", "tab": "Tab", "space": "Space", "down": "Down", "right": "Right"}

// broken starts a sitrep that probes a small company of which one team's two
// services are down, and returns its directory once somebody was told of one.
func broken(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	well := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }))
	ill := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) }))
	t.Cleanup(well.Close)
	t.Cleanup(ill.Close)
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, []byte(strings.NewReplacer("$WELL", well.URL, "$ILL", ill.URL).Replace(company)), 0o600); err != nil {
		t.Fatal(err)
	}
	serve := start(t, dir, file)
	t.Cleanup(func() { _ = serve.Process.Kill(); _ = serve.Wait() })
	told := filepath.Join(dir, "told.log")
	for range 1200 {
		if text, _ := os.ReadFile(told); strings.Contains(string(text), "search-") {
			return dir
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("nobody was told")
	return ""
}

// attach is the command line that shows the console of a directory to somebody.
func attach(dir, name string) string {
	return fmt.Sprintf("cd %s && sitrep -c config.toml --state state --as %s", dir, name)
}

const company = `
[defaults]
interval = "1s"
fail_after = 2
[target]
search-api   = { url = "$ILL/api", labels = { team = "search" } }
search-index = { url = "$ILL/index", labels = { team = "search" } }
shop         = { url = "$WELL/", labels = { team = "web" } }
cart         = { url = "$WELL/cart", labels = { team = "web" } }
login        = { url = "$WELL/login", labels = { team = "web" } }
[operator.ana]
contact = "told"
[operator.bo]
contact = "told"
[receiver.told]
log = "told.log"
[schedule.primary]
zone = "UTC"
[[schedule.primary.layer]]
operators = ["ana", "bo"]
every = "1 week"
from = 2026-01-05
[escalation.default]
last_resort = "told"
[[escalation.default.step]]
to = "schedule:primary"
[route.all]
wait = "0s"
escalate = "default"
`
