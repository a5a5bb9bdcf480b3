package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/oncall"
	"sitrep/safe"
)

// How much is told of what a configuration changes of who is on call.
const (
	shiftsAhead = 90 * 24 * time.Hour
	maxShifts   = 20 // changes with a line of their own
)

// logShifts says in the log who will be on call instead of whom, now that the
// roster that held before does not.
func (m *Monitor) logShifts(now time.Time, before *oncall.Roster) {
	lines := shiftChanges(before, m.roster, now)
	for i, l := range lines {
		if i == maxShifts {
			l = fmt.Sprintf("and %d more changes of who is on call", len(lines)-i)
		}
		m.log(Event{At: now, Kind: "oncall", Text: safe.Line(l, maxLine)})
		if i == maxShifts {
			return
		}
	}
}

// shiftChanges says for each schedule when somebody else is on call by the new
// roster than by the old one: "primary: bo instead of ana from Mon 2026-04-13 09:00Z".
// What goes on from one shift to the next is one line.
func shiftChanges(before, after *oncall.Roster, now time.Time) []string {
	var lines []string
	for _, name := range scheduleNames(before, after) {
		for _, c := range oncall.Changes(before, after, name, now, now.Add(shiftsAhead)) {
			lines = append(lines, fmt.Sprintf("%s: %s instead of %s from %s", name, orNobody(c.After), orNobody(c.Before), c.From.UTC().Format("Mon 2006-01-02 15:04Z")))
		}
	}
	return lines
}

func orNobody(names []string) string { return cmp.Or(strings.Join(names, ", "), "nobody") }

// scheduleNames returns those of two rosters, sorted.
func scheduleNames(rosters ...*oncall.Roster) []string {
	var names []string
	for _, r := range rosters {
		for _, s := range r.Schedules() {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
