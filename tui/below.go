package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
	"sitrep/oncall"
)

// drawBelow draws what is under the table: the selected row in words, then the
// last events. to is the first row that is hidden below.
func (m *Model) drawBelow(c *canvas, l boardLayout, to int) {
	if l.preview > 0 {
		m.drawPreview(c, l.preview, to)
	}
	if l.events > 0 {
		m.drawEvents(c, l.events)
	}
	if l.event > 0 {
		if e := m.snap.Events(); len(e) > 0 {
			m.drawEventLine(c, &e[len(e)-1])
		}
		c.end()
	}
}

// above returns how many targets the rows before one have.
func (o *order) above(from int) int {
	if from == 0 || from >= len(o.rows) {
		return 0
	}
	return o.rows[0].left - o.rows[from].left
}

// hiddenBelow says how many targets are hidden below, and whether they are well.
func (m *Model) hiddenBelow(to int) string {
	if to >= len(m.board.rows) {
		return ""
	}
	n, bad := m.board.rows[to].left, m.board.rows[to].bad
	switch {
	case n == 0:
		return ""
	case bad > 0:
		return fmt.Sprintf("%d more below, %d not ok", n, bad)
	}
	return fmt.Sprintf("%d more ok below", n)
}

// drawPreview draws the selected row in words: n lines, the rule included.
func (m *Model) drawPreview(c *canvas, n, to int) {
	end := c.lines + n
	t := m.targetNamed(m.board.cursor)
	c.rule(m.board.rowWords(m.board.cursor), m.hiddenBelow(to))
	if isHeader(m.board.cursor) {
		m.drawGroupPreview(c)
	}
	if t != nil {
		c.linked(plain, t.Target.Addr)
		if text := m.longWhy(t); text != "" {
			c.put(plain, "  ")
			c.rest(plain, text)
		}
		c.end()
		m.drawPreviewState(c, t)
		if c.lines < end {
			m.drawLastEvent(c, t.Target.Name)
		}
	}
	for c.lines < end && c.room() > 0 {
		c.end()
	}
}

// longWhy returns all that is wrong with a target's last answer.
func (m *Model) longWhy(t *monitor.TargetStatus) string {
	if t.Target.Broken != "" {
		return t.Target.Broken
	}
	findings := t.Last.Findings
	if len(findings) == 0 && t.Alert != nil {
		findings = t.Alert.Findings
	}
	var texts []string
	for _, f := range findings {
		texts = append(texts, f.Text)
	}
	return strings.Join(texts, "; ")
}

// drawPreviewState draws since when a target is as it is and who has it; on a row
// that nobody has acknowledged, which keys to press, if that cuts nothing.
func (m *Model) drawPreviewState(c *canvas, t *monitor.TargetStatus) {
	text := m.stateWords(t)
	if !unackedAlert(t.Alert) {
		c.line(plain, text)
		return
	}
	const hint = " UNACKED "
	acks, declares := " ack  ", " declare"
	if t.Incident != "" {
		declares = " open " + shortID(t.Incident)
	}
	room := c.width() - len(hint) - 2
	if with := room - len(acks) - len(declares) - 3; m.src.Actor().Role < monitor.Respond || m.theme.width(text) > with {
		acks = ""
	} else {
		room = with
	}
	c.until(room)
	c.rest(plain, text)
	c.until(c.width())
	c.put(plain, " ")
	c.put(urgent, hint)
	if acks != "" {
		c.put(plain, " ")
		c.put(key, "a")
		c.put(plain, acks)
		c.put(key, "i")
		c.put(plain, declares)
	}
	c.end()
}

// stateWords says since when a target is as it is, and who was told.
func (m *Model) stateWords(t *monitor.TargetStatus) string {
	a := t.Alert
	switch {
	case a != nil && a.State.Active():
		s := fmt.Sprintf("%s since %s", a.Severity, m.since(a.Started))
		if a.Bad > 1 {
			s += fmt.Sprintf(", %d in a row", a.Bad)
		}
		if paged := m.paged(a); len(paged) > 0 {
			s += ", paged " + whoWords(paged)
		}
		return s + m.ackWords(a)
	case t.Target.Paused:
		return "paused in the configuration: not probed"
	case t.Last.At.IsZero():
		return fmt.Sprintf("not probed yet; every %s", limit(t.Target.Interval))
	case t.Restored:
		return fmt.Sprintf("%s when sitrep last ran, at %s; not probed since", t.Believed, m.since(t.Last.At))
	case t.Last.Status == checker.Unknown:
		return "unknown: nothing can be said of it since " + m.since(t.Last.At)
	case t.Last.Status > t.Believed || t.Believed == checker.Unknown && t.Last.Status > checker.Up:
		return fmt.Sprintf("%s in %d of the %d results that it takes to believe it", t.Last.Status, max(t.InRow, 1), t.Target.FailAfter)
	case t.Believed == checker.Unknown:
		return fmt.Sprintf("last answer %s; not enough results yet to believe one state", t.Last.Status)
	case t.Since.IsZero():
		return t.Believed.String()
	}
	return fmt.Sprintf("%s since %s, last answer in %s", t.Believed, m.since(t.Since), took(t.Last.Took))
}

// ackWords says who has an alert or what holds it back, "" if nobody and nothing.
func (m *Model) ackWords(a *alert.Alert) string {
	s := ""
	if a.Held() {
		s = ", " + m.heldWords(a)
		if more := len(m.holds(a)) - 1; more > 0 {
			s += fmt.Sprintf(" (+%d, w)", more)
		}
	}
	if a.Ack != nil {
		s += fmt.Sprintf(", acked by %s %s ago", a.Ack.By, age(m.now.Sub(a.Ack.At)))
		if a.Ack.Note != "" {
			s += ": " + a.Ack.Note
		}
	}
	if es := m.escalationsOf(a); len(es) > 0 {
		s += ", " + m.escalationWords(es[0])
	}
	return s
}

// pagedNames are the receivers that were told of one alert, as of one snapshot.
type pagedNames struct {
	of    uint64 // the snapshot's Seq
	alert string
	names []string
}

// paged returns the receivers that were told that an alert goes on, people first.
// The accounts know: the log's tail forgets.
func (m *Model) paged(a *alert.Alert) []string {
	p := &m.board.paged
	if p.of == m.snap.Seq && p.alert == a.ID {
		return p.names
	}
	*p = pagedNames{of: m.snap.Seq, alert: a.ID}
	for i := range m.snap.Accounts {
		l := &m.snap.Accounts[i]
		if w := l.Told[a.ID]; w.Firing && !w.Silent && !slices.Contains(p.names, l.Receiver) {
			p.names = append(p.names, l.Receiver)
		}
	}
	slices.SortStableFunc(p.names, func(a, b string) int {
		return cmp.Compare(btoi(oncall.ParseAddressee(a).Operator == ""), btoi(oncall.ParseAddressee(b).Operator == ""))
	})
	return p.names
}

// drawLastEvent draws the newest event of a target, and nothing if the tail of
// the log has none: another's would be taken for its own.
func (m *Model) drawLastEvent(c *canvas, target string) {
	events := m.snap.Events()
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Target == target {
			m.drawEventLine(c, &events[i])
			c.end()
			return
		}
	}
	c.end()
}

// drawEvents draws the newest events: n lines, the rule included.
func (m *Model) drawEvents(c *canvas, n int) {
	c.rule("events", "all times "+m.zone())
	events := m.snap.Events()
	if len(events) == 0 {
		c.line(dim, "nothing has happened yet")
		return
	}
	for i := max(len(events)-n+1, 0); i < len(events); i++ {
		m.drawEventLine(c, &events[i])
		c.end()
	}
}

// drawEventLine draws an event without ending the line: "03:29:16 ■ fired
// search-api  critical: 503, want 200".
func (m *Model) drawEventLine(c *canvas, e *monitor.Event) {
	c.put(dim, m.clock(e.At, "15:04:05"))
	c.put(plain, " ")
	g, r := c.th.eventGlyph(e)
	c.glyph(r, g)
	c.put(plain, " ")
	c.cell(plain, e.Kind, 9)
	c.put(plain, " ")
	c.rest(plain, eventWords(e))
}

// eventWords is an event's target, author and text in one line.
func eventWords(e *monitor.Event) string {
	var parts []string
	for _, s := range []string{e.Target, e.Incident, e.By} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	s := strings.Join(parts, " ")
	switch {
	case s == "":
		return e.Text
	case e.Text == "":
		return s
	}
	return s + ": " + e.Text
}

// quietKinds are those that say nothing of how bad a target is, whatever the
// alert is that they are about.
var quietKinds = map[string]bool{
	"ack": true, "unack": true, "stillack": true, "silence": true, "unsilence": true, "resilence": true,
	"inhibited": true, "freed": true, "fresh": true, "mended": true,
	"handover": true, "oncall": true,
}

// eventGlyph returns the sign of an event: the gravity of what happened, an
// arrow for a notification, a cross for one that failed.
func (t *theme) eventGlyph(e *monitor.Event) (string, role) {
	switch {
	case e.Kind == "paged", e.Kind == "escalated":
		return t.arrow, plain
	case e.Kind == "failed":
		return t.cross, warn
	case e.Kind == "soft": // not confirmed, as on the board
		return t.warn, warn
	case e.Kind == "failover", e.Kind == "storm", e.Kind == "uncovered", e.Kind == "exhausted", e.Kind == "audit":
		return t.warn, warn
	case e.Kind == "flapping":
		return "~", warn
	case e.Kind == "unknown", e.Kind == "stale", e.Kind == "gap":
		return t.unknown, unknown
	case quietKinds[e.Kind]:
		return " ", plain
	case e.Status == checker.Down:
		return t.down, down
	case e.Status == checker.Degraded:
		return t.warn, warn
	}
	return " ", plain
}
