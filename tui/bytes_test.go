package tui

import (
	"testing"
	"testing/synctest"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
)

// TestBytesOnTheWire holds the budget of a screen over a slow link: the first
// picture, a minute in which only the clock moves, one with four results a second,
// and one in which every row of the board changes every second.
func TestBytesOnTheWire(t *testing.T) {
	for _, c := range []struct {
		name                    string
		w, h                    int
		first, idle, four, busy int // bytes; all but first a second
	}{
		{"80x24", 80, 24, 6000, 20, 100, 2000},
		{"120x40", 120, 40, 12000, 40, 200, 4000},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				atNight()
				f := newFeed(newNight(t))
				s := startSession(t, f, Options{Title: "prod-eu", Level: Level256}, c.w, c.h)
				holds := func(what string, n, most int) {
					t.Helper()
					t.Logf("%s: %d bytes, at most %d", what, n, most)
					if n > most || n == 0 {
						t.Errorf("%s: %d bytes, at most %d are allowed", what, n, most)
					}
				}
				holds("first frame", len(s.out.taken()), c.first)
				const seconds = 60
				over := func(times int, publish func(i int)) int {
					for i := range seconds * times {
						time.Sleep(time.Second / time.Duration(times))
						publish(i)
					}
					synctest.Wait()
					return len(s.out.taken()) / seconds
				}
				holds("idle", over(1, func(int) { f.publish(nil) }), c.idle)
				holds("every row every second", over(1, func(i int) {
					f.publish(func(snap *monitor.Snapshot) { allRowsChange(snap, i) })
				}), c.busy)
				holds("four results a second", over(4, func(i int) {
					f.publish(func(snap *monitor.Snapshot) { rowsChange(snap, i, i*7%snap.Len()) })
				}), c.four)
				if f.most > 1 {
					t.Errorf("%d waits under way at a time, want 1", f.most)
				}
			})
		})
	}
}

// allRowsChange gives every target a new result and so a new latency and sample.
func allRowsChange(snap *monitor.Snapshot, i int) { rowsChange(snap, i, -1) }

// rowsChange gives one target a new result, all of -1.
func rowsChange(snap *monitor.Snapshot, i, only int) {
	var targets []*monitor.TargetStatus
	for k, t := range snap.Targets() {
		if !t.Last.At.IsZero() && (only < 0 || k == only) {
			c := *t
			c.Last.At = snap.At
			c.Last.Took = time.Duration(100+(i*37+k*11)%300) * time.Millisecond
			c.Samples = append(c.Samples[:len(c.Samples):len(c.Samples)], monitor.Sample{
				At: snap.At.UnixMilli(), Took: uint32(c.Last.Took.Microseconds()), Attempt: 1, Status: uint8(checker.Up),
			})
			t = &c
		}
		targets = append(targets, t)
	}
	*snap = *monitor.NewSnapshot(monitor.Parts{Snapshot: *snap, Targets: targets, Events: snap.Events()})
}

// TestDataRedrawsAtMostFourTimesASecond publishes as fast as a monitor may.
func TestDataRedrawsAtMostFourTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		f := newFeed(newNight(t))
		s := startSession(t, f, Options{Title: "prod-eu", Level: Level256}, 80, 24)
		s.out.taken()
		s.out.writes = 0
		for i := range 200 {
			time.Sleep(50 * time.Millisecond)
			f.publish(func(snap *monitor.Snapshot) { allRowsChange(snap, i) })
		}
		synctest.Wait()
		if n := s.out.writes; n > 10*4+2 { // the clock goes with the data
			t.Errorf("%d writes in 10 s", n)
		}
	})
}

// TestKeysAreAnsweredAtOnce presses a key between two snapshots.
func TestKeysAreAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		s := startSession(t, newFeed(newNight(t)), Options{Title: "prod-eu", Level: Level256}, 80, 24)
		s.out.taken()
		_, _ = s.keys.Write([]byte("j"))
		synctest.Wait()
		if len(s.out.taken()) == 0 {
			t.Error("nothing was drawn before any time passed")
		}
	})
}
