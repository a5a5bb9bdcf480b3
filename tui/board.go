package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// boardState is the board: its order, and a cursor that is bound to a target and
// to a line of the screen. Whatever comes and goes around it, the row one is on
// stays under one's eyes.
type boardState struct {
	order
	list
	cursor  string // name of the row one is on; "" while there is none
	touched bool   // a key was pressed: until then the cursor stays at the top
	home    bool   // nobody pressed a key for a while: the view is at the top

	marks marks
	shown columnSets

	cache map[string]*rowCache
	paged pagedNames
}

// drawBoard draws the table, and what there is room for below it.
func (m *Model) drawBoard(c *canvas) {
	if m.snap.Len() == 0 {
		m.drawNoTargets(c)
		return
	}
	l := m.boardLayout()
	b := &m.board
	cols := b.shown.columns(c.width())
	m.marked() // counts those of each group
	from := b.from(len(b.rows), l.rows)
	if b.home {
		from = 0
	}
	m.drawTableHead(c, &cols, b.above(from))
	if len(b.rows) == 0 {
		c.line(dim, "  no target matches; esc clears the filter")
	}
	to := min(from+l.rows, len(b.rows))
	for i := from; i < to; i++ {
		c.hit(rowID{name: b.rows[i].name})
		m.drawRow(c, &cols, &b.rows[i])
	}
	if l.preview == 0 && l.event == 0 {
		return
	}
	for range l.rows - (to - from) {
		c.end()
	}
	m.drawBelow(c, l, to)
}

// drawNoTargets is the board of a configuration that watches nothing.
func (m *Model) drawNoTargets(c *canvas) {
	c.end()
	c.line(key, "  no targets yet")
	c.end()
	c.line(plain, "  sitrep init URL… writes a configuration that watches them;")
	c.line(plain, "  or put a line under [target] in config.toml:  web = \"https://example.com/\"")
}

// boardLayout is how the lines of the board's body are divided.
type boardLayout struct {
	rows    int // of the table, without its head
	preview int // of the selected row, with the rule above it
	event   int // the last event on a line of its own
	events  int // of the events' pane, with the rule above it
}

// boardLayout returns the division at this size. It depends on nothing else, so
// that keys and snapshots may ask for it too.
func (m *Model) boardLayout() boardLayout {
	room := max(m.h-m.topLines()-m.footLines()-1, 0)
	var l boardLayout
	switch {
	case m.h >= 40 && m.w >= 120:
		l.preview, l.events = 3, 11
	case m.h >= heightLower && m.w >= 40:
		l.preview = 4
	case m.h >= 16:
		l.event = 1
	}
	l.rows = max(room-l.preview-l.events-l.event, 0)
	return l
}

// followBoard takes a new snapshot in.
func (m *Model) followBoard(old *monitor.Snapshot) {
	b := &m.board
	if old == nil || m.snap.Order != b.seen || m.filter.active() {
		b.seen, b.dirty = m.snap.Order, true
		b.keepMarks(m.snap)
	}
	m.settle(false)
}

// idleBoard lets rows that waited move, and the view go home.
func (m *Model) idleBoard() {
	if m.snap == nil {
		return
	}
	if m.now.Sub(m.lastKey) >= homeAfter && m.dialog == nil && !m.filter.typing() {
		m.board.home = true
	}
	if m.board.by == byLatency && m.now.Sub(m.board.when) >= resortAfter {
		m.board.dirty = true
	}
	m.settle(false)
}

// filtered is for after a change of the filter: the order follows at once.
func (m *Model) filtered() {
	if m.snap == nil {
		return
	}
	m.asHeld(func() {
		m.board.dirty = true
		m.settle(true)
		m.filterAlerts(m.alerts.seq())
		m.followIncidents(nil)
		if m.timeline.inc != nil {
			m.settleTimeline()
		}
	})
}

// resized is for after a change of size.
func (m *Model) resized() { m.board.pin(m.boardLayout().rows) }

// holding tells whether rows must keep their places: while somebody works. Who
// left marks or half a command behind and went away holds nothing: a new problem
// goes to the top.
func (m *Model) holding() bool {
	quiet := m.now.Sub(m.lastKey)
	return m.dialog != nil || (m.command.on || len(m.board.marks.set) > 0) && quiet < homeAfter || m.board.touched && quiet < holdAfterKey
}

// settle sorts the rows if they are out of date and may move, or at once. The
// cursor keeps its target and its line.
func (m *Model) settle(atOnce bool) {
	b := &m.board
	if !b.dirty {
		return
	}
	if !atOnce && len(b.rows) > 0 && m.holding() {
		b.moves = b.waiting(m.snap, m.filter.active())
		return
	}
	var match func(*monitor.TargetStatus) bool
	if m.filter.active() {
		m.filter.about(m.snap, m.now)
		f := m.filter.current()
		match = func(t *monitor.TargetStatus) bool { return f.matchTarget(t, m.now) }
	}
	keep := b.cursor
	if !b.touched {
		keep = ""
	}
	hidden := b.sort(m.snap, m.now, keep, m.filter.inForce(), match)
	b.marks.gen++
	m.filter.count(screenBoard, len(b.all), m.snap.Len(), hidden)
	b.hold()
	b.pin(m.boardLayout().rows)
}

// hold finds the cursor's row again. If it is not there any more, the cursor
// goes to the header that it is folded under, or to the row that took its place.
// Until a key is pressed it is on the first target.
func (b *boardState) hold() {
	n := len(b.rows)
	switch i := b.index(b.cursor); {
	case n == 0:
		b.at, b.cursor = 0, ""
		return
	case !b.touched:
		b.at = btoi(n > 1 && b.rows[0].group >= 0 && b.rows[1].group < 0)
		b.line = b.at
	case i >= 0:
		b.at = i
	default:
		if header := b.foldedAway(b.cursor); header >= 0 {
			b.at = header
		}
	}
	b.at = min(max(b.at, 0), n-1)
	b.cursor = b.rows[b.at].name
}

// pin takes note of the line that the cursor is on.
func (b *boardState) pin(body int) { b.list.pin(len(b.rows), body) }

// bringBack ends a stay at home: it tells whether the row one is on was out of
// sight, in which case a key that acts on the row only brings it back.
func (b *boardState) bringBack(body int) bool {
	if !b.home {
		return false
	}
	b.home = false
	if b.at < body {
		b.line = b.at
		return false
	}
	return b.touched
}

// keyBoard handles the keys of the list.
func (m *Model) keyBoard(k string) (tea.Cmd, bool) {
	b := &m.board
	b.touched = true
	body := m.boardLayout().rows
	if b.list.key(k, len(b.rows), body) {
		m.moved()
		return nil, true
	}
	switch k {
	case "z":
		m.toggleFold()
		return nil, true
	case "Z":
		m.toggleFolds()
		return nil, true
	case "enter":
		if isHeader(b.cursor) {
			m.toggleFold()
			return nil, true
		}
		if m.targetNamed(b.cursor) == nil {
			m.refuse("no target is selected")
			return nil, true
		}
		return m.openTarget(b.cursor), true
	case "[", "]":
		m.nextProblem(k == "]")
		return nil, true
	}
	return nil, false
}

// moved is for after the cursor went to another row: one that is gone does not
// stay longer.
func (m *Model) moved() {
	b := &m.board
	if b.at < len(b.rows) {
		if was := b.index(b.cursor); was >= 0 && b.rows[was].gone {
			b.dirty = true
		}
		b.cursor = b.rows[b.at].name
	}
}

// goTo moves the cursor to a row.
func (m *Model) goTo(i int) {
	m.board.touched = true
	m.board.list.move(i, len(m.board.rows), m.boardLayout().rows)
	m.moved()
}

// nextProblem moves to the next or previous target that is not well, out of a
// folded group as well, and says so if there is none.
func (m *Model) nextProblem(forward bool) bool {
	b := &m.board
	at, target := b.ordinal(b.cursor)
	step := 1
	if !forward {
		step = -1
	} else if !target {
		at-- // a header stands before its group
	}
	for i := at + step; i >= 0 && i < len(b.all); i += step {
		if k := &b.keys[b.all[i]]; k.class.problem() {
			m.goTo(m.unfoldTo(k.name()))
			return true
		}
	}
	m.say("no further problem this way")
	return false
}

// nextUnacked moves to the next alert that nobody has acknowledged, gravest and
// oldest first whatever the order of the board.
func (m *Model) nextUnacked() tea.Cmd {
	if m.snap == nil {
		return nil
	}
	b := &m.board
	var here *sortKey
	if t := m.targetNamed(b.cursor); t != nil {
		here = new(problemKey(t))
	}
	var first, next *sortKey
	for i := range b.keys {
		t := m.targetNamed(b.keys[i].name())
		if !b.keys[i].listed || t == nil || !unackedAlert(t.Alert) {
			continue
		}
		k := problemKey(t)
		if first == nil || k.compare(first) < 0 {
			first = &k
		}
		if here != nil && k.compare(here) > 0 && (next == nil || k.compare(next) < 0) {
			next = &k
		}
	}
	if next = cmp.Or(next, first); next != nil {
		m.goTo(m.unfoldTo(next.name()))
		if m.screen == screenTarget {
			return m.openTarget(b.cursor)
		}
		return nil
	}
	switch u := m.unacked(); {
	case u == 0:
		m.say("nothing is unacknowledged")
	default:
		m.say(fmt.Sprintf("the filter hides %d unacknowledged; esc clears it", u))
	}
	return nil
}

// selectBoard returns what the keys that act mean: the marks, or else the row.
func (m *Model) selectBoard() selection {
	if len(m.board.marks.set) > 0 {
		return m.selectMarks()
	}
	return m.selectNamed(m.board.cursor)
}

// underCursor returns the selection of the row one is on, whatever is marked: what
// shows one thing, or is about one, is about that.
func (m *Model) underCursor() selection {
	if m.screen == screenBoard {
		return m.selectNamed(m.board.cursor)
	}
	return screenOf(m.screen).selection(m)
}

// selectNamed returns the selection of a target.
func (m *Model) selectNamed(name string) selection {
	t := m.targetNamed(name)
	if t == nil {
		return selection{}
	}
	s := selection{target: name, incident: t.Incident, unacked: unackedAlert(t.Alert)}
	if t.Alert != nil && t.Alert.State.Active() {
		s.alerts = []string{t.Alert.ID}
	}
	return s
}

// stateBoard is what the tab line says of the board: what is marked and what
// waits to move is left out last.
func (m *Model) stateBoard() string {
	if m.snap.Len() == 0 {
		return ""
	}
	var parts []string
	if n := m.board.moves; n > 0 {
		parts = append(parts, fmt.Sprintf("%d to move", n))
	}
	if words := m.markWords(); words != "" {
		parts = append(parts, words)
	}
	room := m.w - tabsWidth - 1
	order := m.board.by.String()
	if key := m.board.groupBy; key != "" {
		order += ", groups by " + key
	}
	axis := m.boardScale()
	switch duty := m.onCallBrief(); {
	case duty != "" && m.w >= 120:
		parts = append(parts, duty, axis, order)
	case m.board.by != byProblem || m.board.groupBy != "":
		parts = append(parts, order, axis)
	case duty != "" && len(parts) == 0:
		duty, _ = m.theme.shown(duty)
		duty, _ = m.theme.fitted(duty, room)
		return duty
	default:
		parts = append(parts, axis, order)
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	for len(parts) > 1 && m.theme.width(strings.Join(parts, "   ")) > room {
		parts = parts[:len(parts)-1]
	}
	s, _ := m.theme.shown(strings.Join(parts, "   "))
	s, _ = m.theme.fitted(s, room)
	return s
}
