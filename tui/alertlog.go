package tui

import (
	"fmt"

	"sitrep/checker"
	"sitrep/monitor"
)

// logColumns are the widths of the log's columns; 0 is not shown.
type logColumns struct{ what, target, text, by, id int }

func logColumnsFor(w int) logColumns {
	c := logColumns{what: 9, target: 17, by: 6, id: 5}
	switch {
	case w >= 110:
		c.target, c.by, c.id = 22, 10, 5
	case w >= 70:
	case w >= 50:
		c.by, c.id, c.target = 0, 0, 15
	default:
		c.by, c.id, c.target = 0, 0, min(max(w-22, 0), 12)
	}
	rest := w - 3 - 9 - c.what - 1 - c.target - 1
	for _, n := range []int{c.by, c.id} {
		if n > 0 {
			rest -= n + 1
		}
	}
	c.text = max(rest, 0)
	return c
}

// drawAlerts draws the log.
func (m *Model) drawAlerts(c *canvas) {
	s := &m.alerts
	l := m.alertsLayout()
	cols := logColumnsFor(c.width())
	m.drawLogHead(c, cols)
	if len(s.rows) == 0 {
		m.drawEmptyLog(c)
		return
	}
	end := c.lines + l.rows
	from := m.logFrom(l.rows)
	day := ""
	for i := from; i < len(s.rows) && c.lines < end; i++ {
		e := &s.all[s.rows[i]]
		if d := m.clock(e.At, "2006-01-02"); d != day {
			day = d
			if end-c.lines < 2 && i <= s.at {
				break
			}
			c.rule(d+" "+m.zone(), "")
		}
		if c.lines < end {
			c.hit(rowID{number: e.Seq})
			m.drawLogRow(c, cols, e, i == s.at)
		}
	}
	for c.lines < end && c.room() > 0 {
		c.end()
	}
	if l.preview > 0 {
		m.drawLogPreview(c, l.preview)
	}
}

// logFrom returns the first row to draw so that the one the cursor is on fits,
// the rules between days counted in.
func (m *Model) logFrom(lines int) int {
	s := &m.alerts
	from := s.from(len(s.rows), lines)
	for from < s.at && m.logLines(from, s.at) > lines {
		from++
	}
	return from
}

// logLines returns the lines that rows from … to take, both included.
func (m *Model) logLines(from, to int) int {
	s := &m.alerts
	n, day := 0, ""
	for i := from; i <= to; i++ {
		if d := m.clock(s.all[s.rows[i]].At, "2006-01-02"); d != day {
			day = d
			n++
		}
		n++
	}
	return n
}

func (m *Model) drawLogHead(c *canvas, cols logColumns) {
	c.put(plain, "   ")
	c.cell(dim, "TIME", 8)
	c.put(plain, " ")
	c.cell(dim, "WHAT", cols.what)
	c.put(plain, " ")
	c.cell(dim, "TARGET", cols.target)
	c.put(plain, " ")
	c.cell(dim, "TEXT", cols.text)
	c.headCell("BY", cols.by, false)
	c.headCell("ID", cols.id, false)
	c.end()
}

// drawEmptyLog says why there is nothing, truly.
func (m *Model) drawEmptyLog(c *canvas) {
	switch s := &m.alerts; {
	case len(s.all) > 0:
		c.line(dim, "   no line matches; esc clears the filter")
	case m.snap.Len() == 0:
		c.line(dim, "   nothing has happened: no target is watched yet")
	default:
		c.line(dim, "   nothing has happened yet: no alert, no notification, no note")
	}
}

// drawLogRow draws one event.
func (m *Model) drawLogRow(c *canvas, cols logColumns, e *monitor.Event, on bool) {
	if on {
		c.selected(true)
		c.glyph(selected, c.th.bar)
	} else {
		c.glyph(plain, " ")
	}
	c.faded = e.Seq == m.alerts.kept
	c.put(plain, " ")
	g, r := c.th.eventGlyph(e)
	c.glyph(r, g)
	c.put(plain, m.clock(e.At, "15:04:05")+" ")
	word := plain
	if e.Status == checker.Down && e.Kind == "fired" {
		word = r
	}
	c.cell(word, e.Kind, cols.what)
	c.put(plain, " ")
	about := e.Target
	if about == "" {
		about = e.Incident
	}
	c.cell(plain, about, cols.target)
	c.put(plain, " ")
	c.cell(plain, mark(c.faded, noMatch+": ", "")+e.Text, cols.text)
	if cols.by > 0 {
		c.put(plain, " ")
		c.cell(plain, e.By, cols.by)
	}
	if cols.id > 0 {
		c.put(plain, " ")
		c.cell(dim, idTail(e.Alert), cols.id)
	}
	c.end()
}

// drawLogPreview draws the line one is on in full: n lines with the rule.
func (m *Model) drawLogPreview(c *canvas, n int) {
	end := c.lines + n
	e := m.alerts.event()
	right := ""
	if m.alerts.fresh > 0 {
		right = fmt.Sprintf("%d new, G", m.alerts.fresh)
	}
	title := e.Target
	if e.Alert != "" {
		title += " " + idTail(e.Alert)
	}
	c.rule(title, right)
	if t := m.targetNamed(e.Target); t != nil && t.Alert != nil && t.Alert.ID == e.Alert && e.Alert != "" {
		m.drawPreviewState(c, t)
		m.drawHolds(c, m.holds(t.Alert), min(quietMost, n-4))
	}
	for _, line := range wrap(eventWords(e), c.width()) {
		if c.lines < end {
			c.line(plain, line)
		}
	}
	for _, o := range m.eventsOf(e.Target, n) {
		if c.lines < end && e.Target != "" && o.Seq != e.Seq {
			m.drawEventLine(c, o)
			c.end()
		}
	}
	for c.lines < end && c.room() > 0 {
		c.end()
	}
}
