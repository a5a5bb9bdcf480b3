package monitor

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/checker"
	"sitrep/store"
)

// TestAReminderComesInItsTimeWhateverTheClockSays sets the clock in the middle
// of the hour after which the receiver is reminded.
func TestAReminderComesInItsTimeWhateverTheClockSays(t *testing.T) {
	for _, step := range []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := startHouse(t, store.State{}, "db")
				h.turn("db", checker.Down)
				for len(h.receiver.reasons()) == 0 {
					sleep(time.Second)
				}
				first := time.Now()
				sleep(30 * time.Minute)
				h.advance(step)
				sleep(2 * time.Second)
				if es := h.events("clock"); len(es) != 1 {
					t.Errorf("%d events say that the clock was set, want 1: %v", len(es), es)
				}
				sleep(time.Until(first.Add(time.Hour - 3*time.Second)))
				if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
					t.Errorf("told %v three seconds before the reminder is due", got)
				}
				sleep(6 * time.Second)
				if got := h.receiver.reasons(); !slices.Equal(got, []string{"first", "remind"}) {
					t.Errorf("told %v three seconds after the reminder was due", got)
				}
			})
		})
	}
}
