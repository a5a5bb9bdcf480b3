package oncall

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"sitrep/civil"
	"sitrep/safe"
)

// stamp is a DATE or a DATE-TIME as a calendar has it (RFC 5545 sections 3.3.4
// and 3.3.5).
type stamp struct {
	wall time.Time      // what it shows, written as if in UTC
	date bool           // without a time of day
	zone *time.Location // nil if the value alone does not say it
}

// parseStamp reads "20260105", "20260105T090000" and "20260105T080000Z"; the
// zone of the last is UTC, the others have none.
func parseStamp(text string) (stamp, error) {
	s := stamp{}
	layout := "20060102T150405"
	switch {
	case len(text) == len("20060102"):
		layout, s.date = "20060102", true
	case strings.HasSuffix(text, "Z"):
		layout, s.zone = layout+"Z", time.UTC
	}
	var err error
	if s.wall, err = time.Parse(layout, strings.Replace(text, "T235960", "T235959", 1)); err != nil {
		return stamp{}, fmt.Errorf("%q is no date or time", safe.Line(text, 40))
	}
	return s, nil
}

// in returns it with a zone, if it has none of its own.
func (s stamp) in(zone *time.Location) stamp {
	if s.zone == nil {
		s.zone = zone
	}
	return s
}

// at returns the instant that a stamp with a zone stands for: of a date its
// first, of a time what moment says.
func (s stamp) at() time.Time {
	if s.date {
		return civil.Resolve(s.wall, s.zone)
	}
	return moment(s.wall, s.zone)
}

// moment returns the instant at which a clock in loc shows a wall time, the
// earlier of two. A wall time that is skipped is read with the offset before
// the gap (RFC 5545 section 3.3.5).
func moment(wall time.Time, loc *time.Location) time.Time {
	t := civil.Resolve(wall, loc)
	if shows(t, wall, loc) {
		return t
	}
	_, before := t.Add(-time.Nanosecond).In(loc).Zone()
	return wall.Add(-time.Duration(before) * time.Second)
}

// shows tells whether a clock in loc shows wall at t.
func shows(t, wall time.Time, loc *time.Location) bool {
	_, offset := t.In(loc).Zone()
	return t.Add(time.Duration(offset) * time.Second).Equal(wall)
}

// length is how long an event takes. Days count on the calendar, and so does
// the time from a DTSTART to a DTEND of the same zone: a shift until 09:00 ends
// at 09:00, over a night on which the clocks change too. (RFC 5545 section
// 3.8.5.3 would have the exact length of the first instance for all, and so an
// hour of nobody for half of the year.)
type length struct {
	nominal time.Duration // on the clock on the wall
	exact   time.Duration
}

// end returns when an event ends that begins at a stamp.
func (l length) end(begin stamp) time.Time {
	if l.nominal != 0 {
		begin.wall = begin.wall.Add(l.nominal)
	}
	return begin.at().Add(l.exact)
}

// maxLength is how long an event may be: nobody is on call for longer.
const maxLength = 3 * 366 * 24 * time.Hour

// between returns the length of what begins and ends at stamps with zones.
func between(from, to stamp) (length, error) {
	var l length
	if from.date != to.date {
		return l, fmt.Errorf("one of DTSTART and DTEND is a date, the other a time")
	}
	span := to.at().Sub(from.at())
	if from.zone == to.zone || from.zone.String() == to.zone.String() {
		l.nominal = to.wall.Sub(from.wall)
	} else {
		l.exact = span
	}
	switch {
	case span <= 0:
		return l, fmt.Errorf("it does not end after its beginning")
	case span > maxLength:
		return l, fmt.Errorf("it is longer than three years")
	}
	return l, nil
}

// parseLength reads a DURATION (RFC 5545 section 3.3.6): "P1W", "P1DT12H", "PT8H".
func parseLength(text string) (length, error) {
	bad := fmt.Errorf("%q is no duration of an event; write PT8H, P1D or P1W", safe.Line(text, 40))
	rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(text), "+"), "P")
	days, clock, timed := strings.Cut(rest, "T")
	if !ok || timed && clock == "" {
		return length{}, bad
	}
	l := length{}
	ok = addUnits(&l.nominal, days, map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour}) &&
		addUnits(&l.exact, clock, map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second})
	switch {
	case !ok || l.nominal+l.exact <= 0:
		return length{}, bad
	case l.nominal > maxLength || l.exact > maxLength || l.nominal+l.exact > maxLength:
		return length{}, fmt.Errorf("it is longer than three years")
	}
	return l, nil
}

// addUnits adds numbers with units to sum, and tells whether all of them are.
func addUnits(sum *time.Duration, text string, units map[byte]time.Duration) bool {
	for text != "" {
		i := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			return false
		}
		n, err := strconv.ParseInt(text[:i], 10, 32)
		unit := units[text[i]]
		if err != nil || unit == 0 || n > int64((math.MaxInt64-*sum)/unit) {
			return false
		}
		*sum += time.Duration(n) * unit
		text = text[i+1:]
	}
	return true
}
