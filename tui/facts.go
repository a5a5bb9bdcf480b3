package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// drawLower draws what is under the chart, as far as there is room: phases, the
// failures, the configuration where it is not beside the chart, and what
// happened to this target.
func (m *Model) drawLower(c *canvas, t *monitor.TargetStatus, ch *chart) {
	if c.room() >= 6 {
		m.drawPhases(c, t)
	}
	m.drawQuiet(c, t.Alert, min(quietMost+1, c.room()-4))
	wide := m.w >= wideTarget
	facts := m.factLines(t)
	need := 0
	if !wide {
		need = min(len(facts)+1, max(c.room()-3, 0))
	}
	events := m.eventsOf(t.Target.Name, 8)
	more := 0
	if len(events) > 0 {
		more = min(len(events)+1, max(c.room()-need-6, 0))
	}
	if n := c.room() - need - more; n >= 2 {
		if wide || more > 0 {
			n = min(n, max(len(t.Failures)+1, 4))
		}
		m.drawFailures(c, t, ch, n)
	}
	if more >= 2 {
		c.rule("what happened to it", "newest first")
		for i := range min(len(events), more-1) {
			m.drawEventLine(c, events[i])
			c.end()
		}
	}
	if need >= 2 {
		c.rule("configuration", t.Target.Where)
		for _, f := range facts[:min(len(facts), need-1)] {
			c.line(plain, f)
		}
	}
}

// eventsOf returns the last events of a target, newest first.
func (m *Model) eventsOf(target string, n int) (events []*monitor.Event) {
	all := m.snap.Events()
	for i := len(all) - 1; i >= 0 && len(events) < n; i-- {
		if all[i].Target == target {
			events = append(events, &all[i])
		}
	}
	return events
}

// drawPhases draws the steps of a probe: their medians over the last results
// beside those of the last one.
func (m *Model) drawPhases(c *canvas, t *monitor.TargetStatus) {
	if med := medianPhases(m.target.results); len(med) > 0 {
		c.put(dim, "phases ")
		c.line(plain, fmt.Sprintf("median of %d  %s", len(m.target.results), phaseWords(med)))
	}
	if len(t.Last.Phases) > 0 {
		c.put(dim, "       ")
		c.line(plain, fmt.Sprintf("last %s  %s", m.clock(t.Last.At, "15:04:05"), phaseWords(t.Last.Phases)))
	}
}

// phaseWords writes phases and their sum.
func phaseWords(phases []checker.Phase) string {
	var b strings.Builder
	var sum time.Duration
	for _, p := range phases {
		fmt.Fprintf(&b, "%s %s  ", p.Name, took(p.Took))
		sum += p.Took
	}
	return b.String() + "= " + took(sum)
}

// medianPhases returns each phase's median over the results that have it, in the
// order of the newest result that has most of them.
func medianPhases(results []checker.Result) []checker.Phase {
	all := map[string][]time.Duration{}
	var names []string
	for i := range results {
		if results[i].Status == checker.Down || results[i].Status == checker.Unknown {
			continue
		}
		var of []string
		for _, p := range results[i].Phases {
			all[p.Name] = append(all[p.Name], p.Took)
			of = append(of, p.Name)
		}
		if len(of) > len(names) {
			names = of
		}
	}
	phases := make([]checker.Phase, 0, len(names))
	for _, name := range names {
		d := all[name]
		slices.Sort(d)
		phases = append(phases, checker.Phase{Name: name, Took: d[(len(d)-1)/2]})
	}
	return phases
}

// drawFailures draws the last results that were not up, n lines with the rule:
// those of the column that is looked at, if there is one.
func (m *Model) drawFailures(c *canvas, t *monitor.TargetStatus, ch *chart, n int) {
	list := t.Failures
	right := ""
	if t.InRow > 0 {
		right = fmt.Sprintf("%d in a row", t.InRow)
	}
	none := "none since sitrep has watched it"
	if t.Last.At.IsZero() {
		none = "not probed yet"
	}
	if at := ch.cross(m.target.cross); at >= 0 {
		from, to := ch.axis.start(at), ch.axis.start(at+1)
		list = slices.Collect(func(yield func(monitor.Failure) bool) {
			for _, f := range t.Failures {
				if ms := f.At.UnixMilli(); ms >= from && ms < to && !yield(f) {
					return
				}
			}
		})
		right, none = "in the column that ^ is on", "none of the last 16 is in this column"
	}
	c.rule("failures", right)
	if len(list) == 0 {
		c.line(dim, none)
	}
	from := min(m.target.scroll.at, max(len(list)-(n-1), 0))
	for i := from; i < min(from+n-1, len(list)); i++ {
		m.drawFailure(c, &list[i])
	}
	for range n - 1 - max(len(list)-from, 1) {
		c.end()
	}
}

// drawFailure draws one result that was not up.
func (m *Model) drawFailure(c *canvas, f *monitor.Failure) {
	c.put(plain, m.clock(f.At, "15:04:05")+" ")
	switch f.Status {
	case checker.Down:
		c.glyph(down, c.th.down)
	case checker.Degraded:
		c.glyph(warn, c.th.warn)
	default:
		c.glyph(unknown, c.th.unknown)
	}
	c.put(plain, " ")
	text := f.Text
	if f.Peer != "" && c.width() >= 60 {
		text = f.Peer + "  " + text
	}
	if f.Took > 0 {
		text += "  " + took(f.Took)
	}
	if f.Body != "" {
		text += "  " + f.Body
	}
	c.rest(plain, text)
	c.end()
}

// factLines returns the configuration and the certificate of a target in words.
func (m *Model) factLines(t *monitor.TargetStatus) []string {
	g := t.Target
	rule := fmt.Sprintf("every %s, timeout %s, ", limit(g.Interval), limit(g.Timeout))
	if g.Slow > 0 {
		rule += "slow over " + limit(g.Slow) + ", "
	}
	rule += fmt.Sprintf("down after %d, up after %d", g.FailAfter, g.RecoverAfter)
	if g.Attempts > 1 {
		rule += fmt.Sprintf(", %d attempts", g.Attempts)
	}
	lines := []string{rule}
	if told := m.explained(t); told != "" {
		lines = append(lines, told)
	}
	if cert := m.certificate(t); cert != "" {
		lines = append(lines, cert)
	}
	if labels := labelWords(g.Labels); labels != "" {
		lines = append(lines, labels)
	}
	for _, s := range []string{g.Title, g.Note, g.Runbook} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	for _, f := range t.Last.Facts {
		lines = append(lines, f.Name+" "+f.Text)
	}
	return lines
}

// certificate says how long the earliest certificate of the chain holds.
func (m *Model) certificate(t *monitor.TargetStatus) string {
	at := t.Last.NotAfter
	if at.IsZero() {
		return ""
	}
	left := at.Sub(m.now)
	if left < 0 {
		return "certificate over for " + age(-left) + ", since " + m.clock(at, time.DateOnly)
	}
	return "certificate " + age(left) + " left, until " + m.clock(at, time.DateOnly)
}

// labelWords writes the configured labels, those that every target has left out.
func labelWords(labels map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		if k != "name" && k != "kind" && labels[k] != "" {
			parts = append(parts, k+"="+labels[k])
		}
	}
	return strings.Join(parts, " ")
}

// drawFacts draws the column beside the chart.
func (m *Model) drawFacts(c *canvas, t *monitor.TargetStatus) {
	c.put(key, "configuration")
	if w := m.theme.width(t.Target.Where); w+15 <= c.width() {
		c.fill(c.width() - w)
		c.put(dim, t.Target.Where)
	}
	c.end()
	for _, line := range m.factLines(t) {
		for _, part := range wrap(line, c.width()-2) {
			c.put(plain, "  ")
			c.line(plain, part)
		}
	}
	if a := t.Alert; a != nil && a.State != alert.None {
		c.line(key, "alert")
		c.put(plain, "  ")
		c.line(plain, a.State.String()+" "+a.Severity.String()+" "+idTail(a.ID))
	}
	for c.room() > 0 {
		c.end()
	}
}

// idTail returns the end of an ID, which is what tells it from others.
func idTail(id string) string { return id[max(len(id)-4, 0):] }
