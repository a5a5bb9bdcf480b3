package tui

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"sitrep/safe"
)

// canvas is a screen being drawn: rows appended to one byte buffer with
// ready-made styles. Whatever is put is cut by cells at the right edge, and lines
// beyond the last are dropped, so that no screen can be larger than its terminal.
type canvas struct {
	th    *theme
	w     int // columns
	limit int // lines; what is ended beyond is dropped

	buf   []byte
	lines int  // ended so far
	col   int  // cells put on the line under way
	edge  int  // column at which put cuts; w unless until was called
	pen   role // style that is set at the end of buf …
	penOn bool // … and on which ground
	on    bool // this row is the selected one

	faded  bool // what follows on this line is of what is over: dim, whatever its role
	padded bool // lines are filled up to the width

	hits  []rowID // for each line what the row of a list that it shows is about; zero is none
	point point   // where the terminal's cursor belongs
}

// point is a place on the screen. The selected row has it, unless a text is being
// typed.
type point struct {
	x, y        int
	set, typing bool
}

// newCanvas returns an empty one of w columns and h lines.
func newCanvas(th *theme, w, h int) *canvas {
	c := &canvas{}
	c.reset(th, w, h)
	return c
}

// reset makes it empty and keeps its memory.
func (c *canvas) reset(th *theme, w, h int) {
	*c = canvas{th: th, w: max(w, 0), limit: max(h, 0), edge: max(w, 0), buf: c.buf[:0], hits: c.hits[:0]}
}

// width returns the columns of a line.
func (c *canvas) width() int { return c.w }

// room returns how many lines may still be ended.
func (c *canvas) room() int { return c.limit - c.lines }

// left returns the cells between the pen and the edge.
func (c *canvas) left() int { return max(c.edge-c.col, 0) }

// until makes put cut at a column of this line; end sets it back to the width.
func (c *canvas) until(col int) { c.edge = min(max(col, 0), c.w) }

// hit says what the row of a list is about that this line shows.
func (c *canvas) hit(row rowID) { c.hitAt(c.lines, row) }

func (c *canvas) hitAt(line int, row rowID) {
	for len(c.hits) <= line {
		c.hits = append(c.hits, rowID{})
	}
	c.hits[line] = row
}

// here says that the terminal's cursor belongs where the pen is.
func (c *canvas) here(typing bool) {
	if c.room() > 0 && (typing || !c.point.typing) {
		c.point = point{min(c.col, max(c.w-1, 0)), c.lines, true, typing}
	}
}

// selected says whether what follows on this line is on the selected ground.
func (c *canvas) selected(on bool) { c.on = on }

// put appends text, cut at the edge.
func (c *canvas) put(r role, s string) {
	if s == "" || c.room() <= 0 || c.left() == 0 {
		return
	}
	s, n := c.th.shown(s)
	if n > c.left() {
		s, n = cut(s, c.left(), "")
	}
	c.style(r)
	c.buf = append(c.buf, s...)
	c.col += n
}

// glyph appends one of the theme's glyphs, which are one cell wide.
func (c *canvas) glyph(r role, g string) {
	if c.room() <= 0 || c.left() == 0 {
		return
	}
	if r == selected {
		c.here(false)
	}
	c.style(r)
	c.buf = append(c.buf, g...)
	c.col++
}

// rest appends text up to the edge, ending in "…" if it does not fit.
func (c *canvas) rest(r role, s string) {
	s, n := c.th.shown(s)
	if n > c.left() {
		s, _ = cut(s, c.left(), c.th.more)
	}
	c.put(r, s)
}

// cell appends text as exactly n cells, left-aligned, ending in "…" if it does
// not fit.
func (c *canvas) cell(r role, s string, n int) {
	to := min(c.col+n, c.edge)
	was := c.edge
	c.edge = to
	c.rest(r, s)
	c.fill(to)
	c.edge = was
}

// cellRight is cell, right-aligned.
func (c *canvas) cellRight(r role, s string, n int) {
	_, have := c.th.shown(s)
	if have < n {
		c.fill(c.col + n - have)
		n = have
	}
	c.cell(r, s, n)
}

// fill appends blanks up to a column.
func (c *canvas) fill(to int) {
	to = min(to, c.edge)
	if c.room() <= 0 || to <= c.col {
		return
	}
	c.style(plain)
	for range to - c.col {
		c.buf = append(c.buf, ' ')
	}
	c.col = to
}

// end ends the line.
func (c *canvas) end() {
	c.edge = c.w
	if c.room() > 0 {
		if c.on || c.padded {
			c.fill(c.w)
		}
		c.on = false
		c.style(plain)
		c.lines++
		c.buf = append(c.buf, '\n')
	}
	c.col, c.on, c.faded = 0, false, false
}

// line is a whole line of one role, ending in "…" if it does not fit.
func (c *canvas) line(r role, s string) {
	c.rest(r, s)
	c.end()
}

// rule is a line that heads a part: "── title ───────── right ──".
func (c *canvas) rule(title, right string) {
	if right != "" {
		if _, n := c.th.shown(right); n+6 < c.w {
			c.until(c.w - n - 5)
		} else {
			right = ""
		}
	}
	c.dashes(2)
	if title != "" {
		c.put(plain, " ")
		c.rest(key, title)
		c.put(plain, " ")
	}
	c.until(c.w)
	if right == "" {
		c.dashes(c.w - c.col)
		c.end()
		return
	}
	_, n := c.th.shown(right)
	c.dashes(c.w - n - 4 - c.col)
	c.put(plain, " ")
	c.put(dim, right)
	c.put(plain, " ")
	c.dashes(2)
	c.end()
}

// beside appends two canvases line by line with a line between them. The left
// one is padded.
func (c *canvas) beside(left, right *canvas) {
	l, r := left.split(), right.split()
	for i := range max(len(l), len(r)) {
		if c.room() <= 0 {
			return
		}
		if i < len(l) {
			c.buf = append(c.buf, l[i]...)
		}
		c.col = left.w
		c.glyph(dim, c.th.vline)
		c.put(plain, " ")
		if i < len(r) {
			c.style(plain)
			c.buf = append(c.buf, r[i]...)
		}
		c.end()
	}
}

// split returns the lines that were ended.
func (c *canvas) split() [][]byte {
	return bytes.Split(bytes.TrimSuffix(c.buf, []byte("\n")), []byte("\n"))
}

// dashes appends n cells of a horizontal line.
func (c *canvas) dashes(n int) {
	for range n {
		c.glyph(dim, c.th.hline)
	}
}

// style makes a role's style the current one.
func (c *canvas) style(r role) {
	if c.faded && r != selected {
		r = dim
	}
	if r == c.pen && c.on == c.penOn {
		return
	}
	ground := 0
	if c.on {
		ground = 1
	}
	c.buf = append(c.buf, c.th.sgr[ground][r]...)
	c.pen, c.penOn = r, c.on
}

// String returns what was drawn, without the last line break.
func (c *canvas) String() string {
	return strings.TrimSuffix(string(c.buf), "\n")
}

// shown returns text as this terminal is given it, and its width in cells. It is
// the last door of the house: what drives a terminal does not come through, and
// text that terminals are known to measure differently is simplified until they
// agree.
func (t *theme) shown(s string) (string, int) {
	if printable(s) {
		return s, len(s)
	}
	s = safe.Line(s, 0)
	if t.ascii {
		s = toASCII(s)
		return s, len(s)
	}
	n := ansi.StringWidth(s)
	if ansi.StringWidthWc(s) != n {
		s = steady(s)
		n = ansi.StringWidth(s)
	}
	return s, n
}

// width returns the cells that shown text takes.
func (t *theme) width(s string) int {
	_, n := t.shown(s)
	return n
}

// fitted returns shown text in at most n cells, cut if it is longer, and its width.
func (t *theme) fitted(s string, n int) (string, int) {
	if have := t.width(s); have <= n {
		return s, have
	}
	return cut(s, n, t.more)
}

// cut returns the beginning of shown text that fits n cells, tail included, and
// its width. A wide character that would be cut in half is left out.
func cut(s string, n int, tail string) (string, int) {
	if n <= 0 {
		return "", 0
	}
	if printable(s) && len(tail) <= 1 {
		return s[:min(len(s), n-len(tail))] + tail, n
	}
	s = ansi.Truncate(s, n, tail)
	return s, ansi.StringWidth(s)
}

// printable tells whether s is printable ASCII, the usual case.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// toASCII puts the nearest ASCII sign in place of our own glyphs, and "?" in
// place of other characters.
func toASCII(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case asciiOf[r] != 0:
			b.WriteByte(asciiOf[r])
		case ansi.StringWidth(string(r)) > 0:
			b.WriteByte('?')
		}
	}
	return b.String()
}

var asciiOf = map[rune]byte{
	'■': '#', '▲': '!', '·': '-', '▌': '>', '│': '|', '─': '-', '→': '>', '←': '<', '↑': '^', '↓': 'v',
	'×': 'x', '…': '~', '›': '>', '≥': '>', '≤': '<', '–': '-', '—': '-', '’': '\'', '“': '"', '”': '"',
}

// steady leaves out or replaces what is measured differently by the character
// and by the cluster: variation selectors, skin tones, flags, joined letters.
func steady(s string) string {
	var b strings.Builder
	for _, r := range s {
		one := string(r)
		switch n := ansi.StringWidthWc(one); {
		case n == 0:
		case ansi.StringWidth(one) != n, r >= 0x1f1e6 && r <= 0x1f1ff, r >= 0x1f3fb && r <= 0x1f3ff:
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
	}
	if out := b.String(); ansi.StringWidth(out) == ansi.StringWidthWc(out) {
		return out
	}
	return toASCII(s)
}
