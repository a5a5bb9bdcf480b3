package tui

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// class is where a target stands in the order of the board: what needs a human
// first. A new problem is appended to its class and so moves nothing above it.
type class uint8

const (
	classDown    class = iota // down, nobody acknowledged
	classWarn                 // degraded, nobody acknowledged
	classUnknown              // no judgement
	classSoft                 // the last result is worse than what is believed
	classAcked
	classHeld // silenced, in maintenance, or explained by a parent
	classNew  // not probed yet
	classUp
	classPaused
	nClasses
)

// problem tells whether the class is one that [ and ] stop at.
func (c class) problem() bool { return c < classNew }

// classOf returns a target's class.
func classOf(t *monitor.TargetStatus) class {
	switch a := t.Alert; {
	case t.Target.Paused:
		return classPaused
	case a != nil && a.State.Active() && a.Held():
		return classHeld
	case a != nil && a.State.Active() && a.Ack != nil:
		return classAcked
	case a != nil && a.State.Active() && a.Severity == alert.Critical:
		return classDown
	case a != nil && a.State.Active():
		return classWarn
	case t.Target.Broken != "":
		return classUnknown
	case t.Last.At.IsZero():
		return classNew
	case t.Last.Status == checker.Unknown:
		return classUnknown
	case t.Last.Status > checker.Up:
		return classSoft
	}
	return classUp
}

// face is how a target's state is shown: case carries whether it is confirmed
// ("DOWN") or not yet ("down"), so that it survives without colour.
type face struct {
	glyph, word string
	glyphRole   role
	wordRole    role
}

// faceOf returns how a target is shown.
func (t *theme) faceOf(s *monitor.TargetStatus) face {
	switch c := classOf(s); c {
	case classPaused:
		return face{t.ok, "off", dim, dim}
	case classNew:
		return face{t.ok, "-", dim, dim}
	case classUp:
		return face{t.ok, "ok", plain, plain}
	case classUnknown:
		return face{t.unknown, "UNKN", unknown, unknown}
	case classSoft:
		return face{t.warn, shortStatus(s.Last.Status), warn, warn}
	case classHeld:
		f := t.hard(s.Alert.Severity)
		f.glyphRole, f.wordRole = dim, dim
		return f
	default:
		return t.hard(s.Alert.Severity)
	}
}

// hard returns the face of a confirmed severity.
func (t *theme) hard(s alert.Severity) face {
	if s == alert.Critical {
		return face{t.down, "DOWN", down, down}
	}
	return face{t.warn, "WARN", warn, warn}
}

// shortStatus returns the word of a status that is not confirmed.
func shortStatus(s checker.Status) string {
	switch s {
	case checker.Down:
		return "down"
	case checker.Degraded:
		return "warn"
	case checker.Up:
		return "ok"
	}
	return "unkn"
}

// unackedAlert tells whether a human is needed for a target.
func unackedAlert(a *alert.Alert) bool {
	return a != nil && a.State.Active() && a.Ack == nil && !a.Held()
}

// flags returns the two flag cells: who has it or what holds it back, and
// whether it is in an incident, or else how far it can be relied on.
func flags(s *monitor.TargetStatus) (who, more string) {
	who, more = " ", " "
	if a := s.Alert; a != nil && a.State.Active() {
		switch {
		case a.Held():
			who = heldSign(a)
		case a.Ack != nil:
			who = "a"
		default:
			who = "!"
		}
		switch {
		case a.Flapping:
			more = "~"
		case a.Stale:
			more = "?"
		}
	}
	if s.Incident != "" {
		more = "i"
	}
	return who, more
}

// onsetOf returns when what a row shows began; zero if it is not known.
func onsetOf(s *monitor.TargetStatus) time.Time {
	switch a := s.Alert; {
	case a != nil && a.State != alert.None && a.State != alert.Resolved:
		return a.Started
	case !s.Since.IsZero():
		return s.Since
	}
	return time.Time{}
}

// reading is the NOW column: the latency, or in place of it what came instead.
func reading(s *monitor.TargetStatus) string {
	switch r := &s.Last; {
	case r.At.IsZero() || r.Status == checker.Unknown:
		return "-"
	case r.Status != checker.Down:
		return took(r.Took)
	case r.Code >= 300:
		return strconv.Itoa(r.Code)
	case r.Code >= 200: // an answer that came, and says the wrong thing
		return took(r.Took)
	case timedOut(r):
		return "t/o"
	}
	return "fail"
}

// timedOut tells whether a result is that no answer came in time.
func timedOut(r *checker.Result) bool {
	return strings.Contains(worst(r), "timeout") || strings.Contains(worst(r), "timed out")
}

// worst returns the text of a result's worst finding.
func worst(r *checker.Result) string {
	if len(r.Findings) == 0 {
		return ""
	}
	return r.Findings[0].Text
}

// why returns the reason column, whose first 18 cells make sense alone.
func (m *Model) why(s *monitor.TargetStatus) string {
	c := classOf(s)
	switch {
	case s.Probing:
		return "probing now"
	case c == classPaused:
		return "paused"
	case s.Target.Broken != "":
		return s.Target.Broken
	case c == classNew:
		return "not probed yet"
	case c == classHeld:
		return m.heldWords(s.Alert)
	case s.Alert != nil && s.Alert.Stale:
		return "stale: was " + s.Alert.What()
	case s.Alert != nil && s.Alert.Flapping:
		return "flapping: " + s.Alert.What()
	case c == classSoft:
		return strings.TrimSpace(fmt.Sprintf("%d/%d %s", max(s.InRow, 1), s.Target.FailAfter, worst(&s.Last)))
	case s.Alert != nil && s.Alert.State == alert.Recovering:
		return "recovering: " + s.Alert.What()
	case s.Restored:
		return "as of " + m.hm(s.Last.At) + ", " + age(m.now.Sub(s.Last.At)) + " old"
	case s.Last.Status != checker.Up:
		return worst(&s.Last)
	case s.Alert != nil:
		return s.Alert.What()
	}
	return ""
}

// gravest returns the ID of the open incident that matters most: by severity, unset last,
// then the oldest. False if none is open.
func (m *Model) gravest() (id string, ok bool) {
	if m.snap == nil {
		return "", false
	}
	best, bestRank := "", 0
	for _, inc := range m.snap.Incidents {
		if !inc.Open() {
			continue
		}
		rank := severityRank(inc.Severity)
		if !ok || cmp.Or(cmp.Compare(rank, bestRank), cmp.Compare(inc.ID, best)) < 0 {
			best, bestRank, ok = inc.ID, rank, true
		}
	}
	return best, ok
}

// severityRank orders SEV1 … SEV5 and puts what is unset last.
func severityRank(s string) int {
	if s == "" {
		return 9
	}
	return int(s[len(s)-1] - '0')
}
