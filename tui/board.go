package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

type boardState struct{}

func (m *Model) drawBoard(c *canvas)               {}
func (m *Model) keyBoard(k string) (tea.Cmd, bool) { return nil, false }
func (m *Model) followBoard(old *monitor.Snapshot) {}
func (m *Model) selectBoard() selection            { return selection{} }
func (m *Model) stateBoard() string                { return "" }
func (m *Model) idleBoard()                        {}
func (m *Model) resized()                          {}
