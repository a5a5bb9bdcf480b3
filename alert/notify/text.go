package notify

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// What a message may be made of. Everything is cleaned here once more, although
// it was at the door: a control character in a header or a chat costs more than
// a second look.
const (
	maxHeadline = 200 // bytes: a mail's subject, a chat's first line
	maxName     = 64
	maxLine     = 240
	maxEscaped  = 350 // the same, escaped
	maxFindings = 4
	maxLink     = 1000
	namesShown  = 3
	digestShown = 10 // alerts of a digest that are named
)

// markup is how a channel writes plain text, a line at a time.
type markup struct {
	escape func(line string, max int) string // cut to max bytes where that matters to the channel
	link   func(url string) string           // a URL of the operator's; "" leaves its line out
}

// text writes a line of ours, which is short.
func (m markup) text(line string) string { return m.escape(line, maxEscaped) }

// plain writes text as it is.
var plain = markup{escape: safe.Line, link: func(url string) string { return url }}

// paragraphs is the notification in our own words, of at most max bytes
// together, every line passed through m; what does not fit is counted.
func (w Wording) paragraphs(n alert.Notification, max int, m markup) string {
	if n.Test {
		return m.text("This is a test that an operator asked for. Nothing is wrong.")
	}
	const reserve = len("\n\nand 1000000 more")
	b := pile{max: max - reserve}
	b.add(w.opening(n, m))
	more := n.More
	for i := range n.Alerts {
		if n.Storm && i == digestShown || !b.add(w.told(n, &n.Alerts[i], m)) {
			more += len(n.Alerts) - i
			break
		}
	}
	if more > 0 {
		b.max += reserve
		b.add([]string{fmt.Sprintf("and %d more", more)})
	}
	return b.String()
}

// pile is paragraphs with a blank line between them, max bytes in all.
type pile struct {
	strings.Builder
	max int
}

// add puts lines on top as one paragraph; false if they do not fit.
func (p *pile) add(lines []string) bool {
	s := strings.Join(lines, "\n")
	if s == "" {
		return true
	}
	if p.Len() > 0 {
		s = "\n\n" + s
	}
	if p.Len()+len(s) > p.max {
		return false
	}
	p.WriteString(s)
	return true
}

// opening is what there is to say about all of it.
func (w Wording) opening(n alert.Notification, m markup) []string {
	var lines []string
	for _, l := range append(w.noticeLines(n), dutyLines(n)...) {
		lines = append(lines, m.text(l))
	}
	if n.Storm {
		lines = append(lines, m.text("Too many at once to tell each: "+counts(n)+"."))
		if len(n.Shared) > 0 {
			lines = append(lines, m.text(safe.Line("All of them have "+strings.Join(listOf(n.Shared), ", ")+".", maxLine)))
		}
	}
	if n.Reason == alert.Missed && !n.Since.IsZero() {
		lines = append(lines, m.text(fmt.Sprintf("%s could not be reached from %s to %s.", name(n.Receiver), w.stamp(n.Since), w.stamp(n.At))))
	}
	return lines
}

// told is the paragraph of one alert.
func (w Wording) told(n alert.Notification, a *alert.Alert, m markup) []string {
	lines := w.paragraph(n, a)
	if n.Storm {
		lines = lines[:1]
	}
	for i, l := range lines {
		lines[i] = m.text(l)
	}
	if u := runbook(a); u != "" && !n.Storm && a.State != alert.Resolved {
		if l := m.link(u); l != "" {
			lines = append(lines, m.text("  runbook: ")+l)
		}
	}
	return lines
}

// paragraph tells of one alert: a line, then what is known of it, indented.
func (w Wording) paragraph(n alert.Notification, a *alert.Alert) []string {
	if n.Reason == alert.Missed {
		return w.finished(a, fmt.Sprintf("%s was %s from %s", name(a.Target), severityWord(max(a.Severity, a.Worst)), w.spell(a, n.At)))
	}
	if a.State == alert.Resolved {
		return w.finished(a, w.over(a, n.At))
	}
	first := word(a) + " " + name(a.Target)
	if !a.Started.IsZero() {
		first += fmt.Sprintf(" since %s (%s)", w.stamp(a.Started), span(n.At.Sub(a.Started)))
	}
	lines := []string{first}
	for i, f := range a.Findings {
		if i == maxFindings {
			lines = append(lines, fmt.Sprintf("  and %d more findings", len(a.Findings)-i))
			break
		}
		lines = append(lines, "  "+f.What+": "+f.Text)
	}
	lines = append(lines, circumstances(a)...)
	for i, l := range lines {
		lines[i] = safe.Line(l, maxLine)
	}
	return lines
}

// finished tells of an alert that is over.
func (w Wording) finished(a *alert.Alert, first string) []string {
	lines := []string{safe.Line(first, maxLine)}
	if what := a.What(); what != "" {
		lines = append(lines, "  last: "+safe.Line(what, maxLine))
	}
	return lines
}

// circumstances are lines about what is beside the findings of an alert.
func circumstances(a *alert.Alert) []string {
	var lines []string
	if a.Flapping {
		lines = append(lines, "  flapping: it goes back and forth, and is told of less often")
	}
	if a.Stale {
		lines = append(lines, "  stale: no result since a while, so nobody knows how it is now")
	}
	switch {
	case a.Behind == 1:
		lines = append(lines, "  1 other depends on it and is bad too")
	case a.Behind > 1:
		lines = append(lines, fmt.Sprintf("  %d others depend on it and are bad too", a.Behind))
	}
	if a.Ack != nil {
		said := "  acknowledged by " + name(a.Ack.By)
		if a.Ack.Note != "" {
			said += ": " + a.Ack.Note
		}
		lines = append(lines, said)
	}
	return lines
}

// footer says why this message came, and what else is wrong in its group.
func footer(n alert.Notification) string {
	s := "sitrep: " + reasonOf(n)
	if n.Group != "" {
		s += ", " + safe.Line(n.Group, maxLine/3)
	}
	s += ", receiver " + name(n.Receiver)
	if n.For != "" {
		s += " instead of " + name(n.For) + ", which does not accept"
	}
	if !n.Test {
		s += fmt.Sprintf(", %d active", n.Active)
	}
	return safe.Line(s, maxLine)
}

// runbook returns the alert's runbook as a URL that can end neither a link nor
// an attribute; "" if it has none, or what it has is no web page.
func runbook(a *alert.Alert) string {
	u, err := url.Parse(strings.TrimSpace(a.Runbook))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	s := linkEscapes.Replace(safe.Line(u.String(), 0))
	if len(s) > maxLink {
		return ""
	}
	return s
}

// linkEscapes are for the parts of a URL that package url leaves as they are.
var linkEscapes = strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", "'", "%27", "|", "%7C", " ", "%20", "`", "%60")

func name(s string) string { return cmp.Or(safe.Line(s, maxName), "(no name)") }

// stamp writes an instant the one way that all messages do, with its date, in
// the zone that it is in.
func stamp(t time.Time) string {
	if t.Location() == time.UTC {
		return t.Format("2006-01-02 15:04:05Z")
	}
	return t.Format("2006-01-02 15:04:05 MST")
}

// in returns t in the receiver's zone.
func (w Wording) in(t time.Time) time.Time {
	if w.Zone == nil {
		return t.UTC()
	}
	return t.In(w.Zone)
}

func (w Wording) stamp(t time.Time) string { return stamp(w.in(t)) }

// span writes a duration in its two largest units: "12m 4s", "3d 2h"; nothing
// is shorter than 0s.
func span(d time.Duration) string {
	s := max(int64(d/time.Second), 0)
	pair := func(big int64, bigUnit string, small int64, smallUnit string) string {
		if small == 0 {
			return fmt.Sprintf("%d%s", big, bigUnit)
		}
		return fmt.Sprintf("%d%s %d%s", big, bigUnit, small, smallUnit)
	}
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return pair(s/60, "m", s%60, "s")
	case s < 86400:
		return pair(s/3600, "h", s%3600/60, "m")
	}
	return pair(s/86400, "d", s%86400/3600, "h")
}
