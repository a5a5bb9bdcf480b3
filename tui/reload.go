package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// configTrouble says why the configuration as it is now does not hold, or that it
// waits to be confirmed; "" if neither.
func (m *Model) configTrouble() string {
	if m.snap == nil {
		return ""
	}
	switch k := &m.snap.Config; {
	case k.Error != "":
		return k.Error
	case len(k.Waiting) > 0:
		return m.waitingWords()
	}
	return ""
}

// waitingWords say what changes that wait would do.
func (m *Model) waitingWords() string {
	k := &m.snap.Config
	if k.Removed == 0 {
		return fmt.Sprintf("%s to confirm: %s", count(len(k.Waiting), "change"), k.Waiting[0])
	}
	all := m.snap.Len()
	if m.targetNamed(monitor.Self) != nil {
		all-- // no configuration removes it
	}
	return fmt.Sprintf("%d of %s would be removed", k.Removed, count(all, "target"))
}

// bannerShown tells whether a line is given to what is wrong with the
// configuration: on every screen that is not too low for it.
func (m *Model) bannerShown() bool { return m.h >= heightTabs && m.configTrouble() != "" }

// drawBanner draws that line.
func (m *Model) drawBanner(c *canvas) {
	k := &m.snap.Config
	word, r, hint := " CONFIG ", down, " ctrl+r"
	switch {
	case k.Error == "":
		word, r = " CONFIG WAITS ", warn
	case k.Problems > 1:
		hint = fmt.Sprintf(" %d problems: ctrl+r", k.Problems)
	}
	c.put(urgent, word)
	c.put(plain, " ")
	if c.left() > 2*len(hint) {
		c.until(c.width() - len(hint))
	}
	c.rest(r, m.configTrouble())
	c.until(c.width())
	if c.col+len(hint) <= c.width() {
		c.fill(c.width() - len(hint))
		c.put(key, hint)
	}
	c.end()
}

// reloadDialog has the configuration read again, and shows what came of it: what
// is wrong, or the changes that wait to be confirmed.
type reloadDialog struct {
	form
	asked   bool      // it is being read
	checked time.Time // when it was last read before that
	loaded  time.Time // when the one that holds was applied
	from    int       // first of the changes that are shown
	word    field
}

// applyWord is what is typed to confirm changes that wait.
const applyWord = "apply"

// reloadShown is how many changes are shown at a time.
const reloadShown = 8

func (m *Model) openReload() tea.Cmd {
	if m.snap == nil || !m.may(monitor.Respond) {
		return nil
	}
	if m.snap.Config.File == "" {
		m.refuse("there is no configuration file to read again")
		return nil
	}
	m.dialog = &reloadDialog{form: m.newForm(0), loaded: m.snap.Config.Loaded}
	return nil
}

func (d *reloadDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	waiting := len(m.snap.Config.Waiting)
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch k.Keystroke() {
	case "down", "pgdown":
		d.from = max(min(d.from+1, waiting-reloadShown), 0)
	case "up", "pgup":
		d.from = max(d.from-1, 0)
	default:
		if waiting > 0 {
			d.word.key(k)
		}
	}
	return nil
}

func (d *reloadDialog) confirm(m *Model) tea.Cmd {
	confirmed := len(m.snap.Config.Waiting) > 0
	if confirmed && d.word.value() != applyWord {
		d.failure = "type " + applyWord + ", then enter"
		return nil
	}
	d.checked, d.loaded = m.snap.Config.Checked, m.snap.Config.Loaded
	cmd := m.send(&d.form, monitor.Reload{Confirmed: confirmed}, "")
	d.asked = cmd != nil
	return cmd
}

func (d *reloadDialog) paste(*Model, string) tea.Cmd {
	d.pasteConfirms()
	return nil
}

// follow closes the dialog once the configuration holds that it asked for. What
// is wrong with it, and what waits, is shown instead.
func (d *reloadDialog) follow(m *Model) {
	k := &m.snap.Config
	d.from = max(min(d.from, len(k.Waiting)-reloadShown), 0)
	if !d.asked || !k.Checked.After(d.checked) {
		return
	}
	d.asked = false
	d.word.set("")
	if k.Error == "" && len(k.Waiting) == 0 {
		text := "read again: nothing has changed"
		if k.Loaded.After(d.loaded) {
			text = "the configuration holds since " + m.hms(k.Loaded)
		}
		m.say(text)
		m.shut(d)
	}
}

func (d *reloadDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Reload); mine && d.busy && !d.settle(err) {
		d.asked = false
	}
}

func (d *reloadDialog) draw(m *Model, w, h int) string {
	k := &m.snap.Config
	b := box{title: "configuration", enter: "enter read it again", leave: "esc leave"}
	b.row(piece{key, k.File})
	if !k.Loaded.IsZero() {
		b.row(piece{plain, "the one that holds was applied at " + m.since(k.Loaded)})
	}
	if !k.Checked.IsZero() {
		b.row(piece{dim, "last read at " + m.since(k.Checked)})
	}
	switch {
	case k.Error != "":
		b.row()
		b.say(down, k.Error, w)
		if k.Problems > 1 {
			b.row(piece{plain, fmt.Sprintf("and %s more: sitrep config check lists them all", count(k.Problems-1, "problem"))})
		}
		b.say(plain, "nothing of it is applied: what held before goes on", w)
	case len(k.Waiting) > 0:
		d.drawWaiting(m, &b, w)
	default:
		b.say(dim, "it is read by itself as well when a file changes; the whole is applied, or nothing", w)
	}
	if d.asked {
		b.row(piece{dim, "being read…"})
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// drawWaiting lists the changes that wait, and asks for the word.
func (d *reloadDialog) drawWaiting(m *Model, b *box, w int) {
	waiting := m.snap.Config.Waiting
	b.row()
	text := count(len(waiting), "change") + " to confirm"
	if m.snap.Config.Removed > 0 {
		text += ": " + m.waitingWords() + ", and their open alerts closed"
	}
	b.say(warn, text, w)
	for i, text := range waiting[d.from:min(d.from+reloadShown, len(waiting))] {
		row := b.row(piece{plain, "  " + oneLine(text)})
		if i == 0 && len(waiting) > reloadShown {
			row.right = fmt.Sprintf("%d to %d of %d ↑ ↓", d.from+1, min(d.from+reloadShown, len(waiting)), len(waiting))
		}
	}
	b.enter = "enter apply"
	b.confirm(w, applyWord, &d.word, true)
}
