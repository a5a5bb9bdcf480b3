package tui

import (
	"strings"
	"time"

	"sitrep/civil"
	"sitrep/oncall"
)

// daysShown are those of a week of the calendar.
const daysShown = 7

// week is a week of a schedule, as it was looked up: it begins with today, or a
// number of weeks from that, at midnight in the schedule's zone.
type week struct {
	schedule string
	walked   int
	zone     *time.Location
	days     [daysShown + 1]time.Time // when each begins; the last one: when the week ends
	lanes    []lane
	handOff  time.Time // when somebody else comes, within it and after now; zero if nobody does
}

// lane is one line of a week.
type lane struct {
	name   string
	shifts []oncall.Shift
	result bool // what the layers and overrides come to: a gap is said
}

// layWeek looks the week up that is shown, if it is another or again is set.
func (m *Model) layWeek(again bool) {
	s := &m.onCall
	sch, known := m.snap.Roster.Schedule(s.schedule)
	if !known {
		s.week = week{}
		return
	}
	zone := sch.Zone
	today := civilDay(m.now.In(zone)).AddDate(0, 0, 7*s.walked)
	first := civil.Resolve(today, zone)
	if !again && s.week.schedule == s.schedule && s.week.walked == s.walked && s.week.days[0].Equal(first) {
		return
	}
	w := week{schedule: s.schedule, walked: s.walked, zone: zone}
	for i := range w.days {
		w.days[i] = civil.Resolve(today.AddDate(0, 0, i), zone)
	}
	r, from, to := m.snap.Roster, w.days[0], w.days[daysShown]
	for i := range sch.Layers {
		w.lanes = append(w.lanes, lane{name: sch.Layers[i].Name, shifts: r.LayerShifts(s.schedule, i, from, to)})
	}
	if over := overrideShifts(r, s.schedule, from, to); len(over) > 0 {
		w.lanes = append(w.lanes, lane{name: "override", shifts: over})
	}
	result := r.Shifts(s.schedule, from, to)
	w.lanes = append(w.lanes, lane{name: "result", shifts: result, result: true})
	for _, x := range result {
		if x.From.After(m.now) && x.From.After(from) {
			w.handOff = x.From
			break
		}
	}
	s.week = w
}

// civilDay returns the date of a time as a wall clock at midnight.
func civilDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// overrideShifts returns the overrides of a schedule that hold in a time, as
// shifts; of those that overlap each begins where it does.
func overrideShifts(r *oncall.Roster, schedule string, from, to time.Time) (shifts []oncall.Shift) {
	for _, o := range r.Overrides(false) {
		if o.Schedule == schedule && o.From.Before(to) && o.To.After(from) && !o.Waiting() {
			shifts = append(shifts, oncall.Shift{Schedule: schedule, From: o.From, To: o.To, On: []string{o.With}, Override: o.ID})
		}
	}
	return shifts
}

// laneLabel is the room for a lane's name.
func laneLabel(w int) int {
	if w < boxNarrow {
		return 10
	}
	return 12
}

// column returns where in a week of n columns a time stands, each day having the
// same room whatever its length.
func (w *week) column(t time.Time, n int) int {
	day := n / daysShown
	for i := range daysShown {
		from, to := w.days[i], w.days[i+1]
		if t.Before(to) {
			if !t.After(from) {
				return i * day
			}
			return i*day + int(int64(day)*int64(t.Sub(from))/int64(to.Sub(from)))
		}
	}
	return daysShown * day
}

// weekLines is how many lines the week takes: its rule, the days, the lanes and
// the marks.
func (m *Model) weekLines() int {
	if m.onCall.week.schedule == "" {
		return 0
	}
	return 3 + len(m.onCall.week.lanes)
}

// drawWeek draws the week of the selected schedule.
func (m *Model) drawWeek(c *canvas) {
	w := &m.onCall.week
	first, last := w.days[0].In(w.zone), w.days[daysShown-1].In(w.zone)
	c.rule(w.schedule+", "+w.zone.String()+", "+first.Format("2 Jan")+" to "+last.Format("2 Jan 2006"), "h l week")
	label := laneLabel(c.width())
	n := (c.width() - label) / daysShown * daysShown
	if n < daysShown {
		return
	}
	c.fill(label)
	for i := range daysShown {
		day, layout := w.days[i].In(w.zone), "Mon 02"
		if n/daysShown < 7 {
			layout = "02"
		}
		r := dim
		if !m.now.Before(w.days[i]) && m.now.Before(w.days[i+1]) {
			r = key
		}
		c.cell(r, day.Format(layout), n/daysShown)
	}
	c.end()
	for i := range w.lanes {
		m.drawLane(c, w, &w.lanes[i], label, n)
	}
	m.drawMarks(c, w, label, n)
}

// drawLane draws who is on call in one lane: a line at each change, then the name.
func (m *Model) drawLane(c *canvas, w *week, l *lane, label, n int) {
	name := plain
	if l.result {
		name = key
	}
	c.cell(dim, "  "+l.name, label-1)
	for _, x := range l.shifts {
		from, to := label+w.column(x.From, n), label+w.column(x.To, n)
		if x.To.IsZero() {
			to = label + n
		}
		if x.From.IsZero() {
			from = label
		}
		if from < c.col { // an override that overlaps the one before
			from = c.col
		}
		if to <= from {
			continue
		}
		c.fill(from)
		m.drawShift(c, l, x, to, name)
	}
	c.end()
}

// drawShift draws one shift up to a column.
func (m *Model) drawShift(c *canvas, l *lane, x oncall.Shift, to int, r role) {
	c.until(to)
	switch {
	case len(x.On) == 0 && !l.result:
		c.fill(to)
	case len(x.On) == 0:
		c.glyph(warn, c.th.vline)
		c.put(warn, "nobody")
		c.fill(to)
	default:
		c.glyph(dim, c.th.vline)
		c.put(r, onNames(&x))
		for c.left() > 0 {
			c.glyph(dim, c.th.hline)
		}
	}
	c.until(c.width())
}

// onNames are those who are on call in a shift, "" if nobody is.
func onNames(x *oncall.Shift) string {
	names := strings.Join(x.On, ",")
	if x.Fallback {
		names = "else " + names
	}
	return names
}

// drawMarks draws where in the week it is now, and where the next hand-over is.
func (m *Model) drawMarks(c *canvas, w *week, label, n int) {
	if !m.now.Before(w.days[0]) && m.now.Before(w.days[daysShown]) {
		c.fill(label + w.column(m.now, n))
		c.put(key, "^now")
	}
	if at := label + w.column(w.handOff, n); !w.handOff.IsZero() && at > c.col {
		c.fill(at)
		c.put(dim, "^hand-off")
	}
	c.end()
}
