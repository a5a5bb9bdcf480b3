package config

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"sitrep/alert"
	"sitrep/civil"
	"sitrep/safe"
)

// longest is how long a window may hold: longer is a target to pause.
const longest = 366 * 24 * time.Hour

// loadMaintenance builds the windows of maintenance, by name.
func (l *loader) loadMaintenance() {
	for _, name := range l.windows.names() {
		v, path := l.windows[name], join("maintenance", name)
		if name == "" || strings.ContainsFunc(name, unicode.IsControl) {
			l.reportKey(v, path, "a window's name is not empty and has no control characters")
		}
		b := l.binder
		b.section = "maintenance"
		keys := &windowKeys{Zone: zone{time.UTC}, Every: 1}
		before := len(l.problems)
		b.bindTable(path, v, keys)
		if v.table() == nil {
			continue
		}
		l.show("maintenance", name, v, keys)
		b.checkCovers(path, v, keys)
		when, ok := b.recurrence(path, v, keys)
		if !ok || l.problems[before:].fatal() {
			continue
		}
		l.warnOfTimes(path, v, keys, when)
		l.cfg.Policy.Maintenance = append(l.cfg.Policy.Maintenance, alert.Window{
			Name: name, Match: keys.Match.m, When: when, Why: safe.Line(keys.Why, 200),
		})
	}
}

// checkCovers holds that a window says what is in maintenance, that everything
// is only if that is said in so many words, and that it goes by what a target is.
func (b *binder) checkCovers(path string, v *value, keys *windowKeys) {
	match, all := v.table()["match"], v.table()["all"]
	switch {
	case match == nil && !keys.All:
		b.lacks(v, path, `says not what is in maintenance: needs a "match", or all = true`)
	case match == nil:
	case keys.All && !matchesAll(match):
		b.report(all, join(path, "all"), `everything is in maintenance, and yet there is a "match"`)
	case !keys.All && matchesAll(match):
		b.report(match, join(path, "match"), "matches everything; if that is meant, write all = true")
	}
	for _, x := range elements(match) {
		for _, label := range []string{"severity", "finding"} {
			if y := x.table()[label]; y != nil {
				b.reportKey(y, join(join(path, "match"), label), "maintenance is of targets, whatever is wrong with them: name, kind, group or a label")
			}
		}
	}
}

// matchesAll tells whether a matcher has no alternative, or one without a label.
func matchesAll(match *value) bool {
	list := elements(match)
	return len(list) == 0 || slices.ContainsFunc(list, func(x *value) bool { return x.table() != nil && len(x.table()) == 0 })
}

// times are the keys of a window that say when.
var times = []string{"from", "until", "days", "at", "every", "cron", "for"}

// form is a way to say when a window holds: by the key that shows that it is
// meant, what goes with it, and what it cannot be without.
type form struct {
	key         string
	with, needs []string
}

// forms are all of them, and the mistakes that are nearest to one.
var forms = []form{
	{"cron", []string{"for"}, []string{"for"}},
	{"days", []string{"at", "for", "every", "from"}, []string{"for"}},
	{"at", []string{"for", "every", "from"}, []string{"days", "for"}},
	{"every", []string{"at", "for", "from"}, []string{"days", "for"}},
	{"until", []string{"from"}, []string{"from"}},
	{"from", []string{"until"}, []string{"until"}},
}

// recurrence returns when a window holds. False means that there is a mistake.
func (b *binder) recurrence(path string, v *value, keys *windowKeys) (civil.Recurrence, bool) {
	t := v.table()
	i := slices.IndexFunc(forms, func(f form) bool { return t[f.key] != nil })
	if i < 0 {
		b.lacks(v, path, "says not when: needs from and until, or days, at and for, or cron and for")
		return civil.Recurrence{}, false
	}
	f, ok := forms[i], true
	for _, name := range times {
		if t[name] != nil && name != f.key && !slices.Contains(f.with, name) {
			b.reportKey(t[name], join(path, name), "%q does not go with %q: a window is once, by days or by cron", name, f.key)
			ok = false
		}
	}
	for _, name := range f.needs {
		if t[name] == nil && ok {
			b.lacks(v, path, "needs %q beside %q", name, f.key)
			ok = false
		}
	}
	if !ok {
		return civil.Recurrence{}, false
	}
	switch f.key {
	case "cron":
		return civil.Recurrence{Cron: keys.Cron.c, For: keys.For, Zone: keys.Zone.loc}, true
	case "days":
		return b.weekly(path, v, keys)
	}
	return b.once(path, v, keys)
}

// weekly returns a window of some days of every week, or of every so many.
func (b *binder) weekly(path string, v *value, keys *windowKeys) (civil.Recurrence, bool) {
	from := v.table()["from"]
	r := civil.Recurrence{
		Days: civil.Weekdays(keys.Days), At: time.Duration(keys.At), Every: int(keys.Every),
		For: keys.For, Zone: keys.Zone.loc,
	}
	switch {
	case from == nil && r.Every > 1:
		b.report(v.table()["every"], join(path, "every"), "needs a date that counts, as in from = 2026-01-05")
		return r, false
	case from == nil:
	case r.Every == 1:
		b.reportKey(from, join(path, "from"), `says which of several weeks counts: it goes with every = "2 weeks"`)
		return r, false
	case keys.From.form != isDate:
		b.report(from, join(path, "from"), "want a date without a time, as in 2026-01-05: it says which of the weeks count")
		return r, false
	default:
		r.Anchor = keys.From.t
	}
	return r, true
}

// once returns a window that holds one time only.
func (b *binder) once(path string, v *value, keys *windowKeys) (civil.Recurrence, bool) {
	until := v.table()["until"]
	span := civil.Span{From: keys.From.in(keys.Zone.loc), Until: keys.Until.in(keys.Zone.loc)}
	length := span.Until.Sub(span.From)
	switch path = join(path, "until"); {
	case keys.From.form == "" || keys.Until.form == "": // said already
		return civil.Recurrence{}, false
	case length == 0:
		b.report(until, path, "is when it begins: the window has no length")
	case length < 0:
		b.report(until, path, "is before it begins")
	case length > longest:
		b.report(until, path, "is more than a year after it begins; a target that is not needed is paused = true")
	}
	return civil.Recurrence{Once: span, Zone: keys.Zone.loc}, length > 0 && length <= longest
}

// warnOfTimes warns of a window that never holds, or always, or that begins more
// often than was probably meant.
func (l *loader) warnOfTimes(path string, v *value, keys *windowKeys, when civil.Recurrence) {
	const unbroken = 40 * 24 * time.Hour
	t := v.table()
	span, ok := when.Next(l.o.Now)
	minute, _, _ := strings.Cut(cronText(keys), " ")
	switch {
	case !ok && t["until"] != nil:
		l.warn(t["until"], join(path, "until"), "this window is over")
	case !ok:
		l.warnKey(v, path, "never comes")
	case t["until"] == nil && span.Until.Sub(span.From)-when.For > unbroken:
		l.warn(t["for"], join(path, "for"), "each time lasts until the next begins: it is always in maintenance")
	case minute == "*":
		l.warn(t["cron"], join(path, "cron"), "begins anew every minute of these hours, which makes one long window; write the minute, as in %q",
			"0"+strings.TrimPrefix(cronText(keys), "*"))
	}
}

func cronText(keys *windowKeys) string {
	if keys.Cron.c == nil {
		return ""
	}
	return keys.Cron.c.String()
}
