package tui

import (
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// explain returns who would be told if a target went as bad as it can, soonest
// first, and which routes do not mean it.
func (m *Model) explain(t *monitor.TargetStatus) ([]alert.Path, []alert.Miss) {
	severity := alert.Critical
	if t.Target.Worst == checker.Degraded {
		severity = alert.Warning
	}
	return m.snap.Policy.Explain(m.snap.Roster, m.snap.At, t.Target.Labels, severity, t.Last.Findings)
}

// explained says in one line who would be told, "" without any route.
func (m *Model) explained(t *monitor.TargetStatus) string {
	if len(m.snap.Policy.Routes) == 0 {
		return ""
	}
	paths, _ := m.explain(t)
	var told []string
	for i := range paths {
		if p := &paths[i]; p.Hears {
			told = append(told, p.Receiver+" "+afterWords(p.Wait))
		}
	}
	if len(told) == 0 {
		return "if down: nobody is told"
	}
	return "if down: " + strings.Join(told, ", ")
}

// pathWords say how a receiver would hear: "by pages at once, reminder every 30m,
// mail 1m later if it does not accept".
func pathWords(p *alert.Path) string {
	s := "by " + p.Route + " " + afterWords(p.Wait)
	if !p.Hears {
		s = "by " + p.Route + ", but not of first news"
	}
	if p.Remind > 0 {
		s += ", reminder every " + limit(p.Remind)
	}
	if len(p.Fallbacks) > 0 {
		s += ", else " + strings.Join(p.Fallbacks, ", else ")
		if p.FailOver > 0 {
			s += " after " + limit(p.FailOver)
		}
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

// explained says who would be told if the target went down, and why others not.
func (p *toldPage) explained(t *monitor.TargetStatus) {
	p.rule("if it went down, and stayed so for "+count(max(t.Target.FailAfter, 1), "result"), "")
	paths, misses := p.m.explain(t)
	if len(paths) == 0 {
		p.say(piece{key, ""}, warn, "nobody would be told")
	}
	for i := range paths {
		name := paths[i].Receiver
		if paths[i].Paging {
			name += " (paging)"
		}
		p.say(piece{key, name + "  "}, plain, pathWords(&paths[i]))
	}
	for _, miss := range misses {
		p.say(piece{dim, "not by " + miss.Route + ": "}, dim, strings.Join(miss.Why, "; or "))
	}
}
