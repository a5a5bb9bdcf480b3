package monitor

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/store"
)

// TestKilledAndStartedAgain kills the house, lets something happen meanwhile,
// and has the receiver hear what it is owed, once.
func TestKilledAndStartedAgain(t *testing.T) {
	type when struct {
		after time.Duration // the start
		told  []string      // all that the receiver has heard since
	}
	for name, c := range map[string]struct {
		before, after checker.Status
		targets       []string // at the second start
		want          []when
		ending        string
	}{
		"bad, and good by then": {
			before: checker.Down, after: checker.Up, targets: []string{"db"},
			want: []when{{time.Minute, []string{"resolved"}}, {3 * time.Hour, []string{"resolved"}}},
		},
		"good, and bad by then": {
			before: checker.Up, after: checker.Down, targets: []string{"db"},
			want: []when{{time.Minute, []string{"first"}}, {50 * time.Minute, []string{"first"}}},
		},
		"bad as before": {
			before: checker.Down, after: checker.Down, targets: []string{"db"},
			want: []when{{39 * time.Minute, nil}, {42 * time.Minute, []string{"remind"}}},
		},
		"bad, and not watched any more": {
			before: checker.Down, after: checker.Down, targets: nil, ending: "removed",
			want: []when{{time.Second, []string{"resolved"}}, {3 * time.Hour, []string{"resolved"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := startHouse(t, store.State{}, "db")
				h.turn("db", c.before)
				sleep(20*time.Minute + 15*time.Second) // it was told within the first 20 s or so
				state := h.kill()
				again := startHouse(t, state, c.targets...)
				if len(c.targets) > 0 {
					again.turn("db", c.after)
				}
				began := time.Now()
				for _, w := range c.want {
					sleep(time.Until(began.Add(w.after)))
					if got := again.receiver.reasons(); !slices.Equal(got, w.told) {
						t.Errorf("%v after the start: told %v, want %v", w.after, got, w.told)
					}
					if c.ending != "" && w.after < time.Hour && again.alert(t, "db").Ending != c.ending {
						t.Errorf("it ended %q, want %q", again.alert(t, "db").Ending, c.ending)
					}
				}
			})
		})
	}
}

// TestAStateThatOpensLate starts on a directory that cannot be used, and is
// restarted from what was saved once it could be.
func TestAStateThatOpensLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, mend := shutDir(t)
		o := store.Options{Owner: "a test"}
		_, why := store.Open(dir, o)
		if why == nil {
			t.Fatal("it opens: the test does not test")
		}
		late := store.OpenLater(dir, o, store.State{}, why)
		h := startWith(t, store.State{}, func(o *Options) { o.Journal = late }, "db")
		h.turn("db", checker.Down)
		sleep(10 * time.Minute)
		if got := h.receiver.reasons(); len(got) == 0 || got[0] != "first" {
			t.Errorf("told %v without a disk, want the first page", got)
		}
		if h.Snapshot().Health.SaveError == "" {
			t.Error("Health does not say that nothing is saved")
		}
		mend()
		sleep(time.Minute)
		if health := h.Snapshot().Health; health.SaveError != "" || health.Unsaved > 0 {
			t.Errorf("after it could be opened: %d unsaved, %q", health.Unsaved, health.SaveError)
		}
		want, id := h.Snapshot().Events(), h.alert(t, "db").ID
		h.stop()
		if err := late.Close(); err != nil {
			t.Fatal(err)
		}

		s, err := store.Open(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		state, err := s.Restore(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range state.Events {
			if e.Seq != uint64(i+1) {
				t.Fatalf("event %d is number %d on the disk", i+1, e.Seq)
			}
		}
		if len(state.Events) < len(want) {
			t.Errorf("%d events on the disk, %d on the screen", len(state.Events), len(want))
		}
		again := startWith(t, state, func(o *Options) { o.Journal = s }, "db")
		again.turn("db", checker.Down)
		sleep(30 * time.Minute)
		if got := again.receiver.reasons(); len(got) > 0 {
			t.Errorf("told %v again after a restart", got)
		}
		if got := again.alert(t, "db"); got.ID != id || got.State != alert.Firing {
			t.Errorf("alert %s %v after a restart, want %s", got.ID, got.State, id)
		}
		again.stop()
	})
}
