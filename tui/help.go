package tui

import tea "charm.land/bubbletea/v2"

type helpState struct{}

func (m *Model) drawHelp(c *canvas)               {}
func (m *Model) keyHelp(k string) (tea.Cmd, bool) { return nil, false }
func (m *Model) stateHelp() string                { return "" }
