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
	return &route{r, match}
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

// place finds the accounts that an alert belongs to, and has them settled.
func (m *Manager) place(sp *spell) {
	for _, b := range sp.members {
		b.belongs = false
		m.touch(b.account)
	}
	if !sp.State.Active() {
		return
	}
	for _, r := range m.routes {
		if !r.match.Match(sp.Labels, sp.Severity, sp.Findings) {
			continue
		}
		group, labels := r.group(sp.Labels)
		for _, receiver := range r.To {
			if m.receivers[receiver] == nil {
				continue
			}
			b := m.join(sp, r, accountKey{group, receiver}, labels)
			b.belongs = true
			m.touch(b.account)
		}
	}
}

// join returns the alert's place with a receiver of a route. Where it was told
// of, it stays: neither a changed label nor a changed group_by tells it again.
func (m *Manager) join(sp *spell, r *route, key accountKey, labels map[string]string) *member {
	for _, b := range sp.members {
		if b.account.Route == r.Name && b.account.Receiver == key.receiver && (b.account.Group == key.group || b.speaks()) {
			return b
		}
	}
	a := m.accounts[key]
	if a == nil {
		a = m.open(Ledger{Group: key.group, Route: r.Name, Labels: labels, Receiver: key.receiver})
		a.route, a.receiver = r, m.receivers[key.receiver]
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
	for _, a := range m.accounts {
		a.receiver = m.receivers[a.Receiver]
		a.route = m.routeOf(a.Route, a.Receiver)
		m.touch(a)
	}
	for sp := range m.known {
		m.place(sp)
	}
	m.settle(now, &fx)
	return fx
}

// routeOf returns the route of that name, nil if there is none or it does not
// lead to the receiver.
func (m *Manager) routeOf(name, receiver string) *route {
	for _, r := range m.routes {
		if r.Name == name && slices.Contains(r.To, receiver) {
			return r
		}
	}
	return nil
}
