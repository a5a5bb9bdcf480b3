package config

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/spell"
)

// lookAround warns of what is allowed and yet looks like a mistake, once all is
// read. What nobody uses is only told of if nothing else is wrong, since it
// mostly follows from that.
func (l *loader) lookAround() {
	l.lookAlike()
	if l.problems.fatal() {
		return
	}
	if len(l.cfg.Targets) == 0 {
		l.problems = append(l.problems, l.nothingWatched())
	}
	l.idleWindows()
	for _, name := range l.groups.names() {
		if !l.used.groups[name] && l.groups[name] != nil {
			l.warnKey(l.groups[name], join("group", name), "no target is in this group")
		}
	}
	l.strangeLabels()
	l.lookAtDuty()
	if len(l.routes) == 0 {
		return
	}
	for _, name := range l.receivers.names() {
		if !l.used.receivers[name] {
			l.warnKey(l.receivers[name], join("receiver", name), "no route tells this receiver")
		}
	}
	l.unrouted()
}

// nothingWatched warns of a configuration without a target, at its beginning.
func (l *loader) nothingWatched() Problem {
	p := l.main.at(0, "", "there is no target: nothing is watched")
	p.Warning = true
	return p
}

// idleWindows warns of maintenance that is of no target.
func (l *loader) idleWindows() {
	for _, w := range l.cfg.Policy.Maintenance {
		c, err := w.Match.Compile()
		matches := func(t checker.Target) bool { return c.Match(t.Labels, alert.Critical, nil) }
		if err == nil && !slices.ContainsFunc(l.cfg.Targets, matches) && len(l.cfg.Targets) > 0 {
			v, path := l.windows[w.Name], join("maintenance", w.Name)
			l.warnKey(cmp.Or(v.table()["match"], v), join(path, "match"), "matches no target")
		}
	}
}

func (l *loader) warnKey(v *value, path, format string, args ...any) {
	l.add(v, v.key, path, true, format, args...)
}

// lookAlike warns of names that people would take for one another.
func (l *loader) lookAlike() {
	first := make(map[string]string, len(l.targets))
	for _, name := range l.targets.names() {
		plain := skeleton(name)
		if other, ok := first[plain]; ok {
			l.warnKey(l.targets[name], join("target", name), "looks like %s, at %s", join("target", other), l.targets[other].place())
			continue
		}
		first[plain] = name
	}
}

// skeleton is a name without case, outer blanks, what cannot be seen, and the
// difference between composed and decomposed letters.
func skeleton(name string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(name))
	return strings.Join(strings.Fields(visible), " ")
}

// unrouted warns of targets whose alerts nobody hears of, whatever is wrong
// with them, and of routes that no target can take.
func (l *loader) unrouted() {
	type open struct {
		*alert.Compiled
		taken bool
	}
	var routes []*open
	for _, r := range l.cfg.Policy.Routes {
		c, err := withoutOutcome(r.Match).Compile()
		if err != nil {
			return
		}
		routes = append(routes, &open{Compiled: c})
	}
	take := func(labels map[string]string) (told bool) {
		for _, r := range routes {
			if r.Match(labels, alert.Critical, nil) {
				r.taken, told = true, true
			}
		}
		return told
	}
	take(map[string]string{"name": "sitrep", "kind": "sitrep"}) // the built-in target may be left to the screen
	for i := range l.cfg.Targets {
		if t := &l.cfg.Targets[i]; !take(t.Labels) {
			l.warnKey(l.targets[t.Name], join("target", t.Name), "no route matches: nobody is told of it")
		}
	}
	for i, r := range routes {
		if name := l.cfg.Policy.Routes[i].Name; !r.taken && len(l.cfg.Targets) > 0 {
			v := l.routes[name]
			l.warnKey(cmp.Or(v.table()["match"], v), join(join("route", name), "match"), "matches no target")
		}
	}
}

// withoutOutcome drops from a matcher what depends on what is wrong, and keeps
// what depends on the target.
func withoutOutcome(m alert.Matcher) alert.Matcher {
	var out alert.Matcher
	for _, terms := range m {
		kept := alert.Terms{}
		for label, values := range terms {
			if label != "severity" && label != "finding" {
				kept[label] = values
			}
		}
		out = append(out, kept)
	}
	return out
}

// strangeLabels warns of labels in matchers that no target has.
func (l *loader) strangeLabels() {
	known := l.labelsInUse()
	for _, name := range l.windows.names() {
		l.strangeMatch(join("maintenance", name)+".match", l.windows[name].table()["match"], known)
	}
	for _, name := range l.routes.names() {
		path, t := join("route", name), l.routes[name].table()
		l.strangeMatch(path+".match", t["match"], known)
		for _, x := range elements(t["group_by"]) {
			if label, _ := x.string(); !slices.Contains(known, label) {
				l.warn(x, path+".group_by", "no target has a label %q%s", label, spell.Meant(label, known))
			}
		}
	}
}

func (l *loader) strangeMatch(path string, match *value, known []string) {
	for _, x := range elements(match) {
		for _, label := range x.table().names() {
			if !slices.Contains(known, label) {
				l.warnKey(x.table()[label], join(path, label), "no target has a label %q%s", label, spell.Meant(label, known))
			}
		}
	}
}
