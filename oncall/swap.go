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
		if slices.ContainsFunc(r.Shifts(o.Schedule, o.From, o.To), func(x Shift) bool { return !x.has(o.For) }) {
			return r, Saved{}, fmt.Errorf("%s %w all the time", o.For, ErrNotOn)
		}
		o.ID = r.newID(i)
	}
	return r.with(halves...)
}

// Answer accepts or refuses a swap, by its ID. It fails with ErrUnknownOverride,
// also if it was answered or withdrawn, with ErrNotAsked, or with ErrTime if all
// of it is past.
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
	return r.with(halves...)
}
