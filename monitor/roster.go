package monitor

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"time"

	"sitrep/oncall"
	"sitrep/safe"
)

// loadRoster makes the roster of what is configured and of what was saved, in
// place of the one that holds, if there is one.
func (m *Monitor) loadRoster(now time.Time) {
	before := m.roster
	r, delta := oncall.NewRoster(now, m.setup.Operators, m.setup.Schedules, m.onCall)
	m.setRoster(now, r, delta)
	if before != nil && !(delta.Empty() && reflect.DeepEqual(before.Schedules(), r.Schedules())) {
		m.logShifts(now, before)
	}
}

// setRoster puts a roster in place of the one that holds. delta is what must be
// saved of it.
func (m *Monitor) setRoster(now time.Time, r *oncall.Roster, delta oncall.Saved) {
	m.roster, m.changed = r, true
	mergeOnCall(&m.onCall, delta)
	m.onCall = latestOnCall(m.onCall)
	mergeOnCall(&m.batch.OnCall, delta)
	m.follow(now, m.alerts.SetRoster(now, r))
}

// ask notes that somebody is asked to accept shifts.
func (m *Monitor) ask(now time.Time, shifts []oncall.Acceptance) {
	if r, delta := m.roster.Ask(shifts...); !delta.Empty() {
		m.setRoster(now, r, delta)
	}
}

// applyOnCall is what the commands about who is on call do; done is false for
// any other.
func (m *Monitor) applyOnCall(now time.Time, a Actor, c Command) (done bool, err error) {
	switch c := c.(type) {
	case TakeOver:
		from := cmp.Or(c.From, now)
		return true, m.rostered(now, a, "")(m.roster.Override(now, oncall.Override{
			Schedule: c.Schedule, From: from.UTC(), To: c.To.UTC(), With: c.With, For: c.For, Note: safe.Line(c.Note, maxShort), By: a.Name,
		}))
	case EndOverride:
		return true, m.rostered(now, a, "withdraws: ")(m.roster.Withdraw(now, c.ID, a.Name))
	case Swap:
		s := c.Swap
		s.By, s.Note = a.Name, safe.Line(s.Note, maxShort)
		return true, m.rostered(now, a, "asks "+safe.Line(s.With, maxName)+" to swap: ")(m.roster.Swap(now, s))
	case AnswerSwap:
		verb := "refuses: "
		if c.Accept {
			verb = "accepts: "
		}
		return true, m.rostered(now, a, verb)(m.roster.Answer(now, c.Swap, a.Name, c.Accept))
	case AcceptHandover:
		return true, m.rostered(now, a, "accepts ")(m.roster.Accept(now, c.Schedule, a.Name))
	}
	return false, nil
}

// rostered takes over a roster that a command made of the one that holds, and
// says in the log what it did: verb and what changed.
func (m *Monitor) rostered(now time.Time, a Actor, verb string) func(*oncall.Roster, oncall.Saved, error) error {
	return func(r *oncall.Roster, delta oncall.Saved, err error) error {
		if err != nil || delta.Empty() {
			return err
		}
		m.log(Event{At: now, Kind: "oncall", By: a.Name, Text: safe.Line(verb+changeText(&delta), maxLine)})
		m.setRoster(now, r, delta)
		m.checkDuty(now)
		return nil
	}
}

// changeText says what a command changed of who is on call.
func changeText(s *oncall.Saved) string {
	var parts []string
	for i := range s.Overrides {
		parts = append(parts, overrideText(&s.Overrides[i]))
	}
	for _, a := range s.Accepted {
		parts = append(parts, a.Schedule+", on call since "+stampOf(a.From))
	}
	return strings.Join(parts, "; ")
}

// overrideText is an override in words.
func overrideText(o *oncall.Override) string {
	instead := ""
	if o.For != "" {
		instead = " for " + o.For
	}
	text := fmt.Sprintf("%s: %s takes over%s, %s to %s", o.Schedule, o.With, instead, stampOf(o.From), stampOf(o.To))
	if o.Note != "" {
		text += ", " + o.Note
	}
	return text
}
