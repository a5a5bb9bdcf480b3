package tui

import (
	"cmp"
	"slices"
	"time"

	"sitrep/monitor"
)

// How the order of the board behaves.
const (
	holdAfterKey = 3 * time.Second // rows keep their places this long after a key
	homeAfter    = 2 * time.Minute // without a key the view goes back to the top
)

// row is one line of the board, in the order that is shown.
type row struct {
	name  string
	class class // at the time of ordering
	gone  bool  // the target is no longer there
}

// order is the rows of the board and what came after them.
type order struct {
	rows  []row
	seen  uint64        // Snapshot.Order that is looked at
	dirty bool          // rows may be out of date
	moves int           // rows that wait to move
	bad   int           // rows that are not well: the first ones
	step  time.Duration // one column of every sparkline

	keys []sortKey // memory of the last sorting, used again
}

// sortKey is what a row is sorted by.
type sortKey struct {
	class class
	onset int64
	name  string
}

// keyOf returns what a target is sorted by: problems by how long they have been
// there, the rest by name.
func keyOf(t *monitor.TargetStatus) sortKey {
	k := sortKey{class: classOf(t), name: t.Target.Name}
	if k.class.problem() {
		k.onset = onsetOf(t).UnixNano()
	}
	return k
}

func (k sortKey) compare(o sortKey) int {
	return cmp.Or(cmp.Compare(k.class, o.class), cmp.Compare(k.onset, o.onset), cmp.Compare(k.name, o.name))
}

// sort makes rows those of a snapshot that the filter lets through. keep is the
// name of a row that stays though its target is gone; it is marked so. It
// returns how many alerts that nobody acknowledged the filter hides.
func (o *order) sort(snap *monitor.Snapshot, keep string, match func(*monitor.TargetStatus) bool) (hidden int) {
	o.keys = slices.Grow(o.keys[:0], snap.Len())
	fastest := time.Duration(0)
	for _, t := range snap.Targets() {
		if i := t.Target.Interval; t.Target.Name != monitor.Self && !t.Target.Paused && (fastest == 0 || i < fastest) {
			fastest = i
		}
		if match != nil && !match(t) {
			if unackedAlert(t.Alert) {
				hidden++
			}
			continue
		}
		o.keys = append(o.keys, keyOf(t))
	}
	o.step = stepFor(fastest, 40)
	slices.SortFunc(o.keys, sortKey.compare)

	goneAt := -1
	if keep != "" {
		if _, there := snap.Find(keep); !there {
			goneAt = o.index(keep)
		}
	}
	rows := slices.Grow(o.rows[:0:0], len(o.keys)+1)
	o.bad = 0
	for _, k := range o.keys {
		rows = append(rows, row{name: k.name, class: k.class})
		if k.class.problem() {
			o.bad++
		}
	}
	if goneAt >= 0 {
		rows = slices.Insert(rows, min(goneAt, len(rows)), row{name: keep, gone: true, class: classPaused})
	}
	o.rows, o.dirty, o.moves = rows, false, 0
	return hidden
}

// waiting counts the rows that would move if they were sorted now.
func (o *order) waiting(snap *monitor.Snapshot, filtered bool) int {
	n, there := 0, 0
	for i := range o.rows {
		r := &o.rows[i]
		at, found := snap.Find(r.name)
		r.gone = !found
		if found {
			there++
		}
		if !found || classOf(snap.Target(at)) != r.class {
			n++
		}
	}
	if !filtered {
		n += snap.Len() - there
	}
	return n
}

// index returns the place of a name, -1 if it has none.
func (o *order) index(name string) int {
	return slices.IndexFunc(o.rows, func(r row) bool { return r.name == name })
}
