package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// noteDialog is a text being written: a line of an incident's timeline, where it
// stands below the live entries, or in a box a note about a target or a field of
// an incident's report.
type noteDialog struct {
	form
	incident, target string
	also             []notePlace // where a new line is written as well
	edit             uint64      // ID of one's own line that gets a new text; 0 is a new one
	report           string      // one of incident.Fields that the text is; "" is a line
	place            string      // of its draft
	text             field
	kind             int // place in noteKinds
	parts            map[incident.Kind][]notePart
	at               field
	dated            bool   // at is shown
	was              string // the text that is edited
	sent             string // the text of the command under way
	from             dialog // what is behind it and comes back; nil is nothing
}

// noteKinds are what an operator may write into a timeline.
var noteKinds = []incident.Kind{incident.Note, incident.Decision, incident.Comms, incident.Action}

const (
	noteLimit = 64 << 10 // bytes, as much as a timeline takes
	noteRows  = 6        // of the text in sight
)

// The stops of the dialog; the parts of the kind follow. tab in the text goes
// through the kinds: what is asked beside it is reached with the arrows.
const (
	noteText = iota
	noteTime
	noteParts
)

// openNote begins a note in an incident, or about a target. What was typed
// there before and not sent stands in it.
func (m *Model) openNote(incidentID, target string) tea.Cmd {
	return m.openWriting(incidentID, target, "")
}

// openWriting is openNote for a kind; "" is that of the draft.
func (m *Model) openWriting(incidentID, target string, kind incident.Kind) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	place := incidentID
	if place == "" {
		place = "target:" + target
	}
	d := m.newNote(noteDialog{incident: incidentID, target: target, place: place})
	m.restore(d, m.draft(place))
	if kind != "" {
		d.kind = slices.Index(noteKinds, kind)
	}
	m.dialog = d
	return nil
}

// newNote makes a dialog of its beginning.
func (m *Model) newNote(d noteDialog) *noteDialog {
	d.form, d.parts = m.newForm(0), newNoteParts()
	d.text = field{lines: true, limit: noteLimit}
	return &d
}

// openEdit gives one's own line a new text.
func (m *Model) openEdit(l *incident.Line) tea.Cmd {
	switch me := m.src.Actor().Name; {
	case !m.may(monitor.Respond):
		return nil
	case !l.Written():
		m.refuse("only notes can be edited; this was written down by itself")
		return nil
	case l.By != me:
		m.refuse("only " + l.By + " may edit this; you are " + me)
		return nil
	case !l.Retracted.IsZero():
		m.refuse("it was taken back: write it again instead")
		return nil
	}
	d := m.newNote(noteDialog{
		incident: l.Incident, edit: l.ID(), was: l.Text,
		kind: max(slices.Index(noteKinds, l.Kind), 0), place: fmt.Sprintf("field:%s:line %d", l.Incident, l.ID()),
	})
	m.rewrite(d)
	return nil
}

// rewrite opens a dialog on the text that there is, or on the draft of a new one.
func (m *Model) rewrite(d *noteDialog) {
	text := m.draft(d.place)
	if text == "" {
		text = d.was
	}
	d.text.set(text)
	m.dialog = d
}

// asks returns the parts that the kind asks for, nil where nothing is asked.
func (d *noteDialog) asks() []notePart {
	if d.edit != 0 || d.report != "" || d.incident == "" {
		return nil
	}
	return d.parts[noteKinds[d.kind]]
}

// fresh tells whether it is a new line, and not a new text for what there is.
func (d *noteDialog) fresh() bool { return d.edit == 0 && d.report == "" }

func (d *noteDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch k.Keystroke() {
	case "esc":
		return d.leave(m)
	case "enter":
		if d.busy || m.now.Sub(d.opened) < enterGuard {
			return nil
		}
		return d.save(m)
	case "tab":
		d.next(1)
		return m.typed(d.place, d.draft(m))
	case "shift+tab":
		d.next(-1)
		return m.typed(d.place, d.draft(m))
	case "ctrl+t":
		d.date()
		return nil
	}
	if !d.input(k) {
		return nil
	}
	return m.typed(d.place, d.draft(m))
}

// input gives a key to what has the focus, and tells whether it changed that.
func (d *noteDialog) input(k tea.KeyPressMsg) bool {
	stroke := k.Keystroke()
	f, words := d.focused()
	if f == nil && isText(k) {
		d.focus, f = noteText, &d.text
	}
	if f != nil && f.key(k) || words != nil && words.key(stroke) {
		return true
	}
	switch stroke {
	case "up":
		d.walk(-1)
	case "down":
		d.walk(1)
	}
	return false
}

// focused returns what the keys go to: a field, or one of some words.
func (d *noteDialog) focused() (*field, *choice) {
	switch asks := d.asks(); {
	case d.focus == noteTime:
		return &d.at, nil
	case d.focus >= noteParts && d.focus-noteParts < len(asks):
		p := &asks[d.focus-noteParts]
		if p.choice != nil {
			return nil, p.choice
		}
		return &p.field, nil
	}
	return &d.text, nil
}

// walk goes to the next stop, or the one before.
func (d *noteDialog) walk(by int) {
	stops := []int{noteText}
	if d.dated {
		stops = []int{noteTime, noteText} // as they stand on the screen
	}
	for i := range d.asks() {
		stops = append(stops, noteParts+i)
	}
	at := slices.Index(stops, d.focus) + by
	d.focus = stops[min(max(at, 0), len(stops)-1)]
}

// next goes to the next kind, or the one before; beside the text to another stop.
func (d *noteDialog) next(by int) {
	switch {
	case d.focus != noteText:
		d.walk(by)
	case d.fresh() && d.incident != "":
		d.kind = (d.kind + by + len(noteKinds)) % len(noteKinds)
	}
}

// date goes to the time of a new line, and back to its text.
func (d *noteDialog) date() {
	switch {
	case !d.fresh():
	case d.focus == noteTime:
		d.focus, d.dated = noteText, d.at.value() != ""
	default:
		d.focus, d.dated = noteTime, true
	}
}

func (d *noteDialog) paste(m *Model, text string) tea.Cmd {
	f, _ := d.focused()
	if f == nil {
		d.focus = noteText
		f = &d.text
	}
	d.fill(f, text)
	return m.typed(d.place, d.draft(m))
}

func (d *noteDialog) follow(*Model) {}

func (d *noteDialog) done(*Model, monitor.Command, error) {}

// handle takes the messages of commands that only these screens give.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case draftMsg:
		return m.settleDraft(msg)
	case draftSaved:
		m.savedDraft(msg.err)
	case doctorMsg:
		m.openDoctor(msg.tmux)
	case noteSaved:
		return m.savedNote(msg)
	case timelineMsg:
		m.loaded(msg)
	}
	return nil
}
