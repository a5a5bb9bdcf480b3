package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// resolveManyDialog ends several alerts by hand, for one reason.
type resolveManyDialog struct {
	form
	alerts     []string // IDs; those that are resolved leave
	note, word field
}

// The stops of the dialog.
const (
	resolveManyNote = iota
	resolveManyWord
	resolveManyStops
)

// openResolveMany asks why alerts are over.
func (m *Model) openResolveMany(alerts []string) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	d := &resolveManyDialog{form: m.newForm(resolveManyStops), alerts: alerts}
	if d.follow(m); len(d.alerts) == 0 {
		m.refuse("no alert is firing here")
		return nil
	}
	m.dialog = d
	return nil
}

func (d *resolveManyDialog) follow(m *Model) {
	var active []string
	for _, id := range d.alerts {
		if a := m.snap.Alert(id); a != nil && a.State.Active() {
			active = append(active, id)
		}
	}
	d.alerts = active
}

func (d *resolveManyDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up" || stroke == "down":
		d.step(1)
	case d.focus == resolveManyNote:
		d.note.key(k)
	default:
		d.word.key(k)
	}
	return nil
}

func (d *resolveManyDialog) confirm(m *Model) tea.Cmd {
	switch {
	case len(d.alerts) == 0:
		d.failure = "all are over already"
		return nil
	case d.note.value() == "":
		d.failure, d.focus = "say why they are over", resolveManyNote
		return nil
	case d.word.value() != resolveWord:
		d.failure, d.focus = "type "+resolveWord+" first", resolveManyWord
		return nil
	}
	done := count(len(d.alerts), "alert") + " resolved by hand"
	var cmds []tea.Cmd
	for _, id := range d.alerts {
		cmds = append(cmds, m.send(&d.form, monitor.ResolveAlert{Alert: id, Note: d.note.value()}, done))
	}
	return tea.Batch(cmds...)
}

func (d *resolveManyDialog) paste(_ *Model, text string) tea.Cmd {
	if d.focus != resolveManyNote {
		d.pasteConfirms()
		return nil
	}
	d.fill(&d.note, text)
	return nil
}

func (d *resolveManyDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.ResolveAlert); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *resolveManyDialog) draw(m *Model, w, h int) string {
	n := len(d.alerts)
	b := box{title: "resolve " + count(n, "alert"), enter: fmt.Sprintf("enter resolve %d", n), leave: "esc cancel"}
	names := m.targetsOf(d.alerts)
	b.say(plain, namedOf(names, n, 3*boxInner(w), m.theme), w)
	bad := 0
	for _, id := range d.alerts {
		if a := m.snap.Alert(id); a != nil && m.stillBad(a) != "" {
			bad++
		}
	}
	if bad > 0 {
		b.say(warn, fmt.Sprintf("%d of them still bad: resolved while it is bad, an alert opens again after ten minutes, and pages again", bad), w)
	}
	b.input(w, "why", &d.note, d.focus == resolveManyNote, "required")
	b.confirm(w, resolveWord, &d.word, d.focus == resolveManyWord)
	b.say(dim, "who was told of them is told that they are over", w)
	d.status(&b, w)
	return b.draw(m, w, h)
}
