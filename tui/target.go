package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/checker"
	"sitrep/monitor"
)

// targetState is the screen of one target.
type targetState struct {
	name    string
	scroll  list             // of the failures
	results []checker.Result // of the last hour, newest first, for the phases
	asked   time.Time        // when results were asked for
	asking  bool

	column    columnState
	uptime    uptimeState
	elsewhere elsewhereState
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
	if m.screen == screenBoard {
		m.axes.cross, m.axes.until = 0, 0
	}
	m.show(screenTarget)
	return m.askOfTarget()
}

// askOfTarget returns the commands that fetch what the target's screen shows and
// the snapshot does not hold.
func (m *Model) askOfTarget() tea.Cmd {
	if m.screen != screenTarget {
		return nil
	}
	return tea.Batch(m.askResults(), m.askUptime(), m.askColumn())
}

// askResults returns the command that fetches what the snapshot does not hold,
// nil if it is under way or was done lately.
func (m *Model) askResults() tea.Cmd {
	t := &m.target
	if t.asking || m.now.Sub(t.asked) < phaseRefresh {
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
	switch {
	case m.axes.until > 0:
		return m.keyFor("esc") + " to now"
	case m.axes.cross > 0:
		return m.keyFor("esc") + " ends the walk"
	case len(m.board.rows) > 0:
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
		m.walkOn(m.targetAxis(t), -1)
		return m.askColumn(), true
	case "l", "right":
		m.walkOn(m.targetAxis(t), 1)
		return m.askColumn(), true
	case "esc":
		return nil, m.stopWalking()
	case "v":
		m.toggleWhiskers()
	case "[", "]":
		if m.nextProblem(k == "]") {
			return m.openTarget(m.board.cursor), true
		}
	default:
		return nil, m.target.scroll.key(k, len(t.Failures), 1)
	}
	return nil, true
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
	return min(max(w, 1), chartColumns)
}

// headTarget draws line 1: the target as its row on the board has it.
func (m *Model) headTarget(c *canvas) { m.headNamed(c, m.target.name) }

func (m *Model) headNamed(c *canvas, name string) {
	t := m.targetNamed(name)
	if t == nil {
		c.rest(key, name)
		return
	}
	m.drawState(c, t)
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
	a := m.targetAxis(t)
	ch := chartOf(t, a, m.pastOf(t.Target.Name, a.step))
	ch.whiskers = m.axes.whiskers
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
		ch.drawMarks(c, m, t.Target.Name, ch.axis.cross(m.axes.cross))
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
	ch.drawMarks(c, m, t.Target.Name, ch.axis.cross(m.axes.cross))
}
