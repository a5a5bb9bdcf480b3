package tui

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// commandLimit is the longest command, in bytes.
const commandLimit = 1000

// commandState is the line that takes a command, in place of the tabs and the
// keys: no row is hidden by it.
type commandState struct {
	prompt
	on    bool // it takes all keys
	got   called
	wrong *wordError // what cannot be understood; nil if all can
	tried bool       // enter was pressed on it
}

// openCommand opens the line that takes a command: empty, but for what something
// else wrote into it.
func (m *Model) openCommand() tea.Cmd {
	s := &m.command
	s.on, s.limit, s.field.at = true, commandLimit, len(s.text)
	m.toast = ""
	s.past.back = 0
	s.look(m.completeCommand)
	m.commandTyped()
	m.resized()
	return nil
}

// commandTyped reads the line anew.
func (m *Model) commandTyped() {
	s := &m.command
	got, err := m.understand(s.text)
	s.wrong, _ = errors.AsType[*wordError](err)
	s.got, s.tried = got, false
}

// keyCommand takes all keys while the line is open: enter does what it says, esc
// leaves, and up brings back what stood there.
func (m *Model) keyCommand(k tea.KeyPressMsg) tea.Cmd {
	s := &m.command
	switch s.press(k, m.completeCommand) {
	case promptTyped:
		m.commandTyped()
	case promptLeave:
		s.past.add(s.value())
		s.set("")
		m.closeCommand()
	case promptEnter:
		return m.enterCommand()
	}
	return nil
}

func (m *Model) closeCommand() {
	m.command.on = false
	m.resized()
}

// pasteCommand puts text into the line as one edit. A line break in it is no enter.
func (m *Model) pasteCommand(text string) tea.Cmd {
	s := &m.command
	if !s.insert(text) {
		s.wrong = &wordError{span{len(s.text), len(s.text)}, fmt.Sprintf("a command has at most %d bytes: nothing was pasted", commandLimit)}
		s.tried = true
		return nil
	}
	s.look(m.completeCommand)
	m.commandTyped()
	return nil
}

// enterCommand does what the line says, or says why it cannot be.
func (m *Model) enterCommand() tea.Cmd {
	s := &m.command
	m.commandTyped()
	c := s.got.command
	switch {
	case s.wrong != nil:
		s.tried = true
		return nil
	case c == nil:
		m.closeCommand()
		return nil
	case s.got.missing:
		n := len(s.text)
		s.wrong, s.tried = &wordError{span{n, n}, "it needs more: " + c.usage()}, true
		return nil
	}
	s.past.add(s.value())
	s.set("")
	m.closeCommand()
	if m.snap == nil || !m.may(c.needs) {
		return nil
	}
	return c.run(m, s.got.args)
}

// commandWrong returns what is wrong with the line, nil if nothing is. A word that is being
// typed still may become a right one.
func (m *Model) commandWrong() *wordError {
	s := &m.command
	if s.wrong == nil || !s.tried && s.wrong.to == len(s.text) && len(s.offer.words) > 0 {
		return nil
	}
	return s.wrong
}

// commandSays says what enter would do.
func (m *Model) commandSays() (enter bool, text string) {
	s := &m.command
	c := s.got.command
	switch {
	case c == nil || s.wrong != nil:
		return false, ""
	case m.src.Actor().Role < c.needs:
		return false, fmt.Sprintf("needs the role %s: you may only look", c.needs)
	case s.got.missing:
		return false, c.usage() + ": " + c.help
	case c.does != nil && m.snap != nil:
		return true, c.does(m, s.got.args)
	}
	return true, c.help
}

// drawCommand draws the line, and below it what it would do, or what is wrong with
// it; where there is one line only, behind it.
func (m *Model) drawCommand(c *canvas) {
	two := m.h >= heightTabs
	if !two {
		c.until(max(c.width()/2, min(c.width(), m.theme.width(m.command.text)+3)))
	}
	c.put(key, ":")
	c.field(m.command.window(c.left()))
	c.until(c.width())
	if two {
		c.end()
	} else {
		c.put(plain, "  ")
	}
	m.drawCommandBelow(c, two)
	c.end()
}

func (m *Model) drawCommandBelow(c *canvas, caret bool) {
	if wrong := m.commandWrong(); wrong != nil {
		text := "^ " + wrong.msg
		if caret {
			// Under the word; a message that does not fit behind that comes before it.
			at := min(1+m.theme.width(m.command.text[:wrong.from]), c.width()-1)
			if room := m.theme.width(text); at+room > c.width() {
				text = wrong.msg + " ^"
				at = max(min(at+1-room, c.width()-room), 0)
			}
			c.fill(at)
		}
		c.rest(warn, text)
		return
	}
	enter, says := m.commandSays()
	if enter {
		c.put(key, "enter ")
	}
	c.until(c.width() - min(len(m.command.offer.words), 1)*min(c.left()/3, 30))
	c.rest(dim, says)
	c.until(c.width())
	if says != "" {
		c.put(plain, "  ")
	}
	m.command.drawOffer(c)
}
