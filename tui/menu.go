package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// menu is the form of a dialog that lists things. The mark stands on one of them
// by its name, so that what comes and goes meanwhile does not move it to another.
type menu struct {
	form
	ids []string // what is listed, in its order
	at  int      // the marked one, if it still …
	id  string   // … has this name
}

// list takes over what there is to list now. If the marked one is gone, the mark
// is on none until a key is pressed: enter may be on its way already.
func (l *menu) list(ids []string) {
	l.ids = ids
	switch i := slices.Index(ids, l.id); {
	case i >= 0:
		l.at = i
	case l.id == "":
		l.mark(0)
	default:
		l.at = min(l.at, max(len(ids)-1, 0))
	}
}

// mark puts the mark on one of them.
func (l *menu) mark(at int) {
	if n := len(l.ids); n > 0 {
		l.at = min(max(at, 0), n-1)
		l.id = l.ids[l.at]
	}
}

// marked returns the marked one, "" if it is gone.
func (l *menu) marked() string {
	if l.at < len(l.ids) && l.ids[l.at] == l.id {
		return l.id
	}
	return ""
}

// is tells whether the mark is on the one at a place.
func (l *menu) is(i int) bool { return i == l.at && l.marked() != "" }

// walk moves the mark, and tells whether k is a key for that.
func (l *menu) walk(k tea.KeyPressMsg) bool {
	switch k.Keystroke() {
	case "up":
		l.mark(l.at - 1)
	case "down":
		l.mark(l.at + 1)
	case "home", "pgup":
		l.mark(0)
	case "end", "pgdown":
		l.mark(len(l.ids) - 1)
	default:
		return false
	}
	return true
}

// letter returns the letter that was pressed if it is one of some and nobody
// seems to be typing a text, for which there is no place here; "" otherwise.
func (l *menu) letter(m *Model, k tea.KeyPressMsg, known ...string) string {
	name := k.String()
	if m.now.Sub(l.opened) < enterGuard || l.deaf(m.now) || !slices.Contains(append(known, "j", "k"), name) {
		l.typed = m.now
		return ""
	}
	switch name {
	case "j":
		l.mark(l.at + 1)
	case "k":
		l.mark(l.at - 1)
	default:
		return name
	}
	return ""
}

// warn says that keys are not heard while somebody seems to be typing.
func (l *menu) warn(m *Model, b *box, w int) {
	if l.deaf(m.now) {
		b.say(warn, "there is nothing to type here; keys are heard again in a moment", w)
	}
}

// item appends a row that may be the marked one.
func (b *box) item(m *Model, on bool, pieces ...piece) *boxRow {
	bar := piece{plain, "  "}
	if on {
		bar = piece{selected, m.theme.bar + " "}
	}
	row := b.row(append([]piece{bar}, pieces...)...)
	row.focus = on
	return row
}
