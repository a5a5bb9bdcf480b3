package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

type targetState struct{}

func (m *Model) drawTarget(c *canvas)               {}
func (m *Model) keyTarget(k string) (tea.Cmd, bool) { return nil, false }
func (m *Model) followTarget(old *monitor.Snapshot) {}
func (m *Model) selectTarget() selection            { return selection{} }
func (m *Model) headTarget(c *canvas)               {}
func (m *Model) newsTarget(c *canvas)               {}
func (m *Model) stateTarget() string                { return "" }

// openTarget shows a target.
func (m *Model) openTarget(name string) tea.Cmd { m.show(screenTarget); return nil }
