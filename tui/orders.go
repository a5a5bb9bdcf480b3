package tui

import (
	"sitrep/checker"
	"sitrep/monitor"
)

// sorting is what the board is sorted by.
type sorting uint8

// The orders, as "o" goes through them.
const (
	byProblem sorting = iota // what needs a human first, of that the oldest
	byName
	byLatency // the last answer that took longest
	byGroup   // the targets' groups by name, problems first in each
	nSortings
)

// sortings are their names in a configuration, and the words for them.
var sortings = [nSortings]struct{ name, words string }{
	{"problems", "problems first"}, {"name", "by name"}, {"latency", "slowest first"}, {"group", "by group"},
}

func (s sorting) String() string { return sortings[min(s, nSortings-1)].words }

// sortingNamed returns the order of a name, byProblem if there is none.
func sortingNamed(name string) sorting {
	for s := range nSortings {
		if sortings[s].name == name {
			return s
		}
	}
	return byProblem
}

// rankOf returns what a target of a class is sorted by before its name.
func (s sorting) rankOf(t *monitor.TargetStatus, c class) (rank int, num int64) {
	switch s {
	case byName:
		return 0, 0
	case byLatency:
		if timed(&t.Last) {
			return 0, -int64(t.Last.Took)
		}
		return 1, int64(c)
	}
	if c.problem() {
		return int(c), onsetOf(t).UnixNano()
	}
	return int(c), 0
}

// timed tells whether how long a result took says how slow its target is: that
// of a refused connection says nothing.
func timed(r *checker.Result) bool {
	return !r.At.IsZero() && r.Status != checker.Unknown && (r.Status != checker.Down || r.Code > 0 || timedOut(r))
}

// nextOrder sorts the board by the next of its orders.
func (m *Model) nextOrder() { m.orderBy((m.board.by + 1) % nSortings) }

// orderBy sorts the board at once. The cursor keeps its target and its line.
func (m *Model) orderBy(s sorting) {
	b := &m.board
	if s != b.by {
		b.by = s
		b.forget()
	}
	if m.snap != nil {
		m.settle(true)
	}
	switch s {
	case byLatency:
		m.say("slowest first, by how long the last answer took, anew every " + limit(resortAfter))
	default:
		m.say(s.String())
	}
}
