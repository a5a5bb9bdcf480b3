package alert

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// rank is the order among timers that are due together: what holds
// notifications back is brought up to date before a ledger asks what is owed.
type rank uint8

const (
	rankSilence rank = iota
	rankAlert
	rankLedger
)

// timer is one thing to do once. It belongs to the silence, alert or ledger
// that it is a field of, and is armed while index is above zero.
type timer struct {
	at    time.Time
	index int // place in the heap, from 1; 0 if not armed
	rank  rank
	name  string // breaks ties, so that the order never depends on luck
	do    func(now time.Time, fx *Effects)
}

// agenda is all that is due at some time.
type agenda struct{ heap timerHeap }

// set arms t for at; a zero time disarms it.
func (g *agenda) set(t *timer, at time.Time) {
	switch {
	case at.IsZero() && t.index > 0:
		heap.Remove(&g.heap, t.index-1)
	case at.IsZero() || t.index > 0 && at.Equal(t.at):
	case t.index > 0:
		t.at = at
		heap.Fix(&g.heap, t.index-1)
	default:
		t.at = at
		heap.Push(&g.heap, t)
	}
}

// next returns when the first timer is due, false if none is armed.
func (g *agenda) next() (time.Time, bool) {
	if len(g.heap) == 0 {
		return time.Time{}, false
	}
	return g.heap[0].at, true
}

// due disarms and returns what is due by now, in the order in which to do it.
func (g *agenda) due(now time.Time) []*timer {
	var due []*timer
	for len(g.heap) > 0 && !g.heap[0].at.After(now) {
		due = append(due, heap.Pop(&g.heap).(*timer))
	}
	slices.SortFunc(due, func(a, b *timer) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), a.at.Compare(b.at), cmp.Compare(a.name, b.name))
	})
	return due
}

// timerHeap is a container/heap of timers, the earliest first.
type timerHeap []*timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i+1, j+1
}

func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	*h = append(*h, t)
	t.index = len(*h)
}

func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.index = 0
	return t
}
