package alert

import (
	"maps"
	"slices"
	"time"

	"sitrep/oncall"
)

// policyByHand is the policy of an escalation of a route that has none, which exists
// because an operator called somebody: nothing follows by itself.
const policyByHand = "by hand"

// CallNext calls the next step of a group's escalations now: an operator asks
// for it. It fails with ErrNoEscalation if none of the group waits for anybody.
func (m *Manager) CallNext(now time.Time, group, by string) (Effects, error) {
	var fx Effects
	called := false
	for _, c := range slices.SortedFunc(maps.Values(m.climbs), func(a, b *climb) int { return a.key().compare(b.key()) }) {
		if c.Group != group || c.Finished || c.policy == nil || !c.begun() {
			continue
		}
		c.Paused, c.Left, called = "", 0, true
		before := len(fx.Events)
		m.callNext(c, now, &fx)
		for i := range fx.Events[before:] {
			fx.Events[before+i].By = by
		}
		m.touchClimb(c)
	}
	if !called {
		return fx, ErrNoEscalation
	}
	m.settle(now, &fx)
	return fx, nil
}

// Page calls somebody about an alert now, whatever its routes say: to is as of
// an EscalationStep. They hear of what follows, as those that an escalation
// called do. It fails with ErrUnknownAlert, ErrNotActive or ErrNobody, the last
// also if no route means the alert.
func (m *Manager) Page(now time.Time, id, to, by string) (Effects, error) {
	var fx Effects
	sp, err := m.active(id)
	if err != nil {
		return fx, err
	}
	called := m.reach([]string{to}, now)
	c := m.climbToPage(sp)
	if len(called) == 0 || c == nil {
		return fx, ErrNobody
	}
	c.dirty = true
	for _, name := range called {
		if !slices.Contains(c.ByHand, name) {
			c.ByHand = append(slices.Clip(c.ByHand), name)
		}
	}
	m.call(c, called, true, now)
	m.noteClimb(c, KindEscalated, "called by hand: "+people(called), now, &fx)
	fx.Events[len(fx.Events)-1].By, fx.Events[len(fx.Events)-1].Alert = by, sp.Alert
	m.touchClimb(c)
	m.settle(now, &fx)
	return fx, nil
}

// climbToPage returns the escalation that an alert is part of, or one made for
// whom an operator calls.
func (m *Manager) climbToPage(sp *spell) *climb {
	if len(sp.climbs) > 0 {
		return sp.climbs[0]
	}
	for _, r := range m.routes {
		if !r.match.Match(sp.Labels, sp.Severity, sp.Findings) {
			continue
		}
		group, labels := r.group(sp.Labels)
		c := m.climbs[climbKey{group, r.Name}]
		if c == nil {
			c = m.openClimb(Escalation{Group: group, Route: r.Name, Policy: policyByHand, Finished: true})
		}
		c.labels = labels
		m.enlist(sp, append(slices.Clip(sp.climbs), c))
		return c
	}
	return nil
}

// onCall says in a notification how far the escalation of its group has got.
func (m *Manager) onCall(a *account, n *Notification) {
	c := m.climbs[climbKey{a.Group, a.Route}]
	if c == nil {
		return
	}
	n.Step = c.Step
	for _, name := range c.Reached {
		if who := oncall.ParseAddressee(name).Operator; who != "" && !slices.Contains(n.OnCall, who) {
			n.OnCall = append(n.OnCall, who)
		}
	}
}

// surveyCalled finds what an account that a step called is told again.
func (m *Manager) surveyCalled(a *account, v *survey) {
	if a.Called.IsZero() {
		return
	}
	for _, b := range a.members {
		sp := b.spell
		if !b.belongs || !sp.State.Active() || sp.Held() || b.found == New {
			continue
		}
		waits := len(sp.climbs) == 0 || slices.ContainsFunc(sp.climbs, func(c *climb) bool {
			return c.Route == a.Route && (c.waitsFor(sp) || slices.Contains(c.ByHand, a.Receiver))
		})
		if waits {
			v.called = append(v.called, sp)
		}
	}
}

// setPolicies takes over the policies. An escalation that is under way follows
// the changed one from its next step on.
func (m *Manager) setPolicies(now time.Time, ps []EscalationPolicy) {
	m.policies = make(map[string]*EscalationPolicy, len(ps))
	for _, p := range ps {
		if len(p.Steps) > 0 {
			m.policies[p.Name] = &p
		}
	}
	m.resolveRoutes(now)
	for _, c := range m.climbs {
		m.setClimbPolicy(c)
		m.touchClimb(c)
	}
}

// restoreClimb takes over an escalation, with its deadline as it was. The alerts
// find it again when they are placed. The clock may have been ahead: nobody is
// to wait for that long, which the auditor finds.
func (m *Manager) restoreClimb(e Escalation, now time.Time) {
	key := climbKey{e.Group, e.Route}
	if e.Policy == "" || m.climbs[key] != nil {
		return
	}
	e.Started, e.At = earlier(e.Started, now), earlier(e.At, now)
	m.touchClimb(m.openClimb(e))
}
