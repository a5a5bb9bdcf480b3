package tui

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// onCallLayout is how many lines each part of the screen has.
type onCallLayout struct{ rows, week, escalation, you int }

// scheduleLeast is how many schedules are shown at least, if there are as many:
// the rest is for whom they call.
const scheduleLeast = 3

// layOnCall shares the lines of the screen out: a part that does not fit as a
// whole is cut, but for the week, which says nothing then.
func (m *Model) layOnCall(room int) (l onCallLayout) {
	n := len(m.onCall.rows)
	l.rows = min(n, scheduleLeast)
	left := max(room-1-l.rows, 0)
	take := func(want int) int {
		got := min(want, left)
		left -= got
		return got
	}
	you, week := len(m.youLines()), m.weekLines()
	if m.onCall.you.asked() {
		l.you = take(you)
	}
	l.escalation = take(len(m.escalationPart(m.w)))
	if week <= left {
		l.week = take(week)
	}
	if l.you == 0 {
		l.you = take(you)
	}
	if l.you == 1 { // a rule over nothing
		l.you = 0
		left++
	}
	l.rows += take(n - l.rows)
	return l
}

// scheduleLines is how many lines the list of schedules has.
func (m *Model) scheduleLines() int { return m.layOnCall(m.bodyRoom()).rows }

// drawOnCall draws the schedules, the week of the selected one, the escalation
// that concerns most, and what is whoever looks's part in it.
func (m *Model) drawOnCall(c *canvas) {
	s := &m.onCall
	if len(s.rows) == 0 {
		drawNoSchedule(c)
		return
	}
	l := m.layOnCall(c.room())
	cols := scheduleColumnsFor(c.width())
	m.drawScheduleHead(c, cols)
	from := s.list.from(len(s.rows), l.rows)
	for i := from; i < len(s.rows) && i < from+l.rows; i++ {
		m.drawSchedule(c, cols, &s.rows[i], i == s.list.at)
	}
	if l.week > 0 {
		m.drawWeek(c)
	}
	for _, line := range m.escalationPart(m.w)[:l.escalation] {
		c.toldLine(&line)
	}
	for _, line := range m.youLines()[:l.you] {
		c.toldLine(&line)
	}
}

// drawNoSchedule says how a schedule comes to be.
func drawNoSchedule(c *canvas) {
	for _, line := range []string{
		"no schedule is configured: nobody is on call. In the configuration:", "",
		"  [[schedule.primary.layer]]",
		"  operators = [\"ana\", \"bo\"]",
		"  every = \"1 week\"   # and zone = \"Europe/Berlin\" in [schedule.primary]", "",
		"then to = [\"schedule:primary\"] in a route, or in a step of an escalation",
	} {
		c.line(dim, "  "+line)
	}
}

// scheduleColumns are the widths of the list's columns; 0 leaves one out.
type scheduleColumns struct{ name, now, until, next, gaps int }

func scheduleColumnsFor(w int) scheduleColumns {
	switch {
	case w >= 110:
		return scheduleColumns{20, 26, 36, 18, 14}
	case w >= 76:
		return scheduleColumns{13, 15, 27, 10, 9}
	case w >= 56:
		return scheduleColumns{12, 12, 22, 8, 0}
	case w >= 36:
		return scheduleColumns{10, 10, 13, 0, 0}
	}
	return scheduleColumns{name: max(w/2-2, 1), now: max(w/2-1, 1)}
}

func (m *Model) drawScheduleHead(c *canvas, cols scheduleColumns) {
	c.put(plain, "  ")
	c.cell(dim, "SCHEDULE", cols.name)
	c.headCell("NOW", cols.now, false)
	until := "UNTIL"
	if cols.until > 20 {
		zone, _, _ := strings.Cut(m.onCallZoneName(), ",")
		until += " (" + zone + ")"
	}
	c.headCell(until, cols.until, false)
	c.headCell("NEXT", cols.next, false)
	c.headCell("GAPS 90d", cols.gaps, false)
	c.end()
}

// drawSchedule draws a row of the list.
func (m *Model) drawSchedule(c *canvas, cols scheduleColumns, r *scheduleRow, on bool) {
	c.selected(on)
	if on {
		c.glyph(selected, c.th.bar)
	} else {
		c.glyph(plain, " ")
	}
	c.put(plain, " ")
	c.cell(key, r.name, cols.name)
	c.put(plain, " ")
	if names := onNames(&r.now); names != "" {
		c.cell(plain, names, cols.now)
	} else {
		c.cell(warn, "- nobody -", cols.now)
	}
	if cols.until > 0 {
		c.put(plain, " ")
		c.cell(plain, m.untilWords(r, cols.until), cols.until)
	}
	if cols.next > 0 {
		next := "-"
		if r.ends {
			next = cmp.Or(onNames(&r.next), "nobody")
		}
		c.put(plain, " ")
		c.cell(plain, next, cols.next)
	}
	if cols.gaps > 0 {
		c.put(plain, " ")
		if r.gaps == 0 {
			c.cell(dim, "none", cols.gaps)
		} else {
			c.cell(warn, fmt.Sprintf("%d, %s", r.gaps, age(r.gap)), cols.gaps)
		}
	}
	c.end()
}

// untilWords say until when those on call are in n cells, with the date and how
// long that is.
func (m *Model) untilWords(r *scheduleRow, n int) string {
	if !r.ends {
		return "for a year at least"
	}
	layout := "Mon 2 Jan 15:04"
	if n < 20 {
		layout = "Mon 2 15:04"
	}
	s := r.next.From.In(m.onCallZone()).Format(layout)
	if left := ", " + inTime(r.next.From.Sub(m.now)); len(s)+len(left) <= n {
		s += left
	}
	return s
}

// longAge writes a time that somebody has been on call for.
func longAge(d time.Duration) string { return countdown(max(d, time.Minute)) }
