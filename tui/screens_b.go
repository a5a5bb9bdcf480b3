package tui

// Stand-ins that incidents.go, timeline.go, filter.go, dialog.go and prompt.go replace.

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

type incidentsState struct{}

func (m *Model) drawIncidents(c *canvas)               {}
func (m *Model) keyIncidents(k string) (tea.Cmd, bool) { return nil, false }
func (m *Model) followIncidents(old *monitor.Snapshot) {}
func (m *Model) selectIncidents() selection            { return selection{} }
func (m *Model) stateIncidents() string                { return "" }

type timelineState struct{}

func (m *Model) drawTimeline(c *canvas)               {}
func (m *Model) keyTimeline(k string) (tea.Cmd, bool) { return nil, false }
func (m *Model) followTimeline(old *monitor.Snapshot) {}
func (m *Model) selectTimeline() selection            { return selection{} }
func (m *Model) headTimeline(c *canvas)               {}
func (m *Model) newsTimeline(c *canvas)               {}
func (m *Model) stateTimeline() string                { return "" }

// openTimeline shows an incident's timeline.
func (m *Model) openTimeline(id string) tea.Cmd { return nil }

// handle takes messages that the frame does not know: those of B's commands.
func (m *Model) handle(msg tea.Msg) tea.Cmd { return nil }

func (m *Model) openIncidentOrDeclare(alertIDs []string) tea.Cmd  { return nil }
func (m *Model) openAck(alertIDs []string) tea.Cmd                { return nil }
func (m *Model) openSilence(target *monitor.TargetStatus) tea.Cmd { return nil }
func (m *Model) openDeclare(alertIDs []string) tea.Cmd            { return nil }
func (m *Model) openNote(incidentID, target string) tea.Cmd       { return nil }
func (m *Model) openQuit() tea.Cmd                                { return tea.Quit }

// filterState is the filter of lists and its prompt.
type filterState struct{}

// filter is a parsed one; the zero value matches everything.
type filter struct{}

func parseFilter(text string, now time.Time) (filter, error) { return filter{}, nil }

func (f filter) matchTarget(t *monitor.TargetStatus, now time.Time) bool { return true }
func (f filter) matchEvent(e *monitor.Event) bool                        { return true }
func (f filter) matchIncident(i *incident.Incident) bool                 { return true }
func (f filter) matchLine(l *incident.Line) bool                         { return true }

func (s *filterState) active() bool    { return false } // a filter is set
func (s *filterState) typing() bool    { return false } // its prompt is open and takes all keys
func (s *filterState) current() filter { return filter{} }
func (s *filterState) clear()          {}

// open opens the prompt.
func (s *filterState) open() {}

// keyFilter takes all keys while the prompt is open.
func (m *Model) keyFilter(k tea.KeyPressMsg) tea.Cmd { return nil }
func (m *Model) pasteFilter(text string) tea.Cmd     { return nil }

// drawFilter draws line 3: the prompt, or the filter that is on and how many rows it leaves.
func (m *Model) drawFilter(c *canvas) { c.end() }
