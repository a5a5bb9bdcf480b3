package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
	"sitrep/oncall"
)

// overridesDialog lists the overrides of a schedule that are not over, to
// withdraw one. enter asks nothing more: what it would change is shown, and an
// override is made again as easily.
type overridesDialog struct {
	menu
	schedule string
	held     []oncall.Override
	effect   []string
	wrong    string
}

// openOverrides lists the overrides of a schedule.
func (m *Model) openOverrides(schedule string) tea.Cmd {
	if schedule == "" {
		m.refuse("no schedule is selected")
		return nil
	}
	if !m.may(monitor.Respond) {
		return nil
	}
	d := &overridesDialog{menu: menu{form: m.newForm(0)}, schedule: schedule}
	d.follow(m)
	if len(d.held) == 0 {
		m.refuse("no override of " + schedule + " holds or is to come; " + m.keyFor("O") + " makes one")
		return nil
	}
	m.dialog = d
	return nil
}

func (d *overridesDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	if !d.walk(k) {
		d.letter(m, k)
	}
	d.look(m)
	return nil
}

// override returns the marked one, nil if it is gone.
func (d *overridesDialog) override() *oncall.Override {
	if d.marked() == "" {
		return nil
	}
	return &d.held[d.at]
}

func (d *overridesDialog) confirm(m *Model) tea.Cmd {
	o := d.override()
	switch {
	case o == nil:
		d.failure = "it ended meanwhile: choose again"
		d.mark(d.at)
		return nil
	case d.wrong != "":
		d.failure = d.wrong
		return nil
	}
	return m.send(&d.form, monitor.EndOverride{ID: o.ID}, o.ID+" is withdrawn")
}

func (d *overridesDialog) paste(*Model, string) tea.Cmd { return nil }

func (d *overridesDialog) follow(m *Model) {
	d.held = nil
	var ids []string
	for _, o := range m.snap.Roster.Overrides(false) {
		if o.Schedule == d.schedule && o.To.After(m.now) && !oncall.OfCalendar(o.ID) { // its file is where an event ends
			d.held, ids = append(d.held, o), append(ids, o.ID)
		}
	}
	d.list(ids)
	d.look(m)
}

// look works out what withdrawing the marked one would change.
func (d *overridesDialog) look(m *Model) {
	d.effect, d.wrong = nil, ""
	o := d.override()
	if o == nil {
		return
	}
	r := m.snap.Roster
	next, _, err := r.Withdraw(m.now, o.ID, m.src.Actor().Name)
	if err != nil {
		d.wrong = err.Error()
		return
	}
	d.effect = m.changeLines(r, next, d.schedule, m.now, o.To)
}

func (d *overridesDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.EndOverride); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *overridesDialog) draw(m *Model, w, h int) string {
	b := box{title: "withdraw an override of " + d.schedule, enter: "enter withdraw", leave: "esc leave"}
	for i := range d.held {
		b.item(m, d.is(i), piece{plain, m.overrideWords(&d.held[i])})
	}
	if len(d.held) == 0 {
		b.row(piece{dim, "none holds any more"})
		b.enter = ""
	}
	d.warn(m, &b, w)
	if d.override() != nil {
		m.effectRows(&b, d.effect, d.wrong, w)
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// overrideWords are an override in a line.
func (m *Model) overrideWords(o *oncall.Override) string {
	s := o.ID + "  " + o.With
	if o.For != "" {
		s += " for " + o.For
	}
	s += fmt.Sprintf(", %s to %s", m.onCallTime(o.From), m.onCallTime(o.To))
	if o.Waiting() {
		s += ", waits for " + o.Asked
	}
	if o.By != "" && o.By != o.With {
		s += ", by " + o.By
	}
	return s + because(o.Note)
}
