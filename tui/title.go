package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// titleDialog renames an incident.
type titleDialog struct {
	form
	incident string
	title    field
}

func (m *Model) openTitle(id string) tea.Cmd {
	inc := m.incident(id)
	if inc == nil || !m.may(monitor.Respond) {
		return nil
	}
	d := &titleDialog{form: m.newForm(0), incident: id, title: newField(inc.Title, false)}
	if kept := m.draft(d.place()); kept != "" {
		d.title.set(kept)
	}
	m.dialog = d
	return nil
}

// place is that of its draft.
func (d *titleDialog) place() string { return "title:" + d.incident }

func (d *titleDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	d.title.key(k)
	return m.typed(d.place(), d.title.text)
}

func (d *titleDialog) confirm(m *Model) tea.Cmd {
	title := d.title.value()
	switch inc := m.incident(d.incident); {
	case title == "":
		d.failure = "an incident needs a title"
		return nil
	case inc != nil && title == inc.Title:
		m.forget(d.place())
		m.shut(d)
		return nil
	}
	return m.send(&d.form, monitor.SetTitle{Incident: d.incident, Title: title}, "renamed: "+title)
}

func (d *titleDialog) paste(m *Model, text string) tea.Cmd {
	if !d.title.insert(text) {
		return nil
	}
	return m.typed(d.place(), d.title.text)
}

func (d *titleDialog) follow(*Model) {}

func (d *titleDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.SetTitle); mine && d.busy && d.settle(err) {
		m.forget(d.place())
		m.shut(d)
	}
}

func (d *titleDialog) draw(m *Model, w, h int) string {
	b := box{title: "rename " + shortID(d.incident), enter: "enter rename", leave: "esc cancel, draft kept"}
	if inc := m.incident(d.incident); inc != nil {
		b.row(piece{dim, "now: "}, piece{plain, inc.Title})
	}
	b.input(w, "title", &d.title, true, "")
	b.say(dim, "the old one stays in the timeline", w)
	d.status(&b, w)
	return b.draw(m, w, h)
}
