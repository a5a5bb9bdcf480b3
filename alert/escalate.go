package alert

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"sitrep/oncall"
)

// firstPatience is how long after the time at which it could have been sent the
// first notification of a group may be missing before its escalation counts
// without it.
const firstPatience = 30 * time.Second

// Why an escalation is paused.
const (
	pausedByAck = "ack"
	pausedHeld  = "held"
)

// settleClimbs looks at the escalations that were touched: each begins, goes on,
// pauses or ends with its alerts. Whom they call has to be placed after that.
func (m *Manager) settleClimbs(now time.Time, fx *Effects) {
	for len(m.climbing) > 0 {
		batch := m.climbing
		m.climbing = nil
		slices.SortFunc(batch, func(a, b *climb) int { return a.key().compare(b.key()) })
		for _, c := range batch {
			c.touched = false
			if m.climbs[c.key()] == c {
				m.settleClimb(c, now, fx)
			}
		}
	}
}

func (m *Manager) settleClimb(c *climb, now time.Time, fx *Effects) {
	if len(c.spells) == 0 || c.policy == nil && !c.byHand() {
		m.closeClimb(c, fx)
		return
	}
	switch waiting := c.waiting(); {
	case c.Finished && waiting && c.policy != nil && c.anew():
		c.restart()
		m.callNext(c, now, fx)
	case c.Finished:
	case !waiting:
		m.pauseClimb(c, now)
	case !c.begun():
		m.callNext(c, now, fx)
	case c.Paused != "":
		m.resumeClimb(c, now, fx)
	case !c.Due.IsZero() && !c.Due.After(now), m.stepIsDead(c):
		m.callNext(c, now, fx)
	}
	m.agenda.set(&c.timer, c.Due)
	if c.dirty {
		c.dirty = false
		m.escalated = nil
		fx.Escalations = append(fx.Escalations, c.Escalation)
	}
}

// closeClimb forgets an escalation of which no alert is left. Who was told of
// one is still told of its end.
func (m *Manager) closeClimb(c *climb, fx *Effects) {
	for _, sp := range c.spells {
		sp.climbs = slices.DeleteFunc(sp.climbs, func(x *climb) bool { return x == c })
		m.place(sp)
	}
	c.spells = nil
	m.agenda.set(&c.timer, time.Time{})
	delete(m.climbs, c.key())
	m.escalated = nil
	m.leadClimb(c)
	if c.called() {
		fx.Escalations = append(fx.Escalations, Escalation{Group: c.Group, Route: c.Route})
	}
}

// anew tells whether one of its alerts came, or lost who had it, after all
// rounds were made.
func (c *climb) anew() bool {
	return slices.ContainsFunc(c.spells, func(sp *spell) bool {
		return c.waitsFor(sp) && (sp.fired.After(c.At) || sp.dropped.After(c.At))
	})
}

// restart has it begin again; whom it called so far goes on hearing.
func (c *climb) restart() {
	c.Round, c.Step, c.Started, c.Due, c.Finished, c.Skipped = 0, 0, time.Time{}, time.Time{}, false, nil
	c.Required = nil
}

// pauseClimb stops the clock while nobody needs to be called: what was left is
// kept if something holds the alerts back, and the step is called anew if
// whoever had them does not any more.
func (m *Manager) pauseClimb(c *climb, now time.Time) {
	if !c.begun() {
		return
	}
	why := pausedByAck
	if slices.ContainsFunc(c.spells, func(sp *spell) bool { return sp.Held() && sp.Ack == nil }) {
		why = pausedHeld
	}
	if c.Paused == why || c.Paused == pausedByAck {
		return
	}
	if c.Paused == "" {
		c.Left = max(0, c.Due.Sub(now))
	}
	c.Paused, c.Due, c.dirty = why, time.Time{}, true
	if why == pausedByAck {
		c.Left = 0
		m.uncall(c)
	}
}

// resumeClimb goes on with the same step.
func (m *Manager) resumeClimb(c *climb, now time.Time, fx *Effects) {
	why := c.Paused
	c.Paused, c.dirty = "", true
	if why == pausedHeld {
		c.Due, c.Left = now.Add(c.Left), 0
		return
	}
	c.Step--
	m.callNext(c, now, fx)
}

// callNext calls the next step that reaches somebody, at the latest the last
// resort. Steps that reach nobody are skipped at once, and that is said.
func (m *Manager) callNext(c *climb, now time.Time, fx *Effects) {
	c.dirty = true
	if c.Round == 0 {
		c.Round = 1
	}
	for {
		if c.Step++; c.Step > len(c.policy.Steps) {
			c.Round, c.Step, c.Skipped = c.Round+1, 1, nil
		}
		if c.Round > max(1, c.policy.Repeat) {
			m.lastResort(c, now, fx)
			return
		}
		step := c.policy.Steps[c.Step-1]
		called := c.withoutThoseWhoHaveIt(step, m.reach(step.To, now))
		if len(called) > 0 {
			m.callStep(c, step, called, now, fx)
			return
		}
		text := fmt.Sprintf("step %d (%s) reaches nobody", c.Step, strings.Join(step.To, ", "))
		c.Skipped = append(slices.Clip(c.Skipped), text)
		m.noteClimb(c, KindUncovered, text+" and is skipped", now, fx)
	}
}

// withoutThoseWhoHaveIt leaves out of a step that everybody must acknowledge
// those who did of all there is.
func (c *climb) withoutThoseWhoHaveIt(step EscalationStep, called []string) []string {
	if !step.All {
		return called
	}
	left := slices.DeleteFunc(slices.Clone(called), func(name string) bool {
		who := oncall.ParseAddressee(name).Operator
		return who != "" && !slices.ContainsFunc(c.spells, func(sp *spell) bool {
			return !sp.Held() && (sp.Ack == nil || !sp.Ack.has(who))
		})
	})
	if len(left) == 0 {
		return called
	}
	return left
}

func (m *Manager) callStep(c *climb, step EscalationStep, called []string, now time.Time, fx *Effects) {
	first := c.Started.IsZero() && len(c.Reached) == 0
	c.At, c.Called = now, called
	if step.All {
		c.require(called)
	}
	c.Wait = step.Wait
	if first { // counts from the notification, see noteSent
		c.Wait += m.firstWait(c) + firstPatience
	}
	c.Due = now.Add(c.Wait)
	if !first {
		c.Started = cmp.Or(c.Started, now)
		m.noteClimb(c, KindEscalated, fmt.Sprintf("step %d%s: %s", c.Step, c.roundText(), strings.Join(called, ", ")), now, fx)
	}
	m.call(c, called, !first, now, fx)
}

// require has all operators among those called acknowledge.
func (c *climb) require(called []string) {
	for _, name := range called {
		if who := oncall.ParseAddressee(name).Operator; who != "" && !slices.Contains(c.Required, who) {
			c.Required = append(slices.Clip(c.Required), who)
		}
	}
}

// firstWait returns how long the route has the first notification of a group
// wait at most.
func (m *Manager) firstWait(c *climb) time.Duration {
	if r := m.routeNamed(c.Route); r != nil {
		return max(r.Wait, r.WaitPaging)
	}
	return 0
}

func (c *climb) roundText() string {
	if c.Round > 1 {
		return fmt.Sprintf(" of round %d", c.Round)
	}
	return ""
}

// lastResort ends an escalation.
func (m *Manager) lastResort(c *climb, now time.Time, fx *Effects) {
	c.Round, c.Step = max(1, c.policy.Repeat), len(c.policy.Steps)
	c.Finished, c.At, c.Due = true, now, time.Time{}
	c.Started = cmp.Or(c.Started, now)
	c.Called = m.reach([]string{c.policy.LastResort}, now)
	text := "the last resort is told, " + c.policy.LastResort
	if c.waiting() { // or an operator asked for it
		text = "nobody acknowledged: " + text
	}
	m.noteClimb(c, KindExhausted, text, now, fx)
	m.call(c, c.Called, true, now, fx)
}

// call has the alerts of an escalation placed with those called, and these told
// anew of what they know if again is set: by the accounts that told them, which
// after a storm or an edited group_by are not those of the group.
func (m *Manager) call(c *climb, called []string, again bool, now time.Time, fx *Effects) {
	for _, name := range called {
		if !slices.Contains(c.Reached, name) {
			c.Reached = append(slices.Clip(c.Reached), name)
		}
	}
	m.leadClimb(c)
	calls := map[*account]map[string]time.Time{}
	for _, sp := range slices.Clone(c.spells) {
		m.placeNow(sp, now, fx)
		for _, b := range sp.members {
			a := b.account
			if !again || !c.tells(b) || !slices.Contains(called, a.Receiver) {
				continue
			}
			if calls[a] == nil {
				calls[a] = map[string]time.Time{}
			}
			calls[a][sp.ID] = now
		}
	}
	for a, ids := range calls {
		a.called(ids)
		m.touch(a)
	}
}

// tells tells whether somebody whom the escalation calls is to be told of an
// alert by an account.
func (c *climb) tells(b *member) bool {
	return b.belongs && b.account.Route == c.Route && !b.spell.Held() &&
		(c.waitsFor(b.spell) || slices.Contains(c.ByHand, b.account.Receiver))
}

// uncall has nobody told of what somebody has by now: neither whom a step called
// and who has not heard yet, nor whom it would have told of it for the first time.
func (m *Manager) uncall(c *climb) {
	for _, sp := range c.spells {
		m.place(sp)
		for _, b := range sp.members {
			m.touch(b.account)
		}
	}
}

// leadClimb has the accounts of all whom an escalation called, of its group and of
// all of its route, know anew whether the route leads to them.
func (m *Manager) leadClimb(c *climb) {
	for _, name := range c.Reached {
		for _, group := range []string{c.Group, c.Route} {
			if a := m.accounts[accountKey{group, name}]; a != nil && a.Route == c.Route {
				m.lead(a)
				m.touch(a)
			}
		}
	}
}

// noteSent notes that a receiver is sent something of alerts: the first time
// their escalations begin to count.
func (m *Manager) noteSent(a *account, p *Attempt, now time.Time) {
	for c := range m.climbsOf(p) {
		if c.Route != a.Route || !c.Started.IsZero() || c.Due.IsZero() || !slices.Contains(c.Called, a.Receiver) {
			continue
		}
		c.Started, c.At, c.dirty = now, now, true
		if step := c.stepNow(); step.Wait > 0 { // or there is none of that number any more
			c.Wait, c.Due = step.Wait, now.Add(step.Wait)
		}
		m.touchClimb(c)
	}
}

// climbsOf yields the escalations of the alerts that an attempt tells of, one as
// often as it has some of them, in no order.
func (m *Manager) climbsOf(p *Attempt) iter.Seq[*climb] {
	return func(yield func(*climb) bool) {
		for id := range p.Words {
			sp := m.alerts[id]
			if sp == nil {
				continue // it is forgotten
			}
			for _, c := range sp.climbs {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// stepIsDead tells whether all whom the last step called refuse what they are
// to be told, or are gone.
func (m *Manager) stepIsDead(c *climb) bool {
	if c.Due.IsZero() || len(c.Called) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.Called, func(name string) bool { return m.receiverNamed(name) != nil && !c.refuses(name) })
}

// refuses tells whether a receiver will not have what it is to be told of the alerts.
func (c *climb) refuses(receiver string) bool {
	refuses := false
	for _, sp := range c.spells {
		for _, b := range sp.members {
			if a := b.account; b.belongs && a.Route == c.Route && a.Receiver == receiver {
				if len(a.Refused) == 0 || a.flies() {
					return false
				}
				refuses = true
			}
		}
	}
	return refuses
}

// noteClimb says in the log what an escalation does.
func (m *Manager) noteClimb(c *climb, kind Kind, text string, now time.Time, fx *Effects) {
	e := Event{At: now, Kind: kind, Escalation: new(c.Escalation), Text: text}
	if sp := c.gravest(); sp != nil {
		e.From, e.Alert = sp.State, sp.Alert
	}
	fx.Events = append(fx.Events, e)
}
