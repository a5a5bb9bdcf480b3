package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/civil"
	"sitrep/monitor"
)

// enterGuard is how long after its opening a dialog does not hear enter: over a
// slow link it may have been typed for what was on the screen before.
const enterGuard = 300 * time.Millisecond

// typingPause is how long after a key that means nothing a dialog without a field
// hears none that does: somebody types, who thinks that there is one.
const typingPause = 2 * time.Second

// form is what all dialogs have in common.
type form struct {
	opened  time.Time
	focus   int  // which of its stops the keys act on
	stops   int  // fields and choices that tab goes through
	busy    bool // commands are under way …
	left    int  // … so many
	failure string
	typed   time.Time // when a key came that means nothing to a dialog without a field
}

func (m *Model) newForm(stops int) form { return form{opened: m.now, stops: stops} }

// What a key means to any dialog.
type formKey uint8

const (
	formOther formKey = iota // the dialog's own
	formTaken                // done with
	formEnter                // do it
	formLeave
)

// press takes the keys that mean the same in all dialogs.
func (f *form) press(now time.Time, k tea.KeyPressMsg) formKey {
	switch k.Keystroke() {
	case "esc":
		return formLeave
	case "enter":
		if f.busy || now.Sub(f.opened) < enterGuard || f.deaf(now) {
			return formTaken
		}
		return formEnter
	case "tab":
		f.step(1)
	case "shift+tab":
		f.step(-1)
	default:
		return formOther
	}
	return formTaken
}

// begin does what the keys that mean the same in all dialogs mean to d, whose
// form f is: esc closes it, enter is what it is told. False: the key is d's own.
func (m *Model) begin(d dialog, f *form, k tea.KeyPressMsg, enter func(*Model) tea.Cmd) (tea.Cmd, bool) {
	switch f.press(m.now, k) {
	case formOther:
		return nil, false
	case formLeave:
		m.shut(d)
	case formEnter:
		return enter(m), true
	}
	return nil, true
}

// deaf tells whether keys are taken for a text that has no place here.
func (f *form) deaf(now time.Time) bool { return now.Sub(f.typed) < typingPause }

// text takes a letter that is typed at a stop which has no use for one: the focus
// goes to the field that it was meant for, the one of another stop.
func (f *form) text(k tea.KeyPressMsg, stop int) bool {
	if !isText(k) || k.Text == " " {
		return false
	}
	f.focus = stop
	return true
}

// fill puts pasted text into a field as one edit. What does not fit is refused
// whole, and said.
func (f *form) fill(to *field, text string) {
	if !to.insert(text) && !f.busy {
		f.failure = fmt.Sprintf("the pasted %d bytes do not fit here: nothing was pasted", len(text))
	}
}

// pasteConfirms says that what confirms is typed: what is in a clipboard was not
// read before it was sent.
func (f *form) pasteConfirms() {
	if !f.busy {
		f.failure = "what confirms is typed, not pasted"
	}
}

func (f *form) step(n int) {
	if f.stops > 0 {
		f.focus = (f.focus + n + f.stops) % f.stops
	}
}

// send has the monitor carry out what the dialog is about. The dialog stays
// until it knows what came of it.
func (m *Model) send(f *form, c monitor.Command, done string) tea.Cmd {
	cmd := m.do(c, done)
	if cmd == nil {
		f.failure = "you may only look"
		return nil
	}
	f.busy, f.failure = true, ""
	f.left++
	return cmd
}

// settle takes in what came of a command that the dialog sent, and tells whether
// all of them were carried out. What is applied and not saved yet counts: the
// frame says so.
func (f *form) settle(err error) bool {
	f.left = max(f.left-1, 0)
	f.busy = f.left > 0
	if err != nil && !errors.Is(err, monitor.ErrUnsaved) {
		f.failure = err.Error()
	}
	return !f.busy && f.failure == ""
}

// status appends what there is to say of the command under way or failed.
func (f *form) status(b *box, w int) {
	switch {
	case f.busy:
		b.row(piece{dim, "saving…"})
	case f.failure != "":
		b.say(down, "not done: "+f.failure, w)
	}
}

// shut closes the dialog, if it is still the one that is open.
func (m *Model) shut(d dialog) {
	if m.dialog == d {
		m.dialog = nil
	}
}

// choice is one of some words, chosen with the arrows.
type choice struct {
	words []string
	at    int
}

func (c *choice) key(k string) bool {
	switch k {
	case "left":
		c.at = max(c.at-1, 0)
	case "right":
		c.at = min(c.at+1, len(c.words)-1)
	default:
		return false
	}
	return true
}

// letter goes to the next word that begins so; false if there is none.
func (c *choice) letter(k tea.KeyPressMsg) bool {
	if !isText(k) {
		return false
	}
	for i := range c.words {
		if at := (c.at + 1 + i) % len(c.words); strings.HasPrefix(c.words[at], k.Text) {
			c.at = at
			return true
		}
	}
	return false
}

func (c *choice) word() string { return c.words[c.at] }

// choose puts the mark on a word, if it is one of them.
func (c *choice) choose(word string) {
	if i := slices.Index(c.words, word); i >= 0 {
		c.at = i
	}
}

// pieces are the words with the chosen one in brackets.
func (c *choice) pieces() []piece {
	var out []piece
	for i, w := range c.words {
		if i == c.at {
			out = append(out, piece{key, "[" + w + "]"}, piece{plain, " "})
		} else {
			out = append(out, piece{plain, " " + w + "  "})
		}
	}
	return out
}

// short is the chosen word, and which of how many it is.
func (c *choice) short() []piece {
	return []piece{{key, "[" + c.word() + "]"}, {dim, fmt.Sprintf(" %d of %d", c.at+1, len(c.words))}}
}

// labelWidth is the room for the names of a dialog's fields.
const labelWidth = 15

// labelRoom is labelWidth on a screen of w columns: a narrow one has little left
// for the values.
func labelRoom(w int) int {
	if w < 40 {
		return 10
	}
	return labelWidth
}

// input appends a row for a field of one line.
func (b *box) input(w int, name string, f *field, focus bool, hint string) {
	r := fieldRow{before: f.text}
	if focus {
		r = f.window(max(boxInner(w)-labelRoom(w), 1))
	}
	row := b.row(nameOf(name, focus))
	row.field, row.right, row.focus, row.label = &r, hint, focus, true
}

// confirm appends the field of a word that is typed before enter does anything,
// and says so at enter. It stays in sight.
func (b *box) confirm(w int, word string, f *field, focus bool) {
	b.input(w, "type "+word, f, focus, "")
	b.rows[len(b.rows)-1].keep = true
	if f.value() != word {
		b.enter += " (off until " + word + " is typed)"
	}
}

// pick appends a row for a choice.
func (b *box) pick(name string, c *choice, focus bool, hint string) {
	row := b.row(append([]piece{nameOf(name, focus)}, c.pieces()...)...)
	row.right, row.focus, row.label, row.words = hint, focus, true, c
}

// nameOf is a field's name: the one with the focus stands out.
func nameOf(name string, focus bool) piece {
	if focus {
		return piece{key, fmt.Sprintf("%-*s", labelWidth, "› "+name)}
	}
	return piece{dim, fmt.Sprintf("%-*s", labelWidth, "  "+name)}
}

// tick is a box that is checked or not.
func tick(on bool) string {
	if on {
		return "[x] "
	}
	return "[ ] "
}

// glyphOf returns the sign and the role of a severity.
func (m *Model) glyphOf(s alert.Severity) piece {
	switch s {
	case alert.Critical:
		return piece{down, m.theme.down}
	case alert.Warning:
		return piece{warn, m.theme.warn}
	}
	return piece{plain, m.theme.ok}
}

// moment reads a time as operators write it, in the zone that is on. Blank is
// the zero time, which stands for now. One that is still to come is an error.
func (m *Model) moment(text string) (time.Time, error) {
	if strings.TrimSpace(text) == "" {
		return time.Time{}, nil
	}
	t, err := civil.ParseMoment(text, m.now, m.location())
	if err == nil && t.After(m.now) {
		err = fmt.Errorf("%s is still to come", m.clock(t, time.DateTime))
	}
	return t, err
}

// shortID is an incident's ID as people say it: "0412" of "inc-2026-0412".
func shortID(id string) string { return id[strings.LastIndexByte(id, '-')+1:] }
