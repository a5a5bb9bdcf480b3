package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// pace says how often the picture follows the data. Keys are answered at once,
// whatever it is.
type pace uint8

// The paces. A link that takes long to take a frame gets fewer.
const (
	paceFull   pace = iota // four frames a second
	paceSlow               // one a second, the clock in minutes
	paceSlower             // one in five seconds
)

// every is the least time between two frames of the data.
func (p pace) every() time.Duration {
	return [...]time.Duration{250 * time.Millisecond, time.Second, 5 * time.Second}[p]
}

// When the pace changes.
const (
	slowWrite  = 150 * time.Millisecond // a frame that takes longer goes over a slow link
	slowerWait = 10 * time.Second       // if it still does so long after, it is slower yet
	fasterWait = 30 * time.Second       // so long without one, it is faster again
)

// paceState is the pace of a screen and the frame that is held until its time.
type paceState struct {
	now   pace
	asked bool      // by the operator: it stays
	since time.Time // when now began, or the last slow write was
	link  *link     // nil: nothing is known of it

	drawn  time.Time // when the last frame was let through
	held   bool      // the one before is shown once more
	coming bool      // a redrawMsg is on its way
	last   tea.View
}

// redrawMsg comes when a frame that was held may be drawn.
type redrawMsg struct{}

// hold decides whether what a message changed is drawn now. Data that comes too
// soon after the last frame is drawn later, by the command that is returned.
func (m *Model) hold(msg tea.Msg) tea.Cmd {
	s := &m.pace
	wait := time.Duration(0)
	switch msg.(type) {
	case snapMsg, tickMsg, resultsMsg:
		wait = s.now.every() - m.now.Sub(s.drawn)
	case redrawMsg:
		s.coming = false
	}
	s.held = wait > 0 && s.last.Content != ""
	if !s.held {
		s.drawn = m.now
		return nil
	}
	if s.coming {
		return nil
	}
	s.coming = true
	return func() tea.Msg {
		sleep(m.ctx, wait)
		return redrawMsg{}
	}
}

// feelLink changes the pace by how long the link took lately.
func (m *Model) feelLink() {
	s := &m.pace
	if s.asked || s.link == nil {
		return
	}
	switch took, quiet := s.link.longest(), m.now.Sub(s.since); {
	case took > slowWrite && s.now == paceFull:
		s.now, s.since = paceSlow, m.now
	case took > slowWrite && s.now == paceSlow && quiet >= slowerWait:
		s.now, s.since = paceSlower, m.now
	case took > slowWrite:
		if s.now == paceSlower {
			s.since = m.now
		}
	case s.now > paceFull && quiet >= fasterWait:
		s.now, s.since = s.now-1, m.now
	}
}

// runRate is what an operator asks for of a slow link.
func runRate(m *Model, args []string) tea.Cmd {
	m.setPace(args[0] == "slow")
	return nil
}

// setPace is what the operator asks for: slow, or as the link allows.
func (m *Model) setPace(slow bool) {
	m.pace.asked, m.pace.now, m.pace.since = slow, paceFull, m.now
	if slow {
		m.pace.now = paceSlow
		m.say("one frame a second, keys at once")
		return
	}
	m.say("as many frames as the link takes")
}
