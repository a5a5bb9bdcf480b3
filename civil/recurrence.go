package civil

import (
	"fmt"
	"strings"
	"time"
)

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
	// counted from the one that Anchor is in, backwards too; weeks begin on Monday
	Days   Weekdays
	Every  int           // weeks, ≥ 1; 0 is 1
	Anchor time.Time     // a date, its clock is ignored; zero with Every ≤ 1
	At     time.Duration // since midnight on the wall, < 24 h

	Cron *Cron // instead of Days; nil is none

	For  time.Duration  // how long it holds each time, > 0, in real time
	Zone *time.Location // nil is UTC
}

// Limits of how far Next joins: what has not paused for as long comes in pieces.
const (
	maxJoins = 1 << 15
	maxReach = 10 * 366 * day // to either side
)

// Next returns the first span that is not over at t: one that holds then, or
// the next one to come. A span belongs to the day on which it begins, so one
// over midnight is one span. False if there is none any more, as on every 30th
// of February. Spans that touch or overlap, since For is longer than the pause
// between them, are joined, so that Next of a span's Until is the one after it;
// only if they never pause, the joined one ends somewhere within the years
// around t. The results are in UTC.
func (r *Recurrence) Next(t time.Time) (Span, bool) {
	if r.Once != (Span{}) {
		once := Span{From: r.Once.From.UTC(), Until: r.Once.Until.UTC()}
		return once, once.Until.After(t) && once.From.Before(once.Until)
	}
	walls := r.walls()
	if walls == nil || r.For <= 0 {
		return Span{}, false
	}
	o := occurrences{walls: walls, loc: r.loc()}
	t = t.UTC().Round(0)
	at, ok := o.upTo(t)
	if holds := ok && at.Add(r.For).After(t); !holds {
		if at, ok = o.from(t); !ok {
			return Span{}, false
		}
	}
	return Span{From: r.joinBack(o, at), Until: r.joinOn(o, at)}, true
}

// joinBack returns when the spans began that lead to the one at at without a
// pause. All are of one length: what begins earlier ends earlier.
func (r *Recurrence) joinBack(o occurrences, at time.Time) time.Time {
	first := at
	for range maxJoins {
		earlier, ok := o.from(first.Add(-r.For))
		if !ok || !earlier.Before(first) || at.Sub(earlier) > maxReach {
			break
		}
		first = earlier
	}
	return first
}

// joinOn returns when the spans end that follow the one at at without a pause.
func (r *Recurrence) joinOn(o occurrences, at time.Time) time.Time {
	last := at
	for range maxJoins {
		later, ok := o.upTo(last.Add(r.For))
		if !ok || !later.After(last) || later.Sub(at) > maxReach {
			break
		}
		last = later
	}
	return last.Add(r.For)
}

func (r *Recurrence) loc() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// walls returns the wall times at which r begins, nil if there are none.
func (r *Recurrence) walls() wallTimes {
	switch {
	case r.Cron != nil:
		return r.Cron
	case r.Days&everyDay != 0 && r.At >= 0 && r.At < day:
		return weekly{days: r.Days & everyDay, every: max(r.Every, 1), anchor: r.Anchor, at: r.At}
	}
	return nil
}

// String says it to people: "sun 02:00 for 2h Europe/Berlin", "cron 0 3 * * *
// for 1h UTC", "2026-12-24 09:00Z to 2026-12-27 09:00Z".
func (r *Recurrence) String() string {
	if r.Once != (Span{}) {
		return formatInstant(r.Once.From) + " to " + formatInstant(r.Once.Until)
	}
	var b strings.Builder
	if r.Cron != nil {
		fmt.Fprintf(&b, "cron %s", r.Cron)
	} else {
		b.WriteString(r.Days.String())
		if r.Every > 1 {
			fmt.Fprintf(&b, " every %d weeks from %s", r.Every, r.Anchor.Format(time.DateOnly))
		}
		b.WriteString(" " + formatClock(r.At))
	}
	fmt.Fprintf(&b, " for %s %s", exactDuration(r.For), r.loc())
	return b.String()
}

// formatInstant writes t in UTC, to the second only if it has any.
func formatInstant(t time.Time) string {
	if t = t.UTC(); t.Second() != 0 {
		return t.Format("2006-01-02 15:04:05Z")
	}
	return t.Format("2006-01-02 15:04Z")
}

// exactDuration is FormatDuration where that cuts nothing off, else all of it.
func exactDuration(d time.Duration) string {
	if short := FormatDuration(d); d >= 0 {
		if back, err := ParseDuration(short); err == nil && back == d {
			return short
		}
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	return s
}
