package checker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// link is this machine's own, as its probes find it.
type link struct {
	cut     atomic.Bool
	hang    bool         // what is lost is waited for; else it fails at once
	asked   atomic.Int32 // anchors
	answers time.Duration
}

// across answers over the link.
func (l *link) across(ctx context.Context) (Detail, error) { return l.slowly(ctx, l.answers) }

// slowly answers over the link after so long, if that is up all the time.
func (l *link) slowly(ctx context.Context, answers time.Duration) (Detail, error) {
	if !l.cut.Load() && sleep(ctx, answers) && !l.cut.Load() {
		return Detail{}, nil
	}
	if !l.hang {
		return Detail{}, transient("network unreachable")
	}
	<-ctx.Done()
	return Detail{}, &timeoutError{during: connecting}
}

func (l *link) anchor(ctx context.Context) (Detail, error) {
	l.asked.Add(1)
	return l.across(ctx)
}

func (l *link) anchors(n int) []Anchor {
	var list []Anchor
	for i := range n {
		list = append(list, Anchor{Name: fmt.Sprint("192.0.2.", i+1), Probe: probeFunc(l.anchor)})
	}
	return list
}

// startGuard runs a guard until the test ends.
func startGuard(t *testing.T, anchors []Anchor, need int) *Guard {
	t.Helper()
	g := NewGuard(anchors, need, 0)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = g.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return g
}

func TestNoResultIsBadWhileTheOwnLinkIsDown(t *testing.T) {
	for fell := range 16 { // at any moment of the guard's interval and of the targets'
		for _, hang := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				l := &link{hang: hang, answers: 20 * time.Millisecond}
				var targets []Target
				for i := range 20 {
					target := newTarget(fmt.Sprint("t", i), 7*time.Second, func(ctx context.Context) (Detail, error) {
						return l.slowly(ctx, []time.Duration{l.answers, 3 * time.Second}[i%2])
					})
					target.Timeout, target.FailAfter = 4*time.Second, 1
					targets = append(targets, target)
				}
				s, results := startScheduler(t, targets...)
				s.SetGuard(startGuard(t, l.anchors(3), 0))
				time.Sleep(time.Minute + time.Duration(fell)*937*time.Millisecond)
				l.cut.Store(true)
				time.Sleep(100 * time.Second)
				l.cut.Store(false)
				back := time.Now()
				time.Sleep(time.Minute)
				synctest.Wait()
				unknown, up := map[string]int{}, map[string]int{}
				for _, r := range results() {
					switch {
					case r.Status > Up || r.Believed > Up || r.Flapping:
						t.Fatalf("%s at %v: %v (%v), believed %v, flapping %v", r.Target, r.At, r.Status, r.Findings, r.Believed, r.Flapping)
					case r.Status == Unknown:
						unknown[r.Target]++
						if f := r.Findings; len(f) != 1 || f[0].What != "connect" || f[0].Status != Unknown ||
							!strings.HasPrefix(f[0].Text, "own link down: ") {
							t.Fatalf("findings %v", f)
						}
					case r.At.After(back.Add(10 * time.Second)):
						up[r.Target]++
					}
				}
				if len(unknown) != len(targets) || len(up) != len(targets) {
					t.Errorf("of %d targets %d were unknown and %d are up again", len(targets), len(unknown), len(up))
				}
			})
		}
	}
}

func TestARealOutageIsJudgedWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &link{answers: 20 * time.Millisecond}
		var out atomic.Bool
		var failed time.Time
		target := newTarget("a", 10*time.Second, func(ctx context.Context) (Detail, error) {
			if out.Load() {
				if failed.IsZero() {
					failed = time.Now()
				}
				return Detail{}, transient("connection refused")
			}
			return Detail{}, nil
		})
		var handed time.Time
		s := NewScheduler("local", 1, nil, func(r Result) {
			if r.Status == Down && handed.IsZero() {
				handed = time.Now()
			}
			if r.Status == Unknown {
				t.Errorf("%v although the link is up", r.Findings)
			}
		})
		s.SetTargets([]Target{target})
		s.SetGuard(startGuard(t, l.anchors(3), 0))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = s.Run(ctx) }()
		time.Sleep(time.Minute)
		out.Store(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		if wait := handed.Sub(failed); handed.IsZero() || wait > checkGap+l.answers {
			t.Errorf("the first failure was told after %v", wait)
		}
	})
}

func TestAThousandFailuresCostOneCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &link{answers: 20 * time.Millisecond}
		g := startGuard(t, l.anchors(3), 0)
		time.Sleep(5 * time.Second)
		before := l.asked.Load()
		var waiting sync.WaitGroup
		for i := range 1000 {
			waiting.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Microsecond) // over a tenth of a second
				now := time.Now()
				if down, why := g.Judge(t.Context(), now, now); down {
					t.Errorf("down: %s", why)
				}
				if wait := time.Since(now); wait > checkGap+l.answers {
					t.Errorf("waited %v", wait)
				}
			})
		}
		waiting.Wait()
		time.Sleep(5 * time.Second)
		if n := l.asked.Load() - before; n > 6 {
			t.Errorf("three anchors were asked %d times, want one check at once and one for those that came later", n)
		}
	})
}

func TestTargetsThatAreBelievedDownCostNoChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &link{answers: 20 * time.Millisecond}
		var targets []Target
		for i := range 50 {
			targets = append(targets, newTarget(fmt.Sprint("t", i), 10*time.Second, func(context.Context) (Detail, error) {
				return Detail{}, transient("connection refused")
			}))
		}
		s, _ := startScheduler(t, targets...)
		s.SetGuard(startGuard(t, l.anchors(3), 0))
		time.Sleep(time.Minute)
		before := l.asked.Load()
		time.Sleep(5 * time.Minute)
		if n := (l.asked.Load() - before) / 3; n > 5*60/15+2 {
			t.Errorf("%d checks in five minutes, want one every 15s", n)
		}
	})
}

func TestALocalTargetIsNotExcused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &link{}
		l.cut.Store(true)
		near, far := newTarget("near", 5*time.Second, l.across), newTarget("far", 5*time.Second, l.across)
		near.Local = true
		s, results := startScheduler(t, near, far)
		s.SetGuard(startGuard(t, l.anchors(1), 0))
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, r := range results() {
			if want := map[string]Status{"near": Down, "far": Unknown}[r.Target]; r.Status != want {
				t.Fatalf("%s is %v, want %v", r.Target, r.Status, want)
			}
		}
	})
}

func TestGuardSaysSinceWhenTheLinkIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &link{hang: true, answers: time.Millisecond}
		g := startGuard(t, l.anchors(2), 1)
		time.Sleep(time.Minute)
		if down, since, why := g.Down(); down || !since.IsZero() || why != "" {
			t.Fatalf("down %v since %v: %q", down, since, why)
		}
		l.cut.Store(true)
		fell, before := time.Now(), l.asked.Load()
		time.Sleep(time.Minute)
		if n := (l.asked.Load() - before) / 2; n < 9 || n > 13 {
			t.Errorf("%d checks in a minute while it is down, want one every 5s", n)
		}
		down, since, why := g.Down()
		want := "own link down: no anchor answers (192.0.2.1: timeout 3s (connect), 192.0.2.2: timeout 3s (connect))"
		if !down || since.Before(fell) || since.Sub(fell) > 15*time.Second || why != want {
			t.Errorf("down %v since %v, it fell at %v: %q", down, since, fell, why)
		}
		l.cut.Store(false)
		time.Sleep(9 * time.Second)
		if down, _, _ := g.Down(); down {
			t.Error("still down 9s after it came back")
		}
	})
}

func TestHowManyAnchorsMustAnswer(t *testing.T) {
	up := probeFunc(wellProbe)
	slow := probeFunc(func(ctx context.Context) (Detail, error) {
		if sleep(ctx, 2*time.Second) {
			return Detail{}, nil
		}
		return Detail{}, errStopped
	})
	dead := probeFunc(func(ctx context.Context) (Detail, error) {
		<-ctx.Done()
		return Detail{}, &timeoutError{during: connecting}
	})
	refused := probeFunc(func(context.Context) (Detail, error) { return Detail{}, transient("connection refused") })
	unable := probeFunc(func(context.Context) (Detail, error) { return Detail{}, cannotJudge(nil, "not permitted here") })
	panics := probeFunc(func(context.Context) (Detail, error) { panic("oh") })
	busy := probeFunc(func(context.Context) (Detail, error) { return Detail{Code: 503}, errors.New("503") })
	wrong := probeFunc(func(context.Context) (Detail, error) {
		return Detail{Findings: []Finding{{What: "status", Status: Down, Text: "404"}}}, nil
	})
	for _, tt := range []struct {
		name   string
		probes []Probe
		need   int
		down   string // what is said; "" if the link is up
		took   time.Duration
	}{
		{"a majority answers", []Probe{up, refused, up}, 0, "", 0},
		{"no majority", []Probe{refused, up, refused}, 0, "own link down: 2 of 3 anchors do not answer (a0: connection refused, a2: connection refused)", 0},
		{"half is none", []Probe{up, refused}, 0, "own link down: 1 of 2 anchors do not answer (a1: connection refused)", 0},
		{"none", []Probe{refused, dead}, 1, "own link down: no anchor answers (a0: connection refused, a1: timeout 3s (connect))", anchorTimeout},
		{"one is enough", []Probe{dead, dead, up}, 1, "", 0},
		{"all must", []Probe{up, up, refused}, 3, "own link down: 1 of 3 anchors do not answer (a2: connection refused)", 0},
		{"more than there are", []Probe{up, up}, 9, "", 0},
		{"nobody waits for one more", []Probe{up, dead, up}, 0, "", 0},
		{"nor when no majority is left", []Probe{refused, dead, refused}, 0, "own link down: 2 of 3 anchors do not answer (a0: connection refused, a2: connection refused)", 0},
		{"a slow one is waited for", []Probe{up, slow, refused}, 0, "", 2 * time.Second},
		{"what cannot be judged is not down", []Probe{unable, unable, refused}, 0, "", 0},
		{"nor is it an answer of the others", []Probe{unable, refused, refused}, 0, "own link down: 2 of 3 anchors do not answer (a1: connection refused, a2: connection refused)", 0},
		{"a probe that panics shows nothing", []Probe{panics}, 0, "", 0},
		{"whatever the answer", []Probe{wrong, busy, refused}, 0, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var anchors []Anchor
				for i, p := range tt.probes {
					anchors = append(anchors, Anchor{Name: fmt.Sprint("a", i), Probe: p})
				}
				g := startGuard(t, anchors, tt.need)
				begun := time.Now()
				down, why := g.Judge(t.Context(), begun, begun)
				if down != (tt.down != "") || why != tt.down || time.Since(begun) != tt.took {
					t.Errorf("down %v after %v: %q; want %q", down, time.Since(begun), why, tt.down)
				}
			})
		})
	}
}

func TestJudgeAlwaysReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &link{hang: true}
		l.cut.Store(true)
		g := NewGuard(l.anchors(3), 0, 0) // nobody runs it
		begun := time.Now()
		if down, why := g.Judge(t.Context(), begun, begun); down || time.Since(begun) != judgeWithin {
			t.Errorf("down %v after %v: %q", down, time.Since(begun), why)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun = time.Now()
		if down, _ := g.Judge(ctx, begun, begun); down || time.Since(begun) != time.Second {
			t.Errorf("down %v, %v after its context ended", down, time.Since(begun)-time.Second)
		}
		go func() { time.Sleep(time.Second); g.Set(nil, 0, 0) }()
		begun = time.Now()
		if down, _ := g.Judge(t.Context(), begun, begun); down || time.Since(begun) != time.Second {
			t.Errorf("down %v after %v, switched off after 1s", down, time.Since(begun))
		}
	})
}

func TestACheckOfAnchorsThatWentSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost, well := &link{hang: true}, &link{answers: 10 * time.Millisecond}
		lost.cut.Store(true)
		g := startGuard(t, nil, 0)
		time.Sleep(time.Minute)
		g.Set(lost.anchors(2), 0, 0)
		time.Sleep(time.Second)
		g.Set(well.anchors(2), 0, 0) // while the others are waited for
		time.Sleep(anchorTimeout - time.Second + well.answers/2)
		if down, _, why := g.Down(); down {
			t.Errorf("down, by what was asked of the old anchors: %s", why)
		}
	})
}

func TestAReloadChangesTheAnchors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost, well := &link{hang: true}, &link{answers: 10 * time.Millisecond}
		lost.cut.Store(true)
		g := startGuard(t, nil, 0)
		time.Sleep(time.Minute)
		g.Set(lost.anchors(2), 0, 0)
		time.Sleep(anchorTimeout + time.Second)
		if down, _, _ := g.Down(); !down {
			t.Error("up, and no anchor answers")
		}
		g.Set(well.anchors(2), 0, 0)
		if down, _, _ := g.Down(); down {
			t.Error("down before the new anchors were asked")
		}
		time.Sleep(anchorTimeout + 2*time.Second) // a check of the old ones may be under way
		begun := time.Now()
		if down, why := g.Judge(t.Context(), begun.Add(-time.Minute), begun); down || well.asked.Load() == 0 {
			t.Errorf("down %v (%s), the new anchors were asked %d times", down, why, well.asked.Load())
		}
	})
}
