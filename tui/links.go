package tui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// linksDialog lists what else belongs to an incident: n adds a link, and so does
// pasting one; r takes one away, after it asked.
type linksDialog struct {
	menu
	incident string
	adding   bool
	dropping bool // enter takes the marked one away
	kind     choice
	to, text field
}

// The stops of a link that is added.
const (
	linkKind = iota
	linkTo
	linkText
	linkStops
)

func (m *Model) openLinks(id string) tea.Cmd {
	if m.incident(id) == nil {
		return nil
	}
	d := &linksDialog{menu: menu{form: m.newForm(linkStops)}, incident: id, kind: choice{words: incident.LinkKinds}}
	d.to.set(m.draft(d.place()))
	d.follow(m)
	m.dialog = d
	return nil
}

// place is that of the draft of a new link.
func (d *linksDialog) place() string { return "link:" + d.incident }

func (d *linksDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case d.adding:
		return d.keyLink(m, k)
	case k.Keystroke() == "esc" && d.dropping:
		d.dropping = false
		return nil
	}
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	if d.walk(k) {
		d.dropping = false
		return nil
	}
	switch d.letter(m, k, "n", "r") {
	case "n":
		d.add(m)
	case "r":
		d.dropping = m.may(monitor.Respond) && d.link(m) != nil
	}
	return nil
}

// add begins a link.
func (d *linksDialog) add(m *Model) {
	if !m.may(monitor.Respond) {
		d.failure = "you may only look"
		return
	}
	d.adding, d.dropping, d.focus, d.failure = true, false, linkTo, ""
}

// keyLink takes the keys while a link is typed: esc goes back to the list.
func (d *linksDialog) keyLink(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch d.press(m.now, k) {
	case formTaken:
		return nil
	case formLeave:
		d.adding = false
		return nil
	case formEnter:
		return d.save(m)
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up":
		d.step(-1)
	case stroke == "down":
		d.step(1)
	case d.focus == linkKind && !d.form.text(k, linkTo):
		d.kind.key(stroke)
	case d.focus == linkTo:
		d.to.key(k)
		return m.typed(d.place(), d.to.text)
	default:
		d.text.key(k)
	}
	return nil
}

func (d *linksDialog) save(m *Model) tea.Cmd {
	to := d.to.value()
	if to == "" {
		d.failure, d.focus = "where to? a URL, or the name of a ticket or target", linkTo
		return nil
	}
	return m.send(&d.form, monitor.AddLink{Incident: d.incident, Kind: d.kind.word(), To: to, Text: d.text.value()}, "linked")
}

// link returns the marked one, nil if it is gone.
func (d *linksDialog) link(m *Model) *incident.Link {
	inc := m.incident(d.incident)
	if inc == nil {
		return nil
	}
	if i := slices.IndexFunc(inc.Links, func(l incident.Link) bool { return linkID(&l) == d.marked() }); i >= 0 {
		return &inc.Links[i]
	}
	return nil
}

func linkID(l *incident.Link) string { return strconv.FormatUint(l.ID, 10) }

// confirm takes the marked link away if that was asked for; otherwise it begins
// another.
func (d *linksDialog) confirm(m *Model) tea.Cmd {
	if !d.dropping {
		d.add(m)
		return nil
	}
	l := d.link(m)
	if l == nil {
		d.failure, d.dropping = "it is gone already", false
		return nil
	}
	return m.send(&d.form, monitor.DropLink{Incident: d.incident, Link: l.ID}, "link taken away")
}

// paste begins a link with what is pasted into the list.
func (d *linksDialog) paste(m *Model, text string) tea.Cmd {
	if !d.adding {
		d.add(m)
	}
	switch {
	case !d.adding:
		return nil
	case d.focus == linkText:
		d.fill(&d.text, text)
		return nil
	}
	d.focus = linkTo
	d.fill(&d.to, text)
	return m.typed(d.place(), d.to.text)
}

func (d *linksDialog) follow(m *Model) {
	var ids []string
	if inc := m.incident(d.incident); inc != nil {
		for i := range inc.Links {
			ids = append(ids, linkID(&inc.Links[i]))
		}
	}
	d.list(ids)
	if d.marked() == "" {
		d.dropping = false
	}
}

func (d *linksDialog) done(m *Model, c monitor.Command, err error) {
	switch c.(type) {
	case monitor.AddLink, monitor.DropLink:
	default:
		return
	}
	if !d.busy || !d.settle(err) {
		return
	}
	if d.adding {
		d.to.set("")
		d.text.set("")
		m.forget(d.place())
	}
	d.adding, d.dropping = false, false
	d.follow(m)
}

func (d *linksDialog) draw(m *Model, w, h int) string {
	b := box{title: m.titled("links of", d.incident), enter: "enter add one", leave: "n new  r take away  esc leave"}
	inc := m.incident(d.incident)
	if inc == nil {
		return b.draw(m, w, h)
	}
	for i := range inc.Links {
		l := &inc.Links[i]
		row := b.item(m, d.is(i), piece{dim, pad(l.Kind, 10)}, piece{key, l.To})
		if l.Text != "" {
			row.pieces = append(row.pieces, piece{plain, "  " + l.Text})
		}
		row.right, row.links = l.By, true
		row.focus = row.focus && !d.adding
	}
	switch {
	case d.adding:
		b.pick("kind", &d.kind, d.focus == linkKind, "← →")
		b.input(w, "to", &d.to, d.focus == linkTo, "a URL, or a name")
		b.input(w, "words", &d.text, d.focus == linkText, "may be blank")
		b.enter, b.leave = "enter add it", "tab next field  esc back, kept"
	case d.dropping:
		b.say(warn, "enter takes the marked link away; the timeline keeps that it was there", w)
		b.enter, b.leave = "enter take it away", "esc leave it"
	case len(inc.Links) == 0:
		b.say(plain, "nothing is linked yet: tickets, dashboards, recordings; pasting one adds it", w)
	}
	d.warn(m, &b, w)
	d.status(&b, w)
	return b.draw(m, w, h)
}
