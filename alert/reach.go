package alert

import (
	"slices"
	"strings"
	"time"

	"sitrep/oncall"
)

// reach returns who is called for a "to" of the policy at a time, as the
// receivers of accounts: only those that exist, each once.
func (m *Manager) reach(to []string, now time.Time) []string {
	var names []string
	for _, one := range to {
		for _, name := range m.reachOne(one, now) {
			if m.receiverNamed(name) != nil && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// reachOne is reach for one of a "to". Only who is on call is the roster's to say.
func (m *Manager) reachOne(to string, now time.Time) []string {
	if !strings.HasPrefix(to, "schedule:") && !strings.HasPrefix(to, "operator:") {
		return []string{to}
	}
	var names []string
	for _, a := range m.roster.Reach(to, now) {
		names = append(names, a.String())
	}
	return names
}

// receiverNamed returns the receiver that an account's name means, nil if there
// is none. One at an address, or for an operator, is as the receiver itself is
// in all but its name.
func (m *Manager) receiverNamed(name string) *Receiver {
	if r := m.receivers[name]; r != nil {
		return r
	}
	base := m.receivers[oncall.ParseAddressee(name).Receiver]
	if base == nil {
		return nil
	}
	r := *base
	r.Name = name
	m.receivers[name] = &r
	return &r
}

// resolveRoutes looks up whom each route leads to now, and tells whether one
// leads to others than before.
func (m *Manager) resolveRoutes(now time.Time) (moved bool) {
	for _, r := range m.routes {
		leads := m.reach(r.To, now)
		moved = moved || !slices.Equal(leads, r.leads)
		r.leads = leads
	}
	return moved
}

// leadsTo tells whether a route leads to an account: to its receiver, or by an
// escalation that called it.
func (m *Manager) leadsTo(r *route, group, receiver string) bool {
	if slices.Contains(r.leads, receiver) {
		return true
	}
	if group != r.Name {
		c := m.climbs[climbKey{group, r.Name}]
		return c != nil && slices.Contains(c.Reached, receiver)
	}
	for key, c := range m.climbs { // what is told of all of the route together
		if key.route == r.Name && slices.Contains(c.Reached, receiver) {
			return true
		}
	}
	return false
}

// uses tells whether whom a "to" names depends on a schedule, by its name.
func uses(to []string, schedule string) bool {
	return slices.Contains(to, "schedule:"+schedule)
}

// schedulesOf returns the schedules that a "to" names.
func schedulesOf(to []string) []string {
	var names []string
	for _, one := range to {
		if name, ok := strings.CutPrefix(one, "schedule:"); ok {
			names = append(names, name)
		}
	}
	return names
}
