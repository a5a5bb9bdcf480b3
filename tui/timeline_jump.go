package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
)

// jump goes to what a line is about: a target, the log if that is gone, or another
// incident. A line that is about nothing else is shown with all of its text.
func (m *Model) jump(l *incident.Line) tea.Cmd {
	switch other := elsewhereOf(l); {
	case m.targetNamed(l.Target) != nil:
		return m.openTarget(l.Target)
	case l.Kind == incident.Linked && l.Field == "target" && m.targetNamed(l.Value) != nil:
		return m.openTarget(l.Value)
	case other != "" && m.incident(other) != nil:
		return m.openTimeline(other)
	case l.Alert != "" && m.toAlert(l.Alert):
		return nil
	}
	return m.openEntry(l)
}

// whole tells whether jump shows all of a line's text.
func (m *Model) whole(l *incident.Line) bool {
	return l.Target == "" && l.Alert == "" && elsewhereOf(l) == ""
}

// elsewhereOf returns the incident that a line leads to, "" if it leads to none.
func elsewhereOf(l *incident.Line) string {
	switch {
	case l.Kind == incident.Merged, l.Kind == incident.Split, l.Kind == incident.Linked && l.Field == "incident":
		return l.Value
	}
	return ""
}

// toAlert goes to the last event of an alert in the log, and tells whether it is
// there. A filter that hides it is taken off.
func (m *Model) toAlert(id string) bool {
	s := &m.alerts
	for i := len(s.all) - 1; i >= 0; i-- {
		if s.all[i].Alert != id {
			continue
		}
		s.away = true
		if m.filter.active() {
			m.filter.clear()
			m.filtered()
		}
		m.filterAlerts(s.all[i].Seq)
		s.away = s.at < len(s.rows)-1
		m.show(screenAlerts)
		return true
	}
	return false
}
