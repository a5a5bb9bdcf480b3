package tui

import (
	"iter"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/monitor"
)

// eventRecord is an event of the log as a filter looks at it.
type eventRecord struct {
	noNumbers
	e    *monitor.Event
	snap *monitor.Snapshot
	seen *glance
	me   string
}

func (r eventRecord) target() *monitor.TargetStatus {
	if r.snap == nil {
		return nil
	}
	if i, ok := r.snap.Find(r.e.Target); ok {
		return r.snap.Target(i)
	}
	return nil
}

func (r eventRecord) texts() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range []string{r.e.Target, r.e.Text, r.e.Kind, r.e.Receiver, r.e.By, r.e.Alert, r.e.Incident} {
			if !yield(text) {
				return
			}
		}
		if t := r.target(); t != nil {
			for _, v := range t.Target.Labels {
				if !yield(v) {
					return
				}
			}
		}
	}
}

func (r eventRecord) words(key string) []string {
	switch key {
	case "state":
		return filled(r.e.Status.String())
	case "kind":
		return filled(r.e.Kind)
	case "name":
		return filled(r.e.Target)
	case "by":
		return filled(r.e.By)
	case "inc":
		return incidentWords(r.e.Incident)
	case "sev":
		return filled(alert.SeverityOf(r.e.Status).String())
	}
	t := r.target()
	switch {
	case t == nil:
		return nil
	case key == "group":
		return filled(t.Target.Group)
	}
	return label(t.Target, key)
}

func (r eventRecord) since() time.Time { return r.e.At }

// is asks the alert that the event is about, as it stands now.
func (r eventRecord) is(word string) bool {
	switch word {
	case "changed":
		return r.seen.news(r.e)
	case "mine":
		return r.e.By == r.me
	}
	if r.snap == nil || r.e.Alert == "" {
		return word == "soft" && r.e.Kind == string(alert.KindPending)
	}
	a := r.snap.Alert(r.e.Alert)
	switch {
	case word == "soft":
		return r.e.Kind == string(alert.KindPending)
	case word == "open":
		inc := r.snap.Incident(r.e.Incident)
		return inc != nil && inc.Open()
	}
	return a != nil && alertIs(a, word)
}

func (r eventRecord) has(word string) bool {
	switch strings.ToLower(word) {
	case "alert":
		return r.e.Alert != ""
	case "inc":
		return r.e.Incident != ""
	}
	return r.words(word) != nil
}
