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
	key := []byte(r.Name)
	for i, name := range r.GroupBy {
		value := labels[name]
		by[name] = value
		key = append(key, ",{"[btoi(i == 0)])
		key = append(append(key, name...), '=')
		if strings.ContainsAny(value, "{},=\" ") {
			key = strconv.AppendQuote(key, value)
		} else {
			key = append(key, value...)
		}
	}
	return string(append(key, '}')), by
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// accountKey names a ledger.
type accountKey struct{ group, receiver string }

func (a accountKey) compare(b accountKey) int {
	return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.receiver, b.receiver))
}

// account is a ledger and what the Manager keeps beside it.
type account struct {
	Ledger

	// of the policy
	route    *route    // nil if it is gone, or no longer leads to the receiver
	receiver *Receiver // nil if it is gone

	members []*member // the alerts that it may owe something about
	owing   bool      // something is owed, now or later
	dirty   bool      // to be saved
	touched bool      // to be settled
	timer   timer
}

func (a *account) key() accountKey { return accountKey{a.Group, a.Receiver} }

// member is an alert in an account.
type member struct {
	spell   *spell
	account *account
	belongs bool // the account's route matches the alert now
}

// speaks tells whether the receiver was, or may have been, told of the alert.
func (b *member) speaks() bool {
	a := b.account
	if w, ok := a.Told[b.spell.ID]; ok && (w.Firing || w.Unsure) {
		return true
	}
	if a.Pending == nil {
		return false
	}
	_, ok := a.Pending.Words[b.spell.ID]
	return ok && a.Pending.Flying
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

// admit makes an alert a member that it is not yet.
func (a *account) admit(sp *spell) *member {
	b := &member{spell: sp, account: a}
	a.members = append(a.members, b)
	sp.members = append(sp.members, b)
	return b
}

// open adds the account of a ledger.
func (m *Manager) open(l Ledger) *account {
	a := &account{Ledger: l}
	a.timer = timer{rank: rankLedger, name: l.Group + " " + l.Receiver, do: func(time.Time, *Effects) { m.touch(a) }}
	m.accounts[a.key()] = a
	return a
}

// touch has an account settled before the call ends.
func (m *Manager) touch(a *account) {
	if !a.touched {
		a.touched = true
		m.touched = append(m.touched, a)
	}
}

// settle has every account that was touched ask what it owes. Without a policy
// nobody knows whom to tell: then it waits for one.
func (m *Manager) settle(now time.Time, fx *Effects) {
	if !m.configured {
		return
	}
	slices.SortFunc(m.touched, func(a, b *account) int { return a.key().compare(b.key()) })
	for _, a := range m.touched {
		a.touched = false
		m.settleAccount(a, now, fx)
		if a.dirty {
			a.dirty = false
			fx.Ledgers = append(fx.Ledgers, a.Ledger)
		}
		if len(a.members) == 0 && a.Idle() {
			m.agenda.set(&a.timer, time.Time{})
			delete(m.accounts, a.key())
		}
	}
	clear(m.touched)
	m.touched = m.touched[:0]
}

// SetPolicy replaces routes and receivers. It resets no deadline and tells
// nobody again of what they know; a receiver that is new to an alert hears of
// it. The ledger of a receiver that is gone is kept for a day after what it
// was told is over, in case it comes back.
func (m *Manager) SetPolicy(now time.Time, p Policy) Effects {
	var fx Effects
	m.configured = true
	m.reopenWithin = cmp.Or(p.ReopenWithin, reopenWithin)
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
