package alert

import (
	"cmp"
	"slices"
	"time"
)

const (
	stormAlerts = 20              // new alerts on a route in a minute that are not yet a storm
	stormSpan   = time.Minute     // in which they are counted, and for which it lasts after the last
	stormGather = 2 * time.Second // before a digest that nobody has waited for, so that it says something
	paceSpan    = time.Minute
	paceFast    = 16               // notifications in a minute from which on only digests go out
	paceSlow    = 15 * time.Second // and no sooner after each other: four in what is left of the minute
)

// storm is how many alerts of a route are new. It is not saved: a start in the
// midst of one counts anew, and what was told in a digest goes on in it.
type storm struct {
	fired []time.Time // of the last minute, the latest ones
	began time.Time
	until time.Time // it is over if no more come
}

// rages tells whether there is a storm. That of nil, a route without new
// alerts, never does.
func (s *storm) rages(now time.Time) bool { return s != nil && now.Before(s.until) }

// gathered returns when the first digest may be told.
func (s *storm) gathered() time.Time { return s.began.Add(stormGather) }

// note counts a new alert, and tells whether it begins a storm.
func (s *storm) note(now time.Time) (begins bool) {
	s.fired = append(expire(s.fired, now.Add(-stormSpan)), now)
	s.fired = s.fired[max(0, len(s.fired)-stormAlerts-1):]
	if len(s.fired) <= stormAlerts {
		return false
	}
	if begins = !s.rages(now); begins {
		s.began = now
	}
	s.until = now.Add(stormSpan)
	return begins
}

// expire drops what is not after since; times are in order.
func expire(times []time.Time, since time.Time) []time.Time {
	n := slices.IndexFunc(times, func(t time.Time) bool { return t.After(since) })
	if n < 0 {
		n = len(times)
	}
	return slices.Delete(times, 0, n)
}

// noteFired counts a new alert of a route. When a storm begins, those that
// nobody was told of yet are told with it.
func (m *Manager) noteFired(r *route, now time.Time, fx *Effects) {
	s := m.storms[r.Name]
	if s == nil {
		s = &storm{}
		m.storms[r.Name] = s
	}
	if !s.note(now) {
		return
	}
	fx.Events = append(fx.Events, Event{At: now, Kind: KindStorm, Text: r.Name})
	for _, sp := range m.sorted() {
		if sp.State.Active() {
			sp.swept = true
			m.place(sp)
		}
	}
}

// paceKey names what the limit of notifications is for.
type paceKey struct{ route, receiver string }

// pace is what a receiver was sent of a route in the last minute, whether it
// came to be accepted or not, and each content once: retries have a pace of
// their own. It is not saved: a restart may send as many once more.
type pace struct {
	sent []time.Time // in order
	wide time.Time   // when the account for all of the route last sent, or might have
}

func (m *Manager) paceFor(a *account) *pace {
	key := paceKey{a.Route, a.Receiver}
	p := m.paces[key]
	if p == nil {
		p = &pace{}
		m.paces[key] = p
	}
	return p
}

// ready returns when a new content may be sent, which is now or earlier if it
// may at once; zero if only together with others, by the account for all of the
// route.
func (p *pace) ready(wide bool, now time.Time) time.Time {
	p.sent = expire(p.sent, now.Add(-paceSpan))
	switch {
	case len(p.sent) < paceFast:
		return now
	case !wide:
		return time.Time{}
	}
	return earliest(p.wide.Add(paceSlow), p.sent[len(p.sent)-paceFast].Add(paceSpan))
}

// count notes that a new content is sent.
func (p *pace) count(wide bool, now time.Time) {
	p.sent = append(p.sent, now)
	if wide {
		p.wide = now
	}
}

// gather has the account for all of the route wait for more before it sends.
func (p *pace) gather(now time.Time) {
	if from := now.Add(stormGather - paceSlow); from.After(p.wide) {
		p.wide = from
	}
}

// pool has what an account and the others of its route owe its receiver told
// together, by the account for all of the route. One with an attempt under way
// follows later.
func (m *Manager) pool(a *account, now time.Time) {
	all := m.accounts[accountKey{a.Route, a.Receiver}]
	if all == nil {
		all = m.open(Ledger{Group: a.Route, Route: a.Route, Receiver: a.Receiver})
	}
	if !all.owing {
		m.paceFor(a).gather(now)
	}
	var others []*account
	for _, b := range m.accounts {
		if b.Route == a.Route && b.Receiver == a.Receiver && b != all && (b == a || b.owing) && !b.flies() {
			others = append(others, b)
		}
	}
	slices.SortFunc(others, compareAccounts)
	for _, b := range others {
		all.take(b)
		m.touch(b)
	}
	m.touch(all)
	if all.FailedOver { // the fallback hears of those that came as well
		m.replace(all)
	}
}

// take has what another account owes owed by a instead: its words, its members
// and since when they wait.
func (a *account) take(b *account) {
	a.own()
	for id, w := range b.Told {
		if mine := a.Told[id]; w.Firing || !mine.Firing {
			w.Unsure, w.Climb = w.Unsure || mine.Unsure, cmp.Or(w.Climb, b.Group)
			a.Told[id] = w
		}
	}
	a.First, a.Ends = earliest(a.First, b.First), earliest(a.Ends, b.Ends)
	a.Failing = earliest(a.Failing, b.Failing)
	a.FailedOver = a.FailedOver || b.FailedOver
	if len(b.Calls) > 0 {
		a.called(b.Calls)
	}
	if b.Accepted.After(a.Accepted) {
		a.Accepted = b.Accepted
	}
	for _, x := range b.members {
		sp := x.spell
		x.leave()
		i := slices.IndexFunc(sp.members, func(y *member) bool { return y.account == a })
		if i < 0 {
			a.admit(sp)
			i = len(sp.members) - 1
		}
		y := sp.members[i]
		y.belongs, y.belonged = y.belongs || x.belongs, y.belonged || x.belonged
	}
	b.members, b.changed = nil, nil
	b.Told, b.Calls, b.Pending, b.Refused = nil, nil, nil, nil
	b.First, b.Ends, b.Failing, b.NotBefore = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	b.FailedOver, b.copied, b.owing, b.dirty = false, false, false, true
}

// digests tells whether a notification about n alerts is a digest.
func (m *Manager) digests(a *account, n int, now time.Time) bool {
	if !a.wide() || n < 2 {
		return false
	}
	return n > stormAlerts || a.named != nil && len(a.named.GroupBy) > 0 || m.storms[a.Route].rages(now)
}

// countBySeverity returns how many there are of each severity.
func countBySeverity(alerts []Alert) map[Severity]int {
	counts := map[Severity]int{}
	for i := range alerts {
		counts[alerts[i].Severity]++
	}
	return counts
}

// sharedLabels returns the labels that all have in common; there is at least one.
func sharedLabels(alerts []Alert) map[string]string {
	shared := map[string]string{}
	for name, value := range alerts[0].Labels {
		if value != "" && !slices.ContainsFunc(alerts, func(x Alert) bool { return x.Labels[name] != value }) {
			shared[name] = value
		}
	}
	return shared
}
