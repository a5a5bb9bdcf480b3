package tui

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

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
