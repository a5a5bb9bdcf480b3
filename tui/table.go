package tui

import (
	"fmt"
	"time"

	"sitrep/monitor"
)

// columns are the widths of the board's columns; 0 is not shown. The state, the
// flags and the cursor take the first eleven cells.
type columns struct {
	lead                                     int // cells before the name
	name, kind, age, now, p95, spark, reason int
}

// columnsFor divides a width. The narrower, the fewer columns: first the kind and
// the percentile go, then the reading, below 50 the reason, below 40 the
// sparkline; the name and the state are the last.
func columnsFor(w int) columns {
	c := columns{lead: 11, name: 18, age: 4, now: 5, spark: 20}
	switch {
	case w >= 110:
		c.kind, c.p95, c.now, c.spark = 8, 6, 6, 30
		if wide := w - 120; wide > 0 {
			c.name += min(wide/3, 14)
			c.spark += min(wide/3, 10)
		}
	case w >= 80:
	case w >= 70:
		c.spark = 15
	case w >= 50:
		c.name, c.now, c.spark = 17, 0, 10
	case w >= 40:
		c.now, c.spark = 0, 10
		c.name = w - c.lead - c.age - c.spark - 2
	case w >= 28:
		c.now, c.spark = 0, 0
		c.name = w - c.lead - c.age - 1
	default:
		c.now, c.spark, c.age = 0, 0, 0
		if w < 20 {
			c.lead = 3
		}
		c.name = max(w-c.lead, 0)
	}
	if w >= 50 {
		c.reason = max(w-c.reasonAt(), 0)
	}
	return c
}

// sparkAt returns the column of the screen at which the sparkline begins.
func (c columns) sparkAt() int {
	at := c.lead + c.name
	for _, w := range []int{c.kind, c.age, c.now, c.p95} {
		if w > 0 {
			at += w + 1
		}
	}
	return at + 1
}

func (c columns) reasonAt() int {
	if c.spark == 0 {
		return c.sparkAt()
	}
	return c.sparkAt() + c.spark + 1
}

// drawTableHead draws the names of the columns, the time axis over the
// sparklines, and how many rows are hidden above.
func (m *Model) drawTableHead(c *canvas, cols columns, above int) {
	if above > 0 {
		c.until(cols.lead - 1)
		c.put(urgent, fmt.Sprintf("%d above", above))
		c.until(c.width())
	}
	c.fill(cols.lead)
	c.cell(dim, "TARGET", cols.name)
	c.headCell("KIND", cols.kind, false)
	c.headCell("FOR", cols.age, true)
	c.headCell("NOW", cols.now, true)
	c.headCell("P95", cols.p95, true)
	if cols.spark > 0 {
		c.put(plain, " ")
		c.drawAxis(m.boardAxis(cols.spark).step, cols.spark)
	}
	if cols.reason > 0 {
		c.put(plain, " ")
		c.put(dim, "WHY")
	}
	c.end()
}

// headCell is the name of a column of n cells, nothing if it is not shown.
func (c *canvas) headCell(name string, n int, right bool) {
	switch {
	case n == 0:
	case right:
		c.put(plain, " ")
		c.cellRight(dim, name, n)
	default:
		c.put(plain, " ")
		c.cell(dim, name, n)
	}
}

// drawAxis draws what the first, the middle and the last of n columns stand for.
func (c *canvas) drawAxis(step time.Duration, n int) {
	at := c.col
	c.put(dim, "-"+axisWords(time.Duration(n)*step))
	if n >= 20 {
		mid := "-" + axisWords(time.Duration((n+1)/2)*step)
		c.fill(at + n/2)
		c.put(dim, mid)
	}
	c.fill(at + n - 3)
	c.put(dim, "now")
}

// axisWords writes a distance on the time axis in at most four cells.
func axisWords(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < 100*time.Minute:
		return fmt.Sprintf("%dm", (d+30*time.Second)/time.Minute)
	case d < 72*time.Hour:
		return fmt.Sprintf("%dh", (d+30*time.Minute)/time.Hour)
	}
	return fmt.Sprintf("%dd", (d+12*time.Hour)/(24*time.Hour))
}

// drawRow draws one target.
func (m *Model) drawRow(c *canvas, cols columns, r *row) {
	on := r.name == m.board.cursor
	i, found := m.snap.Find(r.name)
	if on {
		c.selected(true)
		c.glyph(selected, c.th.bar)
	} else {
		c.glyph(plain, mark(found && m.changes().changed(m.snap.Target(i)), "+", " "))
	}
	if !found {
		c.fill(cols.lead)
		c.cell(dim, r.name, cols.name)
		c.put(dim, " no longer there")
		c.end()
		return
	}
	t := m.snap.Target(i)
	m.drawState(c, t, cols.lead)
	nameRole := plain
	if k := classOf(t); k == classHeld || k >= classNew && k != classUp {
		nameRole = dim
	}
	if on {
		c.here(false)
	}
	c.cell(nameRole, r.name, cols.name)
	if cols.kind > 0 {
		c.put(plain, " ")
		c.cell(dim, t.Target.Kind, cols.kind)
	}
	m.drawFigures(c, t, cols)
	if cols.reason > 0 {
		c.put(plain, " ")
		c.rest(nameRole, m.why(t))
	}
	c.end()
}

// drawState draws the glyph, the word and the flags up to the name.
func (m *Model) drawState(c *canvas, t *monitor.TargetStatus, lead int) {
	f := c.th.faceOf(t)
	c.glyph(f.glyphRole, f.glyph)
	c.put(plain, " ")
	if lead < 11 {
		return
	}
	c.cell(f.wordRole, f.word, 4)
	who, more := flags(t)
	c.put(plain, " ")
	if who == "!" {
		c.glyph(down, who)
	} else {
		c.glyph(plain, who)
	}
	c.glyph(plain, more)
	c.put(plain, " ")
}

// drawFigures draws how long, the reading, the percentile and the sparkline.
func (m *Model) drawFigures(c *canvas, t *monitor.TargetStatus, cols columns) {
	if cols.age > 0 {
		text := ""
		if at := onsetOf(t); !at.IsZero() {
			text = age(m.now.Sub(at))
		}
		c.put(plain, " ")
		c.cellRight(plain, text, cols.age)
	}
	if cols.now > 0 {
		c.put(plain, " ")
		c.cellRight(plain, reading(t), cols.now)
	}
	if cols.spark == 0 {
		return
	}
	drawn := m.rowDrawn(t, cols.spark)
	if cols.p95 > 0 {
		c.put(plain, " ")
		c.cellRight(dim, drawn.p95, cols.p95)
	}
	c.put(plain, " ")
	c.drawSpark(drawn.cells)
}

// rowCache is the drawn part of a row that costs something to work out. It holds
// for one value of a target and one cut of the time axis.
type rowCache struct {
	of    *monitor.TargetStatus
	old   *past
	axis  axis
	cells []cell
	p95   string
}

// rowDrawn returns a row's sparkline and percentile; while neither the target
// nor the axis has changed, those of the frame before.
func (m *Model) rowDrawn(t *monitor.TargetStatus, n int) *rowCache {
	a := m.boardAxis(n)
	old := m.pastOf(t.Target.Name, a.step)
	d := m.board.cache[t.Target.Name]
	if d != nil && d.of == t && d.old == old && d.axis == a {
		return d
	}
	if m.board.cache == nil || len(m.board.cache) > 4*max(m.h, 16) {
		m.board.cache = make(map[string]*rowCache)
		d = nil
	}
	if d == nil {
		d = &rowCache{}
		m.board.cache[t.Target.Name] = d
	}
	if len(d.cells) != n {
		d.cells = make([]cell, n)
	}
	d.of, d.old, d.axis, d.p95 = t, old, a, ""
	a.sparkline(d.cells, t, old)
	if p := percentile(t.Samples, 95); p > 0 {
		d.p95 = took(p)
	}
	return d
}

// axisNow returns the time of the newest column: it stands still with the feed,
// and while the picture is held.
func (m *Model) axisNow() time.Time {
	switch {
	case m.frozen():
		return m.freeze.at
	case m.stale() > 0:
		return m.snap.At
	}
	return m.now
}
