package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Heights below which parts of the frame are left out, so that a small screen
// still shows rows. The unacked count is the last thing to go.
const (
	heightMerged = 5  // lines 1 and 2 become one, no key line
	heightTabs   = 12 // no tab line
	heightLower  = 24 // no preview below a list
)

// staleAfter is the age of a snapshot at which the screen says so: a dead screen
// must not look like a calm one.
const staleAfter = 5 * time.Second

// View draws the screen. It depends on the model alone.
func (m *Model) View() tea.View {
	if m.pace.held {
		return m.pace.last
	}
	v := tea.NewView(m.render())
	if m.opt.Attention.Title {
		v.WindowTitle = m.title()
	}
	if m.opt.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if p := m.canvas.point; m.opt.Cursor && p.set {
		v.Cursor = tea.NewCursor(p.x, p.y)
	}
	m.pace.last = v
	return v
}

// render draws all lines of the screen.
func (m *Model) render() string {
	if m.w <= 0 || m.h <= 0 {
		return ""
	}
	c := &m.canvas
	c.reset(m.theme, m.w, m.h)
	top := m.drawHead(c)
	s := screenOf(m.screen)
	c.limit = m.h - m.footLines()
	if m.snap == nil {
		m.drawNothing(c)
	} else {
		m.drawHeld(func() { m.drawBody(c, s) })
	}
	for c.room() > 0 {
		c.end()
	}
	c.limit = m.h
	m.drawFoot(c, s)
	if m.dialog == nil {
		return c.String()
	}
	return m.overlay(c.String(), top)
}

// footLines returns how many lines the tabs and the keys take.
func (m *Model) footLines() int {
	switch {
	case m.h < heightMerged:
		if (m.toast != "" || m.command.on) && m.h > 1 {
			return 1
		}
		return 0
	case m.h < heightTabs:
		return 1
	}
	return 2
}

// drawHead draws line 1, line 2 and, if there is one, the filter's, and returns
// how many they are.
func (m *Model) drawHead(c *canvas) int {
	if m.h < heightMerged {
		m.drawMerged(c)
		return 1
	}
	m.drawLine1(c)
	m.drawLine2(c)
	if m.bannerShown() {
		m.drawBanner(c)
	}
	if m.changesShown() {
		m.drawChanges(c)
	}
	if m.filterShown() {
		m.drawFilter(c)
	}
	return c.lines
}

// topLines returns how many lines the head takes.
func (m *Model) topLines() int {
	if m.h < heightMerged {
		return 1
	}
	n := 2
	if m.bannerShown() {
		n++
	}
	if m.changesShown() {
		n++
	}
	if m.filterShown() {
		n++
	}
	return n
}

// filterShown tells whether the filter has a line on this screen.
func (m *Model) filterShown() bool {
	return lists.has(m.screen) && (m.filter.active() || m.filter.typing())
}

// drawMerged is the one line of a very low screen: "■3 ▲2 3 UNACKED". What needs
// a human keeps its place where not both fit.
func (m *Model) drawMerged(c *canvas) {
	text := ""
	if n := m.unacked(); n > 0 {
		text = strconv.Itoa(n) + " UNACKED"
	}
	if m.frozen() {
		text = strings.TrimSpace(text + " FROZEN")
	}
	c.until(c.width() - len(text) - 1)
	m.drawShortCounts(c)
	c.until(c.width())
	if text != "" {
		if c.col > 0 {
			c.put(plain, " ")
		}
		c.put(urgent, text)
	}
	c.end()
}

func (m *Model) unacked() int {
	if m.snap == nil {
		return 0
	}
	return m.snap.Counts.Unacked
}

// drawLine1 draws what one is in, then clock and who.
func (m *Model) drawLine1(c *canvas) {
	right := m.drawnClock()
	n := m.theme.width(right)
	if n+10 > c.width() {
		right = ""
		n = 0
	}
	if n > 0 {
		c.until(c.width() - n - 1)
	}
	if head := screenOf(m.screen).head; head != nil && m.snap != nil {
		head(m, c)
	} else {
		m.drawCounts(c)
	}
	c.until(c.width())
	if n > 0 {
		c.fill(c.width() - n)
		c.put(plain, right)
	}
	c.end()
}

// drawnClock is the right part of line 1. On a wide screen it says how the
// probing and the saving are.
func (m *Model) drawnClock() string {
	at := m.now
	if m.stale() > 0 && m.snap != nil {
		at = m.snap.At // the clock stops with the feed
	}
	who := m.who()
	if m.w < 60 {
		return m.ticking(at)
	}
	if m.w < 100 || m.snap == nil {
		return m.ticking(at) + " " + who
	}
	var health []string
	if late := m.snap.Health.Late; late >= time.Second {
		health = append(health, "probes "+took(late)+" late")
	}
	switch h := &m.snap.Health; {
	case h.SaveError != "":
		health = append(health, "not saved since "+m.hms(h.Saved))
	case h.Unsaved == 0 && !h.Saved.IsZero():
		health = append(health, "saved")
	}
	return strings.Join(append(health, m.clock(at, time.DateOnly)+" "+m.ticking(at), who), "  ")
}

// ticking is the clock of line 1: that it goes on is the proof of life. On a slow
// link it has minutes, and says so.
func (m *Model) ticking(at time.Time) string {
	if m.pace.now > paceFull {
		return "slow " + m.hm(at)
	}
	return m.hms(at)
}

// stale returns how old the picture is if that is too old; 0 if it is not.
func (m *Model) stale() time.Duration {
	if m.snap == nil {
		return 0
	}
	if d := m.now.Sub(m.snap.At); d > staleAfter+m.pace.now.every() {
		return d
	}
	return 0
}

// drawLine2 draws what is urgent: first what nobody has acknowledged, then what
// is wrong with this screen and with sitrep, then the gravest incident.
func (m *Model) drawLine2(c *canvas) {
	if n := m.unacked(); n > 0 {
		c.put(urgent, " "+strconv.Itoa(n)+" UNACKED ")
	}
	if m.frozen() {
		c.put(plain, " ")
		c.put(urgent, " "+m.frozenWords()+" ")
	}
	if d := m.stale(); d > 0 {
		c.put(plain, " ")
		c.put(urgent, " STALE "+age(d)+" ")
	}
	if m.feedDown != "" {
		c.put(plain, " ")
		c.put(urgent, " NO FEED ")
	}
	if m.snap == nil {
		c.rest(dim, " waiting for the first picture")
		c.end()
		return
	}
	if n := m.unsaved(); n > 0 {
		c.put(plain, " ")
		c.put(urgent, " "+strconv.Itoa(n)+" UNSAVED ")
	}
	c.put(plain, " ")
	if asked := m.askedWords(); asked != "" {
		c.put(urgent, asked)
		c.put(plain, " ")
	}
	if trouble := m.trouble(); trouble != "" {
		c.put(warn, m.theme.warn+" ")
		edge := c.edge
		if _, open := m.gravest(); open {
			c.until(c.col + max(c.left()/2, 10))
		}
		c.rest(warn, trouble)
		c.until(edge)
		c.put(plain, "  ")
	}
	if news := screenOf(m.screen).news; news != nil {
		news(m, c)
	} else {
		m.drawGravest(c)
	}
	c.end()
}

// unsaved returns how much is not on the disk though it should be by now: what
// is on its way for a moment is no news.
func (m *Model) unsaved() int {
	h := &m.snap.Health
	if h.SaveError == "" && m.snap.At.Sub(h.Saved) < staleAfter {
		return 0
	}
	return h.Unsaved
}

// trouble returns the gravest thing that does not work about sitrep itself.
func (m *Model) trouble() string {
	h := &m.snap.Health
	for _, text := range h.Troubles {
		if !m.bannerShown() || !strings.HasPrefix(text, "the configuration is ") { // the banner says it
			return text
		}
	}
	switch {
	case h.Undelivered > 0:
		return count(h.Undelivered, "notification") + " not delivered: " + m.keyFor("D")
	case !m.bannerShown():
		return m.configTrouble()
	}
	return ""
}

// drawGravest draws the open incident that matters most.
func (m *Model) drawGravest(c *canvas) {
	id, open := m.gravest()
	if !open {
		if m.unacked() == 0 && m.snap.Len() > 0 {
			c.rest(dim, "nothing is unacknowledged, no incident is open")
		}
		return
	}
	inc := m.snap.Incident(id)
	severity := inc.Severity
	if severity == "" {
		severity = "no severity"
	}
	c.put(key, shortID(inc.ID)+" "+severity)
	if n := m.openIncidents() - 1; n > 0 {
		c.put(key, fmt.Sprintf(" +%d", n))
	}
	tail := fmt.Sprintf(" %s %s, IC %s, %s", inc.Status, age(m.now.Sub(startOf(inc))),
		orNobody(inc.Commander), count(len(inc.Alerts), "alert"))
	edge := c.edge
	if n := m.theme.width(tail); c.left() > n+min(m.theme.width(inc.Title), 20) {
		c.until(edge - n)
	} else {
		tail = ""
	}
	c.rest(plain, " "+inc.Title)
	c.until(edge)
	c.put(plain, tail)
}

// openIncidents counts those that still need somebody.
func (m *Model) openIncidents() (n int) {
	for _, inc := range m.snap.Incidents {
		if !inc.Open() {
			break // open ones come first
		}
		n++
	}
	return n
}

func orNobody(name string) string {
	if name == "" {
		return "nobody"
	}
	return name
}

// title returns the window's: it begins with what needs a human, so that this
// survives in a narrow tab.
func (m *Model) title() string {
	s := "sitrep"
	if m.opt.Title != s {
		s += " " + m.opt.Title
	}
	if n := m.unacked(); n > 0 {
		s = m.theme.down + strconv.Itoa(n) + " " + s
	}
	s, _ = m.theme.shown(s)
	return s
}

// drawNothing is the body before the first snapshot.
func (m *Model) drawNothing(c *canvas) {
	text := "waiting for the monitor"
	if m.feedDown != "" {
		text = "the monitor does not answer: " + m.feedDown
	}
	c.end()
	c.line(dim, "  "+text)
}
