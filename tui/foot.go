package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// drawFoot draws the last lines: tabs and modes, then keys.
func (m *Model) drawFoot(c *canvas, s screen) {
	if m.command.on && m.h > 1 {
		m.drawCommand(c)
		return
	}
	if m.h >= heightTabs && m.theme.width(m.toast) > c.width() {
		m.drawLongToast(c)
		return
	}
	if m.h >= heightTabs {
		m.drawTabs(c, s)
	}
	switch {
	case m.h < heightMerged && (m.toast == "" || m.h == 1):
	case m.toast != "":
		c.line(m.toastRole(), m.toast)
	case m.dialog != nil:
		c.line(dim, "the box takes the keys; esc closes it")
	case m.findingHelp():
		c.line(dim, "enter keep  esc all")
	case m.filter.typing():
		m.drawFilterKeys(c)
	default:
		m.drawKeys(c)
	}
}

// drawLongToast draws a message that is too long for a line of its own on both.
func (m *Model) drawLongToast(c *canvas) {
	first := wrap(m.toast, max(c.width(), 1))[0]
	c.line(m.toastRole(), first)
	c.line(m.toastRole(), strings.TrimLeft(strings.TrimPrefix(m.toast, first), " "))
}

// toastRole is how a message is drawn.
func (m *Model) toastRole() role {
	if m.toastBad {
		return warn
	}
	return key
}

// tabsWidth is what the screens that have a number take of the tab line.
const tabsWidth = 44

// drawTabs draws the screens that have a number, the one that is open in
// brackets and reverse, and at the right what the screen says of itself.
func (m *Model) drawTabs(c *canvas, s screen) {
	state := ""
	if m.snap != nil && s.state != nil {
		m.drawHeld(func() { state = s.state(m) })
	}
	for id := screenBoard; id <= screenOnCall; id++ {
		r, before, behind := plain, " ", " "
		if id == m.shownTab() {
			r, before, behind = urgent, "[", "]"
		}
		for _, text := range []string{before, m.keyFor(strconv.Itoa(int(id) + 1)), " ", id.String(), behind} {
			c.put(r, text)
		}
	}
	switch m.screen {
	case screenSilences:
		c.put(urgent, "["+m.keyFor("M")+" "+m.screen.String()+"]")
	case screenDeliveries:
		c.put(urgent, "["+m.keyFor("D")+" "+m.screen.String()+"]")
	}
	if n := m.theme.width(state); n > 0 && n+1 <= c.left() {
		c.fill(c.width() - n)
		c.put(dim, state)
	}
	c.end()
}

// shownTab returns the tab that one is in or came from.
func (m *Model) shownTab() screenID {
	switch m.screen {
	case screenBoard, screenAlerts, screenIncidents, screenOnCall, screenSilences, screenDeliveries:
		return m.screen
	case screenTimeline:
		return screenIncidents
	}
	for i := len(m.back) - 1; i >= 0; i-- {
		if m.back[i] <= screenOnCall {
			return m.back[i]
		}
	}
	return screenBoard
}

// drawKeys draws the key line from the table of keys, whole entries only, cut
// from the right; the last one, help, stays. What the operator may not do is left
// out, and where something is unacknowledged the key for it stands out.
func (m *Model) drawKeys(c *canvas) {
	help := m.keyFor("?")
	last := help + " help"
	wants := m.wantsAck()
	c.until(c.width() - m.theme.width(last))
	for _, b := range bindings() {
		if b.short == "" || !b.where.has(m.screen) || b.keys[0] == "?" || m.src.Actor().Role < b.needs {
			continue
		}
		label, short := m.keys.label(&b), b.short
		r := key
		if wants && b.keys[0] == "a" {
			r, short = urgent, "acknowledge"
		}
		if m.theme.width(label)+len(short)+3 > c.left() {
			break
		}
		c.put(r, label)
		c.put(plain, " ")
		c.put(plain, short)
		c.put(plain, "  ")
	}
	c.until(c.width())
	if c.left() >= m.theme.width(last) {
		c.put(key, help)
		c.put(plain, last[len(help):])
	}
	c.end()
}

// wantsAck tells whether what one is on has an alert that nobody acknowledged.
func (m *Model) wantsAck() bool {
	if m.snap == nil || m.src.Actor().Role < monitor.Respond {
		return false
	}
	var sel selection
	m.asHeld(func() { sel = screenOf(m.screen).selection(m) })
	if sel.many() {
		return sel.unacked
	}
	for _, id := range sel.alerts {
		if unackedAlert(m.snap.Alert(id)) {
			return true
		}
	}
	return false
}

// narrowDialog is the width below which a dialog takes the whole screen.
const narrowDialog = 60

// overlay draws the open dialog over a screen, below its first lines: what is
// urgent stays in sight.
func (m *Model) overlay(under string, top int) string {
	top = min(top, 2, m.h-1)
	m.boxPoint = point{}
	box := m.dialog.draw(m, m.w, m.h-top)
	if box == "" {
		return under
	}
	lines := strings.Split(under, "\n")
	boxed := strings.Split(box, "\n")
	if over := len(boxed) - (m.h - top); over > 0 {
		boxed = boxed[:len(boxed)-over]
	}
	bw := 0
	for _, l := range boxed {
		bw = max(bw, ansi.StringWidth(l))
	}
	bw = min(bw, m.w)
	x := (m.w - bw) / 2
	y := top
	if m.w >= narrowDialog {
		y += max((m.h-top-len(boxed))/3, 0)
	}
	m.canvas.point = point{x + m.boxPoint.x, y + m.boxPoint.y, true, true}
	for len(lines) < m.h {
		lines = append(lines, "")
	}
	for i, l := range boxed {
		lines[y+i] = over(lines[y+i], l, x, bw)
	}
	if m.w < narrowDialog {
		for i := y + len(boxed); i < len(lines); i++ {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// over lays a piece of bw cells over a line at column x.
func over(line, piece string, x, bw int) string {
	left := ansi.Truncate(line, x, "")
	left += strings.Repeat(" ", max(x-ansi.StringWidth(left), 0))
	piece = ansi.Truncate(piece, bw, "")
	piece += strings.Repeat(" ", max(bw-ansi.StringWidth(piece), 0))
	right := ""
	if w := ansi.StringWidth(line); w > x+bw {
		right = ansi.TruncateLeft(line, x+bw, "")
		right = strings.Repeat(" ", max(w-x-bw-ansi.StringWidth(right), 0)) + right
	}
	return left + "\x1b[m" + piece + "\x1b[m" + right
}
