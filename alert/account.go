package alert

import (
	"cmp"
	"slices"
	"time"
)

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
		if (b.belongs || w.Firing) && sp.State.Active() && !sp.Held() {
			v.active++
		}
		r := owes(&sp.Alert, w, b.belongs, a.route != nil)
		if r == Told && b.belongs && w.Firing && !sp.Held() && sp.Ack == nil {
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

// settleAccount asks what is owed, unless the receiver has to be waited for,
// and sends what is due.
func (m *Manager) settleAccount(a *account, now time.Time, fx *Effects) {
	switch {
	case a.receiver != nil && !a.waits(now):
		m.decide(a, now, fx)
	case a.receiver == nil:
		a.note(m.survey(a, now), now)
		m.agenda.set(&a.timer, time.Time{})
	default:
		if a.First.IsZero() { // otherwise there is nothing to note: a storm costs no survey for each alert
			a.note(m.survey(a, now), now)
		}
		m.agenda.set(&a.timer, a.wakes())
	}
}

// decide sends what is due, or finds out when something will be.
func (m *Manager) decide(a *account, now time.Time, fx *Effects) {
	v := m.survey(a, now)
	for a.silently(v, now) {
		v = m.survey(a, now)
	}
	a.note(v, now)
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

// note keeps whether something is owed, and since when there is something new.
func (a *account) note(v *survey, now time.Time) {
	fresh := len(v.owed[New]) > 0
	switch {
	case fresh && a.First.IsZero():
		a.First, a.dirty = now, true
	case !fresh && !a.First.IsZero():
		a.First, a.dirty = time.Time{}, true
	}
	a.owing = fresh || len(v.owed[Over])+len(v.owed[Worse])+len(v.owed[Better]) > 0
}

// wakes returns when an account that waits may go on, zero if that takes a delivery.
func (a *account) wakes() time.Time {
	if a.Pending != nil && a.Pending.Flying {
		return time.Time{}
	}
	return a.until()
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
