package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// endSilenceDialog asks whether to end a silence before its time.
type endSilenceDialog struct {
	form
	was  alert.Silence
	hits silenceHits
}

func (m *Model) openEndSilence(id string) {
	s := m.silence(id)
	if s == nil || !m.may(monitor.Respond) {
		return
	}
	d := &endSilenceDialog{form: m.newForm(0), was: *s}
	d.follow(m)
	m.dialog = d
}

func (d *endSilenceDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch d.press(m.now, k) {
	case formLeave:
		m.shut(d)
	case formEnter:
		return m.send(&d.form, monitor.EndSilence{ID: d.was.ID}, "silence "+d.was.ID+" ended")
	case formOther:
		if k.String() != "A" { // A opened this
			d.typed = m.now
		}
	}
	return nil
}

func (d *endSilenceDialog) paste(*Model, string) tea.Cmd { return nil }

func (d *endSilenceDialog) follow(m *Model) {
	if match, err := d.was.Match.Compile(); err == nil {
		d.hits = m.hitsOf(match)
	}
}

func (d *endSilenceDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.EndSilence); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *endSilenceDialog) draw(m *Model, w, h int) string {
	s := &d.was
	b := box{title: "end " + s.ID, enter: "enter end it now", leave: "esc let it hold"}
	b.row(piece{key, s.Match.String()})
	b.say(plain, fmt.Sprintf("%s by %s %s%s", silenceKind(s), silenceBy(s), m.until(s.Until), because(s.Reason)), w)
	if m.silence(s.ID) == nil {
		b.row(piece{warn, "it has ended already"})
	}
	b.row(piece{plain, fmt.Sprintf("%s now, %s", count(d.hits.targets, "target"), count(d.hits.firing, "active alert"))})
	text := "what is still firing is notified then, unless something else holds it back"
	if s.Window != "" {
		text += "; the window " + s.Window + " comes again at its next time"
	}
	b.say(dim, text, w)
	if d.deaf(m.now) {
		b.say(warn, "there is nothing to type here: enter, in a moment, ends it", w)
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
