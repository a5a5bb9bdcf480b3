package tui

import tea "charm.land/bubbletea/v2"

// copyLine copies the line one is on as text.
func (m *Model) copyLine() tea.Cmd { m.say("not there yet"); return nil }

// copyScreen copies the screen as Markdown.
func (m *Model) copyScreen() tea.Cmd { m.say("not there yet"); return nil }
