package alert

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// route is a Route ready to use.
type route struct {
	Route
	match *Compiled
	leads []string // the accounts' receivers that To means now
}

// newRoute makes r ready to use. A matcher that is not valid, which the
// configuration refuses, matches everything: rather one page too many.
func newRoute(r Route) *route {
	match, err := r.Match.Compile()
	if err != nil {
		match = new(Compiled)
	}
	r.GroupBy = slices.Sorted(slices.Values(r.GroupBy))
	r.To = slices.Compact(slices.Sorted(slices.Values(r.To)))
	return &route{Route: r, match: match}
}

// group returns the key of the group that a target with these labels is in,
// and the labels that make it.
func (r *route) group(labels map[string]string) (string, map[string]string) {
	if len(r.GroupBy) == 0 {
		return r.Name, nil
	}
	by := make(map[string]string, len(r.GroupBy))
	pairs := make([]string, len(r.GroupBy))
	for i, name := range r.GroupBy {
		value := labels[name]
		by[name] = value
		if strings.ContainsAny(value, "{},=\" ") {
			value = strconv.Quote(value)
		}
		pairs[i] = name + "=" + value
	}
	return r.Name + "{" + strings.Join(pairs, ",") + "}", by
}

// place has an alert placed with the accounts that it belongs to, and these
// settled, before the call ends.
func (m *Manager) place(sp *spell) {
	if !sp.moved {
		sp.moved = true
		m.moved = append(m.moved, sp)
	}
}

// placeMoved places the alerts that moved. A storm that begins moves others.
func (m *Manager) placeMoved(now time.Time, fx *Effects) {
	for i := 0; i < len(m.moved); i++ {
		sp := m.moved[i]
		sp.moved = false
		m.placeNow(sp, now, fx)
	}
	clear(m.moved)
	m.moved = m.moved[:0]
}

// placeNow finds the accounts that an alert belongs to.
func (m *Manager) placeNow(sp *spell, now time.Time, fx *Effects) {
	for _, b := range sp.members {
		b.belonged, b.belongs = b.belongs, false
		m.touchMember(b)
	}
	if !sp.State.Active() {
		m.enlist(sp, nil)
		return
	}
	var climbs []*climb
	for _, r := range m.routes {
		if !r.match.Match(sp.Labels, sp.Severity, sp.Findings) {
			continue
		}
		if sp.fired.Equal(now) && !sp.Held() && !sp.belonged(r) && !sp.climbsOn(r) {
			m.noteFired(r, now, fx)
		}
		group, labels := r.group(sp.Labels)
		if m.storms[r.Name].rages(now) && (sp.swept || !sp.belonged(r)) {
			group, labels = r.Name, nil
		}
		for _, receiver := range r.leads {
			m.placeWith(sp, r, accountKey{group, receiver}, labels)
		}
		if c := m.climbFor(sp, r, group, labels); c != nil {
			climbs = append(climbs, c)
			m.placeWithCalled(sp, r, c)
		}
	}
	m.enlist(sp, climbs)
	sp.swept = false
}

// belonged tells whether a route led to the alert's being told before it changed.
func (sp *spell) belonged(r *route) bool {
	return slices.ContainsFunc(sp.members, func(b *member) bool { return b.belonged && b.account.Route == r.Name })
}

// climbsOn tells whether an escalation of a route has the alert.
func (sp *spell) climbsOn(r *route) bool {
	return slices.ContainsFunc(sp.climbs, func(c *climb) bool { return c.Route == r.Name })
}

// placeWith has an alert belong to the account of a receiver, and as long as
// one after the other does not accept to that of its fallback.
func (m *Manager) placeWith(sp *spell, r *route, key accountKey, labels map[string]string) {
	for m.receiverNamed(key.receiver) != nil {
		b := m.join(sp, r, key, labels)
		if b.belongs {
			return // the route leads there anyway
		}
		b.belongs = true
		m.touchMember(b)
		a := b.account
		if !a.FailedOver {
			return
		}
		key, labels = accountKey{a.Group, a.receiver.Fallback}, a.Labels
	}
}

// join returns the alert's place with a receiver of a route. Where it was told
// of, or was to be, it stays: neither a changed label nor a changed group_by
// tells it again. What is with the account for all of the route since a storm
// stays there too.
func (m *Manager) join(sp *spell, r *route, key accountKey, labels map[string]string) *member {
	var here *member
	var first time.Time
	for _, b := range sp.members {
		a := b.account
		switch {
		case a.Route != r.Name || a.Receiver != key.receiver:
			continue
		case b.speaks(), b.tried(), b.belonged && (a.wide() || b.pends()):
			return b
		case a.Group == key.group:
			here = b
		}
		first = earliest(first, a.First)
	}
	if here != nil {
		return here
	}
	a := m.accounts[key]
	if a == nil {
		a = m.open(Ledger{Group: key.group, Route: r.Name, Labels: labels, Receiver: key.receiver})
	}
	if !first.IsZero() && !sp.Held() { // it waits on
		a.First, a.dirty = earliest(a.First, first), true
	}
	return a.admit(sp)
}

// SetPolicy replaces routes and receivers. It resets no deadline and tells
// nobody again of what they know; a receiver that is new to an alert hears of
// it. The ledger of a receiver that is gone is kept for a day after what it
// was told is over, in case it comes back.
func (m *Manager) SetPolicy(now time.Time, p Policy) Effects {
	var fx Effects
	m.setSettings(now, &p, &fx)
	m.configured = true
	m.routes = nil
	for _, r := range p.Routes {
		m.routes = append(m.routes, newRoute(r))
	}
	slices.SortFunc(m.routes, func(a, b *route) int { return cmp.Compare(a.Name, b.Name) })
	m.receivers = make(map[string]*Receiver, len(p.Receivers))
	for _, r := range p.Receivers {
		r.Tell = maps.Clone(r.Tell)
		m.receivers[r.Name] = &r
	}
	m.setPolicies(now, p.Escalations)
	for _, a := range m.accounts {
		m.lead(a)
		m.touch(a)
	}
	for _, sp := range m.sorted() {
		m.place(sp)
	}
	m.watchShifts(now, &fx)
	m.settle(now, &fx)
	return fx
}

// routeNamed returns the route of that name, nil if there is none.
func (m *Manager) routeNamed(name string) *route {
	i := slices.IndexFunc(m.routes, func(r *route) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return m.routes[i]
}
