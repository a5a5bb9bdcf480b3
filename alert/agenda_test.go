package alert

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAgendaKnowsWhatIsNext(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var g agenda
		timers := make([]timer, 8)
		want := make([]time.Time, len(timers)) // zero: not armed
		rt.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				i := rapid.IntRange(0, len(timers)-1).Draw(t, "timer")
				want[i] = time.Time{}
				if s := rapid.IntRange(-1, 20).Draw(t, "at"); s >= 0 {
					want[i] = at(s)
				}
				g.set(&timers[i], want[i])
			},
			"due": func(t *rapid.T) {
				now := at(rapid.IntRange(0, 20).Draw(t, "now"))
				got := g.due(now)
				for i := range timers {
					due := !want[i].IsZero() && !want[i].After(now)
					if slices.Contains(got, &timers[i]) != due {
						t.Fatalf("timer %d at %v is due by %v: want %v", i, want[i], now, due)
					}
					if due {
						want[i] = time.Time{}
					}
				}
			},
			"": func(t *rapid.T) {
				var next time.Time
				for _, w := range want {
					next = earliest(next, w)
				}
				if got, ok := g.next(); !got.Equal(next) || ok == next.IsZero() {
					t.Fatalf("next is %v, %v; want %v", got, ok, next)
				}
			},
		})
	})
}

// A silence that ends and a notification that is due at last are asked for
// together: first the silence ends.
func TestSilencesComeBeforeLedgers(t *testing.T) {
	var g agenda
	ledger := timer{rank: rankLedger, name: "a"}
	alert := timer{rank: rankAlert, name: "a"}
	later, silence := timer{rank: rankSilence, name: "b"}, timer{rank: rankSilence, name: "a"}
	g.set(&ledger, at(1))
	g.set(&alert, at(2))
	g.set(&later, at(3))
	g.set(&silence, at(3))
	if got := g.due(at(3)); !slices.Equal(got, []*timer{&silence, &later, &alert, &ledger}) {
		t.Errorf("%v", got)
	}
}
