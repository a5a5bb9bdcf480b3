package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// retractDialog asks whether to take one's own line back: that cannot be undone.
type retractDialog struct {
	form
	incident string
	line     uint64
	text     string
}

const retractRows = 6 // of the text in sight

func (m *Model) openRetract(l *incident.Line) tea.Cmd {
	switch me := m.src.Actor().Name; {
	case !m.may(monitor.Respond):
		return nil
	case !l.Written():
		m.refuse("only notes can be taken back; this was written down by itself")
		return nil
	case l.By != me:
		m.refuse("only " + l.By + " may take this back; you are " + me)
		return nil
	case !l.Retracted.IsZero():
		m.refuse("it was taken back at " + m.hm(l.Retracted))
		return nil
	}
	m.dialog = &retractDialog{form: m.newForm(0), incident: l.Incident, line: l.ID(), text: l.Text}
	return nil
}

func (d *retractDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	cmd, done := m.begin(d, &d.form, k, func(m *Model) tea.Cmd {
		return m.send(&d.form, monitor.Retract{Seq: d.line}, "taken back: it stays, struck")
	})
	if !done {
		d.typed = m.now
	}
	return cmd
}

func (d *retractDialog) paste(*Model, string) tea.Cmd { return nil }
func (d *retractDialog) follow(*Model)                {}

func (d *retractDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Retract); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *retractDialog) draw(m *Model, w, h int) string {
	b := box{title: "take your line back", enter: "enter strike it", leave: "esc leave it"}
	rows := wrap(d.text, boxInner(w))
	for i, row := range rows {
		if i == retractRows {
			b.row(piece{dim, "and " + count(len(rows)-i, "more row")})
			break
		}
		b.row(piece{plain, row})
	}
	b.say(dim, "It stays in the timeline with its text, struck. It cannot be put back: write it again instead.", w)
	d.status(&b, w)
	return b.draw(m, w, h)
}
