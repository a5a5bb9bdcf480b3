package tui

import (
	"cmp"
	"fmt"
	"strings"

	"sitrep/alert"
)

// drawDeliveries draws the list and the selected row in full.
func (m *Model) drawDeliveries(c *canvas) {
	s := &m.deliver
	m.listDeliveries()
	l := m.deliveriesLayout()
	cols := deliveryColumnsFor(c.width())
	end := c.lines + l.rows
	from := s.window(len(s.rows), l.rows)
	for i := from; i < len(s.rows) && c.lines < end; i++ {
		r, on := &s.rows[i], s.keys[i] == s.key && s.keys[i] != ""
		switch {
		case r.receiver != nil:
			m.drawReceiver(c, cols, r, on)
		case r.attempt != nil:
			m.drawAttempt(c, cols, r, on)
		case r.columns:
			m.drawDeliveryHead(c, cols)
		default:
			c.rule(r.title, r.right)
		}
	}
	if c.lines < end && len(m.snap.Told) == 0 {
		c.line(dim, "  nothing was sent yet")
	}
	for c.lines < end && c.room() > 0 {
		c.end()
	}
	if l.preview > 0 {
		m.drawDeliveryPreview(c, l.preview)
	}
}

// deliveryColumns are widths; 0 is not shown.
type deliveryColumns struct{ receiver, reason, try, outcome, took int }

func deliveryColumnsFor(w int) deliveryColumns {
	c := deliveryColumns{receiver: 13, reason: 9, try: 3, outcome: 9, took: 5}
	switch {
	case w >= 110:
		c.receiver, c.reason = 16, 16
	case w >= 76:
	case w >= 50:
		c.reason, c.took = 0, 0
	default:
		c.receiver, c.reason, c.took, c.try = max(min(w-20, 10), 0), 0, 0, 0
	}
	return c
}

func (m *Model) drawDeliveryHead(c *canvas, cols deliveryColumns) {
	c.put(plain, "   ")
	c.cell(dim, "TIME", 8)
	c.headCell("RECEIVER", cols.receiver, false)
	c.headCell("REASON", cols.reason, false)
	c.headCell("TRY", cols.try, true)
	c.headCell("OUTCOME", cols.outcome, false)
	c.headCell("TOOK", cols.took, true)
	c.put(dim, " ABOUT")
	c.end()
}

// drawBar begins a row of a list.
func (c *canvas) drawBar(on bool) {
	c.selected(on)
	if on {
		c.glyph(selected, c.th.bar)
	} else {
		c.glyph(plain, " ")
	}
	c.put(plain, " ")
}

// drawReceiver draws a receiver and how it does.
func (m *Model) drawReceiver(c *canvas, cols deliveryColumns, row *deliveryRow, on bool) {
	r := row.receiver
	c.drawBar(on)
	c.faded = row.gone
	sign, signRole := m.theme.ok, ok
	switch {
	case r.gone:
		sign, signRole = " ", dim
	case !r.failing().IsZero():
		sign, signRole = m.theme.cross, warn
	case r.accepted.IsZero():
		sign, signRole = m.theme.unknown, dim
	}
	c.glyph(signRole, sign)
	c.cell(key, r.name, cols.receiver)
	c.put(plain, " ")
	right := ""
	if r.owed > 0 {
		right = fmt.Sprintf("owed %d", r.owed)
	}
	n := m.theme.width(right)
	if n > 0 && n+12 < c.left() {
		c.until(c.width() - n - 1)
	} else {
		right = ""
	}
	if r.paging {
		c.put(dim, "paging  ")
	}
	words := plain
	if !r.failing().IsZero() {
		words = warn
	}
	c.rest(words, mark(row.gone, notThere+": ", "")+m.receiverWords(r))
	c.until(c.width())
	if right != "" {
		c.fill(c.width() - n)
		c.put(warn, right)
	}
	c.end()
}

// drawAttempt draws one attempt.
func (m *Model) drawAttempt(c *canvas, cols deliveryColumns, row *deliveryRow, on bool) {
	d := row.attempt
	n := &d.Notification
	c.drawBar(on)
	c.faded = row.gone
	sign, r := m.outcomeSign(d.Outcome)
	c.glyph(r, sign)
	c.put(plain, m.clock(d.At, "15:04:05"))
	text := func(s string, width int) {
		if width > 0 {
			c.put(plain, " ")
			c.cell(plain, s, width)
		}
	}
	text(n.Receiver, cols.receiver)
	text(reasonShort(n), cols.reason)
	if cols.try > 0 {
		c.put(plain, " ")
		c.cellRight(dim, fmt.Sprint(n.Attempt), cols.try)
	}
	c.put(plain, " ")
	c.cell(r, d.Outcome.String(), cols.outcome)
	if cols.took > 0 {
		c.put(plain, " ")
		c.cellRight(dim, took(d.Took), cols.took)
	}
	c.put(plain, " ")
	c.rest(plain, mark(row.gone, notThere+": ", "")+aboutWords(n)+because(d.Err))
	c.end()
}

// reasonShort is a notification's reason in one word.
func reasonShort(n *alert.Notification) string {
	switch {
	case n.Test:
		return "test"
	case n.Storm:
		return "storm"
	case n.Repeat:
		return n.Reason.String() + " again"
	}
	return n.Reason.String()
}

// aboutWords names the first alert of a notification and counts the others.
func aboutWords(n *alert.Notification) string {
	if len(n.Alerts) == 0 {
		return cmp.Or(n.Group, "-")
	}
	s := n.Alerts[0].Target
	if more := len(n.Alerts) + n.More - 1; more > 0 {
		s += fmt.Sprintf(" +%d", more)
	}
	return s
}

// drawDeliveryPreview draws the row one is on in full: n lines with the rule.
func (m *Model) drawDeliveryPreview(c *canvas, n int) {
	end := c.lines + n
	var lines []string
	title := ""
	switch r := m.deliveriesRow(); {
	case r == nil:
	case r.receiver != nil:
		title = r.receiver.name
		lines = wrap(m.receiverWords(r.receiver), c.width())
		lines = append(lines, m.owedTo(r.receiver)...)
	default:
		title = r.attempt.Notification.Group
		lines = wrap(m.attemptLine(r.attempt), c.width())
		var names []string
		for _, a := range r.attempt.Notification.Alerts {
			names = append(names, a.Target)
		}
		lines = append(lines, wrap("about "+joined(names, 12), c.width())...)
	}
	c.rule(title, "")
	for _, line := range lines {
		if c.lines < end {
			c.line(plain, line)
		}
	}
	for c.lines < end && c.room() > 0 {
		c.end()
	}
}

// joined writes at most n of some names, and how many more there are.
func joined(all []string, n int) string {
	if len(all) == 0 {
		return "nothing"
	}
	s := strings.Join(all[:min(n, len(all))], " ")
	if more := len(all) - n; more > 0 {
		s += fmt.Sprintf(" +%d", more)
	}
	return s
}
