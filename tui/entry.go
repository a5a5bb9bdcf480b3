package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// entryDialog shows a line of a timeline with all of its text, and what became of
// it: the texts before, the stars, who took it back.
type entryDialog struct {
	form
	incident string
	line     uint64 // its ID
	from     int    // first row in sight
}

func (m *Model) openEntry(l *incident.Line) tea.Cmd {
	m.dialog = &entryDialog{form: m.newForm(0), incident: l.Incident, line: l.ID()}
	return nil
}

func (d *entryDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if d.press(m.now, k) == formLeave {
		m.shut(d)
		return nil
	}
	w, h := m.dialogRoom()
	rows := len(d.text(m, boxInner(w)))
	room := max(h-2, 1)
	switch k.String() {
	case "down", "j":
		d.from++
	case "up", "k":
		d.from--
	case "pgdown", "space", "ctrl+d":
		d.from += room
	case "pgup", "ctrl+u":
		d.from -= room
	case "g", "home":
		d.from = 0
	case "G", "end":
		d.from = rows
	}
	d.from = min(max(d.from, 0), max(rows-room, 0))
	return nil
}

// dialogRoom returns the columns and lines that a dialog has.
func (m *Model) dialogRoom() (w, h int) { return m.w, m.h - min(m.topLines(), 2, m.h-1) }

func (d *entryDialog) paste(*Model, string) tea.Cmd        { return nil }
func (d *entryDialog) follow(*Model)                       {}
func (d *entryDialog) done(*Model, monitor.Command, error) {}

// find returns the line as it now is, nil if it is gone.
func (d *entryDialog) find(m *Model) *incident.Line {
	inc := m.incident(d.incident)
	if inc == nil {
		return nil
	}
	for i := range inc.Entries {
		if l := &inc.Entries[i]; l.ID() == d.line {
			return l
		}
	}
	return nil
}

func (d *entryDialog) draw(m *Model, w, h int) string {
	b := box{title: "line", leave: "↑ ↓ scroll  esc leave"}
	if l := d.find(m); l != nil {
		b.title = m.entryTitle(l)
	}
	rows := d.text(m, boxInner(w))
	room := max(h-2, 1)
	from := min(d.from, max(len(rows)-room, 0))
	if len(rows) > room {
		b.enter = fmt.Sprintf("%d to %d of %d", from+1, min(from+room, len(rows)), len(rows))
	}
	for _, p := range rows[from:min(from+room, len(rows))] {
		b.row(p)
	}
	return b.draw(m, w, h)
}

// text returns the rows at a width: the text, then what became of it, newest
// first.
func (d *entryDialog) text(m *Model, w int) []piece {
	l := d.find(m)
	if l == nil {
		return []piece{{dim, "it is not there any more"}}
	}
	var rows []piece
	say := func(r role, text string) {
		for _, row := range wrap(text, w) {
			rows = append(rows, piece{r, row})
		}
	}
	text := l.Text
	if !l.Written() {
		text = l.Sentence()
	}
	say(plain, text)
	if more := m.partsOf(l); more != "" {
		say(dim, more)
	}
	for i := len(l.Marks) - 1; i >= 0; i-- {
		say(dim, m.clock(l.Marks[i].Recorded, time.DateTime)+" "+markWords(&l.Marks[i]))
	}
	for i := len(l.Older) - 1; i >= 0; i-- {
		until := l.Recorded
		if i+1 < len(l.Older) {
			until = l.Older[i+1].Recorded
		}
		say(dim, "── until "+m.clock(until, time.DateTime)+" it said:")
		say(plain, l.Older[i].Text)
	}
	return rows
}

// partsOf says what was asked for beside a line's text: whom a communication
// went to, or whose an action item is and until when; "" if nothing was said.
func (m *Model) partsOf(l *incident.Line) string {
	if inc := m.incident(l.Incident); l.Kind == incident.Action && inc != nil {
		for i := range inc.Actions {
			if a := &inc.Actions[i]; a.ID == l.ID() {
				return a.State + "  " + itemWords(a)
			}
		}
	}
	return toldWhom(l)
}

// toldWhom says whom a communication went to, "" if that is not said.
func toldWhom(l *incident.Line) string {
	to, where := l.Told()
	switch {
	case to == "" && where == "":
		return ""
	case where == "":
		return "to " + to
	case to == "":
		return "via " + where
	}
	return "to " + to + " via " + where
}

// markWords say what somebody did with a line.
func markWords(e *incident.Entry) string {
	switch {
	case e.Kind == incident.Starred && e.Value == "on":
		return e.By + " starred it"
	case e.Kind == incident.Starred:
		return e.By + " took the star away"
	case e.Kind == incident.Retracted:
		return e.By + " took it back"
	case e.Kind == incident.SetAction && e.Value == "":
		return e.By + " took its " + e.Field + " away"
	case e.Kind == incident.SetAction:
		return e.By + " set its " + e.Field + " to " + e.Value
	}
	return e.By + ": " + string(e.Kind)
}
