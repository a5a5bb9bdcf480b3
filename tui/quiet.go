package tui

import (
	"fmt"
	"strings"
	"time"

	"sitrep/alert"
)

// heldSign is the flag of what holds an alert back, "" if nothing does: of
// several that of the one that says most of it.
func heldSign(a *alert.Alert) string {
	switch {
	case a.Maintenance != "":
		return "m"
	case a.SilencedBy != "":
		return "s"
	case a.Inhibited != "":
		return "d"
	case a.Waiting != "":
		return "w"
	case a.Settling:
		return "z"
	}
	return ""
}

// heldWords says what holds an alert back in a few words, of which the first 18
// cells make sense alone; "" if nothing does.
func (m *Model) heldWords(a *alert.Alert) string {
	switch heldSign(a) {
	case "m":
		return "maint " + m.silenceEnd(a.Maintenance)
	case "s":
		return "silent " + m.silenceEnd(a.SilencedBy)
	case "d":
		return "parent down: " + a.Inhibited
	case "w":
		return "waiting for " + a.Waiting
	case "z":
		return "settling"
	}
	return ""
}

// silenceEnd says until when a silence holds: "til 04:30Z", "until over".
func (m *Model) silenceEnd(id string) string {
	switch s := m.silence(id); {
	case s == nil:
		return "for now"
	case s.Until.IsZero():
		return "until over"
	case s.Until.Sub(m.now) > 20*time.Hour:
		return "til " + m.clock(s.Until, "01-02")
	default:
		return "til " + m.hm(s.Until)
	}
}

// silence returns a silence that has not ended, nil if there is none of this ID.
func (m *Model) silence(id string) *alert.Silence {
	for i := range m.snap.Silences {
		if m.snap.Silences[i].ID == id {
			return &m.snap.Silences[i]
		}
	}
	return nil
}

// until writes the end of something: the date is given unless it is today, and
// what has no end of its own lasts "until it is over".
func (m *Model) until(t time.Time) string {
	switch {
	case t.IsZero():
		return "until it is over"
	case m.clock(t, time.DateOnly) == m.clock(m.now, time.DateOnly):
		return "until " + m.hm(t)
	}
	return "until " + m.clock(t, "2006-01-02 15:04") + m.zulu()
}

// untilShort is until in at most 18 cells.
func (m *Model) untilShort(t time.Time) string {
	if t.IsZero() {
		return "until over"
	}
	return "until " + m.shortDay(t)
}

// shortDay writes a moment to the minute, with the date unless it is today.
func (m *Model) shortDay(t time.Time) string {
	if m.clock(t, time.DateOnly) == m.clock(m.now, time.DateOnly) {
		return m.hm(t)
	}
	return m.clock(t, "01-02 15:04") + m.zulu()
}

// holdLine says what one hold is: who, why, until when.
func (m *Model) holdLine(h *alert.Hold) string {
	switch h.Kind {
	case "silence":
		return "silenced by " + orSitrep(h.By) + " " + m.until(h.Until) + " (" + h.Name + ")" + because(h.Why)
	case "maintenance":
		by := " by " + h.By
		if s := m.silence(h.Name); s != nil && s.Window != "" {
			by = " of the window " + s.Window
		}
		return "maintenance " + h.Name + by + " " + m.until(h.Until) + because(h.Why)
	case "parent":
		return "inhibited: its parent " + h.Name + " " + h.Why
	case "waiting":
		return "waiting for its parent " + h.Name + ", which " + h.Why
	case "settling":
		return "settling: " + h.Why
	case "ack":
		s := fmt.Sprintf("acknowledged by %s %s ago", h.By, age(m.now.Sub(h.Since)))
		if !h.Until.IsZero() {
			s += ", " + m.until(h.Until)
		}
		return s + because(h.Why)
	case "flapping", "stale":
		return h.Kind + ": " + h.Why
	}
	return strings.TrimSpace(h.Kind + " " + h.Name + because(h.Why))
}

func because(why string) string {
	if why = oneLine(why); why != "" {
		return ": " + why
	}
	return ""
}

func orSitrep(by string) string {
	if by == "" {
		return "sitrep"
	}
	return by
}

// holds returns what keeps an alert quiet, nil if nothing does.
func (m *Model) holds(a *alert.Alert) []alert.Hold {
	if a == nil || !a.State.Active() {
		return nil
	}
	return alert.Holds(a, m.snap.Silences)
}

// quietMost is how many of the reasons why an alert is quiet a target's screen lists.
const quietMost = 4

// drawQuiet draws why an alert is quiet: at most n lines with the rule, none if
// nothing keeps it so.
func (m *Model) drawQuiet(c *canvas, a *alert.Alert, n int) {
	hs := m.holds(a)
	if len(hs) == 0 || n < 2 {
		return
	}
	c.rule("why it is quiet", "w: who was told")
	m.drawHolds(c, hs, n-1)
}

// drawHolds draws a line for each hold, n at most.
func (m *Model) drawHolds(c *canvas, hs []alert.Hold, n int) {
	shown := min(len(hs), max(n, 0))
	for i := range shown {
		text := m.holdLine(&hs[i])
		if more := len(hs) - shown; i == shown-1 && more > 0 {
			text = fmt.Sprintf("+%d more: w   %s", more, text)
		}
		c.put(key, pad(holdMark(hs[i].Kind), 2))
		c.rest(plain, text)
		c.end()
	}
}

// holdMark is the flag of a kind of hold.
func holdMark(kind string) string {
	return map[string]string{
		"silence": "s", "maintenance": "m", "parent": "d", "waiting": "w", "settling": "z", "ack": "a", "flapping": "~", "stale": "?",
	}[kind]
}

// alertIs tells whether an alert is what a word of filterFlags says.
func alertIs(a *alert.Alert, word string) bool {
	switch word {
	case "firing":
		return a.State.Active()
	case "unacked":
		return unackedAlert(a)
	case "acked":
		return a.State.Active() && a.Ack != nil
	case "held":
		return a.State.Active() && a.Held()
	case "silenced":
		return a.SilencedBy != ""
	case "maint":
		return a.Maintenance != ""
	case "inhibited":
		return a.Inhibited != ""
	case "waiting":
		return a.Waiting != "" || a.Settling
	case "flapping":
		return a.Flapping
	case "stale":
		return a.Stale
	}
	return false
}
