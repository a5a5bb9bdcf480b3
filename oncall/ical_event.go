package oncall

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sitrep/safe"
)

// propOperator is the property by which sitrep's own calendars name an operator.
const propOperator = "X-SITREP-OPERATOR"

// maxSummary is how many bytes of a SUMMARY are kept.
const maxSummary = 200

// vevent is a VEVENT as it is meant: all times have their zone.
type vevent struct {
	line      int
	uid       string
	sequence  int
	replaces  *stamp // RECURRENCE-ID: the instance of another that this one stands for
	start     stamp
	length    length
	rules     []*rule
	more      []instance // RDATE
	except    []stamp    // EXDATE
	cancelled bool
	summary   string
	named     naming
}

// instance is one time that an event takes place.
type instance struct {
	begin  stamp
	length length
}

// errNoTime says that an event takes no time, and so gives nobody a shift.
var errNoTime = errors.New("it takes no time: it has neither DTEND nor DURATION")

// event reads a VEVENT. An error is errNoTime, or a *LineError of what is wrong.
func (c *calendarReader) event(from *component) (*vevent, error) {
	if from.bad != nil {
		return nil, from.bad
	}
	e := &vevent{line: from.line, uid: from.text("UID"), summary: safe.Line(strings.TrimSpace(from.text("SUMMARY")), maxSummary)}
	if e.uid == "" {
		e.uid = fmt.Sprintf("\x00line %d", e.line) // related to no other
	}
	e.sequence, _ = strconv.Atoi(from.text("SEQUENCE"))
	e.cancelled = strings.EqualFold(from.text("STATUS"), "CANCELLED")
	e.named = namingOf(from)
	start := from.get("DTSTART")
	if start == nil {
		return nil, lineError(from.line, "the event has no DTSTART")
	}
	var err error
	if e.start, err = c.stamp(start, start.value); err != nil {
		return nil, lineError(start.line, "DTSTART: %v", err)
	}
	e.length, err = c.lengthOf(from, e.start)
	switch {
	case errors.Is(err, errNoTime) && !e.cancelled:
		return nil, err
	case err != nil && !e.cancelled:
		return nil, lineError(from.line, "%v", err)
	}
	for i := range from.props {
		if err := c.recurrence(e, &from.props[i]); err != nil {
			return nil, lineError(from.props[i].line, "%v", err)
		}
	}
	return e, nil
}

// recurrence takes a property that says when else an event takes place.
func (c *calendarReader) recurrence(e *vevent, p *property) error {
	switch p.name {
	case "RRULE":
		r, err := parseRule(p.value)
		if err != nil {
			return err
		}
		e.rules = append(e.rules, r)
	case "EXRULE":
		return errors.New("EXRULE is not supported; RFC 5545 has it no more")
	case "RECURRENCE-ID":
		if p.one("RANGE") != "" {
			return errors.New("RECURRENCE-ID with RANGE is not supported: end the series with UNTIL and begin another")
		}
		s, err := c.stamp(p, p.value)
		if err != nil {
			return fmt.Errorf("RECURRENCE-ID: %w", err)
		}
		e.replaces = &s
	case "EXDATE", "RDATE":
		for text := range strings.SplitSeq(p.value, ",") {
			if err := c.dated(e, p, text); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
	}
	return nil
}

// dated takes one value of an EXDATE or RDATE.
func (c *calendarReader) dated(e *vevent, p *property, text string) error {
	first, rest, period := strings.Cut(text, "/")
	s, err := c.stamp(p, first)
	switch {
	case err != nil:
		return err
	case p.name == "EXDATE" && period:
		return fmt.Errorf("%q is no date or time", safe.Line(text, 40))
	case p.name == "EXDATE":
		e.except = append(e.except, s)
		return nil
	case s.date != e.start.date:
		return errors.New("it has dates where DTSTART has a time, or times where it has a date")
	}
	l := e.length
	if period {
		if l, err = c.periodLength(s, p, rest); err != nil {
			return err
		}
	}
	e.more = append(e.more, instance{s, l})
	return nil
}

// periodLength reads what is behind the slash of a PERIOD: its end, or its length.
func (c *calendarReader) periodLength(begin stamp, p *property, text string) (length, error) {
	if strings.HasPrefix(strings.TrimPrefix(text, "+"), "P") {
		return parseLength(text)
	}
	end, err := c.stamp(p, text)
	if err != nil {
		return length{}, err
	}
	return between(begin, end)
}

// lengthOf returns how long an event takes: to its DTEND, for its DURATION, or
// a day if it begins on a date.
func (c *calendarReader) lengthOf(from *component, start stamp) (length, error) {
	end, duration := from.get("DTEND"), from.get("DURATION")
	switch {
	case end != nil:
		s, err := c.stamp(end, end.value)
		if err != nil {
			return length{}, fmt.Errorf("DTEND: %w", err)
		}
		return between(start, s)
	case duration != nil:
		l, err := parseLength(duration.value)
		if err == nil && start.date && l.exact != 0 {
			err = errors.New("DURATION: hours do not go with a DTSTART that is a date")
		}
		return l, err
	case start.date:
		return length{nominal: 24 * time.Hour}, nil
	}
	return length{}, errNoTime
}

// stamp reads a date or time, in its zone: UTC if it says so, that of its TZID,
// else the schedule's.
func (c *calendarReader) stamp(p *property, text string) (stamp, error) {
	s, err := parseStamp(strings.TrimSpace(text))
	if err != nil {
		return s, err
	}
	tzid := p.one("TZID")
	if s.zone != nil || s.date || tzid == "" {
		return s.in(c.zone), nil
	}
	loc, err := c.zones.find(tzid)
	return s.in(loc), err
}
