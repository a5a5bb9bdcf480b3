package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// How looking away behaves.
const (
	awayAfter = homeAfter        // without a key nobody looks, where the terminal does not tell
	seenAfter = 30 * time.Second // so long after one came back what changed counts as seen
)

// awayState knows whether somebody looks, and what changed while nobody did.
type awayState struct {
	blurred bool // the terminal said that it lost the focus
	away    bool // nobody looks
	last    glance
	since   *glance   // what changed after it is marked; nil: all is seen
	back    time.Time // when somebody came back; zero while away, and if they never were
	news    news      // what since has to tell
}

// glance is a moment at which somebody surely looked, and what happened to the
// targets after it.
type glance struct {
	at    time.Time
	event uint64          // the newest then
	me    string          // whose own deeds are no news
	upTo  uint64          // the newest that is counted in
	about map[string]bool // targets of which the log tells something since
}

// looked says that somebody looks now: a key was pressed, or the terminal got the
// focus. Whoever was away is told what changed.
func (m *Model) looked() {
	a := &m.away
	a.blurred = false
	if a.away {
		a.away, a.back = false, m.now
		m.tellChanges()
	}
	a.last = m.glanceNow()
}

// glanceNow is what somebody sees who looks now.
func (m *Model) glanceNow() glance {
	g := glance{at: m.now, me: m.src.Actor().Name}
	if m.snap != nil {
		g.event = m.snap.LastEvent()
	}
	return g
}

// blur says that the terminal lost the focus: until now somebody looked.
func (m *Model) blur() {
	m.away.blurred = true
	if !m.away.away {
		m.away.last = m.glanceNow()
		m.lookAway()
	}
}

// lookAway begins to mark what changes. What was not seen yet stays marked.
func (m *Model) lookAway() {
	a := &m.away
	a.away, a.back = true, time.Time{}
	if a.since == nil {
		m.markFrom(a.last)
	}
}

// markFrom marks what changed after a moment.
func (m *Model) markFrom(g glance) {
	g.upTo, g.about = g.event, make(map[string]bool)
	m.away.since, m.away.news = &g, news{}
	m.filter.valid.since = m.changes()
	m.countChanges()
}

// idleAway looks away after a while without a key, and takes what changed as
// seen after a while with somebody there.
func (m *Model) idleAway() {
	a := &m.away
	switch {
	case !a.away && m.now.Sub(a.last.at) >= awayAfter:
		m.lookAway()
	case !a.away && a.since != nil && m.now.Sub(a.back) >= seenAfter && !m.filter.asksChanged():
		m.seen()
	}
}

// seen takes all that changed as seen.
func (m *Model) seen() {
	m.away.since, m.away.news = nil, news{}
	m.filter.valid.since = m.changes()
	m.resized() // the line that told of it is gone
}

// changes returns from when what changed is marked in the picture that is shown,
// nil if nothing is.
func (m *Model) changes() *glance {
	if m.frozen() {
		return m.freeze.since
	}
	return m.away.since
}

// countChanges takes in what happened since the last call.
func (m *Model) countChanges() {
	g := m.away.since
	if g == nil || m.snap == nil {
		return
	}
	events, missed := m.snap.EventsAfter(g.upTo)
	for i := range events {
		e := &events[i]
		g.upTo = e.Seq
		if !g.news(e) {
			continue
		}
		if e.Target != "" && !toldKinds[e.Kind] {
			g.about[e.Target] = true
		}
		m.away.news.add(e)
	}
	m.away.news.missed += missed
}

// news tells whether an event is any to whoever looked then.
func (g *glance) news(e *monitor.Event) bool {
	return g != nil && e.Seq > g.event && (e.By == "" || e.By != g.me)
}

// changed tells whether a target changed: the log tells something of it since, or
// it fails since. A first judgement after a start is no change.
func (g *glance) changed(t *monitor.TargetStatus) bool {
	switch n := t.InRow; {
	case g == nil:
		return false
	case g.about[t.Target.Name]:
		return true
	case n > 0 && n <= len(t.Failures):
		return t.Failures[n-1].At.After(g.at)
	}
	return false
}

// tellChanges is for when somebody comes back: if nothing happened, nothing is
// marked and nothing is said.
func (m *Model) tellChanges() {
	m.countChanges()
	if m.away.news.empty() {
		m.seen()
		return
	}
	m.resized() // it has a line of its own
}

// showChanged shows only what changed since the operator looked, and the second
// time takes it as seen.
func (m *Model) showChanged() tea.Cmd {
	a := &m.away
	switch {
	case m.filter.asksChanged():
		m.seen()
		m.filter.clear()
		m.filtered()
		m.say("seen: what changes from here on while you look away is marked with +")
	case a.since == nil:
		m.say("all is seen: what changes while you look away is marked with +")
	case !lists.has(m.screen):
		text := m.changeWords()
		m.seen()
		m.say(text + ": seen")
	default:
		m.setFilter("is:changed")
		m.say("what changed since " + m.hms(a.since.at) + "; " + m.keyFor("c") + " again: seen, " + m.keyFor("esc") + " shows all")
	}
	return nil
}

// wrote tells whether a line of a timeline is news, or was changed since.
func (g *glance) wrote(l *incident.Line) bool {
	return g != nil && l.Recorded.After(g.at) && l.By != g.me
}
