package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// toldState is the screen of what is known outside of one alert: why it is
// quiet, what each receiver was told of it and is owed, and the attempts.
type toldState struct {
	target string // name
	alert  string // ID; "" while the target has none
	list          // the line at the top

	// of one snapshot, for a size
	of     uint64 // its Seq
	second int64  // that it was made in
	width  int
	lines  []toldLine
}

// toldLine is one line: a rule with a title, or pieces.
type toldLine struct {
	title, right string
	pieces       []piece
}

// openTold shows what was told of a selection's alert, or would be of its target's.
func (m *Model) openTold(sel selection) tea.Cmd {
	s := toldState{target: sel.target}
	if len(sel.alerts) > 0 {
		s.alert = sel.alerts[0]
	} else if m.screen == screenAlerts { // one that is over may still be owed
		if e := m.alerts.event(); e != nil && m.snap.Alert(e.Alert) != nil {
			s.alert = e.Alert
		}
	}
	if s.target == "" && s.alert == "" {
		m.refuse("no target is selected")
		return nil
	}
	m.told = s
	m.followTold(nil)
	m.show(screenTold)
	return nil
}

// followTold takes up a new alert of the target where there was none.
func (m *Model) followTold(*monitor.Snapshot) {
	s := &m.told
	if t := m.targetNamed(s.target); t != nil && t.Alert != nil && t.Alert.ID != "" && (s.alert == "" || m.snap.Alert(s.alert) == nil) {
		s.alert = t.Alert.ID
	}
}

// toldAlert returns the alert that the screen is about; nil if it has none.
func (m *Model) toldAlert() *alert.Alert {
	if a := m.snap.Alert(m.told.alert); a != nil && m.told.alert != "" {
		return a
	}
	if t := m.targetNamed(m.told.target); t != nil {
		return t.Alert
	}
	return nil
}

func (m *Model) selectTold() selection { return m.selectNamed(m.told.target) }

func (m *Model) headTold(c *canvas) { m.headNamed(c, m.told.target) }

func (m *Model) newsTold(c *canvas) { m.newsNamed(c, m.told.target) }

func (m *Model) stateTold() string {
	if n := len(m.toldLines(m.w)); n > m.bodyRoom() {
		return fmt.Sprintf("line %d of %d: %s", min(m.told.at+1, n), n, m.keyFor("j"))
	}
	return ""
}

func (m *Model) keyTold(k string) (tea.Cmd, bool) {
	switch k {
	case "[", "]":
		if m.nextProblem(k == "]") {
			m.told = toldState{target: m.board.cursor}
			m.followTold(nil)
		}
		return nil, true
	}
	n := len(m.toldLines(m.w))
	// The cursor is the line at the top.
	most := max(n-m.bodyRoom(), 0)
	if !m.told.list.key(k, most+1, 1) {
		return nil, false
	}
	return nil, true
}

// drawTold draws the lines from the one that is scrolled to.
func (m *Model) drawTold(c *canvas) {
	lines := m.toldLines(c.width())
	from := min(m.told.at, max(len(lines)-c.room(), 0))
	for i := from; i < len(lines) && c.room() > 0; i++ {
		c.toldLine(&lines[i])
	}
}

// toldLine draws one line.
func (c *canvas) toldLine(l *toldLine) {
	if l.title != "" {
		c.rule(l.title, l.right)
		return
	}
	for _, p := range l.pieces {
		c.rest(p.role, p.text)
	}
	c.end()
}

// toldLines returns the page; while neither the snapshot nor the second nor the
// width has changed, that of before.
func (m *Model) toldLines(w int) []toldLine {
	s := &m.told
	if m.snap == nil {
		return nil
	}
	if s.of == m.snap.Seq && s.second == m.now.Unix() && s.width == w && s.lines != nil {
		return s.lines
	}
	s.of, s.second, s.width = m.snap.Seq, m.now.Unix(), w
	page := toldPage{m: m, w: w}
	a := m.toldAlert()
	if a == nil {
		page.noAlert()
		if t := m.targetNamed(s.target); t != nil {
			page.explained(t)
		}
	} else {
		page.quiet(a)
		page.escalations(a)
		page.tellings(a)
	}
	page.attempts(a)
	s.lines = page.lines
	return s.lines
}

// toldPage is the page being made.
type toldPage struct {
	m     *Model
	w     int
	lines []toldLine
}

func (p *toldPage) rule(title, right string) {
	p.lines = append(p.lines, toldLine{title: title, right: right})
}

// say appends a text behind a label, wrapped.
func (p *toldPage) say(label piece, r role, text string) {
	room := max(p.w-p.m.theme.width(label.text), 8)
	for i, row := range wrap(oneLine(text), room) {
		if i > 0 {
			label.text = pad("", p.m.theme.width(label.text))
		}
		p.lines = append(p.lines, toldLine{pieces: []piece{label, {r, row}}})
	}
}

// noAlert says that nobody is told of a target that is well.
func (p *toldPage) noAlert() {
	p.rule("why it is quiet", "")
	p.say(piece{key, ""}, plain, "nothing is wrong with it, so there is nothing to tell")
}

// quiet lists what holds an alert back.
func (p *toldPage) quiet(a *alert.Alert) {
	hs := p.m.holds(a)
	p.rule("why it is quiet", "")
	switch {
	case a.State == alert.Resolved:
		p.say(piece{key, ""}, plain, "it is over since "+p.m.since(a.Resolved))
	case a.State == alert.Pending:
		p.say(piece{key, ""}, plain, "it is not confirmed yet")
	case len(hs) == 0:
		p.say(piece{key, ""}, plain, "nothing holds it back")
	}
	for i := range hs {
		p.say(piece{key, pad(holdMark(hs[i].Kind), 2)}, plain, p.m.holdLine(&hs[i]))
	}
}

// escalations lists whom the escalations of an alert called, and call next.
func (p *toldPage) escalations(a *alert.Alert) {
	for _, e := range p.m.escalationsOf(a) {
		p.lines = append(p.lines, p.m.runningLines(e, p.w)...)
	}
}

// tellings lists the receivers: what each was told, and is owed.
func (p *toldPage) tellings(a *alert.Alert) {
	ts := tellingsOf(p.m.snap, a)
	receivers := map[string]bool{}
	for i := range ts {
		receivers[ts[i].ledger.Receiver] = true
	}
	p.rule("who is told", count(len(receivers), "receiver"))
	if len(ts) == 0 {
		p.say(piece{key, ""}, warn, "nobody: no route means it")
	}
	for i := range ts {
		t := &ts[i]
		pieces := []piece{{key, t.ledger.Receiver}, {dim, "  by " + t.group()}}
		if t.instead != "" {
			pieces = append(pieces, piece{plain, "  in place of " + t.instead})
		}
		if t.rec != nil && t.rec.Paging {
			pieces = append(pieces, piece{dim, "  (paging)"})
		}
		p.lines = append(p.lines, toldLine{pieces: pieces})
		p.say(piece{dim, "  told  "}, plain, p.m.toldWords(t, a))
		text, owed := p.m.owedWords(t, a)
		r := plain
		if owed {
			r = warn
		}
		p.say(piece{dim, "  owed  "}, r, text)
	}
}

// attempts lists the latest attempts to tell somebody of the alert, or of the
// target's, the newest first.
func (p *toldPage) attempts(a *alert.Alert) {
	p.rule("attempts", "newest first")
	about := func(x alert.Alert) bool { return a != nil && x.ID == a.ID || a == nil && x.Target == p.m.told.target }
	n := 0
	for _, d := range slices.Backward(p.m.snap.Told) {
		if slices.ContainsFunc(d.Notification.Alerts, about) {
			sign, r := p.m.outcomeSign(d.Outcome)
			p.say(piece{r, p.m.clock(d.At, "15:04:05") + " " + sign + " "}, plain, p.m.attemptLine(&d))
			n++
		}
	}
	if n == 0 {
		p.say(piece{key, ""}, dim, "none among the latest that are kept here")
	}
}

// attemptLine is an attempt in words: "slack first +1, attempt 2, accepted in 0.4s".
func (m *Model) attemptLine(d *alert.Delivery) string {
	n := &d.Notification
	s := n.Receiver + " " + reasonWords(n)
	if n.For != "" {
		s += " in place of " + n.For
	}
	if n.Attempt > 1 {
		s += fmt.Sprintf(", attempt %d", n.Attempt)
	}
	s += ", " + d.Outcome.String()
	if d.Took > 0 {
		s += " in " + took(d.Took)
	}
	if d.RetryAfter > 0 {
		s += ", asks for " + limit(d.RetryAfter)
	}
	return s + because(d.Err)
}

// reasonWords say what a notification is and how many more it tells of.
func reasonWords(n *alert.Notification) string {
	s := n.Reason.String()
	switch {
	case n.Test:
		return "test"
	case n.Storm:
		s = "storm digest"
	}
	if n.Repeat {
		s += " (repeat)"
	}
	if more := len(n.Alerts) + n.More - 1; more > 0 {
		s += fmt.Sprintf(" +%d", more)
	}
	return s
}

// outcomeSign returns the sign of an outcome and its role.
func (m *Model) outcomeSign(o alert.Outcome) (string, role) {
	switch o {
	case alert.Accepted:
		return m.theme.arrow, plain
	case alert.Unbegun:
		return " ", dim
	case alert.Ambiguous:
		return m.theme.unknown, unknown
	}
	return m.theme.cross, warn
}
