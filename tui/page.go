package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// pageDialog calls somebody about an alert now: the next step of its escalation,
// or anybody. Nobody is woken by accident: a word is typed first.
type pageDialog struct {
	form
	alert  string // ID
	target string
	words  []pageChoice
	to     choice
	word   field
}

// pageChoice is whom to call: a step's "to", or, with a group, the next step of
// its escalation.
type pageChoice struct{ to, group string }

// pageWord is what is typed to call somebody.
const pageWord = "page"

// openPage asks whom to call about the alert of a selection.
func (m *Model) openPage(sel selection) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	var a *alert.Alert
	for _, id := range sel.alerts {
		if x := m.snap.Alert(id); a == nil && x != nil && x.State.Active() {
			a = x
		}
	}
	if a == nil {
		m.refuse("no alert is firing here that somebody could be called about")
		return nil
	}
	d := &pageDialog{form: m.newForm(2), alert: a.ID, target: a.Target}
	for _, e := range m.escalationsOf(a) {
		if next := m.nextWords(e); next != "" && e.Round > 0 {
			d.words = append(d.words, pageChoice{group: e.Group})
		}
	}
	d.words = append(d.words, m.addressees()...)
	if len(d.words) == 0 {
		m.refuse("there is nobody to call: no receiver, no operator, no schedule is configured")
		return nil
	}
	d.to.words = make([]string, len(d.words))
	for i, c := range d.words {
		d.to.words[i] = toName(c.to)
		if c.group != "" {
			d.to.words[i] = "next step"
		}
	}
	m.dialog = d
	return nil
}

// addressees are all who can be called.
func (m *Model) addressees() (all []pageChoice) {
	for _, s := range m.snap.Roster.Schedules() {
		all = append(all, pageChoice{to: "schedule:" + s.Name})
	}
	for _, o := range m.snap.Roster.Operators() {
		all = append(all, pageChoice{to: "operator:" + o.Name})
	}
	for i := range m.snap.Policy.Receivers {
		all = append(all, pageChoice{to: m.snap.Policy.Receivers[i].Name})
	}
	return all
}

func (d *pageDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up" || stroke == "down":
		d.step(1)
	case d.focus == 0 && !d.text(k, 1):
		d.to.key(stroke)
	default:
		d.word.key(k)
	}
	return nil
}

// escalation returns that of the chosen one, nil if it is none or over by now.
func (d *pageDialog) escalation(m *Model) *alert.Escalation {
	c := d.words[d.to.at]
	i := slices.IndexFunc(m.snap.Escalations, func(e alert.Escalation) bool { return c.group != "" && e.Group == c.group })
	if i < 0 {
		return nil
	}
	return &m.snap.Escalations[i]
}

// firing tells whether there still is something to call about.
func (d *pageDialog) firing(m *Model) bool {
	a := m.snap.Alert(d.alert)
	return a != nil && a.State.Active()
}

func (d *pageDialog) confirm(m *Model) tea.Cmd {
	c := d.words[d.to.at]
	switch {
	case !d.firing(m):
		d.failure = "it is over"
	case c.group != "" && d.escalation(m) == nil:
		d.failure = "its escalation is over"
	case d.word.value() != pageWord:
		d.failure, d.focus = "type "+pageWord+" first", 1
	case c.group != "":
		return m.send(&d.form, monitor.CallNext{Group: c.group}, "the next step is called")
	default:
		return m.send(&d.form, monitor.Page{Alert: d.alert, To: c.to}, toName(c.to)+" is called")
	}
	return nil
}

func (d *pageDialog) paste(*Model, string) tea.Cmd {
	d.pasteConfirms()
	return nil
}

func (d *pageDialog) follow(*Model) {}

func (d *pageDialog) done(m *Model, c monitor.Command, err error) {
	switch c.(type) {
	case monitor.CallNext, monitor.Page:
		if d.busy && d.settle(err) {
			m.shut(d)
		}
	}
}

func (d *pageDialog) draw(m *Model, w, h int) string {
	b := box{title: "page somebody about " + d.target, enter: "enter page", leave: "esc cancel"}
	if a := m.snap.Alert(d.alert); a != nil && d.firing(m) {
		row := b.row(m.glyphOf(a.Severity), piece{key, " " + a.Target + "  "}, piece{plain, a.What()})
		row.right = "firing " + age(m.now.Sub(a.Started))
		for _, e := range m.escalationsOf(a) {
			b.say(dim, "escalation "+e.Policy+": "+m.escalationWords(e), w)
		}
	} else {
		b.row(piece{warn, d.target + " is over"})
	}
	b.choose("whom", &d.to, d.focus == 0)
	b.say(key, d.effect(m), w)
	b.rows[len(b.rows)-1].keep = true
	b.say(dim, "at once, whatever routes and waits say; undo does not unsend", w)
	b.confirm(w, pageWord, &d.word, d.focus == 1)
	d.status(&b, w)
	return b.draw(m, w, h)
}

// effect says who would be called.
func (d *pageDialog) effect(m *Model) string {
	c := d.words[d.to.at]
	if c.group == "" {
		if whom := m.reachNames(c.to, m.now); whom != "nobody" {
			return whom + " would be called"
		}
		return "nobody would be called: nobody is on call for it"
	}
	e := d.escalation(m)
	if e == nil {
		return "its escalation is over"
	}
	_, _, to := nextStep(escalationPolicy(&m.snap.Policy, e.Policy), e)
	if to == nil {
		return "its escalation calls nobody any more"
	}
	soon := *e
	soon.Due = m.now // whoever is on call now
	return m.nextWords(&soon) + " would be called"
}
