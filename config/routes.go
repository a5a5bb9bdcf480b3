package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/spell"
)

// loadRoutes builds the routes, by name. If there is none, every receiver hears everything.
func (l *loader) loadRoutes() {
	names := l.receivers.names()
	for _, name := range l.routes.names() {
		v, path := l.routes[name], join("route", name)
		b := l.binder
		b.section = "route"
		keys := newRouteKeys()
		b.bindTable(path, v, keys)
		if v.table() == nil {
			continue
		}
		l.show("route", name, v, keys)
		b.checkGroupBy(path, v.table())
		l.checkTo(path, v)
		l.cfg.Policy.Routes = append(l.cfg.Policy.Routes, alert.Route{
			Name: name, Match: keys.Match.m, To: keys.To, Escalate: keys.Escalate,
			GroupBy: keys.GroupBy, Wait: keys.Wait, GroupInterval: keys.GroupInterval,
		})
	}
	if len(l.routes) == 0 && len(names) > 0 {
		keys := newRouteKeys()
		l.cfg.Policy.Routes = []alert.Route{{
			Name: "all", To: names, GroupBy: keys.GroupBy, Wait: keys.Wait, GroupInterval: keys.GroupInterval,
		}}
	}
}

// checkTo holds that a route tells somebody who exists, or escalates.
func (l *loader) checkTo(path string, v *value) {
	to, escalate := v.table()["to"], v.table()["escalate"]
	switch {
	case to == nil && escalate == nil:
		l.lacks(v, path, `tells nobody: needs "to" or "escalate"`)
	case to != nil && len(elements(to)) == 0 && escalate == nil:
		l.report(to, join(path, "to"), "tells nobody")
	}
	l.checkEach(join(path, "to"), to, l.checkTold)
	l.checkEach(join(path, "escalate"), escalate, func(path string, x *value, s string) {
		l.used.escalations[s] = true
		if l.escalations[s] == nil {
			l.report(x, path, "there is no escalation %q%s", s, meantOr(s, l.escalations.names()))
		}
	})
}

func (b *binder) checkGroupBy(path string, t table) {
	v := t["group_by"]
	if v == nil {
		return
	}
	for _, x := range elements(v) {
		s, ok := x.string()
		switch {
		case ok && (s == "severity" || s == "finding"):
			b.report(x, join(path, "group_by"), "%q changes while an alert lasts; group by what a target is: name, kind, group or a label", s)
		case ok && !labelName.MatchString(s):
			b.report(x, join(path, "group_by"), "%q is no label", s)
		}
	}
}

// bind reads a table of label → value or values, or a list of such tables.
func (m *matcher) bind(b *binder, path string, v *value) {
	for i, x := range elements(v) {
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if x.table() == nil {
			b.report(x, at, "want a table of labels and values, got %s", describe(x.v))
			continue
		}
		terms := alert.Terms{}
		b.rules(at, x, func(name string, y *value) { b.term(join(at, name), name, y, terms) })
		if len(terms) > 0 || len(x.table()) == 0 && x != v {
			m.m = append(m.m, terms)
		}
	}
}

// term reads what one label may be.
func (b *binder) term(path, label string, v *value, into alert.Terms) {
	before := len(*b.problems)
	values := b.labelValues(path, v)
	if len(*b.problems) > before {
		return
	}
	if err := (alert.Matcher{{label: values}}).Validate(); err != nil {
		b.report(v, path, "%s", strings.TrimPrefix(regexpError(err), label+": "))
		return
	}
	if label == "finding" {
		for _, s := range values {
			if !strings.ContainsAny(s, "*~!") && !slices.Contains(checker.Findings, s) {
				b.report(v, path, "there is no finding %q%s", s, spell.Meant(s, checker.Findings))
			}
		}
	}
	into[label] = values
}

func (b *binder) labelValues(path string, v *value) (out []string) {
	for _, x := range elements(v) {
		s, ok := x.string()
		if !ok {
			b.report(x, path, `a label is a string; did you mean "%v"?`, x.v)
			continue
		}
		out = append(out, s)
	}
	return out
}

// labelsInUse returns every label that a matcher can name.
func (l *loader) labelsInUse() []string {
	seen := map[string]bool{"name": true, "kind": true, "group": true, "severity": true, "finding": true}
	for i := range l.cfg.Targets {
		for name := range l.cfg.Targets[i].Labels {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
