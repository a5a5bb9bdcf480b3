package oncall

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/safe"
)

// zones finds the time zones that a calendar names.
type zones struct {
	own   map[string]*component // the VTIMEZONEs of the file
	found map[string]zoneOrErr
	until time.Time // to when those of the file are worked out
	work  *effort
}

type zoneOrErr struct {
	loc *time.Location
	err error
}

// find returns the zone that a TZID names: one of the IANA database; one of
// Windows, by the map of the CLDR; or what the file itself says of it in a
// VTIMEZONE. It never guesses.
func (z *zones) find(tzid string) (*time.Location, error) {
	if known, ok := z.found[tzid]; ok {
		return known.loc, known.err
	}
	loc, err := z.look(tzid)
	z.found[tzid] = zoneOrErr{loc, err}
	return loc, err
}

func (z *zones) look(tzid string) (*time.Location, error) {
	if loc := ianaZone(tzid); loc != nil {
		return loc, nil
	}
	if loc := ianaZone(windowsZone(tzid)); loc != nil {
		return loc, nil
	}
	own := z.own[tzid]
	if own == nil {
		return nil, fmt.Errorf("time zone %q is not known: neither the IANA database nor Windows has it, and the file has no VTIMEZONE for it",
			safe.Line(tzid, 80))
	}
	if loc := ianaZone(own.text("X-LIC-LOCATION")); loc != nil {
		return loc, nil
	}
	loc, err := z.define(own)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is defined by the VTIMEZONE of line %d, which cannot be used: %w",
			safe.Line(tzid, 80), own.line, err)
	}
	return loc, nil
}

// ianaZone returns a zone by its IANA name, nil if there is none. A name that
// begins with a slash is made unique by what its maker puts before it
// (RFC 5545 section 3.8.3.1): "/citadel.org/20210210_1/Europe/Berlin".
func ianaZone(name string) *time.Location {
	if name == "" || strings.EqualFold(name, "Local") || len(name) > 200 {
		return nil // that LoadLocation would take for UTC, or for this machine's
	}
	names := []string{name}
	if unique, ok := strings.CutPrefix(name, "/"); ok {
		parts := strings.Split(unique, "/")
		for n := min(3, len(parts)-1); n > 0; n-- {
			names = append(names, strings.Join(parts[len(parts)-n:], "/"))
		}
	}
	for _, n := range names {
		if loc, err := time.LoadLocation(n); err == nil && n != "Local" && n != "" {
			return loc
		}
	}
	return nil
}

// onset is when an offset begins to hold.
type onset struct {
	at         time.Time
	from, into time.Duration // the offset before and after
	daylight   bool
}

// maxOnsets is how many changes of the clocks a zone may have.
const maxOnsets = 5000

// define returns the zone that a VTIMEZONE describes.
func (z *zones) define(c *component) (*time.Location, error) {
	var onsets []onset
	for _, part := range c.parts {
		if part.bad != nil {
			return nil, part.bad
		}
		some, err := z.observance(part)
		if err != nil {
			return nil, lineError(part.line, "%v", err)
		}
		if onsets = append(onsets, some...); len(onsets) > maxOnsets {
			return nil, fmt.Errorf("its clocks change more than %d times", maxOnsets)
		}
	}
	if len(onsets) == 0 {
		return nil, errors.New("it has neither STANDARD nor DAYLIGHT")
	}
	slices.SortStableFunc(onsets, func(a, b onset) int { return a.at.Compare(b.at) })
	data, err := tzif(onsets)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(c.text("TZID"), data)
}

// observance returns when a STANDARD or a DAYLIGHT begins, each time.
func (z *zones) observance(c *component) ([]onset, error) {
	from, err := parseOffset(c.text("TZOFFSETFROM"))
	if err != nil {
		return nil, fmt.Errorf("TZOFFSETFROM: %w", err)
	}
	into, err := parseOffset(c.text("TZOFFSETTO"))
	if err != nil {
		return nil, fmt.Errorf("TZOFFSETTO: %w", err)
	}
	start, err := parseStamp(c.text("DTSTART"))
	if err != nil {
		return nil, fmt.Errorf("DTSTART: %w", err)
	}
	walls := []time.Time{start.wall}
	for _, p := range c.props {
		switch p.name {
		case "RDATE":
			for text := range strings.SplitSeq(p.value, ",") {
				s, err := parseStamp(text)
				if err != nil {
					return nil, fmt.Errorf("RDATE: %w", err)
				}
				walls = append(walls, s.wall)
			}
		case "RRULE":
			some, err := z.onsetWalls(p.value, start.wall, from)
			if err != nil {
				return nil, err
			}
			walls = append(walls, some...)
		}
	}
	onsets := make([]onset, len(walls))
	for i, w := range walls {
		onsets[i] = onset{w.Add(-from), from, into, c.name == "DAYLIGHT"}
	}
	return onsets, nil
}

// onsetWalls returns what the clocks show, at the offset from, each time that a
// rule has them changed after start.
func (z *zones) onsetWalls(text string, start time.Time, from time.Duration) ([]time.Time, error) {
	r, err := parseRule(text)
	if err != nil {
		return nil, err
	}
	if r.freq != yearly {
		return nil, errors.New("RRULE: only FREQ=YEARLY is supported in a time zone")
	}
	var walls []time.Time
	for wall := range r.walls(start, start, z.until, z.work) {
		over := r.until != nil && afterUntil(wall, from, r.until) || r.count > 0 && len(walls)+1 >= r.count
		if over || len(walls) > maxOnsets {
			break
		}
		if wall.After(start) {
			walls = append(walls, wall)
		}
	}
	if *z.work < 0 {
		return nil, errTooMuch
	}
	return walls, nil
}

// afterUntil tells whether a wall time at an offset is after the UNTIL of a rule.
func afterUntil(wall time.Time, offset time.Duration, until *stamp) bool {
	if until.zone != nil {
		wall = wall.Add(-offset)
	}
	limit := until.wall
	if until.date {
		limit = limit.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
	return wall.After(limit)
}

// parseOffset reads "+0100", "-033000".
func parseOffset(text string) (time.Duration, error) {
	for _, layout := range []string{"-0700", "-070000"} {
		if t, err := time.Parse(layout, text); err == nil {
			_, seconds := t.Zone()
			return time.Duration(seconds) * time.Second, nil
		}
	}
	return 0, fmt.Errorf("%q is no offset from UTC", safe.Line(text, 40))
}

// maxKinds is how many pairs of offset and daylight saving a TZif file can have.
const maxKinds = 256

// tzif returns changes of the clocks, in order, as a file of the time zone
// database (RFC 8536): the form in which package time takes a zone. Before the
// first one the offset that it ends holds, after the last one that it begins.
func tzif(onsets []onset) ([]byte, error) {
	type kind struct {
		offset   int32 // seconds
		daylight byte
		_        byte // where its abbreviation begins: there is one, and it is empty
	}
	kinds := []kind{{offset: int32(onsets[0].from / time.Second)}} // that of before: nothing changes into it
	var times []int64
	var into []byte
	for i, o := range onsets {
		if i+1 < len(onsets) && onsets[i+1].at.Equal(o.at) {
			continue // the last one at an instant holds
		}
		k := kind{offset: int32(o.into / time.Second)}
		if o.daylight {
			k.daylight = 1
		}
		place := slices.Index(kinds[1:], k) + 1
		if place == 0 {
			place = len(kinds)
			kinds = append(kinds, k)
		}
		if place >= maxKinds {
			return nil, fmt.Errorf("it has more than %d offsets", maxKinds-1)
		}
		times, into = append(times, o.at.Unix()), append(into, byte(place))
	}
	header := func(times, kinds, chars int) []any {
		magic := [20]byte{'T', 'Z', 'i', 'f', '2'}
		return []any{magic, [6]uint32{0, 0, 0, uint32(times), uint32(kinds), uint32(chars)}}
	}
	parts := slices.Concat(header(0, 0, 0), // the old block, in 32 bits: nobody reads it
		header(len(times), len(kinds), 1), []any{times, into, kinds, []byte("\x00\n\n")}) // no rule for what comes after
	var b []byte
	for _, part := range parts {
		b, _ = binary.Append(b, binary.BigEndian, part) // all of them have a fixed size
	}
	return b, nil
}
