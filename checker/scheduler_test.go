package checker

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// probeFunc makes a probe of a function.
type probeFunc func(ctx context.Context) (Detail, error)

func (f probeFunc) Probe(ctx context.Context) (Detail, error) { return f(ctx) }

func wellProbe(context.Context) (Detail, error) { return Detail{}, nil }

func newTarget(name string, interval time.Duration, p probeFunc) Target {
	return Target{
		Name: name, Kind: "http", Interval: interval, RetryInterval: max(interval/3, time.Second),
		Timeout: interval, Attempts: 1, FailAfter: 2, RecoverAfter: 2, Probe: p,
	}
}

// startScheduler runs a scheduler on these targets until the test ends, and
// returns a function that gives the results so far.
func startScheduler(t *testing.T, targets ...Target) (*Scheduler, func() []Result) {
	t.Helper()
	var mu sync.Mutex
	var results []Result
	s := NewScheduler("local", 7, nil, func(r Result) {
		mu.Lock()
		defer mu.Unlock()
		results = append(results, r)
	})
	s.SetTargets(targets)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return s, func() []Result {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(results)
	}
}

func TestRunsKeepTheirPeriodWithoutDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context) (Detail, error) {
			time.Sleep(730 * time.Millisecond) // a run's length moves nothing
			return Detail{}, nil
		}
		_, results := startScheduler(t, newTarget("a", 10*time.Second, slow))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		var at []time.Time
		for _, r := range results() {
			at = append(at, r.At)
		}
		at = at[3:] // the first ones are on the way to the grid
		if len(at) < 55 {
			t.Fatalf("%d runs in ten minutes at 10 s", len(at))
		}
		for i := 1; i < len(at); i++ {
			if d := at[i].Sub(at[i-1]); d != 10*time.Second {
				t.Errorf("run %d began %v after the one before, want 10s", i, d)
			}
		}
	})
}

func TestOneRunOfATargetAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		hang := func(ctx context.Context) (Detail, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(3500 * time.Millisecond)
			return Detail{}, nil
		}
		target := newTarget("a", time.Second, hang)
		target.Timeout = 10 * time.Second // as no loaded configuration has it
		s, results := startScheduler(t, target)
		time.Sleep(time.Minute)
		synctest.Wait()
		if most.Load() != 1 {
			t.Errorf("%d runs at once, want 1", most.Load())
		}
		if n := len(results()); n < 14 || n > 18 {
			t.Errorf("%d runs of 3.5 s in a minute at 1 s, want one every 4 s", n)
		}
		if st := s.Stats(); st.Skipped < 40 {
			t.Errorf("%d slots skipped, want about three of four", st.Skipped)
		}
	})
}

func TestBadTargetsAreProbedOnTheFasterGrid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bad atomic.Bool
		probe := func(context.Context) (Detail, error) {
			if bad.Load() {
				return Detail{Findings: []Finding{{What: "status", Status: Down, Text: "503"}}}, nil
			}
			return Detail{}, nil
		}
		_, results := startScheduler(t, newTarget("a", 30*time.Second, probe))
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		calm := len(results())
		if calm > 9 {
			t.Errorf("%d runs in three calm minutes at 30 s", calm)
		}
		bad.Store(true)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if n := len(results()) - calm; n < 16 || n > 19 {
			t.Errorf("%d runs in three bad minutes, want one every 10 s from the first bad one", n)
		}
		rs := results()
		if last := rs[len(rs)-1]; last.Believed != Down {
			t.Errorf("believed %v, want down", last.Believed)
		}
	})
}

func TestResultsOfATargetAreNumberedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var targets []Target
		for i := range 50 {
			targets = append(targets, newTarget(fmt.Sprint("t", i), time.Second, wellProbe))
		}
		_, results := startScheduler(t, targets...)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		last := map[string]uint64{}
		seen := map[uint64]bool{}
		for _, r := range results() {
			if r.Seq <= last[r.Target] || seen[r.Seq] {
				t.Errorf("%s: seq %d after %d", r.Target, r.Seq, last[r.Target])
			}
			last[r.Target], seen[r.Seq] = r.Seq, true
			if r.Boot != 7 || r.Vantage != "local" {
				t.Fatalf("boot %d, vantage %q", r.Boot, r.Vantage)
			}
		}
		if len(last) != len(targets) {
			t.Errorf("%d of %d targets were probed", len(last), len(targets))
		}
	})
}

func TestFirstRoundTakesNoLongerThanAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var targets []Target
		for i := range 500 {
			targets = append(targets, newTarget(fmt.Sprint("t", i), time.Second, wellProbe))
		}
		_, results := startScheduler(t, targets...)
		time.Sleep(50 * time.Millisecond)
		synctest.Wait()
		if len(results()) == 0 {
			t.Error("nothing was probed in the first 50 ms")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		names := map[string]bool{}
		for _, r := range results() {
			names[r.Target] = true
		}
		if len(names) != len(targets) {
			t.Errorf("%d of %d targets probed in the first interval", len(names), len(targets))
		}
	})
}

func TestSlotsAreSpreadEvenly(t *testing.T) {
	const n = 2000
	perTick := map[time.Duration]int{}
	for i := range n {
		perTick[splay(fmt.Sprintf("target-%04d", i), time.Second)]++
	}
	if len(perTick) != 20 {
		t.Fatalf("%d slots of 50 ms in a second are used", len(perTick))
	}
	for at, k := range perTick {
		if k < n/20*6/10 || k > n/20*14/10 {
			t.Errorf("%d targets at %v, want about %d", k, at, n/20)
		}
	}
	if a, b := splay("web", time.Minute), splay("web", time.Minute); a != b {
		t.Errorf("the same name has two places: %v, %v", a, b)
	}
}

func TestSetTargetsKeepsWhatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := func(context.Context) (Detail, error) {
			return Detail{Findings: []Finding{{What: "status", Status: Down, Text: "503"}}}, nil
		}
		s, results := startScheduler(t, newTarget("a", time.Second, down), newTarget("gone", time.Second, wellProbe))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		s.SetTargets([]Target{newTarget("a", time.Second, down), newTarget("new", time.Second, wellProbe)})
		before := len(results())
		time.Sleep(5 * time.Second)
		synctest.Wait()
		names := map[string]int{}
		for _, r := range results()[before:] {
			names[r.Target]++
			if r.Target == "a" && r.Believed != Down {
				t.Errorf("a reload made %v of what was believed down", r.Believed)
			}
		}
		if names["gone"] != 0 || names["new"] < 4 || names["a"] < 4 {
			t.Errorf("after the reload: %v", names)
		}
	})
}

func TestProbeNowRunsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, results := startScheduler(t, newTarget("a", time.Hour, wellProbe))
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		before := len(results())
		s.ProbeNow("a")
		s.ProbeNow("nobody")
		synctest.Wait()
		if n := len(results()) - before; n != 1 {
			t.Errorf("%d runs, want 1 at once", n)
		}
	})
}

func TestABurstOfProbeNowIsOneRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most, runs atomic.Int32
		slow := func(context.Context) (Detail, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			runs.Add(1)
			time.Sleep(200 * time.Millisecond)
			return Detail{}, nil
		}
		s, _ := startScheduler(t, newTarget("a", time.Hour, slow))
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		before := runs.Load()
		for range 50 {
			s.ProbeNow("a")
		}
		synctest.Wait()
		if n := runs.Load() - before; n != 1 {
			t.Errorf("%d runs for a burst, want 1", n)
		}
		time.Sleep(100 * time.Millisecond)
		for range 50 { // the run under way began before, and proves nothing of now
			s.ProbeNow("a")
		}
		time.Sleep(time.Second)
		if n := runs.Load() - before; n != 2 {
			t.Errorf("%d runs for two bursts, want 2", n)
		}
		if most.Load() != 1 {
			t.Errorf("%d runs at once", most.Load())
		}
	})
}

func TestATargetThatComesBackDoesNotRunTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		hang := func(context.Context) (Detail, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(5 * time.Second)
			return Detail{}, transient("of the old one")
		}
		target := newTarget("a", 10*time.Second, hang)
		s, results := startScheduler(t, target)
		time.Sleep(time.Second) // its first run is under way
		s.SetTargets(nil)
		target.Probe = probeFunc(func(context.Context) (Detail, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			return Detail{}, nil
		})
		s.SetTargets([]Target{target})
		s.ProbeNow("a")
		time.Sleep(time.Minute)
		synctest.Wait()
		if most.Load() != 1 {
			t.Errorf("%d runs at once", most.Load())
		}
		rs := results()
		if len(rs) < 5 {
			t.Fatalf("%d results in a minute", len(rs))
		}
		for _, r := range rs {
			if r.Status != Up {
				t.Errorf("a result of the one that went: %v", r.Findings)
			}
		}
	})
}

func TestWhatWasAskedElsewhereIsNoResultOfTheNewPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := newTarget("a", 30*time.Second, func(context.Context) (Detail, error) {
			time.Sleep(5 * time.Second)
			return Detail{}, transient("of the old place")
		})
		target.Addr = "http://old.test"
		s, results := startScheduler(t, target)
		time.Sleep(time.Second) // its first run is under way
		target.Addr, target.Probe = "http://new.test", probeFunc(wellProbe)
		s.SetTargets([]Target{target})
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if rs := results(); len(rs) != 1 || rs[0].Status != Up {
			t.Errorf("%+v", rs)
		}
	})
}

func TestResultsSayWhetherTheTargetFlaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calm atomic.Bool
		alternates := func() probeFunc {
			runs := 0 // one at a time
			return func(context.Context) (Detail, error) {
				if runs++; runs%2 == 0 && !calm.Load() {
					return Detail{}, transient("connection refused")
				}
				return Detail{}, nil
			}
		}
		a, off := newTarget("a", time.Second, alternates()), newTarget("off", time.Second, alternates())
		off.FlapHigh = 100
		s, results := startScheduler(t, a)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		for i, r := range results() {
			if want := i >= 6; r.Flapping != want {
				t.Errorf("result %d flaps %v", i, r.Flapping)
			}
		}
		s.SetTargets([]Target{a, off})
		before := len(results())
		time.Sleep(20 * time.Second)
		synctest.Wait()
		for _, r := range results()[before:] {
			if want := r.Target == "a"; r.Flapping != want {
				t.Fatalf("%s flaps %v", r.Target, r.Flapping)
			}
		}
		calm.Store(true)
		time.Sleep(25 * time.Second)
		synctest.Wait()
		if rs := results(); rs[len(rs)-1].Flapping {
			t.Error("still flaps after 25 results that were all the same")
		}
	})
}

func TestAnEarlierRunIsRecalledOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var results []Result
		s := NewScheduler("local", 1, map[string]Status{"a": Up}, func(r Result) { results = append(results, r) })
		s.Recall(map[string]Past{"a": {Believed: Down, Recent: changesAt(14, 15, 16, 17, 18), Flapping: true}})
		target := newTarget("a", time.Hour, wellProbe)
		target.RecoverAfter = 3
		s.SetTargets([]Target{target})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = s.Run(ctx) }()
		synctest.Wait()
		if len(results) != 1 || results[0].Believed != Down || !results[0].Flapping {
			t.Fatalf("the first result is %+v, want one that is believed down and flaps", results)
		}
		s.SetTargets(nil)
		s.SetTargets([]Target{target})
		synctest.Wait()
		if len(results) != 2 || results[1].Believed != Unknown || results[1].Flapping {
			t.Errorf("the first result of another of that name is %+v, want nothing believed", results[1:])
		}
	})
}

func TestARunThatEndsWithTheContextIsNotHandedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(ctx context.Context) (Detail, error) {
			<-ctx.Done()
			return Detail{}, ctx.Err()
		}
		var handed atomic.Int32
		s := NewScheduler("local", 1, nil, func(Result) { handed.Add(1) })
		s.SetTargets([]Target{newTarget("a", time.Minute, hang)})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(time.Second)
		cancel()
		<-done
		if handed.Load() != 0 {
			t.Error("a run cut by the end of the program was told as a result")
		}
	})
}

func TestAResultIsDatedByTheAttemptThatDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := newTarget("a", time.Minute, func(ctx context.Context) (Detail, error) {
			time.Sleep(3 * time.Second)
			return Detail{}, fmt.Errorf("reset")
		})
		target.Timeout, target.Attempts = 10*time.Second, 3
		r := Run(t.Context(), &target, time.Time{})
		if r.Attempt != 3 || !r.Had().Equal(time.Now()) || r.Took != 3*time.Second {
			t.Errorf("attempt %d took %v and was had at %v, now is %v", r.Attempt, r.Took, r.Had(), time.Now())
		}
	})
}

func TestATimeoutOfAWholeIntervalHalvesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(ctx context.Context) (Detail, error) {
			<-ctx.Done()
			time.Sleep(time.Millisecond)
			return Detail{}, ctx.Err()
		}
		s, results := startScheduler(t, newTarget("a", time.Second, hang))
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(results()); n < 55 {
			t.Errorf("%d runs in a minute at 1 s, %d slots skipped", n, s.Stats().Skipped)
		}
	})
}
