package oncall

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sitrep/safe"
)

// CalendarEvent is one time for which a calendar has somebody on call.
type CalendarEvent struct {
	UID      string    // of the event; instances of one that recurs share it
	From, To time.Time // [From, To), UTC, To after From
	Who      string    // an operator's name
	Summary  string    // one line, harmless
	Line     int       // where the event begins in the file, from 1
}

// CalendarProblem is what is wrong with one event of a calendar.
type CalendarProblem struct {
	Line    int
	Text    string
	Warning bool // it is read as it stands, and may still not be what somebody wants
}

func (p CalendarProblem) String() string { return fmt.Sprintf("line %d: %s", p.Line, p.Text) }

// errTooMuch says that recurrence rules ask for more than anybody plans.
var errTooMuch = errors.New("its recurrence takes too long to work out")

const (
	maxEffort   = 3_000_000 // periods and dates of the rules of a file: a second or so
	maxProblems = 100
)

// ReadICS reads an iCalendar file (RFC 5545) as what a schedule has on call, in
// the order of time. What ends before from, or begins at to or later, is left out.
//
// Whose an event is, its SUMMARY says: it is the name or title of an operator,
// or has that of exactly one in it as whole words, in small letters or capitals
// ("On call: Ana"). If that names nobody or several, an ATTENDEE who did not
// decline decides, by name, or by an address that is one of the operator's
// contacts; if there is none, the ORGANIZER. Calendars of WriteICS name the
// operator by X-SITREP-OPERATOR, which comes first.
//
// Dates, and times without a zone, are of the schedule's zone. A TZID is a name
// of the IANA database, or of Windows, or of a VTIMEZONE of the file; an event
// with any other is a problem. Recurrence is expanded here; instances whose wall
// time does not exist, since the clocks go forward over it, are left out as RFC
// 5545 section 3.3.10 says, with a warning. Cancelled events are left out.
//
// An event with a problem is left out, the others are read. An error says that
// nothing in the file can be relied on: it is no calendar, ends too early, is
// larger than 4 MiB, or has more than 10,000 events or 100,000 instances.
func ReadICS(r io.Reader, s *Schedule, operators []Operator, from, to time.Time) ([]CalendarEvent, []CalendarProblem, error) {
	calendars, err := readComponents(r)
	if err != nil {
		return nil, nil, err
	}
	work := effort(maxEffort)
	c := &calendarReader{
		zone: s.Zone, people: newPeople(operators), from: from, to: to, work: &work,
		zones: &zones{own: map[string]*component{}, found: map[string]zoneOrErr{}, until: to.AddDate(2, 0, 0), work: &work},
	}
	for _, calendar := range calendars {
		if strings.EqualFold(calendar.text("METHOD"), "CANCEL") {
			c.warn(calendar.line, "the calendar only cancels events (METHOD:CANCEL): nothing of it is used")
			continue
		}
		if err := c.calendar(calendar); err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(c.events, func(a, b CalendarEvent) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Line, b.Line))
	})
	c.overlaps()
	return c.events, c.sorted(), nil
}

// calendarReader is the state of reading one file.
type calendarReader struct {
	zone     *time.Location // of the schedule
	zones    *zones
	people   *people
	from, to time.Time
	work     *effort
	events   []CalendarEvent
	problems []CalendarProblem
}

func (c *calendarReader) fail(line int, err error) {
	if at, ok := errors.AsType[*LineError](err); ok {
		line = at.Line
		err = errors.New(at.Text)
	}
	c.problems = append(c.problems, CalendarProblem{Line: line, Text: err.Error()})
}

func (c *calendarReader) warn(line int, format string, args ...any) {
	c.problems = append(c.problems, CalendarProblem{line, fmt.Sprintf(format, args...), true})
}

// sorted returns the problems by line, mistakes before warnings, each once, and
// not more than anybody reads.
func (c *calendarReader) sorted() []CalendarProblem {
	slices.SortStableFunc(c.problems, func(a, b CalendarProblem) int {
		switch {
		case a.Warning != b.Warning && b.Warning:
			return -1
		case a.Warning != b.Warning:
			return 1
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text))
	})
	all := slices.Compact(c.problems)
	if more := len(all) - maxProblems; more > 0 {
		all = all[:maxProblems+1]
		all[maxProblems].Text = fmt.Sprintf("… and %d more problems", more)
	}
	return all
}

// calendar reads one VCALENDAR.
func (c *calendarReader) calendar(calendar *component) error {
	for _, part := range calendar.parts {
		if part.name == "VTIMEZONE" {
			c.zones.own[part.text("TZID")] = part
		}
	}
	byUID := map[string]*series{}
	var all []*series // in the order of the file
	for _, part := range calendar.parts {
		if part.name != "VEVENT" {
			continue
		}
		e, err := c.event(part)
		if errors.Is(err, errNoTime) {
			c.warn(part.line, "%v: nobody is on call by it", errNoTime)
			continue
		}
		if err != nil {
			c.fail(part.line, err)
			continue
		}
		s := byUID[e.uid]
		if s == nil {
			s = &series{}
			byUID[e.uid] = s
			all = append(all, s)
		}
		s.add(e)
	}
	for _, s := range all {
		if err := c.expand(s); err != nil {
			return err
		}
	}
	return nil
}

// keep takes an instance of an event, if it is of the time that was asked for.
func (c *calendarReader) keep(e *vevent, in instance, who string) error {
	from, to := in.begin.at(), in.length.end(in.begin)
	if !from.Before(to) || !from.Before(c.to) || !to.After(c.from) {
		return nil // a date that its zone skipped, or not of that time
	}
	if len(c.events) >= maxInstances {
		return lineError(e.line, "there are more than %d instances of events from %s to %s", maxInstances,
			c.from.Format(time.DateOnly), c.to.Format(time.DateOnly))
	}
	c.events = append(c.events, CalendarEvent{
		UID: safe.Line(e.uid, maxSummary), From: from.UTC(), To: to.UTC(), Who: who, Summary: e.summary, Line: e.line,
	})
	return nil
}

// overlaps warns of events of different people at the same time, once for each
// two of them.
func (c *calendarReader) overlaps() {
	type pair struct{ a, b int }
	told := map[pair]bool{}
	var last CalendarEvent // of those before, the one that ends last
	for _, e := range c.events {
		if p := (pair{last.Line, e.Line}); e.From.Before(last.To) && e.Who != last.Who && !told[p] {
			told[p] = true
			c.warn(e.Line, "from %s it overlaps the event of line %d: %s takes over from %s there, whose event begins earlier",
				e.From.Format("2006-01-02 15:04Z"), last.Line, e.Who, last.Who)
		}
		if e.To.After(last.To) {
			last = e
		}
	}
}
