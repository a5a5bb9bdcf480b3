package alert

import (
	"slices"
	"time"
)

// failOverAfter is how long a paging receiver may fail to accept before its
// fallback is told as well.
const failOverAfter = time.Minute

// failOverAt returns when the fallback of an account's receiver is to be told
// as well, zero if that is not to be seen. It holds while an attempt is under
// way too: a receiver that hangs is as bad as one that refuses.
func (m *Manager) failOverAt(a *account) time.Time {
	r := a.receiver
	switch {
	case r == nil || a.FailedOver || a.route == nil || m.receivers[r.Fallback] == nil:
	case len(a.Refused) > 0:
		return a.firstRefused()
	case r.Paging && !a.Failing.IsZero():
		return a.Failing.Add(failOverAfter)
	}
	return time.Time{}
}

// firstRefused returns since when something is refused.
func (a *account) firstRefused() (first time.Time) {
	for _, p := range a.Refused {
		first = earliest(first, p.Since)
	}
	return first
}

// failOver has the fallback told of the group as well, if its time has come and
// there is still something that the receiver does not accept.
func (m *Manager) failOver(a *account, now time.Time, fx *Effects) {
	if at := m.failOverAt(a); at.IsZero() || at.After(now) {
		return
	}
	a.note(m.survey(a, now), now)
	if !a.owing && !a.reminding() || !slices.ContainsFunc(a.members, (*member).concerns) {
		return
	}
	a.FailedOver, a.dirty = true, true
	fx.Events = append(fx.Events, Event{
		At: now, Kind: KindFailover, Receiver: a.Receiver,
		Text: a.receiver.Fallback + " is told of " + a.Group + " instead",
	})
	m.replace(a)
}

// failOverLater is failOverAt of what is still to come.
func (m *Manager) failOverLater(a *account, now time.Time) time.Time {
	if at := m.failOverAt(a); at.After(now) {
		return at
	}
	return time.Time{}
}

// concerns tells whether the receiver should know that the alert goes on.
func (b *member) concerns() bool { return b.belongs && !b.spell.Held() }

// reminding tells whether it is a reminder that the receiver does not accept.
func (a *account) reminding() bool { return a.Pending != nil && a.Pending.Reason == Remind }

// mend has the fallback told no more than the end of what it was told, once the
// receiver accepts again, or has no fallback any more.
func (m *Manager) mend(a *account, now time.Time, fx *Effects) {
	if !a.FailedOver || (!a.Failing.IsZero() || len(a.Refused) > 0) && m.receivers[a.receiver.Fallback] != nil {
		return
	}
	a.FailedOver, a.dirty = false, true
	fx.Events = append(fx.Events, Event{
		At: now, Kind: KindMended, Receiver: a.Receiver,
		Text: "accepts what there is to tell of " + a.Group + " again",
	})
	m.replace(a)
}

// replace places an account's alerts anew, since who else hears of them changed.
func (m *Manager) replace(a *account) {
	for _, b := range a.members {
		if b.belongs {
			m.place(b.spell)
		}
	}
	m.leadFallbacks(a)
}

// lead finds how an account's route leads to its receiver.
func (m *Manager) lead(a *account) {
	a.named, a.route, a.receiver, a.standsIn = m.routeNamed(a.Route), nil, m.receiverNamed(a.Receiver), false
	switch {
	case a.named == nil:
	case m.leadsTo(a.named, a.Group, a.Receiver):
		a.route, a.reached = a.named, m.climbs[climbKey{a.Group, a.Route}] != nil
	case a.reached && m.climbs[climbKey{a.Group, a.Route}] == nil: // it hears how it ended
		a.route = a.named
	case m.standsInFor(a) != "":
		a.route, a.standsIn = a.named, true
	}
}

// leadFallbacks is lead for those that may stand in for an account's receiver.
func (m *Manager) leadFallbacks(a *account) {
	for _, b := range m.accounts {
		if b.Route == a.Route && b != a && (b.Group == a.Group || a.wide()) {
			m.lead(b)
			m.touch(b)
		}
	}
}

// standsInFor returns the receiver that an account's own stands in for, "" if
// the route leads to it anyway or nobody needs it.
func (m *Manager) standsInFor(a *account) string { return m.failing(a, a.Receiver, len(m.receivers)) }

// failing returns who among those that have the receiver as their fallback does
// not accept. The chain is followed no further than there are receivers.
func (m *Manager) failing(a *account, receiver string, depth int) string {
	if a.named == nil || depth == 0 || m.leadsTo(a.named, a.Group, receiver) {
		return ""
	}
	found := ""
	for name, r := range m.receivers {
		if r.Fallback != receiver || found != "" && name > found {
			continue
		}
		if !m.failedOver(a.Group, name) && !m.failedOver(a.Route, name) {
			continue
		}
		if m.leadsTo(a.named, a.Group, name) || m.failing(a, name, depth-1) != "" {
			found = name
		}
	}
	return found
}

func (m *Manager) failedOver(group, receiver string) bool {
	a := m.accounts[accountKey{group, receiver}]
	return a != nil && a.FailedOver
}
