package alert

import (
	"fmt"
	"slices"
	"time"

	"sitrep/oncall"
)

// policyByHand is the policy of an escalation of a route that has none, which exists
// because an operator called somebody: nothing follows by itself.
const policyByHand = "by hand"

// CallNext calls the next step of a group's escalations now: an operator asks
// for it, also if somebody has all that there is. It fails with ErrNoEscalation
// if nothing of the group escalates, or has nobody left to call, and with ErrHeld
// if all of it is held back.
func (m *Manager) CallNext(now time.Time, group, by string) (Effects, error) {
	var fx Effects
	called, err := false, ErrNoEscalation
	for _, c := range m.sortedClimbs() {
		if c.Group != group || c.Finished || c.policy == nil {
			continue
		}
		if held := c.held(); held != nil {
			err = held
			continue
		}
		if !c.begun() {
			continue
		}
		c.Paused, c.Left, called = "", 0, true
		before := len(fx.Events)
		m.callNext(c, now, &fx)
		for i := range fx.Events[before:] {
			fx.Events[before+i].By = by
		}
		if !c.waiting() {
			m.callByHand(c, c.Called, now, &fx)
		}
		m.touchClimb(c)
	}
	if !called {
		return fx, err
	}
	m.settle(now, &fx)
	return fx, nil
}

// held returns an ErrHeld if all alerts of an escalation are held back.
func (c *climb) held() error {
	sp := c.gravest()
	if sp == nil || slices.ContainsFunc(c.spells, func(sp *spell) bool { return !sp.Held() }) {
		return nil
	}
	return sp.held()
}

// held returns an ErrHeld, with the way out, if the alert is held back.
func (sp *spell) held() error {
	switch {
	case sp.Maintenance != "":
		return fmt.Errorf("%w: %s is in maintenance (%s): end that first", ErrHeld, sp.Target, sp.Maintenance)
	case sp.SilencedBy != "":
		return fmt.Errorf("%w: %s is silenced (%s): end the silence first", ErrHeld, sp.Target, sp.SilencedBy)
	case sp.Inhibited != "":
		return fmt.Errorf("%w: %s is explained by %s: call somebody about that", ErrHeld, sp.Target, sp.Inhibited)
	case sp.Waiting != "":
		return fmt.Errorf("%w: %s is asked first, which may explain %s: try again in some seconds", ErrHeld, sp.Waiting, sp.Target)
	case sp.Settling:
		return fmt.Errorf("%w: the first round since the start is not over: try again in half a minute", ErrHeld)
	}
	return nil
}

// callByHand calls somebody for an operator: they hear also of what somebody has.
func (m *Manager) callByHand(c *climb, called []string, now time.Time, fx *Effects) {
	c.dirty = true
	for _, name := range called {
		if !slices.Contains(c.ByHand, name) {
			c.ByHand = append(slices.Clip(c.ByHand), name)
		}
	}
	m.call(c, called, true, now, fx)
}

// Page calls somebody about an alert now, whatever its routes say: to is as of
// an EscalationStep. They hear of what follows, as those that an escalation
// called do, also if somebody has the alert. It fails with ErrUnknownAlert,
// ErrNotActive, ErrHeld or ErrNobody, the last also if no route means the alert.
func (m *Manager) Page(now time.Time, id, to, by string) (Effects, error) {
	var fx Effects
	sp, err := m.active(id)
	if err != nil {
		return fx, err
	}
	if err := sp.held(); err != nil {
		return fx, err
	}
	called := m.reach([]string{to}, now)
	c := m.climbToPage(sp)
	if len(called) == 0 || c == nil {
		return fx, ErrNobody
	}
	m.callByHand(c, called, now, &fx)
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
