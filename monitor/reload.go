package monitor

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/checker"
	"sitrep/safe"
)

// Program is who sends Apply, Refuse and Halt: sitrep itself, once it has read
// the configuration again, or ends.
var Program = Actor{Name: Self, Role: Admin, From: "config"}

// refusedPatience is how long a configuration may be one that cannot be applied
// before that is a finding: whoever is editing it may not be done.
const refusedPatience = 10 * time.Minute

// maxChange bounds a line about a change, in bytes, and maxChanges how many of
// them are kept.
const (
	maxChange  = 400
	maxChanges = 500
)

// Unconfirmed begins the line of the log about a configuration that waits to be
// confirmed.
const Unconfirmed = "not applied until it is confirmed"

// configState is how the configuration stands.
type configState struct {
	Config           // replaced as a whole, its list never written to
	since  time.Time // when what is read was first refused, by the clock that nobody sets; zero if it is not
}

// replace puts a configuration in place of the one that holds, the whole of it
// in one turn. What is the same in both goes on as it was, timers included.
func (m *Monitor) replace(now time.Time, c Apply) {
	changes := safeLines(c.Changes)
	text := cmp.Or(joined(changes), "read again: nothing is different")
	m.log(Event{At: now, Kind: "config", Text: text})
	m.config = configState{Config: Config{File: m.config.File, Loaded: now, Checked: now}}
	m.setup = c.Setup
	m.list(now)
	m.prober.SetTargets(m.setup.Targets)
	m.loadRoster(now)
	m.follow(now, m.alerts.SetTargets(now, m.targets()))
	m.follow(now, m.alerts.SetPolicy(now, m.setup.Policy))
	for _, name := range c.Mended {
		m.follow(now, m.alerts.Retry(now, name))
	}
	m.book.SetSettings(incidentSettings(&m.setup))
	if len(changes) > 0 {
		m.write(m.book.Reloaded(now, text))
	}
}

// refuse notes that what was read is not applied. The same again is no news.
func (m *Monitor) refuse(now time.Time, c Refuse) {
	was := m.config
	next := configState{since: was.since, Config: Config{
		File: was.File, Loaded: was.Loaded, Checked: now,
		Error: safe.Line(c.Error, maxChange), Problems: c.Problems, Waiting: safeLines(c.Waiting), Removed: c.Removed,
	}}
	if next.since.IsZero() {
		next.since = time.Now()
	}
	m.config, m.changed = next, true
	if next.Error != was.Error || next.Problems != was.Problems || !slices.Equal(next.Waiting, was.Waiting) {
		m.log(Event{At: now, Kind: "config", Status: checker.Degraded, Text: m.config.refusal()})
	}
}

// refusal says why what was read is not applied, "" if it is: the end of a
// sentence that begins with "the configuration is".
func (c *configState) refusal() string {
	switch {
	case c.Error != "" && c.Problems > 1:
		return fmt.Sprintf("not applied: %s (and %d more)", c.Error, c.Problems-1)
	case c.Error != "":
		return "not applied: " + c.Error
	case len(c.Waiting) > 0:
		return Unconfirmed + ": " + joined(c.Waiting)
	}
	return ""
}

// stuck tells whether a refusal has lasted too long to be an edit under way.
func (c *configState) stuck() bool {
	return c.refusal() != "" && time.Since(c.since) >= refusedPatience
}

// readAgain has the configuration read again. The answer comes as a command.
func (m *Monitor) readAgain(c Reload) error {
	if m.reload == nil {
		return errors.New("reload: there is no configuration to read again")
	}
	m.reload(c.Confirmed)
	return nil
}

// safeLines returns lines fit for a screen.
func safeLines(lines []string) []string {
	var out []string
	for i, l := range lines {
		if i == maxChanges {
			return append(out, fmt.Sprintf("and %d more", len(lines)-i))
		}
		out = append(out, safe.Line(l, maxChange))
	}
	return out
}

// joined makes one line of several.
func joined(lines []string) string { return safe.Line(strings.Join(lines, "; "), maxLogged) }
