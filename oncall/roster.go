package oncall

import (
	"errors"
	"time"
)

// What commands answer with, to be told apart by errors.Is.
var (
	ErrUnknownSchedule = errors.New("no such schedule")
	ErrUnknownOperator = errors.New("no such operator")
	ErrUnknownOverride = errors.New("no such override")
	ErrTime            = errors.New("the end is not after the beginning, or all of it is past")
	ErrNotOn           = errors.New("is not on call then")
	ErrNotAsked        = errors.New("somebody else was asked")
)

// Roster is every schedule with all that changes it. The zero value has none.
// It never changes: what changes something returns another one.
type Roster struct {
	operators []Operator // by name
	schedules []Schedule // by name
	saved     Saved
}

// NewRoster returns the roster of a configuration and of what was saved of
// earlier ones. Where the configuration differs from the last revision of a
// layer, that is a new revision: delta is what must be saved.
//
// A changed list of operators holds from the end of the slot that is under way,
// so that nobody is taken off in the middle of a shift; if who is on now is no
// longer among the operators it holds at once. Any other change holds at once.
// A layer that was never seen before holds for the past too.
func NewRoster(now time.Time, operators []Operator, schedules []Schedule, saved Saved) (r *Roster, delta Saved) {
	return &Roster{operators: operators, schedules: schedules, saved: saved}, Saved{}
}

// Who returns who is on call at t: operators, or of a fallback receivers too,
// nil if nobody is. An unknown schedule has nobody.
func (r *Roster) Who(schedule string, t time.Time) []string { return r.At(schedule, t).On }

// At returns the shift that t is in.
func (r *Roster) At(schedule string, t time.Time) Shift { return Shift{Schedule: schedule} }

// Shifts returns the shifts of [from, to), oldest first, without gaps: nobody
// is a shift too. The first and the last are cut there.
func (r *Roster) Shifts(schedule string, from, to time.Time) []Shift { return nil }

// LayerShifts returns what one layer alone, by its place, says of [from, to).
func (r *Roster) LayerShifts(schedule string, place int, from, to time.Time) []Shift { return nil }

// Next returns when somebody else is next on call after t, false if that is
// not within a year.
func (r *Roster) Next(schedule string, t time.Time) (Shift, bool) { return Shift{}, false }

// Edge returns when any schedule next changes after t, false if none does within a year.
func (r *Roster) Edge(t time.Time) (time.Time, bool) { return time.Time{}, false }

// Operators returns all of them, by name. The slice must not be written to.
func (r *Roster) Operators() []Operator { return r.operators }

// Operator returns one by name, false if there is none.
func (r *Roster) Operator(name string) (Operator, bool) { return Operator{}, false }

// Schedules returns all of them, by name. The slice must not be written to.
func (r *Roster) Schedules() []Schedule { return r.schedules }

// Schedule returns one by name, false if there is none.
func (r *Roster) Schedule(name string) (Schedule, bool) { return Schedule{}, false }

// Overrides returns those that have not ended, of the configuration too, in the
// order of From; those that are over or were withdrawn only if past is set.
func (r *Roster) Overrides(past bool) []Override { return nil }

// Override has somebody take over. The ID and Made are given here. It fails
// with ErrUnknownSchedule, ErrUnknownOperator, ErrTime, or ErrNotOn if For is
// not on call in all that time. delta is what must be saved, as of the others.
func (r *Roster) Override(now time.Time, o Override) (next *Roster, delta Saved, err error) {
	return r, Saved{}, nil
}

// Withdraw ends an override now: what it held before stays. Those of the
// configuration end there. It fails with ErrUnknownOverride.
func (r *Roster) Withdraw(now time.Time, id, by string) (next *Roster, delta Saved, err error) {
	return r, Saved{}, nil
}

// Swap asks for two shifts to be exchanged: by's (the one that is on in the
// first time) and with's. Nothing changes until with accepts. It fails as
// Override does.
func (r *Roster) Swap(now time.Time, s Swap) (next *Roster, delta Saved, err error) {
	return r, Saved{}, nil
}

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

// Answer accepts or refuses a swap, by its ID. It fails with ErrUnknownOverride
// or ErrNotAsked.
func (r *Roster) Answer(now time.Time, swap, by string, accept bool) (next *Roster, delta Saved, err error) {
	return r, Saved{}, nil
}

// Accept notes that an operator took over the shift that a schedule is in. It
// fails with ErrUnknownSchedule or ErrNotOn; again is no error and no change.
func (r *Roster) Accept(now time.Time, schedule, by string) (next *Roster, delta Saved, err error) {
	return r, Saved{}, nil
}

// Accepted tells whether somebody who is on call in the shift took it over.
func (r *Roster) Accepted(s Shift) bool { return false }

// Reach returns what a page to one of "schedule:NAME", "operator:NAME",
// "receiver" and "receiver:address" goes to at t, as Addressees: nothing if
// nobody is on call, or has a contact.
func (r *Roster) Reach(to string, t time.Time) []Addressee { return nil }
