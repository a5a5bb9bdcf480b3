package oncall

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxOverride = 366 * day

// holds tells whether the override is, or ever was, in force: not one half of a
// swap that nobody accepted.
func (o *Override) holds() bool {
	return o.end().After(o.begin()) && (o.Swap == "" || !o.Accepted.IsZero())
}

// begin returns when it takes over: a swap not before it was accepted.
func (o *Override) begin() time.Time {
	if o.Accepted.After(o.From) {
		return o.Accepted
	}
	return o.From
}

// end returns when it does so no more.
func (o *Override) end() time.Time {
	if !o.Ended.IsZero() && o.Ended.Before(o.To) {
		return o.Ended
	}
	return o.To
}

// Waiting tells whether it is half of a swap that was not answered.
func (o *Override) Waiting() bool { return o.Swap != "" && o.Accepted.IsZero() && o.Ended.IsZero() }

// apply returns who is on call where s says who would be without the override.
func (o *Override) apply(s Shift) Shift {
	switch {
	case o.For == "":
		s.On = []string{o.With}
	case slices.Contains(s.On, o.For) && !s.Fallback:
		s.On = slices.DeleteFunc(slices.Clone(s.On), func(who string) bool { return who == o.For || who == o.With })
		s.On = append(s.On, o.With)
	default:
		return s
	}
	s.Override = o.ID
	return s
}

// compareIDs orders o9 before o10, those of a configuration before both and by
// their place in the file, and events of a calendar before all.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(number(a), number(b)), cmp.Compare(place(a), place(b)), strings.Compare(a, b))
}

// place returns where in its configuration an override stands, from 1; 0 for others.
func place(id string) int {
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '/')+1:])
	if err != nil || !strings.Contains(id, "/") {
		return 0
	}
	return n
}

// number returns that of an override made by an operator, 0 of others.
func number(id string) int {
	digits, ok := strings.CutPrefix(id, "o")
	if n, err := strconv.Atoi(digits); ok && err == nil {
		return n
	}
	return 0
}

// Overrides returns those that were not withdrawn, of the configuration too, in
// the order of From: whether one is over by its To is for whoever asks to see.
// With past set also those that were withdrawn or refused.
func (r *Roster) Overrides(past bool) []Override {
	var all []Override
	for i := range r.schedules {
		all = append(all, r.schedules[i].Overrides...)
	}
	all = append(all, r.saved.Overrides...)
	if !past {
		all = slices.DeleteFunc(all, func(o Override) bool { return !o.Ended.IsZero() })
	}
	slices.SortStableFunc(all, func(a, b Override) int { return cmp.Or(a.From.Compare(b.From), compareIDs(a.ID, b.ID)) })
	return all
}

// Override has somebody take over. The ID and Made are given here, and what is
// past stays as it was: From is now at the earliest. It fails with
// ErrUnknownSchedule, ErrUnknownOperator, ErrTime, or ErrNotOn if For is on call
// in none of that time. delta is what must be saved, as of the others.
func (r *Roster) Override(now time.Time, o Override) (next *Roster, delta Saved, err error) {
	o.Swap, o.Asked, o.Accepted, o.Ended, o.EndedBy = "", "", time.Time{}, time.Time{}, ""
	if o, err = r.checked(now, o); err != nil {
		return r, Saved{}, err
	}
	if o.For != "" && !slices.ContainsFunc(r.Shifts(o.Schedule, o.From, o.To), func(s Shift) bool { return s.has(o.For) }) {
		return r, Saved{}, fmt.Errorf("%s %w", o.For, ErrNotOn)
	}
	o.ID, o.Made = r.newID(0), now
	return r.with(o)
}

// has tells whether an operator is on call in the shift.
func (s *Shift) has(operator string) bool { return !s.Fallback && slices.Contains(s.On, operator) }

// checked returns o with times that can be, and known names.
func (r *Roster) checked(now time.Time, o Override) (Override, error) {
	if r.plan(o.Schedule) == nil {
		return o, fmt.Errorf("%w: %q", ErrUnknownSchedule, o.Schedule)
	}
	for _, who := range []string{o.With, o.For} {
		if _, ok := r.Operator(who); !ok && (who != "" || o.With == "") {
			return o, fmt.Errorf("%w: %q", ErrUnknownOperator, who)
		}
	}
	o.From, o.To = o.From.UTC().Round(0), o.To.UTC().Round(0)
	if o.From.Before(now) {
		o.From = now.UTC().Round(0)
	}
	if !o.To.After(o.From) || o.To.Sub(o.From) > maxOverride {
		return o, ErrTime
	}
	return o, nil
}

// newID returns the nth ID after those that there are.
func (r *Roster) newID(n int) string {
	last := 0
	for i := range r.saved.Overrides {
		last = max(last, number(r.saved.Overrides[i].ID))
	}
	return "o" + strconv.Itoa(last+1+n)
}

// with returns the roster with overrides added or replaced, by ID.
func (r *Roster) with(overrides ...Override) (*Roster, Saved, error) {
	saved := r.saved
	saved.Overrides = slices.Clone(saved.Overrides)
	for _, o := range overrides {
		if i := slices.IndexFunc(saved.Overrides, func(x Override) bool { return x.ID == o.ID }); i >= 0 {
			saved.Overrides[i] = o
		} else {
			saved.Overrides = append(saved.Overrides, o)
		}
	}
	return build(r.operators, r.schedules, saved), Saved{Overrides: overrides}, nil
}

// Withdraw ends an override now, and with one half of a swap the other: what it
// held before stays. One of the configuration is ended there. It fails with
// ErrUnknownOverride, also for one that is over.
func (r *Roster) Withdraw(now time.Time, id, by string) (next *Roster, delta Saved, err error) {
	i := slices.IndexFunc(r.saved.Overrides, func(o Override) bool { return o.ID == id })
	if i < 0 {
		if strings.Contains(id, "/") {
			return r, Saved{}, fmt.Errorf("%w here: %s is written in the configuration", ErrUnknownOverride, id)
		}
		return r, Saved{}, fmt.Errorf("%w: %q", ErrUnknownOverride, id)
	}
	o := r.saved.Overrides[i]
	if !o.Ended.IsZero() || !o.To.After(now) {
		return r, Saved{}, fmt.Errorf("%w: %s is over", ErrUnknownOverride, id)
	}
	return r.ended(now, by, func(x *Override) bool { return x.ID == id || o.Swap != "" && x.Swap == o.Swap })
}

// ended ends all overrides that which says.
func (r *Roster) ended(now time.Time, by string, which func(*Override) bool) (*Roster, Saved, error) {
	var out []Override
	for _, o := range r.saved.Overrides {
		if which(&o) && o.Ended.IsZero() {
			o.Ended, o.EndedBy = now.UTC().Round(0), by
			out = append(out, o)
		}
	}
	return r.with(out...)
}

// orphaned returns what tells whether an override is not over, and somebody it
// needs is no operator any more; so does the other half of a swap.
func (r *Roster) orphaned(now time.Time) func(*Override) bool {
	unknown := func(who string) bool {
		_, ok := r.Operator(who)
		return who != "" && !ok
	}
	return func(o *Override) bool {
		return o.To.After(now) && (unknown(o.With) || o.Swap != "" && unknown(o.For))
	}
}
