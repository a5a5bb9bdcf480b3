package notify

import (
	"fmt"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
	"sitrep/safe"
)

// What a notification says of who is on call, and to whom it goes.

// addressee returns whom a notification is for, in parts that are clean.
func addressee(n alert.Notification) oncall.Addressee {
	a := oncall.ParseAddressee(n.Receiver)
	return oncall.Addressee{
		Receiver: safe.Line(a.Receiver, maxName), Address: safe.Line(a.Address, maxLine), Operator: safe.Line(a.Operator, maxName),
	}
}

// forOthers tells whether a notification is nothing for a machine that keeps
// alerts: a hand-over is a matter between people.
func forOthers(n alert.Notification) bool { return n.Reason == alert.Handover }

// noticeTitle is the headline of what is about no change of an alert.
func (w Wording) noticeTitle(n alert.Notification) string {
	x := n.Notice
	if x == nil {
		return "hand-over: nothing is left to tell"
	}
	switch x.Kind {
	case "ahead":
		return fmt.Sprintf("You are on call for %s from %s", name(x.Schedule), w.day(x.From))
	case "on":
		return fmt.Sprintf("You are on call for %s now%s", name(x.Schedule), w.until(x.To))
	case "off":
		return fmt.Sprintf("You are off call for %s: %s now", name(x.Schedule), hasIt(x.Other))
	}
	s := "You acknowledged this"
	if !x.From.IsZero() {
		s += " " + span(n.At.Sub(x.From)) + " ago"
	}
	return s + ", and it goes on: " + names(n, maxLine)
}

// hasIt says who has something.
func hasIt(who string) string {
	switch {
	case who == "":
		return "nobody has it"
	case strings.Contains(who, ","):
		return name(who) + " have it"
	}
	return name(who) + " has it"
}

func (w Wording) until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ", until " + w.day(t)
}

// day writes an instant with its day of the week, to the minute.
func (w Wording) day(t time.Time) string {
	t = w.in(t)
	if t.Location() == time.UTC {
		return t.Format("Mon 2006-01-02 15:04Z")
	}
	return t.Format("Mon 2006-01-02 15:04 MST")
}

// noticeLines is what there is to say beside the headline of a notice, above the
// alerts that it lists.
func (w Wording) noticeLines(n alert.Notification) []string {
	x := n.Notice
	if x == nil {
		return nil
	}
	var lines []string
	switch x.Kind {
	case "ahead":
		lines = append(lines, fmt.Sprintf("From %s%s. Before you: %s.", w.day(x.From), w.until(x.To), orNobody(x.Other)))
	case "on":
		lines = append(lines, fmt.Sprintf("On call until now: %s.", orNobody(x.Other)))
		if x.Accept {
			lines = append(lines, "Accept it on the screen within 15 minutes.")
		}
	}
	switch all := len(n.Alerts) + n.More; {
	case x.Schedule == "":
	case all == 0:
		lines = append(lines, "Nothing is open.")
	default:
		lines = append(lines, "Open now:")
	}
	return lines
}

func orNobody(who string) string {
	if who == "" {
		return "nobody"
	}
	return name(who)
}

// dutyLines say who was called so far, and for whom this is.
func dutyLines(n alert.Notification) []string {
	var lines []string
	if n.Reason == alert.Escalated {
		lines = append(lines, "Nobody has acknowledged it.")
	}
	if len(n.OnCall) > 0 {
		lines = append(lines, "On call: "+safe.Line(strings.Join(n.OnCall, ", "), maxLine)+".")
	}
	return lines
}
