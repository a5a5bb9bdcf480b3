package tui

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/alert"
)

// Notify is by which sequence a terminal is asked to notify its user.
type Notify uint8

// The sequences. NotifyOff is none: the bell may ring all the same.
const (
	NotifyOff    Notify = iota
	NotifyOSC9          // iTerm2, kitty, WezTerm, Windows Terminal
	NotifyOSC777        // urxvt, foot, Ghostty, VTE
)

// Attention says how a screen calls somebody who does not look at it, and what
// else of the terminal it uses beside its cells. The zero value uses nothing.
type Attention struct {
	Bell   bool   // rings for a new critical alert that nobody acknowledged
	Notify Notify // also by a notification, which names the target
	Title  bool   // sets the window's title
}

// How often somebody is called at most, and how long a notification is, in cells.
const (
	callEvery  = time.Minute
	notifyLong = 80
)

// attentionState is which critical alerts wait for somebody, and which of them
// one was called for.
type attentionState struct {
	order uint64          // Snapshot.Order that known is of
	known map[string]bool // IDs of critical alerts that nobody acknowledged; nil before the first picture
	owed  []string        // IDs of those that came and that nobody can have seen yet
	last  time.Time       // of the latest call
}

// attend takes in which alerts are new. Those of the first picture are not.
func (m *Model) attend() {
	s := &m.attention
	if s.known != nil && s.order == m.snap.Order {
		return
	}
	first := s.known == nil
	known := make(map[string]bool)
	for i := range m.snap.Alerts {
		a := &m.snap.Alerts[i]
		if a.Severity != alert.Critical || !unackedAlert(a) {
			continue
		}
		known[a.ID] = true
		if !first && !s.known[a.ID] {
			s.owed = append(s.owed, a.ID)
		}
	}
	s.order, s.known = m.snap.Order, known
	s.owed = slices.DeleteFunc(s.owed, func(id string) bool { return !known[id] })
}

// call returns the command that calls somebody for what came: while nobody
// looks, at most once a minute. What comes under one's eyes is owed until a key
// says that it was seen.
func (m *Model) call() tea.Cmd {
	s := &m.attention
	if len(s.owed) == 0 || !m.away.away || !s.last.IsZero() && m.now.Sub(s.last) < callEvery {
		return nil
	}
	text := ""
	if m.opt.Attention.Bell {
		text = "\a"
	}
	if m.notifies() {
		text += m.notification()
	}
	s.last, s.owed = m.now, nil
	if text == "" {
		return nil
	}
	return tea.Raw(text)
}

// notifies tells whether the terminal is asked to notify: some are known to show
// the sequence as text.
func (m *Model) notifies() bool {
	if m.opt.Attention.Notify == NotifyOff {
		return false
	}
	environ := m.opt.Environ
	if environ == nil {
		environ = os.Environ()
	}
	term, _, _ := strings.Cut(lookup(environ, "TERM"), "-")
	return !slices.Contains([]string{"", "linux", "screen", "dumb", "vt100"}, term)
}

// notification is the sequence that names what came: the target and its state,
// and no more, since it may be shown on a locked screen.
func (m *Model) notification() string {
	s := &m.attention
	name := "an alert"
	if a := m.snap.Alert(s.owed[0]); a != nil {
		name = a.Target
	}
	text := name + " DOWN"
	if more := len(s.owed) - 1; more > 0 {
		text += fmt.Sprintf(" (+%d)", more)
	}
	text, _ = m.theme.shown("sitrep: " + text) // and never a number first, which some take for a command
	text, _ = cut(text, notifyLong, "")
	text = strings.ReplaceAll(text, ";", ",")
	if m.opt.Attention.Notify == NotifyOSC777 {
		return ansi.URxvtExt("notify", "sitrep", text)
	}
	return ansi.Notify(text)
}

// sawAlerts is for when somebody is there: what came is seen.
func (m *Model) sawAlerts() { m.attention.owed = nil }
