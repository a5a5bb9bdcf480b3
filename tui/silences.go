package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// silencesDialog lists the silences that hold for a target, to end one or to
// add another.
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
		return d.confirm(m)
	}
	switch k.Keystroke() {
	case "up", "k":
		d.mark(d.at - 1)
	case "down", "j":
		d.mark(d.at + 1)
	case "s":
		if m.now.Sub(d.opened) >= enterGuard { // s opened this
			m.openNewSilence(m.targetNamed(d.target))
		}
	case "e":
		if d.at < len(d.list) {
			m.openEditSilence(&d.list[d.at])
		}
	}
	return nil
}

// mark puts the mark on a silence.
func (d *silencesDialog) mark(at int) {
	if n := len(d.list); n > 0 {
		d.at = min(max(at, 0), n-1)
		d.id = d.list[d.at].ID
	}
}

// confirm ends the silence that is marked: not another one that took its place.
func (d *silencesDialog) confirm(m *Model) tea.Cmd {
	switch {
	case len(d.list) == 0:
		m.shut(d)
		return nil
	case d.list[d.at].ID != d.id:
		d.failure = d.id + " has ended meanwhile: choose again"
		d.mark(d.at)
		return nil
	}
	return m.send(&d.form, monitor.EndSilence{ID: d.id}, "silence "+d.id+" ended")
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

func (d *silencesDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.EndSilence); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *silencesDialog) draw(m *Model, w, h int) string {
	b := box{title: "silences of " + d.target, enter: "enter end it now", leave: "e edit  s another  esc leave"}
	for i, s := range d.list {
		bar := piece{plain, "  "}
		if s.ID == d.id {
			bar = piece{selected, m.theme.bar + " "}
		}
		row := b.row(bar, piece{key, s.ID + "  "}, piece{plain, fmt.Sprintf("%s by %s %s%s",
			silenceKind(&s), silenceBy(&s), m.untilShort(s.Until), because(s.Reason))})
		row.focus = i == d.at
		b.row(piece{dim, "      " + s.Match.String()})
	}
	if len(d.list) == 0 {
		b.row(piece{plain, "none holds any more"})
		b.enter = ""
	} else {
		b.row(piece{dim, "what is still firing is notified once it ends"})
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
