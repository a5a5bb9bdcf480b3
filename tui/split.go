package tui

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// splitDialog declares an incident with some alerts of another, after their
// number was typed.
type splitDialog struct {
	form
	incident string
	items    []ackItem
	title    field
	word     field
}

func (m *Model) openSplit(id string) tea.Cmd {
	inc := m.incident(id)
	if inc == nil || !m.may(monitor.Respond) {
		return nil
	}
	d := &splitDialog{incident: id}
	for _, a := range inc.Alerts {
		if a.Resolved.IsZero() {
			d.items = append(d.items, ackItem{id: a.Alert, target: a.Target})
		}
	}
	if !inc.Open() || len(d.items) < 2 {
		m.refuse(fmt.Sprintf("to be split it needs two alerts that fire; %s has %d", shortID(id), len(d.items)))
		return nil
	}
	d.form = m.newForm(len(d.items) + 2)
	m.dialog = d
	return nil
}

// The stops of a split behind the alerts.
func (d *splitDialog) titleStop() int { return len(d.items) }
func (d *splitDialog) wordStop() int  { return len(d.items) + 1 }

func (d *splitDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up":
		d.step(-1)
	case stroke == "down":
		d.step(1)
	case d.focus == d.titleStop():
		d.title.key(k)
	case d.focus == d.wordStop():
		d.word.key(k)
	case stroke == "space":
		d.items[d.focus].chosen = !d.items[d.focus].chosen
	case d.text(k, d.titleStop()):
		d.title.key(k)
	}
	return nil
}

// chosen returns the IDs of the alerts that leave, and their number as it is to
// be typed.
func (d *splitDialog) chosen() (ids []string, word string) {
	for _, it := range d.items {
		if it.chosen {
			ids = append(ids, it.id)
		}
	}
	return ids, strconv.Itoa(len(ids))
}

func (d *splitDialog) confirm(m *Model) tea.Cmd {
	ids, word := d.chosen()
	switch {
	case len(ids) == 0:
		d.failure, d.focus = "which alerts? space chooses", 0
		return nil
	case len(ids) == len(d.items):
		d.failure, d.focus = "one of them at least stays", 0
		return nil
	case d.word.value() != word:
		d.failure, d.focus = "type "+word+", then enter", d.wordStop()
		return nil
	}
	c := monitor.Split{Incident: d.incident, Alerts: ids, Title: d.title.value()}
	return m.send(&d.form, c, word+" split off "+shortID(d.incident))
}

func (d *splitDialog) paste(_ *Model, text string) tea.Cmd {
	if d.focus == d.wordStop() {
		d.pasteConfirms()
		return nil
	}
	d.focus = d.titleStop()
	d.fill(&d.title, text)
	return nil
}

// follow leaves out alerts that are over; the focus stays on what it was on.
func (d *splitDialog) follow(m *Model) {
	inc := m.incident(d.incident)
	if inc == nil {
		return
	}
	open := activeAlerts(inc)
	for i := len(d.items) - 1; i >= 0; i-- {
		if slices.Contains(open, d.items[i].id) {
			continue
		}
		d.items = slices.Delete(d.items, i, i+1)
		if d.focus > i {
			d.focus--
		}
	}
	d.stops = len(d.items) + 2
}

func (d *splitDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Split); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *splitDialog) draw(m *Model, w, h int) string {
	b := box{title: m.titled("split", d.incident), enter: "enter split", leave: "space toggles  esc cancel"}
	b.row(piece{dim, "these alerts go into an incident of their own"})
	inc := m.incident(d.incident)
	for i, it := range d.items {
		row := b.item(m, d.focus == i, piece{plain, tick(it.chosen) + it.target})
		if a := memberOf(inc, it.id); a != nil {
			row.right = a.Severity + ", since " + m.clock(a.Started, time.TimeOnly)
		}
	}
	ids, word := d.chosen()
	b.input(w, "title", &d.title, d.focus == d.titleStop(), "blank: after the first alert")
	if len(ids) == 0 {
		b.enter = "enter split (off until one is chosen)"
	} else {
		b.confirm(w, word, &d.word, d.focus == d.wordStop())
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// memberOf returns an alert of an incident, nil if it has none of this ID.
func memberOf(inc *incident.Incident, id string) *incident.Member {
	if inc == nil {
		return nil
	}
	for i := range inc.Alerts {
		if inc.Alerts[i].Alert == id {
			return &inc.Alerts[i]
		}
	}
	return nil
}
