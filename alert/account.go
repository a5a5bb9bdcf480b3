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

// books is what the Manager keeps of who is told what.
type books struct {
	accounts map[accountKey]*account // one for each ledger
	storms   map[string]*storm       // by route
	paces    map[paceKey]*pace

	moved     []*spell   // to be placed before the call ends
	touched   []*account // to be settled before the call ends
	view      survey     // reused
	accounted []Ledger   // what Accounts returns; nil if it must be made anew
}

func newBooks() books {
	return books{
		accounts: map[accountKey]*account{},
		storms:   map[string]*storm{},
		paces:    map[paceKey]*pace{},
	}
}

// account is a ledger and what the Manager keeps beside it.
type account struct {
	Ledger

	// of the policy
	named    *route    // the ledger's route, nil if it is gone
	route    *route    // the same, nil also if it no longer leads to the receiver
	receiver *Receiver // nil if it is gone
	reached  bool      // an escalation led to it
	standsIn bool      // the route leads to it only as the fallback of another

	members []*member // the alerts that it may owe something about
	owing   bool      // something is owed, now or later
	timer   timer

	// until it is settled
	touched bool      // it is to be
	changed []*member // whose alert changed
	whole   bool      // more than changed says may have
	dirty   bool      // to be saved
	copied  bool      // nobody else has Told

	found    *findings // what the last survey found, kept up to date; nil if it says nothing of what is due
	restored time.Time // the start of this run of the program, if the ledger is from an earlier one
	resting  time.Time // no attempt is made before, since one was never begun
}

func compareAccounts(a, b *account) int { return a.key().compare(b.key()) }

func (a *account) key() accountKey { return accountKey{a.Group, a.Receiver} }

// wide tells whether the account is the one for all of its route: that of a
// route that makes no groups, and where a storm is told of.
func (a *account) wide() bool { return a.Group == a.Route }

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
	m.lead(a)
	m.accounted = nil
	return a
}

// close forgets an account of which there is nothing to say.
func (m *Manager) close(a *account) {
	m.agenda.set(&a.timer, time.Time{})
	delete(m.accounts, a.key())
	m.accounted = nil
	if a.FailedOver {
		a.FailedOver = false
		m.leadFallbacks(a)
	}
}

// Accounts returns all ledgers, by group and receiver. The list, its maps and
// attempts are shared and not to be changed.
func (m *Manager) Accounts() []Ledger {
	if m.accounted == nil {
		m.accounted = make([]Ledger, 0, len(m.accounts))
		for _, a := range m.accounts {
			l := a.Ledger
			if a.timer.index > 0 {
				l.Next = a.timer.at
			}
			m.accounted = append(m.accounted, l)
		}
		slices.SortFunc(m.accounted, compareLedgers)
	}
	return m.accounted
}

// member is an alert in an account.
type member struct {
	spell    *spell
	account  *account
	belongs  bool   // the account's route matches the alert now
	belonged bool   // it did before the alert changed
	found    Reason // what the last survey found that is owed about it, as far as it counts
	critical bool   // as that survey found it
	changed  bool   // the alert did since the account was settled
}

// speaks tells whether the receiver was, or may have been, told of the alert.
func (b *member) speaks() bool {
	w := b.account.Told[b.spell.ID]
	return w.Firing || w.Unsure || b.account.flies() && b.pends()
}

// pends tells whether what is being sent tells of the alert.
func (b *member) pends() bool {
	if b.account.Pending == nil {
		return false
	}
	_, ok := b.account.Pending.Words[b.spell.ID]
	return ok
}

// owes returns what the account owes about the member.
func (b *member) owes() Reason {
	return Owes(&b.spell.Alert, b.account.Told[b.spell.ID], b.belongs, b.account.route != nil)
}

// leave takes the member out of its alert's list.
func (b *member) leave() {
	sp := b.spell
	sp.members = slices.DeleteFunc(sp.members, func(x *member) bool { return x == b })
}

// touch has an account settled before the call ends.
func (m *Manager) touch(a *account) {
	a.whole = true
	m.queue(a)
}

// touchMember has an account settled before the call ends, of which nothing but
// one alert changed.
func (m *Manager) touchMember(b *member) {
	a := b.account
	if !b.changed {
		b.changed = true
		a.changed = append(a.changed, b)
	}
	m.queue(a)
}

func (m *Manager) queue(a *account) {
	if !a.touched {
		a.touched = true
		m.touched = append(m.touched, a)
	}
}

// settle has every alert that moved placed, and every account that was touched
// ask what it owes. Without a policy nobody knows whom to tell: then it waits
// for one.
func (m *Manager) settle(now time.Time, fx *Effects) {
	if m.loosened {
		m.endOpenEnded(now, fx)
	}
	m.placeAll(now, fx)
	for m.configured && len(m.touched) > 0 {
		batch := m.touched
		m.touched = nil
		slices.SortFunc(batch, compareAccounts)
		for _, a := range batch {
			a.touched = false
			if m.accounts[a.key()] != a {
				continue // it was closed
			}
			was := a.timer
			m.settleAccount(a, now, fx)
			if a.timer.index == 0 != (was.index == 0) || !a.timer.at.Equal(was.at) {
				m.accounted = nil // Next is another
			}
			a.settled()
			if a.dirty {
				a.dirty, a.copied = false, false
				m.accounted = nil
				fx.Ledgers = append(fx.Ledgers, a.Ledger)
			}
			if len(a.members) == 0 && a.Idle() {
				m.close(a)
			}
		}
		m.placeAll(now, fx) // a fallback hears of them as well, and whom a step calls
	}
}

// placeAll places the alerts that moved, and has escalations follow. Each may
// have more to do for the other.
func (m *Manager) placeAll(now time.Time, fx *Effects) {
	m.placeMoved(now, fx)
	for m.configured && len(m.climbing) > 0 {
		m.settleClimbs(now, fx)
		m.placeMoved(now, fx)
	}
}

// settled notes that the account knows of all that changed.
func (a *account) settled() {
	for _, b := range a.changed {
		b.changed = false
	}
	clear(a.changed)
	a.changed, a.whole = a.changed[:0], false
}

// settleAccount asks what is owed, unless the receiver has to be waited for,
// and sends what is due. As long as nothing can be sent before some time, an
// alert more or less costs no survey.
func (m *Manager) settleAccount(a *account, now time.Time, fx *Effects) {
	news := a.takeNews(now)
	if a.receiver == nil {
		a.note(m.survey(a, now), now)
		a.give()
		m.agenda.set(&a.timer, time.Time{})
		return
	}
	m.failOver(a, now, fx)
	switch {
	case a.waits(now):
		if a.whole && (a.First.IsZero() || a.Ends.IsZero()) {
			for _, b := range a.members {
				a.noteNew(b.owes(), now)
			}
		}
		m.agenda.set(&a.timer, earliest(a.wakes(), m.failOverLater(a, now)))
	case news:
		m.decide(a, now, fx)
	}
}

// give drops what was on its way to a receiver that is gone, once there is
// nothing that it was told of.
func (a *account) give() {
	if len(a.Told) > 0 || a.flies() || a.Idle() {
		return
	}
	a.Pending, a.Refused, a.FailedOver, a.dirty = nil, nil, false, true
	a.Calls, a.Notices = nil, nil
	a.First, a.Ends, a.Failing, a.NotBefore = time.Time{}, time.Time{}, time.Time{}, time.Time{}
}

// takeNews notes what changed alerts alone say: since when there is something
// to tell. It tells whether what is due, or when, may be another than the last
// survey said.
func (a *account) takeNews(now time.Time) bool {
	news := a.whole || a.timer.index == 0 || !a.timer.at.After(now)
	for _, b := range a.changed {
		a.noteMissed(b, now)
		r := b.owes()
		a.noteNew(r, now)
		told := a.Told[b.spell.ID]
		switch {
		case a.found == nil, r == Flaps, b.spell.Flapping, told.Silent, r == Told && told.Firing && b.belongs != b.belonged:
			news = true
		default:
			news = a.found.move(b, r) || news
		}
	}
	return news
}

// noteNew notes that something is owed for a reason, if it is the first.
func (a *account) noteNew(r Reason, now time.Time) {
	switch {
	case r == New && a.First.IsZero():
		a.First, a.dirty = now, true
	case r == Over && a.Ends.IsZero():
		a.Ends, a.dirty = now, true
	}
	a.owing = a.owing || r != Told
}

// decide sends what is due, or finds out when something will be.
func (m *Manager) decide(a *account, now time.Time, fx *Effects) {
	a.dropUnwanted(now)
	v := m.survey(a, now)
	for a.silently(v, now) {
		v = m.survey(a, now)
	}
	a.note(v, now)
	claims := a.claims(v, m.storms[a.Route], now)
	a.prune(claims)
	m.mend(a, now, fx)
	next, attempt, swamped := m.choose(a, claims, now)
	switch {
	case swamped:
		m.pool(a, now)
		return
	case attempt != nil && m.halted:
		next = time.Time{} // the next start sends it
	case attempt != nil:
		m.send(a, attempt, v.active, now, fx)
		m.failOver(a, now, fx) // of what is new to a receiver that is long out of reach
		next = time.Time{}     // the delivery comes first
	default:
		a.showRefused()
		a.calm()
		next = earliest(next, v.later)
	}
	a.found = nil
	if attempt == nil && len(a.Refused) == 0 {
		a.found = v.finds()
	}
	m.agenda.set(&a.timer, earliest(earliest(next, m.failOverLater(a, now)), a.noticesExpire()))
}

// note keeps whether something is owed, and since when.
func (a *account) note(v *survey, now time.Time) {
	anchor := func(t *time.Time, r Reason) {
		switch some := len(v.owed[r]) > 0; {
		case some && t.IsZero():
			*t, a.dirty = now, true
		case !some && !t.IsZero():
			*t, a.dirty = time.Time{}, true
		}
	}
	anchor(&a.First, New)
	anchor(&a.Ends, Over)
	a.dropCalls(v)
	a.owing = v.withheld > 0 || len(a.Calls) > 0 || len(a.Notices) > 0
	for r, spells := range v.owed {
		a.owing = a.owing || Reason(r) != Told && Reason(r) != Remind && len(spells) > 0
	}
}

// calm forgets since when the receiver does not accept, once there is nothing
// that it does not.
func (a *account) calm() {
	if a.Pending == nil && !a.owing && !a.FailedOver && !a.Failing.IsZero() {
		a.Failing, a.dirty = time.Time{}, true
	}
}

// wakes returns when an account that waits may go on, zero if that takes a delivery.
func (a *account) wakes() time.Time {
	if a.flies() {
		return time.Time{}
	}
	return a.until()
}

// flies tells whether an attempt is under way.
func (a *account) flies() bool { return a.Pending != nil && a.Pending.Flying }

// waits tells whether an attempt is under way or the receiver is left alone
// for now; what is owed is asked again after that.
func (a *account) waits(now time.Time) bool {
	return a.flies() || now.Before(a.until())
}

// until returns the time before which no attempt is made.
func (a *account) until() time.Time {
	t := a.NotBefore
	if p := a.Pending; p != nil && !p.Dead && p.Due.After(t) {
		t = p.Due
	}
	if a.resting.After(t) {
		t = a.resting
	}
	return t
}

// own makes Told the account's own, to be written to until it is handed out.
func (a *account) own() {
	if !a.copied {
		a.Told = cloneWords(a.Told)
		a.copied = true
	}
	a.dirty = true
}
