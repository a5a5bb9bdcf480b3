package monitor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/incident"
	"sitrep/store"
)

// view is what one screen saw of an incident, by version.
type view map[uint64]*incident.Incident

// watch follows snapshots as a screen does, until the house stops.
func (v view) watch(t *testing.T, h *house, id string) {
	for seq := uint64(0); ; {
		snap, err := h.Wait(t.Context(), seq)
		if err != nil {
			return
		}
		seq = snap.Seq
		if inc := snap.Incident(id); inc != nil {
			v[inc.Version] = inc
		}
	}
}

// TestTwoOperatorsOnOneConsole has two write, star, edit and hand over at once,
// each with a screen of their own: both see the same lines in the same order,
// nothing moves that was there, and what they were told is saved outlives a kill.
func TestTwoOperatorsOnOneConsole(t *testing.T) {
	written := map[incident.Kind]int{}
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
			shown := h.Snapshot().Incident(id)
			state := h.kill()
			watching.Wait()
			checkViews(t, views, shown)
			said := slices.Concat(operators[0].said, operators[1].said)
			for _, e := range said {
				written[e.Kind]++
			}
			checkSaved(t, said, state.Entries)

			again := startHouse(t, state, "db")
			sameOnScreen(t, "after a restart and before", again.Snapshot().Incident(id), shown)
			again.stop()
		})
	}
	for _, k := range []incident.Kind{
		incident.Note, incident.Decision, incident.Comms, incident.Action, incident.Starred, incident.Retracted,
		incident.SetRole, incident.SetField, incident.SetAction,
	} {
		if written[k] < 5 {
			t.Errorf("%d entries of kind %s: the test does not test", written[k], k)
		}
	}
}

// sameOnScreen holds what two screens show of an incident against each other.
func sameOnScreen(t *testing.T, when string, a, b *incident.Incident) {
	t.Helper()
	if d := cmp.Diff(slices.Concat(timeline(a), beside(a)), slices.Concat(timeline(b), beside(b))); d != "" {
		t.Errorf("%s: %s", when, d)
	}
}

// checkViews holds what two screens saw against each other, version by version,
// and against what there was at the end.
func checkViews(t *testing.T, views []view, last *incident.Incident) {
	t.Helper()
	common := 0
	for version, inc := range views[0] {
		if other, ok := views[1][version]; ok { // whoever is slow skips some
			common++
			sameOnScreen(t, fmt.Sprintf("version %d on two screens", version), inc, other)
		}
	}
	if common < 10 {
		t.Errorf("only %d versions were on both screens: the test does not test", common)
	}
	for _, v := range views {
		for version, inc := range v {
			if !inOrder(timeline(inc), timeline(last)) {
				t.Errorf("lines of version %d moved:\n%q\nat the end\n%q", version, timeline(inc), timeline(last))
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
