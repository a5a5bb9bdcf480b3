package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// drawLower draws what is under the chart, as far as there is room: phases, the
// failures, the configuration where it is not beside the chart, and what
// happened to this target.
func (m *Model) drawLower(c *canvas, t *monitor.TargetStatus, ch *chart) {
	m.drawTimes(c, t, ch.axis)
	m.drawQuiet(c, t.Alert, min(quietMost+1, c.room()-4))
	wide := m.w >= wideTarget
	last := m.lastPart(t, ch.axis, c.room())
	events := m.eventsOf(t.Target.Name, 8)
	more := 0
	if len(events) > 0 {
		more = min(len(events)+1, max(c.room()-last.lines-6, 0))
	}
	if n := c.room() - last.lines - more; n >= 2 {
		if wide || more > 0 {
			n = min(n, max(len(t.Failures)+1, 4))
		}
		m.drawFailures(c, t, ch, n)
	}
	if more >= 2 {
		c.rule("what happened to it", "newest first")
		for i := range min(len(events), more-1) {
			m.drawEventLine(c, events[i])
			c.end()
		}
	}
	last.draw(c)
}

// lowerPart is a part of the lower half, with the rule that heads it.
type lowerPart struct {
	lines int
	draw  func(*canvas)
}

// lastPart returns the lowest part: what had trouble elsewhere, where that is
// asked for or there is room; else the configuration, unless it is beside the
// chart.
func (m *Model) lastPart(t *monitor.TargetStatus, a axis, room int) lowerPart {
	wide := m.w >= wideTarget
	near := m.elsewhereOf(t, a)
	if near != nil && (wide || a.cross(m.axes.cross) >= 0) {
		n := min(max(len(near.seen), 1)+1, elsewhereLines, room-mark(wide, 8, 3))
		if n >= 2 {
			return lowerPart{n, func(c *canvas) { m.drawElsewhere(c, near, n) }}
		}
	}
	facts := m.factLines(t)
	n := min(len(facts)+1, room-3)
	if wide || n < 2 {
		return lowerPart{0, func(*canvas) {}}
	}
	return lowerPart{n, func(c *canvas) {
		c.rule("configuration", t.Target.Where)
		for _, f := range facts[:n-1] {
			c.line(plain, f)
		}
	}}
}

// eventsOf returns the last events of a target, newest first.
func (m *Model) eventsOf(target string, n int) (events []*monitor.Event) {
	all := m.snap.Events()
	for i := len(all) - 1; i >= 0 && len(events) < n; i-- {
		if all[i].Target == target {
			events = append(events, &all[i])
		}
	}
	return events
}

// drawFailures draws the last results that were not up, n lines with the rule:
// those of the column that is looked at, if there is one.
func (m *Model) drawFailures(c *canvas, t *monitor.TargetStatus, ch *chart, n int) {
	list := t.Failures
	right := ""
	if t.InRow > 0 {
		right = fmt.Sprintf("%d in a row", t.InRow)
	}
	none := "none since sitrep has watched it"
	if t.Last.At.IsZero() {
		none = "not probed yet"
	}
	if at := ch.axis.cross(m.axes.cross); at >= 0 {
		right = "in the column that ^ is on"
		list, none = m.columnFailures(t, ch, at)
	}
	c.rule("failures", right)
	if len(list) == 0 {
		c.line(dim, none)
	}
	from := min(m.target.scroll.at, max(len(list)-(n-1), 0))
	for i := from; i < min(from+n-1, len(list)); i++ {
		m.drawFailure(c, &list[i])
	}
	for range n - 1 - max(len(list)-from, 1) {
		c.end()
	}
}

// drawFailure draws one result that was not up.
func (m *Model) drawFailure(c *canvas, f *monitor.Failure) {
	c.put(plain, m.clock(f.At, "15:04:05")+" ")
	switch f.Status {
	case checker.Down:
		c.glyph(down, c.th.down)
	case checker.Degraded:
		c.glyph(warn, c.th.warn)
	default:
		c.glyph(unknown, c.th.unknown)
	}
	c.put(plain, " ")
	text := f.Text
	if f.Peer != "" && c.width() >= 60 {
		text = f.Peer + "  " + text
	}
	if f.Took > 0 {
		text += "  " + took(f.Took)
	}
	if f.Body != "" {
		text += "  " + f.Body
	}
	c.rest(plain, text)
	c.end()
}

// factLines returns the configuration and the certificate of a target in words.
func (m *Model) factLines(t *monitor.TargetStatus) []string {
	g := t.Target
	rule := fmt.Sprintf("every %s, timeout %s, ", limit(g.Interval), limit(g.Timeout))
	if g.Slow > 0 {
		rule += "slow over " + limit(g.Slow) + ", "
	}
	rule += fmt.Sprintf("down after %d, up after %d", g.FailAfter, g.RecoverAfter)
	if g.Attempts > 1 {
		rule += fmt.Sprintf(", %d attempts", g.Attempts)
	}
	lines := []string{rule}
	if told := m.explained(t); told != "" {
		lines = append(lines, told)
	}
	if cert := m.certificate(t); cert != "" {
		lines = append(lines, cert)
	}
	if labels := labelWords(g.Labels); labels != "" {
		lines = append(lines, labels)
	}
	for _, s := range []string{g.Title, g.Note, g.Runbook} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	for _, f := range t.Last.Facts {
		lines = append(lines, f.Name+" "+f.Text)
	}
	return lines
}

// certificate says how long the earliest certificate of the chain holds.
func (m *Model) certificate(t *monitor.TargetStatus) string {
	at := t.Last.NotAfter
	if at.IsZero() {
		return ""
	}
	left := at.Sub(m.now)
	if left < 0 {
		return "certificate over for " + age(-left) + ", since " + m.clock(at, time.DateOnly)
	}
	return "certificate " + age(left) + " left, until " + m.clock(at, time.DateOnly)
}

// labelWords writes the configured labels, those that every target has left out.
func labelWords(labels map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		if k != "name" && k != "kind" && labels[k] != "" {
			parts = append(parts, k+"="+labels[k])
		}
	}
	return strings.Join(parts, " ")
}

// drawFacts draws the column beside the chart.
func (m *Model) drawFacts(c *canvas, t *monitor.TargetStatus) {
	c.put(key, "configuration")
	if w := m.theme.width(t.Target.Where); w+15 <= c.width() {
		c.fill(c.width() - w)
		c.put(dim, t.Target.Where)
	}
	c.end()
	for _, line := range m.factLines(t) {
		for _, part := range wrap(line, c.width()-2) {
			c.put(plain, "  ")
			c.line(plain, part)
		}
	}
	if a := t.Alert; a != nil && a.State != alert.None {
		c.line(key, "alert")
		c.put(plain, "  ")
		c.line(plain, a.State.String()+" "+a.Severity.String()+" "+idTail(a.ID))
	}
	for c.room() > 0 {
		c.end()
	}
}

// idTail returns the end of an ID, which is what tells it from others.
func idTail(id string) string { return id[max(len(id)-4, 0):] }
