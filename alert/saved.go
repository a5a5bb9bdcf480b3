package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Saved is what a Manager restores from.
type Saved struct {
	Alerts      []Alert   // those known when it was saved; at least the active ones and all that a ledger names
	Silences    []Silence // of ended ones only those that a window would open again are of use
	Ledgers     []Ledger
	Escalations []Escalation
	Alive       time.Time // when the earlier run last was; zero if there was none. Hand-overs since then are still told
	SilenceSeq  int       // greatest number that a silence's ID ever had
}

// Save returns all that Restore needs. Its maps, lists and attempts are shared
// and not to be changed.
func (m *Manager) Save() Saved {
	s := Saved{Alerts: m.Alerts(), Silences: m.Silences(), Ledgers: slices.Clone(m.Accounts()), Escalations: m.Escalations(), SilenceSeq: m.silenceSeq}
	for i := range s.Ledgers {
		s.Ledgers[i].Next = time.Time{}
	}
	return s
}

// Restore takes over what an earlier run of the program saved. It comes before
// anything else. An attempt that was under way may have arrived: it is due at
// once, with the key it had. Every other deadline stays as it was, as far as the
// clock can be believed.
func (m *Manager) Restore(now time.Time, saved Saved) {
	m.silenceSeq = saved.SilenceSeq
	for _, s := range saved.Silences {
		m.silenceSeq = max(m.silenceSeq, silenceNumber(s.ID))
		if !s.Ended.IsZero() {
			m.skip(&hold{Silence: s})
		} else if match, err := s.Match.Compile(); err == nil {
			m.armSilence(m.hold(s, match), now)
		}
	}
	alerts := slices.SortedFunc(slices.Values(saved.Alerts), func(a, b Alert) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.ID, b.ID))
	})
	for _, a := range alerts {
		m.restoreAlert(a, now)
	}
	for _, e := range saved.Escalations {
		m.restoreClimb(e, now)
	}
	for _, l := range slices.SortedFunc(slices.Values(saved.Ledgers), compareLedgers) {
		m.restoreLedger(l, now)
	}
	m.handover.alive = saved.Alive
}

// restoreAlert takes over an alert; they come the oldest first.
func (m *Manager) restoreAlert(a Alert, now time.Time) {
	s := m.subject(a.Target)
	if a.State != Resolved && (a.State == None || s.current != nil) {
		return // a target has one at a time
	}
	sp := m.admit(s, a)
	if a.State == Resolved {
		s.last = sp
	} else {
		s.current, s.group, s.labels, s.runbook = sp, a.Group, a.Labels, a.Runbook
		s.believed = statusOf(a.Severity)
		sp.SilencedBy, sp.Maintenance, sp.Waiting, sp.Settling = "", "", "", false
		sp.SilencedBy, sp.Maintenance = m.silencesOf(sp, now)
		if sp.State.Active() { // its parents are asked again
			sp.fired = earlier(a.Detected, now)
		}
	}
	sp.over, sp.Worst = earlier(sp.Confirmed, now), max(sp.Worst, sp.Severity)
	if sp.Ack != nil {
		sp.nudge = nextNudge(earlier(sp.Ack.At, now), now)
	}
	m.arm(sp)
}

// restoreLedger takes over a ledger, without the words of alerts that are not
// known: nothing could be said of them.
func (m *Manager) restoreLedger(l Ledger, now time.Time) {
	if m.accounts[accountKey{l.Group, l.Receiver}] != nil {
		return
	}
	unknown := func(id string, _ Word) bool { return m.alerts[id] == nil }
	l.Told, l.Calls = maps.Clone(l.Told), maps.Clone(l.Calls)
	maps.DeleteFunc(l.Told, unknown)
	maps.DeleteFunc(l.Calls, func(id string, _ time.Time) bool { return m.alerts[id] == nil })
	if l.Pending != nil {
		p := *l.Pending
		p.Words = maps.Clone(p.Words)
		maps.DeleteFunc(p.Words, unknown)
		if p.Flying {
			p.Flying, p.Unsure, p.Due = false, true, now
			l.Told = doubt(l.Told, p.Words)
		}
		l.Pending = &p
	}
	failing := l.Failing
	l.believe(now)
	a := m.open(l)
	a.restored, a.dirty = now, !failing.Equal(l.Failing)
	for _, id := range slices.Sorted(maps.Keys(l.Told)) {
		sp := m.alerts[id]
		if b := a.admit(sp); b.speaks() {
			sp.fired = time.Time{} // it is new to nobody, whatever the clock was set to since
		}
	}
	m.touch(a)
}

// believe moves what a ledger says of the time to where it can be. The clock may
// have been ahead when it was saved, or may be behind until it is set: nobody is
// to be left alone for that long. And whoever failed is asked once more before
// somebody else is told: nothing was tried meanwhile.
func (l *Ledger) believe(now time.Time) {
	since := func(ts ...*time.Time) {
		for _, t := range ts {
			*t = earlier(*t, now)
		}
	}
	latest := now.Add(max(refusedPause, longestAsked))
	since(&l.Accepted, &l.First, &l.Ends)
	for id, at := range l.Calls {
		l.Calls[id] = earlier(at, now)
	}
	if !l.Failing.IsZero() {
		since(&l.Failing)
		l.Failing = later(l.Failing, now.Add(restartGrace-failOverAfter))
	}
	l.NotBefore = earlier(l.NotBefore, latest)
	l.Notices = slices.Clone(l.Notices)
	for i := range l.Notices {
		since(&l.Notices[i].Due)
	}
	for id, w := range l.Told {
		since(&w.Flapped, &w.Tried)
		l.Told[id] = w
	}
	believed := func(p Attempt) Attempt {
		since(&p.Since)
		p.Due = earlier(p.Due, latest)
		return p
	}
	if l.Pending != nil {
		l.Pending = new(believed(*l.Pending))
	}
	l.Refused = maps.Clone(l.Refused)
	for key, p := range l.Refused {
		l.Refused[key] = believed(p)
	}
}

// restartGrace is how long a receiver that failed before a start has at least
// before its fallback is told.
const restartGrace = 15 * time.Second

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// earlier returns the earlier of two times.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
