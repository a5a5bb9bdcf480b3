package alert

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// auditSlack is how much later than due something may be before an audit says
// so: what is due is done at the next turn of the loop.
const auditSlack = 10 * time.Second

// Audit looks at every group that fires, that nobody acknowledged and nothing
// holds back: its escalation must have something to come or be finished, whom it
// called must be told, and what is owed of it must be on its way. One that has
// not is mended. It returns what was wrong, in words, by group; nil is a clean
// audit. Nothing is wrong while there is no policy, or the program ends.
func (m *Manager) Audit(now time.Time) (Effects, []string) {
	var fx Effects
	if !m.configured || m.halted {
		return fx, nil
	}
	wrong := slices.Concat(m.auditPlaces(now), m.auditClimbs(now, &fx), m.auditCalls(now, &fx), m.auditAccounts(now))
	m.settle(now, &fx)
	return fx, wrong
}

// auditPlaces has alerts placed that a route with a policy means and that no
// escalation has.
func (m *Manager) auditPlaces(now time.Time) (wrong []string) {
	for _, sp := range m.sorted() {
		if !sp.State.Active() || sp.Held() || sp.Ack != nil {
			continue
		}
		for _, r := range m.routes {
			if m.policies[r.Escalate] == nil || !r.match.Match(sp.Labels, sp.Severity, sp.Findings) {
				continue
			}
			if !slices.ContainsFunc(sp.climbs, func(c *climb) bool { return c.Route == r.Name && m.climbs[c.key()] == c }) {
				wrong = append(wrong, fmt.Sprintf("%s: route %s does not escalate it", sp.Target, r.Name))
				m.place(sp)
			}
		}
	}
	return wrong
}

// auditClimbs mends escalations that wait for somebody and have nothing to come.
func (m *Manager) auditClimbs(now time.Time, fx *Effects) (wrong []string) {
	for _, c := range m.sortedClimbs() {
		if c.policy == nil || !c.waiting() {
			continue
		}
		why := m.stuck(c, now)
		if why == "" {
			continue
		}
		wrong = append(wrong, c.Group+": "+why)
		m.mendClimb(c, why, now, fx)
	}
	return wrong
}

// stuck says why an escalation that waits for somebody would not go on, "" if
// it would.
func (m *Manager) stuck(c *climb, now time.Time) string {
	switch {
	case c.Finished && !c.anew():
		return ""
	case c.Finished || !c.begun():
		return "its escalation was not begun"
	case c.Paused != "":
		return "its escalation is paused, and nothing pauses it"
	case c.Due.IsZero():
		return "its escalation has no deadline"
	case c.Due.Before(now.Add(-auditSlack)):
		return "its escalation is overdue"
	case c.timer.index == 0 || !c.timer.at.Equal(c.Due):
		return "nothing watches the deadline of its escalation"
	case c.Due.After(now.Add(c.Wait + auditSlack)):
		return "its escalation waits longer than its policy says"
	}
	return ""
}

// mendClimb has an escalation go on with the step that it should have called.
func (m *Manager) mendClimb(c *climb, why string, now time.Time, fx *Effects) {
	c.Paused, c.Left = "", 0
	switch {
	case c.Finished || !c.begun():
		c.restart()
	case c.Due.IsZero() || c.Due.After(now): // how much was left nobody knows: the step is called again
		c.Step = max(0, c.Step-1)
	}
	m.noteClimb(c, KindAudited, why+"; mended", now, fx)
	m.callNext(c, now, fx)
	m.touchClimb(c)
}

// auditCalls has those called again whom the last step of an escalation called
// and who are not to be told of all that waits, or whose call is with an account
// that has nothing to tell.
func (m *Manager) auditCalls(now time.Time, fx *Effects) (wrong []string) {
	for _, c := range m.sortedClimbs() {
		for _, name := range c.Called {
			a := m.accounts[accountKey{c.Group, name}]
			astray := a != nil && len(a.Calls) > 0 && len(a.members) == 0
			if !astray && (m.receiverNamed(name) == nil || !c.forgets(name)) {
				continue
			}
			why := "its escalation called " + name + ", who is not told"
			wrong = append(wrong, c.Group+": "+why)
			m.noteClimb(c, KindAudited, why+"; mended", now, fx)
			m.call(c, []string{name}, true, now, fx)
		}
	}
	return wrong
}

// forgets tells whether something that waits is with no account of a receiver.
func (c *climb) forgets(receiver string) bool {
	return slices.ContainsFunc(c.spells, func(sp *spell) bool {
		return c.waitsFor(sp) && !slices.ContainsFunc(sp.members, func(b *member) bool { return c.tells(b) && b.account.Receiver == receiver })
	})
}

// auditAccounts has accounts look again that owe something which is due, and
// that nothing wakes.
func (m *Manager) auditAccounts(now time.Time) (wrong []string) {
	accounts := slices.SortedFunc(maps.Values(m.accounts), compareAccounts)
	for _, a := range accounts {
		if a.receiver == nil || !a.owing || a.timer.index > 0 || a.flies() || a.waits(now) || len(a.Refused) > 0 {
			continue
		}
		if next, attempt, swamped := m.choose(a, a.claims(m.survey(a, now), m.storms[a.Route], now), now); !next.IsZero() || attempt != nil || swamped {
			wrong = append(wrong, a.Group+": nothing wakes what "+a.Receiver+" is owed")
			m.touch(a)
		}
	}
	return wrong
}
