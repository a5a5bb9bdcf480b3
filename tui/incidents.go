package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/civil"
	"sitrep/incident"
	"sitrep/monitor"
)

// incidentsState is where one is in the list of incidents.
type incidentsState struct {
	id   string // of the selected one
	list list
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
func reportDue(i *incident.Incident) bool { return i.Status == "resolved" || i.Status == "post-incident" }

// incidentRow is a row of the list: an incident, or the head of a part.
type incidentRow struct {
	inc   *incident.Incident // nil: a head
	title string
}

// incidentRows returns the list as the filter leaves it.
func (m *Model) incidentRows() []incidentRow {
	var rows []incidentRow
	f := m.filter.current()
	for _, part := range incidentParts {
		head := true
		for _, inc := range m.snap.Incidents {
			if !part.has(inc) || !f.matchIncident(inc) {
				continue
			}
			if head {
				rows = append(rows, incidentRow{title: part.title})
				head = false
			}
			rows = append(rows, incidentRow{inc: inc})
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

// keyIncident handles the keys that act on one incident, from the list or in
// its timeline.
func (m *Model) keyIncident(k string, inc *incident.Incident) (tea.Cmd, bool) {
	ask := map[string]func(*Model, string) tea.Cmd{
		"m": (*Model).openMilestone, "S": (*Model).openSeverity, "R": (*Model).openCommander, "p": (*Model).openStatus,
	}[k]
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
	if to := overHeads(rows, s.list.at, s.list.at >= was); to >= 0 {
		s.list.move(to, len(rows), body)
		s.id = rows[to].inc.ID
	}
	return true
}

// overHeads returns the nearest row with an incident, looking first the way that
// the mark goes; -1 if there is none.
func overHeads(rows []incidentRow, at int, forward bool) int {
	for d := range len(rows) {
		near, far := at+d, at-d
		if !forward {
			near, far = far, near
		}
		for _, i := range []int{near, far} {
			if i >= 0 && i < len(rows) && rows[i].inc != nil {
				return i
			}
		}
	}
	return -1
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
	s.id, s.list.at = rows[at].inc.ID, at
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

// The columns of the list.
const (
	colIncident = 6
	colSeverity = 5
	colStatus   = 15
	colStarted  = 12
	colOpen     = 7
	colIC       = 7
	colActions  = 4

	wideIncidents = 76 // below, four of the columns are left out
)

func (m *Model) drawIncidents(c *canvas) {
	rows := m.incidentRows()
	at := m.incidents.selectedRow(rows)
	lower := m.incidentLower(c.room())
	m.drawIncidentHead(c)
	body := max(c.room()-lower, 1)
	l := m.incidents.list
	l.at = max(at, 0)
	l.pin(len(rows), body)
	from := l.from(len(rows), body)
	if from == 1 && l.at < body {
		from = 0 // the head of the first part
	}
	for i := from; i < min(from+body, len(rows)); i++ {
		if rows[i].inc == nil {
			c.rule(rows[i].title, "")
			continue
		}
		m.drawIncidentRow(c, rows[i].inc, i == at)
	}
	if len(rows) == 0 {
		text := "  no incident yet; i declares one"
		if m.filter.active() {
			text = "  no incident passes the filter"
		}
		c.line(dim, text)
	}
	for c.room() > lower {
		c.end()
	}
	if at >= 0 && lower > 0 {
		m.drawIncidentPreview(c, rows[at].inc)
	}
}

// incidentLower returns how many lines the part below the list has: a preview,
// or on a high screen the timeline of what is selected.
func (m *Model) incidentLower(room int) int {
	switch {
	case m.h < heightLower:
		return 0
	case room >= 30:
		return room / 2
	default:
		return 5
	}
}

// incidentBody returns how many lines the list has.
func (m *Model) incidentBody() int {
	room := m.bodyRoom()
	return max(room-1-m.incidentLower(room), 1)
}

// bodyRoom returns how many lines a list's screen has between line 2, or the
// filter's, and the tabs.
func (m *Model) bodyRoom() int { return max(m.h-m.topLines()-m.footLines(), 0) }

func (m *Model) drawIncidentHead(c *canvas) {
	c.cell(dim, "", 2)
	c.cell(dim, "ID", colIncident)
	c.cell(dim, "SEV", colSeverity)
	wide := c.width() >= wideIncidents
	if wide {
		c.cell(dim, "STATUS", colStatus)
	}
	c.cell(dim, "TITLE", titleRoom(c.width()))
	if wide {
		c.cell(dim, "STARTED", colStarted)
	}
	c.cellRight(dim, "OPEN", colOpen-1)
	if wide {
		c.put(plain, " ")
		c.cell(dim, "IC", colIC)
		c.cellRight(dim, "TODO", colActions)
	}
	c.end()
}

// titleRoom is the room for a title.
func titleRoom(w int) int {
	rest := w - 2 - colIncident - colSeverity - colOpen
	if w >= wideIncidents {
		rest -= colStatus + colStarted + colIC + colActions
	}
	return max(rest, 0)
}

func (m *Model) drawIncidentRow(c *canvas, inc *incident.Incident, on bool) {
	c.selected(on)
	if on {
		c.glyph(selected, c.th.bar)
	} else {
		c.put(plain, " ")
	}
	c.put(plain, " ")
	text, strong := plain, key
	if !inc.Open() {
		text, strong = dim, plain
	}
	c.cell(strong, shortID(inc.ID), colIncident)
	c.cell(text, orDash(inc.Severity), colSeverity)
	wide := c.width() >= wideIncidents
	if wide {
		c.cell(text, inc.Status, colStatus-1)
		c.put(plain, " ")
	}
	title := titleRoom(c.width())
	c.cell(strong, inc.Title, title-1)
	c.fill(c.col + min(title, 1))
	start := startOf(inc)
	if wide {
		c.cell(text, m.clock(start, "01-02 15:04"), colStarted)
	}
	c.cellRight(text, lasted(m.endOf(inc).Sub(start)), colOpen-1)
	if wide {
		c.put(plain, " ")
		c.cell(text, orDash(inc.Commander), colIC-1)
		c.put(plain, " ")
		c.cellRight(text, orDash(actionCount(inc)), colActions)
	}
	c.end()
}

// lasted writes how long an incident went on, to the minute: "22m", "1h12m".
func lasted(d time.Duration) string {
	if d = max(d, 0); d >= time.Minute {
		d = d.Truncate(time.Minute)
	}
	return civil.FormatDuration(d.Truncate(time.Second))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// actionCount is how many action items an incident has.
func actionCount(inc *incident.Incident) string {
	n := 0
	for i := range inc.Entries {
		if inc.Entries[i].Kind == incident.Action {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// startOf returns when an incident began, as well as that is known.
func startOf(inc *incident.Incident) time.Time {
	for _, name := range []incident.Milestone{incident.Started, incident.Detected, incident.DeclaredAt} {
		if at, set := inc.Milestones[name]; set {
			return at
		}
	}
	if len(inc.Entries) > 0 {
		return inc.Entries[0].At
	}
	return time.Time{}
}

// endOf returns when an incident was over, now if it is not.
func (m *Model) endOf(inc *incident.Incident) time.Time {
	if inc.Open() {
		return m.now
	}
	for _, name := range []incident.Milestone{incident.ResolvedAt, incident.ClosedAt} {
		if at, set := inc.Milestones[name]; set {
			return at
		}
	}
	if n := len(inc.Entries); n > 0 {
		return inc.Entries[n-1].At
	}
	return m.now
}

// drawIncidentPreview draws what there is to know of the selected incident.
func (m *Model) drawIncidentPreview(c *canvas, inc *incident.Incident) {
	c.rule(shortID(inc.ID)+" "+inc.Title, "")
	c.line(plain, timesLine(inc, c.width() >= 100))
	c.line(plain, fmt.Sprintf("%s  %s", alertsLine(inc), countEntries(inc)))
	lint := incident.Lint(inc)
	line := make([]string, 0, len(lint))
	for _, text := range lint {
		line = append(line, "! "+text)
	}
	c.line(warn, strings.Join(line, "   "))
	if c.room() < 4 {
		return
	}
	c.rule("timeline", "enter opens it")
	lines := inc.Entries
	for _, l := range lines[max(len(lines)-c.room(), 0):] {
		m.drawEntry(c, inc, &l, false)
	}
}

// timesLine writes what is computed of an incident, in full words if there is room.
func timesLine(inc *incident.Incident, wide bool) string {
	t := inc.Times()
	ack, declared := "", "declared "
	if wide {
		ack, declared = " (page to ack)", "declared after "
	}
	return "ttd " + t.Detect.String() + "  tta " + t.Acknowledge.String() + ack + "  " + declared + t.Declare.String() +
		"  mitigated " + t.Mitigate.String() + "  resolved " + t.Resolve.String()
}

// alertsLine names the targets of an incident's alerts.
func alertsLine(inc *incident.Incident) string {
	var names []string
	for _, a := range inc.Alerts {
		if !slices.Contains(names, a.Target) {
			names = append(names, a.Target)
		}
	}
	if len(names) == 0 {
		return "no alerts"
	}
	more := ""
	if len(names) > 3 {
		more = fmt.Sprintf(" +%d", len(names)-3)
		names = names[:3]
	}
	return "alerts " + strings.Join(names, " ") + more
}

func countEntries(inc *incident.Incident) string {
	n := len(inc.Entries)
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
