package tui

import tea "charm.land/bubbletea/v2"

// zoom makes a column of every time axis stand for more (-1) or less (1) time.
func (m *Model) zoom(by int) tea.Cmd { m.say("not there yet"); return nil }

// compareMarked shows the charts of the marked targets one below the other.
func (m *Model) compareMarked() tea.Cmd { m.say("not there yet"); return nil }
