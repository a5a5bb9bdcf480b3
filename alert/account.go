package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

const (
	maxTold     = 50             // alerts in one notification
	keepForGone = 24 * time.Hour // what a receiver that is gone was told, once that is over
)

// survey is what an account's members come to. It is filled anew each time and
// its lists are in no order.
type survey struct {
	owed     [Over + 1][]*spell // by reason; what is new is under New also if it is the first
	firing   int                // told as firing
	active   int                // active and not silenced
	critical bool               // one of those to remind of is critical
}

func (v *survey) reset() {
	for i := range v.owed {
		v.owed[i] = v.owed[i][:0]
	}
	v.firing, v.active, v.critical = 0, 0, false
}

// survey sorts the members by what is owed about them, and lets go of those
// that there is nothing to say of any more.
func (m *Manager) survey(a *account, now time.Time) *survey {
	v := &m.view
	v.reset()
	a.members = slices.DeleteFunc(a.members, func(b *member) bool {
		sp, w := b.spell, a.Told[b.spell.ID]
		if w.Firing {
			v.firing++
		}
		if (b.belongs || w.Firing) && sp.State.Active() && sp.SilencedBy == "" {
			v.active++
		}
		r := owes(&sp.Alert, w, b.belongs, a.route != nil)
		if r == Told && b.belongs && w.Firing && sp.SilencedBy == "" && sp.Ack == nil {
			r = Remind
			v.critical = v.critical || sp.Severity == Critical
		}
		v.owed[r] = append(v.owed[r], sp)
		if r != Told || b.belongs || b.speaks() {
			return false
		}
		sp.members = slices.DeleteFunc(sp.members, func(x *member) bool { return x == b })
		m.forget(sp, now)
		return true
	})
	return v
}

// claim is one content that is owed, and when.
type claim struct {
	reason Reason
	spells []*spell
	due    time.Time
	round  string // tells reminders apart
}

// claims returns what a receiver is owed, the most urgent first. A reminder is
// owed only if nothing else is.
func (a *account) claims(v *survey, now time.Time) []claim {
	var cs []claim
	add := func(r Reason, spells []*spell, due time.Time) {
		if len(spells) > 0 {
			cs = append(cs, claim{reason: r, spells: spells, due: due})
		}
	}
	add(Over, v.owed[Over], now)
	if a.route == nil {
		return cs
	}
	interval := a.Accepted.Add(a.route.GroupInterval)
	pages := func(spells []*spell) bool {
		return a.receiver.Paging && slices.ContainsFunc(spells, func(sp *spell) bool { return sp.Severity == Critical })
	}
	fresh := v.owed[New]
	switch {
	case pages(fresh):
		add(a.newness(v), fresh, a.First.Add(a.route.WaitPaging))
	case v.firing == 0:
		add(First, fresh, a.First.Add(a.route.Wait))
	default:
		add(New, fresh, interval)
	}
	if pages(v.owed[Worse]) {
		add(Worse, v.owed[Worse], now)
	} else {
		add(Worse, v.owed[Worse], interval)
	}
	add(Better, v.owed[Better], interval)
	if len(cs) == 0 {
		cs = a.reminder(v, now)
	}
	return cs
}

// newness returns what telling of alerts not yet told is called.
func (a *account) newness(v *survey) Reason {
	if v.firing == 0 {
		return First
	}
	return New
}

// reminder returns the reminder that is owed at some time, if any. Each time
// that its interval passes makes another content.
func (a *account) reminder(v *survey, now time.Time) []claim {
	every := a.receiver.Remind
	if v.critical && a.receiver.RemindCritical > 0 {
		every = a.receiver.RemindCritical
	}
	if every <= 0 || len(v.owed[Remind]) == 0 || !a.receiver.Tell[Remind] {
		return nil
	}
	due := a.Accepted.Add(every)
	if passed := now.Sub(due); passed > 0 {
		due = due.Add(passed / every * every)
	}
	return []claim{{reason: Remind, spells: v.owed[Remind], due: due, round: due.UTC().Format(time.RFC3339Nano)}}
}

// silently moves told over what the receiver does not want to hear, and tells
// whether there was something of that kind.
func (a *account) silently(v *survey, now time.Time) bool {
	var words map[string]Word
	for r, spells := range v.owed {
		reason := Reason(r)
		if reason == New {
			reason = a.newness(v)
		}
		if reason == Told || reason == Remind || a.receiver.Tell[reason] && reason != Over {
			continue
		}
		for _, sp := range spells {
			was := a.Told[sp.ID]
			if reason == Over && a.receiver.Tell[Over] && !was.Silent {
				continue
			}
			if words == nil {
				words = map[string]Word{}
			}
			w := wordOf(&sp.Alert, reason)
			w.Silent = was.Silent || !was.Firing && !was.Unsure
			words[sp.ID] = w
		}
	}
	if words == nil {
		return false
	}
	a.Told, a.dirty = move(a.Told, words), true
	if a.Accepted.IsZero() {
		a.Accepted = now // reminders and intervals count from something
	}
	return true
}

// settleAccount asks what is owed and sends what is due.
func (m *Manager) settleAccount(a *account, now time.Time, fx *Effects) {
	v := m.survey(a, now)
	if a.receiver != nil && !a.waits(now) {
		for a.silently(v, now) {
			v = m.survey(a, now)
		}
	}
	a.anchor(len(v.owed[New]) > 0, now)
	a.owing = len(v.owed[Over])+len(v.owed[New])+len(v.owed[Worse])+len(v.owed[Better]) > 0
	switch {
	case a.receiver == nil || a.Pending != nil && a.Pending.Flying:
		m.agenda.set(&a.timer, time.Time{})
		return
	case a.waits(now):
		m.agenda.set(&a.timer, a.until())
		return
	}
	claims := a.claims(v, now)
	a.prune(claims)
	next, attempt := a.choose(claims, now)
	if attempt != nil {
		m.send(a, attempt, v.active, now, fx)
		next = time.Time{} // the delivery comes first
	} else {
		a.showRefused()
	}
	m.agenda.set(&a.timer, next)
}

// waits tells whether an attempt is under way or the receiver is left alone
// for now; what is owed is asked again after that.
func (a *account) waits(now time.Time) bool {
	return a.Pending != nil && a.Pending.Flying || now.Before(a.until())
}

// until returns the time before which no attempt is made.
func (a *account) until() time.Time {
	if p := a.Pending; p != nil && !p.Dead && p.Due.After(a.NotBefore) {
		return p.Due
	}
	return a.NotBefore
}

// anchor notes since when there is something new to tell.
func (a *account) anchor(fresh bool, now time.Time) {
	switch {
	case fresh && a.First.IsZero():
		a.First, a.dirty = now, true
	case !fresh && !a.First.IsZero():
		a.First, a.dirty = time.Time{}, true
	}
}

// attempt returns c as content, number 0.
func (a *account) attempt(c *claim) *Attempt {
	words := make(map[string]Word, len(c.spells))
	for _, sp := range c.spells {
		words[sp.ID] = wordOf(&sp.Alert, c.reason)
	}
	key := contentKey(a.Receiver, a.Group, c.reason, words, c.round)
	return &Attempt{Key: key, Reason: c.reason, Words: words}
}

// prune forgets refusals of what is not owed any more.
func (a *account) prune(claims []claim) {
	if len(a.Refused) == 0 {
		return
	}
	still := map[string]Attempt{}
	for i := range claims {
		if p, ok := a.Refused[a.attempt(&claims[i]).Key]; ok {
			still[p.Key] = p
		}
	}
	if len(still) < len(a.Refused) {
		a.Refused, a.dirty = still, true
	}
	if len(still) == 0 {
		a.Refused = nil
	}
}

// refuse notes that p is not to be tried for now.
func (a *account) refuse(p *Attempt) {
	a.Refused = maps.Clone(a.Refused)
	if a.Refused == nil {
		a.Refused = map[string]Attempt{}
	}
	a.Refused[p.Key] = *p
}

// give drops what the receiver was told of an alert, and what is on its way.
func (a *account) give(id string) {
	a.dirty = true
	a.Told = maps.Clone(a.Told)
	delete(a.Told, id)
	a.Pending, a.Refused = nil, nil
}

// unrefuse forgets that a content was refused.
func (a *account) unrefuse(key string) {
	a.Refused = maps.Clone(a.Refused)
	delete(a.Refused, key)
	if len(a.Refused) == 0 {
		a.Refused = nil
	}
}

// choose returns the first claim that is due as an attempt to make, or when to
// look again: zero is when something changes.
func (a *account) choose(claims []claim, now time.Time) (next time.Time, _ *Attempt) {
	for i := range claims {
		c := &claims[i]
		due := c.due
		if due.After(now) {
			next = earliest(next, due)
			continue
		}
		p := a.attempt(c)
		if refused, ok := a.Refused[p.Key]; ok {
			if refused.Due.IsZero() || refused.Due.After(now) {
				next = earliest(next, refused.Due)
				continue
			}
			a.unrefuse(p.Key)
			return time.Time{}, again(&refused)
		}
		if a.Pending != nil && a.Pending.Key == p.Key {
			return time.Time{}, again(a.Pending)
		}
		p.Number, p.Since, p.Flying = 1, now, true
		if a.Pending != nil {
			p.Number = a.Pending.Number + 1
		}
		return time.Time{}, p
	}
	return next, nil
}

// again returns the attempt after p of the same content.
func again(p *Attempt) *Attempt {
	next := *p
	next.Number++
	next.Flying, next.Dead, next.Due = true, false, time.Time{}
	return &next
}

// earliest returns the earlier of two times, of which zero is never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// showRefused has Pending say what is not being sent: a refused content that
// is still owed, or nothing.
func (a *account) showRefused() {
	switch {
	case a.Pending != nil && a.Pending.Dead && a.Refused[a.Pending.Key].Dead:
	case len(a.Refused) > 0:
		first := slices.MinFunc(slices.Collect(maps.Values(a.Refused)), func(x, y Attempt) int { return cmp.Compare(x.Key, y.Key) })
		a.Pending, a.dirty = &first, true
	case a.Pending != nil:
		a.Pending, a.dirty = nil, true
	}
}

// send hands an attempt out.
func (m *Manager) send(a *account, p *Attempt, active int, now time.Time, fx *Effects) {
	a.Pending, a.dirty = p, true
	alerts := make([]Alert, 0, len(p.Words))
	repeat := p.Unsure
	unsure := 0
	for id := range p.Words {
		alerts = append(alerts, m.alerts[id].Alert)
		if a.Told[id].Unsure {
			unsure++
		}
	}
	repeat = repeat || unsure == len(p.Words)
	slices.SortFunc(alerts, func(x, y Alert) int { return gravest(&x, &y) })
	told := min(len(alerts), maxTold)
	fx.Notifications = append(fx.Notifications, Notification{
		Key: p.Key, Group: a.Group, Route: a.Route, Labels: a.Labels, Receiver: a.Receiver,
		At: now, Attempt: p.Number, Reason: p.Reason,
		Alerts: slices.Clip(alerts[:told]), More: len(alerts) - told, Active: active, Repeat: repeat,
	})
}

// Delivered takes what came of an attempt. One that is not under way, and one
// about nothing (a test), changes nothing.
func (m *Manager) Delivered(d Delivery) Effects {
	var fx Effects
	n := &d.Notification
	a := m.accounts[accountKey{n.Group, n.Receiver}]
	if n.Test || a == nil || a.Pending == nil || !a.Pending.Flying || a.Pending.Key != n.Key || a.Pending.Number != n.Attempt {
		return fx
	}
	p := *a.Pending
	p.Flying = false
	a.Pending, a.dirty = &p, true
	if d.Outcome == Accepted {
		a.accepted(&p, d.At)
	} else {
		a.failed(&p, &d)
	}
	m.touch(a)
	m.settle(d.At, &fx)
	return fx
}

// accepted notes that a content arrived. What the receiver was too long out of
// reach for gets another chance.
func (a *account) accepted(p *Attempt, at time.Time) {
	a.Told = move(a.Told, p.Words)
	a.Accepted, a.NotBefore = at, time.Time{}
	a.Pending = nil
	a.Refused = maps.Clone(a.Refused)
	for key, r := range a.Refused {
		if r.Due.IsZero() {
			r.Due, r.Since = at, at
			a.Refused[key] = r
		}
	}
}

// failed notes that a content did not arrive, or may not have, and when what follows.
func (a *account) failed(p *Attempt, d *Delivery) {
	wait := pause(d, p.Number)
	p.Due = d.At.Add(wait)
	if d.Outcome == Ambiguous {
		p.Unsure = true
		a.Told = doubt(a.Told, p.Words)
	}
	if d.Outcome == Dead {
		p.Dead = true
		p.Due = d.At.Add(refusedPause)
	}
	limit := giveUpOthers
	if a.receiver != nil {
		limit = a.receiver.giveUp()
	}
	if p.Due.Sub(p.Since) > limit {
		p.Dead, p.Due = true, time.Time{}
	}
	if p.Dead {
		a.NotBefore = d.At.Add(wait)
		a.refuse(p)
	}
}

// Retry has everything that waits to be tried again with a receiver due now,
// refused and given up as well: it was mended, or an operator thinks so.
func (m *Manager) Retry(now time.Time, receiver string) Effects {
	var fx Effects
	for _, a := range m.accounts {
		if a.Receiver != receiver || a.Pending == nil {
			continue
		}
		if !a.Pending.Flying {
			p := *a.Pending
			p.Due, p.Since, p.Dead = now, now, false
			a.Pending = &p
		}
		a.Refused, a.NotBefore, a.dirty = nil, time.Time{}, true
		m.touch(a)
	}
	m.settle(now, &fx)
	return fx
}
