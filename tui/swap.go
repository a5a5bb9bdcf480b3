package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
	"sitrep/oncall"
)

// swapDialog asks somebody to exchange a shift. Nothing changes until they accept.
type swapDialog struct {
	form
	schedule     string
	mine, theirs choice
	give         []oncall.Shift // what mine is chosen from
	take         []swapTake     // what theirs is chosen from
	note         field
	effect       []string
	wrong        string
}

// swapTake is what one gets in return: a shift of somebody, or nothing.
type swapTake struct {
	who   string
	shift oncall.Shift // no From: they just take over
}

// How far, and of how many shifts, a swap is offered.
const (
	swapHorizon = 120 * 24 * time.Hour
	swapMost    = 40
)

// The stops of the dialog.
const (
	swapMine = iota
	swapTheirs
	swapNote
	swapStops
)

// openSwap asks which shifts to exchange.
func (m *Model) openSwap(schedule string) tea.Cmd {
	if schedule == "" {
		m.refuse("no schedule is selected")
		return nil
	}
	if !m.may(monitor.Respond) {
		return nil
	}
	me := m.src.Actor().Name
	d := &swapDialog{form: m.newForm(swapStops), schedule: schedule}
	for _, x := range m.snap.Roster.Shifts(schedule, m.now, m.now.Add(swapHorizon)) {
		if x.Fallback || len(x.On) != 1 {
			continue
		}
		words := m.shiftWords(&x)
		switch who := x.On[0]; {
		case who == me && len(d.give) < swapMost:
			d.give, d.mine.words = append(d.give, x), append(d.mine.words, words)
		case who != me && len(d.take) < swapMost:
			d.take, d.theirs.words = append(d.take, swapTake{who, x}), append(d.theirs.words, who+", "+words)
		}
	}
	for _, who := range m.rosterNames() {
		if who != me {
			d.take, d.theirs.words = append(d.take, swapTake{who: who}), append(d.theirs.words, who+", for nothing in return")
		}
	}
	switch {
	case len(d.give) == 0:
		m.refuse("you have no shift of " + schedule + " to give in the next 120 days")
		return nil
	case len(d.take) == 0:
		m.refuse("there is nobody to swap with")
		return nil
	}
	d.follow(m)
	m.dialog = d
	return nil
}

// shiftWords are when a shift is.
func (m *Model) shiftWords(x *oncall.Shift) string {
	return m.onCallTime(x.From) + " to " + m.onCallTime(x.To)
}

func (d *swapDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up":
		d.step(-1)
	case stroke == "down":
		d.step(1)
	case d.text(k, swapNote):
		d.note.key(k)
	case d.focus == swapMine:
		d.mine.key(stroke)
	case d.focus == swapTheirs:
		d.theirs.key(stroke)
	default:
		d.note.key(k)
	}
	d.failure = ""
	d.follow(m)
	return nil
}

// swap is what is asked for.
func (d *swapDialog) swap(m *Model) oncall.Swap {
	mine, theirs := d.give[d.mine.at], d.take[d.theirs.at]
	return oncall.Swap{
		Schedule: d.schedule, By: m.src.Actor().Name, With: theirs.who, MineFrom: later(mine.From, m.now), MineTo: mine.To,
		TheirsFrom: theirs.shift.From, TheirsTo: theirs.shift.To, Note: d.note.value(),
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// follow works out what it comes to once they accept.
func (d *swapDialog) follow(m *Model) {
	d.effect, d.wrong = nil, ""
	s, r := d.swap(m), m.snap.Roster
	asked, delta, err := r.Swap(m.now, s)
	if err != nil {
		d.wrong = err.Error()
		return
	}
	after, _, err := asked.Answer(m.now, delta.Overrides[0].Swap, s.With, true)
	if err != nil {
		d.wrong = err.Error()
		return
	}
	d.effect = m.changeLines(r, after, d.schedule, m.now, later(s.MineTo, s.TheirsTo))
}

func (d *swapDialog) confirm(m *Model) tea.Cmd {
	d.follow(m)
	if d.wrong != "" {
		d.failure = d.wrong
		return nil
	}
	s := d.swap(m)
	return m.send(&d.form, monitor.Swap{Swap: s}, s.With+" is asked to swap")
}

func (d *swapDialog) paste(m *Model, text string) tea.Cmd {
	d.focus = swapNote
	d.fill(&d.note, text)
	d.follow(m)
	return nil
}

func (d *swapDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Swap); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *swapDialog) draw(m *Model, w, h int) string {
	b := box{title: "swap a shift of " + d.schedule, enter: "enter ask", leave: "esc cancel"}
	b.choose("you give", &d.mine, d.focus == swapMine)
	b.choose("you get", &d.theirs, d.focus == swapTheirs)
	b.input(w, "note", &d.note, d.focus == swapNote, "")
	b.say(dim, d.take[d.theirs.at].who+" is asked; until they accept nothing changes. Then:", w)
	m.effectRows(&b, d.effect, d.wrong, w)
	d.status(&b, w)
	return b.draw(m, w, h)
}

// choose appends a row for a choice of which one word is shown.
func (b *box) choose(name string, c *choice, focus bool) {
	row := b.row(append([]piece{nameOf(name, focus)}, c.short()...)...)
	row.focus, row.label = focus, true
	if focus {
		row.right = "← →"
	}
}

// swapHalves returns both halves of a swap that waits, whose giver's is first.
func swapHalves(r *oncall.Roster, swap string) (halves []oncall.Override) {
	for _, o := range r.Overrides(false) {
		if o.Swap != swap || swap == "" || !o.Waiting() {
			continue
		}
		if o.With == o.Asked {
			halves = append([]oncall.Override{o}, halves...)
		} else {
			halves = append(halves, o)
		}
	}
	return halves
}

// swapWords say what a swap that waits asks for.
func (m *Model) swapWords(swap string) string {
	halves := swapHalves(m.snap.Roster, swap)
	if len(halves) == 0 {
		return ""
	}
	o := &halves[0]
	s := fmt.Sprintf("%s asks you to take %s, %s to %s", o.By, o.Schedule, m.onCallTime(o.From), m.onCallTime(o.To))
	if len(halves) > 1 {
		s += fmt.Sprintf(", for %s to %s", m.onCallTime(halves[1].From), m.onCallTime(halves[1].To))
	}
	return s + because(o.Note)
}
