package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// itemsDialog lists the action items of an incident: enter changes the parts of
// one, space says that it is done.
type itemsDialog struct {
	menu
	incident string
}

func (m *Model) openItems(id string) tea.Cmd {
	if m.incident(id) == nil {
		return nil
	}
	d := &itemsDialog{menu: menu{form: m.newForm(0)}, incident: id}
	d.follow(m)
	m.dialog = d
	return nil
}

func (d *itemsDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done || d.walk(k) {
		return cmd
	}
	switch d.letter(m, k, "n", "space") {
	case "n":
		return m.openWriting(d.incident, "", incident.Action)
	case "space":
		return d.toggle(m)
	}
	return nil
}

// item returns the marked one, nil if there is none.
func (d *itemsDialog) item(m *Model) *incident.ActionItem {
	inc := m.incident(d.incident)
	if inc == nil {
		return nil
	}
	if i := slices.IndexFunc(inc.Actions, func(a incident.ActionItem) bool { return itemID(&a) == d.marked() }); i >= 0 {
		return &inc.Actions[i]
	}
	return nil
}

func itemID(a *incident.ActionItem) string { return strconv.FormatUint(a.ID, 10) }

// confirm opens the marked item; without one, a new one.
func (d *itemsDialog) confirm(m *Model) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	if len(d.ids) == 0 {
		return m.openWriting(d.incident, "", incident.Action)
	}
	a := d.item(m)
	if a == nil {
		d.failure = "it was taken back meanwhile: choose again"
		d.mark(d.at)
		return nil
	}
	m.openItem(d, a)
	return nil
}

// toggle says that the marked item is done, or open again.
func (d *itemsDialog) toggle(m *Model) tea.Cmd {
	a := d.item(m)
	if a == nil {
		return nil
	}
	state := "done"
	if a.State != incident.ActionStates[0] {
		state = incident.ActionStates[0]
	}
	return m.send(&d.form, monitor.SetAction{Incident: d.incident, Item: a.ID, Part: incident.PartState, Value: state}, "it is "+state)
}

func (d *itemsDialog) paste(*Model, string) tea.Cmd { return nil }

func (d *itemsDialog) follow(m *Model) {
	var ids []string
	if inc := m.incident(d.incident); inc != nil {
		for i := range inc.Actions {
			ids = append(ids, itemID(&inc.Actions[i]))
		}
	}
	d.list(ids)
}

func (d *itemsDialog) done(_ *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.SetAction); mine && d.busy {
		d.settle(err)
	}
}

func (d *itemsDialog) draw(m *Model, w, h int) string {
	b := box{title: m.titled("action items of", d.incident), enter: "enter change", leave: "space done  n new  esc leave"}
	inc := m.incident(d.incident)
	if inc == nil {
		return b.draw(m, w, h)
	}
	for i := range inc.Actions {
		a := &inc.Actions[i]
		text := plain
		if a.State != incident.ActionStates[0] {
			text = dim
		}
		row := b.item(m, d.is(i), piece{key, stateBox(a)}, piece{text, oneLine(a.Text)})
		row.right = itemWords(a)
	}
	if len(inc.Actions) == 0 {
		b.say(plain, "nothing is to be done yet; enter writes the first", w)
		b.enter = "enter new"
	}
	d.warn(m, &b, w)
	d.status(&b, w)
	return b.draw(m, w, h)
}

// stateBox shows the state of an item: open, done or dropped.
func stateBox(a *incident.ActionItem) string {
	switch a.State {
	case "done":
		return "[x] "
	case "dropped":
		return "[-] "
	}
	return "[ ] "
}

// itemWords are the parts of an item in a few words.
func itemWords(a *incident.ActionItem) string {
	parts := []string{a.Owner, a.Due, a.Ticket, a.Kind + "/" + a.Horizon}
	if a.Owner == "" {
		parts[0] = "no owner"
	}
	return strings.Join(filled(parts...), "  ")
}
