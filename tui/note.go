package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// noteDialog is a note being written: into an incident's timeline, where it
// stands below the live entries, or about a target, in a box.
type noteDialog struct {
	form
	incident, target string
	edit             uint64 // seq of one's own entry that gets a new text; 0 is a new note
	place            string // of its draft
	text             field
	kind             int // place in noteKinds
	at               field
	dating           bool   // the keys go to at
	was              string // the text of the entry that is edited
	sent             string // the text of the command under way
}

// noteKinds are what an operator may write into a timeline.
var noteKinds = []incident.Kind{incident.Note, incident.Decision, incident.Comms, incident.Action}

const (
	noteLimit = 10_000 // bytes, as much as a timeline takes
	noteRows  = 6      // of the text in sight
)

// noteSaved tells what came of a note.
type noteSaved struct {
	d   *noteDialog
	err error
}

// openNote begins a note in an incident, or about a target. What was typed
// there before and not sent stands in it.
func (m *Model) openNote(incidentID, target string) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	place := incidentID
	if place == "" {
		place = "target:" + target
	}
	d := &noteDialog{form: m.newForm(0), incident: incidentID, target: target, place: place}
	d.text = newField(m.draft(place), true)
	d.text.limit = noteLimit
	m.dialog = d
	return nil
}

// openEdit gives one's own entry a new text.
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
	}
	d := &noteDialog{
		form: m.newForm(0), incident: l.Incident, edit: l.ID(), was: l.Text,
		kind: max(slices.Index(noteKinds, l.Kind), 0), place: fmt.Sprintf("edit:%d", l.ID()),
	}
	text := m.draft(d.place)
	if text == "" {
		text = l.Text
	}
	d.text = newField(text, true)
	d.text.limit = noteLimit
	m.dialog = d
	return nil
}

func (d *noteDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch k.Keystroke() {
	case "esc":
		m.shut(d)
		if d.busy {
			return nil // what is being saved is no draft any more; if that fails it becomes one
		}
		return tea.Batch(m.typed(d.place, d.text.text), m.sendDraft(d.place))
	case "enter":
		if d.busy || m.now.Sub(d.opened) < enterGuard {
			return nil
		}
		return d.save(m)
	case "tab", "shift+tab":
		if d.edit == 0 && d.incident != "" {
			step := 1
			if k.Keystroke() == "shift+tab" {
				step = len(noteKinds) - 1
			}
			d.kind = (d.kind + step) % len(noteKinds)
		}
		return nil
	case "ctrl+t":
		d.dating = !d.dating && d.edit == 0
		return nil
	}
	if d.dating {
		d.at.key(k)
		return nil
	}
	if !d.text.key(k) {
		return nil
	}
	return m.typed(d.place, d.text.text)
}

// save sends the note. The text stays until the monitor has it.
func (d *noteDialog) save(m *Model) tea.Cmd {
	text := strings.TrimRight(d.text.text, " \n")
	at, err := m.moment(d.at.text)
	switch {
	case strings.TrimSpace(text) == "":
		d.failure = "nothing is written yet"
		return nil
	case err != nil:
		d.failure = err.Error()
		return nil
	case d.edit != 0 && text == d.was:
		m.shut(d)
		return nil
	}
	var c monitor.Command = monitor.Note{Incident: d.incident, Target: d.target, Kind: noteKinds[d.kind], Text: text, At: at}
	if d.edit != 0 {
		c = monitor.Edit{Seq: d.edit, Text: text}
	}
	d.sent, d.busy, d.failure = d.text.text, true, ""
	m.stopDraft(d.place)
	src, ctx, place := m.src, m.ctx, d.place
	return func() tea.Msg {
		err := src.Do(ctx, c)
		if (err == nil || errors.Is(err, monitor.ErrUnsaved)) && shared(place) {
			// A draft that stays behind is shown again, which harms less than
			// telling somebody that a note is lost which is not.
			_ = src.Do(ctx, monitor.Draft{Place: place})
		}
		return noteSaved{d, err}
	}
}

// savedNote takes in what came of a note. What was typed meanwhile stays.
func (m *Model) savedNote(msg noteSaved) tea.Cmd {
	d := msg.d
	m.take(m.src.Snapshot())
	if m.inline(d) && m.timeline.follow {
		m.timelineEnd()
	}
	if !d.settle(msg.err) {
		m.refuse("not saved, the text is kept: " + msg.err.Error())
		return tea.Batch(m.typed(d.place, d.text.text), m.sendDraft(d.place))
	}
	if errors.Is(msg.err, monitor.ErrUnsaved) {
		m.refuse("written, not saved yet: the disk does not answer")
	} else {
		m.say("saved")
	}
	rest, more := strings.CutPrefix(d.text.text, d.sent)
	if !more {
		rest = d.text.text
	}
	if rest = strings.TrimLeft(rest, " \n"); rest == "" {
		m.forget(d.place)
		m.shut(d)
		return nil
	}
	d.text.set(rest)
	return m.typed(d.place, rest)
}

func (d *noteDialog) paste(m *Model, text string) tea.Cmd {
	f := &d.text
	if d.dating {
		f = &d.at
	}
	if !f.insert(text) {
		d.failure = fmt.Sprintf("the pasted %d bytes do not fit: a note has at most %d", len(text), noteLimit)
		return nil
	}
	return m.typed(d.place, d.text.text)
}

func (d *noteDialog) follow(*Model) {}

func (d *noteDialog) done(*Model, monitor.Command, error) {}

// when says which time the note will have.
func (d *noteDialog) when(m *Model) string {
	if d.edit != 0 {
		return "time stays"
	}
	at, err := m.moment(d.at.text)
	switch {
	case err != nil:
		return "no time yet: 03:24 or -20m"
	case at.IsZero():
		return "at " + m.hm(m.now) + " now"
	}
	return "at " + m.since(at)
}

// prompt is what stands before the text.
func (d *noteDialog) prompt(th *theme) string {
	if d.edit != 0 {
		return "edit" + th.prompt + " "
	}
	return string(noteKinds[d.kind]) + th.prompt + " "
}

// hint names the keys.
func (d *noteDialog) hint() string {
	switch {
	case d.busy:
		return "saving"
	case d.edit != 0:
		return "enter save  ctrl+j newline  esc leave, kept"
	case d.incident == "":
		return "enter save  ctrl+j newline  ctrl+t time  esc keep draft"
	}
	return "enter save  ctrl+j newline  tab kind  ctrl+t time  esc keep draft"
}

func (d *noteDialog) draw(m *Model, w, h int) string {
	if m.inline(d) {
		return ""
	}
	b := box{title: "note on " + d.target, enter: "enter save", leave: "ctrl+j newline  ctrl+t time  esc keep draft"}
	if d.incident != "" {
		b.title = "note into " + shortID(d.incident)
		if inc := m.snap.Incident(d.incident); inc != nil {
			b.title += " " + inc.Title
		}
		kinds := choice{at: d.kind}
		for _, k := range noteKinds {
			kinds.words = append(kinds.words, string(k))
		}
		b.row(kinds.pieces()...).right = "tab"
	}
	for _, r := range d.text.rows(boxInner(w), noteRows) {
		row := b.row()
		row.field, row.focus = &r, r.cursor
	}
	if d.dating {
		b.input(w, "time", &d.at, true, d.when(m))
	} else {
		b.row(piece{dim, d.when(m)})
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// lines returns how many lines drawInline takes if it may have n: the text, the
// keys, and what else there is to say.
func (d *noteDialog) lines(m *Model, w, n int) int {
	rows := d.text.rows(d.textWidth(m, w), d.textRows(n))
	return min(len(rows)+1+d.extra(), n)
}

// textRows returns how many rows of the text are in sight if there are n lines.
func (d *noteDialog) textRows(n int) int { return min(max(n-1-d.extra(), 1), noteRows) }

// extra counts the lines beside text and keys: a time being typed, a failure.
func (d *noteDialog) extra() int {
	n := 0
	if d.dating {
		n++
	}
	if d.failure != "" {
		n++
	}
	return n
}

func (d *noteDialog) textWidth(m *Model, w int) int {
	return max(w-m.theme.width(d.prompt(m.theme)), 1)
}

// drawInline draws the note below the timeline, in n lines.
func (d *noteDialog) drawInline(m *Model, c *canvas, n int) {
	prompt := d.prompt(m.theme)
	indent := m.theme.width(prompt)
	when := d.when(m)
	stop := c.room() - n
	if d.dating && n > 1 {
		at := "at" + m.theme.prompt + " "
		c.put(key, at)
		c.field(d.at.window(max(c.left()-m.theme.width(when)-2, 1)))
		c.put(dim, "  "+when)
		c.end()
	}
	for i, r := range d.text.rows(d.textWidth(m, c.width()), d.textRows(n)) {
		if i == 0 {
			c.put(key, prompt)
		} else {
			c.fill(indent)
		}
		if d.dating { // the cursor is in the time
			r = fieldRow{before: r.before + strings.TrimSuffix(r.under, cursorMark) + r.behind}
		}
		c.field(r)
		if i == 0 && !d.dating && c.left() > m.theme.width(when)+2 {
			c.fill(c.width() - m.theme.width(when))
			c.put(dim, when)
		}
		c.end()
	}
	if d.failure != "" {
		c.line(warn, "not saved: "+d.failure)
	}
	if c.room() > stop {
		c.fill(min(indent, 6))
		c.rest(dim, d.hint())
		c.end()
	}
}

// inline tells whether a note is written on the screen that is open, and not in
// a box over it.
func (m *Model) inline(d *noteDialog) bool {
	return m.screen == screenTimeline && d.incident != "" && d.incident == m.timeline.id
}

// handle takes the messages of commands that only these screens give.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case draftMsg:
		return m.settleDraft(msg)
	case draftSaved:
		m.savedDraft(msg.err)
	case noteSaved:
		return m.savedNote(msg)
	case timelineMsg:
		m.loaded(msg)
	}
	return nil
}
