package alert

import "time"

// An alert that came and went while a receiver was out of reach is owed nothing
// by itself: the receiver thinks of it what is true. But somebody would have
// been woken, and some want to know that they should have been. Word.Tried keeps
// which alerts those are, and since when the receiver was out of reach.

// tried notes that an attempt to tell of something was in vain.
func (a *account) tried(p *Attempt) {
	for id, w := range p.Words {
		was := a.Told[id]
		if !w.Firing || was.Firing || was.Unsure || !was.Tried.IsZero() {
			continue
		}
		a.own()
		was.Tried, was.Climb = a.Failing, w.Climb
		a.Told[id] = was
	}
}

// tried tells whether the receiver was to be told of the alert and was not.
func (b *member) tried() bool { return !b.account.Told[b.spell.ID].Tried.IsZero() }

// noteMissed notes the same of an alert that ended before it was its turn,
// although its time had come.
func (a *account) noteMissed(b *member, now time.Time) {
	sp, w := b.spell, a.Told[b.spell.ID]
	if sp.State != Resolved || !b.belonged || a.route == nil || a.receiver == nil || !a.outOfReach() {
		return
	}
	if w.Firing || w.Unsure || !w.Tried.IsZero() || sp.Held() || !a.wants(&sp.Alert, Missed, w) {
		return
	}
	wait := a.route.Wait
	if a.receiver.Paging && sp.Severity == Critical {
		wait = a.route.WaitPaging
	}
	fired := sp.fired
	if fired.IsZero() { // in an earlier run of the program
		fired = sp.Detected
	}
	if now.Before(fired.Add(wait)) {
		return
	}
	a.own()
	a.Told[sp.ID] = Word{Tried: a.Failing}
}

// outOfReach tells whether the receiver failed to accept what it was last sent.
func (a *account) outOfReach() bool {
	p := a.Pending
	return !a.Failing.IsZero() && (len(a.Refused) > 0 || p != nil && (!p.Flying || p.Number > 1))
}
