package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// piece is a part of a row in one role.
type piece struct {
	role role
	text string
}

// boxRow is a row of a dialog.
type boxRow struct {
	pieces []piece
	right  string    // a hint at the right end
	field  *fieldRow // behind the pieces: a text that is being typed
	cells  []cell    // behind the pieces: a sparkline
	focus  bool      // what the keys act on: stays in sight
}

// box is a dialog as drawn.
type box struct {
	title        string
	rows         []boxRow
	enter, leave string // the bottom edge: what enter does, how to leave
}

const (
	boxNarrow = 60 // below so many columns a dialog takes the whole screen
	boxWidest = 78
)

// boxInner returns how many cells a row of a box has on a screen of w columns.
func boxInner(w int) int {
	if w < boxNarrow {
		return w
	}
	return min(w-2, boxWidest) - 4
}

// row appends a row made of pieces.
func (b *box) row(pieces ...piece) *boxRow {
	b.rows = append(b.rows, boxRow{pieces: pieces})
	return &b.rows[len(b.rows)-1]
}

// say appends a text, wrapped.
func (b *box) say(r role, text string, w int) {
	for _, line := range wrap(text, boxInner(w)) {
		b.row(piece{r, line})
	}
}

// draw returns the box in at most w columns and h lines. If not all rows fit,
// those around the focus are shown. On a screen of one line the unacked count
// has it.
func (b *box) draw(m *Model, w, h int) string {
	th := m.theme
	if m.h < 2 {
		return ""
	}
	if w < boxNarrow {
		return b.drawWhole(th, w, h)
	}
	inner := boxInner(w)
	rows := b.window(h - 2)
	c := newCanvas(th, inner+4, h)
	if h < 3 {
		c.line(key, strings.TrimSpace(b.title+": "+b.enter+"  "+b.leave))
		return c.String()
	}
	b.edge(c, th.cornerTL, th.cornerTR, b.title, "")
	for _, r := range rows {
		c.glyph(plain, th.vline)
		c.put(plain, " ")
		r.draw(c, c.width()-2)
		c.put(plain, " ")
		c.glyph(plain, th.vline)
		c.end()
	}
	b.edge(c, th.cornerBL, th.cornerBR, b.enter, b.leave)
	return c.String()
}

// drawWhole is draw for a narrow screen, which the box takes as a whole.
func (b *box) drawWhole(th *theme, w, h int) string {
	c := newCanvas(th, w, h)
	rows := b.window(max(h-2, min(h, 1)))
	if h > 2 {
		c.rule(b.title, "")
	}
	for _, r := range rows {
		r.draw(c, w)
		c.end()
	}
	for c.room() > 1 {
		c.end()
	}
	c.line(key, strings.TrimSpace(b.enter+"  "+b.leave))
	return c.String()
}

// window returns the rows that are shown if there is room for n.
func (b *box) window(n int) []boxRow {
	if len(b.rows) <= n {
		return b.rows
	}
	focus := 0
	for i := range b.rows {
		if b.rows[i].focus {
			focus = i
		}
	}
	n = max(n, 0)
	from := min(max(focus-n/2, 0), len(b.rows)-n)
	return b.rows[from : from+n]
}

// draw draws a row up to a column.
func (r *boxRow) draw(c *canvas, to int) {
	right := c.th.width(r.right)
	if right > 0 && right+12 > to {
		right = 0
	}
	c.until(to)
	if right > 0 {
		c.until(to - right - 1)
	}
	for _, p := range r.pieces {
		c.rest(p.role, p.text)
	}
	c.drawSpark(r.cells)
	if r.field != nil {
		c.field(*r.field)
	}
	c.until(to)
	if right > 0 {
		c.fill(to - right)
		c.put(dim, r.right)
	}
	c.fill(to)
	c.until(c.width())
}

// edge draws the top or the bottom. What stands at the left goes before what
// stands at the right.
func (b *box) edge(c *canvas, from, to, left, right string) {
	room := c.th.width(right) + 3
	if right == "" || c.th.width(left)+room+6 > c.width() {
		right, room = "", 0
	}
	c.glyph(plain, from)
	c.glyph(plain, c.th.hline)
	c.until(c.width() - room - 2)
	if left != "" {
		c.put(plain, " ")
		c.rest(key, left)
		c.put(plain, " ")
	}
	c.until(c.width())
	for range c.width() - room - 1 - c.col {
		c.glyph(plain, c.th.hline)
	}
	if right != "" {
		c.put(plain, " ")
		c.put(dim, right)
		c.put(plain, " ")
		c.glyph(plain, c.th.hline)
	}
	c.glyph(plain, to)
	c.end()
}

// pad fills text up with blanks to n cells.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(n-ansi.StringWidth(s), 0))
}
