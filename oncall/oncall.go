// Package oncall says who is on call at a given time: operators, schedules made
// of layers and overrides, and what changed in them since. It is pure state: no
// lock, no goroutine, no clock, no I/O. A Roster never changes once made; what
// changes it returns another, so that screens may read theirs in their own time.
//
// All of it counts on civil dates and wall clocks (package civil), never by
// adding durations: a week from Monday 09:00 is Monday 09:00, over every night
// on which the clocks change.
package oncall

import (
	"time"

	"sitrep/civil"
)

// Operator is somebody who can be on call.
type Operator struct {
	Name    string         // what configuration, commands and acknowledgements know them by, "ana"
	Title   string         // what people call them, "Ana"; "" is Name
	Zone    *time.Location // for the times that they are shown; nil is UTC
	Contact []string       // how a page reaches them, all of these at once: "receiver" or "receiver:address"
}

// Unit is what a rotation counts in.
type Unit uint8

// The units. Days, weeks and months are civil: the hand-over keeps its time of
// day. Hours are absolute: a 12-hour rotation hands over at another wall clock
// after the clocks changed.
const (
	Hour Unit = iota
	Day
	Week
	Month
)

// Schedule is who is on call for something. Precedence is override, then a
// later layer, then an earlier one, then Fallback.
type Schedule struct {
	Name      string
	Zone      *time.Location // of its wall clocks; never nil
	Layers    []Layer        // later ones win where they have somebody
	Overrides []Override     // those of the configuration
	Fallback  []string       // operators or receivers when nobody is on; all of them
}

// Layer is one rotation. Slot k is [R(From + k·Every), R(From + (k+1)·Every)),
// where R is civil.Resolve in the schedule's zone, and is Operators[k mod n]'s.
// Before From nobody is on. A slot of no length is dropped, with its number.
type Layer struct {
	Name      string    `json:"name"`
	Operators []string  `json:"operators"` // names, in the order of turns
	Every     int       `json:"every"`     // Units, ≥ 1
	Unit      Unit      `json:"unit"`
	From      time.Time `json:"from"`           // the first hand-over: a wall clock of the schedule's zone, written as if in UTC
	Last      bool      `json:"last,omitempty"` // with Month: on the last day of each month, whatever From's day
	// Active has only those slots count as turns that hold active time: a
	// rotation over working days whose weekend belongs to nobody skips nobody.
	Active bool `json:"active,omitempty"`
	// The window in which the layer has anybody. No Days are all days; Start and
	// End are since midnight, both 0 is the whole day, and an End not after Start
	// is on the day after, which counts to the day it begins on.
	Days  civil.Weekdays `json:"days,omitempty"`
	Start time.Duration  `json:"start,omitempty"`
	End   time.Duration  `json:"end,omitempty"`
}

// Override has somebody take over for a time, whatever the layers say.
type Override struct {
	ID       string    `json:"id"` // "o" and a number that never comes again; "NAME/1" for those of the configuration
	Schedule string    `json:"schedule"`
	From     time.Time `json:"from"` // [From, To)
	To       time.Time `json:"to"`
	With     string    `json:"with"`          // operator who takes over
	For      string    `json:"for,omitempty"` // only where this one would be on; "" is whoever is
	Note     string    `json:"note,omitempty"`
	By       string    `json:"by,omitempty"` // who asked for it; "" is the configuration
	Made     time.Time `json:"made,omitzero"`
	// Swap is the ID that both halves of a swap share; it holds nothing until
	// Asked, the other party, has accepted.
	Swap     string    `json:"swap,omitempty"`
	Asked    string    `json:"asked,omitempty"`
	Accepted time.Time `json:"accepted,omitzero"`
	// Ended is when it was withdrawn or refused; what it held before stays.
	Ended   time.Time `json:"ended,omitzero"`
	EndedBy string    `json:"ended_by,omitempty"`
}

// Revision is what a layer was from a time on: a changed rotation changes nobody's past.
type Revision struct {
	Schedule string    `json:"schedule"`
	Zone     string    `json:"zone"`          // of the schedule then
	Place    int       `json:"place"`         // of the layer in the schedule, from 0
	From     time.Time `json:"from,omitzero"` // effective from; zero is always
	Layer    Layer     `json:"layer"`
	Gone     bool      `json:"gone,omitempty"` // the layer, or its schedule, is no more from then on
}

// Acceptance says that who came on call was asked to take it over, or did.
type Acceptance struct {
	Schedule string    `json:"schedule"`
	Operator string    `json:"operator"`
	From     time.Time `json:"from"` // of the shift
	At       time.Time `json:"at"`   // zero: they have not
}

// Saved is what must be kept of a roster beside the configuration, or of one
// change of it: the latest value of what changed.
type Saved struct {
	Overrides []Override   // by ID
	Revisions []Revision   // by schedule, place and time
	Accepted  []Acceptance // by schedule and time
}

// Empty tells whether there is nothing to save.
func (s *Saved) Empty() bool { return len(s.Overrides)+len(s.Revisions)+len(s.Accepted) == 0 }

// Shift is a time for which the same people are on call, for the same reason.
type Shift struct {
	Schedule string
	From, To time.Time // [From, To), UTC; zero From or To: longer than was looked
	On       []string  // operators; of a fallback receivers too; empty is nobody
	Layer    string    // whose turn it is: the layer's name; "" if not by a layer
	Override string    // ID, "" if not by an override
	Fallback bool      // nobody is, and these are told instead
}
