package tui

import (
	"iter"
	"strings"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
)

// targetRecord is a target as a filter looks at it.
type targetRecord struct {
	t    *monitor.TargetStatus
	now  time.Time
	seen *glance
	me   string
}

func (r targetRecord) texts() iter.Seq[string] {
	return func(yield func(string) bool) {
		target := r.t.Target
		for _, text := range []string{target.Name, target.Title, target.Kind, target.Addr, r.reason()} {
			if !yield(text) {
				return
			}
		}
		for _, v := range target.Labels {
			if !yield(v) {
				return
			}
		}
	}
}

func (r targetRecord) reason() string {
	switch {
	case r.t.Alert != nil:
		return r.t.Alert.What()
	case len(r.t.Last.Findings) > 0:
		return r.t.Last.Findings[0].Text
	}
	return ""
}

func (r targetRecord) words(key string) []string {
	t, a := r.t, r.t.Alert
	switch key {
	case "state":
		return r.states()
	case "kind":
		return filled(t.Target.Kind)
	case "name":
		return filled(t.Target.Name)
	case "group":
		return filled(t.Target.Group)
	case "inc":
		return incidentWords(t.Incident)
	case "sev":
		if a != nil {
			return filled(a.Severity.String())
		}
		return nil
	case "by":
		if a != nil && a.Ack != nil {
			return filled(a.Ack.By)
		}
		return nil
	}
	return label(t.Target, key)
}

func (r targetRecord) states() []string {
	var states []string
	switch {
	case r.t.Target.Paused:
		states = append(states, "paused")
	case r.t.Last.At.IsZero(), r.t.Last.Status == checker.Unknown:
		states = append(states, checker.Unknown.String())
	default:
		states = append(states, r.t.Believed.String())
	}
	if r.t.Alert != nil {
		states = append(states, r.t.Alert.State.String())
	}
	return states
}

func (r targetRecord) number(key string) (float64, bool) {
	last := r.t.Last
	switch {
	case key == "lat" && !last.At.IsZero() && last.Took > 0:
		return last.Took.Seconds(), true
	case key == "p95":
		p := percentile(r.t.Samples, 95)
		return p.Seconds(), p > 0
	case key == "cert" && !last.NotAfter.IsZero():
		return last.NotAfter.Sub(r.now).Seconds(), true
	case key == "fails":
		return float64(r.t.InRow), true
	}
	return 0, false
}

func (r targetRecord) since() time.Time {
	if r.t.Alert != nil {
		return r.t.Alert.Started
	}
	return r.t.Since
}

func (r targetRecord) is(word string) bool {
	a := r.t.Alert
	switch word {
	case "soft":
		return !r.t.Last.At.IsZero() && r.t.Last.Status > r.t.Believed && r.t.Last.Status > checker.Up
	case "open":
		return r.t.Incident != ""
	case "changed":
		return r.seen.changed(r.t)
	case "mine":
		return a != nil && a.Ack != nil && a.Ack.By == r.me
	}
	return a != nil && alertIs(a, word)
}

func (r targetRecord) has(word string) bool {
	t := r.t
	switch strings.ToLower(word) {
	case "alert":
		return t.Alert != nil
	case "ack":
		return t.Alert != nil && t.Alert.Ack != nil
	case "inc":
		return t.Incident != ""
	case "note":
		return t.Target.Note != "" || t.Alert != nil && t.Alert.Ack != nil && t.Alert.Ack.Note != ""
	case "cert":
		return !t.Last.NotAfter.IsZero()
	case "runbook":
		return t.Target.Runbook != ""
	}
	return label(t.Target, word) != nil
}
