package tui

import (
	"fmt"
	"strings"
)

// when says which time the note will have.
func (d *noteDialog) when(m *Model) string {
	if d.edit != 0 {
		return "time stays"
	}
	at, err := m.moment(d.at.text)
	switch {
	case err != nil:
		return "no time yet: 03:24 or -20m"
	case at.IsZero():
		return "at " + m.hm(m.now) + " now"
	}
	return "at " + m.since(at)
}

// prompt is what stands before the text.
func (d *noteDialog) prompt(th *theme) string {
	if d.edit != 0 {
		return "edit" + th.prompt + " "
	}
	return string(d.kindOf()) + th.prompt + " "
}

// hint names the keys, the way out last.
func (d *noteDialog) hint() string {
	switch asks := d.asks(); {
	case d.busy:
		return "saving"
	case !d.fresh():
		return "enter save  ctrl+j newline  esc leave, kept"
	case d.incident == "":
		return "enter save  ctrl+j newline  ctrl+t time  esc keep draft"
	case d.focus != noteText:
		return "enter save  tab next  ↑ back to the text  esc keep draft"
	case asks != nil:
		return "enter save  tab kind  ↓ " + asks[0].name + " …  ctrl+t time  ctrl+j newline  esc keep draft"
	}
	return "enter save  ctrl+j newline  tab kind  ctrl+t time  esc keep draft"
}

// size says how much is written where not all of it is in sight.
func (d *noteDialog) size() string {
	n := strings.Count(d.text.text, "\n") + 1
	if n <= noteRows {
		return ""
	}
	return fmt.Sprintf("line %d of %d, %s", strings.Count(d.text.text[:d.text.at], "\n")+1, n, bytesWords(len(d.text.text)))
}

// bytesWords writes a size: "412 B", "31.2 kB".
func bytesWords(n int) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f kB", float64(n)/1000)
}

func (d *noteDialog) draw(m *Model, w, h int) string {
	if m.inline(d) {
		return ""
	}
	b := box{title: "note on " + d.target, enter: "enter save", leave: "ctrl+j newline  ctrl+t time  esc keep draft"}
	switch {
	case d.report != "":
		b.title, b.leave = d.report+" of "+shortID(d.incident), "ctrl+j newline  esc leave, kept"
	case d.incident != "":
		b.title = m.titled("note into", d.incident)
		kinds := choice{at: d.kind}
		for _, k := range noteKinds {
			kinds.words = append(kinds.words, string(k))
		}
		b.row(kinds.pieces()...).right = "tab"
	}
	if len(d.also) > 0 {
		b.title = "one note " + d.placesWords()
	}
	rows := noteRows
	if d.report != "" {
		rows = max(h-6, 1)
	}
	for _, r := range d.text.rows(boxInner(w), rows) {
		if d.focus != noteText {
			r = r.still()
		}
		row := b.row()
		row.field, row.focus = &r, r.cursor
	}
	d.drawParts(m, &b, w)
	if size := d.size(); size != "" {
		b.row(piece{dim, size})
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// titled names an incident behind some words.
func (m *Model) titled(words, id string) string {
	words += " " + shortID(id)
	if inc := m.incident(id); inc != nil {
		words += " " + inc.Title
	}
	return words
}

// drawParts appends what is asked for beside the text, each in a row.
func (d *noteDialog) drawParts(m *Model, b *box, w int) {
	for i := range d.asks() {
		p, on := &d.asks()[i], d.focus == noteParts+i
		if p.choice != nil {
			b.pick(p.name, p.choice, on, "← →")
			continue
		}
		b.input(w, p.name, &p.field, on, m.partHint(p))
	}
	switch {
	case d.report != "":
		b.say(dim, fieldHelp(d.report), w)
	case d.dated:
		b.input(w, "time", &d.at, d.focus == noteTime, d.when(m))
	default:
		b.row(piece{dim, d.when(m)})
	}
}

// still is a row of a field without the cursor.
func (r fieldRow) still() fieldRow {
	if !r.cursor {
		return r
	}
	return fieldRow{before: r.before + strings.TrimSuffix(r.under, cursorMark) + r.behind}
}

// lines returns how many lines drawInline takes if it may have n: the text, the
// keys, and what else there is to say.
func (d *noteDialog) lines(m *Model, w, n int) int {
	rows := d.text.rows(d.textWidth(m, w), d.textRows(m, w, n))
	return min(len(rows)+1+d.extra(m, w), n)
}

// textRows returns how many rows of the text are in sight if there are n lines.
func (d *noteDialog) textRows(m *Model, w, n int) int {
	return min(max(n-1-d.extra(m, w), 1), noteRows)
}

// extra counts the lines beside text and keys: a time being typed, the parts, a
// failure.
func (d *noteDialog) extra(m *Model, w int) int {
	n := len(d.partLines(m, w))
	if d.dated {
		n++
	}
	if d.failure != "" {
		n++
	}
	return n
}

func (d *noteDialog) textWidth(m *Model, w int) int {
	return max(w-m.theme.width(d.prompt(m.theme)), 1)
}

// drawInline draws the note below the timeline, in n lines.
func (d *noteDialog) drawInline(m *Model, c *canvas, n int) {
	prompt := d.prompt(m.theme)
	indent := m.theme.width(prompt)
	when := d.when(m)
	stop := c.room() - n
	if d.dated && n > 1 {
		at := "at" + m.theme.prompt + " "
		c.put(key, at)
		row := d.at.window(max(c.left()-m.theme.width(when)-2, 1))
		if d.focus != noteTime {
			row = row.still()
		}
		c.field(row)
		c.put(dim, "  "+when)
		c.end()
	}
	for i, r := range d.text.rows(d.textWidth(m, c.width()), d.textRows(m, c.width(), n)) {
		if i == 0 {
			c.put(key, prompt)
		} else {
			c.fill(indent)
		}
		if d.focus != noteText {
			r = r.still()
		}
		c.field(r)
		if i == 0 && !d.dated && c.left() > m.theme.width(when)+2 {
			c.fill(c.width() - m.theme.width(when))
			c.put(dim, when)
		}
		c.end()
	}
	for _, line := range d.partLines(m, c.width()) {
		d.drawPartLine(c, line)
	}
	if d.failure != "" {
		c.line(warn, "not saved: "+d.failure)
	}
	if c.room() > stop {
		d.drawHint(m, c, min(indent, 6))
	}
}

// drawHint draws the keys, and what the part takes or how much is written.
func (d *noteDialog) drawHint(m *Model, c *canvas, indent int) {
	size := d.size()
	if i := d.focus - noteParts; i >= 0 && i < len(d.asks()) {
		size = m.partHint(&d.asks()[i])
	}
	room := c.th.width(size)
	if room > 0 && room+30 < c.width() {
		room += 2
	} else {
		room = 0
	}
	c.fill(indent)
	c.rest(dim, leaving(c.th, d.hint(), c.left()-room))
	if room > 0 {
		c.fill(c.width() - room + 2)
		c.put(dim, size)
	}
	c.end()
}

// partLines shares the parts out over lines of w cells: places in asks.
func (d *noteDialog) partLines(m *Model, w int) [][]int {
	var lines [][]int
	used := w
	for i := range d.asks() {
		n := m.theme.width(d.partLabel(i)) + d.asks()[i].width(m.theme) + 2
		if used+n > w+2 || len(lines) == 0 {
			lines, used = append(lines, nil), partIndent
		}
		used += n
		lines[len(lines)-1] = append(lines[len(lines)-1], i)
	}
	return lines
}

const (
	partIndent = 2
	partWidest = 24 // cells of a part in sight
)

func (d *noteDialog) partLabel(i int) string { return d.asks()[i].name + " " }

// width is how many cells the value of a part takes.
func (p *notePart) width(th *theme) int {
	if p.choice != nil {
		return th.width(p.choice.word()) + 2
	}
	return min(max(th.width(p.field.text)+1, 4), partWidest)
}

// drawPartLine draws some of the parts in a line.
func (d *noteDialog) drawPartLine(c *canvas, parts []int) {
	c.fill(partIndent)
	for _, i := range parts {
		p, on := &d.asks()[i], d.focus == noteParts+i
		label := dim
		if on {
			label = key
		}
		c.put(label, d.partLabel(i))
		switch to := c.col + p.width(c.th); {
		case p.choice != nil && on:
			c.put(urgent, "["+p.choice.word()+"]")
		case p.choice != nil:
			c.put(plain, "["+p.choice.word()+"]")
		case on:
			c.field(p.field.window(to - c.col))
			c.fill(to)
		case p.field.text == "":
			c.put(dim, "-")
			c.fill(to)
		default:
			c.cell(plain, p.field.text, to-c.col)
		}
		c.put(plain, "  ")
	}
	c.end()
}
