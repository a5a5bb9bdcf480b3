package alert

import (
	"maps"
	"slices"
	"time"
)

// shiftAccounts moves all that counts from something by d, since the wall clock
// was set: who waited a minute has waited a minute.
func (m *Manager) shiftAccounts(d time.Duration) {
	for _, a := range m.accounts {
		a.Ledger.shift(d)
		shiftAll(d, &a.restored, &a.resting)
		a.dirty, a.copied = true, false
		m.touch(a)
	}
	for _, c := range m.climbs {
		shiftAll(d, &c.Started, &c.At, &c.Due)
		c.dirty = true
		m.touchClimb(c)
	}
	for _, s := range m.storms {
		shiftAll(d, &s.began, &s.until)
		shiftEach(d, s.fired)
	}
	for _, p := range m.paces {
		shiftAll(d, &p.wide)
		shiftEach(d, p.sent)
	}
}

// shift moves all that counts from something by d.
func (l *Ledger) shift(d time.Duration) {
	shiftAll(d, &l.Accepted, &l.First, &l.Ends, &l.Failing, &l.NotBefore)
	l.Stepped += d
	l.Calls = maps.Clone(l.Calls)
	for id, at := range l.Calls {
		l.Calls[id] = at.Add(d)
	}
	l.Notices = slices.Clone(l.Notices)
	for i := range l.Notices { // but not the shift that one is about
		shiftAll(d, &l.Notices[i].Due, &l.Notices[i].Expires)
	}
	l.Told = maps.Clone(l.Told)
	for id, w := range l.Told {
		shiftAll(d, &w.Flapped, &w.Tried)
		l.Told[id] = w
	}
	if l.Pending != nil {
		l.Pending = l.Pending.shifted(d)
	}
	l.Refused = maps.Clone(l.Refused)
	for key, p := range l.Refused {
		l.Refused[key] = *p.shifted(d)
	}
}

func (p *Attempt) shifted(d time.Duration) *Attempt {
	q := *p
	shiftAll(d, &q.Since, &q.Due)
	return &q
}

// shiftAll moves times by d, except those that are not set.
func shiftAll(d time.Duration, times ...*time.Time) {
	for _, t := range times {
		if !t.IsZero() {
			*t = t.Add(d)
		}
	}
}

func shiftEach(d time.Duration, times []time.Time) {
	for i := range times {
		times[i] = times[i].Add(d)
	}
}
