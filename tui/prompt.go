package tui

import tea "charm.land/bubbletea/v2"

// openCommand opens the line that takes a command.
func (m *Model) openCommand() tea.Cmd { m.say("not there yet"); return nil }
