package alert

import (
	"slices"
	"time"
)

// survey is what an account's members come to. It is filled anew each time and
// its lists are in no order.
type survey struct {
	owed   [Over + 1][]*spell // by reason; what is new is under New also if it is the first
	called []*spell           // told, and waiting for who is called about them again

	calls, heldCalls int // about how many a call is still of use, and of these is held back

	unsteady []*spell  // told as flapping, and due to be reminded of
	withheld int       // owed, but not yet, since they flap
	later    time.Time // when the first of those that flap is due; zero if none is
	firing   int       // told as firing
	active   int       // active and not held back
	critical bool      // one of those to remind of is critical
}

func (v *survey) reset() {
	owed, called, unsteady := v.owed, v.called[:0], v.unsteady[:0]
	for i := range owed {
		owed[i] = owed[i][:0]
	}
	*v = survey{owed: owed, called: called, unsteady: unsteady}
}

// finds returns how much is owed for each reason.
func (v *survey) finds() *findings {
	f := new(findings)
	for r, spells := range v.owed {
		for _, sp := range spells {
			f.count(Reason(r), sp.critical(), 1)
		}
	}
	return f
}

// findings are how many members something is owed about, by reason.
type findings [Over + 1]struct{ all, critical int }

// count adds n, and tells whether there is something now where nothing was, or
// the other way round. Reminders are nothing: they come when nothing else does.
func (f *findings) count(r Reason, critical bool, n int) bool {
	if r == Told || r == Remind {
		return false
	}
	x := &f[r]
	was := *x
	x.all += n
	if critical {
		x.critical += n
	}
	return (was.all == 0) != (x.all == 0) || (was.critical == 0) != (x.critical == 0)
}

// move counts a member for another reason than before, and tells whether what
// is due may be another for that.
func (f *findings) move(b *member, r Reason) bool {
	gone := f.count(b.found, b.critical, -1)
	b.found, b.critical = r, b.spell.critical()
	return f.count(r, b.critical, 1) || gone
}

func (sp *spell) critical() bool { return sp.Severity == Critical }

// survey sorts the members by what is owed about them, and lets go of those
// that there is nothing to say of any more.
func (m *Manager) survey(a *account, now time.Time) *survey {
	v := &m.view
	v.reset()
	a.members = slices.DeleteFunc(a.members, func(b *member) bool {
		r := a.count(v, b, now)
		b.found, b.critical = r, b.spell.critical()
		if r != Told || b.belongs || b.speaks() {
			return false
		}
		if _, ok := a.Told[b.spell.ID]; ok { // tried in vain
			a.own()
			delete(a.Told, b.spell.ID)
		}
		b.leave()
		m.forget(b.spell, now)
		return true
	})
	a.surveyCalled(v)
	return v
}

// count adds a member to v and returns what is owed about it.
func (a *account) count(v *survey, b *member, now time.Time) Reason {
	sp, w := b.spell, a.Told[b.spell.ID]
	if w.Firing {
		v.firing++
	}
	if (b.belongs || w.Firing) && sp.State.Active() && !sp.Held() {
		v.active++
	}
	r := b.owes()
	if r == Missed && a.receiver != nil && now.Sub(sp.over) > a.receiver.giveUp() {
		r = Told // too long ago to be worth a page
	}
	if r == Told && w.Firing && (b.belongs && !sp.Held() && sp.Ack == nil || a.keeps() && sp.State.Active()) {
		r = Remind
	}
	if due := a.steadies(sp, w); !due.IsZero() && r != Told && r != New {
		switch {
		case due.After(now):
			if r != Remind {
				v.withheld++
			} else if !a.reminds() {
				return r
			}
			v.later = earliest(v.later, due)
			return r
		case r == Remind:
			v.unsteady = append(v.unsteady, sp)
			return r
		}
	}
	if r == Remind {
		v.critical = v.critical || sp.Severity == Critical
	}
	v.owed[r] = append(v.owed[r], sp)
	return r
}
