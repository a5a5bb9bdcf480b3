package tui

import (
	"fmt"
	"strings"
	"time"

	"sitrep/monitor"
)

// drawTableHead draws the names of the columns, the time axis over the
// sparklines, and in front of the first name how many targets are hidden above.
func (m *Model) drawTableHead(c *canvas, cols *columns, above int) {
	at, named := columnsLead, false
	for i, id := range cols.ids[:cols.n] {
		k, w := &columnTable[id], cols.w[id]
		at += btoi(i > 0)
		from := at
		at += w
		if k.head == "" && id != colSpark {
			continue
		}
		if !named && above > 0 {
			c.until(from - 1)
			c.put(urgent, fmt.Sprintf("%d above", above))
			c.until(c.width())
		}
		named = true
		c.fill(from)
		switch {
		case id == colSpark:
			c.drawAxis(m.boardAxis(w).step, w)
		case k.right:
			c.cellRight(dim, k.head, w)
		default:
			c.text(dim, k.head, w)
		}
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

// drawRow draws one row: a target, or the header of a group.
func (m *Model) drawRow(c *canvas, cols *columns, r *row) {
	on := r.name == m.board.cursor
	i, found := m.snap.Find(r.name)
	if on {
		c.selected(true)
		c.glyph(selected, c.th.bar)
	} else {
		c.glyph(plain, mark(found && m.changes().changed(m.snap.Target(i)), "+", " "))
	}
	if r.group >= 0 {
		g := &m.board.groups[r.group]
		m.drawHeader(c, g, m.board.folded[g.value])
		c.end()
		return
	}
	var t *monitor.TargetStatus
	if found {
		t = m.snap.Target(i)
	}
	if t == nil || r.gone {
		m.drawGone(c, cols, r.name, t)
		return
	}
	f := c.th.faceOf(t)
	c.glyph(f.glyphRole, f.glyph)
	if m.board.marks.set[r.name] {
		c.glyph(key, c.th.mark)
	} else {
		c.glyph(plain, " ")
	}
	for i, id := range cols.ids[:cols.n] {
		if i > 0 {
			c.put(plain, " ")
		}
		if on && id == colTarget {
			c.here(false)
		}
		m.drawCell(c, t, id, cols.w[id], &f)
	}
	c.end()
}

// drawState draws the glyph, the word and the flags of a target as a screen about
// it begins with them; on a narrow one the glyph alone.
func (m *Model) drawState(c *canvas, t *monitor.TargetStatus) {
	f := c.th.faceOf(t)
	c.glyph(f.glyphRole, f.glyph)
	c.put(plain, " ")
	if c.width() < 11 {
		return
	}
	c.cell(f.wordRole, f.word, 4)
	c.put(plain, " ")
	c.drawFlags(t)
	c.put(plain, " ")
}

// drawFlags draws the two flag cells.
func (c *canvas) drawFlags(t *monitor.TargetStatus) {
	who, more := flags(t)
	if who == "!" {
		c.glyph(down, who)
	} else {
		c.glyph(plain, who)
	}
	c.glyph(plain, more)
}

// drawGone draws the row of what is no longer there, or of a target that the
// filter no longer lets through: that one may be acted on, so its state is shown.
func (m *Model) drawGone(c *canvas, cols *columns, name string, t *monitor.TargetStatus) {
	text := notThere
	if t != nil || isHeader(name) && m.filter.active() {
		text = noMatch
	}
	var f face
	from := c.col
	if t != nil {
		f = c.th.faceOf(t)
		c.glyph(dim, f.glyph)
		if m.board.marks.set[name] {
			c.glyph(key, c.th.mark)
		}
	}
	c.fill(from + columnsLead - 1)
	for _, id := range cols.ids[:cols.n] {
		if id == colTarget {
			break
		}
		to := c.col + cols.w[id]
		switch {
		case t == nil:
		case id == colState:
			c.cell(dim, f.word, cols.w[id])
		case id == colFlags:
			c.drawFlags(t)
		}
		c.fill(to + 1)
	}
	if name == m.board.cursor {
		c.here(false)
	}
	c.cell(dim, strings.TrimPrefix(name, headerSign), cols.w[colTarget])
	c.put(dim, " "+text)
	c.end()
}

// drawCell draws what a column of w cells says of a target.
func (m *Model) drawCell(c *canvas, t *monitor.TargetStatus, id column, w int, f *face) {
	text := plain
	if k := classOf(t); k == classHeld || k >= classNew && k != classUp {
		text = dim
	}
	switch id {
	case colState:
		c.cell(f.wordRole, f.word, w)
	case colFlags:
		c.drawFlags(t)
	case colTarget:
		c.cell(text, t.Target.Name, w)
	case colKind:
		c.cell(dim, t.Target.Kind, w)
	case colGroup:
		c.cell(dim, t.Target.Group, w)
	case colFor:
		since := ""
		if at := onsetOf(t); !at.IsZero() {
			since = age(m.now.Sub(at))
		}
		c.cellRight(plain, since, w)
	case colNow:
		c.cellRight(plain, reading(t), w)
	case colP95:
		c.cellRight(dim, m.rowDrawn(t).p95, w)
	case colSpark:
		c.drawSpark(m.rowSpark(t, w))
	case colWhy:
		c.text(text, m.why(t), w)
	case colAddress:
		c.text(text, t.Target.Addr, w)
	case colLabels:
		c.text(dim, labelWords(t.Target.Labels), w)
	}
}

// text is cell for what may be the last of a line, which ends with it.
func (c *canvas) text(r role, s string, n int) {
	if c.col+n >= c.edge {
		c.rest(r, s)
		return
	}
	c.cell(r, s, n)
}

// rowCache is what of a row costs something to work out. It holds for one value
// of a target, the sparkline for one cut of the time axis as well.
type rowCache struct {
	of    *monitor.TargetStatus
	old   *past
	p95   string
	axis  axis
	cells []cell
}

// rowDrawn returns the cache of a row, with its percentile.
func (m *Model) rowDrawn(t *monitor.TargetStatus) *rowCache {
	d := m.board.cache[t.Target.Name]
	if d != nil && d.of == t {
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
	d.of, d.axis, d.p95 = t, axis{}, ""
	if p := percentile(t.Samples, 95); p > 0 {
		d.p95 = took(p)
	}
	return d
}

// rowSpark returns a row's sparkline of n cells; while neither the target nor the
// axis has changed, that of the frame before.
func (m *Model) rowSpark(t *monitor.TargetStatus, n int) []cell {
	d := m.rowDrawn(t)
	a := m.boardAxis(n)
	old := m.pastOf(t.Target.Name, a.step)
	if d.axis == a && d.old == old && len(d.cells) == n {
		return d.cells
	}
	if len(d.cells) != n {
		d.cells = make([]cell, n)
	}
	d.axis, d.old = a, old
	a.sparkline(d.cells, t, old)
	return d.cells
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
