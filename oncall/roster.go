package oncall

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What commands answer with, to be told apart by errors.Is.
var (
	ErrUnknownSchedule = errors.New("no such schedule")
	ErrUnknownOperator = errors.New("no such operator")
	ErrUnknownOverride = errors.New("no such override")
	ErrTime            = errors.New("the end is not after the beginning, all of it is past, or it is longer than a year")
	ErrNotOn           = errors.New("is not on call then")
	ErrNotAsked        = errors.New("somebody else was asked")
)

// Roster is every schedule with all that changes it. The zero value has none.
// It never changes: what changes something returns another one.
type Roster struct {
	operators []Operator // by name
	schedules []Schedule // by name
	saved     Saved
	plans     []*plan // of the schedules, in their order
}

// NewRoster returns the roster of a configuration and of what was saved of
// earlier ones. Where the configuration differs from what was in force, that is
// a new revision: delta is what must be saved. Revisions are kept by schedule
// and place there; a layer that moved to another place is known by its name, if
// no other has it.
//
// A changed list of operators holds from the end of the slot that is under way,
// so that nobody is taken off in the middle of a shift; if whose turn it is now
// is no longer among the operators it holds at once. Any other change holds at
// once. A schedule that was never seen before holds for the past too. An
// override by somebody who is no operator any more ends now.
//
// What was over 400 days ago is let go.
func NewRoster(now time.Time, operators []Operator, schedules []Schedule, saved Saved) (r *Roster, delta Saved) {
	byName := func(a, b Operator) int { return strings.Compare(a.Name, b.Name) }
	operators = slices.SortedStableFunc(slices.Values(operators), byName)
	schedules = slices.SortedStableFunc(slices.Values(schedules), func(a, b Schedule) int { return strings.Compare(a.Name, b.Name) })
	saved = saved.since(now.Add(-maxLook))
	delta.Revisions = revise(now, operators, schedules, saved.Revisions)
	saved.Revisions = merge(saved.Revisions, delta.Revisions)
	r = build(operators, schedules, saved)
	if next, ended, _ := r.ended(now, "", r.orphaned(now)); !ended.Empty() {
		r, delta.Overrides = next, ended.Overrides
	}
	return r, delta
}

// since returns what still says something of a time, in order.
func (s *Saved) since(t time.Time) Saved {
	last := slices.MaxFunc(append([]Override{{}}, s.Overrides...), func(a, b Override) int { return compareIDs(a.ID, b.ID) })
	kept := Saved{Revisions: slices.Clone(s.Revisions)}
	sortRevisions(kept.Revisions)
	kept.Revisions = recent(t, kept.Revisions)
	for _, o := range s.Overrides {
		if o.To.After(t) || o.ID == last.ID { // its number is not to come again
			kept.Overrides = append(kept.Overrides, o)
		}
	}
	for _, a := range s.Accepted {
		if a.At.After(t) || a.From.After(t) {
			kept.Accepted = append(kept.Accepted, a)
		}
	}
	return kept
}

// build puts a roster together of what is in order.
func build(operators []Operator, schedules []Schedule, saved Saved) *Roster {
	r := &Roster{operators: operators, schedules: schedules, saved: saved, plans: make([]*plan, len(schedules))}
	for i := range schedules {
		overrides := slices.Concat(schedules[i].Overrides, saved.Overrides)
		r.plans[i] = newPlan(schedules[i], saved.Revisions, overrides)
	}
	return r
}

func (r *Roster) plan(schedule string) *plan {
	for i := range r.schedules {
		if r.schedules[i].Name == schedule {
			return r.plans[i]
		}
	}
	return nil
}

// Who returns who is on call at t: operators, or of a fallback receivers too,
// nil if nobody is. An unknown schedule has nobody. The slice must not be
// written to.
func (r *Roster) Who(schedule string, t time.Time) []string {
	if p := r.plan(schedule); p != nil {
		return p.at(t).On
	}
	return nil
}

// At returns the shift that t is in.
func (r *Roster) At(schedule string, t time.Time) Shift {
	if p := r.plan(schedule); p != nil {
		return p.shift(t)
	}
	return Shift{Schedule: schedule}
}

// Shifts returns the shifts of [from, to), oldest first, without gaps: nobody
// is a shift too. The first and the last are cut there.
func (r *Roster) Shifts(schedule string, from, to time.Time) []Shift {
	p := r.plan(schedule)
	if p == nil {
		return nil
	}
	return tile(from, to, p.at, p.after)
}

// LayerShifts returns what one layer alone, by its place, says of [from, to).
func (r *Roster) LayerShifts(schedule string, place int, from, to time.Time) []Shift {
	p := r.plan(schedule)
	if p == nil || place < 0 || place >= len(p.layers) {
		return nil
	}
	alone := &plan{schedule: Schedule{Name: schedule}, layers: p.layers[place : place+1]}
	return tile(from, to, alone.at, alone.after)
}

// Next returns when somebody else is next on call after t, false if that is
// not within a year. That nobody is counts as somebody else.
func (r *Roster) Next(schedule string, t time.Time) (Shift, bool) {
	p := r.plan(schedule)
	if p == nil {
		return Shift{}, false
	}
	on := p.at(t).On
	e := p.after(t)
	for n := 0; !e.IsZero() && n < maxSteps && e.Sub(t) < 366*day; n++ {
		if !slices.Equal(p.at(e).On, on) {
			return p.shift(e), true
		}
		e = p.after(e)
	}
	return Shift{}, false
}

// Edge returns when any schedule next changes after t, false if none does within a year.
func (r *Roster) Edge(t time.Time) (edge time.Time, ok bool) {
	for i := range r.schedules {
		if s, found := r.Next(r.schedules[i].Name, t); found && (!ok || s.From.Before(edge)) {
			edge, ok = s.From, true
		}
	}
	return edge, ok
}

// Operators returns all of them, by name. The slice must not be written to.
func (r *Roster) Operators() []Operator { return r.operators }

// Operator returns one by name, false if there is none.
func (r *Roster) Operator(name string) (Operator, bool) {
	i, ok := slices.BinarySearchFunc(r.operators, name, func(o Operator, name string) int { return strings.Compare(o.Name, name) })
	if !ok {
		return Operator{}, false
	}
	return r.operators[i], true
}

// Schedules returns all of them, by name. The slice must not be written to.
func (r *Roster) Schedules() []Schedule { return r.schedules }

// Schedule returns one by name, false if there is none.
func (r *Roster) Schedule(name string) (Schedule, bool) {
	if p := r.plan(name); p != nil {
		return p.schedule, true
	}
	return Schedule{}, false
}

// Revisions returns what the layers of a schedule were and are, by place and
// time. The slice must not be written to.
func (r *Roster) Revisions(schedule string) []Revision {
	var all []Revision
	for _, rev := range r.saved.Revisions {
		if rev.Schedule == schedule {
			all = append(all, rev)
		}
	}
	return all
}

// Accept notes that an operator took over the shift that a schedule is in. It
// fails with ErrUnknownSchedule or ErrNotOn; again is no error and no change.
func (r *Roster) Accept(now time.Time, schedule, by string) (next *Roster, delta Saved, err error) {
	if r.plan(schedule) == nil {
		return r, Saved{}, fmt.Errorf("%w: %q", ErrUnknownSchedule, schedule)
	}
	s := r.At(schedule, now)
	if !s.has(by) {
		return r, Saved{}, fmt.Errorf("%s %w", by, ErrNotOn)
	}
	if r.acceptedBy(&s, by) {
		return r, Saved{}, nil
	}
	next, delta = r.withAccepted(Acceptance{Schedule: schedule, Operator: by, From: s.From, At: now.UTC().Round(0)})
	return next, delta, nil
}

// Ask notes that operators are asked to accept shifts; At of these is not looked
// at. It changes nothing for those that are accepted already.
func (r *Roster) Ask(shifts ...Acceptance) (next *Roster, delta Saved) {
	var asked []Acceptance
	for _, a := range shifts {
		if !slices.ContainsFunc(r.saved.Accepted, a.sameShift) {
			asked = append(asked, Acceptance{Schedule: a.Schedule, Operator: a.Operator, From: a.From.UTC().Round(0)})
		}
	}
	if len(asked) == 0 {
		return r, Saved{}
	}
	return r.withAccepted(asked...)
}

// withAccepted returns the roster with what was asked or accepted added, or put
// in place of what was known of the same shift and operator.
func (r *Roster) withAccepted(news ...Acceptance) (*Roster, Saved) {
	saved := r.saved
	saved.Accepted = slices.DeleteFunc(slices.Clone(saved.Accepted), func(old Acceptance) bool { return slices.ContainsFunc(news, old.sameShift) })
	saved.Accepted = append(saved.Accepted, news...)
	return build(r.operators, r.schedules, saved), Saved{Accepted: news}
}

func (a *Acceptance) sameShift(b Acceptance) bool {
	return a.Schedule == b.Schedule && a.Operator == b.Operator && a.From.Equal(b.From)
}

// Accepted tells whether somebody who is on call in the shift took it over.
func (r *Roster) Accepted(s Shift) bool {
	return slices.ContainsFunc(s.On, func(who string) bool { return r.acceptedBy(&s, who) })
}

// ToAccept tells whether somebody who is on call in the shift was asked to take
// it over, and nobody did.
func (r *Roster) ToAccept(s Shift) bool {
	asked := slices.ContainsFunc(s.On, func(who string) bool { return r.acceptance(&s, who) != nil })
	return asked && !r.Accepted(s)
}

func (r *Roster) acceptedBy(s *Shift, who string) bool {
	a := r.acceptance(s, who)
	return a != nil && !a.At.IsZero()
}

// acceptance returns what is known of that, nil if who was not asked.
func (r *Roster) acceptance(s *Shift, who string) *Acceptance {
	i := slices.IndexFunc(r.saved.Accepted, (&Acceptance{Schedule: s.Schedule, Operator: who, From: s.From}).sameShift)
	if i < 0 {
		return nil
	}
	return &r.saved.Accepted[i]
}

// Reach returns what a page to one of "schedule:NAME", "operator:NAME",
// "receiver" and "receiver:address" goes to at t: nothing if nobody is on call,
// or has a contact. Each addressee is there once.
func (r *Roster) Reach(to string, t time.Time) []Addressee {
	var all []Addressee
	add := func(list ...Addressee) {
		for _, a := range list {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	if schedule, ok := strings.CutPrefix(to, "schedule:"); ok {
		p := r.plan(schedule)
		if p == nil {
			return nil
		}
		s := p.at(t)
		for _, who := range s.On {
			if _, known := r.Operator(who); known || !s.Fallback {
				add(r.contacts(who)...)
			} else {
				add(direct(who))
			}
		}
		return all
	}
	if operator, ok := strings.CutPrefix(to, "operator:"); ok {
		return r.contacts(operator)
	}
	return []Addressee{direct(to)}
}

func (r *Roster) contacts(operator string) []Addressee {
	o, _ := r.Operator(operator)
	var all []Addressee
	for _, c := range o.Contact {
		a := direct(c)
		a.Operator = operator
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// direct returns the addressee of "receiver" or "receiver:address".
func direct(to string) Addressee {
	receiver, address, _ := strings.Cut(to, ":")
	return Addressee{Receiver: receiver, Address: address}
}
