package tui

import (
	"fmt"
	"maps"
	"time"

	"sitrep/monitor"
)

// freezeState is a picture that is held still while one reads it. The first
// lines, dialogs and what keys do are of how things are now; only what stands
// between is held.
type freezeState struct {
	snap *monitor.Snapshot // the one that is held; nil: none is
	at   time.Time         // what its ages are counted to
	seen glance

	since *glance // what was marked then; nil: nothing
}

// frozen tells whether the picture is held.
func (m *Model) frozen() bool { return m.freeze.snap != nil }

// toggleFreeze holds the picture that is shown, or lets it go on.
func (m *Model) toggleFreeze() {
	switch {
	case m.frozen():
		m.thaw()
	case m.snap == nil:
		m.refuse("there is no picture yet that could be held")
	default:
		m.freeze = freezeState{snap: m.snap, at: m.now, seen: m.glanceNow()}
		if g := m.away.since; g != nil {
			held := *g
			held.about = maps.Clone(g.about)
			m.freeze.since = &held
		}
		m.filter.valid.since = m.changes()
		m.say("held as of " + m.hms(m.now) + "; clock and actions are of now; " + m.keyFor("f") + " or " + m.keyFor("esc") + " lets it go on")
	}
}

// thaw lets the picture go on, and tells what changed meanwhile.
func (m *Model) thaw() {
	held := m.freeze
	m.freeze = freezeState{}
	m.follow(held.snap)
	if m.away.since == nil {
		m.markFrom(held.seen)
	}
	m.away.back, m.filter.valid.since = m.now, m.changes()
	m.tellChanges()
	if m.away.since == nil {
		m.say("nothing happened since " + m.hms(held.at))
	}
}

// asHeld does something with the picture that is shown: while it is held that is
// not the newest.
func (m *Model) asHeld(do func()) {
	if !m.frozen() {
		do()
		return
	}
	newest := m.snap
	m.snap = m.freeze.snap
	do()
	m.snap = newest
}

// drawHeld draws something with the picture that is shown, as of then.
func (m *Model) drawHeld(draw func()) {
	if !m.frozen() {
		draw()
		return
	}
	now := m.now
	m.now = m.freeze.at
	m.asHeld(draw)
	m.now = now
}

// frozenWords say in line 2 that the picture is held, and how much came since.
func (m *Model) frozenWords() string {
	events, missed := m.snap.EventsAfter(m.freeze.seen.event)
	n := uint64(len(events)) + missed
	text := "FROZEN " + m.hms(m.freeze.at)
	if m.w >= 60 {
		text += fmt.Sprintf(", %s behind, %s", count(int(n), "event"), m.keyFor("f"))
	}
	return text
}

// heldNote names the age of what one sees, for what is done with it; "" if the
// picture is of now.
func (m *Model) heldNote() string {
	if !m.frozen() {
		return ""
	}
	return "the screen is of " + m.hms(m.freeze.at) + ", " + age(m.now.Sub(m.freeze.at)) + " ago"
}
