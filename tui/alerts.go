package tui

import (
	"fmt"
	"sort"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// alertsState is the alert log: newest at the bottom, and following it there
// until one moves.
type alertsState struct {
	all      []monitor.Event // oldest first, without holes: from the store, then from snapshots
	rows     []int           // places in all that the filter lets through
	list                     // at is a place in rows
	away     bool            // not at the bottom: the cursor holds to its event
	under    string          // the filter that rows were made with
	kept     uint64          // Seq of the event one is on that the filter lets through no longer; 0 is none
	fresh    int             // events that came while away
	asking   bool            // for older ones
	complete bool            // there are no older ones
}

// logMsg brings events older than those that were there.
type logMsg struct {
	before uint64
	events []monitor.Event
	err    error
}

// logPage is how many older events are asked for at a time; logMost how many are
// kept.
const (
	logPage = 200
	logMost = 5000
)

// followAlerts takes the events of a new snapshot in.
func (m *Model) followAlerts(*monitor.Snapshot) {
	s := &m.alerts
	last := uint64(0)
	if n := len(s.all); n > 0 {
		last = s.all[n-1].Seq
	}
	events, missed := m.snap.EventsAfter(last)
	if len(events) == 0 {
		return
	}
	seq := s.seq()
	if missed > 0 { // a hole: what was read from the store no longer joins
		s.all, s.complete = nil, false
	}
	s.all = append(s.all, events...)
	most := logMost
	if s.away { // not under one's eyes, while that can be
		most *= 2
	}
	if over := len(s.all) - most; over > 0 {
		s.all, s.complete = s.all[over:], false
	}
	if s.away {
		s.fresh += len(events)
	}
	m.filterAlerts(seq)
}

// filterAlerts makes the rows anew. The cursor goes to the event with this Seq,
// on the line that it was on, or stays at the bottom. While the filter is the same
// that event stays though it is no longer let through.
func (m *Model) filterAlerts(seq uint64) {
	s := &m.alerts
	s.rows = s.rows[:0]
	f, on := m.filter.current(), m.filter.active()
	stays := s.away && s.under == f.text
	s.under, s.kept = f.text, 0
	hidden := 0
	for i := range s.all {
		if e := &s.all[i]; !on || f.matchEvent(e) {
			s.rows = append(s.rows, i)
		} else if stays && e.Seq == seq {
			s.rows, s.kept = append(s.rows, i), seq
		} else if m.snap != nil && e.Kind == "fired" && unackedAlert(m.snap.Alert(e.Alert)) {
			hidden++
		}
	}
	m.filter.count(screenAlerts, len(s.rows)-btoi(s.kept != 0), len(s.all), hidden)
	body := m.alertsLayout().rows
	if !s.away {
		s.list.move(len(s.rows)-1, len(s.rows), body)
		return
	}
	s.at = min(sort.Search(len(s.rows), func(i int) bool { return s.all[s.rows[i]].Seq >= seq }), max(len(s.rows)-1, 0))
	s.pin(len(s.rows), body)
}

// seq returns that of the event one is on, 0 if there is none.
func (s *alertsState) seq() uint64 {
	if e := s.event(); e != nil {
		return e.Seq
	}
	return 0
}

// event returns the one the cursor is on, nil if there is none.
func (s *alertsState) event() *monitor.Event {
	if s.at < 0 || s.at >= len(s.rows) {
		return nil
	}
	return &s.all[s.rows[s.at]]
}

// alertsLayout is how the lines of the log's body are divided.
type alertsLayout struct {
	rows    int // without the head
	preview int // with the rule
}

func (m *Model) alertsLayout() alertsLayout {
	room := max(m.h-m.topLines()-m.footLines()-1, 0)
	l := alertsLayout{}
	switch {
	case m.h >= 40 && m.w >= 120:
		l.preview = 9
	case m.h >= heightLower && m.w >= 40:
		l.preview = 2
	}
	l.rows = max(room-l.preview, 0)
	return l
}

// keyAlerts handles the keys of the log.
func (m *Model) keyAlerts(k string) (tea.Cmd, bool) {
	s := &m.alerts
	n := len(s.rows)
	if s.list.key(k, n, m.alertsLayout().rows) {
		s.away = s.at < n-1
		if !s.away {
			s.fresh = 0
		}
		if s.kept != 0 && s.seq() != s.kept {
			m.filterAlerts(s.seq())
		}
		return m.askOlder(), true
	}
	switch k {
	case "enter":
		e := s.event()
		switch {
		case e == nil:
			m.refuse("nothing has happened yet")
		case e.Incident != "":
			return m.openTimeline(e.Incident), true
		case m.targetNamed(e.Target) != nil:
			return m.openTarget(e.Target), true
		default:
			m.refuse("this line is about no target that is still there")
		}
		return nil, true
	case "a":
		// What is acted on is named by an event, and may be over.
		if len(m.selectAlerts().alerts) == 0 {
			m.refuse("the alert of this line is over, or it is about none")
			return nil, true
		}
	}
	return nil, false
}

// askOlder returns the command that reads older events once the cursor is near
// the oldest, nil if none is needed.
func (m *Model) askOlder() tea.Cmd {
	s := &m.alerts
	if s.asking || s.complete || len(s.all) == 0 || s.at >= logPage/4 || len(s.all) >= logMost {
		return nil
	}
	before := s.all[0].Seq
	if before <= 1 {
		s.complete = true
		return nil
	}
	s.asking = true
	src, ctx := m.src, m.ctx
	return func() tea.Msg {
		events, err := src.Log(ctx, before, logPage)
		return logMsg{before, events, err}
	}
}

// gotLog takes older events in.
func (m *Model) gotLog(msg logMsg) {
	s := &m.alerts
	s.asking = false
	switch {
	case msg.err != nil:
		m.refuse("older lines: " + msg.err.Error())
		return
	case len(s.all) == 0 || s.all[0].Seq != msg.before:
		return // the log went on without them
	case len(msg.events) == 0:
		s.complete = true
		return
	}
	seq := s.seq()
	s.away = s.away || s.at < len(s.rows)-1
	s.all = append(append(make([]monitor.Event, 0, len(msg.events)+len(s.all)), msg.events...), s.all...)
	m.filterAlerts(seq)
}

// selectAlerts returns what the keys that act mean: the target of the line, and
// its alert if that is still active.
func (m *Model) selectAlerts() selection {
	e := m.alerts.event()
	if e == nil || m.snap == nil {
		return selection{}
	}
	sel := selection{target: e.Target, incident: e.Incident}
	if t := m.targetNamed(e.Target); t == nil {
		sel.target = ""
	} else if sel.incident == "" && t.Alert != nil && t.Alert.ID == e.Alert {
		sel.incident = t.Incident
	}
	if a := m.snap.Alert(e.Alert); a != nil && e.Alert != "" && a.State.Active() {
		sel.alerts = []string{a.ID}
	}
	return sel
}

func (m *Model) stateAlerts() string {
	s := &m.alerts
	switch {
	case s.fresh > 0:
		return fmt.Sprintf("%d new, G", s.fresh)
	case s.away:
		return "oldest first, G follows"
	}
	return "oldest first, following"
}
