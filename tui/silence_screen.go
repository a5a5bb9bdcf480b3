package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/civil"
	"sitrep/monitor"
)

// silencesState is the screen of silences and maintenance.
type silencesState struct {
	sections

	of     uint64 // Seq of the snapshot that rows were made of; 0 is none
	minute int64  // and in which: windows come nearer
	rows   []silenceRow
	keys   []string // one a row
	counts map[string]silenceCount
}

// silenceRow is a head, a silence, or the next time of a window.
type silenceRow struct {
	title   string
	silence *alert.Silence
	window  *alert.Window
	next    civil.Span // of window
	match   alert.Matcher
	text    string // of match
	held    int    // active alerts that silence holds back
	gone    bool   // it stays for the cursor alone
}

// silenceCount is what a matcher means at some time.
type silenceCount struct {
	targets, active int      // active alerts, of those
	names           []string // the first few, of active alerts first
	order           uint64   // of the snapshot
	at              time.Time
}

// countAge is how long a count holds though the fleet has changed meanwhile.
const countAge = 2 * time.Second

// followSilences keeps the cursor on its row. While one is elsewhere there are no
// rows: they would hold on to a snapshot of long ago.
func (m *Model) followSilences(*monitor.Snapshot) {
	if m.screen == screenSilences {
		m.listSilences()
		return
	}
	m.silenced.of, m.silenced.rows, m.silenced.keys = 0, nil, nil
}

// listSilences makes the rows anew if the snapshot is another.
func (m *Model) listSilences() {
	s := &m.silenced
	minute := m.now.Unix() / 60
	if m.snap == nil || s.of == m.snap.Seq && s.minute == minute {
		return
	}
	s.of, s.minute = m.snap.Seq, minute
	had := s.row()
	s.rows, s.keys = nil, nil
	held := m.heldBy()
	add := func(key string, r silenceRow) {
		switch {
		case r.silence != nil:
			r.match, r.held = r.silence.Match, held[r.silence.ID]
		case r.window != nil:
			r.match = r.window.Match
		}
		r.text = r.match.String()
		s.rows, s.keys = append(s.rows, r), append(s.keys, key)
	}
	add("", silenceRow{title: "hold now"})
	var later []*alert.Silence
	for i := range m.snap.Silences {
		if x := &m.snap.Silences[i]; x.From.After(m.now) {
			later = append(later, x)
		} else {
			add(x.ID, silenceRow{silence: x})
		}
	}
	if len(s.rows) == 1 {
		s.rows[0].title = "none holds now"
	}
	coming := comingWindows(&m.snap.Policy, m.now)
	if len(later)+len(coming) > 0 {
		add("", silenceRow{title: "to come"})
	}
	for _, x := range later {
		add(x.ID, silenceRow{silence: x})
	}
	for _, r := range coming {
		add("window "+r.window.Name, r)
	}
	if at := s.lost(s.keys); at >= 0 && had != nil {
		gone := *had
		gone.gone = true
		s.rows, s.keys = slices.Insert(s.rows, at, gone), slices.Insert(s.keys, at, s.key)
	}
	s.sections.follow(s.keys, m.silencesLayout().rows)
}

// row returns the row one is on, nil if there is none.
func (s *silencesState) row() *silenceRow {
	if s.at < len(s.rows) && s.key != "" {
		return &s.rows[s.at]
	}
	return nil
}

// heldBy counts the active alerts that each silence holds back, by ID.
func (m *Model) heldBy() map[string]int {
	held := map[string]int{}
	for i := range m.snap.Alerts {
		if a := &m.snap.Alerts[i]; a.State.Active() {
			held[a.SilencedBy]++
			if a.Maintenance != a.SilencedBy {
				held[a.Maintenance]++
			}
		}
	}
	return held
}

// comingWindows returns the next time of each window that has one, the soonest
// first. One that holds now is a silence already: its next time is the one after.
func comingWindows(p *alert.Policy, now time.Time) []silenceRow {
	var rows []silenceRow
	for i := range p.Maintenance {
		w := &p.Maintenance[i]
		if times := nextTimes(&w.When, now, 1); len(times) > 0 {
			rows = append(rows, silenceRow{window: w, next: times[0]})
		}
	}
	slices.SortStableFunc(rows, func(a, b silenceRow) int {
		return cmp.Or(a.next.From.Compare(b.next.From), cmp.Compare(a.window.Name, b.window.Name))
	})
	return rows
}

// nextTimes returns the next n times that a recurrence begins after now.
func nextTimes(r *civil.Recurrence, now time.Time, n int) []civil.Span {
	var times []civil.Span
	at := now
	for range n + 1 { // the first may be one that holds now
		span, ok := r.Next(at)
		if !ok || len(times) == n {
			break
		}
		if span.From.After(now) {
			times = append(times, span)
		}
		at = span.Until
	}
	return times
}

func (m *Model) silencesLayout() paneLayout { return m.paneLayout(5) }

// silencesRow returns the row one is on now, nil if there is none.
func (m *Model) silencesRow() *silenceRow {
	m.listSilences()
	return m.silenced.row()
}

func (m *Model) keySilences(k string) (tea.Cmd, bool) {
	s := &m.silenced
	m.listSilences()
	if s.press(k, s.keys, m.silencesLayout().rows) {
		return nil, true
	}
	r := m.silencesRow()
	switch {
	case k == "s":
		m.openNewSilence(nil)
	case k != "enter" && k != "e" && k != "A":
		return nil, false
	case !m.may(monitor.Respond):
	case r == nil:
		m.refuse("nothing is selected; " + m.keyFor("s") + " makes a silence")
	case r.gone:
		m.refuse(s.key + " has ended; " + m.keyFor("s") + " makes a silence")
	case r.silence == nil:
		m.refuse("edit " + m.plannedIn(r.window))
	case k == "A":
		m.openEndSilence(r.silence.ID)
	default:
		m.openEditSilence(r.silence)
	}
	return nil, true
}

// plannedIn says where a window is planned, and what makes a change of it hold.
func (m *Model) plannedIn(w *alert.Window) string {
	return fmt.Sprintf("[maintenance.%s] in %s, then ctrl+r", w.Name, cmp.Or(m.snap.Config.File, "the configuration"))
}

func (m *Model) stateSilences() string {
	n := 0
	for i := range m.snap.Alerts {
		if a := &m.snap.Alerts[i]; a.State.Active() && (a.SilencedBy != "" || a.Maintenance != "") {
			n++
		}
	}
	return count(n, "alert") + " held back, times " + m.zone()
}

// countFor returns what a row's matcher means now, as of a moment ago at most.
func (m *Model) countFor(r *silenceRow) silenceCount {
	s := &m.silenced
	if k, ok := s.counts[r.text]; ok && (k.order == m.snap.Order || m.now.Sub(k.at) < countAge) {
		return k
	}
	if s.counts == nil || len(s.counts) > 500 {
		s.counts = map[string]silenceCount{}
	}
	k := silenceCount{order: m.snap.Order, at: m.now}
	if compiled, err := r.match.Compile(); err == nil {
		hits := m.hitsOf(compiled)
		k.targets, k.active = hits.targets, hits.firing
		for _, t := range hits.first {
			k.names = append(k.names, t.Target.Name)
		}
	}
	s.counts[r.text] = k
	return k
}
