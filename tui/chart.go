package tui

import (
	"math"
	"strconv"
	"time"

	"sitrep/monitor"
)

// chart is the sparkline unfolded: each row is one step of it, a doubling, and
// the limit is a line. What is not latency has lanes of its own below it, so
// that nothing depends on colour.
type chart struct {
	axis  axis
	slots []slot
	shown []int // column whose results a column shows: its own, or one before while no probe was due; -1 is none
	limit time.Duration
	own   bool // limit is the target's
}

// Rows of a chart at full height, and the one that ends at the limit.
const (
	chartRows  = 8
	limitRow   = 5
	chartLabel = 7 // cells before the first column
)

// chartOf folds what a snapshot keeps of a target into n columns.
func chartOf(t *monitor.TargetStatus, now time.Time, n int) *chart {
	n = min(max(n, 1), 120)
	ch := &chart{axis: axisAt(now, stepFor(t.Target.Interval, n), n), slots: make([]slot, n), shown: make([]int, n)}
	ch.axis.fold(ch.slots, t)
	ch.limit, ch.own = threshold(t)
	last := -1
	for i := range ch.shown {
		ch.shown[i] = -1
		switch {
		case ch.slots[i].total() > 0:
			ch.shown[i], last = i, i
		case last >= 0 && !ch.axis.due(t, last, i):
			ch.shown[i] = last
		}
	}
	return ch
}

// sum adds all columns up.
func (ch *chart) sum() (s slot) {
	for i := range ch.slots {
		o := &ch.slots[i]
		if o.part {
			continue
		}
		s.passed += o.passed
		s.failed += o.failed
		s.unknown += o.unknown
		s.excluded += o.excluded
		s.slow += o.slow
		s.retried += o.retried
		s.max = max(s.max, o.max)
	}
	return s
}

// height returns how high a latency is drawn, in eighths of a row, ≥ 1.
func (ch *chart) height(took time.Duration) int {
	base := float64(ch.limit) / 32
	if base <= 0 {
		return 1
	}
	return min(max(int(math.Round((math.Log2(float64(took)/base)+1)*8)), 1), chartRows*8)
}

// draw draws the chart in rows lines, 8 or 4; with 4 each is two doublings.
func (ch *chart) draw(c *canvas, rows int) {
	per := chartRows / rows
	for i := rows - 1; i >= 0; i-- {
		top := (i+1)*per - 1 // the uppermost step of this line
		label := ""
		if top > 0 && ch.limit > 0 {
			label = chartLabelOf(float64(ch.limit) * math.Pow(2, float64(top-limitRow)))
			if !ch.own && top == limitRow {
				label = "~" + label
			}
		}
		c.cellRight(dim, label, chartLabel-1)
		line := limitRow/per == i && ch.limit > 0
		r := ok
		if i*per > limitRow {
			r = warn
		}
		c.glyph(dim, mark(line, "-", " "))
		for k := range ch.slots {
			e := 0
			if at := ch.shown[k]; at >= 0 && ch.slots[at].passed > 0 {
				e = min(max(ch.height(ch.slots[at].median)-i*per*8, 0)/per, 8)
			}
			switch {
			case e > 0:
				c.glyph(r, c.th.fill[e])
			case line:
				c.glyph(dim, "-")
			default:
				c.glyph(plain, " ")
			}
		}
		c.end()
	}
}

func mark(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// chartLabelOf writes a latency given in nanoseconds with at most three figures.
func chartLabelOf(ns float64) string {
	switch {
	case ns >= 999.5e6:
		return strconv.FormatFloat(ns/1e9, 'g', 2+mark3(ns/1e9), 64) + "s"
	case ns >= 1e6:
		return strconv.FormatFloat(math.Round(ns/1e6), 'f', -1, 64) + "ms"
	}
	return strconv.FormatFloat(ns/1e6, 'f', 2, 64) + "ms"
}

// mark3 gives figures from 100 on a third one.
func mark3(v float64) int {
	if v >= 100 {
		return 1
	}
	return 0
}

// drawState draws the lane of states: "." ok, "s" degraded, "~" only on a retry,
// "x" some failed, "X" all failed, "?" unknown.
func (ch *chart) drawState(c *canvas) {
	c.cellRight(dim, "state", chartLabel-1)
	c.put(plain, " ")
	for _, at := range ch.shown {
		if at < 0 {
			c.glyph(plain, " ")
			continue
		}
		s := &ch.slots[at]
		switch cellOf(s, ch.limit).kind {
		case cellAll:
			c.glyph(failedQuiet, "X")
		case cellSome:
			c.glyph(failedQuiet, "x")
		case cellUnknown:
			c.glyph(unknown, "?")
		case cellMaint:
			c.glyph(dim, "m")
		case cellRetried:
			c.glyph(warn, "~")
		default:
			if s.slow > 0 {
				c.glyph(warn, "s")
			} else {
				c.glyph(plain, ".")
			}
		}
	}
	c.end()
}

// drawMarks draws the lane of what happened over the hours: "F" fired, "p"
// paged, "a" acknowledged, "i" declared, "n" note, "R" resolved. cross is the
// column one looks at, -1 if none.
func (ch *chart) drawMarks(c *canvas, m *Model, target string, cross int) {
	lane := make([]byte, ch.axis.n)
	for i := range lane {
		lane[i] = ' '
	}
	ch.ticks(lane, m)
	for _, e := range m.snap.Events() {
		if e.Target != target {
			continue
		}
		if k := ch.axis.column(e.At.UnixMilli()); k >= 0 && k < len(lane) && markOf[e.Kind] != 0 && lane[k] != 'F' {
			lane[k] = markOf[e.Kind]
		}
	}
	c.cellRight(dim, "marks", chartLabel-1)
	c.put(plain, " ")
	for i, b := range lane {
		switch {
		case i == cross:
			c.put(urgent, "^")
		case b >= 'A' && b != '|':
			c.put(key, string(b))
		default:
			c.put(dim, string(b))
		}
	}
	c.end()
}

var markOf = map[string]byte{
	"fired": 'F', "reopened": 'F', "worse": 'F', "paged": 'p', "ack": 'a', "declare": 'i', "note": 'n', "resolved": 'R', "silence": 's',
	"flapping": '~', "stale": '?', "inhibited": 'd',
}

// ticks writes "|03:15" into a lane, at whole multiples of fifteen columns.
func (ch *chart) ticks(lane []byte, m *Model) {
	every := 15 * ch.axis.step.Milliseconds()
	layout := "15:04"
	if ch.axis.step < time.Minute {
		layout = "15:04:05"
	}
	for i := range lane {
		if ch.axis.start(i)%every != 0 {
			continue
		}
		if text := "|" + m.clock(ch.axis.time(i), layout); i+len(text) <= len(lane) {
			copy(lane[i:], text)
		}
	}
}
