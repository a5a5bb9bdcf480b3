package alert

import (
	"math/rand/v2"
	"testing"
	"time"

	"sitrep/checker"
)

// TestAnyBurstKeepsThePace has many targets of a route change together, in any
// rhythm, while receivers are slow or out of reach: of the route no receiver
// gets more than 20 contents in any minute, and in the end each knows the truth.
func TestAnyBurstKeepsThePace(t *testing.T) {
	targets := numbered(26)
	for seed := range uint64(fewer(10_000)) {
		rng := rand.New(rand.NewPCG(seed, 7))
		p := single([][]string{{"pager"}, {"chat"}}[rng.IntN(2)]...)
		p.Routes[0].Wait = []time.Duration{0, 10 * time.Second}[rng.IntN(2)]
		if rng.IntN(4) == 0 {
			p.Routes[0].GroupBy = nil
		}
		h := build(t, p, targets...)
		reached := true
		h.answer = func(Notification) Delivery {
			if reached {
				return Delivery{Outcome: Accepted}
			}
			return Delivery{Outcome: []Outcome{Again, Dead}[rng.IntN(2)]}
		}
		for range 4 {
			reached = rng.IntN(3) > 0
			s := []checker.Status{up, degraded, down}[rng.IntN(3)]
			gap := []time.Duration{0, 0, time.Millisecond, 700 * time.Millisecond}[rng.IntN(4)]
			some := targets[rng.IntN(len(targets)):]
			for _, x := range some {
				h.result(x.Name, s)
			}
			for _, x := range some {
				h.result(x.Name, s)
				h.pass(gap)
			}
			h.pass([]time.Duration{time.Second, 10 * time.Second, 50 * time.Second}[rng.IntN(3)])
		}
		reached = true
		h.follow(h.m.Retry(h.now, p.Routes[0].To[0]))
		h.pass(10 * time.Minute)
		if n := busiest(h.sent); n > 20 {
			t.Fatalf("seed %d: %d in a minute", seed, n)
		}
		for _, a := range h.m.Alerts() {
			knows := false
			for _, l := range h.m.Accounts() {
				w := l.Told[a.ID]
				knows = knows || w.Firing && w.Severity == a.Severity
			}
			if knows != a.State.Active() {
				t.Fatalf("seed %d: %s is %s and %s, known: %v", seed, a.Target, a.State, a.Severity, knows)
			}
		}
	}
}
