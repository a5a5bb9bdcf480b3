package tui

import (
	"cmp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// axesState is what the time axes show, on all screens alike.
type axesState struct {
	step  time.Duration // of a column; 0: the shortest that what a snapshot keeps is enough for
	until int64         // where charts end, Unix milliseconds; 0 is now
	cross int64         // a time in the column one looks at, Unix milliseconds; 0 is none

	whiskers bool // charts show p95 over the medians
}

// zoom makes a column of every time axis stand for less (1) or more (-1) time.
func (m *Model) zoom(by int) tea.Cmd {
	if m.snap == nil {
		return nil
	}
	if m.screen == screenBoard && m.sparkColumns() == 0 {
		m.refuse("no time axis is shown; " + m.keyFor("v") + " other columns")
		return nil
	}
	own, shown := m.usualStep(), m.shownStep()
	i, _ := slices.BinarySearch(steps, shown)
	switch i -= by; {
	case i < 0:
		m.say("a column is a second: it cannot stand for less")
	case i >= len(steps):
		m.say("a column is a day: it cannot stand for more")
	default:
		m.zoomTo(mark(steps[i] == own, 0, steps[i]))
	}
	return m.askPast()
}

// zoomTo sets what a column stands for; 0 is what is usual. What one looks at
// stays in sight.
func (m *Model) zoomTo(step time.Duration) {
	m.axes.step = step
	m.forgetAsked()
	if m.axes.cross != 0 {
		m.axes.until = 0
		half := time.Duration(m.chartWidth()/2) * m.shownStep()
		m.lookAt(m.axes.cross + half.Milliseconds())
	}
}

// usualStepWord is what the step that is usual is called in a command.
const usualStepWord = "usual"

// stepWords are what a column may be told to stand for.
func stepWords() (words []string) {
	for _, step := range steps {
		words = append(words, limit(step))
	}
	return append(words, usualStepWord)
}

func runZoom(m *Model, args []string) tea.Cmd {
	step := time.Duration(0)
	if i := slices.Index(stepWords(), args[0]); i < len(steps) {
		step = steps[i]
	}
	m.zoomTo(step)
	m.say("a column is " + limit(m.shownStep()))
	return m.askPast()
}

// shownStep returns what a column of this screen stands for.
func (m *Model) shownStep() time.Duration { return cmp.Or(m.axes.step, m.usualStep()) }

// usualStep returns what a column of this screen stands for unless one zooms.
func (m *Model) usualStep() time.Duration {
	switch m.screen {
	case screenTarget:
		if t := m.targetNamed(m.target.name); t != nil {
			return stepFor(t.Target.Interval, m.chartWidth())
		}
	case screenCompare:
		return m.compareStep()
	}
	return max(m.board.step, steps[0])
}

// boardAxis is the time axis of n columns of the board.
func (m *Model) boardAxis(n int) axis {
	return axisAt(m.axisNow(), cmp.Or(m.axes.step, m.board.step, time.Minute), n)
}

// sparkColumns returns how many columns the board's sparklines have at this size.
func (m *Model) sparkColumns() int {
	cols := m.board.shown.columns(m.w - m.paneWidth())
	return cols.w[colSpark]
}

// shownNames returns the names of the targets of the board that are on the screen.
func (m *Model) shownNames() (names []string) {
	b, body := &m.board, m.boardLayout().rows
	from := mark(b.home, 0, b.from(len(b.rows), body))
	for _, r := range b.rows[from:min(from+body, len(b.rows))] {
		if r.group < 0 {
			names = append(names, r.name)
		}
	}
	return names
}

// boardScale says what a column of the board's time axis stands for, "" if there
// is none.
func (m *Model) boardScale() string {
	n := m.sparkColumns()
	if n == 0 {
		return ""
	}
	a := m.boardAxis(n)
	s := "1 col = " + limit(a.step)
	if m.axes.step == 0 {
		return s
	}
	if words := m.pastWords(a, m.shownNames()...); words != "" {
		s = words + ", " + s
	}
	return s
}

// chartAxis is the time axis of a chart: up to now, or to where one has walked.
func (m *Model) chartAxis(usual time.Duration, n int) axis {
	a := axisAt(m.axisNow(), cmp.Or(m.axes.step, usual), min(max(n, 1), chartColumns))
	if until := m.axes.until; until > 0 && until < a.end {
		ms := a.step.Milliseconds()
		a.end = min((until+ms-1)/ms*ms, a.end)
	}
	return a
}

// paneAxis is the time axis of the chart in the pane beside a list, up to now.
func (m *Model) paneAxis(t *monitor.TargetStatus) axis {
	n := min(max(m.paneWidth()-2-chartLabel, 1), chartColumns)
	return axisAt(m.axisNow(), cmp.Or(m.axes.step, stepFor(t.Target.Interval, n)), n)
}

// targetAxis is the time axis of the chart of the target's screen.
func (m *Model) targetAxis(t *monitor.TargetStatus) axis {
	n := m.chartWidth()
	return m.chartAxis(stepFor(t.Target.Interval, n), n)
}

// walkLimit is how far back one may walk: results add up to nothing older.
const walkLimit = 400 * 24 * time.Hour

// walkOn moves the column one looks at along an axis. At the left edge the axis
// moves on into the past by a quarter of its length, at the right edge back
// towards now; past the newest column one looks at none.
func (m *Model) walkOn(a axis, by int) {
	at, quarter := a.cross(m.axes.cross), int64(max(a.n/4, 1))*a.step.Milliseconds()
	if at < 0 {
		if by > 0 && m.axes.until == 0 {
			m.say("this is the newest column; " + m.keyFor("h") + " walks back")
			return
		}
		at = mark(by > 0, -1, a.n)
	}
	at += by
	switch {
	case at < 0 && m.now.Sub(a.time(0)) > walkLimit:
		m.say("nothing older is kept")
		return
	case at < 0:
		m.lookAt(a.end - quarter)
	case at >= a.n && m.axes.until == 0:
		m.axes.cross = 0
		return
	case at >= a.n:
		m.lookAt(a.end + quarter)
	}
	m.axes.cross = a.start(at)
}

// lookAt moves the right edge of the charts to a time in Unix milliseconds, or to
// now if that is later.
func (m *Model) lookAt(until int64) {
	m.axes.until = 0
	if until < m.axisNow().UnixMilli() {
		m.axes.until = until
	}
	m.forgetAsked()
}

// cross returns the column of a time, -1 if it is on none.
func (a axis) cross(ms int64) int {
	if ms == 0 {
		return -1
	}
	if at := a.column(ms); at < a.n {
		return max(at, -1)
	}
	return -1
}

// stopWalking looks at no column, and at now; it tells whether one walked.
func (m *Model) stopWalking() bool {
	if m.axes.cross == 0 && m.axes.until == 0 {
		return false
	}
	m.axes.cross, m.axes.until = 0, 0
	m.forgetAsked()
	return true
}

// toggleWhiskers shows p95 over the medians of the charts, or not.
func (m *Model) toggleWhiskers() {
	m.axes.whiskers = !m.axes.whiskers
	if m.axes.whiskers {
		m.say("a line over a bar reaches up to its p95; " + m.keyFor("v") + " takes it away")
	}
}
