package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// resolveDialog ends an incident, after its word was typed.
type resolveDialog struct {
	form
	id   string
	text field // what ended it; goes into the timeline
	word field
}

// resolveWord is what is typed to end an incident.
const resolveWord = "resolve"

// openResolve asks whether an incident is over.
func (m *Model) openResolve(id string) tea.Cmd {
	if m.incident(id) == nil || !m.may(monitor.Respond) {
		return nil
	}
	d := &resolveDialog{form: m.newForm(2), id: id}
	d.text.set(m.draft("resolve:" + id))
	m.dialog = d
	return nil
}

func (d *resolveDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch k.Keystroke() {
	case "up":
		d.step(-1)
	case "down":
		d.step(1)
	default:
		d.field().key(k)
		return m.typed("resolve:"+d.id, d.text.text)
	}
	return nil
}

func (d *resolveDialog) confirm(m *Model) tea.Cmd {
	if d.word.value() == "" && d.text.value() == resolveWord { // typed into the line above: it is no reason
		d.text.set("")
		d.word.set(resolveWord)
		d.failure, d.focus = "enter again resolves it", 1
		return m.typed("resolve:"+d.id, "")
	}
	if d.word.value() != resolveWord {
		d.failure, d.focus = "type "+resolveWord+" first", 1
		return nil
	}
	return m.send(&d.form, monitor.ResolveIncident{Incident: d.id, Text: d.text.value()}, shortID(d.id)+" is resolved")
}

func (d *resolveDialog) field() *field {
	if d.focus == 0 {
		return &d.text
	}
	return &d.word
}

func (d *resolveDialog) paste(m *Model, text string) tea.Cmd {
	if d.focus != 0 {
		d.pasteConfirms()
		return nil
	}
	d.fill(&d.text, text)
	return m.typed("resolve:"+d.id, d.text.text)
}

func (d *resolveDialog) follow(*Model) {}

func (d *resolveDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.ResolveIncident); mine && d.busy && d.settle(err) {
		m.forget("resolve:" + d.id)
		m.shut(d)
	}
}

func (d *resolveDialog) draw(m *Model, w, h int) string {
	b := box{title: "resolve " + shortID(d.id), enter: "enter resolve", leave: "esc cancel, draft kept"}
	inc := m.incident(d.id)
	if inc == nil {
		return b.draw(m, w, h)
	}
	b.row(piece{key, inc.Title})
	for _, a := range inc.Alerts {
		if a.Resolved.IsZero() {
			b.row(piece{warn, "still firing: " + a.Target + ", since " + m.since(a.Started)})
		}
	}
	m.lintRows(&b, inc, 6, w)
	b.say(dim, "sets the milestone resolved; alerts stop joining it; it can be opened again by its status", w)
	b.input(w, "how", &d.text, d.focus == 0, "for the timeline")
	b.confirm(w, resolveWord, &d.word, d.focus == 1)
	d.status(&b, w)
	return b.draw(m, w, h)
}
