package tui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// filterState is the filter of the lists and its prompt. The filter works while
// it is typed, without the word that is incomplete.
type filterState struct {
	prompt
	prompting bool // the prompt takes all keys
	on        bool // the filter is in force
	valid     filter
	wrong     *wordError // what cannot be understood of the text; nil if all can
	counts    [nScreens]filterCounts
}

// filterCounts is what a screen found when it filtered its rows.
type filterCounts struct{ shown, total, unackedHidden int }

// active tells whether a filter is in force.
func (s *filterState) active() bool { return s.on && s.valid.root != nil }

// typing tells whether the prompt is open.
func (s *filterState) typing() bool { return s.prompting }

// current returns the filter that is in force, the zero filter if none is.
func (s *filterState) current() filter {
	if !s.active() {
		return filter{}
	}
	return s.valid
}

// inForce returns the text of the filter that is in force, "" if none is.
func (s *filterState) inForce() string {
	f := s.current()
	return f.text
}

// What a row says that stays for the cursor alone: the filter lets it through no
// longer, or what it was of is gone.
const (
	noMatch  = "no longer matches"
	notThere = "no longer there"
)

// about tells the filter what it is about: what "since:15m" counts from, and
// where the target of an event is looked up.
func (s *filterState) about(snap *monitor.Snapshot, now time.Time) {
	s.valid.snap, s.valid.now = snap, now
}

// count takes in what a screen found.
func (s *filterState) count(id screenID, shown, total, unackedHidden int) {
	s.counts[id] = filterCounts{shown, total, unackedHidden}
}

// open opens the prompt: on the filter that is in force, else on an empty one, in
// which up brings back those before.
func (s *filterState) open(complete completer) {
	s.limit = filterLimit
	if !s.active() {
		s.set("")
	}
	s.field.at = len(s.text)
	s.past.back = 0
	s.prompting, s.on = true, true
	s.prompt.look(complete)
	s.typed()
}

// filterLimit is the longest filter, in bytes.
const filterLimit = 1000

// clear lets everything through again. The text stays for the next time.
func (s *filterState) clear() {
	s.past.add(s.value())
	s.on, s.prompting = false, false
}

// typed reads the text anew. While its last word is incomplete, what stands
// before it is in force; if something else is wrong, what was before is.
func (s *filterState) typed() {
	f, err := parseFilter(s.text, s.valid.now)
	wrong, ok := errors.AsType[*wordError](err)
	s.wrong = wrong
	if ok && wrong.to == len(s.text) {
		f, err = parseFilter(s.text[:wrong.from], s.valid.now)
	}
	if err == nil {
		f.snap, f.since, f.me = s.valid.snap, s.valid.since, s.valid.me
		s.valid = f
	}
}

// asksChanged tells whether the filter in force asks for what changed: that must
// not pass for seen meanwhile.
func (s *filterState) asksChanged() bool {
	return s.active() && strings.Contains(s.valid.text, "is:changed")
}

// keyFilter takes all keys while the prompt is open: enter leaves the filter
// on, esc takes it off.
func (m *Model) keyFilter(k tea.KeyPressMsg) tea.Cmd {
	s := &m.filter
	s.about(m.snap, m.now)
	switch s.press(k, m.completeFilter) {
	case promptEnter:
		s.prompting = false
		if s.wrong != nil {
			m.refuse("filter: " + s.wrong.msg)
		}
		s.past.add(s.value())
		s.on = s.value() != ""
	case promptLeave:
		s.clear()
	case promptTyped:
		s.typed()
	}
	return nil
}

// setFilter puts a filter in force that was not typed at the prompt; "" takes it
// off.
func (m *Model) setFilter(text string) {
	s := &m.filter
	s.about(m.snap, m.now)
	s.past.add(s.value())
	s.limit = filterLimit
	s.set(text)
	s.typed()
	s.past.add(s.value())
	s.on, s.prompting = s.value() != "", false
	m.filtered()
}

// pasteFilter puts text into the prompt as one edit.
func (m *Model) pasteFilter(text string) tea.Cmd {
	m.filter.about(m.snap, m.now)
	if !m.filter.field.insert(text) {
		m.refuse(fmt.Sprintf("a filter has at most %d bytes: nothing was pasted", filterLimit))
	}
	m.filter.prompt.look(m.completeFilter)
	m.filter.typed()
	return nil
}

// drawFilter draws line 3: the prompt, or the filter that is on, and how many
// rows it leaves.
func (m *Model) drawFilter(c *canvas) {
	s := &m.filter
	n := m.filterCounts()
	right := fmt.Sprintf("%d of %d", n.shown, n.total)
	if n.shown < n.total || n.unackedHidden > 0 {
		right += fmt.Sprintf(", %d unacked hidden", n.unackedHidden)
	}
	if s.wrong != nil {
		right = s.wrong.msg
	}
	room := max(min(c.width()-12, c.width()/2), 0)
	right = ansi.Truncate(right, room, c.th.more)

	c.put(urgent, " FILTER ")
	c.put(plain, " ")
	c.until(c.width() - ansi.StringWidth(right) - 1)
	m.drawFilterText(c)
	c.until(c.width())
	c.fill(c.width() - ansi.StringWidth(right))
	switch {
	case s.wrong != nil:
		c.put(warn, right)
	case n.unackedHidden > 0:
		c.put(urgent, right)
	default:
		c.put(dim, right)
	}
	c.end()
}

// drawFilterKeys draws what tab would do at the prompt, and the keys that it has.
func (m *Model) drawFilterKeys(c *canvas) {
	s := &m.filter
	const keys = "enter keep  esc off"
	if n := len(keys); c.width() > 2*n {
		c.until(c.width() - n - 2)
		if len(s.offer.words) == 0 && len(s.past.lines) > 0 {
			c.put(dim, m.theme.up+" the one before")
		}
		s.drawOffer(c)
		c.until(c.width())
		c.fill(c.width() - n)
	}
	c.put(dim, keys)
	c.end()
}

// filterCounts returns what the filter leaves of the rows of this screen.
func (m *Model) filterCounts() filterCounts {
	switch {
	case m.snap == nil:
		return filterCounts{}
	case m.screen == screenIncidents:
		n := filterCounts{total: len(m.snap.Incidents)}
		for _, r := range m.incidentRows() {
			n.shown += btoi(r.inc != nil && !r.gone)
		}
		return n
	case m.screen == screenTimeline && m.timeline.inc != nil:
		n := filterCounts{total: len(m.timeline.inc.Entries)}
		for _, l := range m.timelineLines() {
			n.shown += btoi(!m.timelineGone(l))
		}
		return n
	}
	return m.filter.counts[m.screen]
}

// drawFilterText draws the text with the cursor, and the word that cannot be
// understood marked: in reverse, since it must be seen without colour.
func (m *Model) drawFilterText(c *canvas) {
	s := &m.filter
	text, at := s.text, s.field.at
	if !s.prompting {
		c.rest(key, text)
		return
	}
	if s.wrong == nil || ansi.StringWidth(text)+1 > c.left() {
		c.field(s.field.window(c.left()))
		return
	}
	w := s.wrong.span
	c.put(key, text[:w.from])
	c.put(failed, text[w.from:w.to])
	c.put(key, text[w.to:])
	if at == len(text) {
		c.here(true)
		c.put(key, cursorMark)
	}
}

// field appends a row of a field.
func (c *canvas) field(r fieldRow) {
	if !r.cursor {
		c.rest(key, r.before)
		return
	}
	c.put(key, r.before)
	c.here(true)
	if r.under == cursorMark {
		c.put(key, r.under)
	} else {
		c.put(urgent, r.under)
	}
	c.put(key, r.behind)
}
