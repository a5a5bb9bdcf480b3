package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// yankPage shows what was copied as plain text from the left edge on, without
// frame and styles, to be selected with the mouse: the way out where a terminal
// has no clipboard for us.
type yankPage struct {
	copied
	scroll list
}

// openYank shows what was copied last, or else what the cursor is on.
func (m *Model) openYank() tea.Cmd {
	c := m.copied
	if c.text == "" {
		c.what, c.text = m.lineText()
	}
	if c.text == "" {
		m.refuse("nothing was copied, and no line is selected; " + m.keyFor("Y") + " copies the screen")
		return nil
	}
	m.dialog = &yankPage{copied: c}
	return nil
}

// runYank is openYank as a command.
func runYank(m *Model, _ []string) tea.Cmd { return m.openYank() }

func (d *yankPage) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch name := k.Keystroke(); name {
	case "esc", "q", "enter":
		m.shut(d)
	default:
		// the list's cursor is the first line on the page
		d.scroll.key(name, d.last(m)+1, 1)
	}
	return nil
}

// rows are the lines of the text on this screen.
func (d *yankPage) rows(m *Model) []string { return wrap(d.text, max(m.w, 1)) }

// last is the line that the page begins with at its end.
func (d *yankPage) last(m *Model) int { return max(len(d.rows(m))-d.body(m), 0) }

// body is how many lines of text there is room for.
func (d *yankPage) body(m *Model) int { return max(m.h-min(m.topLines(), 2)-1, 1) }

func (d *yankPage) draw(m *Model, w, h int) string {
	if m.h < 2 {
		return "" // the unacked count has it
	}
	c := newCanvas(m.theme, w, h)
	rows := d.rows(m)
	from := min(d.scroll.at, d.last(m))
	for _, row := range rows[from:] {
		if c.room() <= 1 {
			break
		}
		c.put(plain, row)
		c.fill(w)
		c.end()
	}
	for c.room() > 1 {
		c.fill(w)
		c.end()
	}
	more := ""
	if rest := len(rows) - from - d.body(m); rest > 0 {
		more = fmt.Sprintf("  %d more lines: j", rest)
	}
	c.rest(key, "esc back"+more+"  select with the mouse: "+d.what)
	c.fill(w)
	c.end()
	return c.String()
}

func (*yankPage) paste(*Model, string) tea.Cmd { return nil }

func (*yankPage) follow(*Model) {}

func (*yankPage) done(*Model, monitor.Command, error) {}
