package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// mergeDialog has an incident go on as part of another one, after the other's
// number was typed: that is not undone.
type mergeDialog struct {
	menu
	incident string
	word     field
}

func (m *Model) openMerge(id string) tea.Cmd {
	inc := m.incident(id)
	if inc == nil || !m.may(monitor.Respond) {
		return nil
	}
	d := &mergeDialog{menu: menu{form: m.newForm(0)}, incident: id}
	d.follow(m)
	switch {
	case inc.Status == "closed" || inc.Status == "cancelled":
		m.refuse(shortID(id) + " is " + inc.Status + ": open it again first")
	case len(d.ids) == 0:
		m.refuse("no other incident is open: there is nothing to merge it with")
	default:
		m.dialog = d
	}
	return nil
}

func (d *mergeDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done || d.walk(k) {
		return cmd
	}
	d.word.key(k)
	return nil
}

func (d *mergeDialog) confirm(m *Model) tea.Cmd {
	into := d.marked()
	switch {
	case into == "":
		d.failure = "it is not open any more: choose again"
		d.mark(d.at)
		return nil
	case d.word.value() != shortID(into):
		d.failure = "type " + shortID(into) + ", then enter"
		return nil
	}
	return m.send(&d.form, monitor.Merge{Incident: d.incident, Into: into}, shortID(d.incident)+" goes on as "+shortID(into))
}

func (d *mergeDialog) paste(*Model, string) tea.Cmd {
	d.pasteConfirms()
	return nil
}

func (d *mergeDialog) follow(m *Model) {
	var ids []string
	for _, inc := range m.snap.Incidents {
		if inc.Open() && inc.ID != d.incident {
			ids = append(ids, inc.ID)
		}
	}
	d.list(ids)
}

func (d *mergeDialog) done(m *Model, c monitor.Command, err error) {
	merged, mine := c.(monitor.Merge)
	if !mine || !d.busy || !d.settle(err) {
		return
	}
	m.shut(d)
	if m.screen == screenTimeline && m.timeline.id == merged.Incident {
		m.openTimeline(merged.Into)
	}
}

func (d *mergeDialog) draw(m *Model, w, h int) string {
	b := box{title: m.titled("merge", d.incident), enter: "enter merge", leave: "↑ ↓ into which  esc cancel"}
	b.row(piece{dim, "it goes on as part of"})
	for i, id := range d.ids {
		inc := m.incident(id)
		if inc == nil {
			continue
		}
		row := b.item(m, d.is(i), piece{key, shortID(id) + " " + orDash(inc.Severity) + "  "}, piece{plain, inc.Title})
		row.right = inc.Status
	}
	if inc := m.incident(d.incident); inc != nil {
		b.say(dim, fmt.Sprintf("its alerts that fire move there (%d); it is cancelled as a duplicate, and its timeline stays",
			len(activeAlerts(inc))), w)
	}
	if into := d.marked(); into != "" {
		b.confirm(w, shortID(into), &d.word, true)
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
