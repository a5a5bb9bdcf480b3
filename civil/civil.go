// Package civil reads and writes time as people do: durations with days and
// weeks, clock times in a zone, and what recurs by them, right over the nights
// on which the clocks change. It knows no zone database: whoever runs brings one.
package civil

import (
	"fmt"
	"strings"
	"time"
)

// ParseMoment returns the instant that an operator means by text:
//
//	03:24, 03:24:10    the last time that a clock in loc showed this, not after now
//	-20m               so long before now (ParseDuration's units)
//	2026-04-11 03:24   that date and time in loc; seconds may follow, and T may stand between
//	RFC 3339           itself, the seconds may be left out
//
// A time that loc skips when its clocks go forward is the first instant after
// the gap. One that it has twice when they go back is the later of the two that
// is not after now; if both are, as a date to come may be, it is the earlier.
// A date may lie after now: whether that is allowed is the caller's business.
// The result is in UTC.
func ParseMoment(text string, now time.Time, loc *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if ago, ok := strings.CutPrefix(text, "-"); ok {
		d, err := ParseDuration(strings.TrimSpace(ago))
		if err != nil {
			return time.Time{}, err
		}
		return now.Add(-d).UTC().Round(0), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return t.UTC(), nil
		}
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if c, err := time.Parse(layout, text); err == nil {
			return lastClock(c, now, loc), nil
		}
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if w, err := time.Parse(layout, strings.Replace(strings.ToUpper(text), "T", " ", 1)); err == nil {
			return dated(w, now, loc), nil
		}
	}
	return time.Time{}, fmt.Errorf(
		"%q is no time; write \"03:24\", \"-20m\", \"2026-04-11 03:24\" or one with a zone, \"2026-04-11T03:24:00Z\"", text)
}

// lastClock returns the last instant not after now at which a clock in loc
// showed the time of day of c.
func lastClock(c, now time.Time, loc *time.Location) time.Time {
	y, m, d := now.In(loc).Date()
	// Today may be too early in the day for it, and a zone may skip a whole
	// date: the day before yesterday always had it, or the end of a gap.
	for back := range 3 {
		w := time.Date(y, m, d-back, c.Hour(), c.Minute(), c.Second(), 0, time.UTC)
		instants := Instants(w, loc)
		for i := len(instants) - 1; i >= 0; i-- {
			if !instants[i].After(now) {
				return instants[i]
			}
		}
	}
	return now.UTC().Round(0) // not reached with any zone there is
}

func dated(w, now time.Time, loc *time.Location) time.Time {
	instants := Instants(w, loc)
	if last := instants[len(instants)-1]; !last.After(now) {
		return last
	}
	return instants[0]
}

// Resolve returns the one instant that a wall time stands for: the first at
// which a clock in loc shows what wall shows, whatever zone wall is in, or
// later. It is the earlier of two where the clocks go back over it, and the
// change itself where they go forward over it. A later wall time never resolves
// to an earlier instant. The result is in UTC.
//
// time.Date is no substitute: which way it leaves a gap, and which of two it
// takes, differs from zone to zone.
func Resolve(wall time.Time, loc *time.Location) time.Time { return Instants(wall, loc)[0] }

// Instants returns when a clock in loc shows the date and time that wall shows,
// whatever zone wall is in: one instant, or two, earlier first, where the clocks
// go back over it. Where they go forward over it, it is the first instant after
// the gap. The results are in UTC.
func Instants(wall time.Time, loc *time.Location) []time.Time {
	y, m, d := wall.Date()
	h, mi, s := wall.Clock()
	want := time.Date(y, m, d, h, mi, s, wall.Nanosecond(), time.UTC)

	// The offsets in force a day before and a day after are all that can apply
	// here: no zone changes its clocks twice within two days.
	before, after := offset(want.Add(-36*time.Hour), loc), offset(want.Add(36*time.Hour), loc)
	var found []time.Time
	for _, o := range []time.Duration{max(before, after), min(before, after)} { // a larger offset is an earlier instant
		t := want.Add(-o)
		if offset(t, loc) == o && (len(found) == 0 || !found[0].Equal(t)) {
			found = append(found, t)
		}
	}
	if len(found) > 0 {
		return found
	}
	return []time.Time{gapEnd(want, before, after, loc)}
}

// gapEnd returns the instant at which loc changes its clocks from before to
// after, near want, which it skips.
func gapEnd(want time.Time, before, after time.Duration, loc *time.Location) time.Time {
	// Read with either offset, want lies on the other side of the change.
	lo, hi := want.Add(-max(before, after)), want.Add(-min(before, after))
	_, end := lo.In(loc).ZoneBounds()
	if end.IsZero() || end.After(hi) {
		return hi
	}
	return end.UTC()
}

func offset(t time.Time, loc *time.Location) time.Duration {
	_, s := t.In(loc).Zone()
	return time.Duration(s) * time.Second
}
