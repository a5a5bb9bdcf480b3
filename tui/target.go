package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/checker"
	"sitrep/monitor"
)

// targetState is the screen of one target.
type targetState struct {
	name    string
	cross   int64            // start of the column one looks at, Unix milliseconds; 0 is none
	scroll  list             // of the failures
	results []checker.Result // of the last hour, newest first, for the phases
	asked   time.Time        // when results were asked for
	asking  bool
}

// resultsMsg brings the results that a target screen asked for.
type resultsMsg struct {
	target  string
	results []checker.Result
	err     error
}

// How many results phases are taken from, over which time, and how often they
// are asked for anew.
const (
	phaseResults = 200
	phaseWindow  = time.Hour
	phaseRefresh = 15 * time.Second
)

// openTarget shows a target.
func (m *Model) openTarget(name string) tea.Cmd {
	if m.target.name != name {
		m.target = targetState{name: name}
	}
	if i := m.board.index(name); i >= 0 && i != m.board.at {
		m.goTo(i)
	}
	m.show(screenTarget)
	return m.askResults()
}

// askResults returns the command that fetches what the snapshot does not hold,
// nil if it is under way or was done lately.
func (m *Model) askResults() tea.Cmd {
	t := &m.target
	if m.screen != screenTarget || t.asking || m.now.Sub(t.asked) < phaseRefresh {
		return nil
	}
	t.asked, t.asking = m.now, true
	src, ctx, name, now := m.src, m.ctx, t.name, m.now
	return func() tea.Msg {
		r, err := src.Results(ctx, name, now.Add(-phaseWindow), now.Add(time.Minute), phaseResults)
		return resultsMsg{name, r, err}
	}
}

// gotResults takes in what was fetched.
func (m *Model) gotResults(msg resultsMsg) {
	if msg.target != m.target.name {
		return
	}
	m.target.asking = false
	if msg.err == nil {
		m.target.results = msg.results
	}
}

func (m *Model) followTarget(*monitor.Snapshot) {}

func (m *Model) selectTarget() selection { return m.selectNamed(m.target.name) }

func (m *Model) stateTarget() string {
	if p := m.board.rows; len(p) > 0 {
		return "[ ] previous, next problem"
	}
	return ""
}

// keyTarget handles the keys of the target's screen.
func (m *Model) keyTarget(k string) (tea.Cmd, bool) {
	t := m.targetNamed(m.target.name)
	if t == nil {
		return nil, false
	}
	switch k {
	case "h", "left":
		m.walk(t, -1)
	case "l", "right":
		m.walk(t, 1)
	case "esc":
		if m.target.cross == 0 {
			return nil, false
		}
		m.target.cross = 0
	case "[", "]":
		if m.nextProblem(k == "]") {
			return m.openTarget(m.board.cursor), true
		}
	default:
		return nil, m.target.scroll.key(k, len(t.Failures), 1)
	}
	return nil, true
}

// walk moves the column one looks at; past the newest it is none.
func (m *Model) walk(t *monitor.TargetStatus, by int) {
	ch := chartOf(t, m.axisNow(), m.chartWidth())
	at := ch.cross(m.target.cross)
	switch {
	case at < 0 && by > 0:
		m.say("this is the newest column; h walks back")
		return
	case at < 0:
		at = ch.axis.n
	}
	at += by
	m.target.cross = 0
	if at < ch.axis.n {
		m.target.cross = ch.axis.start(max(at, 0))
	}
}

// cross returns the column of a time, -1 if it is on none.
func (ch *chart) cross(ms int64) int {
	if ms == 0 {
		return -1
	}
	if at := ch.axis.column(ms); at < ch.axis.n {
		return max(at, -1)
	}
	return -1
}

// wideTarget is the width from which the facts stand beside the chart.
const wideTarget = 110

// sideWidth is how wide they are, with the line before them.
const sideWidth = 32

// chartWidth returns the columns of the chart at this size.
func (m *Model) chartWidth() int {
	w := m.w - chartLabel
	if m.w >= wideTarget {
		w -= sideWidth
	}
	return min(max(w, 1), 120)
}

// headTarget draws line 1: the target as its row on the board has it.
func (m *Model) headTarget(c *canvas) { m.headNamed(c, m.target.name) }

func (m *Model) headNamed(c *canvas, name string) {
	t := m.targetNamed(name)
	if t == nil {
		c.rest(key, name)
		return
	}
	m.drawState(c, t, min(11, c.width()))
	c.put(key, t.Target.Name)
	c.put(dim, "  "+t.Target.Kind+"  ")
	c.linked(plain, t.Target.Addr)
}

// newsTarget draws the rest of line 2: since when, who was told, who has it.
func (m *Model) newsTarget(c *canvas) { m.newsNamed(c, m.target.name) }

func (m *Model) newsNamed(c *canvas, name string) {
	t := m.targetNamed(name)
	if t == nil {
		return
	}
	if t.Incident != "" {
		c.put(key, shortID(t.Incident)+" ")
	}
	c.rest(plain, mark(unackedAlert(t.Alert), "not acknowledged, ", "")+m.stateWords(t))
}

// drawTarget draws the body.
func (m *Model) drawTarget(c *canvas) {
	t := m.targetNamed(m.target.name)
	if t == nil {
		c.end()
		c.line(plain, "  "+m.target.name+" is no longer there: the configuration does not name it any more. esc goes back")
		return
	}
	ch := chartOf(t, m.axisNow(), m.chartWidth())
	if m.w >= wideTarget && c.room() >= 16 {
		m.drawBeside(c, t, ch)
	} else {
		m.drawChart(c, t, ch)
	}
	m.drawLower(c, t, ch)
}

// drawChart draws the figures, the chart and its lanes, as far as there is room:
// the lanes last longest.
func (m *Model) drawChart(c *canvas, t *monitor.TargetStatus, ch *chart) {
	room := c.room()
	m.drawFiguresLine(c, t, ch)
	switch {
	case room >= 16:
		ch.draw(c, chartRows)
	case room >= 10:
		ch.draw(c, chartRows/2)
	}
	ch.drawState(c)
	if room >= 6 {
		ch.drawMarks(c, m, t.Target.Name, ch.cross(m.target.cross))
	}
}

// drawBeside draws the chart at the left and the facts at the right of a wide
// screen.
func (m *Model) drawBeside(c *canvas, t *monitor.TargetStatus, ch *chart) {
	w := c.width()
	lines := chartRows + 3
	var left, right canvas
	left.reset(m.theme, w-sideWidth, lines)
	left.padded = true
	m.drawChartIn(&left, t, ch)
	right.reset(m.theme, sideWidth-2, lines)
	m.drawFacts(&right, t)
	c.beside(&left, &right)
}

func (m *Model) drawChartIn(c *canvas, t *monitor.TargetStatus, ch *chart) {
	m.drawFiguresLine(c, t, ch)
	ch.draw(c, chartRows)
	ch.drawState(c)
	ch.drawMarks(c, m, t.Target.Name, ch.cross(m.target.cross))
}

// drawFiguresLine draws what the columns add up to, or those of the one that is
// looked at.
func (m *Model) drawFiguresLine(c *canvas, t *monitor.TargetStatus, ch *chart) {
	if at := ch.cross(m.target.cross); at >= 0 {
		s := &ch.slots[at]
		c.put(key, m.clock(ch.axis.time(at), "15:04:05")+" for "+limit(ch.axis.step))
		c.put(plain, "  ")
		if s.total() == 0 {
			c.rest(dim, "no probe")
		} else {
			c.rest(plain, slotWords(s)+latencyWords(s.median, s.p95, s.max))
		}
		c.end()
		return
	}
	s := ch.sum()
	if s.total() == 0 {
		c.line(dim, "nothing was measured in this time")
		return
	}
	right := fmt.Sprintf("1 col = %s, median", limit(ch.axis.step))
	text := slotWords(&s)
	if p50 := percentile(t.Samples, 50); p50 > 0 {
		text = fmt.Sprintf("p50 %s  p95 %s  ", took(p50), took(percentile(t.Samples, 95))) + text
	}
	edge := c.width() - len(right)
	if m.theme.width(text)+2 > edge {
		c.line(plain, text)
		return
	}
	c.put(plain, text)
	c.fill(edge)
	c.put(dim, right)
	c.end()
}

// slotWords counts what came: "49 ok  4 degraded  18 failed".
func slotWords(s *slot) string {
	var text strings.Builder
	text.WriteString(fmt.Sprintf("%d ok", s.passed-s.slow))
	for _, p := range []struct {
		n    uint16
		word string
	}{{s.slow, "degraded"}, {s.failed, "failed"}, {s.unknown, "unknown"}, {s.excluded, "in maintenance"}, {s.retried, "on a retry"}} {
		if p.n > 0 {
			text.WriteString(fmt.Sprintf("  %d %s", p.n, p.word))
		}
	}
	return text.String()
}

func latencyWords(median, p95, most time.Duration) string {
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("  median %s  p95 %s  max %s", took(median), took(p95), took(most))
}
