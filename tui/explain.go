package tui

import (
	"fmt"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/monitor"
)

// explain says who would be told if a target went down, by which route and after
// how long: a line a route. Nil if nobody would.
func (m *Model) explain(t *monitor.TargetStatus) []string {
	p := &m.snap.Policy
	var lines []string
	for i := range p.Routes {
		r := &p.Routes[i]
		if !r.Match.Match(t.Target.Labels, alert.Critical, t.Last.Findings) {
			continue
		}
		var stops []string
		for _, name := range r.To {
			stops = append(stops, explainStop(p, r, name))
		}
		lines = append(lines, r.Name+": "+strings.Join(stops, ", "))
	}
	return lines
}

// explainStop says of one receiver when it would be told, and who would be if it
// did not accept.
func explainStop(p *alert.Policy, r *alert.Route, name string) string {
	rec := receiverNamed(p, name)
	if rec == nil {
		return name
	}
	if !rec.Tell[alert.First] {
		return name + " not of first news"
	}
	wait := r.Wait
	if rec.Paging {
		wait = r.WaitPaging
	}
	s := name + " " + afterWords(wait)
	if rec.Fallback != "" {
		s += fmt.Sprintf(" (else %s)", rec.Fallback)
	}
	return s
}

// afterWords write a pause: "after 10s", "at once".
func afterWords(d time.Duration) string {
	if d <= 0 {
		return "at once"
	}
	return "after " + limit(d)
}
