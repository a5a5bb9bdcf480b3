package oncall

import (
	"fmt"
	"slices"
	"time"
)

// Swap is a proposal: By gives Mine and takes Theirs of With.
type Swap struct {
	Schedule   string
	By, With   string
	MineFrom   time.Time // [MineFrom, MineTo): By is on call in all of it
	MineTo     time.Time
	TheirsFrom time.Time // [TheirsFrom, TheirsTo): With is; both zero: With just takes Mine
	TheirsTo   time.Time
	Note       string
}

// Swap asks for two shifts to be exchanged. Nothing changes until With accepts.
// Both halves have an ID of their own, and the first one's is that of the swap.
// It fails as Override does, with ErrNotOn if somebody is not on call in all of
// what they give.
func (r *Roster) Swap(now time.Time, s Swap) (next *Roster, delta Saved, err error) {
	halves := []Override{{From: s.MineFrom, To: s.MineTo, With: s.With, For: s.By}}
	if !s.TheirsFrom.IsZero() || !s.TheirsTo.IsZero() {
		halves = append(halves, Override{From: s.TheirsFrom, To: s.TheirsTo, With: s.By, For: s.With})
	}
	if s.By == s.With {
		return r, Saved{}, fmt.Errorf("%w: %q is yourself", ErrUnknownOperator, s.With)
	}
	swap := r.newID(0)
	for i := range halves {
		o := &halves[i]
		o.Schedule, o.Note, o.By, o.Made, o.Swap, o.Asked = s.Schedule, s.Note, s.By, now, swap, s.With
		if *o, err = r.checked(now, *o); err != nil {
			return r, Saved{}, err
		}
		if !r.onAllTheTime(o.For, o, now) {
			return r, Saved{}, fmt.Errorf("%s %w all the time", o.For, ErrNotOn)
		}
		o.ID = r.newID(i)
	}
	return r.with(halves...)
}

// Answer accepts or refuses a swap, by its ID. It fails with ErrUnknownOverride,
// also if it was answered or withdrawn, with ErrNotAsked, with ErrTime if one
// half of it is past, or with ErrNotOn if who is on call has changed since it was
// asked for, so that no more than half of it would hold: it waits on then, and may
// be refused or withdrawn.
func (r *Roster) Answer(now time.Time, swap, by string, accept bool) (next *Roster, delta Saved, err error) {
	var halves []Override
	for _, o := range r.saved.Overrides {
		if o.Swap == swap && swap != "" && o.Waiting() {
			halves = append(halves, o)
		}
	}
	switch {
	case len(halves) == 0:
		return r, Saved{}, fmt.Errorf("%w: no swap %q waits for an answer", ErrUnknownOverride, swap)
	case halves[0].Asked != by:
		return r, Saved{}, fmt.Errorf("%w: %s", ErrNotAsked, halves[0].Asked)
	case !accept:
		return r.ended(now, by, func(o *Override) bool { return o.Swap == swap })
	}
	for i := range halves {
		if !halves[i].To.After(now) {
			return r, Saved{}, ErrTime // half a swap is none
		}
		halves[i].Accepted = now.UTC().Round(0)
	}
	if next, delta, err = r.with(halves...); err != nil {
		return r, Saved{}, err
	}
	for i := range halves {
		switch o := &halves[i]; {
		case !r.onAllTheTime(o.For, o, now):
			return r, Saved{}, fmt.Errorf("%s %w all the time any more: that changed after the swap was asked for", o.For, ErrNotOn)
		case !next.onAllTheTime(o.With, o, now):
			return r, Saved{}, fmt.Errorf("%s %w even so: an override made after the swap was asked for wins", o.With, ErrNotOn)
		}
	}
	return next, delta, nil
}

// onAllTheTime tells whether somebody is on call in all that is left at now of
// the time of an override.
func (r *Roster) onAllTheTime(who string, o *Override, now time.Time) bool {
	from := o.From
	if from.Before(now) {
		from = now
	}
	return !slices.ContainsFunc(r.Shifts(o.Schedule, from, o.To), func(s Shift) bool { return !s.has(who) })
}
