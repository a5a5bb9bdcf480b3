package monitor

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/store"
)

// view is what one screen saw of an incident: its lines, by version.
type view map[uint64][]string

// watch follows snapshots as a screen does, until the house stops.
func (v view) watch(t *testing.T, h *house, id string) {
	for seq := uint64(0); ; {
		snap, err := h.Wait(t.Context(), seq)
		if err != nil {
			return
		}
		seq = snap.Seq
		if inc := snap.Incident(id); inc != nil {
			v[inc.Version] = timeline(inc)
		}
	}
}

// TestTwoOperatorsOnOneConsole has two write, star, edit and hand over at once,
// each with a screen of their own: both see the same lines in the same order,
// nothing moves that was there, and what they were told is saved outlives a kill.
func TestTwoOperatorsOnOneConsole(t *testing.T) {
	for seed := range uint64(5) {
		synctest.Test(t, func(t *testing.T) {
			h := startHouse(t, store.State{}, "db")
			h.disk.set(nil, 7*time.Millisecond)
			id, err := openIncident(t.Context(), h.Monitor)
			if err != nil {
				t.Fatal(err)
			}
			views := []view{{}, {}}
			var watching, busy sync.WaitGroup
			for _, v := range views {
				watching.Go(func() { v.watch(t, h, id) })
			}
			operators := []*operator{
				{Actor: ana, m: h.Monitor, inc: id, rng: rand.New(rand.NewPCG(seed, 1))},
				{Actor: bo, m: h.Monitor, inc: id, rng: rand.New(rand.NewPCG(seed, 2))},
			}
			for _, o := range operators {
				busy.Go(func() {
					for range 60 {
						if _, err := o.act(t.Context()); err != nil {
							t.Error(err)
						}
						time.Sleep(time.Duration(o.rng.IntN(20)) * time.Millisecond)
					}
				})
			}
			busy.Wait()
			synctest.Wait()
			shown := timeline(h.Snapshot().Incident(id))
			state := h.kill()
			watching.Wait()
			checkViews(t, views, shown)
			said := slices.Concat(operators[0].said, operators[1].said)
			if len(said) < 60 {
				t.Errorf("only %d entries were written: the test does not test", len(said))
			}
			checkSaved(t, said, state.Entries)

			again := startHouse(t, state, "db")
			if got := timeline(again.Snapshot().Incident(id)); !slices.Equal(got, shown) {
				t.Errorf("after a restart the timeline is\n%q\nand was\n%q", got, shown)
			}
			again.stop()
		})
	}
}

// checkViews holds what two screens saw against each other, version by version,
// and against what there was at the end.
func checkViews(t *testing.T, views []view, last []string) {
	t.Helper()
	common := 0
	for version, lines := range views[0] {
		other, ok := views[1][version]
		if !ok {
			continue // whoever is slow skips some
		}
		common++
		if !slices.Equal(lines, other) {
			t.Errorf("version %d on one screen\n%q\nand on the other\n%q", version, lines, other)
		}
	}
	if common < 10 {
		t.Errorf("only %d versions were on both screens: the test does not test", common)
	}
	for _, v := range views {
		for version, lines := range v {
			if !inOrder(lines, last) {
				t.Errorf("lines of version %d moved:\n%q\nat the end\n%q", version, lines, last)
			}
		}
	}
}

// inOrder tells whether the lines stand in the same order among those that came
// later. A line is known by its ID: its text and star may have changed.
func inOrder(lines, later []string) bool {
	i := 0
	for _, l := range later {
		if i < len(lines) && idOf(l) == idOf(lines[i]) {
			i++
		}
	}
	return i == len(lines)
}

func idOf(line string) string {
	id, _, _ := strings.Cut(line, " ")
	return id
}
