package main

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"sitrep/checker"
	"sitrep/config"
)

// TestTheTownBreaksAsTheScriptSays probes the demo's servers through the
// configuration that the demo writes, before and after each kind of fault.
func TestTheTownBreaksAsTheScriptSays(t *testing.T) {
	town, err := newTown(1)
	if err != nil {
		t.Fatal(err)
	}
	defer town.close()
	file, err := town.write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dialer := checker.NewDialer(16)
	defer dialer.Close()
	cfg, err := config.Load(file, config.Options{Dialer: dialer})
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Warnings) > 0 {
		t.Errorf("the demo's own configuration has warnings: %v", cfg.Warnings)
	}
	probe := func(name string) checker.Result {
		t.Helper()
		for i := range cfg.Targets {
			if cfg.Targets[i].Name == name {
				// a loaded machine may be slower than the demo's limits
				c := cfg.Targets[i]
				c.Timeout = 10 * time.Second
				return checker.Run(context.Background(), &c, time.Time{})
			}
		}
		t.Fatalf("the demo has no target %q", name)
		return checker.Result{}
	}
	for _, tt := range []struct {
		target  string
		fault   func()
		mend    func()
		status  checker.Status
		finding string
	}{
		{"web", func() { town.web.slow.Store(int64(450 * time.Millisecond)) }, func() { town.web.slow.Store(0) }, checker.Degraded, "slow"},
		{"api", func() { town.api.status.Store(500) }, func() { town.api.status.Store(200) }, checker.Down, "status"},
		{"api", func() { town.api.database.Store("unreachable") }, func() { town.api.database.Store("healthy") }, checker.Down, "json"},
		{"checkout", func() { town.checkout.depth.Store(180) }, func() { town.checkout.depth.Store(12) }, checker.Degraded, "json"},
		{"db", func() { town.db.reset.Store(true) }, func() { town.db.reset.Store(false) }, checker.Down, "connect"},
		{"dns", func() { town.names.lie.Store(true) }, func() { town.names.lie.Store(false) }, checker.Down, "answer"},
		{"login", func() { town.login.renew(9 * 24 * time.Hour) }, func() { town.login.renew(90 * 24 * time.Hour) }, checker.Degraded, "expiry"},
	} {
		tt.fault()
		r := probe(tt.target)
		if r.Status != tt.status || len(r.Findings) == 0 || r.Findings[0].What != tt.finding {
			t.Errorf("%s, broken: %v %v, want %v by %q", tt.target, r.Status, r.Findings, tt.status, tt.finding)
		}
		tt.mend()
		if r := probe(tt.target); r.Status == checker.Down {
			t.Errorf("%s, mended: %v %v", tt.target, r.Status, r.Findings)
		}
	}
	town.cache.drop.Store(1)
	if r := probe("cache"); r.Status != checker.Up || r.Attempt != 2 {
		t.Errorf("one reset: %v at attempt %d, want up at the second", r.Status, r.Attempt)
	}
}

// TestEveryCycleMendsWhatItBreaks plays the script without its pauses.
func TestEveryCycleMendsWhatItBreaks(t *testing.T) {
	town, err := newTown(1)
	if err != nil {
		t.Fatal(err)
	}
	defer town.close()
	rng := rand.New(rand.NewPCG(1, 1))
	for cycle := range 6 {
		last := time.Duration(0)
		for _, a := range script(cycle, rng) {
			if a.at < last-4*time.Second || a.at > cycleLength {
				t.Errorf("cycle %d: an act at %v after %v", cycle, a.at, last)
			}
			last = max(last, a.at)
			a.do(town)
		}
		for name, s := range map[string]*shop{"web": town.web, "api": town.api, "checkout": town.checkout, "search": town.search, "portal": town.portal} {
			if s.slow.Load() != 0 || s.status.Load() != 200 || s.database.Load() != "healthy" || s.depth.Load() > 100 {
				t.Errorf("cycle %d leaves %s broken", cycle, name)
			}
		}
		if town.db.reset.Load() || town.names.lie.Load() {
			t.Errorf("cycle %d leaves the database or the names broken", cycle)
		}
	}
}
