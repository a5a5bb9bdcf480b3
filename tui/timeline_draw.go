package tui

import (
	"fmt"
	"strings"
	"time"

	"sitrep/incident"
)

const (
	wideTimeline = 110 // from so many columns on there is a pane beside the lines
	timelinePane = 36
)

// timelineParts is how the lines of the body are shared out.
type timelineParts struct {
	list    int // lines of the list, its head not counted
	preview int // the selected entry in full, its head included; 0 is none
	note    int // the note being written; 0 is none
	rule    int // 1 if there is a rule above the note
}

// timelineLayout shares out a body of so many lines. It depends on nothing but
// the model and the size.
func (m *Model) timelineLayout(w, room int) timelineParts {
	var p timelineParts
	room-- // the list's head
	if d, ok := m.dialog.(*noteDialog); ok && m.inline(d) {
		p.note = d.lines(m, w, min(max(room-2, 1), noteRows+3))
		if room >= 24 {
			p.rule = 1
		}
		room -= p.note + p.rule
	}
	switch {
	case room >= 26:
		p.preview = 5
	case room >= 10:
		p.preview = 3
	}
	p.list = max(room-p.preview, 1)
	return p
}

// timelineBody returns how many lines of the list are in sight.
func (m *Model) timelineBody() int { return m.timelineLayout(m.w, m.bodyRoom()).list }

func (m *Model) drawTimeline(c *canvas) {
	t := &m.timeline
	if t.inc == nil {
		text := "  reading " + t.id
		if t.failed != "" {
			text = "  " + t.id + ": " + t.failed
		}
		c.line(dim, text)
		return
	}
	p := m.timelineLayout(c.width(), c.room())
	rows := m.timelineRows(m.timelineLines())
	at := rowOf(rows, t.at)
	l := t.list
	if l.at = at; at < 0 || at == len(rows)-1 && t.follow {
		l.at, l.line = len(rows)-1, p.list-1
	}
	l.pin(len(rows), p.list)
	from := l.from(len(rows), p.list)
	var pane []boxRow
	width := c.width()
	if width >= wideTimeline {
		pane = m.timelinePane(t.inc)
		width -= timelinePane
	}
	side := func(i int) {
		if width == c.width() {
			c.end()
			return
		}
		c.until(c.width())
		c.fill(width)
		c.put(dim, c.th.vline)
		if i < len(pane) {
			c.put(plain, " ")
			pane[i].draw(c, c.width())
		}
		c.end()
	}
	c.until(width)
	m.drawTimelineHead(c, rows, from, width)
	side(0)
	for i := range p.list {
		c.until(width)
		if row := from + i; row < len(rows) {
			if rows[row].line != nil {
				c.hit(rowID{number: rows[row].line.ID()})
			}
			m.drawTimelineRow(c, rows[row], row == at, width)
		}
		side(i + 1)
	}
	if p.preview > 0 {
		m.drawEntryInFull(c, m.selectedLine(), p.preview)
	}
	if d, ok := m.dialog.(*noteDialog); ok && m.inline(d) {
		if p.rule > 0 {
			c.rule("write", "")
		}
		d.drawInline(m, c, min(p.note, c.room()))
	}
}

// drawTimelineHead draws the rule above the list, with the date of its first
// line, up to a column.
func (m *Model) drawTimelineHead(c *canvas, rows []timelineRow, from, width int) {
	inc := m.timeline.inc
	title := m.zone()
	for _, r := range rows[min(from, len(rows)):] {
		if r.line != nil {
			title = m.clock(r.line.At, time.DateOnly) + " " + m.zone()
			break
		}
	}
	stars := 0
	for i := range inc.Entries {
		if inc.Entries[i].Starred {
			stars++
		}
	}
	right := countEntries(inc)
	if stars > 0 {
		right += fmt.Sprintf("  %d starred", stars)
	}
	if inc.Open() {
		right += "  live"
	}
	c.partRule(title, right, width)
}

// partRule is a rule that ends at a column and does not end the line.
func (c *canvas) partRule(title, right string, to int) {
	n := c.th.width(right)
	if n+12 > to {
		n = 0
	}
	c.dashes(2)
	c.put(plain, " ")
	c.until(max(to-n-4, 0))
	c.put(key, title)
	c.put(plain, " ")
	c.until(to)
	if n == 0 {
		c.dashes(to - c.col)
		return
	}
	c.dashes(to - n - 4 - c.col)
	c.put(plain, " ")
	c.put(dim, right)
	c.put(plain, " ")
	c.dashes(to - c.col)
}

// drawTimelineRow draws a row of the list up to a column and does not end it.
func (m *Model) drawTimelineRow(c *canvas, r timelineRow, on bool, width int) {
	if r.line == nil {
		c.partRule(r.day+" "+m.zone(), "", width)
		return
	}
	m.putEntry(c, m.timeline.inc, r.line, on)
	if on {
		c.fill(width)
		c.selected(false)
		c.faded = false
	}
}

// drawEntry draws an entry as a whole row.
func (m *Model) drawEntry(c *canvas, inc *incident.Incident, l *incident.Line, on bool) {
	m.putEntry(c, inc, l, on)
	c.end()
}

// putEntry puts an entry on the line: time, what it is, and what it says.
func (m *Model) putEntry(c *canvas, inc *incident.Incident, l *incident.Line, on bool) {
	c.selected(on)
	if on {
		c.glyph(selected, c.th.bar)
	} else {
		c.put(plain, " ")
	}
	star := " "
	if l.Starred {
		star = "*"
	}
	word, text := entryRole(l), plain
	if !l.Retracted.IsZero() {
		star, word, text = "-", dim, dim // struck
	}
	words := m.entryWords(l)
	if on && m.timelineGone(l) {
		c.faded, words = true, noMatch+": "+words
	}
	c.put(key, star)
	c.put(dim, m.entryTime(inc, l)+" ")
	c.cell(word, entryWord(l), 8)
	c.put(plain, " ")
	suffix := m.entrySuffix(l)
	edge := c.edge
	if n := m.theme.width(suffix); n > 0 && c.left() > n+16 {
		c.until(edge - n - 1)
	} else {
		suffix = ""
	}
	c.rest(text, words)
	c.until(edge)
	if suffix != "" {
		c.put(dim, " "+suffix)
	}
}

// entryTime is an entry's time of day, or how long after the start it was.
func (m *Model) entryTime(inc *incident.Incident, l *incident.Line) string {
	if !m.timeline.since {
		return m.clock(l.At, time.TimeOnly)
	}
	sign, d := "+", l.At.Sub(startOf(inc)).Truncate(time.Second)
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("T%s%02d:%02d:%02d", sign, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

// entryWord is the word for what an entry is.
func entryWord(l *incident.Line) string {
	switch word := l.What(); word {
	case "resolved":
		if l.Kind == incident.AlertEntry {
			return "ok"
		}
		return word
	case string(incident.Acknowledged):
		return "acked"
	case string(incident.Escalated):
		return "step"
	case string(incident.Investigating), string(incident.RetroStarted):
		return word[:5]
	default:
		return word
	}
}

// entryRole is how that word looks: what needs a human stands out.
func entryRole(l *incident.Line) role {
	switch {
	case l.Written(), l.Kind == incident.Declared, l.Kind == incident.SetMilestone:
		return key
	case l.Kind == incident.Failed:
		return warn
	case l.Kind == incident.AlertEntry && (l.Field == "fired" || l.Field == "reopened" || l.Field == "worse"):
		if l.Value == "critical" {
			return down
		}
		return warn
	}
	return plain
}

// entryWords are an entry's words in one row: of many lines, the first.
func (m *Model) entryWords(l *incident.Line) string {
	e := l.Entry
	e.Text = firstOf(e.Text)
	return oneLine(e.Sentence())
}

// manyLines is from how many lines on a row says how many an entry has.
const manyLines = 8

// entrySuffix says what an entry's row does not: that it was taken back or edited,
// when it was written if that was later, and how long it is.
func (m *Model) entrySuffix(l *incident.Line) string {
	var parts []string
	if !l.Retracted.IsZero() {
		parts = append(parts, "struck "+m.clock(l.Retracted, "15:04"))
	}
	if added := l.Added(); !added.IsZero() {
		parts = append(parts, "added "+m.nearClock(added, l.At))
	}
	if n := strings.Count(l.Text, "\n") + 1; n >= manyLines {
		parts = append(parts, count(n, "line"))
	}
	if n := len(l.Older); n > 0 {
		parts = append(parts, fmt.Sprintf("e%d", n))
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// nearClock writes a time of day, with the date if that is another day than of
// what it stands beside.
func (m *Model) nearClock(t, beside time.Time) string {
	if m.clock(t, time.DateOnly) == m.clock(beside, time.DateOnly) {
		return m.clock(t, "15:04")
	}
	return m.clock(t, "01-02 15:04")
}

// drawEntryInFull draws the selected entry with its line breaks, in n lines.
func (m *Model) drawEntryInFull(c *canvas, l *incident.Line, n int) {
	stop := c.room() - n
	right := ""
	if fresh := m.newLines(); fresh > 0 {
		right = fmt.Sprintf("%d new, G", fresh)
	}
	if l == nil {
		c.rule("", right)
	} else {
		rows := wrap(m.entryText(l, n), c.width())
		if over := len(rows) - n + 1; right == "" && over > 0 && m.whole(l) {
			right = "enter: all"
		}
		c.rule(m.entryTitle(l), right)
		for i, row := range rows {
			if c.room() == stop+1 && i < len(rows)-1 {
				row += " " + c.th.more
			}
			if c.room() > stop {
				c.line(plain, row)
			}
		}
	}
	for c.room() > stop {
		c.end()
	}
}

// entryText is an entry's words, and below them the ones they replaced: as much
// as n lines can show.
func (m *Model) entryText(l *incident.Line, n int) string {
	text := l.Text
	if !l.Written() {
		text = l.Sentence()
	}
	if len(text) > n*m.w*4 {
		return firstOf(text)
	}
	if more := m.partsOf(l); more != "" {
		text += "\n" + more
	}
	for i := len(l.Older) - 1; i >= 0; i-- {
		text += "\nbefore " + m.clock(l.Entry.Recorded, "15:04:05") + ": " + l.Older[i].Text
	}
	return text
}

// entryTitle heads the entry in full.
func (m *Model) entryTitle(l *incident.Line) string {
	title := entryWord(l)
	if l.By != "" {
		title += " by " + l.By
	}
	title += " " + m.clock(l.At, time.TimeOnly)
	if n := len(l.Older); n > 0 {
		texts := "older texts"
		if n == 1 {
			texts = "older text"
		}
		title += fmt.Sprintf(", edited %s (e%d: %d %s)", m.clock(l.Recorded, time.TimeOnly), n, n, texts)
	}
	if l.Starred {
		title += ", starred"
	}
	if !l.Retracted.IsZero() {
		title += ", taken back " + m.clock(l.Retracted, time.TimeOnly)
	}
	return title
}
