package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// resolveAlertDialog ends an alert by hand. Of a target that is still bad it
// says so first, and offers what is mostly meant.
type resolveAlertDialog struct {
	form
	id, target string
	instead    choice
	note       field
	word       field
}

// What can be done with an alert of a target that is still bad.
const (
	insteadAck = iota
	insteadSilence
	insteadResolve
)

// The stops of the dialog; the first one only while the target is bad.
const (
	resolveInstead = iota
	resolveNote
	resolveWordAt
	resolveStops
)

func (m *Model) openResolveAlert(sel selection) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	if len(sel.alerts) == 0 {
		m.refuse("no alert is firing here")
		return nil
	}
	a := m.snap.Alert(sel.alerts[0])
	if a == nil || !a.State.Active() {
		m.refuse("the alert is over already")
		return nil
	}
	d := &resolveAlertDialog{form: m.newForm(resolveStops), id: a.ID, target: a.Target}
	d.instead.words = []string{"acknowledge", "silence", "resolve anyway"}
	d.note.set(m.draft(d.place()))
	if m.stillBad(a) == "" {
		d.instead.at, d.focus = insteadResolve, resolveNote
	}
	m.dialog = d
	return nil
}

func (d *resolveAlertDialog) place() string { return "resolve-alert:" + d.id }

// stillBad says what is still wrong with an alert's target; "" if its last result
// was good, or is not there.
func (m *Model) stillBad(a *alert.Alert) string {
	t := m.targetNamed(a.Target)
	if t == nil || t.Last.Status == checker.Up {
		return ""
	}
	text := worst(&t.Last)
	if text == "" {
		text = a.What()
	}
	if t.Last.Status == checker.Unknown {
		return "nothing is known of it since " + m.since(t.Last.At)
	}
	if t.InRow > 1 {
		text += fmt.Sprintf(", %d in a row", t.InRow)
	}
	return strings.TrimPrefix(text, ", ")
}

func (d *resolveAlertDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	pressed := d.press(m.now, k)
	d.fit(m)
	switch pressed {
	case formTaken:
		return nil
	case formLeave:
		m.shut(d)
		return nil
	case formEnter:
		return d.confirm(m)
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up" || stroke == "down":
		d.step(map[string]int{"up": -1, "down": 1}[stroke])
		d.fit(m)
	case d.focus == resolveInstead && d.instead.at == insteadResolve && d.text(k, resolveNote):
		d.note.key(k)
		return m.typed(d.place(), d.note.text)
	case d.focus == resolveInstead:
		d.instead.key(stroke)
	case d.focus == resolveNote:
		d.note.key(k)
		return m.typed(d.place(), d.note.text)
	default:
		d.word.key(k)
	}
	return nil
}

// fit keeps the focus on what is shown: the note and the word only if it is to be
// resolved, what else could be done only while the target is bad.
func (d *resolveAlertDialog) fit(m *Model) {
	bad := false
	if a := m.snap.Alert(d.id); a != nil {
		bad = m.stillBad(a) != ""
	}
	switch {
	case bad && d.instead.at != insteadResolve:
		d.focus = resolveInstead
	case !bad && d.focus == resolveInstead:
		d.focus = resolveNote
	}
}

// confirm goes on to the dialog of what is done instead, which asks for itself,
// or resolves.
func (d *resolveAlertDialog) confirm(m *Model) tea.Cmd {
	a := m.snap.Alert(d.id)
	switch {
	case a == nil || !a.State.Active():
		d.failure = "the alert is over already"
		return nil
	case m.stillBad(a) != "" && d.instead.at == insteadAck:
		m.shut(d)
		return m.acknowledge(selection{target: d.target, alerts: []string{d.id}})
	case m.stillBad(a) != "" && d.instead.at == insteadSilence:
		m.shut(d)
		return m.openSilence(m.targetNamed(d.target))
	case d.note.value() == "":
		d.failure, d.focus = "say why it is over", resolveNote
		return nil
	case d.word.value() != resolveWord:
		d.failure, d.focus = "type "+resolveWord+" first", resolveWordAt
		return nil
	}
	return m.send(&d.form, monitor.ResolveAlert{Alert: d.id, Note: d.note.value()}, d.target+" is resolved by hand")
}

func (d *resolveAlertDialog) paste(m *Model, text string) tea.Cmd {
	switch {
	case d.focus == resolveWordAt:
		d.pasteConfirms()
		return nil
	case d.focus == resolveInstead && d.instead.at != insteadResolve:
		return nil
	}
	d.focus = resolveNote
	d.fill(&d.note, text)
	return m.typed(d.place(), d.note.text)
}

func (d *resolveAlertDialog) follow(m *Model) { d.fit(m) }

func (d *resolveAlertDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.ResolveAlert); mine && d.busy && d.settle(err) {
		m.forget(d.place())
		m.shut(d)
	}
}

func (d *resolveAlertDialog) draw(m *Model, w, h int) string {
	b := box{title: "resolve the alert of " + d.target, enter: "enter resolve", leave: "esc cancel, draft kept"}
	a := m.snap.Alert(d.id)
	if a == nil || !a.State.Active() {
		b.enter = "nothing left to resolve"
		b.row(piece{plain, "it is over"})
		d.status(&b, w)
		return b.draw(m, w, h)
	}
	b.row(m.glyphOf(a.Severity), piece{plain, " " + a.Severity.String() + " since " + m.since(a.Started) + m.ackWords(a)})
	bad := m.stillBad(a)
	if bad != "" {
		b.say(warn, "still bad: "+bad, w)
		b.say(plain, "acknowledge or silence? Resolved while it is bad, it opens again after ten minutes, and pages again", w)
		b.pick("do", &d.instead, d.focus == resolveInstead, "← →")
	}
	if bad == "" || d.instead.at == insteadResolve {
		b.input(w, "why", &d.note, d.focus == resolveNote, "required")
		b.confirm(w, resolveWord, &d.word, d.focus == resolveWordAt)
		b.say(dim, "who was told of it is told that it is over", w)
	} else {
		b.enter = "enter " + d.instead.word() + "…"
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
