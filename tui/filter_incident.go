package tui

import (
	"iter"
	"slices"
	"strings"
	"time"

	"sitrep/incident"
)

// incidentRecord is an incident as a filter looks at it.
type incidentRecord struct {
	noNumbers
	i    *incident.Incident
	seen *glance
	me   string
}

func (r incidentRecord) texts() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range []string{r.i.ID, r.i.Title, r.i.Status, r.i.Severity, r.i.Commander, r.i.Group} {
			if !yield(text) {
				return
			}
		}
		for _, m := range r.i.Alerts {
			if !yield(m.Target) {
				return
			}
		}
	}
}

func (r incidentRecord) words(key string) []string {
	switch key {
	case "state":
		return filled(r.i.Status)
	case "name":
		names := filled(r.i.Title)
		for _, m := range r.i.Alerts {
			names = append(names, m.Target)
		}
		return names
	case "group":
		return filled(r.i.Group)
	case "sev":
		return filled(r.i.Severity, strings.TrimPrefix(r.i.Severity, "SEV"))
	case "by":
		return filled(r.i.Commander)
	case "inc":
		return incidentWords(r.i.ID)
	}
	return nil
}

func (r incidentRecord) since() time.Time { return startOf(r.i) }

func (r incidentRecord) is(word string) bool {
	switch word {
	case "changed":
		return slices.ContainsFunc(r.i.Entries, func(l incident.Line) bool { return r.seen.wrote(&l) })
	case "mine":
		return r.i.Commander == r.me
	case "open":
		return r.i.Open()
	case "starred":
		return slices.ContainsFunc(r.i.Entries, func(l incident.Line) bool { return l.Starred })
	case "firing":
		return slices.ContainsFunc(r.i.Alerts, func(m incident.Member) bool { return m.Resolved.IsZero() })
	case "unacked":
		return slices.ContainsFunc(r.i.Alerts, func(m incident.Member) bool { return m.Resolved.IsZero() && m.AckedBy == "" })
	case "acked":
		return slices.ContainsFunc(r.i.Alerts, func(m incident.Member) bool { return m.Resolved.IsZero() && m.AckedBy != "" })
	}
	return false
}

func (r incidentRecord) has(word string) bool {
	switch strings.ToLower(word) {
	case "alert":
		return len(r.i.Alerts) > 0
	case "note":
		return slices.ContainsFunc(r.i.Entries, func(l incident.Line) bool { return l.Kind == incident.Note })
	}
	return r.words(word) != nil
}

// lineRecord is an entry of a timeline as a filter looks at it.
type lineRecord struct {
	noNumbers
	l    *incident.Line
	seen *glance
	me   string
}

func (r lineRecord) texts() iter.Seq[string] {
	return slices.Values([]string{r.l.Text, r.l.Target, r.l.By, string(r.l.Kind), r.l.Field, r.l.Value})
}

func (r lineRecord) words(key string) []string {
	switch key {
	case "kind":
		return filled(string(r.l.Kind), r.l.What())
	case "name":
		return filled(r.l.Target)
	case "by":
		return filled(r.l.By)
	case "inc":
		return incidentWords(r.l.Incident)
	}
	return nil
}

func (r lineRecord) since() time.Time { return r.l.At }

func (r lineRecord) is(word string) bool {
	switch word {
	case "changed":
		return r.seen.wrote(r.l)
	case "mine":
		return r.l.By == r.me
	case "starred":
		return r.l.Starred
	case "retracted":
		return !r.l.Retracted.IsZero()
	case "edited":
		return len(r.l.Older) > 0
	}
	return false
}

func (r lineRecord) has(word string) bool {
	switch strings.ToLower(word) {
	case "alert":
		return r.l.Alert != ""
	case "note":
		return r.l.Kind == incident.Note
	}
	return r.words(word) != nil
}

// incidentWords are what an incident may be called: "inc-2026-0412", "0412".
func incidentWords(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id, shortID(id)}
}
