package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"sitrep/safe"
)

// A drastic change takes more than half of the targets, and at least so many.
const drastic = 10

// compared are the tables with a name each, in the order of a list of changes.
var compared = []string{"target", "receiver", "route", "maintenance", "operator", "schedule", "escalation", ""}

// afterRestart are the settings that a running program does not take up.
var afterRestart = []string{"storage.", "server.probes", "log.", "screen.", "keys.", "view."}

// Diff returns what is different in next. It goes by what each says, not by
// where that is written.
func Diff(old, next *Config) Changes {
	var c Changes
	for _, table := range compared {
		before, after := old.tables(table), next.tables(table)
		for _, name := range unionOf(before, after) {
			b, a := before[name], after[name]
			change := Change{Table: table, Name: name, What: Changed}
			switch {
			case b == nil:
				change.What = Added
			case a == nil:
				change.What = Removed
			default:
				change.Settings = c.compare(b, a)
			}
			if change.What == Changed && len(change.Settings) == 0 {
				continue
			}
			if table == "receiver" && change.What == Changed {
				c.Mended = append(c.Mended, name)
			}
			c.List = append(c.List, change)
		}
	}
	removed := c.Removed()
	c.Drastic = removed >= drastic && 2*removed > len(old.Targets)
	return c
}

// tables returns the tables below one, by name.
func (c *Config) tables(table string) map[string]*shownSection {
	out := map[string]*shownSection{}
	for i := range c.shown {
		if s := &c.shown[i]; s.table == table {
			out[s.name] = s
		}
	}
	return out
}

// unionOf returns the names in either, in order.
func unionOf[V any](a, b map[string]V) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}

// compare returns the settings of a table that are different. What is written on
// neither side follows from what is.
func (c *Changes) compare(before, after *shownSection) (out []string) {
	old, next := before.settings(), after.settings()
	rest := make(map[string]setting, len(old))
	for _, x := range old {
		rest[x.key] = x
	}
	add := func(key, text string) {
		full := join(after.table, after.name) + "." + key
		if slices.ContainsFunc(afterRestart, func(p string) bool { return strings.HasPrefix(full, p) }) {
			c.Restart = append(c.Restart, full)
			text += " (after a restart)"
		}
		out = append(out, text)
	}
	for _, x := range next {
		was, ok := rest[x.key]
		delete(rest, x.key)
		if !ok {
			was = setting{}
		}
		if text := difference(was, x); text != "" {
			add(x.key, x.key+" "+text)
		}
	}
	for _, x := range old {
		if _, gone := rest[x.key]; gone && !x.builtIn {
			add(x.key, x.key+" no longer set")
		}
	}
	return out
}

// difference says how a setting differs from what it was, "" if it does not; a
// zero setting is none.
func difference(was, is setting) string {
	switch {
	case was.text == is.text && was.hidden == is.hidden, was.builtIn && is.builtIn, was.text == "" && is.builtIn:
		return ""
	case was.text == is.text, strings.Contains(was.text+is.text, safe.NewSecret("x").String()):
		return "changed"
	case was.text == "":
		return "set to " + brief(is.text)
	}
	return brief(was.text) + " → " + brief(is.text)
}

// brief is a value as people would say it: without quotes, and not long.
func brief(text string) string {
	if s, err := strconv.Unquote(text); err == nil && s != "" {
		text = s
	}
	return cutLine(safe.Line(text, 0), 60)
}
