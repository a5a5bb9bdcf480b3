package config

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sitrep/checker"
	"sitrep/civil"
	"sitrep/safe"
)

// loadTargets builds the targets, by name, each over its group and the defaults.
func (l *loader) loadTargets() {
	l.defaults = l.layer("defaults", "defaults", l.settings["defaults"])
	for _, name := range l.groups.names() {
		path := join("group", name)
		l.groups[name] = l.layer("group", path, l.groups[name])
	}
	for _, name := range l.targets.names() {
		if t, ok := l.target(name, l.targets[name]); ok {
			l.cfg.Targets = append(l.cfg.Targets, t)
		}
	}
}

// layer checks what is laid under targets, where it stands, and marks it.
func (l *loader) layer(section, path string, v *value) *value {
	if v == nil {
		return nil
	}
	b := l.binder
	b.section = section
	keys := newTargetKeys()
	b.bindTable(path, v, keys)
	if v.table() == nil {
		return nil
	}
	b.checkTimes(path, v.table(), keys)
	return v.marked(path)
}

// target builds one. False means that it could not be made sense of.
func (l *loader) target(name string, v *value) (checker.Target, bool) {
	path := join("target", name)
	l.checkName(path, name, v)
	if v = l.longForm(path, name, v); v == nil {
		return checker.Target{}, false
	}
	merged := v.over(l.groupOf(path, v)).over(l.defaults)
	b := l.binder
	b.section, b.merged = "target", true
	end, broken, ok := b.endpoint(path, v)
	if b.kind = end.kind; b.kind == "unknown" {
		b.kind = "" // any key may be right
	}
	keys := newTargetKeys()
	b.bindTable(path, merged, keys)
	b.checkTimes(path, merged.table(), keys)
	l.cfg.shown = append(l.cfg.shown, shownSection{table: "target", name: name, v: merged, keys: keys, kind: b.kind, section: "target"})
	if !ok {
		return checker.Target{}, false
	}
	l.dependsOn[name] = keys.DependsOn
	t := keys.target(name, end)
	t.Local = end.local(string(keys.Resolve))
	t.FlapHigh, t.FlapLow = float64(l.flapHigh), float64(l.flapLow)
	t.Where = v.line()
	if v.src.dir == "" {
		t.Where = ""
	}
	before := len(l.problems)
	t.Probe, t.Broken = b.probe(path, merged.table(), keys, end, l.cfg.Dialer)
	if t.Broken == "" {
		t.Broken = broken
	}
	if t.Paused || t.Broken != "" {
		t.Probe = nil
	}
	return t, !l.problems[before:].fatal()
}

// longForm returns a target's table, made of its URL if that is all there is;
// nil if it is neither.
func (l *loader) longForm(path, name string, v *value) *value {
	url, short := v.string()
	switch {
	case short && slices.Contains(keysOf(targetType).names, name) && !strings.Contains(url, ":"):
		l.reportKey(v, path, "%q is a setting of targets: put it under [defaults]; here it would be the name of a target", name)
		return nil
	case short:
		return &value{v: table{"url": v}, src: v.src, key: v.key, val: v.val}
	case v.table() == nil:
		l.report(v, path, "want a URL or a table, got %s", describe(v.v))
		return nil
	}
	return v
}

// groupOf returns what the target's group has for all of its members.
func (l *loader) groupOf(path string, v *value) *value {
	x := v.table()["group"]
	g, _ := x.string()
	if strings.ContainsFunc(g, unicode.IsControl) {
		l.report(x, join(path, "group"), "a group's name has no control characters")
	}
	l.used.groups[g] = true
	return l.groups[g]
}

// string returns the value as a string, false if it is none.
func (v *value) string() (string, bool) {
	if v == nil {
		return "", false
	}
	s, ok := v.v.(string)
	return s, ok
}

// checkName refuses names that no history could be kept under.
func (l *loader) checkName(path, name string, v *value) {
	n := utf8.RuneCountInString(name)
	switch {
	case n == 0 || n > 128:
		l.reportKey(v, path, "a target's name has 1 to 128 characters; this has %d", n)
	case strings.ContainsFunc(name, unicode.IsControl):
		l.reportKey(v, path, "a target's name has no control characters")
	case name == "sitrep":
		l.reportKey(v, path, `"sitrep" is the built-in target that tells of sitrep itself; choose another name`)
	}
}

// endpoint reads a target's URL. Broken says why it cannot be had: then the
// kind is unknown. False means that there is a mistake.
func (b *binder) endpoint(path string, v *value) (end endpoint, broken string, ok bool) {
	u := v.table()["url"]
	if u == nil {
		for _, other := range []string{"exec", "heartbeat"} {
			if v.table()[other] != nil {
				return end, "", false // said already
			}
		}
		b.lacks(v, path, `a target needs a "url"`)
		return end, "", false
	}
	var s secret
	s.bind(b, join(path, "url"), u)
	if s.broken != "" {
		return endpoint{kind: "unknown"}, s.broken, true
	}
	if _, isString := u.string(); !isString {
		return end, "", false
	}
	end, err := parseEndpoint(s.text)
	if err != nil {
		b.report(u, join(path, "url"), "%v", err)
		return end, "", false
	}
	return end, "", true
}

// target returns the target without its probe.
func (k *targetKeys) target(name string, end endpoint) checker.Target {
	t := checker.Target{
		Name: name, Kind: end.kind, Addr: end.shown, Group: k.Group,
		Title: safe.Line(k.Title, 200), Note: safe.Text(k.Note, 4000), Runbook: string(k.Runbook),
		Interval: k.Interval, RetryInterval: k.RetryInterval, Timeout: k.Timeout, Slow: k.Slow,
		Attempts: k.Attempts, Backoff: k.Backoff, FailAfter: k.FailAfter, RecoverAfter: k.RecoverAfter,
		Severity: k.Severity, Worst: checker.Down, Paused: k.Paused,
		Labels: map[string]string{"name": name, "kind": end.kind},
	}
	if k.Worst == "degraded" {
		t.Worst = checker.Degraded
	}
	maps.Copy(t.Labels, k.Labels)
	if k.Group != "" {
		t.Labels["group"] = k.Group
	}
	return t
}

// checkTimes holds slow ≤ timeout ≤ interval and retry_interval ≤ interval. A
// value that was written for what it does not fit is a mistake; one that was
// laid under, or is built in, is cut to what fits.
func (b *binder) checkTimes(path string, t table, k *targetKeys) {
	clip := func(name string, d *time.Duration, limit time.Duration, than, why string) {
		if *d <= limit {
			return
		}
		v, other := t[name], t[than]
		written := v != nil && v.from == "" && (b.merged || other != nil)
		if written {
			b.report(v, join(path, name), "%s is longer than the %s (%s): %s",
				v.v, strings.ReplaceAll(than, "_", " "), civil.FormatDuration(limit), why)
		}
		*d = limit
	}
	clip("timeout", &k.Timeout, k.Interval, "interval", "runs would overlap")
	clip("slow", &k.Slow, k.Timeout, "timeout", "no answer could be that slow")
	if t["retry_interval"] == nil {
		k.RetryInterval = max((k.Interval / 3).Truncate(time.Millisecond), time.Second)
	}
	clip("retry_interval", &k.RetryInterval, k.Interval, "interval", "a bad target is looked at more often, not less")
}
