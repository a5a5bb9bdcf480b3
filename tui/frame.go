package tui

import tea "charm.land/bubbletea/v2"

// View draws the screen. It depends on the model alone.
func (m *Model) View() tea.View {
	return tea.NewView("")
}

func (m *Model) press(k tea.KeyPressMsg) tea.Cmd { return nil }
func (m *Model) paste(text string) tea.Cmd       { return nil }
