package tui

import (
	"fmt"
	"maps"
	"slices"

	"sitrep/monitor"
)

// marks are the targets that keys act on together. They stay through sorting,
// filters and snapshots, for as long as the target is there.
type marks struct {
	set  map[string]bool // by name
	gen  uint64          // grows with each change, and with each change of the board's order
	list markList
}

// markList is the marks in the order of the board, as of a state of them.
type markList struct {
	gen    uint64
	names  []string
	hidden int // how many of names the filter hides: the last ones
	sel    selection
	of     uint64 // Seq of the snapshot that sel is of
}

// marked returns the names of the marked targets, in the order of the board;
// those that the filter hides come last. It must not be written to.
func (m *Model) marked() []string {
	b := &m.board
	l := &b.marks.list
	if l.gen == b.marks.gen {
		return l.names
	}
	*l = markList{gen: b.marks.gen}
	for i := range b.groups {
		b.groups[i].marked = 0
	}
	if len(b.marks.set) == 0 {
		return nil
	}
	for _, i := range b.all {
		if name := b.keys[i].name(); b.marks.set[name] {
			l.names = append(l.names, name)
			b.groups[b.keys[i].group].marked++
		}
	}
	if len(l.names) < len(b.marks.set) {
		for _, name := range slices.Sorted(maps.Keys(b.marks.set)) {
			if i := b.place(name); i < 0 || !b.keys[i].listed {
				l.names = append(l.names, name)
				l.hidden++
			}
		}
	}
	return l.names
}

// mark marks targets, or takes their marks away.
func (b *boardState) mark(on bool, names ...string) {
	if b.marks.set == nil {
		b.marks.set = map[string]bool{}
	}
	for _, name := range names {
		if on {
			b.marks.set[name] = true
		} else {
			delete(b.marks.set, name)
		}
	}
	b.marks.gen++
}

// clearMarks takes all marks away, and tells whether there were any.
func (b *boardState) clearMarks() bool {
	n := len(b.marks.set)
	clear(b.marks.set)
	b.marks.gen++
	return n > 0
}

// keepMarks takes the marks of targets that are gone away.
func (b *boardState) keepMarks(snap *monitor.Snapshot) {
	for name := range b.marks.set {
		if _, there := snap.Find(name); !there {
			b.mark(false, name)
		}
	}
}

// toggleMark marks the row one is on, or takes its mark away, and moves on. On
// a header it is all targets of the group that the filter lets through.
func (m *Model) toggleMark() {
	b := &m.board
	if m.snap == nil || b.list.at >= len(b.rows) {
		return
	}
	names := []string{b.cursor}
	if r := &b.rows[b.list.at]; r.group >= 0 {
		names = b.members(r.group)
	} else if m.targetNamed(b.cursor) == nil {
		m.refuse("no target is selected")
		return
	}
	b.mark(slices.ContainsFunc(names, func(name string) bool { return !b.marks.set[name] }), names...)
	m.goTo(b.list.at + 1)
}

// members returns the targets of a group that the filter lets through.
func (o *order) members(n int) []string {
	var names []string
	for _, i := range o.sorted[o.groups[n].from:o.groups[n].to] {
		names = append(names, o.keys[i].name())
	}
	return names
}

// markWhere marks all targets that a test holds for, and returns how many those
// are. Other marks stay.
func (m *Model) markWhere(match func(*monitor.TargetStatus) bool) int {
	if m.snap == nil {
		return 0
	}
	var names []string
	for _, t := range m.snap.Targets() {
		if match(t) {
			names = append(names, t.Target.Name)
		}
	}
	m.board.mark(true, names...)
	return len(names)
}

// markWords is what the tab line says of the marks, "" if there are none.
func (m *Model) markWords() string {
	names := m.marked()
	if len(names) == 0 {
		return ""
	}
	s := fmt.Sprintf("%d marked", len(names))
	if hidden := m.board.marks.list.hidden; hidden > 0 {
		s += fmt.Sprintf(", %d hidden", hidden)
	}
	return s
}
