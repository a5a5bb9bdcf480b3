package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
)

// escalationLines are those of the on-call screen, as of one snapshot, second,
// width and schedule.
type escalationLines struct {
	of       uint64
	second   int64
	width    int
	schedule string
	lines    []toldLine
}

// escalationPart returns what the on-call screen says of escalations: the one
// that concerns most, or, while none is under way, the policies of the schedule.
func (m *Model) escalationPart(w int) []toldLine {
	p := &m.onCall.escalation
	if p.lines != nil && p.of == m.snap.Seq && p.second == m.now.Unix() && p.width == w && p.schedule == m.onCall.schedule {
		return p.lines
	}
	*p = escalationLines{of: m.snap.Seq, second: m.now.Unix(), width: w, schedule: m.onCall.schedule}
	if e := m.shownEscalation(); e != nil {
		p.lines = m.runningLines(e, w)
		return p.lines
	}
	for i := range m.snap.Policy.Escalations {
		if policy := &m.snap.Policy.Escalations[i]; uses(policy, m.onCall.schedule) {
			p.lines = append(p.lines, m.planLines(policy, w)...)
		}
	}
	if p.lines == nil {
		p.lines = []toldLine{{title: "escalation"}, {pieces: []piece{{dim, "  no escalation calls this schedule"}}}}
	}
	return p.lines
}

// runningLines are an escalation under way.
func (m *Model) runningLines(e *alert.Escalation, w int) []toldLine {
	policy := escalationPolicy(&m.snap.Policy, e.Policy)
	about := m.escalatedAlerts(e)
	title := "escalation " + e.Policy
	if len(about) > 0 {
		title += ", for " + about[0].Target
		if n := len(about) - 1; n > 0 {
			title += fmt.Sprintf(" +%d", n)
		}
	}
	right := ""
	if policy != nil && policy.Repeat > 1 {
		right = fmt.Sprintf("round %d of %d", max(e.Round, 1), policy.Repeat)
	}
	if n := len(m.snap.Escalations) - 1; n > 0 {
		right = strings.TrimSpace(right + fmt.Sprintf(" +%d under way", n))
	}
	lines := []toldLine{{title: title, right: right}}
	if policy == nil {
		return append(lines, toldLine{pieces: []piece{{plain, "  called " + whoWords(e.Called)}}})
	}
	answer := ackAnswer(about)
	at := e.Due
	for i, step := range policy.Steps {
		state, r := "", dim
		who := ""
		switch n := i + 1; {
		case n < e.Step:
			state = "called, " + answer
		case n == e.Step:
			state, r = "called "+m.clock(e.At, "15:04:05")+", "+answer, plain
			who = whoWords(e.Called)
			if e.Finished { // At and Called are those of the last resort
				state, who = "called, "+answer, ""
			}
		case n == e.Step+1:
			state, r = m.dueWords(e), warn
			at = at.Add(step.Wait)
		default:
			state = m.aboutTime(e, at)
			at = at.Add(step.Wait)
		}
		if who == "" {
			who = m.toWordsAt(step.To, e.Due)
		}
		lines = append(lines, m.theme.stepLine(fmt.Sprint(i+1), stepNames(&step), who, piece{r, state}, w))
	}
	return append(lines, m.lastLines(e, policy, w)...)
}

// lastLines say what comes after the last step: the next round or the last
// resort, and which steps had nobody.
func (m *Model) lastLines(e *alert.Escalation, policy *alert.EscalationPolicy, w int) (lines []toldLine) {
	state := piece{dim, "after " + count(max(policy.Repeat, 1), "round")}
	switch round, step, _ := nextStep(policy, e); {
	case e.Finished:
		state = piece{warn, "told " + m.clock(e.At, "15:04:05")}
	case e.Step >= len(policy.Steps) && step == 0:
		state = piece{warn, m.dueWords(e)}
	case e.Step >= len(policy.Steps):
		lines = append(lines, m.theme.stepLine(" ", "from the first again", fmt.Sprintf("round %d", round), piece{warn, m.dueWords(e)}, w))
	}
	if policy.LastResort != "" {
		lines = append(lines, m.theme.stepLine("!", "last resort", policy.LastResort, state, w))
	}
	if len(e.Skipped) > 0 {
		lines = append(lines, toldLine{pieces: []piece{{warn, "  skipped: " + strings.Join(e.Skipped, "; ")}}})
	}
	return lines
}

// aboutTime says when a later step would be, if nobody answers before.
func (m *Model) aboutTime(e *alert.Escalation, at time.Time) string {
	if e.Due.IsZero() {
		return "later"
	}
	return "then, " + m.clock(at, "15:04:05")
}

// ackAnswer says whether whoever was called answered.
func ackAnswer(about []*alert.Alert) string {
	by := ""
	for _, a := range about {
		if a.Ack == nil {
			return "not acked"
		}
		by = a.Ack.By
	}
	if by == "" {
		return "no answer"
	}
	return "acked by " + by
}

// planLines are what a policy would do.
func (m *Model) planLines(policy *alert.EscalationPolicy, w int) []toldLine {
	lines := []toldLine{{title: "escalation " + policy.Name + ", if nobody acknowledges", right: "nothing is under way"}}
	var after time.Duration
	for i, step := range policy.Steps {
		state := "at once"
		if i > 0 {
			state = "after " + limit(after)
		}
		after += step.Wait
		lines = append(lines, m.theme.stepLine(fmt.Sprint(i+1), stepNames(&step), m.toWordsAt(step.To, m.now), piece{dim, state}, w))
	}
	if policy.LastResort != "" {
		state := "after " + count(max(policy.Repeat, 1), "round") + ", " + limit(after*time.Duration(max(policy.Repeat, 1)))
		lines = append(lines, m.theme.stepLine("!", "last resort", policy.LastResort, piece{dim, state}, w))
	}
	return lines
}

// stepNames are what a step says, without kinds.
func stepNames(s *alert.EscalationStep) string {
	names := make([]string, len(s.To))
	for i, to := range s.To {
		names[i] = toName(to)
	}
	all := strings.Join(names, ", ")
	if s.All {
		all += " (all)"
	}
	return all
}

// toWordsAt are whom all that a step says means at a time: now if it is none, or
// past.
func (m *Model) toWordsAt(to []string, at time.Time) string {
	if at.Before(m.now) {
		at = m.now
	}
	var all []string
	for _, one := range to {
		for _, a := range m.snap.Roster.Reach(one, at) {
			if s := a.String(); !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return whoWords(all)
}

// stepLine is a line of an escalation, in columns as the width allows.
func (t *theme) stepLine(n, to, who string, state piece, w int) toldLine {
	toCells, whoCells := 18, 26
	switch {
	case w < 50:
		toCells, whoCells = 0, max(w-24, 8)
	case w < 80:
		toCells, whoCells = 0, 26
	case w >= 110:
		toCells, whoCells = 28, 40
	}
	pieces := []piece{{key, "  " + n + "  "}}
	if toCells > 0 {
		pieces = append(pieces, piece{plain, t.column(to, toCells)})
	} else if n == "!" {
		who = to + ": " + who
	}
	return toldLine{pieces: append(pieces, piece{plain, t.column(who, whoCells)}, state)}
}

// column is a text in n cells, the last of them blank.
func (t *theme) column(s string, n int) string {
	s, _ = t.shown(s)
	s, _ = t.fitted(s, n-1)
	return pad(s, n)
}
