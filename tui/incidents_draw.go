package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/civil"
	"sitrep/incident"
)

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
		c.hit(rowID{name: rows[i].inc.ID})
		m.drawIncidentRow(c, &rows[i], i == at)
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
		drawMeans(c, rows)
		m.drawIncidentPreview(c, rows[at].inc)
	}
}

// drawMeans draws what the listed incidents took: medians, of how many, and which
// of them stand out.
func drawMeans(c *canvas, rows []incidentRow) {
	var listed []*incident.Incident
	for _, r := range rows {
		if r.inc != nil && !r.gone {
			listed = append(listed, r.inc)
		}
	}
	all := incident.MeansOf(listed)
	c.put(dim, fmt.Sprintf("  median of %d:", all.Incidents))
	var out []incident.Outlier
	for _, f := range []struct {
		name string
		mean *incident.Mean
	}{{"ttd", &all.Detect}, {"tta", &all.Acknowledge}, {"ttm", &all.Mitigate}, {"ttr", &all.Resolve}} {
		text := "-"
		if f.mean.N > 0 {
			text = fmt.Sprintf("%s (%d)", lasted(f.mean.Median), f.mean.N)
		}
		c.put(dim, "  "+f.name+" ")
		c.put(plain, text)
		out = append(out, f.mean.Outliers...)
	}
	for i, o := range out {
		if i == 0 {
			c.put(dim, "  stands out:")
		}
		c.put(plain, " "+shortID(o.Incident)+" "+lasted(o.Time))
	}
	c.end()
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
		return 6
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

func (m *Model) drawIncidentRow(c *canvas, r *incidentRow, on bool) {
	inc := r.inc
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
	c.faded = r.gone
	c.cell(strong, shortID(inc.ID), colIncident)
	c.cell(text, orDash(inc.Severity), colSeverity)
	wide := c.width() >= wideIncidents
	if wide {
		c.cell(text, inc.Status, colStatus-1)
		c.put(plain, " ")
	}
	title := titleRoom(c.width())
	c.cell(strong, mark(r.gone, noMatch+": ", "")+inc.Title, title-1)
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

// actionCount is how many action items of an incident are done or dropped, of
// how many: "3/5"; "" if it has none.
func actionCount(inc *incident.Incident) string {
	if len(inc.Actions) == 0 {
		return ""
	}
	done := 0
	for i := range inc.Actions {
		if inc.Actions[i].State != incident.ActionStates[0] {
			done++
		}
	}
	return fmt.Sprintf("%d/%d", done, len(inc.Actions))
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

// drawIncidentPreview draws what there is to know of the selected incident: a few
// lines, and where there is room the end of its timeline.
func (m *Model) drawIncidentPreview(c *canvas, inc *incident.Incident) {
	c.rule(shortID(inc.ID)+" "+inc.Title, "")
	c.line(plain, timesLine(inc, c.width() >= 100))
	facts := []string{alertsLine(inc)}
	if here := m.here(inc.ID); len(here) > 0 {
		facts = append(facts, "here: "+strings.Join(personNames(here), ", "))
	}
	c.line(plain, strings.Join(append(facts, countEntries(inc)), "  "))
	m.drawLint(c, inc, min(2, c.room()))
	if c.room() < 4 {
		return
	}
	c.rule("timeline", "enter opens it")
	lines := inc.Entries
	for _, l := range lines[max(len(lines)-c.room(), 0):] {
		m.drawEntry(c, inc, &l, false)
	}
}

// drawLint draws what the report of an incident misses, in at most n lines.
func (m *Model) drawLint(c *canvas, inc *incident.Incident, n int) {
	found := m.lint(inc)
	for i, text := range found {
		text = "! " + text + "   "
		if c.col > 0 && m.theme.width(text)-3 > c.left() {
			if n--; n == 0 {
				c.rest(dim, fmt.Sprintf("+%d: %s", len(found)-i, m.keyFor("W")))
				break
			}
			c.end()
		}
		last := c.edge
		if n == 1 && i < len(found)-1 {
			c.until(last - 6)
		}
		c.rest(warn, text)
		c.until(last)
	}
	if c.col > 0 {
		c.end()
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
