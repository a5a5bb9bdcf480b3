package tui

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"sitrep/alert"
	"sitrep/monitor"
)

// receiverState is how one receiver does, as far as the latest attempts tell.
type receiverState struct {
	name     string
	paging   bool
	gone     bool // the configuration does not name it any more
	fallback string
	standsIn bool // the fallback is told of something instead

	owed, refused int       // accounts with something on its way, and contents that it will not have
	tries         bool      // something else than those is on its way
	due           time.Time // when the next attempt is; zero if none is planned
	flying        bool      // one is under way

	accepted time.Time // the last one that it accepted
	stuck    time.Time // since when an account of it waits in vain; zero if none does
	last     time.Time // the first of the latest attempts that failed, none accepted since; zero if there are none
	err      string    // of the last one that failed, "" if it was accepted since
}

// receiversOf returns every receiver that a snapshot knows of: those that the
// configuration names, then those at addresses of their own, and of operators,
// then those that are gone and still owed something.
func receiversOf(snap *monitor.Snapshot) []receiverState {
	var all []receiverState
	place := map[string]int{}
	state := func(name string) *receiverState {
		i, known := place[name]
		if !known {
			i = len(all)
			place[name] = i
			all = append(all, receiverState{name: name, gone: true})
			if p := receiverNamed(&snap.Policy, name); p != nil {
				all[i].paging, all[i].fallback, all[i].gone = p.Paging, p.Fallback, false
			}
		}
		return &all[i]
	}
	for i := range snap.Policy.Receivers {
		state(snap.Policy.Receivers[i].Name)
	}
	for i := range snap.Owed {
		state(snap.Owed[i].Receiver).owe(&snap.Owed[i])
	}
	for i := range snap.Accounts {
		state(snap.Accounts[i].Receiver).has(&snap.Accounts[i])
	}
	for i := range snap.Told {
		d := &snap.Told[i]
		if d.Notification.Test {
			continue
		}
		if name := d.Notification.Receiver; name != "" {
			state(name).attempted(d)
		}
	}
	slices.SortStableFunc(all, func(a, b receiverState) int { return cmp.Compare(btoi(a.gone), btoi(b.gone)) })
	return all
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// failing returns since when the receiver does not accept, as far as is known;
// zero if it does. Accounts outlive a restart and the latest attempts do not.
func (r *receiverState) failing() time.Time {
	if !r.stuck.IsZero() {
		return r.stuck
	}
	return r.last
}

// owe takes an account in with which something is owed.
func (r *receiverState) owe(l *alert.Ledger) {
	r.owed++
	r.refused += len(l.Refused)
	for _, p := range l.Refused {
		r.dueAt(p.Due)
	}
	p := l.Pending
	if p == nil {
		return
	}
	r.flying, r.tries = r.flying || p.Flying, r.tries || !p.Dead
	r.dueAt(p.Due)
}

// has takes an account in, whether something is owed with it or not.
func (r *receiverState) has(l *alert.Ledger) {
	r.accepted = latest(r.accepted, l.Accepted)
	r.standsIn = r.standsIn || l.FailedOver
	if !l.Failing.IsZero() && (r.stuck.IsZero() || l.Failing.Before(r.stuck)) {
		r.stuck = l.Failing
	}
}

// dueAt notes that an attempt is planned; zero is none.
func (r *receiverState) dueAt(t time.Time) {
	if !t.IsZero() && (r.due.IsZero() || t.Before(r.due)) {
		r.due = t
	}
}

// attempted takes an attempt in; the oldest comes first.
func (r *receiverState) attempted(d *alert.Delivery) {
	switch d.Outcome {
	case alert.Accepted:
		r.accepted = latest(r.accepted, d.At)
		r.last, r.err = time.Time{}, ""
	case alert.Unbegun:
	default:
		if r.last.IsZero() {
			r.last = d.At
		}
		r.err = cmp.Or(d.Err, d.Outcome.String())
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// receiverWords say how a receiver does.
func (m *Model) receiverWords(r *receiverState) string {
	var s string
	switch {
	case !r.failing().IsZero():
		word := "failing"
		if r.refused > 0 && !r.tries {
			word = "refuses"
		}
		s = fmt.Sprintf("%s since %s (%s)", word, m.shortTime(r.failing()), age(m.now.Sub(r.failing())))
		switch {
		case r.flying:
			s += ", being tried now"
		case !r.due.IsZero():
			s += ", again " + m.in(r.due)
		}
		if r.standsIn {
			s += ", " + cmp.Or(r.fallback, "another") + " stands in"
		}
		if r.err != "" {
			s += ": " + oneLine(r.err)
		}
	case !r.accepted.IsZero():
		s = "accepts, last " + m.shortTime(r.accepted)
		if r.flying {
			s += ", one under way"
		}
	case r.flying:
		s = "the first one is under way"
	default:
		s = "nothing sent to it yet"
	}
	if r.gone {
		s = "no longer configured; " + s
	}
	return s
}

// shortTime writes when something was: the date is given unless it was today.
func (m *Model) shortTime(t time.Time) string {
	if m.clock(t, time.DateOnly) == m.clock(m.now, time.DateOnly) {
		return m.hms(t)
	}
	return m.clock(t, "01-02 15:04") + m.zulu()
}

// in writes when something will be: "in 12s", "now".
func (m *Model) in(t time.Time) string {
	if d := t.Sub(m.now); d > 0 {
		return "in " + age(d+time.Second-1)
	}
	return "now"
}

// lastTold returns the newest attempt with a receiver that f wants, nil if the
// snapshot holds none.
func lastTold(snap *monitor.Snapshot, receiver string, f func(*alert.Delivery) bool) *alert.Delivery {
	for i := len(snap.Told) - 1; i >= 0; i-- {
		if d := &snap.Told[i]; d.Notification.Receiver == receiver && f(d) {
			return d
		}
	}
	return nil
}

// names tells whether a notification tells of an alert.
func names(n *alert.Notification, id string) bool {
	return slices.ContainsFunc(n.Alerts, func(a alert.Alert) bool { return a.ID == id })
}

// firingTold returns how many alerts an account's receiver was told of and not
// that they are over.
func firingTold(l *alert.Ledger) (n int) {
	for w := range maps.Values(l.Told) {
		if w.Firing {
			n++
		}
	}
	return n
}
