package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"sitrep/oncall"
)

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
	switch d.Outcome {
	case Accepted:
		a.accepted(&p, d.At)
	case Unbegun:
		a.unbegun(&p, &d)
	default:
		a.failed(&p, &d)
	}
	m.touch(a)
	for c := range m.climbsOf(&p) {
		m.touchClimb(c) // all whom a step called may refuse
	}
	m.settle(d.At, &fx)
	return fx
}

// accepted notes that a content arrived. What the receiver was too long out of
// reach for gets another chance.
func (a *account) accepted(p *Attempt, at time.Time) {
	words, steady := cloneWords(p.Words), p.Reason != Remind
	for id, w := range words {
		w.Flapped = a.Told[id].Flapped
		if w.Flapping {
			w.Flapped = at
		}
		words[id], steady = w, steady || !w.Flapping
	}
	a.say(words)
	if steady { // reminders of what flaps leave the others' time as it is
		a.Accepted = at
	}
	switch p.Reason {
	case Escalated:
		a.answered(p)
	case Handover:
		a.noticed(p.Key)
	}
	a.Failing, a.NotBefore = time.Time{}, time.Time{}
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
		a.Told, a.copied = doubt(a.Told, p.Words), true
	}
	a.tried(p)
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

// unbegun notes that an attempt was not made after all, since the program ends.
// It is due at once, which is for the next run of the program; should this one
// go on all the same, it does not insist.
func (a *account) unbegun(p *Attempt, d *Delivery) {
	p.Number--
	p.Due = d.At
	a.resting = d.At.Add(unbegunPause)
	if a.Failing.Equal(d.Notification.At) {
		a.Failing = time.Time{}
	}
}

// Retry has everything that waits to be tried again with a receiver, at all of
// its addresses unless it is named with one, due now,
// refused and given up as well: it was mended, or an operator thinks so.
func (m *Manager) Retry(now time.Time, receiver string) Effects {
	var fx Effects
	for _, a := range m.accounts {
		if a.Receiver != receiver && oncall.ParseAddressee(a.Receiver).Receiver != receiver || a.Pending == nil {
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

// refuse notes that p is not to be tried for now.
func (a *account) refuse(p *Attempt) {
	a.Refused = maps.Clone(a.Refused)
	if a.Refused == nil {
		a.Refused = map[string]Attempt{}
	}
	a.Refused[p.Key] = *p
}

// unrefuse forgets that a content was refused.
func (a *account) unrefuse(key string) {
	a.Refused = maps.Clone(a.Refused)
	delete(a.Refused, key)
	if len(a.Refused) == 0 {
		a.Refused = nil
	}
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
	if len(still) == len(a.Refused) {
		return
	}
	if len(still) == 0 {
		still = nil
	}
	a.Refused, a.dirty = still, true
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

// unlearn drops what the receiver was told of an alert, and what is on its way.
func (a *account) unlearn(id string) {
	a.dirty = true
	a.own()
	delete(a.Told, id)
	a.Pending, a.Refused, a.Ends = nil, nil, time.Time{}
}
