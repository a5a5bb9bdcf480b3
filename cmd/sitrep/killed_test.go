package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var kills = flag.Int("kills", 20, "how often TestKilledAtAnyMoment kills")

// TestKilledAtAnyMoment kills the real binary again and again, at random
// moments, while its targets come and go and its receiver refuses, hangs up and
// accepts as it likes. Once it is left alone, what the receiver believes is the
// truth, and it was told nothing twice but what was cut.
func TestKilledAtAnyMoment(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, uint64(*kills)))
	sites := map[string]*site{}
	var targets strings.Builder
	for _, name := range []string{"web", "api", "shop"} {
		s := &site{status: 200}
		server := httptest.NewServer(http.HandlerFunc(s.serve))
		t.Cleanup(server.Close)
		sites[name] = s
		fmt.Fprintf(&targets, "%s = %q\n", name, server.URL+"/")
	}
	r := &listener{keys: map[string]int{}, believes: map[string]string{}, heard: map[string]bool{}, rng: rand.New(rand.NewPCG(2, 2))}
	hook := httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(hook.Close)

	dir := t.TempDir()
	file := filepath.Join(dir, "config.toml")
	text := "[defaults]\ninterval = \"1s\"\nfail_after = 1\nrecover_after = 1\nattempts = 1\n\n[target]\n" + targets.String() +
		"\n[alerting]\nreopen_within = \"0s\"\n\n[receiver.hook]\nwebhook = \"" + hook.URL + "\"\npaging = true\n" +
		"\n[route.all]\nto = \"hook\"\ngroup_by = []\nwait = \"0s\"\ngroup_interval = \"0s\"\nmatch = { kind = \"http\" }\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for range *kills {
		for _, s := range sites {
			if rng.IntN(2) == 0 {
				s.set([]int{200, 503}[rng.IntN(2)])
			}
		}
		serve := start(t, dir, file)
		time.Sleep(time.Duration(100+rng.IntN(1500)) * time.Millisecond)
		_ = serve.Process.Kill()
		_ = serve.Wait()
	}

	r.calm()
	serve := start(t, dir, file)
	wrong := ""
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if wrong = r.compare(sites); wrong == "" {
			break
		}
	}
	_ = serve.Process.Signal(os.Interrupt)
	_ = serve.Wait()
	if wrong == "" {
		wrong = r.compare(sites) // still true at the end
	}
	if wrong != "" {
		t.Error(wrong)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, odd := range r.odd {
		t.Error(odd)
	}
	if limit := *kills + r.cut; r.twice > limit {
		t.Errorf("told twice %d times, with %d kills and %d answers that were cut", r.twice, *kills, r.cut)
	}
	t.Logf("%d kills, %d messages accepted, %d cut by the receiver, %d told twice", *kills, r.accepted, r.cut, r.twice)
}

func start(t *testing.T, dir, file string) *exec.Cmd {
	t.Helper()
	serve := exec.Command("sitrep", "serve", "-c", file, "--state", filepath.Join(dir, "state"))
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	return serve
}

func (s *site) serve(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.WriteHeader(s.status)
}

func (s *site) set(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

func (s *site) bad() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status != 200
}

// listener is a receiver with moods, and what it believes.
type listener struct {
	mu       sync.Mutex
	rng      *rand.Rand
	steady   bool
	keys     map[string]int    // of what it took, how often
	believes map[string]string // alert ID → "firing TARGET" or "resolved TARGET"
	heard    map[string]bool   // alert IDs that it was ever told were firing
	odd      []string

	accepted, cut, twice int
}

func (l *listener) calm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.steady = true
}

func (l *listener) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // cut before it was whole: not heard
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	mood := l.rng.IntN(10)
	if !l.steady && mood < 3 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	l.take(r.Header.Get("Webhook-Id"), body)
	if !l.steady && mood < 5 {
		l.cut++
		panic(http.ErrAbortHandler) // heard, and not answered
	}
	l.accepted++
}

// take reads what it is told. It is called with mu held.
func (l *listener) take(key string, body []byte) {
	var told struct {
		Sitrep struct {
			Reason string
			Alerts []struct{ ID, Target, State string }
		}
	}
	if err := json.Unmarshal(body, &told); err != nil {
		l.odd = append(l.odd, err.Error())
		return
	}
	if l.keys[key]++; l.keys[key] > 1 {
		l.twice++
	}
	for _, a := range told.Sitrep.Alerts {
		word := "firing"
		if a.State == "resolved" {
			word = "resolved"
		}
		switch {
		case word == "firing":
			l.heard[a.ID] = true
		case told.Sitrep.Reason == "missed": // came and went while it refused
		case !l.heard[a.ID]:
			l.odd = append(l.odd, a.ID+" of "+a.Target+" is over, and nobody said that it had begun")
		}
		l.believes[a.ID] = word + " " + a.Target
	}
}

// compare says where what is believed differs from what is true.
func (l *listener) compare(sites map[string]*site) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	firing := map[string]int{}
	for _, what := range l.believes {
		if target, ok := strings.CutPrefix(what, "firing "); ok {
			firing[target]++
		}
	}
	for name, s := range sites {
		want := 0
		if s.bad() {
			want = 1
		}
		if firing[name] != want {
			return fmt.Sprintf("%s: believed to have %d alerts that fire, has %d", name, firing[name], want)
		}
	}
	return ""
}
