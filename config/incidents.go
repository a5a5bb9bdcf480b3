package config

import (
	"regexp"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/spell"
)

// declare says for which alerts that nobody takes an incident is opened.
type declare struct {
	on    bool
	match alert.Matcher // nil: those that are critical
}

// bind reads "never", "down", or matchers as of a route.
func (d *declare) bind(b *binder, path string, v *value) {
	*d = declare{}
	if s, ok := v.v.(string); ok {
		switch s {
		case "never":
		case "down":
			d.on = true
		default:
			words := []string{"never", "down"}
			b.report(v, path, `%q is none of never, down%s; for some targets write a table, as in { tier = "1" }`, s, spell.Meant(s, words))
		}
		return
	}
	var m matcher
	m.bind(b, path, v)
	d.on, d.match = len(m.m) > 0, m.m
}

// String is what config show prints as the default.
func (d declare) String() string { return "never" }

var (
	incidentID   = regexp.MustCompile(`^([A-Za-z0-9]|\{year\})([A-Za-z0-9_.-]|\{year\}|\{n(:[1-9])?\})*$`)
	incidentPart = regexp.MustCompile(`\{n(:[1-9])?\}`)
)

// loadIncident reads what holds for incidents.
func (l *loader) loadIncident() {
	keys := incidentKeys{DeclareAfter: 10 * time.Minute, JoinWithin: 30 * time.Minute, Template: "full", ID: "inc-{year}-{n:4}"}
	l.setting("incident", &keys)
	if v := l.settings["incident"].table()["id"]; v != nil {
		switch {
		case !incidentPart.MatchString(keys.ID):
			l.report(v, "incident.id", `needs {n}, the number that counts, or {n:4} for four digits at least`)
		case strings.Count(keys.ID, "{n") != 1 || !incidentID.MatchString(keys.ID):
			l.report(v, "incident.id", `has letters, digits, _ . and -, {year}, and {n} once: it is a file's name too`)
		}
	}
	l.cfg.Template = keys.Template
	l.cfg.Incident = incident.Settings{
		Declare: keys.Declare.on, Match: keys.Declare.match, DeclareAfter: keys.DeclareAfter,
		JoinWithin: keys.JoinWithin, Severities: keys.Severities, ID: keys.ID,
	}
}
