package tui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
)

// How the order of the board behaves.
const (
	holdAfterKey = 3 * time.Second  // rows keep their places this long after a key
	homeAfter    = 2 * time.Minute  // without a key the view goes back to the top
	resortAfter  = 10 * time.Second // an order by latency is taken anew this often: more would be restless
)

// row is one line of the board, in the order that is shown: a target, or the
// header of a group.
type row struct {
	name  string // of the target; of a header, what headerName makes of its value
	group int    // place in groups of a header; -1 for a target
	gone  bool   // it stays for the cursor alone: what it is of is no longer there, or no longer passes the filter

	// Of the targets from this row down, those of folded groups included.
	left int // all
	bad  int // those that were not well when they were sorted
}

// order is the rows of the board and what came after them. Targets are sorted by
// group first, and rows are made of that: to fold a group moves nothing else.
type order struct {
	by      sorting
	groupBy string          // label whose values are groups with a header each; "" is none
	folded  map[string]bool // groups by value of which the header alone is shown

	rows  []row
	seen  uint64        // Snapshot.Order that is looked at
	dirty bool          // rows may be out of date
	moves int           // rows that wait to move
	step  time.Duration // one column of every sparkline
	when  time.Time     // of the last sorting
	under string        // the filter that was in force then

	keys   []sortKey // of all targets, by their place in the snapshot that was sorted
	sorted []int     // places of those that the filter lets through: by number of their group, then in order
	all    []int     // the same as the board has them, those of folded groups included

	// Each group keeps its number while the targets are the same. Without a label
	// there is one, which has no header.
	groups  []group
	numbers map[string]int // by value
	ranked  []int          // numbers of those with something in them, in the order of the board

	before       []sortKey // memory of the sorting before, used again
	moved, spare []int
}

// sortKey is what a target is sorted by.
type sortKey struct {
	target  *checker.Target
	group   int
	rank    int
	num     int64
	class   class
	unacked bool
	listed  bool // the filter lets it through
}

func (k *sortKey) name() string { return k.target.Name }

// compare orders the targets of a group.
func (k *sortKey) compare(o *sortKey) int {
	switch {
	case k.rank != o.rank:
		return cmp.Compare(k.rank, o.rank)
	case k.num != o.num:
		return cmp.Compare(k.num, o.num)
	}
	return strings.Compare(k.name(), o.name())
}

// keyOf returns what a target is sorted by, but for its group.
func (o *order) keyOf(t *monitor.TargetStatus) sortKey {
	k := sortKey{target: t.Target, class: classOf(t), unacked: unackedAlert(t.Alert), listed: true}
	k.rank, k.num = o.by.rankOf(t, k.class)
	return k
}

// problemKey returns what a target is sorted by where problems come first.
func problemKey(t *monitor.TargetStatus) sortKey {
	o := order{by: byProblem}
	return o.keyOf(t)
}

// sort makes rows those of a snapshot that a filter lets through, of which match
// is nil if none is in force. keep is the name of the row one is on: it stays
// though what it stood for is gone, or passes the filter no longer while that is
// the same, and is marked so. It returns how many alerts that nobody acknowledged
// the filter hides.
func (o *order) sort(snap *monitor.Snapshot, now time.Time, keep, under string, match func(*monitor.TargetStatus) bool) (hidden int) {
	keptAt, stays := -1, under == o.under || match == nil
	if keep != "" {
		keptAt = o.index(keep)
	}
	hidden, same := o.read(snap, match)
	if same {
		o.mend()
	} else {
		o.sortAnew()
	}
	o.rankGroups()
	o.makeRows()
	if keptAt >= 0 && o.index(keep) < 0 && o.lingers(keep, stays) {
		o.rows = slices.Insert(o.rows, min(keptAt, len(o.rows)), row{name: keep, group: -1, gone: true})
		o.countLeft()
		if i := o.place(keep); i >= 0 && o.keys[i].unacked {
			hidden-- // it is in sight
		}
	}
	o.dirty, o.moves, o.when, o.under = false, 0, now, under
	return hidden
}

// lingers tells whether a row that the sorting left out may stay: one that is folded
// away may not, and one that does not pass the filter only if same is true.
func (o *order) lingers(name string, same bool) bool {
	if i := o.place(name); i >= 0 {
		return same && !o.keys[i].listed
	}
	return same || !isHeader(name)
}

// read makes keys those of a snapshot, and those of the one before before. same
// says that the targets are the same ones at the same places.
func (o *order) read(snap *monitor.Snapshot, match func(*monitor.TargetStatus) bool) (hidden int, same bool) {
	o.before, o.keys = o.keys, slices.Grow(o.before[:0], snap.Len())
	same = len(o.before) == snap.Len()
	fastest := time.Duration(0)
	for i, t := range snap.Targets() {
		if i := t.Target.Interval; t.Target.Name != monitor.Self && !t.Target.Paused && (fastest == 0 || i < fastest) {
			fastest = i
		}
		same = same && o.before[i].target == t.Target
		k := o.keyOf(t)
		if k.listed = match == nil || match(t); !k.listed && k.unacked {
			hidden++
		}
		if same {
			k.group = o.before[i].group
		} else {
			k.group = o.groupOf(t.Target)
		}
		o.keys = append(o.keys, k)
	}
	o.step = stepFor(fastest, 40)
	return hidden, same
}

func (o *order) compare(a, b int) int {
	j, k := &o.keys[a], &o.keys[b]
	if j.group != k.group {
		return cmp.Compare(j.group, k.group)
	}
	return j.compare(k)
}

// sortAnew sorts whatever was there before.
func (o *order) sortAnew() {
	o.regroup()
	o.sorted = o.sorted[:0]
	for i := range o.keys {
		if o.keys[i].listed {
			o.sorted = append(o.sorted, i)
		}
	}
	slices.SortFunc(o.sorted, o.compare)
}

// mend brings sorted up to date: what changed is taken out, sorted, and put in
// again. It is right only if read said that the targets are the same.
func (o *order) mend() {
	changed := func(i int) bool {
		j, k := &o.before[i], &o.keys[i]
		return j.rank != k.rank || j.num != k.num || j.group != k.group || j.listed != k.listed
	}
	o.moved = o.moved[:0]
	for i := range o.keys {
		if o.keys[i].listed && changed(i) {
			o.moved = append(o.moved, i)
		}
	}
	o.sorted = slices.DeleteFunc(o.sorted, changed)
	slices.SortFunc(o.moved, o.compare)
	merged, rest := o.spare[:0], o.moved
	for _, i := range o.sorted {
		for len(rest) > 0 && o.compare(rest[0], i) < 0 {
			merged, rest = append(merged, rest[0]), rest[1:]
		}
		merged = append(merged, i)
	}
	o.sorted, o.spare = append(merged, rest...), o.sorted
}

// forget makes the next sorting one from scratch: what is sorted by is another.
func (o *order) forget() { o.keys, o.dirty = o.keys[:0], true }

// waiting counts the rows that would move if they were sorted now, and brings
// the summaries of the groups up to date: they do not wait.
func (o *order) waiting(snap *monitor.Snapshot, filtered bool) int {
	n, i := 0, 0
	for g := range o.groups {
		o.groups[g].clear()
	}
	for _, t := range snap.Targets() {
		for i < len(o.keys) && o.keys[i].name() < t.Target.Name { // gone
			n += btoi(o.keys[i].listed)
			i++
		}
		if i == len(o.keys) || o.keys[i].name() != t.Target.Name { // came
			n += btoi(!filtered)
			continue
		}
		k := &o.keys[i]
		i++
		if !k.listed {
			continue
		}
		is := class(classOf(t))
		o.groups[k.group].count(is, unackedAlert(t.Alert))
		if rank, _ := o.by.rankOf(t, is); o.by != byLatency && rank != k.rank {
			n++
		}
	}
	for ; i < len(o.keys); i++ {
		n += btoi(o.keys[i].listed)
	}
	return n
}

// index returns the place of a row, -1 if there is none.
func (o *order) index(name string) int {
	return slices.IndexFunc(o.rows, func(r row) bool { return r.name == name })
}

// place returns the place of a target in keys, -1 if it has none.
func (o *order) place(name string) int {
	i, found := slices.BinarySearchFunc(o.keys, name, func(k sortKey, name string) int { return strings.Compare(k.name(), name) })
	if !found {
		return -1
	}
	return i
}
