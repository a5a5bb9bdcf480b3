package tui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// timelineState is where one is in an incident's timeline.
type timelineState struct {
	id     string             // of the incident; "" before one was opened
	inc    *incident.Incident // as last seen; nil until it is loaded
	failed string             // why it could not be loaded

	at     uint64 // ID of the selected line; 0 is none
	under  string // the filter that it was selected under: while that is in force, it stays
	list   list   // … and where it is among the rows
	follow bool   // the mark goes to what comes
	seen   uint64 // the newest entry when one was last at the end
	since  bool   // times count from the start of the incident
}

// timelineMsg is a timeline that was asked of the store.
type timelineMsg struct {
	id  string
	inc *incident.Incident
	err error
}

// openTimeline shows an incident's timeline, from its end. One that is too old
// for the snapshot is asked of the store.
func (m *Model) openTimeline(id string) tea.Cmd {
	m.timeline = timelineState{id: id, follow: true}
	m.show(screenTimeline)
	m.asHeld(func() { m.followTimeline(nil) })
	if m.timeline.inc != nil {
		return nil
	}
	src, ctx := m.src, m.ctx
	return func() tea.Msg { return loadTimeline(ctx, src, id) }
}

func loadTimeline(ctx context.Context, src Source, id string) tea.Msg {
	inc, err := src.Timeline(ctx, id)
	return timelineMsg{id, inc, err}
}

// loaded takes in a timeline of the store, unless another one is open by now.
func (m *Model) loaded(msg timelineMsg) {
	t := &m.timeline
	if t.id != msg.id {
		return
	}
	if msg.err != nil {
		t.failed = msg.err.Error()
		return
	}
	t.inc = msg.inc
	m.settleTimeline()
}

// incident returns an incident by ID: from the snapshot, or the older one that
// is open; nil if it is neither.
func (m *Model) incident(id string) *incident.Incident {
	if m.snap != nil {
		if inc := m.snap.Incident(id); inc != nil {
			return inc
		}
	}
	if t := &m.timeline; t.inc != nil && t.inc.ID == id {
		return t.inc
	}
	return nil
}

// followTimeline takes over the incident as it now is.
func (m *Model) followTimeline(*monitor.Snapshot) {
	if inc := m.snap.Incident(m.timeline.id); inc != nil {
		m.timeline.inc = inc
	}
	m.settleTimeline()
}

// settleTimeline keeps the mark on its line. One that follows goes to the end,
// but for a while after a key: the next one may act on what it was pressed for.
func (m *Model) settleTimeline() {
	t := &m.timeline
	rows := m.timelineRows(m.timelineLines())
	at := rowOf(rows, t.at)
	hold := m.dialog == nil && m.now.Sub(m.lastKey) < holdAfterKey
	if at < 0 || t.follow && !hold {
		m.timelineEnd()
		return
	}
	t.list.at, t.under = at, m.filter.inForce()
	if at == len(rows)-1 {
		t.seen = t.inc.Version
	}
}

// timelineEnd puts the mark on the last line.
func (m *Model) timelineEnd() {
	t := &m.timeline
	rows := m.timelineRows(m.timelineLines())
	if len(rows) == 0 {
		return
	}
	t.list.at, t.list.line = len(rows)-1, m.timelineBody()-1
	t.at, t.under, t.seen = rows[t.list.at].line.ID(), m.filter.inForce(), t.inc.Version
}

// timelineLines returns the lines that the filter leaves, and the selected one
// though the filter lets it through no longer.
func (m *Model) timelineLines() []*incident.Line {
	inc := m.timeline.inc
	if inc == nil {
		return nil
	}
	f, t := m.filter.current(), &m.timeline
	stays := t.under == f.text
	lines := make([]*incident.Line, 0, len(inc.Entries))
	for i := range inc.Entries {
		if l := &inc.Entries[i]; f.matchLine(l) || stays && l.ID() == t.at {
			lines = append(lines, l)
		}
	}
	return lines
}

// timelineGone tells whether a line is there for the mark alone: the filter lets
// it through no longer.
func (m *Model) timelineGone(l *incident.Line) bool {
	return l.ID() == m.timeline.at && !m.filter.current().matchLine(l)
}

// selectedLine returns the selected line, nil if there is none.
func (m *Model) selectedLine() *incident.Line {
	for _, l := range m.timelineLines() {
		if l.ID() == m.timeline.at {
			return l
		}
	}
	return nil
}

// selectTimeline means the alert of the selected line, or all that still fire.
func (m *Model) selectTimeline() selection {
	t := &m.timeline
	if t.inc == nil {
		return selection{}
	}
	s := selection{incident: t.id, alerts: activeAlerts(t.inc)}
	if l := m.selectedLine(); l != nil && l.Target != "" {
		s.target = l.Target
		if slices.Contains(s.alerts, l.Alert) {
			s.alerts = []string{l.Alert}
		}
	}
	return s
}

func (m *Model) stateTimeline() string {
	t := &m.timeline
	state := m.zone()
	if t.since {
		state = "since the start"
	}
	if m.filter.active() {
		state += ", filtered"
	} else {
		state += ", all kinds"
	}
	if t.follow {
		state += ", following"
	}
	return state
}

func (m *Model) keyTimeline(k string) (tea.Cmd, bool) {
	t := &m.timeline
	if t.inc == nil {
		return nil, false
	}
	switch k {
	case "t":
		m.turnTime()
		return nil, true
	case "enter", "*", "e", "A":
		l := m.selectedLine()
		if l == nil {
			m.refuse("no line is selected")
			return nil, true
		}
		return m.onLine(k, l), true
	case "N", "C", "T":
		kind := map[string]incident.Kind{"N": incident.Decision, "C": incident.Comms, "T": incident.Action}[k]
		return m.openWriting(t.id, "", kind), true
	}
	if cmd, mine := m.keyIncident(k, t.inc); mine {
		return cmd, true
	}
	return nil, m.moveTimeline(k)
}

// onLine does what a key means for a line.
func (m *Model) onLine(k string, l *incident.Line) tea.Cmd {
	switch k {
	case "e":
		return m.openEdit(l)
	case "A":
		return m.openRetract(l)
	case "*":
		return m.star(l)
	}
	return m.jump(l)
}

// turnTime goes from UTC to the other zone, then to the time since the start.
func (m *Model) turnTime() {
	t := &m.timeline
	switch {
	case t.since:
		t.since, m.local = false, false
	case m.local:
		t.since = true
		m.say("times since " + m.stamp(startOf(t.inc)))
		return
	default:
		m.local = true
	}
	m.say("times in " + m.zone())
}

// star marks a line for the report, or takes the mark away.
func (m *Model) star(l *incident.Line) tea.Cmd {
	done := "starred: it goes into the report"
	if l.Starred {
		done = "no longer starred"
	}
	return m.do(monitor.Star{Seq: l.ID(), On: !l.Starred}, done)
}

// moveTimeline moves the mark, and tells whether k is a key for that. At the
// end the timeline follows what comes.
func (m *Model) moveTimeline(k string) bool {
	t := &m.timeline
	rows, body := m.timelineRows(m.timelineLines()), m.timelineBody()
	was := max(rowOf(rows, t.at), 0)
	t.list.at = was
	if !t.list.key(k, len(rows), body) {
		return false
	}
	if len(rows) == 0 {
		return true
	}
	if to := t.list.at; rows[to].line == nil { // over the rule of a day: a line stands on both its sides
		if to > was {
			t.list.move(to+1, len(rows), body)
		} else {
			t.list.move(to-1, len(rows), body)
		}
	}
	t.at, t.under = rows[t.list.at].line.ID(), m.filter.inForce()
	t.follow = t.list.at == len(rows)-1 && t.list.at >= was
	if t.follow {
		t.seen = t.inc.Version
	}
	return true
}

// newLines counts the lines that came since one was last at the end.
func (m *Model) newLines() int {
	n := 0
	for i := range m.timeline.inc.Entries {
		if m.timeline.inc.Entries[i].ID() > m.timeline.seen {
			n++
		}
	}
	return n
}

// timelineRow is a row of the list: a line, or the rule of a new day.
type timelineRow struct {
	line *incident.Line
	day  string
}

// timelineRows puts a rule between lines of different days.
func (m *Model) timelineRows(lines []*incident.Line) []timelineRow {
	rows := make([]timelineRow, 0, len(lines)+4)
	day := ""
	for _, l := range lines {
		if today := m.clock(l.At, time.DateOnly); today != day {
			if day != "" {
				rows = append(rows, timelineRow{day: today})
			}
			day = today
		}
		rows = append(rows, timelineRow{line: l})
	}
	return rows
}

// rowOf returns the row of the line with this ID, -1 if there is none.
func rowOf(rows []timelineRow, id uint64) int {
	return slices.IndexFunc(rows, func(r timelineRow) bool { return r.line != nil && r.line.ID() == id })
}

// headTimeline is line 1: which incident this is.
func (m *Model) headTimeline(c *canvas) {
	inc := m.timeline.inc
	if inc == nil {
		c.rest(key, m.timeline.id)
		return
	}
	tail := fmt.Sprintf("  %s %s  IC %s ", inc.Status, age(m.endOf(inc).Sub(startOf(inc))), orNobody(inc.Commander))
	edge := c.edge
	if n := m.theme.width(tail); c.left() > n+24 {
		c.until(edge - n)
	} else {
		tail = ""
	}
	c.put(key, shortID(inc.ID)+" "+orDash(inc.Severity)+" ")
	c.rest(key, inc.Title)
	c.until(edge)
	if tail != "" {
		c.fill(edge - m.theme.width(tail))
		c.put(plain, tail)
	}
}
