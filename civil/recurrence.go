package civil

import "time"

// Span is a time from From to before Until.
type Span struct{ From, Until time.Time }

// Holds tells whether t lies in the span.
func (s Span) Holds(t time.Time) bool { return !t.Before(s.From) && t.Before(s.Until) }

// Recurrence says when something holds: once, in weeks, or by cron. Wall times
// are those of Zone; a time that the clocks skip is the first instant after the
// gap, and one that they have twice is the earlier (Resolve). It never changes
// and is compared with reflect.DeepEqual.
type Recurrence struct {
	// once
	Once Span // zero if it recurs

	// in weeks: at the time of day At of each of Days, of every Every-th week
	// counted from the one that Anchor is in
	Days   Weekdays
	Every  int           // weeks, ≥ 1; 0 is 1
	Anchor time.Time     // a date, its clock is ignored; zero with Every ≤ 1
	At     time.Duration // since midnight on the wall, < 24 h

	Cron *Cron // instead of Days; nil is none

	For  time.Duration  // how long it holds each time, > 0, in real time
	Zone *time.Location // nil is UTC
}

// Weekdays is a set of them: bit d is time.Weekday d.
type Weekdays uint8

// Next returns the first span that is not over at t: one that holds then, or
// the next one to come. A span belongs to the day on which it begins, so one
// over midnight is one span. False if there is none any more. Spans that touch or
// overlap, since For is longer than the pause between them, are joined.
func (r *Recurrence) Next(t time.Time) (Span, bool) {
	if r.Once.Until.After(t) {
		return r.Once, true
	}
	return Span{}, false
}
