package tui

import (
	"fmt"
	"time"

	"sitrep/incident"
	"sitrep/oncall"
)

// linted is what the report of an incident misses. All of its text is read for
// that, which takes too long to be done for each frame.
type linted struct {
	inc    *incident.Incident // never changes once it is published
	roster *oncall.Roster
	minute time.Time
	found  []string
}

// lint returns what the report of an incident misses as of this minute, in words.
func (m *Model) lint(inc *incident.Incident) []string {
	minute := m.now.Truncate(time.Minute)
	if l := &m.linted; l.inc == inc && l.roster == m.snap.Roster && l.minute.Equal(minute) {
		return l.found
	}
	m.linted = linted{inc, m.snap.Roster, minute, m.lintNow(inc)}
	return m.linted.found
}

func (m *Model) lintNow(inc *incident.Incident) []string {
	var names []string
	if m.snap.Roster != nil {
		for _, o := range m.snap.Roster.Operators() {
			names = append(names, o.Name)
		}
	}
	var found []string
	for _, f := range incident.LintAt(inc, m.now, names...) {
		found = append(found, f.Text)
	}
	return found
}

// lintRows appends what the report of an incident still misses, at most n
// findings; 0 is all.
func (m *Model) lintRows(b *box, inc *incident.Incident, n, w int) {
	found := m.lint(inc)
	for i, text := range found {
		if n > 0 && i == n {
			b.row(piece{dim, fmt.Sprintf("  and %d more: %s lists them", len(found)-i, m.keyFor("W"))})
			return
		}
		for k, row := range wrap(text, max(boxInner(w)-2, 1)) {
			mark := "! "
			if k > 0 {
				mark = "  "
			}
			b.row(piece{warn, mark}, piece{plain, row})
		}
	}
	if len(found) == 0 {
		b.row(piece{dim, "nothing else is missing"})
	}
}
