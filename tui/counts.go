package tui

import (
	"slices"
	"strconv"
)

// countPart is one of the fleet's counts as line 1 shows it.
type countPart struct {
	glyph string
	role  role
	n     int
	word  string
}

// text returns the part in words.
func (p *countPart) text() string {
	if p.glyph == "" {
		return strconv.Itoa(p.n) + " " + p.word
	}
	return p.glyph + " " + strconv.Itoa(p.n) + " " + p.word
}

// drawCounts draws the fleet's counts in words, leaving out the lesser ones where
// there is no room, or else in short.
func (m *Model) drawCounts(c *canvas) {
	if m.snap == nil {
		c.rest(key, m.opt.Title)
		return
	}
	title, _ := cut(m.opt.Title, 24, m.theme.more)
	if m.theme.width(m.opt.Title) <= 24 {
		title = m.opt.Title
	}
	parts := m.countParts()
	fits := m.theme.width(title)
	shown := 0
	for i := range parts {
		if fits += 2 + m.theme.width(parts[i].text()); fits > c.left() {
			break
		}
		shown++
	}
	if ok := slices.IndexFunc(parts, func(p countPart) bool { return p.word == "ok" }); shown <= ok {
		m.drawShortCounts(c)
		return
	}
	c.put(key, title)
	for _, p := range parts[:shown] {
		c.put(plain, "  ")
		c.put(p.role, p.text())
	}
}

// countParts returns the fleet's counts, of which those that may be left out
// come last; none is zero but that of what is well.
func (m *Model) countParts() []countPart {
	n := m.snap.Counts
	parts := []countPart{
		{m.theme.down, down, n.Down, "DOWN"},
		{m.theme.warn, warn, n.Degraded, "WARN"},
		{m.theme.unknown, unknown, n.Unknown, "UNKN"},
		{"", plain, n.Soft, "soft"},
		{"", plain, n.Up, "ok"},
		{"", dim, n.Silenced, "held"},
		{"", dim, n.Fresh, "not probed"},
		{"", dim, n.Paused, "paused"},
	}
	return slices.DeleteFunc(parts, func(p countPart) bool { return p.n == 0 && p.word != "ok" })
}

// drawShortCounts draws "■3 ▲2 ?1 40 ok".
func (m *Model) drawShortCounts(c *canvas) {
	if m.snap == nil {
		c.rest(plain, m.opt.Title)
		return
	}
	n := m.snap.Counts
	for _, p := range []struct {
		glyph string
		role  role
		n     int
	}{{m.theme.down, down, n.Down}, {m.theme.warn, warn, n.Degraded}, {m.theme.unknown, unknown, n.Unknown}} {
		if p.n > 0 {
			c.put(p.role, p.glyph+strconv.Itoa(p.n))
			c.put(plain, " ")
		}
	}
	c.put(plain, strconv.Itoa(n.Up)+" ok")
}
