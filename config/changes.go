package config

import (
	"fmt"
	"slices"
	"strings"

	"sitrep/safe"
)

// Changes are what is different between two configurations. What they show of a
// value is what config show does: no secret.
type Changes struct {
	List    []Change // targets, receivers, routes, maintenance, who is on call, then what is there once; each by name
	Mended  []string // receivers that are configured differently: what they did not accept may be accepted now
	Restart []string // settings that hold only after a restart, "storage.results"
	// Drastic tells that more than half of the targets go, and at least 10: as
	// after half a file was written, which must not end all of their alerts.
	Drastic bool
}

// Change is one table that is new, gone or different.
type Change struct {
	Table    string   // "target", "receiver", "route", "maintenance", "operator", "schedule", "escalation"; "" is one that is there once
	Name     string   // within the table, or of the one that is there once
	What     What     // what happened to it
	Settings []string // of a changed one, in the order of its keys: "timeout 10s → 5s", "bearer changed"
}

// What happened to a table.
type What uint8

// What may happen to a table.
const (
	Added What = iota + 1
	Changed
	Removed
)

// Empty tells whether nothing is different.
func (c Changes) Empty() bool { return len(c.List) == 0 }

// Of tells whether one of the tables that are there once is different.
func (c Changes) Of(name string) bool {
	return slices.ContainsFunc(c.List, func(x Change) bool { return x.Table == "" && x.Name == name })
}

// Removed returns how many targets go.
func (c Changes) Removed() int {
	n := 0
	for _, x := range c.List {
		if x.Table == "target" && x.What == Removed {
			n++
		}
	}
	return n
}

// title is what a change is of: a target by its name alone.
func (c Change) title() string {
	name := safe.Line(c.Name, 0)
	if c.Table == "" || c.Table == "target" {
		return name
	}
	return c.Table + " " + name
}

// said is what happened, without the name.
func (c Change) said() string {
	switch c.What {
	case Added:
		return "added"
	case Removed:
		return "removed"
	}
	return strings.Join(c.Settings, ", ")
}

// String says it in one line: "api: timeout 10s → 5s", "receiver chat: added".
func (c Change) String() string { return c.title() + ": " + c.said() }

// Lines returns the changes, a line each, in at most max lines of which the last
// then says how many more there are. What happened to many in the same way is
// one line: "api, db and 3 more: interval 30s → 1m".
func (c Changes) Lines(max int) []string { return lines(c.List, max) }

func lines(list []Change, max int) (out []string) {
	all := alike(list)
	for i, some := range all {
		if len(all) > max && i == max-1 {
			more := 0
			for _, left := range all[i:] {
				more += len(left)
			}
			return append(out, fmt.Sprintf("… and %d more", more))
		}
		out = append(out, titles(some)+": "+some[0].said())
	}
	return out
}

// alike puts together what happened to several in the same way, in order.
func alike(list []Change) (groups [][]Change) {
	place := map[string]int{}
	for _, c := range list {
		key := c.Table + "\n" + c.said()
		i, ok := place[key]
		if !ok {
			i = len(groups)
			place[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// titles names what changes are of, the first of them if they are many.
func titles(some []Change) string {
	const most = 3
	var names []string
	for _, c := range some[:min(len(some), most)] {
		names = append(names, c.title())
	}
	text := strings.Join(names, ", ")
	if n := len(some) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// Summary says all of it in one line, "" if nothing is different:
// "+3 targets, 1 changed (api: timeout 10s → 5s), −1 (old-db: removed)".
func (c Changes) Summary() string {
	counted := map[What][]Change{}
	var rest []Change
	for _, x := range c.List {
		if x.Table == "target" {
			counted[x.What] = append(counted[x.What], x)
		} else {
			rest = append(rest, x)
		}
	}
	var parts []string
	noun := func(n int) string { // with the first number only
		switch {
		case len(parts) > 0:
			return ""
		case n == 1:
			return " target"
		}
		return " targets"
	}
	if n := len(counted[Added]); n > 0 {
		parts = append(parts, fmt.Sprintf("+%d%s", n, noun(n)))
	}
	if n := len(counted[Changed]); n > 0 {
		parts = append(parts, fmt.Sprintf("%d%s changed (%s)", n, noun(n), strings.Join(lines(counted[Changed], 2), "; ")))
	}
	if n := len(counted[Removed]); n > 0 {
		parts = append(parts, fmt.Sprintf("−%d%s (%s)", n, noun(n), strings.Join(lines(counted[Removed], 2), "; ")))
	}
	return strings.Join(append(parts, lines(rest, 4)...), ", ")
}
