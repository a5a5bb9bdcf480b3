package monitor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/store"
)

// TestWhateverTheDiskDoes lets targets come and go on a disk that is full, hangs
// and works by turns. Pages go out whatever it does; once it works again all
// that is known is on it, and a start from there repeats nothing.
func TestWhateverTheDiskDoes(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { livesThrough(t, rand.New(rand.NewPCG(seed, 7))) })
		})
	}
}

func livesThrough(t *testing.T, rng *rand.Rand) {
	names := []string{"a", "b", "c", "d"}
	h := startHouse(t, store.State{}, names...)
	bad := map[string]bool{}
	for range 40 {
		name := names[rng.IntN(len(names))]
		bad[name] = !bad[name]
		h.turn(name, map[bool]checker.Status{true: checker.Down, false: checker.Up}[bad[name]])
		switch rng.IntN(3) {
		case 0:
			h.disk.set(errFull, 0)
		case 1:
			h.disk.set(nil, time.Duration(rng.IntN(90))*time.Second)
		default:
			h.disk.set(nil, 0)
		}
		sleep(time.Duration(rng.IntN(120)) * time.Second)
	}
	h.disk.set(nil, 0)
	sleep(5 * time.Minute)

	if health := h.Snapshot().Health; health.SaveError != "" || health.Unsaved > 0 {
		t.Errorf("on a disk that works: %d unsaved, %q", health.Unsaved, health.SaveError)
	}
	saved := h.disk.all()
	for i, e := range saved.Events {
		if e.Seq != uint64(i+1) {
			t.Fatalf("event %d on the disk is number %d", i+1, e.Seq)
		}
	}
	if n := uint64(len(saved.Events)); n != h.Snapshot().LastEvent() {
		t.Errorf("%d events on the disk, %d on the screen", n, h.Snapshot().LastEvent())
	}
	compact(&saved)
	onDisk := map[string]alert.Ledger{}
	for _, l := range saved.Ledgers {
		onDisk[l.Group] = l
	}
	for _, l := range h.Monitor.alerts.Save().Ledgers {
		if d := cmp.Diff(l, onDisk[l.Group]); d != "" {
			t.Errorf("what %s was told of %s is not what is on the disk (-known +disk):\n%s", l.Receiver, l.Group, d)
		}
	}
	seen := map[[2]any]bool{}
	for _, n := range h.receiver.got {
		attempt := [2]any{n.Key, n.Attempt}
		if seen[attempt] {
			t.Errorf("attempt %d to tell %s of %s was made twice", n.Attempt, n.Reason, n.Group)
		}
		seen[attempt] = true
	}
	if got := believes(h.receiver); !slices.Equal(got, downOf(bad)) {
		t.Errorf("the receiver believes that %v are down, the truth is %v", got, downOf(bad))
	}

	state := h.kill()
	again := startHouse(t, state, names...)
	for name, isBad := range bad {
		if isBad {
			again.turn(name, checker.Down)
		}
	}
	sleep(10 * time.Minute)
	if got := again.receiver.reasons(); len(got) > 0 && slices.Compact(got)[0] != "remind" {
		t.Errorf("told %v after a restart", got)
	}
}

// believes returns what a receiver must take to be down, of what it was told.
func believes(r *receiver) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	down := map[string]bool{}
	for _, n := range r.got {
		for _, a := range n.Alerts {
			if a.Target != Self {
				down[a.Target] = a.State != alert.Resolved
			}
		}
	}
	return downOf(down)
}

// downOf returns the names that are true, sorted.
func downOf(all map[string]bool) []string {
	var names []string
	for name, is := range all {
		if is {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
