package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
)

// countdown writes how long is left: to the second under two minutes, to the
// minute above, so that a screen that nothing happens on stays as it is.
func countdown(d time.Duration) string {
	const day = 24 * time.Hour
	switch d = (d + time.Second - 1).Truncate(time.Second); {
	case d <= 0:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < 2*time.Minute:
		return fmt.Sprintf("1m %ds", (d-time.Minute)/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	switch d = (d + time.Minute - 1).Truncate(time.Minute); {
	case d < day:
		return fmt.Sprintf("%dh %dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd %dh", d/day, d%day/time.Hour)
}

// inTime is "in 4m", or "now" for what is due.
func inTime(d time.Duration) string {
	if d <= 0 {
		return "now"
	}
	return "in " + countdown(d)
}

// escalationPolicy returns one by name, nil if there is none.
func escalationPolicy(p *alert.Policy, name string) *alert.EscalationPolicy {
	for i := range p.Escalations {
		if p.Escalations[i].Name == name {
			return &p.Escalations[i]
		}
	}
	return nil
}

// uses tells whether a policy calls a schedule.
func uses(p *alert.EscalationPolicy, schedule string) bool {
	return p != nil && slices.ContainsFunc(p.Steps, func(s alert.EscalationStep) bool {
		return slices.Contains(s.To, "schedule:"+schedule)
	})
}

// shownEscalation is the one that concerns most: that of the selected schedule,
// one that calls somebody next, the soonest; nil if none is under way.
func (m *Model) shownEscalation() *alert.Escalation {
	var best *alert.Escalation
	rank := func(e *alert.Escalation) int {
		n := 0
		if !uses(escalationPolicy(&m.snap.Policy, e.Policy), m.onCall.schedule) {
			n += 2
		}
		if e.Due.IsZero() {
			n++
		}
		return n
	}
	for i := range m.snap.Escalations {
		e := &m.snap.Escalations[i]
		if best == nil || cmp.Or(cmp.Compare(rank(e), rank(best)), e.Due.Compare(best.Due)) < 0 {
			best = e
		}
	}
	return best
}

// escalates tells whether an escalation is about an alert.
func (m *Model) escalates(e *alert.Escalation, a *alert.Alert) bool {
	if !a.State.Active() {
		return false
	}
	var route *alert.Route
	for i := range m.snap.Policy.Routes {
		if r := &m.snap.Policy.Routes[i]; r.Name == e.Route && r.Match.Match(a.Labels, a.Severity, a.Findings) {
			route = r
		}
	}
	if route != nil && len(route.GroupBy) == 0 {
		return true
	}
	for i := range m.snap.Accounts {
		l := &m.snap.Accounts[i]
		if l.Group == e.Group && l.Route == e.Route && (mentions(l, a.ID) || route != nil && sameGroup(l, route, a)) {
			return true
		}
	}
	return false
}

// escalatedAlerts returns the alerts that an escalation is about, gravest first.
func (m *Model) escalatedAlerts(e *alert.Escalation) (as []*alert.Alert) {
	for i := range m.snap.Alerts {
		if a := &m.snap.Alerts[i]; m.escalates(e, a) {
			as = append(as, a)
		}
	}
	return as
}

// escalationsOf returns those that are about an alert.
func (m *Model) escalationsOf(a *alert.Alert) (es []*alert.Escalation) {
	for i := range m.snap.Escalations {
		if e := &m.snap.Escalations[i]; m.escalates(e, a) {
			es = append(es, e)
		}
	}
	return es
}

// nextStep returns what an escalation calls next: the round and the step, both
// from 1, and whom. The step after the last round's last is 0: the last resort.
func nextStep(p *alert.EscalationPolicy, e *alert.Escalation) (round, step int, to []string) {
	switch {
	case p == nil || e.Finished:
		return 0, 0, nil
	case e.Step < len(p.Steps):
		return max(e.Round, 1), e.Step + 1, p.Steps[e.Step].To
	case e.Round < p.Repeat:
		return e.Round + 1, 1, p.Steps[0].To
	}
	return e.Round, 0, []string{p.LastResort}
}

// nextWords say what an escalation calls next, "step 3 (sre-leads: chen via
// mail)"; "" if it calls nobody any more.
func (m *Model) nextWords(e *alert.Escalation) string {
	round, step, to := nextStep(escalationPolicy(&m.snap.Policy, e.Policy), e)
	if to == nil {
		return ""
	}
	at := m.now
	if e.Due.After(at) {
		at = e.Due
	}
	whom := m.toWords(to, at)
	switch {
	case step == 0:
		return "the last resort (" + whom + ")"
	case round > max(e.Round, 1):
		return fmt.Sprintf("round %d, step %d (%s)", round, step, whom)
	}
	return fmt.Sprintf("step %d (%s)", step, whom)
}

// toWords say whom a step means at a time: "primary: bo via pager, chat".
func (m *Model) toWords(to []string, at time.Time) string {
	var parts []string
	for _, one := range to {
		name, whom := toName(one), m.reachNames(one, at)
		if whom != name {
			name += ": " + whom
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, ", ")
}

// toName is what a step says without its kind: "primary" of "schedule:primary".
func toName(to string) string {
	for _, kind := range []string{"schedule:", "operator:"} {
		if name, ok := strings.CutPrefix(to, kind); ok {
			return name
		}
	}
	return to
}

// reachNames are whom one of a step's means at a time.
func (m *Model) reachNames(to string, at time.Time) string {
	reached := m.snap.Roster.Reach(to, at)
	names := make([]string, len(reached))
	for i := range reached {
		names[i] = reached[i].String()
	}
	return whoWords(names)
}

// whoWords are addressees with each operator once: "ana via pager, slack".
func whoWords(addressees []string) string {
	type person struct {
		name string
		via  []string
	}
	var people []person
	for _, s := range addressees {
		a := oncall.ParseAddressee(s)
		if a.Operator == "" {
			people = append(people, person{name: s})
			continue
		}
		i := slices.IndexFunc(people, func(p person) bool { return p.name == a.Operator })
		if i < 0 {
			i = len(people)
			people = append(people, person{name: a.Operator})
		}
		if !slices.Contains(people[i].via, a.Receiver) {
			people[i].via = append(people[i].via, a.Receiver)
		}
	}
	parts, between := make([]string, len(people)), ", "
	for i, p := range people {
		parts[i] = p.name
		if len(p.via) > 0 {
			parts[i] += " via " + strings.Join(p.via, ", ")
			between = "; " // or else a receiver passes for one more way to the one before
		}
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, between)
}

// dueWords say when the next step of an escalation is, or why none is.
func (m *Model) dueWords(e *alert.Escalation) string {
	switch {
	case e.Finished:
		return "over: the last resort was told"
	case e.Paused == "ack":
		return "paused: somebody acknowledged"
	case e.Paused == "held":
		return "paused while it is held back, " + countdown(e.Left) + " left"
	case e.Due.IsZero():
		return "begins with the first notification"
	}
	return m.clock(e.Due, "15:04:05") + ", " + inTime(e.Due.Sub(m.now))
}

// escalationWords say in a line how far the escalation of an alert has got: "step
// 1, next in 3m: step 2 (secondary: bo via pager)".
func (m *Model) escalationWords(e *alert.Escalation) string {
	s := "step " + fmt.Sprint(e.Step)
	if e.Step == 0 {
		s = "no step called"
	}
	if e.Round > 1 {
		s = fmt.Sprintf("round %d, ", e.Round) + s
	}
	next := m.nextWords(e)
	switch {
	case e.Due.IsZero() || next == "":
		return s + ", " + m.dueWords(e)
	}
	return s + ", next " + inTime(e.Due.Sub(m.now)) + ": " + next
}
