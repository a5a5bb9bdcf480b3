package tui

import tea "charm.land/bubbletea/v2"

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

// click selects the row under the pointer, and gives the keys that move back to
// its list. That is all: what acts has a key.
func (m *Model) click(e tea.MouseClickMsg) {
	if e.Button != tea.MouseLeft || e.Y < 0 || e.Y >= len(m.canvas.hits) || e.X >= m.w-m.paneWidth() || m.typing() {
		return
	}
	m.pane.on = m.pane.on && m.canvas.hits[e.Y] == 0
	row, at := m.canvas.hits[e.Y]-1, m.rowAt()
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
func (m *Model) typing() bool { return m.dialog != nil || m.command.on || m.filter.typing() }

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
