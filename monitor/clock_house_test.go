package monitor

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/store"
)

// advance sets the clock of the house forward, or back.
func (h *house) advance(d time.Duration) { h.clock.set.Add(int64(d)) }

// suspend has the machine of the house sleep.
func (h *house) suspend(d time.Duration) { h.clock.slept.Add(int64(d)) }

// TestSitrepGoesOnWhenTheClockIsSet: what the monitor itself does now and then
// depends on no wall clock.
func TestSitrepGoesOnWhenTheClockIsSet(t *testing.T) {
	for _, step := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := startHouse(t, store.State{}, "db")
				sleep(time.Minute)
				h.advance(step)
				sleep(2 * time.Second)
				before, snap := len(h.disk.all().Results), h.Snapshot()
				beats := func() (n int) {
					h.disk.mu.Lock()
					defer h.disk.mu.Unlock()
					for _, b := range h.disk.batches {
						if !b.Heartbeat.IsZero() {
							n++
						}
					}
					return n
				}
				beaten := beats()
				go func() {
					for seq := snap.Seq; ; {
						s, err := h.Wait(t.Context(), seq)
						if err != nil {
							return
						}
						seq = s.Seq
					}
				}()
				sleep(time.Minute)
				if n := beats() - beaten; n < 5 || n > 7 {
					t.Errorf("%d heartbeats in a minute, want one each 10 s", n)
				}
				results := h.disk.all().Results[before:]
				self := slices.DeleteFunc(slices.Clone(results), func(r checker.Result) bool { return r.Target != Self })
				if n := len(self); n < 11 || n > 13 {
					t.Errorf("%d results of %s in a minute, want one each 5 s", n, Self)
				}
				if n := h.Snapshot().Seq - snap.Seq; n < 18 || n > 80 {
					t.Errorf("%d snapshots in a minute with a screen", n)
				}
				for _, r := range results {
					if r.At != r.At.Round(0) {
						t.Fatalf("a result of %s is dated with a monotonic reading", r.Target)
					}
					if d := r.At.Sub(h.clock.now()); d > 0 || d < -2*time.Minute {
						t.Fatalf("a result of %s is dated %v from now", r.Target, d)
					}
				}
				h.stop()
			})
		})
	}
}

// TestWhatTheClockCutInTwoIsDatedByIt hands in what was begun before the clock
// was set, dated by the clock as it was.
func TestWhatTheClockCutInTwoIsDatedByIt(t *testing.T) {
	for _, step := range []time.Duration{time.Hour, -time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			h := startHouse(t, store.State{}, "db")
			sleep(time.Minute)
			old := h.clock.now()
			h.advance(step)
			set := h.clock.now()
			h.Observe(checker.Result{Target: "db", At: old, Took: 100 * time.Millisecond, Status: checker.Up, Believed: checker.Up, Attempt: 1})
			sleep(2 * time.Second)
			i, _ := h.Snapshot().Find("db")
			last := h.Snapshot().Target(i).Last
			if had := last.Had(); had.Before(set) || had.After(set.Add(time.Second)) {
				t.Errorf("the clock was set to %v; the result is had %v", set, had)
			}
		})
	}
}

// TestASuspensionIsAGap sleeps over the end of a silence and of an
// acknowledgement and over the beginning of maintenance. Two seconds after the
// machine is awake all three have happened, each dated as planned.
func TestASuspensionIsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC().Truncate(time.Second)
		h := startWith(t, store.State{}, func(o *Options) {
			o.Setup.Policy.Maintenance = []alert.Window{{
				Name: "move", Match: alert.Matcher{{"name": {"web"}}}, Why: "moving house",
				When: civil.Recurrence{Once: civil.Span{From: start.Add(80 * time.Minute), Until: start.Add(8 * time.Hour)}},
			}}
		}, "db", "web", "api")
		h.turn("api", checker.Down)
		sleep(time.Minute)
		for _, c := range []Command{
			Silence{Match: alert.Matcher{{"name": {"db"}}}, For: time.Hour, Reason: "deploy"},
			Acknowledge{Alerts: []string{h.alert(t, "api").ID}, For: 70 * time.Minute},
		} {
			if err := h.Do(t.Context(), ana, c); err != nil {
				t.Fatal(err)
			}
		}
		sleep(10 * time.Minute)
		h.suspend(2 * time.Hour)
		sleep(2 * time.Second)
		if ss := h.Snapshot().Silences; len(ss) != 1 || ss[0].Window != "move" {
			t.Errorf("silences %+v, want the maintenance alone", ss)
		}
		if h.alert(t, "api").Ack != nil {
			t.Error("the acknowledgement did not run out")
		}
		for kind, want := range map[string]time.Duration{"unsilence": time.Hour + time.Minute, "unack": 71 * time.Minute} {
			es := h.events(kind)
			if len(es) != 1 || es[0].At.Sub(start).Round(time.Second) != want || !strings.HasSuffix(es[0].Text, " later)") {
				t.Errorf("%s: %v, want one at %v", kind, es, want)
			}
		}
		if es := h.events("clock"); len(es) > 0 {
			t.Errorf("a suspension was taken for a clock that was set: %v", es)
		}
		es := h.events("gap")
		if len(es) != 1 || es[0].Text != "nothing was done for 2h: this machine was suspended, or the program stopped" {
			t.Errorf("gaps told: %v", es)
		}
	})
}

func TestTheEndOfASilenceIsATimeOfDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		h.turn("db", checker.Down)
		if err := h.Do(t.Context(), ana, Silence{Match: alert.Matcher{{"name": {"db"}}}, For: time.Hour, Reason: "deploy"}); err != nil {
			t.Fatal(err)
		}
		sleep(10 * time.Minute)
		if got := h.receiver.reasons(); len(got) > 0 {
			t.Errorf("told %v under a silence", got)
		}
		h.advance(51 * time.Minute)
		sleep(2 * time.Second)
		if n := len(h.Snapshot().Silences); n != 0 {
			t.Errorf("%d silences after the clock was set past their end", n)
		}
		sleep(time.Minute)
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("told %v after the silence, want what is owed", got)
		}
	})
}
