package alert

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"
)

// ErrNoEscalation is what CallNext answers where nothing escalates; ErrNobody
// what Page does where nobody would be called; ErrHeld what both do, with the
// reason and the way out, where nobody would be told.
var (
	ErrNoEscalation = errors.New("nothing escalates there")
	ErrNobody       = errors.New("that reaches nobody now")
	ErrHeld         = errors.New("nobody is called about what is held back")
)

// climbKey names an escalation.
type climbKey struct{ group, route string }

func (k climbKey) compare(l climbKey) int {
	return cmp.Or(cmp.Compare(k.group, l.group), cmp.Compare(k.route, l.route))
}

// climb is an escalation and what the Manager keeps beside it. It has nobody
// told of anything: whom it has called so far is whom its alerts are placed
// with, and what these are owed is found as for everyone else.
type climb struct {
	Escalation
	labels  map[string]string // of the group
	policy  *EscalationPolicy // nil if it is gone
	spells  []*spell          // active ones of the group
	timer   timer
	touched bool // to be looked at before the call ends
	dirty   bool // to be saved
}

// sortedClimbs returns the escalations by group and route.
func (m *Manager) sortedClimbs() []*climb {
	return slices.SortedFunc(maps.Values(m.climbs), func(a, b *climb) int { return a.key().compare(b.key()) })
}

func (c *climb) key() climbKey { return climbKey{c.Group, c.Route} }

// byHand tells whether there is a climb only because an operator called somebody.
func (c *climb) byHand() bool { return c.Policy == policyByHand }

// begun tells whether its first step was called.
func (c *climb) begun() bool { return c.Round > 0 }

// called tells whether anybody was called.
func (c *climb) called() bool { return c.begun() || c.byHand() }

// openClimb adds the escalation of a group.
func (m *Manager) openClimb(e Escalation) *climb {
	c := &climb{Escalation: e}
	c.timer = timer{rank: rankAlert, name: "escalation " + e.Group + " " + e.Route, do: func(time.Time, *Effects) { m.touchClimb(c) }}
	m.climbs[c.key()] = c
	m.setClimbPolicy(c)
	m.escalated = nil
	return c
}

// setClimbPolicy finds the policy that a climb follows by now.
func (m *Manager) setClimbPolicy(c *climb) {
	c.policy = nil
	if r := m.routeNamed(c.Route); r != nil && r.Escalate != "" {
		if c.policy = m.policies[r.Escalate]; c.policy != nil && c.Policy != r.Escalate {
			c.Policy, c.dirty = r.Escalate, true
		}
	}
}

func (m *Manager) touchClimb(c *climb) {
	if !c.touched {
		c.touched = true
		m.climbing = append(m.climbing, c)
	}
}

// touchClimbs has the escalations that an alert is part of looked at.
func (m *Manager) touchClimbs(sp *spell) {
	for _, c := range sp.climbs {
		m.touchClimb(c)
	}
}

// climbFor returns the escalation of a route that an alert is part of: the one
// that it is in already if that has begun, else the one that it was in before a
// restart, else that of its group by now; nil if nothing escalates there.
func (m *Manager) climbFor(sp *spell, r *route, group string, labels map[string]string) *climb {
	for _, c := range sp.climbs {
		if c.Route == r.Name && (c.called() || c.Group == group) && m.climbs[c.key()] == c {
			return c
		}
	}
	if c := m.climbThatTold(sp, r, group, labels); c != nil {
		return c
	}
	c := m.climbs[climbKey{group, r.Name}]
	if c == nil && m.policies[r.Escalate] == nil {
		return nil
	}
	if c == nil {
		c = m.openClimb(Escalation{Group: group, Route: r.Name, Policy: r.Escalate})
	}
	c.labels = labels
	return c
}

// climbThatTold finds the escalation that an alert was in by the accounts that
// told of it: after a storm, or since group_by was edited, that is another than
// the one of its group.
func (m *Manager) climbThatTold(sp *spell, r *route, group string, labels map[string]string) *climb {
	for _, b := range sp.members {
		a := b.account
		if a.Route != r.Name || !b.speaks() && !b.tried() {
			continue
		}
		c := m.climbs[climbKey{cmp.Or(a.Told[sp.ID].Climb, a.Group), r.Name}]
		if c == nil || !c.called() {
			continue
		}
		switch c.Group {
		case group:
			c.labels = labels
		case a.Group:
			c.labels = a.Labels
		}
		return c
	}
	return nil
}

// enlist makes an alert part of the escalations given, and of no others.
func (m *Manager) enlist(sp *spell, climbs []*climb) {
	for _, c := range sp.climbs {
		if !slices.Contains(climbs, c) {
			c.spells = slices.DeleteFunc(c.spells, func(x *spell) bool { return x == sp })
			m.touchClimb(c)
		}
	}
	for _, c := range climbs {
		if !slices.Contains(sp.climbs, c) {
			c.spells = append(c.spells, sp)
		}
		m.touchClimb(c)
	}
	sp.climbs = climbs
}

// waitsFor tells whether an alert still waits for somebody to take it, by what
// the steps called so far ask for.
func (c *climb) waitsFor(sp *spell) bool {
	switch {
	case sp.Held():
		return false
	case sp.Ack == nil:
		return true
	default:
		return !sp.Ack.Enough && c.lacks(sp.Ack)
	}
}

// lacks tells whether a step called somebody who must acknowledge as well and did not.
func (c *climb) lacks(a *Ack) bool {
	return slices.ContainsFunc(c.Required, func(who string) bool { return !a.has(who) })
}

// enough tells whether an acknowledgement given now is all that the escalations
// of an alert ask for: everybody whom a step requires has it, or it comes after
// a later step that is content with anybody.
func (sp *spell) enough(a *Ack) bool {
	return !slices.ContainsFunc(sp.climbs, func(c *climb) bool { return c.stepNow().All && c.lacks(a) })
}

// has tells whether an operator acknowledged.
func (a *Ack) has(operator string) bool { return a.By == operator || slices.Contains(a.Also, operator) }

// waiting tells whether one of the alerts waits for somebody to take it.
func (c *climb) waiting() bool { return slices.ContainsFunc(c.spells, c.waitsFor) }

// stepNow returns the step called last, the zero value before the first and if
// the policy has none of that number.
func (c *climb) stepNow() EscalationStep {
	if c.policy == nil || c.Step < 1 || c.Step > len(c.policy.Steps) || c.Finished {
		return EscalationStep{}
	}
	return c.policy.Steps[c.Step-1]
}

// gravest returns the gravest of the alerts, nil if there is none.
func (c *climb) gravest() *spell {
	if len(c.spells) == 0 {
		return nil
	}
	return slices.MinFunc(c.spells, func(a, b *spell) int { return gravest(&a.Alert, &b.Alert) })
}

// placeWithCalled places an alert with those whom its escalation called. Once
// somebody has it, those that were not told yet need not be.
func (m *Manager) placeWithCalled(sp *spell, r *route, c *climb) {
	for _, receiver := range c.Reached {
		if sp.Ack == nil || c.waitsFor(sp) || sp.toldTo(r, receiver) || slices.Contains(c.ByHand, receiver) {
			m.placeWith(sp, r, accountKey{c.Group, receiver}, c.labels)
		}
	}
}

// toldTo tells whether a receiver was, or may have been, told of an alert by a route.
func (sp *spell) toldTo(r *route, receiver string) bool {
	return slices.ContainsFunc(sp.members, func(b *member) bool {
		return b.account.Route == r.Name && b.account.Receiver == receiver && b.speaks()
	})
}

// Escalations returns those that have called somebody and are not over, by group and route. The list,
// and the lists in it, are shared and not to be changed.
func (m *Manager) Escalations() []Escalation {
	if m.escalated == nil {
		m.escalated = make([]Escalation, 0, len(m.climbs))
		for _, c := range m.climbs {
			if c.called() {
				m.escalated = append(m.escalated, c.Escalation)
			}
		}
		slices.SortFunc(m.escalated, func(a, b Escalation) int {
			return climbKey{a.Group, a.Route}.compare(climbKey{b.Group, b.Route})
		})
	}
	return m.escalated
}
