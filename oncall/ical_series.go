package oncall

import (
	"iter"
	"time"

	"sitrep/civil"
)

// series is all that a file says of one UID.
type series struct {
	master   *vevent   // nil if there are only instances
	replaced []*vevent // instances that are not as the master has them
}

// add takes an event. Of two that say the same, the one with the greater
// SEQUENCE counts, else the later in the file.
func (s *series) add(e *vevent) {
	if e.replaces == nil {
		if s.master == nil || e.sequence >= s.master.sequence {
			s.master = e
		}
		return
	}
	for i, other := range s.replaced {
		if other.replaces.at().Equal(e.replaces.at()) {
			if e.sequence >= other.sequence {
				s.replaced[i] = e
			}
			return
		}
	}
	s.replaced = append(s.replaced, e)
}

// moments is a set of stamps. A date among them is all times of its day.
type moments struct {
	instants map[int64]bool
	dates    map[time.Time]bool
}

func (m *moments) add(s stamp) {
	if s.date {
		m.dates[s.wall] = true
		return
	}
	m.instants[s.at().Unix()] = true
}

func (m *moments) has(s stamp) bool {
	y, mo, d := s.wall.Date()
	return m.instants[s.at().Unix()] || m.dates[dateOf(y, mo, d)]
}

// expand keeps the instances of a series that are of the time asked for.
func (c *calendarReader) expand(s *series) error {
	not := moments{map[int64]bool{}, map[time.Time]bool{}}
	for _, e := range s.replaced {
		not.add(*e.replaces)
	}
	if m := s.master; m != nil {
		if m.cancelled {
			return nil
		}
		for _, st := range m.except {
			not.add(st)
		}
		if err := c.expandMaster(m, &not); err != nil {
			return err
		}
	}
	for _, e := range s.replaced {
		if e.cancelled {
			continue
		}
		if err := c.expandMaster(e, &moments{}); err != nil {
			return err
		}
	}
	return nil
}

// expandMaster keeps the instances of one event, but for some.
func (c *calendarReader) expandMaster(e *vevent, not *moments) error {
	who, err := c.people.find(e.named)
	if err != nil {
		c.fail(e.line, err)
		return nil
	}
	if who == "" {
		c.warn(e.line, "it names no operator: %q", e.summary)
		return nil
	}
	done := map[int64]bool{}
	for in := range c.instances(e) {
		at := in.begin.at().Unix()
		if done[at] || not.has(in.begin) {
			continue
		}
		done[at] = true
		if err := c.keep(e, in, who); err != nil {
			return err
		}
	}
	if *c.work < 0 {
		return lineError(e.line, "%v", errTooMuch)
	}
	return nil
}

// instances returns all instances of an event that may be of the time asked
// for, in no order, perhaps some more than once.
func (c *calendarReader) instances(e *vevent) iter.Seq[instance] {
	return func(yield func(instance) bool) {
		first := instance{e.start, e.length}
		if !endedBefore(e, e.start) && !yield(first) {
			return
		}
		for _, in := range e.more {
			if !yield(in) {
				return
			}
		}
		for _, r := range e.rules {
			for s := range c.recurring(e, r) {
				if !yield(instance{s, e.length}) {
					return
				}
			}
		}
	}
}

// endedBefore tells whether all rules of an event have ended before a stamp.
func endedBefore(e *vevent, s stamp) bool {
	for _, r := range e.rules {
		if !r.ended(s) {
			return false
		}
	}
	return len(e.rules) > 0
}

// recurring returns what a rule says after the start of its event, of the time
// asked for. A wall time that does not exist is no instance, and is not counted
// (RFC 5545 section 3.3.10).
func (c *calendarReader) recurring(e *vevent, r *rule) iter.Seq[stamp] {
	// Walls are compared with instants: no zone is two days off.
	const slack = 48 * time.Hour
	from := c.from.UTC().Add(-e.length.nominal - e.length.exact - slack)
	to := c.to.UTC().Add(slack)
	return func(yield func(stamp) bool) {
		n := 1 // the start
		for wall := range r.walls(e.start.wall, from, to, c.work) {
			s := e.start
			s.wall = wall
			switch {
			case wall.Equal(e.start.wall):
				continue
			case r.ended(s) || !s.at().Before(c.to):
				return
			case !s.date && !shows(civil.Resolve(wall, s.zone), wall, s.zone):
				if s.at().After(c.from) {
					c.warn(e.line, "its instance of %s does not exist in %s, where the clocks go forward over it: it is left out",
						wall.Format("2006-01-02 15:04"), s.zone)
				}
				continue
			}
			if n++; r.count > 0 && n > r.count || !yield(s) {
				return
			}
		}
	}
}

// ended tells whether a stamp is after the UNTIL of a rule.
func (r *rule) ended(s stamp) bool {
	switch until := r.until; {
	case until == nil:
		return false
	case until.date:
		return s.wall.After(until.wall.AddDate(0, 0, 1).Add(-time.Nanosecond))
	case until.zone != nil:
		return s.at().After(until.wall)
	default:
		return s.wall.After(until.wall)
	}
}
