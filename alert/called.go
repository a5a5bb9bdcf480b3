package alert

import (
	"maps"
	"slices"
	"time"
)

// called notes that a step calls the receiver, about which alerts and when.
func (a *account) called(calls map[string]time.Time) {
	all := maps.Clone(calls)
	for id, at := range a.Calls {
		all[id] = later(all[id], at)
	}
	a.Calls, a.dirty = all, true
}

// answered notes that the receiver accepted what it was called about, as far as
// it was told and not called again meanwhile.
func (a *account) answered(p *Attempt) {
	a.keepCalls(func(id string, at time.Time) bool {
		_, told := p.Words[id]
		return !told || at.After(p.Since)
	})
}

// lastCall returns when the receiver was called last about something that it has
// not accepted.
func (a *account) lastCall() (last time.Time) {
	for _, at := range a.Calls {
		last = later(last, at)
	}
	return last
}

// surveyCalled finds what an account that a step called is told again.
func (a *account) surveyCalled(v *survey) {
	if len(a.Calls) == 0 {
		return
	}
	for _, b := range a.members {
		switch {
		case !b.callStands():
			continue
		case b.spell.Held():
			v.heldCalls++
		case b.found != New: // what is new is told along
			v.called = append(v.called, b.spell)
		}
		v.calls++
	}
}

// callStands tells whether a step called about the alert, and there is something
// to tell for it, now or once it is not held back: it is not over, and nobody
// has it who does not want the receiver to be called all the same.
func (b *member) callStands() bool {
	sp := b.spell
	if _, called := b.account.Calls[sp.ID]; !called || !b.belongs || !sp.State.Active() {
		return false
	}
	return sp.Held() || len(sp.climbs) == 0 || slices.ContainsFunc(sp.climbs, func(c *climb) bool { return c.tells(b) })
}

// dropCalls forgets those calls for which there is nothing to tell.
func (a *account) dropCalls(v *survey) {
	if len(a.Calls) == v.calls || a.flies() {
		return
	}
	stand := map[string]bool{}
	for _, b := range a.members {
		stand[b.spell.ID] = b.callStands()
	}
	a.keepCalls(func(id string, _ time.Time) bool { return stand[id] })
}

// keepCalls forgets all calls but those that keep says.
func (a *account) keepCalls(keep func(id string, at time.Time) bool) {
	var kept map[string]time.Time
	for id, at := range a.Calls {
		if keep(id, at) {
			if kept == nil {
				kept = map[string]time.Time{}
			}
			kept[id] = at
		}
	}
	a.Calls, a.dirty = kept, true
}
