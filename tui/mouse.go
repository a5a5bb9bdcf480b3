package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// rowID is what a row of a list is about: a target, a group or an incident by
// name, an event or a line of a timeline by number. The zero value is nothing.
type rowID struct {
	name   string
	number uint64
}

// wheelRows is how far one notch of the wheel moves.
const wheelRows = 3

// wheel moves as the keys for a row do.
func (m *Model) wheel(e tea.MouseWheelMsg) tea.Cmd {
	k := "j"
	switch e.Button {
	case tea.MouseWheelUp:
		k = "k"
	case tea.MouseWheelDown:
	default:
		return nil
	}
	return m.moveRows(k, wheelRows, -1)
}

// click selects what is under the pointer, and gives the keys that move back to
// its list. That is all: what acts has a key. Rows may have moved since they were
// drawn: it is what was seen that is selected, wherever it is by now.
func (m *Model) click(e tea.MouseClickMsg) {
	if e.Button != tea.MouseLeft || e.Y < 0 || e.Y >= len(m.canvas.hits) || e.X >= m.w-m.paneWidth() || m.typing() {
		return
	}
	id := m.canvas.hits[e.Y]
	m.pane.on = m.pane.on && id == rowID{}
	row, at := -1, m.rowAt()
	m.asHeld(func() { row = m.rowOf(id) })
	switch {
	case row < 0:
	case row > at:
		m.moveRows("j", row-at, row)
	case row < at:
		m.moveRows("k", at-row, row)
	}
}

// moveRows presses a key of the list n times, or until it is on a row, ≥ 0.
func (m *Model) moveRows(k string, n, row int) (cmd tea.Cmd) {
	if m.typing() || m.snap == nil {
		return nil
	}
	m.lastKey = m.now
	m.looked()
	m.sawAlerts()
	for range n {
		cmd, _ = m.pressScreen(k)
		if row >= 0 && m.rowAt() == row {
			break
		}
	}
	return cmd
}

// typing tells whether a dialog or a prompt takes all keys.
func (m *Model) typing() bool {
	return m.dialog != nil || m.command.on || m.filter.typing() || m.findingHelp()
}

// rowOf returns the row of the open list that is about something, -1 if none is.
func (m *Model) rowOf(id rowID) int {
	switch {
	case m.snap == nil || id == rowID{}:
		return -1
	case m.screen == screenBoard:
		return slices.IndexFunc(m.board.rows, func(r row) bool { return r.name == id.name })
	case m.screen == screenAlerts:
		s := &m.alerts
		return slices.IndexFunc(s.rows, func(i int) bool { return s.all[i].Seq == id.number })
	case m.screen == screenIncidents:
		return slices.IndexFunc(m.incidentRows(), func(r incidentRow) bool { return r.inc != nil && r.inc.ID == id.name })
	case m.screen == screenTimeline && m.timeline.inc != nil:
		return rowOf(m.timelineRows(m.timelineLines()), id.number)
	}
	return -1
}

// rowAt returns the row that the open list is on, as its drawing counts them; -1
// if the screen has no list that can be clicked.
func (m *Model) rowAt() int {
	switch m.screen {
	case screenBoard:
		return m.board.at
	case screenAlerts:
		return m.alerts.at
	case screenIncidents:
		return m.incidents.list.at
	case screenTimeline:
		return m.timeline.list.at
	}
	return -1
}
