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
	find   field // what is looked for on the page; "" is nothing
	typing bool  // it takes the keys
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

// findingHelp tells whether something to look for is typed.
func (m *Model) findingHelp() bool { return m.screen == screenHelp && m.help.typing }

func (m *Model) keyHelp(k string) (tea.Cmd, bool) {
	h := &m.help
	switch {
	case k == "/":
		h.typing = true
	case k == "esc" && h.find.text != "":
		h.look("")
	default:
		room := m.helpRoom()
		return nil, h.scroll.key(k, max(len(m.helpLines(m.w))-room, 0)+1, room)
	}
	return nil, true
}

// keyFind takes the keys while something to look for is typed: enter leaves it,
// esc shows all again.
func (m *Model) keyFind(k tea.KeyPressMsg) {
	h := &m.help
	switch k.Keystroke() {
	case "enter":
		h.typing = false
	case "esc":
		h.typing = false
		h.look("")
	default:
		if h.find.key(k) {
			h.scroll = list{}
		}
	}
}

// look shows what has a text in it, all of "".
func (h *helpState) look(text string) {
	h.find.set(text)
	h.scroll = list{}
}

// helpRoom is how many lines of the page there is room for.
func (m *Model) helpRoom() int { return max(m.h-m.topLines()-m.footLines()-1, 0) }

func (m *Model) stateHelp() string {
	glyphs := "utf-8"
	if m.theme.ascii {
		glyphs = "ascii"
	}
	return fmt.Sprintf("%s, %s, %s", m.theme.level, glyphs, m.groundWord())
}

// drawHelp draws the page, from the line it is scrolled to.
func (m *Model) drawHelp(c *canvas) {
	lines := m.helpLines(c.width())
	from := min(m.help.scroll.at, max(len(lines)-max(c.room()-1, 0), 0))
	m.drawHelpHead(c, len(lines)-from-c.room()+1)
	for _, l := range lines[from:] {
		for i, cell := range l.cells {
			m.drawHelpCell(c, &cell, l.starts[i], l.starts[i+1])
		}
		c.end()
	}
	if len(lines) == 0 {
		c.line(dim, "  nothing here has that in it; esc shows all")
	}
}

// drawHelpHead says what the page is about, and how much of it is below.
func (m *Model) drawHelpHead(c *canvas, below int) {
	h := &m.help
	c.put(key, " HELP  ")
	c.put(plain, h.of.String())
	switch {
	case h.typing:
		c.put(key, "  /")
		c.field(h.find.window(c.left()))
	case h.find.text != "":
		c.put(key, "  /"+h.find.text)
	}
	if below > 0 {
		c.put(dim, fmt.Sprintf("   %d more lines: %s", below, m.keyFor("j")))
	}
	c.end()
}

func (m *Model) drawHelpCell(c *canvas, l *helpCell, from, to int) {
	c.fill(from)
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
		c.cell(key, l.keys, l.width())
		c.put(plain, " ")
		c.rest(r, l.say)
	}
	c.until(c.width())
}

// helpLine is one line of the page: a cell, or two beside each other.
type helpLine struct {
	cells  []helpCell
	starts []int // columns of the cells, and that behind the last
}

// helpLines returns the page for a width: keys at the left and signs at the
// right, or one after the other; commands, which are longer, below both. Of a
// page that something is looked for on, what has it in it.
func (m *Model) helpLines(w int) (lines []helpLine) {
	one := func(cells []helpCell) {
		for _, l := range wrapCells(cells, w) {
			lines = append(lines, helpLine{[]helpCell{l}, []int{0, w}})
		}
	}
	keys, signs, commands := m.helpKeys(), m.helpSigns(), m.helpCommands(w)
	if find := strings.ToLower(m.help.find.value()); find != "" {
		one(found(append(append(keys, signs...), commands...), find))
		return lines
	}
	if w < helpWide {
		one(append(append(keys, signs...), commands...))
		return lines
	}
	half := w / 2
	left, right := wrapCells(keys, half), wrapCells(signs, w-half)
	for i := range max(len(left), len(right)) {
		var l, r helpCell
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		lines = append(lines, helpLine{[]helpCell{l, r}, []int{0, half, w}})
	}
	one(commands)
	return lines
}

// helpWide is from how many columns on keys and signs stand beside each other.
const helpWide = 70

// wrapCells breaks what cells say so that it fits w columns.
func wrapCells(cells []helpCell, w int) (out []helpCell) {
	for _, l := range cells {
		if l.title {
			out = append(out, l)
			continue
		}
		for i, row := range wrap(l.say, max(w-l.width()-2, 1)) {
			if l.say = row; i > 0 {
				l.keys = ""
			}
			out = append(out, l)
		}
	}
	return out
}

// found returns the cells that have a text, in small letters, in them.
func found(cells []helpCell, text string) (out []helpCell) {
	for _, l := range cells {
		if !l.title && strings.Contains(strings.ToLower(l.keys+" "+l.say), text) {
			out = append(out, l)
		}
	}
	return out
}
