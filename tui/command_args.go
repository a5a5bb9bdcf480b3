package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sitrep/monitor"
)

// The arguments of commands, and what they may be.

func maybe(a argument) argument     { a.optional = true; return a }
func maybeMany(a argument) argument { a.optional, a.many = true, true; return a }

// oneWord is an argument that is one of some words.
func oneWord(name string, all ...string) argument {
	return argument{name: name, words: func(*Model) []string { return all }}
}

var (
	argTarget   = argument{name: "TARGET", words: (*Model).targetNames}
	argIncident = argument{name: "ID", words: (*Model).incidentNames, read: (*Model).readIncident}
	argReport   = argument{name: "ID|FORMAT", words: (*Model).reportNames, read: (*Model).readReport}
	argSchedule = argument{name: "SCHEDULE", words: (*Model).scheduleNames}
	argSilence  = argument{name: "SILENCE", words: (*Model).silenceNames}
	argReceiver = argument{name: "RECEIVER", words: (*Model).receiverNames}
	argWhom     = argument{name: "WHO", words: (*Model).whomNames, read: (*Model).readWhom}
	argMatch    = argument{name: "TARGET|MATCH", read: (*Model).readMatch, rest: completeMatch}
	argFilter   = argument{name: "EXPR", read: readFilter, rest: func(m *Model) completer { return m.completeFilter }}
	argView     = argument{name: "NAME|save", words: (*Model).viewWords}
	argViewName = argument{name: "NAME", read: func(_ *Model, w string) (string, error) { return w, CheckViewName(w) }}
	argStep     = argument{name: "STEP|usual", words: func(*Model) []string { return stepWords() }}
	argPlace    = argument{name: "TARGET|ID", words: (*Model).placeNames, read: (*Model).readPlace}
)

// targetNames returns the names of all targets: those with an alert come first,
// since it is mostly about one of them.
func (m *Model) targetNames() []string {
	var names, calm []string
	m.eachTarget(func(t *monitor.TargetStatus) {
		if t.Alert != nil {
			names = append(names, t.Target.Name)
		} else {
			calm = append(calm, t.Target.Name)
		}
	})
	return append(names, calm...)
}

// incidentNames returns what incidents are called, the open ones first.
func (m *Model) incidentNames() []string {
	if m.snap == nil {
		return nil
	}
	var names, over []string
	for _, inc := range m.snap.Incidents {
		if inc.Open() {
			names = append(names, shortID(inc.ID))
		} else {
			over = append(over, shortID(inc.ID))
		}
	}
	return append(names, over...)
}

// readIncident takes a whole ID, or its end.
func (m *Model) readIncident(word string) (string, error) {
	if m.snap != nil {
		for _, inc := range m.snap.Incidents {
			if inc.ID == word || shortID(inc.ID) == word {
				return inc.ID, nil
			}
		}
	}
	return "", fmt.Errorf("there is no incident %q%s", word, meant(word, m.incidentNames()))
}

func (m *Model) placeNames() []string { return append(m.targetNames(), m.incidentNames()...) }

// readPlace takes a target's name or an incident's ID.
func (m *Model) readPlace(word string) (string, error) {
	if id, err := m.readIncident(word); err == nil {
		return id, nil
	}
	if t := m.targetNamed(word); t != nil {
		return t.Target.Name, nil
	}
	return "", fmt.Errorf("there is no target and no incident %q%s", word, meant(word, m.placeNames()))
}

func (m *Model) scheduleNames() (names []string) {
	for i := range m.onCall.rows {
		names = append(names, m.onCall.rows[i].name)
	}
	return names
}

func (m *Model) silenceNames() (names []string) {
	if m.snap == nil {
		return nil
	}
	for i := range m.snap.Silences {
		names = append(names, m.snap.Silences[i].ID)
	}
	return names
}

func (m *Model) receiverNames() (names []string) {
	if m.snap == nil {
		return nil
	}
	for i := range m.snap.Policy.Receivers {
		names = append(names, m.snap.Policy.Receivers[i].Name)
	}
	return names
}

// whomNames are those who can be called, as the dialog for it has them.
func (m *Model) whomNames() (names []string) {
	if m.snap == nil {
		return nil
	}
	for _, c := range m.addressees() {
		names = append(names, toName(c.to))
	}
	return names
}

func (m *Model) readWhom(word string) (string, error) {
	for _, name := range m.whomNames() {
		if strings.EqualFold(name, word) {
			return name, nil
		}
	}
	return "", fmt.Errorf("nobody is called %q: name an operator, a schedule or a receiver", word)
}

// selectTargets returns the selection of some targets; without a name, of what
// this screen has selected.
func (m *Model) selectTargets(names []string) selection {
	if len(names) == 0 {
		return m.selected()
	}
	sel := m.selectNamed(names[0])
	for _, name := range names[1:] {
		sel.alerts = append(sel.alerts, m.selectNamed(name).alerts...)
	}
	return sel
}

// incidentMeant returns the ID of the incident that is named; without a name, of
// the one that one is in or on, or of the only open one. "" if that is none.
func (m *Model) incidentMeant(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	if m.snap == nil {
		return ""
	}
	sel := m.selected()
	if sel.incident != "" {
		return sel.incident
	}
	if t := m.targetNamed(sel.target); t != nil && t.Incident != "" {
		return t.Incident
	}
	open := ""
	for _, inc := range m.snap.Incidents {
		switch {
		case !inc.Open():
		case open != "":
			return ""
		default:
			open = inc.ID
		}
	}
	return open
}

// namesOf writes what a selection is of, for what a command says of itself.
func (m *Model) namesOf(sel selection) string {
	var names []string
	for _, id := range sel.alerts {
		if a := m.snap.Alert(id); a != nil && !slices.Contains(names, a.Target) {
			names = append(names, a.Target)
		}
	}
	switch {
	case len(names) > 4:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
	case len(names) > 0:
		return strings.Join(names, ", ")
	case sel.incident != "":
		return shortID(sel.incident)
	}
	return sel.target
}

// labelNames returns the names of the labels that targets have, sorted.
func (m *Model) labelNames() []string {
	names := map[string]bool{}
	m.eachTarget(func(t *monitor.TargetStatus) {
		for name := range t.Target.Labels {
			names[name] = true
		}
	})
	return slices.Sorted(maps.Keys(names))
}

// labelValues returns the values that targets have of a label, sorted.
func (m *Model) labelValues(name string) []string {
	values := map[string]bool{}
	m.eachTarget(func(t *monitor.TargetStatus) {
		for _, v := range (targetRecord{t: t}).words(name) {
			values[v] = true
		}
	})
	return slices.Sorted(maps.Keys(values))
}

func (m *Model) eachTarget(f func(*monitor.TargetStatus)) {
	if m.snap == nil {
		return
	}
	for _, t := range m.snap.Targets() {
		f(t)
	}
}
