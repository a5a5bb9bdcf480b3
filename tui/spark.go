package tui

import (
	"time"

	"sitrep/monitor"
)

// cellKind is what one cell of a sparkline tells.
type cellKind uint8

// The kinds. The zero value is a blank: nothing was measured, though it was due.
const (
	cellBlank   cellKind = iota
	cellBar              // passed; level says how slow
	cellRetried          // passed, but only on a retry
	cellUnknown          // no judgement
	cellSome             // some probes failed
	cellAll              // all failed
	cellMaint            // maintenance: what came is not counted
)

// cell is one column of a sparkline.
type cell struct {
	kind  cellKind
	level uint8 // of a bar: 1–5 under the limit, each step a doubling, 6–8 over it
	hot   bool  // a failure of an alert that nobody has acknowledged
}

// cellOf returns what a slot looks like with bars anchored at limit.
func cellOf(s *slot, limit time.Duration) cell {
	switch {
	case s.failed > 0 && s.passed == 0 && s.unknown == 0:
		return cell{kind: cellAll}
	case s.failed > 0:
		return cell{kind: cellSome}
	case s.retried > 0:
		return cell{kind: cellRetried}
	case s.passed > 0:
		return cell{kind: cellBar, level: level(s.median, limit)}
	case s.unknown > 0:
		return cell{kind: cellUnknown}
	case s.excluded > 0:
		return cell{kind: cellMaint}
	}
	return cell{}
}

// level returns the height of a latency, 1–8: the limit lies between 5 and 6,
// and each level is twice the one before.
func level(took, limit time.Duration) uint8 {
	l := uint8(1)
	for top := limit / 16; took > top && l < 8; top *= 2 {
		l++
		if top == 0 {
			break
		}
	}
	return l
}

// sparkline fills dst with a target's row on the axis. Where a column is shorter
// than the interval, the cell before repeats until a probe was due; due and
// missing stays blank. old may be nil.
func (a axis) sparkline(dst []cell, t *monitor.TargetStatus, old *past) {
	wide, lead := a.before(t)
	var room [64]slot
	slots := room[:]
	if wide.n > len(slots) {
		slots = make([]slot, wide.n)
	}
	slots = slots[:wide.n]
	wide.fold(slots, t, old)
	limit, _ := threshold(t)
	hot := int64(0)
	if unackedAlert(t.Alert) {
		hot = t.Alert.Started.UnixMilli()
	}
	last, shown := -1, cell{}
	for i := range slots {
		if slots[i].total() > 0 {
			last, shown = i, cellOf(&slots[i], limit)
		} else if last < 0 || wide.due(t, last, i) {
			shown = cell{}
		}
		if i >= lead {
			dst[i-lead] = shown
			dst[i-lead].hot = hot > 0 && wide.start(i+1) > hot && (shown.kind == cellAll || shown.kind == cellSome)
		}
	}
}

// before returns the axis with as many columns more at its beginning as may have
// the result that its first columns still show, and how many those are: without
// them a row would begin with a blank until the next probe, and with a bar again.
// They are chartColumns at most.
func (a axis) before(t *monitor.TargetStatus) (wide axis, lead int) {
	if a.step < t.Target.Interval {
		lead = int(min((t.Target.Interval+a.step-1)/a.step, chartColumns))
	}
	a.n += lead
	return a, lead
}

// due tells whether a target whose last results are in column last had a probe
// due before the end of column i. A slot of the grid is given a tenth of the
// interval and the time of an answer, and the column that is not over yet a
// whole step.
func (a axis) due(t *monitor.TargetStatus, last, i int) bool {
	if i == a.n-1 {
		i-- // not over: the answer may still come
		if i <= last {
			return false
		}
	}
	step := a.step.Milliseconds()
	next := a.start(last) + max(t.Target.Interval.Milliseconds(), step)
	return next+step <= a.start(i+1)
}

// drawSpark draws cells.
func (c *canvas) drawSpark(cells []cell) {
	for _, k := range cells {
		switch k.kind {
		case cellBar:
			r := ok
			if k.level > 5 {
				r = warn
			}
			c.glyph(r, c.th.blocks[k.level])
		case cellRetried:
			c.glyph(warn, "~")
		case cellUnknown:
			c.glyph(unknown, "?")
		case cellMaint:
			c.glyph(dim, "m")
		case cellSome:
			c.glyph(failedRole(k.hot), "x")
		case cellAll:
			c.glyph(failedRole(k.hot), "X")
		default:
			c.glyph(plain, " ")
		}
	}
}

func failedRole(hot bool) role {
	if hot {
		return failed
	}
	return failedQuiet
}
