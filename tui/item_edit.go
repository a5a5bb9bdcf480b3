package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// itemDialog changes the parts of an action item.
type itemDialog struct {
	form
	from     *itemsDialog // what it goes back to
	incident string
	item     uint64
	text     string
	parts    []notePart
	was      map[string]string // by name, as they were when it was opened
}

func (m *Model) openItem(from *itemsDialog, a *incident.ActionItem) {
	parts := newItemParts(a)
	states := &choice{words: incident.ActionStates}
	states.choose(a.State)
	parts = slices.Insert(parts, 0, notePart{name: incident.PartState, choice: states})
	d := &itemDialog{form: m.newForm(len(parts)), from: from, incident: from.incident, item: a.ID, text: a.Text, parts: parts}
	d.was = map[string]string{}
	for i := range parts {
		d.was[parts[i].name] = parts[i].text()
	}
	m.dialog = d
}

func (d *itemDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch d.press(m.now, k) {
	case formTaken:
		return nil
	case formLeave:
		d.close(m)
		return nil
	case formEnter:
		return d.confirm(m)
	}
	p := &d.parts[d.focus]
	switch stroke := k.Keystroke(); {
	case stroke == "up":
		d.step(-1)
	case stroke == "down":
		d.step(1)
	case p.choice != nil:
		_ = p.choice.letter(k) || p.choice.key(stroke)
	default:
		p.field.key(k)
	}
	return nil
}

// close goes back to the list.
func (d *itemDialog) close(m *Model) {
	if m.dialog != d {
		return
	}
	m.dialog = nil
	if d.from != nil {
		m.dialog = d.from
		d.from.follow(m)
	}
}

// confirm sends the parts that are others now.
func (d *itemDialog) confirm(m *Model) tea.Cmd {
	var changes []monitor.Command
	for i := range d.parts {
		p := &d.parts[i]
		value := p.text()
		if p.name == incident.PartDue {
			due, err := m.dueDate(value)
			if err != nil {
				d.failure, d.focus = err.Error(), i
				return nil
			}
			value = due
		} else if p.choice == nil {
			value = p.field.value()
		}
		if value != d.was[p.name] {
			changes = append(changes, monitor.SetAction{Incident: d.incident, Item: d.item, Part: p.name, Value: value})
		}
	}
	if len(changes) == 0 {
		d.close(m)
		return nil
	}
	var cmds []tea.Cmd
	for _, c := range changes {
		cmds = append(cmds, m.send(&d.form, c, "changed"))
	}
	return tea.Batch(cmds...)
}

func (d *itemDialog) paste(_ *Model, text string) tea.Cmd {
	if p := &d.parts[d.focus]; p.choice == nil {
		d.fill(&p.field, text)
	}
	return nil
}

func (d *itemDialog) follow(*Model) {}

func (d *itemDialog) done(m *Model, c monitor.Command, err error) {
	if set, mine := c.(monitor.SetAction); mine && d.busy && set.Item == d.item {
		if err == nil {
			d.was[set.Part] = set.Value // if another fails, this one is not sent again
		}
		if d.settle(err) {
			d.close(m)
		}
	}
}

func (d *itemDialog) draw(m *Model, w, h int) string {
	b := box{title: "action item of " + shortID(d.incident), enter: "enter save", leave: "↑ ↓ part  ← → word  esc leave"}
	rows := wrap(d.text, boxInner(w))
	for _, row := range rows[:min(len(rows), 3)] {
		b.row(piece{key, row})
	}
	if len(rows) > 3 {
		b.row(piece{dim, "and " + count(len(rows)-3, "more row")})
	}
	for i := range d.parts {
		p, on := &d.parts[i], d.focus == i
		if p.choice != nil {
			b.pick(p.name, p.choice, on, "")
			continue
		}
		b.input(w, p.name, &p.field, on, m.partHint(p))
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
