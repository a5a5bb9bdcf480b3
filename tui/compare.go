package tui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
)

// compareState is the screen on which targets stand one below the other, on one
// time axis.
type compareState struct {
	names []string
	list  // of the names
}

// comparedMost is how many targets one can compare.
const comparedMost = 60

// compareMarked shows the charts of the marked targets one below the other, with
// the target that one is on if only one other is marked.
func (m *Model) compareMarked() tea.Cmd {
	names := slices.Clone(m.marked())
	on := mark(m.screen == screenTarget, m.target.name, m.board.cursor)
	if (m.screen == screenTarget || len(names) == 1) && on != "" && !slices.Contains(names, on) {
		names = append(names, on)
	}
	return m.openCompare(names)
}

// openCompare shows the charts of some targets one below the other.
func (m *Model) openCompare(names []string) tea.Cmd {
	if len(names) < 2 {
		m.refuse("mark two or more on the board with " + m.keyFor("space") + ", then " + m.keyFor("=") + " compares them")
		return nil
	}
	if len(names) > comparedMost {
		m.say(fmt.Sprintf("the first %d of %d", comparedMost, len(names)))
		names = names[:comparedMost]
	}
	m.compare = compareState{names: names}
	m.compare.at = max(slices.Index(names, mark(m.screen == screenTarget, m.target.name, m.board.cursor)), 0)
	if m.screen != screenTarget {
		m.axes.cross, m.axes.until = 0, 0
	}
	m.show(screenCompare)
	return m.askPast()
}

func runCompare(m *Model, args []string) tea.Cmd {
	if len(args) == 0 {
		return m.compareMarked()
	}
	var names []string
	for _, name := range args {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return m.openCompare(names)
}

// compareStep returns what a column stands for unless one zooms: what is usual
// for the fastest of them.
func (m *Model) compareStep() time.Duration {
	fastest := time.Duration(0)
	for _, name := range m.compare.names {
		if t := m.targetNamed(name); t != nil && (fastest == 0 || t.Target.Interval < fastest) {
			fastest = t.Target.Interval
		}
	}
	return stepFor(max(fastest, time.Second), m.compareWidth())
}

func (m *Model) compareWidth() int { return min(max(m.w-chartLabel, 1), chartColumns) }

// compareAxis is the time axis that all of them share.
func (m *Model) compareAxis() axis { return m.chartAxis(m.compareStep(), m.compareWidth()) }

// keyCompare handles the keys of the screen.
func (m *Model) keyCompare(k string) (tea.Cmd, bool) {
	s := &m.compare
	switch k {
	case "h", "left":
		m.walkOn(m.compareAxis(), -1)
	case "l", "right":
		m.walkOn(m.compareAxis(), 1)
	case "v":
		m.toggleWhiskers()
	case "esc":
		return nil, m.stopWalking()
	case "enter":
		return m.openTarget(s.names[min(s.at, len(s.names)-1)]), true
	default:
		body, _, _ := m.compareLayout()
		return nil, s.list.key(k, len(s.names), body)
	}
	return nil, true
}

func (m *Model) selectCompare() selection {
	if s := &m.compare; s.at < len(s.names) {
		return m.selectNamed(s.names[s.at])
	}
	return selection{}
}

func (m *Model) headCompare(c *canvas) {
	c.put(key, fmt.Sprintf("compare %d", len(m.compare.names)))
	c.rest(dim, "  each against its own limit")
}

func (m *Model) stateCompare() string {
	switch a := m.compareAxis(); {
	case m.axes.until > 0:
		return m.keyFor("esc") + " to now"
	case m.axes.cross > 0:
		return m.keyFor("esc") + " ends the walk"
	default:
		return "1 col = " + limit(a.step)
	}
}

// compareLayout returns how many targets are on the screen at once, and how many
// rows the charts have, that of the selected one and the others': 8, 4, or 1, a
// sparkline.
func (m *Model) compareLayout() (shown, selected, others int) {
	room := max(m.h-m.topLines()-m.footLines()-1, 0) // a line for the times
	n := max(len(m.compare.names), 1)
	lines := func(rows int) int { return rows + mark(rows > 1, 2, 1) }
	for _, c := range [][2]int{{chartRows, chartRows}, {chartRows, chartRows / 2}, {chartRows / 2, chartRows / 2}, {chartRows, 1}, {chartRows / 2, 1}} {
		if lines(c[0])+(n-1)*lines(c[1]) <= room {
			return n, c[0], c[1]
		}
	}
	return min(max(room/2, 1), n), 1, 1
}

// drawCompare draws the body.
func (m *Model) drawCompare(c *canvas) {
	s, a := &m.compare, m.compareAxis()
	shown, selected, others := m.compareLayout()
	from := s.from(len(s.names), shown)
	m.drawCompareTimes(c, a)
	for i := from; i < min(from+shown, len(s.names)); i++ {
		m.drawCompared(c, s.names[i], i == s.at, a, mark(i == s.at, selected, others))
	}
}

// drawCompareTimes draws the ticks of the shared axis, and the column looked at.
func (m *Model) drawCompareTimes(c *canvas, a axis) {
	ch := chart{axis: a}
	lane := ch.emptyLane()
	ch.ticks(lane, m)
	c.fill(chartLabel)
	at := a.cross(m.axes.cross)
	for i, b := range lane {
		if i == at {
			c.put(urgent, "v")
		} else {
			c.put(dim, string(b))
		}
	}
	c.end()
}

// drawCompared draws one target: its name and figures, its chart, its states.
func (m *Model) drawCompared(c *canvas, name string, on bool, a axis, rows int) {
	c.selected(on)
	if on {
		c.glyph(selected, c.th.bar)
	} else {
		c.put(plain, " ")
	}
	t := m.targetNamed(name)
	if t == nil {
		c.line(dim, name+" is no longer there")
		for range rows + mark(rows > 1, 1, 0) {
			c.end()
		}
		return
	}
	old := m.pastOf(name, a.step)
	ch := chartOf(t, a, old)
	ch.whiskers = m.axes.whiskers
	m.drawState(c, t)
	c.cell(plain, name, min(18, max(c.width()/4, 8)))
	c.put(plain, "  ")
	if words := m.pastWords(a, name); words != "" {
		c.put(warn, words+"  ")
	}
	m.drawFigureWords(c, t, ch)
	c.end()
	if rows > 1 {
		ch.draw(c, rows)
		ch.drawState(c)
		return
	}
	c.cellRight(dim, compareLimit(ch), chartLabel-1)
	c.put(plain, " ")
	cells := make([]cell, a.n)
	a.sparkline(cells, t, old)
	c.drawSpark(cells)
	c.end()
}

// compareLimit is the limit that a sparkline is anchored at.
func compareLimit(ch *chart) string {
	switch {
	case ch.limit <= 0:
		return ""
	case ch.own:
		return chartLabelOf(float64(ch.limit))
	}
	return "~" + chartLabelOf(float64(ch.limit))
}
