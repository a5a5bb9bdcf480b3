package tui

import (
	"bytes"
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

	whiskers bool // a line over each bar reaches up to the p95
}

// Rows of a chart at full height, and the one that ends at the limit.
const (
	chartRows    = 8
	limitRow     = 5
	chartLabel   = 7   // cells before the first column
	chartColumns = 120 // at most
)

// chartOf folds what is known of a target into the columns of an axis, at most
// chartColumns. old may be nil.
func chartOf(t *monitor.TargetStatus, a axis, old *past) *chart {
	wide, lead := a.before(t)
	slots := make([]slot, wide.n)
	wide.fold(slots, t, old)
	ch := &chart{axis: a, slots: slots[lead:], shown: make([]int, a.n)}
	ch.limit, ch.own = threshold(t)
	last := -1
	for i := range slots {
		shown := -1
		switch {
		case slots[i].total() > 0:
			shown, last = i, i
		case last >= 0 && !wide.due(t, last, i):
			shown = last
		}
		switch {
		case i < lead:
		case shown >= 0 && shown < lead: // the first columns are empty, and show one from before
			ch.slots[0], ch.shown[i-lead] = slots[shown], 0
			ch.slots[0].part = true
		default:
			ch.shown[i-lead] = max(shown-lead, -1)
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
			e, reached := 0, false
			if at := ch.shown[k]; at >= 0 && ch.slots[at].passed > 0 {
				s := &ch.slots[at]
				e = min(max(ch.height(s.median)-i*per*8, 0)/per, 8)
				reached = ch.whiskers && ch.height(s.p95) > i*per*8
			}
			switch {
			case e > 0:
				c.glyph(r, c.th.fill[e])
			case reached:
				c.glyph(r, c.th.vline)
			case line:
				c.glyph(dim, "-")
			default:
				c.glyph(plain, " ")
			}
		}
		c.end()
	}
}

func mark[T any](yes bool, a, b T) T {
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
	lane := ch.emptyLane()
	for _, e := range m.snap.Events() {
		if e.Target != target {
			continue
		}
		if k := ch.axis.column(e.At.UnixMilli()); k >= 0 && k < len(lane) && markOf[e.Kind] != 0 && lane[k] != 'F' {
			lane[k] = markOf[e.Kind]
		}
	}
	ch.ticks(lane, m)
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

// emptyLane returns a lane of blanks.
func (ch *chart) emptyLane() []byte { return bytes.Repeat([]byte{' '}, ch.axis.n) }

var markOf = map[string]byte{
	"fired": 'F', "reopened": 'F', "worse": 'F', "paged": 'p', "ack": 'a', "declare": 'i', "note": 'n', "resolved": 'R', "silence": 's',
	"flapping": '~', "stale": '?', "inhibited": 'd',
}

// ticks writes "|03:15" into a lane, where a round time begins: of a day's
// beginning the date. What stands in the lane already stays, and a time for
// which there is no room is left out.
func (ch *chart) ticks(lane []byte, m *Model) {
	every := tickEvery(ch.axis.step)
	for i := range lane {
		at := ch.axis.time(i)
		if at.UnixMilli()%every.Milliseconds() != 0 {
			continue
		}
		text := m.clock(at, "15:04")
		switch {
		case text == "00:00", every >= 24*time.Hour:
			text = m.clock(at, "01-02")
		case every < time.Minute:
			text = m.clock(at, "15:04:05")
		}
		switch end := i + 1 + len(text); {
		case end <= len(lane) && blank(lane[i:end]):
			copy(lane[i:], "|"+text)
		case end <= len(lane) && lane[i] == ' ':
			lane[i] = '|'
		}
	}
}

// blank tells whether nothing stands in a piece of a lane.
func blank(lane []byte) bool { return len(bytes.TrimLeft(lane, " ")) == 0 }

// tickEvery returns how far apart the ticks of columns of step are: a round time
// of ten to twenty columns.
func tickEvery(step time.Duration) time.Duration {
	for _, every := range []time.Duration{
		15 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour,
	} {
		if every >= 10*step {
			return every
		}
	}
	return 2 * 24 * time.Hour * ((step + 4*time.Hour - 1) / (4 * time.Hour))
}
