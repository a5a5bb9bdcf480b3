package notify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// headline says the whole notification in one line of at most maxHeadline bytes:
//
//	DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)
//	3 DOWN, 1 WARN in shops: a, b, c and 1 more
//	60 alerts (at least 50 DOWN) in shops: a, b, c and 57 more
//	STILL DOWN search-api for 2h 5m: 503, want 200 (since 2026-04-12 03:29:04Z)
//	STORM: 40 DOWN, 12 WARN in shops: a, b, c and 49 more
//	MISSED: DOWN search-api for 8m (2026-04-12 03:12:00Z to 2026-04-12 03:20:00Z)
//	ESCALATED (step 2): DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)
//	You are on call for primary now, until Mon 2026-04-20 07:00Z
//	RESOLVED search-api after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)
func (w Wording) headline(n alert.Notification) string {
	var s string
	switch {
	case n.Test:
		s = fmt.Sprintf("TEST: sitrep reaches receiver %s", name(n.Receiver))
	case n.Reason == alert.Handover:
		s = w.noticeTitle(n)
	case len(n.Alerts) == 0:
		s = fmt.Sprintf("%s: nothing is left to tell of %s", n.Reason, name(n.Group))
	case len(n.Alerts) == 1 && n.More == 0:
		s = w.single(n, &n.Alerts[0])
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
func (w Wording) single(n alert.Notification, a *alert.Alert) string {
	switch {
	case n.Reason == alert.Missed:
		return fmt.Sprintf("MISSED: %s %s for %s (%s)", severityWord(max(a.Severity, a.Worst)), name(a.Target),
			span(endOf(a, n.At).Sub(a.Started)), w.spell(a, n.At))
	case a.State == alert.Resolved:
		return w.over(a, n.At)
	}
	s := prefix(n) + word(a) + " " + name(a.Target)
	if n.Reason == alert.Remind {
		s += " for " + span(n.At.Sub(a.Started))
	}
	tail := ""
	if !a.Started.IsZero() {
		tail = " (since " + w.stamp(a.Started) + ")"
	}
	if what := a.What(); what != "" {
		s += ": " + safe.Line(what, maxHeadline-len(s)-len(": ")-len(tail))
	}
	return s + tail
}

// over is the headline of one alert that ended, and how.
func (w Wording) over(a *alert.Alert, now time.Time) string {
	lasted := fmt.Sprintf("after %s (%s)", span(endOf(a, now).Sub(a.Started)), w.spell(a, now))
	switch a.Ending {
	case "":
		return fmt.Sprintf("RESOLVED %s %s", name(a.Target), lasted)
	case "removed":
		return fmt.Sprintf("CLOSED %s: no longer monitored, %s", name(a.Target), lasted)
	}
	return fmt.Sprintf("RESOLVED %s %s %s", safe.Line(a.Ending, maxName), name(a.Target), lasted)
}

// spell is from when to when an alert was, or is.
func (w Wording) spell(a *alert.Alert, now time.Time) string {
	return w.stamp(a.Started) + " to " + w.stamp(endOf(a, now))
}

// endOf is when an alert was over, or now.
func endOf(a *alert.Alert, now time.Time) time.Time {
	end := now
	for _, t := range []time.Time{a.Confirmed, a.Resolved} {
		if !t.IsZero() {
			end = t
		}
	}
	return end
}

// several is the headline of many alerts: how many of which kind, where, and
// the first names.
func several(n alert.Notification) string {
	s := prefix(n) + counts(n)
	if where := place(n); where != "" {
		s += " in " + where
	}
	if n.Reason == alert.Remind {
		oldest := n.At
		for i := range n.Alerts {
			if a := &n.Alerts[i]; a.State != alert.Resolved && a.Started.Before(oldest) {
				oldest = a.Started
			}
		}
		s += " for " + span(n.At.Sub(oldest))
	}
	return s + ": " + names(n, maxHeadline-len(s)-len(": "))
}

// counts says how many of each kind there are, what is not listed included. If
// nobody counted that by kind, it is the sum, and as much as is known of it.
func counts(n alert.Notification) string {
	count, known := make(map[string]int), true
	if len(n.Counts) > 0 && n.Reason != alert.Over { // of what is over they say how bad it was
		for severity, many := range n.Counts {
			count[severityWord(severity)] += many
		}
	} else {
		for i := range n.Alerts {
			a := &n.Alerts[i]
			kind := word(a)
			if n.Reason == alert.Missed {
				kind = severityWord(max(a.Severity, a.Worst))
			}
			count[kind]++
		}
		if n.Reason == alert.Over {
			count["RESOLVED"] += n.More
		} else {
			known = n.More == 0
		}
	}
	var parts []string
	for _, kind := range []string{"DOWN", "WARN", "INFO", "RESOLVED"} {
		if count[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[kind], kind))
		}
	}
	s := strings.Join(parts, ", ")
	if !known {
		s = fmt.Sprintf("%d alerts (at least %s)", len(n.Alerts)+n.More, s)
	}
	return s
}

// names lists the first targets that fit into max bytes, and counts the rest.
func names(n alert.Notification, max int) string {
	all := len(n.Alerts) + n.More
	var s string
	for i := range n.Alerts {
		next := name(n.Alerts[i].Target)
		if i > 0 {
			next = s + ", " + next
		}
		rest := ""
		if left := all - i - 1; left > 0 {
			rest = fmt.Sprintf(" and %d more", left)
		}
		if i == namesShown || i > 0 && len(next)+len(rest) > max {
			return fmt.Sprintf("%s and %d more", s, all-i)
		}
		s = next
	}
	if left := all - len(n.Alerts); left > 0 {
		s += fmt.Sprintf(" and %d more", left)
	}
	return s
}

// prefix is what the reason adds in front of a headline of active alerts.
func prefix(n alert.Notification) string {
	switch {
	case n.Storm && (n.Reason == alert.First || n.Reason == alert.New):
		return "STORM: "
	case n.Reason == alert.Missed:
		return "MISSED: "
	case n.Reason == alert.Escalated && n.Step > 0:
		return fmt.Sprintf("ESCALATED (step %d): ", n.Step)
	case n.Reason == alert.Escalated:
		return "ESCALATED: "
	case n.Reason == alert.Worse:
		return "WORSE: "
	case n.Reason == alert.Better:
		return "BETTER: "
	case n.Reason == alert.Remind:
		return "STILL "
	case n.Reason == alert.Flaps && slices.ContainsFunc(n.Alerts, func(a alert.Alert) bool { return a.Flapping }):
		return "FLAPPING: "
	case n.Reason == alert.Flaps:
		return "STEADY AGAIN: "
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

// word is the state of an alert in capitals: colour is never the only sign.
func word(a *alert.Alert) string {
	if a.State == alert.Resolved {
		return "RESOLVED"
	}
	return severityWord(a.Severity)
}

func severityWord(s alert.Severity) string {
	switch s {
	case alert.Critical:
		return "DOWN"
	case alert.Warning:
		return "WARN"
	}
	return "INFO"
}
