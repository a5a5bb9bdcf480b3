package tui

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/civil"
)

// silenceColumns are widths; 0 is not shown.
type silenceColumns struct{ id, kind, when, by, targets, held int }

func silenceColumnsFor(w int) silenceColumns {
	c := silenceColumns{id: 5, kind: 7, when: 18, by: 7, targets: 7, held: 4}
	switch {
	case w >= 110:
		c.id, c.by = 8, 12
	case w >= 76:
	case w >= 50:
		c.kind, c.by = 0, 0
	default:
		c.kind, c.by, c.targets, c.held = 0, 0, 0, 0
		c.when = min(c.when, max(w-10, 0))
	}
	return c
}

// drawSilences draws the list and the selected row in full.
func (m *Model) drawSilences(c *canvas) {
	s := &m.silenced
	m.listSilences()
	l := m.silencesLayout()
	cols := silenceColumnsFor(c.width())
	c.put(plain, "  ")
	c.cell(dim, "ID", cols.id)
	c.headCell("KIND", cols.kind, false)
	c.put(plain, " ")
	c.cell(dim, "UNTIL", cols.when)
	c.headCell("TARGETS", cols.targets, true)
	c.headCell("HELD", cols.held, true)
	c.headCell("BY", cols.by, false)
	c.put(dim, " WHY")
	c.end()
	end := c.lines + l.rows
	from := s.window(len(s.rows), l.rows)
	for i := from; i < len(s.rows) && c.lines < end; i++ {
		if s.keys[i] == "" {
			c.rule(s.rows[i].title, "")
			continue
		}
		m.drawSilence(c, cols, &s.rows[i], s.keys[i] == s.key)
	}
	for c.lines < end && c.room() > 0 {
		c.end()
	}
	if l.preview > 0 {
		m.drawSilencePreview(c, l.preview)
	}
}

// drawSilence draws one row.
func (m *Model) drawSilence(c *canvas, cols silenceColumns, r *silenceRow, on bool) {
	id, kind, by, why, when := "-", "window", "config", "", ""
	if x := r.silence; x != nil {
		id, kind, by, why = x.ID, silenceKind(x), silenceBy(x), x.Reason
		when = m.untilShort(x.Until)
		if x.From.After(m.now) {
			when = "from " + m.shortTime(x.From)
		}
	} else {
		why = cmp.Or(r.window.Why, "maintenance "+r.window.Name)
		when = "from " + m.clock(r.next.From, "01-02 15:04") + m.zulu()
	}
	n := m.countFor(r)
	if r.gone {
		why, when = "", "ended"
	}
	c.drawBar(on)
	c.faded = r.gone
	c.cell(key, id, cols.id)
	if cols.kind > 0 {
		c.put(plain, " ")
		c.cell(plain, kind, cols.kind)
	}
	c.put(plain, " ")
	c.cell(plain, when, cols.when)
	if cols.targets > 0 {
		c.put(plain, " ")
		c.cellRight(plain, fmt.Sprint(n.targets), cols.targets)
		c.put(plain, " ")
		held := ""
		if r.silence != nil {
			held = fmt.Sprint(r.held)
		}
		c.cellRight(plain, held, cols.held)
	}
	if cols.by > 0 {
		c.put(plain, " ")
		c.cell(plain, by, cols.by)
	}
	c.put(plain, " ")
	c.rest(plain, r.text+because(why))
	c.end()
}

// silenceKind is the word of a kind of silence.
func silenceKind(s *alert.Silence) string {
	if s.Maintenance {
		return "maint"
	}
	return "silence"
}

// silenceBy says who made a silence.
func silenceBy(s *alert.Silence) string {
	if s.Window != "" {
		return cmp.Or(s.By, "config")
	}
	return orSitrep(s.By)
}

// drawSilencePreview draws the row one is on in full: n lines with the rule.
func (m *Model) drawSilencePreview(c *canvas, n int) {
	end := c.lines + n
	r := m.silencesRow()
	switch {
	case r == nil:
		c.rule("", "")
		c.line(dim, "s makes a silence, or maintenance: of a target, or of all that a matcher means")
	case r.silence != nil:
		m.drawOneSilence(c, r)
	default:
		m.drawOneWindow(c, r, end)
	}
	for c.lines < end && c.room() > 0 {
		c.end()
	}
}

// drawOneSilence draws all that is known of a silence.
func (m *Model) drawOneSilence(c *canvas, r *silenceRow) {
	x := r.silence
	title := x.ID
	if x.Window != "" {
		title += " of the window " + x.Window
	}
	c.rule(title, silenceKind(x))
	c.line(plain, r.text)
	c.line(plain, "from "+m.bothZones(x.From)+m.lengthWords(x))
	c.line(plain, m.untilBoth(x.Until))
	c.line(plain, "by "+silenceBy(x)+because(x.Reason))
	m.drawCounted(c, m.countFor(r))
}

func (m *Model) lengthWords(x *alert.Silence) string {
	if x.Until.IsZero() {
		return ""
	}
	return ", " + civil.FormatDuration(x.Until.Sub(x.From)) + " in all"
}

// drawOneWindow draws a planned window and the next times of it, as far as there
// is room.
func (m *Model) drawOneWindow(c *canvas, r *silenceRow, end int) {
	w := r.window
	zone := cmp.Or(w.When.Zone, time.UTC)
	c.rule("maintenance."+w.Name+" "+r.text, "planned")
	c.line(plain, w.When.String()+because(w.Why))
	m.drawCounted(c, m.countFor(r))
	c.line(dim, "edit "+m.plannedIn(w))
	for _, span := range nextTimes(&w.When, m.now, min(5, max(end-c.lines, 0))) {
		c.line(plain, m.spanWords(span, zone))
	}
}

// drawCounted names what is meant.
func (m *Model) drawCounted(c *canvas, n silenceCount) {
	c.put(plain, count(n.targets, "target")+", "+count(n.active, "active alert"))
	if n.targets > 0 {
		c.put(plain, ": ")
		c.rest(plain, namedOf(n.names, n.targets, c.left(), c.th))
	}
	c.end()
}

// namedOf writes as many of some names as fit a width, one at least, and how many
// more there are of all n.
func namedOf(names []string, n, width int, th *theme) string {
	text := ""
	for i := range names {
		s := strings.Join(names[:i+1], " ")
		if more := n - i - 1; more > 0 {
			s += fmt.Sprintf(" +%d", more)
		}
		if i > 0 && th.width(s) > width {
			break
		}
		text = s
	}
	return text
}

// bothZones writes a moment in UTC and in the operator's zone, where that is
// another: what is planned is read by people elsewhere as well.
func (m *Model) bothZones(t time.Time) string {
	s := t.UTC().Format("2006-01-02 15:04") + " UTC"
	if local := t.In(m.opt.Zone); m.opt.Zone != time.UTC && local.Format("15:04 -0700") != t.UTC().Format("15:04 -0700") {
		s += local.Format(" (01-02 15:04 MST)")
	}
	return s
}

func (m *Model) untilBoth(t time.Time) string {
	if t.IsZero() {
		return "until what it matches is over"
	}
	return "until " + m.bothZones(t) + ", " + m.in(t)
}

// spanWords writes when something holds, "04-13 04:00–08:00 UTC (04-12 23:00–03:00 CDT)".
func (m *Model) spanWords(s civil.Span, zone *time.Location) string {
	in := func(loc *time.Location) string {
		from, until := s.From.In(loc), s.Until.In(loc)
		layout := "15:04 MST"
		if from.Format(time.DateOnly) != until.Format(time.DateOnly) {
			layout = "01-02 15:04 MST"
		}
		return from.Format("Mon 01-02 15:04") + "–" + until.Format(layout)
	}
	times := []string{in(time.UTC)}
	shown := map[string]bool{s.From.UTC().Format("15:04 -0700"): true}
	for _, loc := range []*time.Location{zone, m.opt.Zone} {
		if at := s.From.In(loc).Format("15:04 -0700"); !shown[at] {
			shown[at] = true
			times = append(times, "("+in(loc)+")")
		}
	}
	return strings.Join(times, " ")
}
