package tui

import (
	"fmt"

	"sitrep/incident"
	"sitrep/monitor"
)

// A wide screen has more panes, and no wider text: beside a list stands what the
// selected row is about, its chart and its incident's timeline.
const (
	wideScreen = 160 // from so many columns on
	paneLeast  = 58  // columns of the pane, the line before it included
	paneMost   = 100
	listWide   = 120 // what a list is left before the pane is given more than the least

	paneChart = chartRows + 4 // lines of the chart, its rule and lanes included
)

// withPane are the screens that have a pane beside them.
var withPane = on(screenBoard, screenAlerts, screenIncidents)

// paneState is the pane beside a list.
type paneState struct {
	on   bool   // the keys that move move in it
	of   string // what its lines are about
	back int    // lines that it is scrolled back by, from the newest

	left, right canvas // memory of the last frame, used again
}

// paneWidth returns the columns of the pane beside the open screen, 0 if it has
// none at this size.
func (m *Model) paneWidth() int {
	if m.w < wideScreen || m.h < heightLower || !withPane.has(m.screen) {
		return 0
	}
	return min(max(m.w-listWide, paneLeast), paneMost)
}

// drawBody draws the open screen, and the pane beside it.
func (m *Model) drawBody(c *canvas, s screen) {
	n := m.paneWidth()
	if n == 0 {
		s.draw(m, c)
		return
	}
	p, top := &m.pane, c.lines
	p.left.reset(m.theme, c.width()-n, c.room())
	p.left.padded = true
	s.draw(m, &p.left)
	for p.left.room() > 0 {
		p.left.end()
	}
	p.right.reset(m.theme, n-2, c.room())
	m.drawPane(&p.right)
	c.beside(&p.left, &p.right)
	for i, row := range p.left.hits {
		c.hitAt(top+i, row)
	}
	if at := p.left.point; at.set && !c.point.typing {
		c.point = point{at.x, top + at.y, true, false}
	}
}

// drawPane draws what the selected row is about.
func (m *Model) drawPane(c *canvas) {
	sel := m.underCursor()
	if t := m.targetNamed(sel.target); t != nil {
		m.drawPaneChart(c, t)
	}
	switch inc := m.paneIncident(sel); {
	case inc != nil:
		m.drawPaneTimeline(c, inc)
	case sel.target != "":
		m.drawPaneEvents(c, sel.target)
	}
}

// paneIncident returns the incident of the selected row, else the gravest one.
func (m *Model) paneIncident(sel selection) *incident.Incident {
	if inc := m.incident(sel.incident); inc != nil {
		return inc
	}
	id, _ := m.gravest()
	return m.incident(id)
}

// drawPaneChart draws a target's chart and its lanes.
func (m *Model) drawPaneChart(c *canvas, t *monitor.TargetStatus) {
	a := m.paneAxis(t)
	ch := chartOf(t, a, m.pastOf(t.Target.Name, a.step))
	right := "1 col = " + limit(a.step)
	if words := m.pastWords(a, t.Target.Name); words != "" {
		right = words + ", " + right
	}
	c.rule(t.Target.Name, right)
	s := ch.sum()
	text := "nothing was measured in this time"
	if s.total() > 0 {
		text = m.percentileWords(t, a) + slotWords(&s)
	}
	c.line(plain, text)
	ch.draw(c, chartRows)
	ch.drawState(c)
	ch.drawMarks(c, m, t.Target.Name, -1)
}

// drawPaneTimeline draws the newest entries of an incident, the newest last.
func (m *Model) drawPaneTimeline(c *canvas, inc *incident.Incident) {
	n := len(inc.Entries)
	from, to := m.paneLines(inc.ID, n, c.room()-1)
	c.paneRule(shortID(inc.ID)+" "+inc.Title, m.paneHint(countEntries(inc), n-to), m.pane.on)
	for i := from; i < to; i++ {
		m.drawEntry(c, inc, &inc.Entries[i], false)
	}
}

// drawPaneEvents draws what the log's tail tells of a target, the newest last.
func (m *Model) drawPaneEvents(c *canvas, target string) {
	var of []int
	events := m.snap.Events()
	for i := range events {
		if events[i].Target == target {
			of = append(of, i)
		}
	}
	from, to := m.paneLines(target, len(of), c.room()-1)
	c.paneRule("what happened to "+target, m.paneHint(count(len(of), "event"), len(of)-to), m.pane.on)
	if len(of) == 0 {
		c.line(dim, "nothing that the log still has")
	}
	for _, i := range of[from:to] {
		m.drawEventLine(c, &events[i])
		c.end()
	}
}

// paneLines returns which of n lines are in sight in room lines. What the pane was
// scrolled to holds for one thing.
func (m *Model) paneLines(of string, n, room int) (from, to int) {
	p := &m.pane
	if p.of != of {
		p.of, p.back = of, 0
	}
	p.back = min(max(p.back, 0), max(n-room, 0))
	to = n - p.back
	return max(to-max(room, 0), 0), to
}

// paneHint is the right end of a pane's rule: how many lines there are, and of
// them below, and what leads into it and out.
func (m *Model) paneHint(all string, below int) string {
	if below > 0 {
		all += fmt.Sprintf(", %d below", below)
	}
	return all + ", " + m.keyFor("tab")
}

// paneRule is a rule whose title stands out while the keys move in its pane.
func (c *canvas) paneRule(title, right string, on bool) {
	if !on {
		c.rule(title, right)
		return
	}
	title, n := c.th.fitted(title, c.w-c.th.width(right)-12)
	c.dashes(2)
	c.put(urgent, " "+title+" ")
	c.dashes(c.w - n - 8 - c.th.width(right))
	c.put(plain, " ")
	c.put(dim, right)
	c.put(plain, " ")
	c.dashes(2)
	c.end()
}

// nextPane gives the keys that move to the next pane.
func (m *Model) nextPane() {
	if m.paneWidth() == 0 {
		m.refuse(fmt.Sprintf("there is one pane at this size: from %d columns on, lists have one beside them", wideScreen))
		return
	}
	m.pane.on = !m.pane.on
	if m.pane.on {
		m.say("j k g G move beside the list now; " + m.keyFor("tab") + " or " + m.keyFor("esc") + " goes back to it")
	}
}

// keyPane handles the keys that move while they are the pane's.
func (m *Model) keyPane(k string) bool {
	p, page := &m.pane, max(m.bodyRoom()-paneChart-2, 1)
	switch k {
	case "k", "up":
		p.back++
	case "j", "down":
		p.back--
	case "ctrl+u":
		p.back += page / 2
	case "ctrl+d":
		p.back -= page / 2
	case "pgup":
		p.back += page
	case "pgdown":
		p.back -= page
	case "g", "home":
		p.back = 1 << 30
	case "G", "end":
		p.back = 0
	case "esc":
		p.on = false
	default:
		return false
	}
	p.back = max(p.back, 0)
	return true
}
