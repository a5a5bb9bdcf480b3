package tui

import (
	"fmt"

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
	at     int
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
		if len(d.list) == 0 {
			m.shut(d)
			return nil
		}
		id := d.list[d.at].ID
		return m.send(&d.form, monitor.EndSilence{ID: id}, "silence "+id+" ended")
	}
	switch k.Keystroke() {
	case "up", "k":
		d.at = max(d.at-1, 0)
	case "down", "j":
		d.at = max(min(d.at+1, len(d.list)-1), 0)
	case "s":
		if m.now.Sub(d.opened) >= enterGuard { // s opened this
			m.openNewSilence(m.targetNamed(d.target))
		}
	}
	return nil
}

func (d *silencesDialog) paste(*Model, string) tea.Cmd { return nil }

// follow keeps the mark on the same silence.
func (d *silencesDialog) follow(m *Model) {
	var id string
	if d.at < len(d.list) {
		id = d.list[d.at].ID
	}
	d.list, d.at = nil, 0
	if t := m.targetNamed(d.target); t != nil {
		d.list = m.silencesOf(t)
	}
	for i, s := range d.list {
		if s.ID == id {
			d.at = i
		}
	}
}

func (d *silencesDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.EndSilence); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *silencesDialog) draw(m *Model, w, h int) string {
	b := box{title: "silences of " + d.target, enter: "enter end it now", leave: "s another  esc leave"}
	for i, s := range d.list {
		bar := piece{plain, "  "}
		if i == d.at {
			bar = piece{selected, m.theme.bar + " "}
		}
		row := b.row(bar, piece{key, s.ID + "  "}, piece{plain, fmt.Sprintf("%s until %s %s: %s",
			s.By, m.clock(s.Until, "01-02 15:04"), m.zone(), oneLine(s.Reason))})
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
