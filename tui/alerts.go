package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

type alertsState struct{}

func (m *Model) drawAlerts(c *canvas)               {}
func (m *Model) keyAlerts(k string) (tea.Cmd, bool) { return nil, false }
func (m *Model) followAlerts(old *monitor.Snapshot) {}
func (m *Model) selectAlerts() selection            { return selection{} }
func (m *Model) stateAlerts() string                { return "" }
