package alert

import (
	"fmt"
	"testing"
	"time"

	"sitrep/checker"
)

// many returns a house of n targets in one group.
func many(tb testing.TB, n int) *house {
	targets := make([]checker.Target, n)
	for i := range targets {
		targets[i] = newTarget(fmt.Sprintf("t%04d", i))
	}
	return build(tb, usual(), targets...)
}

func TestGoodResultOfAHealthyTargetCostsNothing(t *testing.T) {
	h := many(t, 100)
	r := checker.Result{Target: "t0042", At: h.now, Status: up, Believed: up}
	if n := testing.AllocsPerRun(100, func() { h.m.Observe(r) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkObserveHealthy(b *testing.B) {
	h := many(b, 5000)
	r := checker.Result{Target: "t0042", At: h.now, Status: up, Believed: up}
	b.ReportAllocs()
	for b.Loop() {
		h.m.Observe(r)
	}
}

func BenchmarkObserveStillDown(b *testing.B) {
	h := many(b, 5000)
	h.down("t0042")
	h.pass(time.Minute)
	r := checker.Result{Target: "t0042", At: h.now, Status: down, Believed: down}
	b.ReportAllocs()
	for b.Loop() {
		h.m.Observe(r)
	}
}

// BenchmarkStorm has 5,000 targets of one group go down and up again, while a
// receiver takes as long to answer as fifty results to come.
func BenchmarkStorm(b *testing.B) {
	for b.Loop() {
		h := many(b, 5000)
		var flying []Notification
		h.answer = func(n Notification) Delivery {
			flying = append(flying, n)
			return Delivery{}
		}
		for _, s := range []checker.Status{down, down, up, up} {
			for i, t := range h.targets {
				h.result(t.Name, s)
				if i%50 == 0 {
					h.pass(time.Second)
					arrived := flying
					flying = nil
					for _, n := range arrived {
						h.follow(h.m.Delivered(Delivery{Notification: n, At: h.now, Outcome: Accepted}))
					}
				}
			}
		}
	}
}

// BenchmarkStormOfGroups has targets with a group each go down and up again. The
// time an alert does not grow with their number.
func BenchmarkStormOfGroups(b *testing.B) {
	for _, n := range []int{250, 1000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			targets := many(b, n).targets
			for b.Loop() {
				h := build(b, single("chat", "pager"), targets...)
				for _, s := range []checker.Status{down, down, up, up} {
					for i, t := range h.targets {
						h.result(t.Name, s)
						if i%50 == 0 {
							h.pass(50 * time.Millisecond)
						}
					}
				}
				h.pass(time.Minute)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/alert")
		})
	}
}

// BenchmarkRestore takes over 5,000 alerts.
func BenchmarkRestore(b *testing.B) {
	h := many(b, 5000)
	for _, t := range h.targets {
		h.result(t.Name, down)
		h.result(t.Name, down)
	}
	h.pass(time.Minute)
	saved := h.m.Save()
	for b.Loop() {
		m := NewManager(nil)
		m.Restore(h.now, saved)
		m.SetTargets(h.now, h.targets)
		m.SetPolicy(h.now, h.policy)
	}
}

// BenchmarkManyEscalations has targets with a group each go down, nobody answer
// for an hour, and all of them come back. The time an alert does not grow with
// their number.
func BenchmarkManyEscalations(b *testing.B) {
	for _, n := range []int{250, 1000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			targets := many(b, n).targets
			for b.Loop() {
				h := build(b, climbing(), targets...)
				for _, s := range []checker.Status{down, down} {
					for i, t := range targets {
						h.result(t.Name, s)
						if i%10 == 0 {
							h.pass(time.Second)
						}
					}
				}
				h.pass(time.Hour)
				for _, s := range []checker.Status{up, up} {
					for _, t := range targets {
						h.result(t.Name, s)
					}
				}
				h.pass(time.Hour)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/alert")
		})
	}
}
