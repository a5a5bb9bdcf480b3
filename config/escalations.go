package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
)

// loadEscalations builds the escalation policies, by name.
func (l *loader) loadEscalations() {
	for _, name := range l.escalations.names() {
		v, path := l.escalations[name], join("escalation", name)
		if name == "" || name == "by hand" {
			l.reportKey(v, path, "an escalation cannot be called %q", name)
		}
		b := l.binder
		b.section = "escalation"
		keys := &escalationKeys{Repeat: 2, OnHandoff: "tell"}
		b.bindTable(path, v, keys)
		if v.table() == nil {
			continue
		}
		l.show("escalation", name, v, keys)
		l.checkLastResort(path, v)
		p := alert.EscalationPolicy{Name: name, Repeat: keys.Repeat, LastResort: keys.LastResort, Accept: keys.OnHandoff == "accept"}
		l.tables(join(path, "step"), keys.Step, func(path string, _ int, x *value) {
			p.Steps = append(p.Steps, l.step(path, x))
		})
		if len(elements(keys.Step)) == 0 {
			l.lacks(v, path, "calls nobody: needs a [[%s.step]]", path)
		}
		l.cfg.Policy.Escalations = append(l.cfg.Policy.Escalations, p)
	}
}

// checkLastResort holds that at the end somebody is told who is always there.
func (l *loader) checkLastResort(path string, v *value) {
	x := v.table()["last_resort"]
	path = join(path, "last_resort")
	if x == nil {
		l.lacks(v, strings.TrimSuffix(path, ".last_resort"), `needs a "last_resort": the receiver that is told when nobody acknowledged`)
		return
	}
	l.checkEach(path, x, func(path string, x *value, s string) {
		if kind, _, ok := strings.Cut(s, ":"); ok && (kind == "schedule" || kind == "operator") {
			l.report(x, path, "is a receiver, or one with an address: a schedule may have nobody, and an operator may be away")
			return
		}
		l.checkAddressee(path, x, s)
	})
}

func (l *loader) step(path string, x *value) alert.EscalationStep {
	keys := &stepKeys{Wait: 5 * time.Minute, Ack: "any"}
	b := l.binder
	b.section = "step"
	b.bindTable(path, x, keys)
	to := x.table()["to"]
	if to == nil || len(elements(to)) == 0 {
		l.lacks(x, path, `calls nobody: needs "to"`)
	}
	l.checkEach(join(path, "to"), to, l.checkTold)
	return alert.EscalationStep{To: keys.To, Wait: keys.Wait, All: keys.Ack == "all"}
}

// gapsWithin is how far ahead a schedule is looked at for times without anybody.
const gapsWithin = 90 * 24 * time.Hour

// lookAtDuty warns of what nobody uses, of who cannot be reached, and of times
// when nobody is. What is used by what is used counts.
func (l *loader) lookAtDuty() {
	roster, _ := oncall.NewRoster(l.o.Now, l.cfg.Operators, l.cfg.Schedules, oncall.Saved{})
	for _, name := range l.escalations.names() {
		if !l.used.escalations[name] {
			l.warnKey(l.escalations[name], join("escalation", name), "no route escalates by it")
		}
	}
	placed := map[string]bool{} // operators who are in some schedule
	for i := range l.cfg.Schedules {
		s := &l.cfg.Schedules[i]
		for _, who := range dutyOf(s) {
			placed[who] = true
		}
		if !l.used.schedules[s.Name] {
			l.warnKey(l.schedules[s.Name], join("schedule", s.Name), "no route or escalation tells who is on call by it")
			continue
		}
		for _, who := range dutyOf(s) {
			l.used.operators[who] = true
		}
		l.warnOfTurnless(roster, s)
	}
	for i := range l.cfg.Operators {
		o := &l.cfg.Operators[i]
		switch used := l.used.operators[o.Name]; {
		case !used && !placed[o.Name]:
			l.warnKey(l.operators[o.Name], join("operator", o.Name), "is in no schedule, and nothing tells them")
		case used && len(o.Contact) == 0:
			l.warnKey(l.operators[o.Name], join("operator", o.Name), `is on call and cannot be told: has no "contact"`)
		}
	}
	l.warnOfGaps(roster)
}

// warnOfGaps warns of times at which an escalation, or a route, reaches nobody.
func (l *loader) warnOfGaps(roster *oncall.Roster) {
	for _, p := range l.cfg.Policy.Escalations {
		var to []string
		for _, s := range p.Steps {
			to = append(to, s.To...)
		}
		if gaps := l.unreached(roster, to); len(gaps) > 0 {
			l.warnKey(l.escalations[p.Name], join("escalation", p.Name), "nobody is reached before the last resort %s", l.gapText(gaps, to))
		}
	}
	for i := range l.cfg.Policy.Routes {
		r := &l.cfg.Policy.Routes[i]
		if gaps := l.unreached(roster, r.To); r.Escalate == "" && len(gaps) > 0 {
			l.warnKey(l.routes[r.Name], join("route", r.Name), "nobody is told %s", l.gapText(gaps, r.To))
		}
	}
}

// unreached returns when none of those that are told is anybody, none if one
// always is.
func (l *loader) unreached(r *oncall.Roster, to []string) []oncall.Shift {
	var gaps []oncall.Shift
	for i, one := range to {
		name, ok := strings.CutPrefix(one, "schedule:")
		if !ok {
			return nil
		}
		own := slices.DeleteFunc(r.Gaps(name, l.o.Now, l.o.Now.Add(gapsWithin)), func(s oncall.Shift) bool { return s.Fallback })
		if i == 0 {
			gaps = own
		} else {
			gaps = intersect(gaps, own)
		}
	}
	return gaps
}

// intersect returns the times that are in shifts of both lists.
func intersect(as, bs []oncall.Shift) (both []oncall.Shift) {
	for _, a := range as {
		for _, b := range bs {
			s := a
			if b.From.After(s.From) {
				s.From = b.From
			}
			if b.To.Before(s.To) {
				s.To = b.To
			}
			if s.To.After(s.From) {
				both = append(both, s)
			}
		}
	}
	return both
}

// gapText says when nobody is reached, in the zone of the first schedule.
func (l *loader) gapText(gaps []oncall.Shift, to []string) string {
	loc := time.UTC
	for i := range l.cfg.Schedules {
		if s := &l.cfg.Schedules[i]; s.Name == gaps[0].Schedule {
			loc = s.Zone
		}
	}
	const layout = "Mon 2006-01-02 15:04"
	text := fmt.Sprintf("from %s to %s %s", gaps[0].From.In(loc).Format(layout), gaps[0].To.In(loc).Format(layout), loc)
	if n := len(gaps) - 1; n > 0 {
		text += fmt.Sprintf(", and %d more times within 90 days", n)
	}
	return text + " (" + strings.Join(to, ", ") + ")"
}
