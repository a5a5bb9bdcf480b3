package alert

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

const (
	remindFlapping = 30 * time.Minute // if the receiver does not say
	overdueSpread  = 30 * time.Second // over which reminders that were overdue at a start come
)

// remindFlapping returns the least time between two notifications of an alert
// that flaps.
func (r *Receiver) remindFlapping() time.Duration { return cmp.Or(r.RemindFlapping, remindFlapping) }

// steadies returns when an alert that flaps may be told of again, zero if that
// is not for its flapping to say.
func (a *account) steadies(sp *spell, w Word) time.Time {
	if !sp.Flapping || w.Flapped.IsZero() || a.receiver == nil || a.receiver.Keepalive {
		return time.Time{}
	}
	return w.Flapped.Add(a.receiver.remindFlapping())
}

// keeps tells whether the receiver forgets what it is not reminded of.
func (a *account) keeps() bool { return a.receiver != nil && a.receiver.Keepalive }

// reminds tells whether the receiver is reminded of anything.
func (a *account) reminds() bool {
	r := a.receiver
	return r != nil && r.Tell[Remind] && (r.Remind > 0 || r.RemindCritical > 0)
}

// reminders returns the reminders that are owed at some time. Each time that its
// interval passes makes another content. Those that flap have a pace of their
// own, which leaves the others' as it is.
func (a *account) reminders(v *survey, now time.Time) []claim {
	if !a.reminds() {
		return nil
	}
	var cs []claim
	every := a.receiver.Remind
	if v.critical && a.receiver.RemindCritical > 0 {
		every = a.receiver.RemindCritical
	}
	if every > 0 && len(v.owed[Remind]) > 0 {
		due := a.Accepted.Add(every)
		if passed := now.Sub(due); passed > 0 {
			due = due.Add(passed / every * every)
		}
		cs = append(cs, claim{reason: Remind, spells: v.owed[Remind], due: a.notOverdue(due), round: a.roundOf(due)})
	}
	if len(v.unsteady) == 0 {
		return cs
	}
	due := a.lastFlapped(v.unsteady)
	if len(cs) > 0 && !cs[0].due.After(now) {
		cs[0].spells = append(cs[0].spells, v.unsteady...)
		cs[0].round += " " + a.roundOf(due)
		return cs
	}
	from := a.notOverdue(due.Add(a.receiver.remindFlapping()))
	return append([]claim{{reason: Remind, spells: v.unsteady, due: from, round: a.roundOf(due)}}, cs...)
}

// lastFlapped returns when one of spells was last told of as flapping.
func (a *account) lastFlapped(spells []*spell) (last time.Time) {
	for _, sp := range spells {
		if t := a.Told[sp.ID].Flapped; t.After(last) {
			last = t
		}
	}
	return last
}

// roundOf names what is due at a time, and never anything else again.
func (l *Ledger) roundOf(due time.Time) string {
	return due.Add(-l.Stepped).UTC().Format(time.RFC3339Nano)
}

// notOverdue returns when a reminder comes that is due then: those that were
// overdue at the start do not come all together.
func (a *account) notOverdue(due time.Time) time.Time {
	if due.After(a.restored) {
		return due
	}
	return a.restored.Add(spread(&a.Ledger))
}

// spread returns how long after a start an overdue reminder of a ledger comes.
func spread(l *Ledger) time.Duration {
	sum := sha256.Sum256([]byte(l.Group + "\x00" + l.Receiver))
	return time.Duration(binary.BigEndian.Uint64(sum[:]) % uint64(overdueSpread))
}
