package tui

import (
	"fmt"
	"slices"
	"strings"
)

// column is one of the columns that a board can have.
type column uint8

// The columns.
const (
	colState  column = iota // the word: DOWN, ok
	colFlags                // who has it, what holds it back
	colTarget               // its name
	colKind
	colGroup
	colFor   // how long it has been as it is
	colNow   // the last reading
	colP95   // of the last samples
	colSpark // the sparkline
	colWhy   // what is wrong, in short
	colAddress
	colLabels // the configured ones
	nColumns
)

// columnTable says of each column how it is called in a configuration and over
// the table, from which width of the screen on it is shown, and when it goes
// where not all that are asked for fit: those with the highest number first.
var columnTable = [nColumns]struct {
	name, head string
	right      bool
	from, goes int
}{
	colState:   {"state", "", false, 20, 1},
	colFlags:   {"flags", "", false, 20, 2},
	colTarget:  {"target", "TARGET", false, 0, 0},
	colKind:    {"kind", "KIND", false, 50, 9},
	colGroup:   {"group", "GROUP", false, 50, 8},
	colFor:     {"for", "FOR", true, 28, 3},
	colNow:     {"now", "NOW", true, 70, 6},
	colP95:     {"p95", "P95", true, 70, 10},
	colSpark:   {"spark", "", false, 40, 4},
	colWhy:     {"why", "WHY", false, 50, 5},
	colAddress: {"address", "ADDRESS", false, 50, 7},
	colLabels:  {"labels", "LABELS", false, 50, 11},
}

// ColumnNames returns what [screen] columns may name, in the usual order.
func ColumnNames() []string {
	names := make([]string, nColumns)
	for i := range names {
		names[i] = columnTable[i].name
	}
	return names
}

// columnSets are the sets of columns that "v" goes through, the configured one
// first. The zero value has the usual ones.
type columnSets struct {
	own []column // as configured; nil if not
	at  int
}

// usualSets are the sets that are always there.
var usualSets = [][]column{
	{colState, colFlags, colTarget, colKind, colFor, colNow, colP95, colSpark, colWhy},
	{colState, colFlags, colTarget, colKind, colAddress, colLabels},
	{colState, colFlags, colTarget, colFor, colNow, colP95, colSpark},
}

// newColumnSets returns the sets with the configured one first; names that are
// no columns are left out.
func newColumnSets(names []string) columnSets {
	var s columnSets
	s.set(names)
	return s
}

// set makes the columns of some names the first set, and shows it. Without the
// name of a target a row says nothing, so that is always among them.
func (s *columnSets) set(names []string) {
	s.own, s.at = nil, 0
	for _, name := range names {
		if i := slices.Index(ColumnNames(), name); i >= 0 && !slices.Contains(s.own, column(i)) {
			s.own = append(s.own, column(i))
		}
	}
	if len(s.own) > 0 && !slices.Contains(s.own, colTarget) {
		s.own = append([]column{colTarget}, s.own...)
	}
}

func (s *columnSets) all() [][]column {
	if s.own == nil {
		return usualSets
	}
	return append([][]column{s.own}, usualSets...)
}

// next goes on to the next set.
func (s *columnSets) next() { s.at = (s.at + 1) % len(s.all()) }

// nextColumns shows the board's next set of columns.
func (m *Model) nextColumns() {
	m.board.shown.next()
	m.sayColumns()
}

// sayColumns says which columns are asked for: a narrow screen has not all.
func (m *Model) sayColumns() {
	s := &m.board.shown
	all := s.all()
	var names []string
	for _, id := range all[s.at] {
		names = append(names, columnTable[id].name)
	}
	m.say(fmt.Sprintf("columns %d of %d: %s", s.at+1, len(all), strings.Join(names, " ")))
}

// columns are the columns on a screen of one width, from the left. Before them
// are three cells: the bar, the sign of the state, and the mark.
type columns struct {
	n   int
	ids [nColumns]column
	w   [nColumns]int // cells, by column; 0 is not shown
}

const columnsLead = 3

// columns divides a width among the set that is on. The narrower, the fewer
// columns; the name is the last.
func (s *columnSets) columns(w int) columns {
	set := usualSets[0]
	if s.own != nil || s.at > 0 {
		set = s.all()[s.at]
	}
	var c columns
	for _, id := range set {
		if w >= columnTable[id].from {
			c.ids[c.n] = id
			c.w[id] = cellsOf(id, w)
			c.n++
		}
	}
	for c.used() > w && c.n > 1 {
		c.drop()
	}
	c.widen(w)
	return c
}

// cellsOf returns how many cells a column takes at least on a screen of w.
func cellsOf(id column, w int) int {
	switch id {
	case colState:
		return 4
	case colFlags:
		return 2
	case colTarget:
		switch {
		case w >= 70:
			return 18
		case w >= 50:
			return 17 - max(59-w, 0)/3
		}
		return max(w-columnsLead, 1) / 3
	case colFor:
		return 4
	case colKind:
		return 8
	case colGroup:
		return 10
	case colNow:
		return 5 + btoi(w >= 110)
	case colP95:
		return 6
	case colSpark:
		switch {
		case w >= 110:
			return 30
		case w >= 80:
			return 20
		case w >= 70:
			return 15
		}
		return 10
	case colWhy:
		if w >= 80 {
			return 18
		}
		return 7
	}
	return 16
}

// used returns how many cells all take, those between them included.
func (c *columns) used() int {
	n := columnsLead + c.n - 1
	for _, id := range c.ids[:c.n] {
		n += c.w[id]
	}
	return n
}

// drop leaves out the column that goes first.
func (c *columns) drop() {
	out := 0
	for i, id := range c.ids[:c.n] {
		if columnTable[id].goes > columnTable[c.ids[out]].goes {
			out = i
		}
	}
	c.w[c.ids[out]] = 0
	copy(c.ids[out:], c.ids[out+1:c.n])
	c.n--
}

// widen gives what is left of a width to the columns: on a wide screen some to
// the name and the sparkline, the rest to texts, or to the name where there is
// none.
func (c *columns) widen(w int) {
	more := func(id column, n int) {
		if n = min(n, w-c.used()); c.w[id] > 0 && n > 0 {
			c.w[id] += n
		}
	}
	if wide := w - 120; wide > 0 {
		more(colTarget, min(wide/3, 14))
		more(colSpark, min(wide/3, 10))
	}
	left := w - c.used()
	switch texts := btoi(c.w[colAddress] > 0) + btoi(c.w[colLabels] > 0) + btoi(c.w[colWhy] > 0); {
	case texts > 0:
		for _, id := range []column{colWhy, colAddress, colLabels} {
			more(id, left/texts)
		}
	case c.w[colSpark] > 0:
		more(colTarget, 18-c.w[colTarget])
		more(colSpark, 60-c.w[colSpark])
	}
	last := colTarget
	for _, id := range []column{colWhy, colAddress, colLabels} {
		if c.w[id] > 0 {
			last = id
		}
	}
	more(last, left)
	if w < columnsLead {
		c.w[colTarget] = 0
	}
}
