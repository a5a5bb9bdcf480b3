package tui

import (
	"slices"
	"strings"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
)

// filterStarts are how terms with a key of the filter's own begin, by what is
// mostly wanted of it.
var filterStarts = []string{
	"state:", "kind:", "name:", "group:", "sev:", "by:", "inc:", "since:", "lat>", "p95>", "cert<", "fails>", "is:", "has:",
}

// completeFilter says what the word at a place of a filter may become: a key, a
// label, or a value that is there to be found.
func (m *Model) completeFilter(text string, at int) (span, []string) {
	from := termStart(text[:at])
	to := len(text)
	if i := strings.IndexAny(text[at:], " )"); i >= 0 {
		to = at + i
	}
	term := text[from:at]
	key, op := splitTerm(term)
	if op == "" {
		return span{from, to}, startingWith(m.filterTerms(), term)
	}
	from += len(key) + len(op)
	if i := strings.LastIndexByte(text[from:at], ','); i >= 0 {
		from += i + 1
	}
	return span{from, to}, startingWith(quoted(m.filterValues(key)), text[from:at])
}

// termStart returns where the term at the end of a text begins, behind a "-".
func termStart(text string) int {
	from, quote := 0, byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"':
			quote = c
		case c == ' ' || c == '(':
			from = i + 1
		}
	}
	if from < len(text) && text[from] == '-' {
		from++
	}
	return from
}

// splitTerm returns the key and the operator of a term, "" if it has none.
func splitTerm(term string) (key, op string) {
	n := 0
	for n < len(term) && isKeyByte(term[n]) {
		n++
	}
	for _, op := range operators {
		if n > 0 && strings.HasPrefix(term[n:], op) {
			return term[:n], op
		}
	}
	return "", ""
}

// filterTerms are how a term may begin.
func (m *Model) filterTerms() []string {
	terms := slices.Concat(filterStarts, []string{"or "})
	for _, name := range m.labelNames() {
		if _, own := filterKeys[name]; !own {
			terms = append(terms, name+"=")
		}
	}
	return terms
}

// filterValues are the values that there are of a key or a label.
func (m *Model) filterValues(key string) []string {
	key = strings.ToLower(key)
	switch key {
	case "state":
		return stateWords()
	case "kind":
		return m.kindWords()
	case "name":
		return m.targetNames()
	case "sev":
		return append([]string{alert.Critical.String(), alert.Warning.String()}, incident.Severities...)
	case "by":
		return m.peopleNames()
	case "inc":
		return m.incidentNames()
	case "since":
		return []string{"15m", "1h", "6h", "24h", "7d"}
	case "is":
		return filterFlags["is"]
	case "has":
		return append(m.labelNames(), filterFlags["has"]...)
	}
	if kind, known := filterKeys[key]; known && kind != keyWords {
		return nil
	}
	return m.labelValues(key)
}

// stateWords are the states of targets and of alerts.
func stateWords() (all []string) {
	for s := checker.Unknown; s <= checker.Down; s++ {
		all = append(all, s.String())
	}
	for s := alert.Pending; s <= alert.Resolved; s++ {
		all = append(all, s.String())
	}
	return append(all, incident.Statuses...)
}

// kindWords are the kinds of what this screen lists.
func (m *Model) kindWords() (all []string) {
	switch {
	case m.screen == screenTimeline && m.timeline.inc != nil:
		for i := range m.timeline.inc.Entries {
			all = append(all, m.timeline.inc.Entries[i].What())
		}
	case m.screen == screenAlerts && m.snap != nil:
		for _, e := range m.snap.Events() {
			all = append(all, e.Kind)
		}
	default:
		return m.labelValues("kind")
	}
	return all
}

// peopleNames are those who may have done something.
func (m *Model) peopleNames() []string {
	names := []string{m.src.Actor().Name}
	if m.snap == nil {
		return names
	}
	if m.snap.Roster != nil {
		names = append(names, m.rosterNames()...)
	}
	for _, inc := range m.snap.Incidents {
		names = append(names, filled(inc.Commander)...)
	}
	for i := range m.snap.Alerts {
		if a := &m.snap.Alerts[i]; a.Ack != nil {
			names = append(names, a.Ack.By)
		}
	}
	return names
}

// quoted writes words so that the filter reads each as one.
func quoted(words []string) []string {
	out := slices.Clone(words)
	for i, w := range out {
		if strings.ContainsAny(w, ` ,()"*/`) {
			out[i] = `"` + strings.ReplaceAll(w, `"`, `\"`) + `"`
		}
	}
	return out
}
