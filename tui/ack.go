package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// ackDialog asks how to acknowledge alerts: those that were selected, and, if
// one likes, the others of their incident.
type ackDialog struct {
	form
	place string // of its draft
	items []ackItem
	until choice
	note  field
}

// ackItem is one of the alerts.
type ackItem struct {
	id, target string
	chosen     bool
	extra      bool       // of the same incident: can be left out
	before     *alert.Ack // as it was when the dialog opened
}

var ackSpans = []time.Duration{0, time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour}

// The stops of the dialog; those of the extra alerts follow.
const (
	ackNote = iota
	ackUntil
	ackExtras
)

// openAck asks how to acknowledge alerts.
func (m *Model) openAck(alertIDs []string) tea.Cmd {
	if !m.may(monitor.Respond) || m.snap == nil {
		return nil
	}
	d := &ackDialog{
		place: "ack:" + strings.Join(alertIDs, " "),
		until: choice{words: []string{"until it ends", "1h", "4h", "8h", "24h"}},
	}
	for _, id := range alertIDs {
		if a := m.snap.Alert(id); a != nil && a.State.Active() {
			d.items = append(d.items, ackItem{id: id, target: a.Target, chosen: true, before: a.Ack})
		}
	}
	if len(d.items) == 0 {
		m.refuse("nothing to acknowledge: no alert is active here")
		return nil
	}
	for _, id := range m.sameIncident(alertIDs) {
		if a := m.snap.Alert(id); a != nil && a.State.Active() && a.Ack == nil {
			d.items = append(d.items, ackItem{id: id, target: a.Target, extra: true})
		}
	}
	d.note = newField(m.draft(d.place), false)
	d.form = m.newForm(ackExtras + len(d.extras()))
	m.dialog = d
	return nil
}

// sameIncident returns the other alerts of the open incidents that some are in.
func (m *Model) sameIncident(ids []string) []string {
	var others []string
	for _, inc := range m.snap.Incidents {
		if !inc.Open() {
			continue
		}
		members := make([]string, 0, len(inc.Alerts))
		for _, member := range inc.Alerts {
			members = append(members, member.Alert)
		}
		if slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(members, id) }) {
			others = append(others, slices.DeleteFunc(members, func(id string) bool { return slices.Contains(ids, id) })...)
		}
	}
	return others
}

// extras returns the places of the alerts that may be left out.
func (d *ackDialog) extras() []int {
	var at []int
	for i := range d.items {
		if d.items[i].extra {
			at = append(at, i)
		}
	}
	return at
}

// open tells whether an alert can still be acknowledged here: it is active, and
// nobody else was first since the dialog opened.
func (d *ackDialog) open(m *Model, it *ackItem) bool {
	a := m.snap.Alert(it.id)
	return a != nil && a.State.Active() && (a.Ack == nil || it.before != nil && a.Ack.At.Equal(it.before.At) && a.Ack.By == it.before.By)
}

// todo returns the IDs that enter would acknowledge.
func (d *ackDialog) todo(m *Model) []string {
	var ids []string
	for i := range d.items {
		if d.items[i].chosen && d.open(m, &d.items[i]) {
			ids = append(ids, d.items[i].id)
		}
	}
	return ids
}

func (d *ackDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	stroke := k.Keystroke()
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch {
	case stroke == "up" || stroke == "down":
		d.step(map[string]int{"up": -1, "down": 1}[stroke])
	case d.focus != ackNote && d.text(k, ackNote):
		d.note.key(k)
		return m.typed(d.place, d.note.text)
	case d.focus == ackUntil:
		d.until.key(stroke)
	case d.focus >= ackExtras:
		if it := &d.items[d.extras()[d.focus-ackExtras]]; stroke == "space" {
			it.chosen = !it.chosen
		}
	case d.note.key(k):
		return m.typed(d.place, d.note.text)
	}
	return nil
}

func (d *ackDialog) confirm(m *Model) tea.Cmd {
	ids := d.todo(m)
	if len(ids) == 0 {
		d.failure = "nothing is left to acknowledge"
		return nil
	}
	c := monitor.Acknowledge{Alerts: ids, Note: d.note.value(), For: ackSpans[d.until.at]}
	return m.send(&d.form, c, "acknowledged "+count(len(ids), "alert"))
}

func (d *ackDialog) paste(m *Model, text string) tea.Cmd {
	d.focus = ackNote
	d.fill(&d.note, text)
	return m.typed(d.place, d.note.text)
}

func (d *ackDialog) follow(*Model) {}

func (d *ackDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Acknowledge); mine && d.busy && d.settle(err) {
		m.forget(d.place)
		m.shut(d)
	}
}

func (d *ackDialog) draw(m *Model, w, h int) string {
	b := box{title: "acknowledge", enter: "enter acknowledge", leave: "esc cancel, draft kept"}
	for i := range d.items {
		if !d.items[i].extra {
			d.drawAlert(m, &b, &d.items[i])
		}
	}
	d.escalations(m, &b, w)
	b.row(piece{dim, "no reminders meanwhile; board, log and timeline still show it. It ends"})
	b.row(piece{dim, "when the alert is over, when it gets worse, or:"})
	hint := "← →"
	if span := ackSpans[d.until.at]; span > 0 {
		hint = "at " + m.clock(m.now.Add(span), "15:04") + " " + m.zone() + "  ← →"
	}
	b.input(w, "note", &d.note, d.focus == ackNote, "tab next")
	b.pick("for", &d.until, d.focus == ackUntil, hint)
	for n, i := range d.extras() {
		it := &d.items[i]
		row := b.row(piece{plain, "  " + tick(it.chosen && d.open(m, it)) + "also " + it.target})
		row.focus = d.focus == ackExtras+n
		if row.focus {
			row.pieces[0] = piece{key, "› " + tick(it.chosen) + "also " + it.target}
			row.right = "space toggles"
		}
		if !d.open(m, it) {
			row.right = d.taken(m, it)
		}
	}
	d.status(&b, w)
	switch n := len(d.todo(m)); n {
	case 0:
		b.enter = "nothing left to acknowledge"
	case 1:
	default:
		b.enter = fmt.Sprintf("enter acknowledge %d", n)
	}
	return b.draw(m, w, h)
}

// escalations say which escalations would stop, and whom they would call.
func (d *ackDialog) escalations(m *Model, b *box, w int) {
	for i := range m.snap.Escalations {
		e := &m.snap.Escalations[i]
		next := m.nextWords(e)
		if next == "" || e.Due.IsZero() || !slices.ContainsFunc(d.todo(m), func(id string) bool { a := m.snap.Alert(id); return a != nil && m.escalates(e, a) }) {
			continue
		}
		verb := "stops escalation: "
		if len(d.todo(m)) < len(m.escalatedAlerts(e)) {
			verb = "stops escalation once all its alerts are acknowledged: "
		}
		b.say(plain, verb+next+" would be called "+inTime(e.Due.Sub(m.now)), w)
	}
}

func (d *ackDialog) drawAlert(m *Model, b *box, it *ackItem) {
	a := m.snap.Alert(it.id)
	if a == nil || !d.open(m, it) {
		b.row(piece{key, it.target + "  "}, piece{warn, d.taken(m, it)})
		return
	}
	row := b.row(m.glyphOf(a.Severity), piece{key, " " + it.target + "  "}, piece{plain, a.Severity.String() + ": " + a.What()})
	row.right = "firing " + age(m.now.Sub(a.Started))
	if a.Ack != nil {
		row.right = "takes over from " + a.Ack.By
	}
}

// taken says why an alert cannot be acknowledged here any more.
func (d *ackDialog) taken(m *Model, it *ackItem) string {
	a := m.snap.Alert(it.id)
	if a == nil || !a.State.Active() {
		return "is over"
	}
	text := fmt.Sprintf("%s acknowledged %s ago", a.Ack.By, age(m.now.Sub(a.Ack.At)))
	if a.Ack.Note != "" {
		text += ": " + oneLine(a.Ack.Note)
	}
	return text
}
