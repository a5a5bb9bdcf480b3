package tui

import (
	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// quitDialog asks whether to leave.
type quitDialog struct {
	form
	stops bool // leaving stops the probing: the word must be typed
	word  field
}

// quitWord is what is typed to leave a screen that probes by itself.
const quitWord = "quit"

// openQuit leaves, after a question if that stops the monitor or if something
// was typed and not sent.
func (m *Model) openQuit() tea.Cmd {
	if !m.opt.Standalone && !m.drafted() {
		return tea.Quit
	}
	m.dialog = &quitDialog{form: m.newForm(0), stops: m.opt.Standalone}
	return nil
}

// leaveNow ends the session; what was typed is sent as drafts before.
func (m *Model) leaveNow() tea.Cmd {
	var cmds []tea.Cmd
	if d, ok := m.dialog.(*noteDialog); ok && !d.busy {
		m.typed(d.place, d.draft(m))
	}
	for place := range m.drafts.texts {
		cmds = append(cmds, m.sendDraft(place))
	}
	return tea.Sequence(tea.Batch(cmds...), tea.Quit)
}

func (d *quitDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch d.press(m.now, k) {
	case formLeave:
		m.shut(d)
	case formEnter:
		if d.stops && d.word.value() != quitWord {
			d.failure = "type " + quitWord + ", then enter"
			return nil
		}
		return m.leaveNow()
	case formOther:
		d.word.key(k)
	}
	return nil
}

func (d *quitDialog) paste(*Model, string) tea.Cmd        { d.pasteConfirms(); return nil }
func (d *quitDialog) follow(*Model)                       {}
func (d *quitDialog) done(*Model, monitor.Command, error) {}

func (d *quitDialog) draw(m *Model, w, h int) string {
	b := box{title: "leave sitrep", enter: "enter leave", leave: "esc stay"}
	if d.stops {
		b.say(plain, "This process probes and notifies: leaving ends both until it runs again. Alerts, incidents and notes are kept.", w)
	}
	if m.snap != nil {
		if n := m.snap.Counts.Unacked; n > 0 {
			b.row(piece{warn, count(n, "alert") + " unacknowledged"})
		}
	}
	if m.drafted() {
		b.row(piece{warn, "a draft was not sent; the ones of notes are kept"})
	}
	if d.stops {
		b.confirm(w, quitWord, &d.word, true)
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
