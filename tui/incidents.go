package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// incidentsState is where one is in the list of incidents.
type incidentsState struct {
	id    string // of the selected one
	under string // the filter that it was selected under: while that is in force, it stays
	list  list
}

// The parts of the list, in its order.
var incidentParts = []struct {
	title string
	has   func(*incident.Incident) bool
}{
	{"open", (*incident.Incident).Open},
	{"post-incident, report due", reportDue},
	{"closed", func(i *incident.Incident) bool { return i.Status == "closed" || i.Status == "cancelled" }},
}

// reportDue tells whether an incident is over and its report is not closed yet.
func reportDue(i *incident.Incident) bool {
	return i.Status == "resolved" || i.Status == "post-incident"
}

// incidentRow is a row of the list: an incident, or the head of a part.
type incidentRow struct {
	inc   *incident.Incident // nil: a head
	title string
	gone  bool // the filter lets it through no longer
}

// incidentRows returns the list as the filter leaves it. The selected one stays
// though the filter lets it through no longer.
func (m *Model) incidentRows() []incidentRow {
	var rows []incidentRow
	f, s := m.filter.current(), &m.incidents
	kept := mark(s.under == m.filter.inForce(), s.id, "")
	for _, part := range incidentParts {
		head := true
		for _, inc := range m.snap.Incidents {
			if !part.has(inc) {
				continue
			}
			gone := !f.matchIncident(inc)
			if gone && inc.ID != kept {
				continue
			}
			if head {
				rows = append(rows, incidentRow{title: part.title})
				head = false
			}
			rows = append(rows, incidentRow{inc: inc, gone: gone})
		}
	}
	return rows
}

// selectedRow returns the place of the selected incident, that of the first one
// if it is gone, and -1 if there is none.
func (s *incidentsState) selectedRow(rows []incidentRow) int {
	first := -1
	for i, r := range rows {
		if r.inc == nil {
			continue
		}
		if r.inc.ID == s.id {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	return first
}

// selectedIncident returns the selected incident, nil if there is none.
func (m *Model) selectedIncident() *incident.Incident {
	if m.snap == nil {
		return nil
	}
	rows := m.incidentRows()
	if i := m.incidents.selectedRow(rows); i >= 0 {
		return rows[i].inc
	}
	return nil
}

func (m *Model) keyIncidents(k string) (tea.Cmd, bool) {
	if m.snap == nil {
		return nil, false
	}
	inc := m.selectedIncident()
	switch k {
	case "enter":
		if inc == nil {
			m.refuse("no incident is selected; " + m.keyFor("i") + " declares one")
			return nil, true
		}
		return m.openTimeline(inc.ID), true
	case "i":
		return m.openDeclare(nil), true
	}
	if cmd, mine := m.keyIncident(k, inc); mine {
		return cmd, true
	}
	return nil, m.moveIncidents(k)
}

// incidentKeys open a dialog about one incident, by its ID.
var incidentKeys = map[string]func(*Model, string) tea.Cmd{
	"m": (*Model).openMilestone, "S": (*Model).openSeverity, "R": (*Model).openRoles, "p": (*Model).openStatus,
	"I": (*Model).openItems, "W": (*Model).openReport, "L": (*Model).openLinks,
	"E": (*Model).openTitle, "J": (*Model).openMerge, "K": (*Model).openSplit,
}

// keyIncident handles the keys that act on one incident, from the list or in
// its timeline.
func (m *Model) keyIncident(k string, inc *incident.Incident) (tea.Cmd, bool) {
	ask := incidentKeys[k]
	switch {
	case ask == nil:
		return nil, false
	case inc == nil:
		m.refuse("no incident is selected")
		return nil, true
	}
	return ask(m, inc.ID), true
}

// moveIncidents moves the mark, and tells whether k is a key for that.
func (m *Model) moveIncidents(k string) bool {
	s := &m.incidents
	rows, body := m.incidentRows(), m.incidentBody()
	was := max(s.selectedRow(rows), 0)
	s.list.at = was
	if !s.list.key(k, len(rows), body) {
		return false
	}
	if to := nearest(len(rows), s.list.at, s.list.at >= was, func(i int) bool { return rows[i].inc != nil }); to >= 0 {
		s.list.move(to, len(rows), body)
		s.id, s.under = rows[to].inc.ID, m.filter.inForce()
	}
	return true
}

// followIncidents keeps the mark on its incident, and on its line of the
// screen: the list is laid out around it.
func (m *Model) followIncidents(*monitor.Snapshot) {
	s := &m.incidents
	rows := m.incidentRows()
	at := s.selectedRow(rows)
	if at < 0 {
		return
	}
	if s.id == "" {
		s.list.line = at
	}
	s.id, s.under, s.list.at = rows[at].inc.ID, m.filter.inForce(), at
}

func (m *Model) selectIncidents() selection {
	inc := m.selectedIncident()
	if inc == nil {
		return selection{}
	}
	return selection{incident: inc.ID, alerts: activeAlerts(inc)}
}

// activeAlerts returns the alerts of an incident that are not over.
func activeAlerts(inc *incident.Incident) []string {
	var ids []string
	for _, a := range inc.Alerts {
		if a.Resolved.IsZero() {
			ids = append(ids, a.Alert)
		}
	}
	return ids
}

func (m *Model) stateIncidents() string {
	if m.filter.active() {
		return "filtered, open first"
	}
	return "open first"
}
