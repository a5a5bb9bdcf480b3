package monitor

import (
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/safe"
)

// acceptWithin is how long whoever comes on call has to accept it, where a
// policy asks for that.
const acceptWithin = 15 * time.Minute

// handed is a shift that waits to be accepted.
type handed struct {
	from  time.Time // of the shift
	since time.Time // when this process first saw that it waits, by the clock that nobody sets
}

// checkDuty finds what is wrong with who is on call, and with what calls them.
func (m *Monitor) checkDuty(now time.Time) {
	var fs []checker.Finding
	add := func(what string, status checker.Status, text string) {
		fs = append(fs, checker.Finding{What: what, Status: status, Text: safe.Line(text, 200)})
	}
	for _, text := range m.unaccepted(now) {
		add("handover", checker.Down, text)
	}
	if empty := m.uncovered(now); len(empty) > 0 {
		add("coverage", checker.Degraded, "nobody is on call: "+strings.Join(empty, ", "))
	}
	if text := m.auditor.trouble(); text != "" {
		add("escalation", checker.Degraded, text)
	}
	if err := m.auditor.dead(); err != nil {
		add("deadman", checker.Degraded, "whoever watches sitrep cannot be told that it lives: "+err.Error())
	}
	m.duty = fs
}

// uncovered returns the schedules that a route or an escalation uses and that
// nobody is on call for now, not even a fallback.
func (m *Monitor) uncovered(now time.Time) []string {
	return slices.DeleteFunc(usedSchedules(&m.setup.Policy), func(name string) bool {
		return len(m.roster.Who(name, now)) > 0
	})
}

// unaccepted says which shifts were not accepted in time.
func (m *Monitor) unaccepted(now time.Time) []string {
	waiting := map[string]handed{}
	var late []string
	for _, name := range acceptedSchedules(&m.setup.Policy) {
		shift := m.roster.At(name, now)
		if shift.Fallback || !m.roster.ToAccept(shift) {
			continue
		}
		h := m.handed[name]
		if h.since.IsZero() || !h.from.Equal(shift.From) {
			h = handed{from: shift.From, since: time.Now()}
		}
		waiting[name] = h
		if time.Since(h.since) >= acceptWithin {
			late = append(late, strings.Join(shift.On, ", ")+" has not accepted "+name+" since "+stampOf(shift.From))
		}
	}
	m.handed = waiting
	return late
}

// usedSchedules returns the schedules that routes and escalations name, sorted.
func usedSchedules(p *alert.Policy) []string {
	var names []string
	for i := range p.Routes {
		names = appendSchedules(names, p.Routes[i].To)
	}
	for i := range p.Escalations {
		for _, step := range p.Escalations[i].Steps {
			names = appendSchedules(names, step.To)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// acceptedSchedules returns those whose shifts are to be accepted, sorted.
func acceptedSchedules(p *alert.Policy) []string {
	var names []string
	for i := range p.Escalations {
		if !p.Escalations[i].Accept {
			continue
		}
		for _, step := range p.Escalations[i].Steps {
			names = appendSchedules(names, step.To)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func appendSchedules(names, to []string) []string {
	for _, t := range to {
		if name, ok := strings.CutPrefix(t, "schedule:"); ok {
			names = append(names, name)
		}
	}
	return names
}

// stampOf is a moment in the log: its date and minute, in UTC.
func stampOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }
