package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/civil"
	"sitrep/monitor"
)

// silencesState is the screen of silences and maintenance.
type silencesState struct {
	sections

	of     *monitor.Snapshot // that rows were made of
	minute int64             // and in which: windows come nearer
	rows   []silenceRow
	keys   []string // one a row
	counts map[string]silenceCount
}

// silenceRow is a head, a silence, or the next time of a window.
type silenceRow struct {
	title   string
	silence *alert.Silence
	window  *alert.Window
	next    civil.Span // of window
	match   alert.Matcher
	text    string // of match
}

// silenceCount is what a matcher means at some time.
type silenceCount struct {
	targets, active int      // active alerts, of those
	names           []string // the first few, of active alerts first
	order           uint64   // of the snapshot
	at              time.Time
}

// countAge is how long a count holds though the fleet has changed meanwhile.
const countAge = 2 * time.Second

// followSilences keeps the cursor on its row.
func (m *Model) followSilences(*monitor.Snapshot) {
	if m.screen == screenSilences || m.silenced.of == nil {
		m.listSilences()
	}
}

// listSilences makes the rows anew if the snapshot is another.
func (m *Model) listSilences() {
	s := &m.silenced
	minute := m.now.Unix() / 60
	if m.snap == nil || s.of == m.snap && s.minute == minute {
		return
	}
	s.of, s.minute = m.snap, minute
	s.rows, s.keys = nil, nil
	add := func(key string, r silenceRow) {
		switch {
		case r.silence != nil:
			r.match = r.silence.Match
		case r.window != nil:
			r.match = r.window.Match
		}
		r.text = r.match.String()
		s.rows, s.keys = append(s.rows, r), append(s.keys, key)
	}
	add("", silenceRow{title: "hold now"})
	var later []*alert.Silence
	for i := range m.snap.Silences {
		if x := &m.snap.Silences[i]; x.From.After(m.now) {
			later = append(later, x)
		} else {
			add(x.ID, silenceRow{silence: x})
		}
	}
	if len(s.rows) == 1 {
		s.rows[0].title = "none holds now"
	}
	coming := comingWindows(&m.snap.Policy, m.now)
	if len(later)+len(coming) > 0 {
		add("", silenceRow{title: "to come"})
	}
	for _, x := range later {
		add(x.ID, silenceRow{silence: x})
	}
	for _, r := range coming {
		add("window "+r.window.Name, r)
	}
	s.sections.follow(s.keys, m.silencesLayout().rows)
}

// comingWindows returns the next time of each window that has one, the soonest
// first. One that holds now is a silence already: its next time is the one after.
func comingWindows(p *alert.Policy, now time.Time) []silenceRow {
	var rows []silenceRow
	for i := range p.Maintenance {
		w := &p.Maintenance[i]
		if times := nextTimes(&w.When, now, 1); len(times) > 0 {
			rows = append(rows, silenceRow{window: w, next: times[0]})
		}
	}
	slices.SortStableFunc(rows, func(a, b silenceRow) int {
		return cmp.Or(a.next.From.Compare(b.next.From), cmp.Compare(a.window.Name, b.window.Name))
	})
	return rows
}

// nextTimes returns the next n times that a recurrence begins after now.
func nextTimes(r *civil.Recurrence, now time.Time, n int) []civil.Span {
	var times []civil.Span
	at := now
	for range n + 1 { // the first may be one that holds now
		span, ok := r.Next(at)
		if !ok || len(times) == n {
			break
		}
		if span.From.After(now) {
			times = append(times, span)
		}
		at = span.Until
	}
	return times
}

func (m *Model) silencesLayout() paneLayout { return m.paneLayout(5) }

// silencesRow returns the row one is on, nil if there is none.
func (m *Model) silencesRow() *silenceRow {
	s := &m.silenced
	m.listSilences()
	if s.at < len(s.rows) && s.key != "" {
		return &s.rows[s.at]
	}
	return nil
}

func (m *Model) keySilences(k string) (tea.Cmd, bool) {
	s := &m.silenced
	m.listSilences()
	if s.press(k, s.keys, m.silencesLayout().rows) {
		return nil, true
	}
	r := m.silencesRow()
	switch {
	case k == "s":
		m.openNewSilence(nil)
	case k != "enter" && k != "e" && k != "A":
		return nil, false
	case !m.may(monitor.Respond):
	case r == nil:
		m.refuse("nothing is selected; s makes a silence")
	case r.silence == nil:
		m.refuse("the configuration plans this one: maintenance." + r.window.Name + "; s makes a silence")
	case k == "A":
		m.openEndSilence(r.silence.ID)
	default:
		m.openEditSilence(r.silence)
	}
	return nil, true
}

func (m *Model) stateSilences() string {
	n := 0
	for i := range m.snap.Alerts {
		if a := &m.snap.Alerts[i]; a.State.Active() && (a.SilencedBy != "" || a.Maintenance != "") {
			n++
		}
	}
	return count(n, "alert") + " held back, times " + m.zone()
}

// countFor returns what a row's matcher means now, as of a moment ago at most.
func (m *Model) countFor(r *silenceRow) silenceCount {
	s := &m.silenced
	if k, ok := s.counts[r.text]; ok && (k.order == m.snap.Order || m.now.Sub(k.at) < countAge) {
		return k
	}
	if s.counts == nil || len(s.counts) > 500 {
		s.counts = map[string]silenceCount{}
	}
	k := silenceCount{order: m.snap.Order, at: m.now}
	if compiled, err := r.match.Compile(); err == nil {
		hits := m.hitsOf(compiled)
		k.targets, k.active = hits.targets, hits.firing
		for _, t := range hits.first {
			k.names = append(k.names, t.Target.Name)
		}
	}
	s.counts[r.text] = k
	return k
}

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
	c.drawBar(on)
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
			held = fmt.Sprint(n.active)
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
	for _, span := range nextTimes(&w.When, m.now, min(5, max(end-c.lines, 0))) {
		c.line(plain, m.spanWords(span, zone))
	}
}

// drawCounted names what is meant.
func (m *Model) drawCounted(c *canvas, n silenceCount) {
	c.put(plain, count(n.targets, "target")+", "+count(n.active, "active alert"))
	if n.targets > 0 {
		c.put(plain, ": ")
		more := ""
		if d := n.targets - len(n.names); d > 0 {
			more = fmt.Sprintf(" +%d", d)
		}
		c.until(c.width() - len(more))
		c.rest(plain, joined(n.names, len(n.names)))
		c.until(c.width())
		c.put(plain, more)
	}
	c.end()
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
	text := in(time.UTC)
	shown := map[string]bool{s.From.UTC().Format("15:04 -0700"): true}
	for _, loc := range []*time.Location{zone, m.opt.Zone} {
		if at := s.From.In(loc).Format("15:04 -0700"); !shown[at] {
			shown[at] = true
			text += " (" + in(loc) + ")"
		}
	}
	return text
}
