package tui

import (
	"fmt"
	"strings"
	"time"

	"sitrep/monitor"
)

// drawFiguresLine draws what the columns add up to, or those of the one that is
// looked at.
func (m *Model) drawFiguresLine(c *canvas, t *monitor.TargetStatus, ch *chart) {
	right := "1 col = " + limit(ch.axis.step)
	switch words := m.pastWords(ch.axis, t.Target.Name); {
	case words != "":
		right = words + ", " + right
	case ch.axis.cross(m.axes.cross) >= 0:
		right = ""
	case c.width() >= 70:
		right += ", median"
	}
	if right != "" {
		c.until(c.width() - len(right) - 2)
	}
	m.drawFigureWords(c, t, ch)
	c.until(c.width())
	c.fill(c.width() - len(right))
	c.rest(dim, right)
	c.end()
}

// drawFigureWords draws the left part of the line of figures.
func (m *Model) drawFigureWords(c *canvas, t *monitor.TargetStatus, ch *chart) {
	if at := ch.axis.cross(m.axes.cross); at >= 0 {
		s := &ch.slots[at]
		c.put(key, m.columnWords(ch.axis, at))
		c.put(plain, "  ")
		if s.total() == 0 {
			c.rest(dim, "no probe")
			return
		}
		c.rest(plain, slotWords(s)+latencyWords(s))
		return
	}
	s := ch.sum()
	if s.total() == 0 {
		c.rest(dim, "nothing was measured in this time")
		return
	}
	c.rest(plain, m.percentileWords(t, ch.axis)+slotWords(&s))
}

// columnWords say which time a column stands for; the date is given unless it is
// today's.
func (m *Model) columnWords(a axis, at int) string {
	from := a.time(at)
	layout := mark(a.step < time.Minute, "15:04:05", "15:04")
	if m.clock(from, time.DateOnly) != m.clock(m.now, time.DateOnly) {
		layout = "01-02 " + layout
	}
	return m.clock(from, layout) + " for " + limit(a.step)
}

// percentileWords returns the percentiles of all that an axis shows, "" if they
// are not known. Unless the store was asked they are those of the last results.
func (m *Model) percentileWords(t *monitor.TargetStatus, a axis) string {
	if sum := m.sumOf(t.Target.Name, a); sum != nil {
		if sum.Passed == 0 {
			return ""
		}
		return fmt.Sprintf("p50 %s  p95 %s  p99 %s  ", took(sum.Median), took(sum.P95), took(sum.P99))
	}
	p50 := percentile(t.Samples, 50)
	if p50 == 0 || m.axes.step > time.Minute || m.axes.until > 0 {
		return ""
	}
	return fmt.Sprintf("p50 %s  p95 %s  ", took(p50), took(percentile(t.Samples, 95)))
}

// slotWords counts what came: "49 ok  4 degraded  18 failed".
func slotWords(s *slot) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d ok", s.passed-s.slow)
	for _, p := range []struct {
		n    uint32
		word string
	}{{s.slow, "degraded"}, {s.failed, "failed"}, {s.unknown, "unknown"}, {s.excluded, "in maintenance"}, {s.retried, "on a retry"}} {
		if p.n > 0 {
			fmt.Fprintf(&text, "  %d %s", p.n, p.word)
		}
	}
	return text.String()
}

// latencyWords tell the latencies of what passed, "" if nothing did.
func latencyWords(s *slot) string {
	if s.passed == 0 {
		return ""
	}
	return fmt.Sprintf("  median %s  p95 %s  max %s", took(s.median), took(s.p95), took(s.max))
}
