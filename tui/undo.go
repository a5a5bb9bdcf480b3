package tui

import tea "charm.land/bubbletea/v2"

// undo takes the operator's last action back by one that compensates it.
func (m *Model) undo() tea.Cmd { m.say("not there yet"); return nil }
