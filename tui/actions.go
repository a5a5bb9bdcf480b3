package tui

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// do has the monitor carry out a command, and says done ("" says nothing) or why
// not. It asks nothing of it that the operator may not do.
func (m *Model) do(c monitor.Command, done string) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	src, ctx := m.src, m.ctx
	msg := doneMsg{command: c, text: done, press: m.undoing.press, was: src.Snapshot()}
	return func() tea.Msg {
		msg.err = src.Do(ctx, c)
		return msg
	}
}

// may tells whether the operator has a role, and if not says so.
func (m *Model) may(needs monitor.Role) bool {
	if m.src.Actor().Role >= needs {
		return true
	}
	m.refuse(fmt.Sprintf("needs the role %s: you may only look", needs))
	return false
}

// done takes in what came of a command. The snapshot that shows it is there
// already, so it is taken now and not with the next redraw.
func (m *Model) done(msg doneMsg) {
	m.take(m.src.Snapshot())
	if msg.err == nil || errors.Is(msg.err, monitor.ErrUnsaved) {
		m.did(msg.command, msg.text, msg.press, msg.was)
	}
	if m.dialog != nil {
		m.dialog.done(m, msg.command, msg.err)
	}
	switch {
	case errors.Is(msg.err, monitor.ErrUnsaved) && msg.text != "":
		m.refuse(msg.text + ", not saved yet: the disk does not answer")
	case msg.err != nil:
		m.refuse(msg.err.Error())
	case msg.text != "":
		m.say(msg.text + prefixed("; ", m.heldNote()))
	}
}
