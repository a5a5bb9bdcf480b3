package tui

import (
	"slices"
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
	right  string    // at the right end
	field  *fieldRow // behind the pieces: a text that is being typed
	cells  []cell    // behind the pieces: a sparkline
	focus  bool      // what the keys act on: stays in sight
	keep   bool      // stays in sight as well, as far as there is room
	words  *choice   // what the pieces are: where they do not fit, the chosen one stands alone
	links  bool      // a piece that is the address of a page leads there
	label  bool      // the first piece names a value; right is a hint, and goes before the value is cut
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

	leastHint   = 12 // cells that are worth showing a piece of a hint in
	heightWhole = 8  // below so many lines a narrow one that does not fit has no title
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
// those that are to be kept and those around the focus are shown. On a screen of one line the unacked count
// has it.
func (b *box) draw(m *Model, w, h int) string {
	th := m.theme
	if m.h < 2 {
		return ""
	}
	if w < boxNarrow {
		return b.drawWhole(m, w, h)
	}
	inner := boxInner(w)
	rows := b.window(h - 2)
	c := newCanvas(th, inner+4, h)
	if h < 3 {
		c.line(key, strings.TrimSpace(b.title+": "+b.enter+"  "+b.leave))
		return c.String()
	}
	b.edge(c, th.cornerTL, th.cornerTR, b.title, m.heldNote())
	for _, r := range rows {
		c.glyph(plain, th.vline)
		c.put(plain, " ")
		r.draw(c, c.width()-2)
		c.put(plain, " ")
		c.glyph(plain, th.vline)
		c.end()
	}
	b.edge(c, th.cornerBL, th.cornerBR, b.enter, b.leave)
	m.boxPoint = c.point
	return c.String()
}

// drawWhole is draw for a narrow screen, which the box takes as a whole.
func (b *box) drawWhole(m *Model, w, h int) string {
	c := newCanvas(m.theme, w, h)
	titled := h > 2 && (h >= heightWhole || len(b.rows) <= h-2)
	rows := b.window(max(h-1, min(h, 1)))
	if titled {
		c.rule(b.title, m.heldNote())
		rows = b.window(h - 2)
	}
	for _, r := range rows {
		r.draw(c, w)
		c.end()
	}
	for c.room() > 1 {
		c.end()
	}
	b.drawLast(c)
	m.boxPoint = c.point
	return c.String()
}

// drawLast draws what enter does and how to leave in one line: of all that, the
// way out is not cut.
func (b *box) drawLast(c *canvas) {
	enter := b.enter
	leave := leaving(c.th, b.leave, c.width()-c.th.width(enter)-2)
	if n := c.th.width(leave) + 2; enter != "" && n < c.width() {
		c.until(c.width() - n)
		c.rest(key, enter)
		c.until(c.width())
		c.put(plain, "  ")
	}
	c.rest(key, leave)
	c.end()
}

// leaving is as much of the ways to leave as fits n cells: the last one, "esc
// cancel, draft kept", is the last to go.
func leaving(th *theme, leave string, n int) string {
	parts := strings.Split(leave, "  ")
	for len(parts) > 1 && th.width(strings.Join(parts, "  ")) > n {
		parts = slices.Delete(parts, len(parts)-2, len(parts)-1)
	}
	if leave = strings.Join(parts, "  "); th.width(leave) > n {
		leave, _, _ = strings.Cut(leave, ",")
	}
	return leave
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
	shown := make([]bool, len(b.rows))
	for i := range n {
		shown[from+i] = true
	}
	b.keep(shown, focus)
	var rows []boxRow
	for i := range b.rows {
		if shown[i] {
			rows = append(rows, b.rows[i])
		}
	}
	return rows
}

// keep has rows that are to be kept shown in place of others: of those below the
// focus the last one first, then of those above it the first.
func (b *box) keep(shown []bool, focus int) {
	spare := func(i int) bool { return shown[i] && i != focus && !b.rows[i].keep }
	for i := range b.rows {
		if !b.rows[i].keep || shown[i] {
			continue
		}
		other := -1
		for k := range focus {
			if other < 0 && spare(k) {
				other = k
			}
		}
		for k := focus + 1; k < len(shown); k++ {
			if spare(k) {
				other = k
			}
		}
		if other < 0 {
			return
		}
		shown[other], shown[i] = false, true
	}
}

// width returns how many cells what stands in a row takes, its hint left out.
func (r *boxRow) width(th *theme) int {
	n := len(r.cells)
	for _, p := range r.pieces {
		n += th.width(p.text)
	}
	if f := r.field; f != nil {
		n += th.width(f.before) + th.width(f.under) + th.width(f.behind)
	}
	return n
}

// draw draws a row up to a column.
func (r *boxRow) draw(c *canvas, to int) {
	hint, right := r.right, c.th.width(r.right)
	if r.words != nil && r.width(c.th) > to-c.col {
		short := *r
		short.pieces, short.words = append(r.pieces[:1:1], r.words.short()...), nil
		r = &short
	}
	if room := to - c.col - r.width(c.th) - 1; r.label && right > room {
		hint, right = cut(hint, room, c.th.more)
		if room < leastHint {
			right = 0
		}
	}
	if right+12 > to {
		right = 0
	}
	c.until(to)
	if right > 0 {
		c.until(to - right - 1)
	}
	for i, p := range r.pieces {
		if i == 0 && r.label {
			p.text = pad(strings.TrimRight(p.text, " ")+" ", labelRoom(c.width()))
		}
		if r.links {
			c.linked(p.role, p.text)
		} else {
			c.rest(p.role, p.text)
		}
	}
	c.drawSpark(r.cells)
	if r.field != nil {
		c.field(*r.field)
	}
	c.until(to)
	if right > 0 {
		c.fill(to - right)
		c.put(dim, hint)
	}
	c.fill(to)
	c.until(c.width())
}

// edge draws the top or the bottom. What stands at the left goes before what
// stands at the right.
func (b *box) edge(c *canvas, from, to, left, right string) {
	right = leaving(c.th, right, c.width()-c.th.width(left)-9)
	room := c.th.width(right) + 3
	if right == "" || room+12 > c.width() {
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
