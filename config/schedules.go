package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"sitrep/civil"
	"sitrep/oncall"
	"sitrep/safe"
	"sitrep/spell"
)

// handOver is when turns change if nobody says.
const handOver = 9 * time.Hour

func oneLine(s string) string { return safe.Line(strings.TrimSpace(s), 200) }

// loadSchedules builds the schedules, by name.
func (l *loader) loadSchedules() {
	for _, name := range l.schedules.names() {
		v, path := l.schedules[name], join("schedule", name)
		if name == "" || strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name, ":/") {
			l.reportKey(v, path, "a schedule's name is not empty and has no colon, no slash and no control characters")
		}
		b := l.binder
		b.section = "schedule"
		keys := &scheduleKeys{}
		before := len(l.problems)
		b.bindTable(path, v, keys)
		if v.table() == nil {
			continue
		}
		l.show("schedule", name, v, keys)
		if keys.Zone.loc == nil && !l.problems[before:].fatal() {
			l.lacks(v, path, `needs a "zone", as in zone = "Europe/Berlin": its hours are those of a clock there`)
		}
		s := oncall.Schedule{Name: name, Zone: keys.Zone.loc, Fallback: keys.Fallback}
		l.checkEach(join(path, "fallback"), v.table()["fallback"], l.checkFallback)
		if keys.Layer == nil && keys.Calendar.name == "" && keys.Override == nil && len(keys.Fallback) == 0 {
			l.lacks(v, path, "has nobody: needs a [[%s.layer]]", path)
		}
		s.Layers = l.layers(join(path, "layer"), keys.Layer, keys.Zone.loc)
		if s.Zone == nil {
			continue
		}
		s.Overrides = append(l.calendar(join(path, "calendar"), v, keys.Calendar, s), l.overrides(join(path, "override"), keys.Override, s)...)
		l.cfg.Schedules = append(l.cfg.Schedules, s)
	}
}

// checkFallback holds that who is told when nobody is on call exists.
func (l *loader) checkFallback(path string, x *value, s string) {
	switch {
	case l.operators[s] != nil:
	case l.receivers[s] == nil && !strings.Contains(s, ":"):
		l.report(x, path, "there is no operator and no receiver %q%s", s, spell.Meant(s, slices.Concat(l.operators.names(), l.receivers.names())))
	default:
		l.checkAddressee(path, x, s)
	}
}

// tables calls each with every table of a list of them.
func (l *loader) tables(path string, v *value, each func(path string, i int, x *value)) {
	for i, x := range elements(v) {
		if x.table() == nil {
			l.report(x, path, "want a table for each: write [[%s]]", path)
			continue
		}
		each(fmt.Sprintf("%s[%d]", path, i+1), i, x)
	}
}

// layers reads those of a schedule.
func (l *loader) layers(path string, v *value, loc *time.Location) (all []oncall.Layer) {
	l.tables(path, v, func(path string, i int, x *value) {
		keys := &layerKeys{At: clock(handOver)}
		b := l.binder
		b.section = "layer"
		before := len(l.problems)
		b.bindTable(path, x, keys)
		t := x.table()
		l.checkEach(join(path, "operators"), t["operators"], l.checkOperator)
		for _, name := range []string{"operators", "every", "from"} {
			if t[name] == nil {
				l.lacks(x, path, "needs %q", name)
			}
		}
		if t["operators"] != nil && len(elements(t["operators"])) == 0 {
			l.report(t["operators"], join(path, "operators"), "names nobody")
		}
		l.checkFrom(path, t, keys)
		if l.problems[before:].fatal() {
			return
		}
		layer := oncall.Layer{
			Name: cmp.Or(oneLine(keys.Name), fmt.Sprintf("layer %d", i+1)), Operators: keys.Operators,
			Every: keys.Every.n, Unit: keys.Every.unit, From: keys.From.t.Add(time.Duration(keys.At)),
			Last: keys.Day == "last", Active: keys.Advance == "active",
			Days: civil.Weekdays(keys.Days), Start: keys.Hours.from, End: keys.Hours.to,
		}
		l.warnSkipped(path, t, &layer, loc)
		all = append(all, layer)
	})
	return all
}

// checkFrom holds that a layer's first hand-over is a date that each turn has.
func (l *loader) checkFrom(path string, t table, keys *layerKeys) {
	from := t["from"]
	month := keys.Every.unit == oncall.Month && keys.Every.n > 0
	switch {
	case keys.From.form == "":
	case keys.From.form != isDate:
		l.report(from, join(path, "from"), "want a date without a time, as in 2026-01-05; the time of day is %q", "at")
	case month && keys.Day == "" && keys.From.t.Day() > 28:
		l.report(from, join(path, "from"), `not every month has a day %d: begin on the 28th or before, or write day = "last"`, keys.From.t.Day())
	}
	if t["day"] != nil && !month && keys.Every.n > 0 {
		l.reportKey(t["day"], join(path, "day"), `goes with turns of months, as in every = "1 month"`)
	}
	if keys.Advance == "active" && t["days"] == nil && t["hours"] == nil {
		l.report(t["advance"], join(path, "advance"), `without "days" or "hours" all time is active`)
	}
}

// warnSkipped warns of a hand-over on a night on which the clocks skip it.
func (l *loader) warnSkipped(path string, t table, layer *oncall.Layer, loc *time.Location) {
	if loc == nil {
		return
	}
	if wall, at, ok := layer.Skipped(loc, l.o.Now, l.o.Now.AddDate(1, 1, 0)); ok {
		l.warn(cmp.Or(t["at"], t["from"]), join(path, "at"), "%s does not exist in %s: the hand-over is at %s then",
			wall.Format("2006-01-02 15:04"), loc, at.In(loc).Format("15:04"))
	}
}

// overrides reads those of a schedule.
func (l *loader) overrides(path string, v *value, s oncall.Schedule) (all []oncall.Override) {
	l.tables(path, v, func(path string, i int, x *value) {
		keys := &overrideKeys{}
		b := l.binder
		b.section = "override"
		before := len(l.problems)
		b.bindTable(path, x, keys)
		t := x.table()
		for _, name := range []string{"from", "to", "with"} {
			if t[name] == nil {
				l.lacks(x, path, "needs %q", name)
			}
		}
		l.checkEach(join(path, "with"), t["with"], l.checkOperator)
		l.checkEach(join(path, "for"), t["for"], l.checkOperator)
		if keys.From.form == "" || keys.To.form == "" {
			return // said already
		}
		o := oncall.Override{
			ID: fmt.Sprintf("%s/%d", s.Name, i+1), Schedule: s.Name, From: keys.From.in(s.Zone), To: keys.To.in(s.Zone),
			With: keys.With, For: keys.For, Note: oneLine(keys.Note),
		}
		switch {
		case !o.To.After(o.From):
			l.report(t["to"], join(path, "to"), "is not after it begins")
		case !o.To.After(l.o.Now):
			l.warn(t["to"], join(path, "to"), "this override is over")
		}
		if !l.problems[before:].fatal() {
			all = append(all, o)
		}
	})
	return all
}

// dutyOf returns the operators that a schedule may have on call, sorted.
func dutyOf(s *oncall.Schedule) []string {
	var names []string
	for _, l := range s.Layers {
		names = append(names, l.Operators...)
	}
	for _, o := range s.Overrides {
		names = append(names, o.With)
	}
	names = append(names, s.Fallback...)
	slices.Sort(names)
	return slices.Compact(names)
}
