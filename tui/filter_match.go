package tui

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/monitor"
)

// record is a thing that can be filtered.
type record interface {
	texts() iter.Seq[string]           // what a bare word is looked for in
	words(key string) []string         // the values of a key or label; nil if it has none
	number(key string) (float64, bool) // durations in seconds
	since() time.Time                  // when it began; zero if unknown
	is(word string) bool               // one of filterFlags["is"]
	has(word string) bool              // one of filterFlags["has"], or a label
}

// node is a part of a filter.
type node interface {
	match(r record, now time.Time) bool
}

type (
	allOf   []node
	oneOf   []node
	notNode struct{ node }

	wordTerm  struct{ re *regexp.Regexp }
	wordsTerm struct {
		key    string
		not    bool
		values []*regexp.Regexp
	}
	numberTerm struct {
		key, op string
		limit   float64
	}
	sinceTerm struct {
		at  time.Time
		ago time.Duration // used if at is zero
	}
	flagTerm struct {
		key   string
		words []string
	}
)

func (l allOf) match(r record, now time.Time) bool {
	return !slices.ContainsFunc(l, func(n node) bool { return !n.match(r, now) })
}

func (l oneOf) match(r record, now time.Time) bool {
	return slices.ContainsFunc(l, func(n node) bool { return n.match(r, now) })
}

func (n notNode) match(r record, now time.Time) bool { return !n.node.match(r, now) }

func (t wordTerm) match(r record, _ time.Time) bool {
	for text := range r.texts() {
		if text != "" && t.re.MatchString(text) {
			return true
		}
	}
	return false
}

func (t wordsTerm) match(r record, _ time.Time) bool {
	for _, word := range r.words(t.key) {
		if slices.ContainsFunc(t.values, func(re *regexp.Regexp) bool { return re.MatchString(word) }) {
			return !t.not
		}
	}
	return t.not
}

func (t numberTerm) match(r record, _ time.Time) bool {
	n, ok := r.number(t.key)
	if !ok {
		return false
	}
	switch t.op {
	case "<":
		return n < t.limit
	case "<=":
		return n <= t.limit
	case ">":
		return n > t.limit
	case ">=":
		return n >= t.limit
	case "!=":
		return n != t.limit
	}
	return n == t.limit
}

func (t sinceTerm) match(r record, now time.Time) bool {
	at := t.at
	if at.IsZero() {
		at = now.Add(-t.ago)
	}
	start := r.since()
	return !start.IsZero() && !start.Before(at)
}

func (t flagTerm) match(r record, _ time.Time) bool {
	return slices.ContainsFunc(t.words, func(w string) bool {
		if t.key == "is" {
			return r.is(strings.ToLower(w))
		}
		return r.has(w)
	})
}

func (f filter) match(r record) bool { return f.root == nil || f.root.match(r, f.now) }

// matchTarget tells whether a target passes.
func (f filter) matchTarget(t *monitor.TargetStatus, now time.Time) bool {
	return f.root == nil || f.root.match(targetRecord{t, now, f.since, f.me}, now)
}

// matchEvent tells whether a line of the log passes.
func (f filter) matchEvent(e *monitor.Event) bool {
	return f.match(eventRecord{e: e, snap: f.snap, seen: f.since, me: f.me})
}

// matchIncident tells whether an incident passes.
func (f filter) matchIncident(i *incident.Incident) bool {
	return f.match(incidentRecord{i: i, seen: f.since, me: f.me})
}

// matchLine tells whether an entry of a timeline passes.
func (f filter) matchLine(l *incident.Line) bool {
	return f.match(lineRecord{l: l, seen: f.since, me: f.me})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// noNumbers is for records that have none.
type noNumbers struct{}

func (noNumbers) number(string) (float64, bool) { return 0, false }

// filled returns the words that are not empty.
func filled(words ...string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// label returns a target's label, nil if it has none of this name.
func label(t *checker.Target, key string) []string {
	if v, ok := t.Labels[key]; ok {
		return []string{v}
	}
	return nil
}

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

// incidentWords are what an incident may be called: "inc-2026-0412", "0412".
func incidentWords(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id, shortID(id)}
}

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
