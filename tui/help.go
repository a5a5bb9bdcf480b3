package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// helpState is the help page, made from the table of keys.
type helpState struct {
	of     screenID // the screen that it is about
	scroll list
}

// openHelp shows the help of the present screen.
func (m *Model) openHelp() {
	if m.screen == screenHelp {
		m.leave()
		return
	}
	m.help = helpState{of: m.screen}
	m.show(screenHelp)
}

func (m *Model) keyHelp(k string) (tea.Cmd, bool) {
	n := len(m.helpLines(m.w))
	return nil, m.help.scroll.key(k, n, 1)
}

func (m *Model) stateHelp() string {
	glyphs := "utf-8"
	if m.theme.ascii {
		glyphs = "ascii"
	}
	return fmt.Sprintf("%s, %s, %s", m.theme.level, glyphs, m.groundWord())
}

// helpLine is one line of the page: two columns of a key and what it does, or a
// heading.
type helpLine struct{ cells [2]helpCell }

type helpCell struct {
	title     bool
	keys, say string
	off       bool // the operator may not
}

// drawHelp draws the page, from the line it is scrolled to.
func (m *Model) drawHelp(c *canvas) {
	lines := m.helpLines(c.width())
	from := min(m.help.scroll.at, max(len(lines)-max(c.room()-1, 0), 0))
	c.put(key, " HELP  ")
	c.put(plain, m.help.of.String())
	if rest := len(lines) - from - c.room() + 1; rest > 0 {
		c.put(dim, fmt.Sprintf("   %d more lines: %s", rest, m.keyFor("j")))
	}
	c.end()
	half := c.width() / 2
	if !m.helpWide(c.width()) {
		half = c.width()
	}
	for _, l := range lines[from:] {
		m.drawHelpCell(c, l.cells[0], half)
		if half < c.width() {
			c.fill(half)
			m.drawHelpCell(c, l.cells[1], c.width())
		}
		c.end()
	}
}

func (m *Model) drawHelpCell(c *canvas, l helpCell, to int) {
	c.until(to - 1)
	switch {
	case l.title:
		c.dashes(2)
		c.put(key, " "+l.say+" ")
		c.dashes(to - 1 - c.col)
	case l.say != "":
		r := plain
		if l.off {
			r = dim
		}
		c.cell(key, l.keys, 10)
		c.put(plain, " ")
		c.rest(r, l.say)
	}
	c.until(c.width())
}

func (m *Model) helpWide(w int) bool { return w >= 70 }

// helpLines returns the page for a width: groups of keys at the left, signs at
// the right, or one after the other.
func (m *Model) helpLines(w int) []helpLine {
	keys, signs := m.helpKeys(), m.helpSigns()
	var lines []helpLine
	if !m.helpWide(w) {
		for _, l := range append(keys, signs...) {
			lines = append(lines, helpLine{[2]helpCell{l}})
		}
		return lines
	}
	// Two columns of one length, keys first.
	all := append(keys, signs...)
	split := len(keys)
	if n := (len(all) + 1) / 2; split > n {
		split = n
	}
	left, right := all[:split], all[split:]
	for i := range max(len(left), len(right)) {
		var l helpLine
		if i < len(left) {
			l.cells[0] = left[i]
		}
		if i < len(right) {
			l.cells[1] = right[i]
		}
		lines = append(lines, l)
	}
	return lines
}

// helpKeys lists the keys of the screen, by group, and last those that the
// operator may not use.
func (m *Model) helpKeys() (cells []helpCell) {
	may := m.src.Actor().Role
	var off []helpCell
	for _, group := range helpGroups {
		cells = append(cells, helpCell{title: true, say: group})
		for _, b := range bindings() {
			if b.group != group || !b.where.has(m.help.of) {
				continue
			}
			cell := helpCell{keys: m.keys.label(&b), say: b.help}
			if may < b.needs {
				cell.off, cell.say = true, b.help+", needs the role "+b.needs.String()
				off = append(off, cell)
				continue
			}
			cells = append(cells, cell)
		}
	}
	if len(off) > 0 {
		cells = append(cells, helpCell{title: true, say: "off for you"})
	}
	return append(cells, off...)
}

// helpCommands lists the commands that are more than a key.
func (m *Model) helpCommands() []helpCell {
	cells := []helpCell{{title: true, say: "commands"}}
	for _, c := range commands() {
		if c.onlyKey() || m.src.Actor().Role < c.needs {
			continue
		}
		say := c.help
		if args := strings.TrimPrefix(c.usage(), c.name+" "); len(c.args) > 0 {
			say = args + "  " + say
		}
		cells = append(cells, helpCell{keys: m.keyFor(":") + c.name, say: say})
	}
	return cells
}

// helpSigns explains what is drawn.
func (m *Model) helpSigns() []helpCell {
	g := m.theme.glyphs
	actor := m.src.Actor()
	bars := g.blocks[1] + g.blocks[2] + g.blocks[3] + g.blocks[4] + g.blocks[5]
	over := g.blocks[6] + g.blocks[7] + g.blocks[8]
	cells := []helpCell{
		{title: true, say: "know"},
		{keys: "DOWN", say: "confirmed; down: not yet"},
		{keys: g.down + " " + g.warn + " " + g.unknown + " " + g.ok, say: "down, warning, unknown, ok"},
		{keys: "! a i", say: "unacked, acked, in an incident"},
		{keys: "s m d", say: "silent, maint, parent is down"},
		{keys: "w z ~", say: "waits, settling, flapping"},
		{keys: bars, say: "under the limit, by doubling"},
		{keys: over, say: "over it"},
		{keys: "x X", say: "some failed, all failed"},
		{keys: "~ ? m", say: "retried, unknown, maintenance"},
		{keys: "blank", say: "nothing was measured"},
	}
	if m.help.of == screenTimeline {
		cells = append(cells,
			helpCell{keys: "* -", say: "starred, struck"},
			helpCell{keys: "(e2)", say: "edited twice: enter shows"},
			helpCell{keys: "+bo" + g.prompt, say: "bo is here too, and writes"})
	}
	if lists.has(m.help.of) {
		cells = append(cells, helpCell{title: true, say: "filter"})
		words := filterFlags["is"]
		for _, row := range wrap(strings.Join(words, " "), 28) {
			cells = append(cells, helpCell{keys: "is:", say: row})
		}
		cells = append(cells, helpCell{keys: "team=db", say: "a label; state: kind: by: sev:"})
	}
	cells = append(cells, m.helpCommands()...)
	return append(cells, helpCell{title: true, say: "you"},
		helpCell{keys: actor.Name, say: fmt.Sprintf("role %s, %s", actor.Role, actor.From)})
}
