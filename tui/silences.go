package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// silencesDialog lists the silences that hold for a target, to change or end one
// or to add another. None of that is done here: each leads to a dialog that asks.
type silencesDialog struct {
	form
	target string
	list   []alert.Silence
	at     int    // the one that is marked, if it still …
	id     string // … has this ID
}

func (m *Model) openSilences(target *monitor.TargetStatus) {
	d := &silencesDialog{form: m.newForm(0), target: target.Target.Name}
	d.follow(m)
	m.dialog = d
}

func (d *silencesDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch d.press(m.now, k) {
	case formTaken:
		return nil
	case formLeave:
		m.shut(d)
		return nil
	case formEnter:
		d.confirm(m)
		return nil
	}
	switch k.Keystroke() {
	case "up":
		d.mark(d.at - 1)
	case "down":
		d.mark(d.at + 1)
	default:
		d.letter(m, k.String())
	}
	return nil
}

// letter takes the letters that mean something, unless they are part of a text:
// the key that opened this also opens what asks for a reason. None leads to where
// more letters and enter would change a silence.
func (d *silencesDialog) letter(m *Model, k string) {
	if m.now.Sub(d.opened) < enterGuard || d.deaf(m.now) {
		d.typed = m.now
		return
	}
	switch k {
	case "k":
		d.mark(d.at - 1)
	case "j":
		d.mark(d.at + 1)
	case "s":
		m.openNewSilence(m.targetNamed(d.target))
	case "A":
		if s := d.marked(); s != nil {
			m.openEndSilence(s.ID)
		}
	default:
		d.typed = m.now
	}
}

// mark puts the mark on a silence.
func (d *silencesDialog) mark(at int) {
	if n := len(d.list); n > 0 {
		d.at = min(max(at, 0), n-1)
		d.id = d.list[d.at].ID
	}
}

// marked returns the silence that is marked, not another one that took its
// place: nil if there is none.
func (d *silencesDialog) marked() *alert.Silence {
	switch {
	case len(d.list) == 0:
		return nil
	case d.list[d.at].ID != d.id:
		d.failure = d.id + " has ended meanwhile: choose again"
		d.mark(d.at)
		return nil
	}
	return &d.list[d.at]
}

// confirm asks how to change the silence that is marked.
func (d *silencesDialog) confirm(m *Model) {
	switch s := d.marked(); {
	case s != nil:
		m.openEditSilence(s)
	case len(d.list) == 0:
		m.shut(d)
	}
}

func (d *silencesDialog) paste(*Model, string) tea.Cmd { return nil }

// follow keeps the mark on the same silence. If that has ended it is on none
// until a key is pressed: enter may be on its way already.
func (d *silencesDialog) follow(m *Model) {
	d.list = nil
	if t := m.targetNamed(d.target); t != nil {
		d.list = m.silencesOf(t)
	}
	i := slices.IndexFunc(d.list, func(s alert.Silence) bool { return s.ID == d.id })
	switch {
	case i >= 0:
		d.at = i
	case d.id == "":
		d.mark(0)
	default:
		d.at = min(d.at, max(len(d.list)-1, 0))
	}
}

func (d *silencesDialog) done(*Model, monitor.Command, error) {}

func (d *silencesDialog) draw(m *Model, w, h int) string {
	b := box{title: "silences of " + d.target, enter: "enter edit", leave: "A end  s another  esc leave"}
	for i, s := range d.list {
		bar := piece{plain, "  "}
		if s.ID == d.id {
			bar = piece{selected, m.theme.bar + " "}
		}
		row := b.row(bar, piece{key, s.ID + "  "}, piece{plain, fmt.Sprintf("%s %s by %s%s",
			silenceKind(&s), m.untilShort(s.Until), silenceBy(&s), because(s.Reason))})
		row.focus = i == d.at
		b.row(piece{dim, "      " + s.Match.String()})
	}
	if len(d.list) == 0 {
		b.row(piece{plain, "none holds any more"})
		b.enter = ""
	} else {
		b.row(piece{dim, "what is still firing is notified once it ends"})
	}
	if d.deaf(m.now) {
		b.say(warn, "there is nothing to type here; s, in a moment, makes another one", w)
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
