package notify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
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
	maxFindings = 4
	namesShown  = 3
)

// headline says the whole notification in one line of at most maxHeadline bytes:
//
//	DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)
//	3 DOWN, 1 WARN in shops: a, b, c and 1 more
//	STILL DOWN search-api for 2h 5m: 503, want 200 (since 2026-04-12 03:29:04Z)
//	RESOLVED search-api after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)
func headline(n alert.Notification) string {
	var s string
	switch {
	case n.Test:
		s = fmt.Sprintf("TEST: sitrep reaches receiver %s", name(n.Receiver))
	case len(n.Alerts) == 0:
		s = fmt.Sprintf("%s: nothing is left to tell of %s", n.Reason, name(n.Group))
	case len(n.Alerts) == 1:
		s = single(n.Reason, &n.Alerts[0], n.At)
	default:
		s = several(n)
	}
	if s = safe.Line(s, 0); len(s) > maxHeadline {
		s = safe.Line(s, maxHeadline)
	}
	return s
}

// single is the headline of one alert. What is cut first when it is too long is
// the finding's text, so that name and time stay.
func single(why alert.Reason, a *alert.Alert, now time.Time) string {
	if a.State == alert.Resolved {
		return over(a, now)
	}
	s := prefix(why) + word(a) + " " + name(a.Target)
	if why == alert.Remind {
		s += " for " + span(now.Sub(a.Started))
	}
	tail := ""
	if !a.Started.IsZero() {
		tail = " (since " + stamp(a.Started) + ")"
	}
	if what := a.What(); what != "" {
		s += ": " + safe.Line(what, maxHeadline-len(s)-len(": ")-len(tail))
	}
	return s + tail
}

// over is the headline of one alert that ended, and how.
func over(a *alert.Alert, now time.Time) string {
	end := now
	for _, t := range []time.Time{a.Confirmed, a.Resolved} {
		if !t.IsZero() {
			end = t
		}
	}
	lasted := fmt.Sprintf("after %s (%s to %s)", span(end.Sub(a.Started)), stamp(a.Started), stamp(end))
	switch a.Ending {
	case "":
		return fmt.Sprintf("RESOLVED %s %s", name(a.Target), lasted)
	case "removed":
		return fmt.Sprintf("CLOSED %s: no longer monitored, %s", name(a.Target), lasted)
	}
	return fmt.Sprintf("RESOLVED %s %s %s", safe.Line(a.Ending, maxName), name(a.Target), lasted)
}

// several is the headline of many alerts: how many of which kind, where, and
// the first names.
func several(n alert.Notification) string {
	count := make(map[string]int)
	oldest := n.At
	for i := range n.Alerts {
		a := &n.Alerts[i]
		count[word(a)]++
		if a.State != alert.Resolved && a.Started.Before(oldest) {
			oldest = a.Started
		}
	}
	var counts []string
	for _, w := range []string{"DOWN", "WARN", "INFO", "RESOLVED"} {
		if count[w] > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", count[w], w))
		}
	}
	s := prefix(n.Reason) + strings.Join(counts, ", ")
	if n.More > 0 { // told of, and not listed
		s += fmt.Sprintf(" and %d more", n.More)
	}
	if where := place(n); where != "" {
		s += " in " + where
	}
	if n.Reason == alert.Remind {
		s += " for " + span(n.At.Sub(oldest))
	}
	return s + ": " + names(n.Alerts, maxHeadline-len(s)-len(": "))
}

// names lists the first targets that fit into max bytes, and counts the rest.
func names(alerts []alert.Alert, max int) string {
	var s string
	for i := range alerts {
		next := name(alerts[i].Target)
		if i > 0 {
			next = s + ", " + next
		}
		rest := ""
		if left := len(alerts) - i - 1; left > 0 {
			rest = fmt.Sprintf(" and %d more", left)
		}
		if i == namesShown || i > 0 && len(next)+len(rest) > max {
			return fmt.Sprintf("%s and %d more", s, len(alerts)-i)
		}
		s = next
	}
	return s
}

// prefix is what the reason adds in front of a headline of active alerts.
func prefix(why alert.Reason) string {
	switch why {
	case alert.Worse:
		return "WORSE: "
	case alert.Better:
		return "BETTER: "
	case alert.Remind:
		return "STILL "
	}
	return ""
}

// place names the group as people would: by the values of its labels.
func place(n alert.Notification) string {
	var values []string
	for _, label := range slices.Sorted(maps.Keys(n.Labels)) {
		if v := n.Labels[label]; v != "" {
			values = append(values, name(v))
		}
	}
	return safe.Line(strings.Join(values, "/"), maxName)
}

// paragraph tells of one alert: a line, then what was found, indented.
func paragraph(a *alert.Alert, now time.Time) []string {
	if a.State == alert.Resolved {
		lines := []string{safe.Line(over(a, now), maxLine)}
		if what := a.What(); what != "" {
			lines = append(lines, "  last: "+safe.Line(what, maxLine))
		}
		return lines
	}
	first := word(a) + " " + name(a.Target)
	if !a.Started.IsZero() {
		first += fmt.Sprintf(" since %s (%s)", stamp(a.Started), span(now.Sub(a.Started)))
	}
	lines := []string{safe.Line(first, maxLine)}
	for i, f := range a.Findings {
		if i == maxFindings {
			lines = append(lines, fmt.Sprintf("  and %d more findings", len(a.Findings)-i))
			break
		}
		lines = append(lines, safe.Line("  "+f.What+": "+f.Text, maxLine))
	}
	if a.Ack != nil {
		said := "  acknowledged by " + name(a.Ack.By)
		if a.Ack.Note != "" {
			said += ": " + a.Ack.Note
		}
		lines = append(lines, safe.Line(said, maxLine))
	}
	return lines
}

// body is the notification in paragraphs of at most max bytes together, every
// line passed through escape; what does not fit is counted.
func body(n alert.Notification, max int, escape func(string) string) string {
	if n.Test {
		return escape("This is a test that an operator asked for. Nothing is wrong.")
	}
	var b strings.Builder
	const reserve = len("\n\nand 1000000 more")
	more := n.More
	for i := range n.Alerts {
		lines := paragraph(&n.Alerts[i], n.At)
		for j, l := range lines {
			lines[j] = escape(l)
		}
		p := strings.Join(lines, "\n")
		if i > 0 {
			p = "\n\n" + p
		}
		if b.Len()+len(p)+reserve > max {
			more += len(n.Alerts) - i
			break
		}
		b.WriteString(p)
	}
	if more > 0 {
		fmt.Fprintf(&b, "\n\nand %d more", more)
	}
	return strings.TrimPrefix(b.String(), "\n\n")
}

// footer says why this message came, and what else is wrong in its group.
func footer(n alert.Notification) string {
	s := "sitrep: " + n.Reason.String()
	if n.Test {
		s = "sitrep: test"
	}
	if n.Group != "" {
		s += ", " + safe.Line(n.Group, maxLine/2)
	}
	s += ", receiver " + name(n.Receiver)
	if !n.Test {
		s += fmt.Sprintf(", %d active", n.Active)
	}
	return safe.Line(s, maxLine)
}

// word is the state of an alert in capitals: colour is never the only sign.
func word(a *alert.Alert) string {
	switch {
	case a.State == alert.Resolved:
		return "RESOLVED"
	case a.Severity == alert.Critical:
		return "DOWN"
	case a.Severity == alert.Warning:
		return "WARN"
	}
	return "INFO"
}

func name(s string) string { return cmp.Or(safe.Line(s, maxName), "(no name)") }

// stamp writes an instant the one way that all messages do: UTC, with its date.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

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
