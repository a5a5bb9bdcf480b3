package monitor

import (
	"fmt"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/safe"
)

// tailEvents is how many events a snapshot holds; older ones are in the store.
const tailEvents = 500

// maxTold is how many of the latest deliveries a snapshot holds.
const maxTold = 200

// lineOf is an alert's event as the log tells it; false if the log leaves it
// out, because the row on the board says it better while it lasts.
func lineOf(e alert.Event) (Event, bool) {
	a := &e.Alert
	line := Event{At: e.At, Kind: string(e.Kind), Target: a.Target, Alert: a.ID, By: e.By, Status: gravity(a.Severity)}
	switch e.Kind {
	case alert.KindPending:
		line.Text = a.What()
	case alert.KindFired, alert.KindWorse, alert.KindBetter, alert.KindReopened:
		line.Text = a.Severity.String() + ": " + a.What() + a.HeldText()
	case alert.KindResolved:
		line.Status, line.Text = checker.Up, endText(e)
	case alert.KindAcked, alert.KindUnacked:
		line.Status, line.Text = checker.Unknown, e.Text
	case alert.KindStillAcked: // nobody did anything
		line.Status, line.By, line.Text = checker.Unknown, "", e.By+" acknowledged it, and it goes on"
		if a.Ack != nil {
			line.Text = fmt.Sprintf("%s acknowledged it %s ago, and it goes on", e.By, civil.FormatDuration(e.At.Sub(a.Ack.At).Round(time.Minute)))
		}
	case alert.KindSilenced, alert.KindUnsilenced, alert.KindResilenced:
		line.Status, line.Text = checker.Unknown, silenceText(e)
	default:
		if !markLine(&line, e) && !callLine(&line, e) {
			return Event{}, false
		}
	}
	line.Text = safe.Line(line.Text, 400)
	return line, true
}

// markLine is lineOf for what changes how an alert is told, and for receivers.
func markLine(line *Event, e alert.Event) bool {
	a := &e.Alert
	switch e.Kind {
	case alert.KindFlapping:
		line.Text = "flaps between good and bad: better and resolved wait until it is steady" + a.HeldText()
	case alert.KindSteady:
		line.Text = "flaps no more"
		if a.State != alert.Firing {
			line.Status = checker.Up
		}
	case alert.KindStale:
		line.Status, line.Text = checker.Unknown, "no result since a while: what was believed stays"
	case alert.KindFresh:
		line.Status, line.Text = checker.Unknown, "gives results again"
	case alert.KindInhibited:
		line.Status, line.Text = checker.Unknown, e.Text+" is down, and explains it"
	case alert.KindFreed:
		line.Status, line.Text = checker.Unknown, e.Text+" does not explain it any more"
	case alert.KindFailover:
		line.Status, line.Receiver, line.Text = checker.Degraded, e.Receiver, e.Receiver+" does not accept: "+e.Text
	case alert.KindMended:
		line.Status, line.Receiver, line.Text = checker.Up, e.Receiver, e.Receiver+" "+e.Text
	case alert.KindStorm:
		line.Status, line.Text = checker.Degraded, "too many new alerts to tell each: route "+e.Text+" sends a digest, the board has them all"
	default:
		return false
	}
	return true
}

// callLine is lineOf for who is called, and who is on call.
func callLine(line *Event, e alert.Event) bool {
	switch e.Kind {
	case alert.KindEscalated: // as grave as the alert that it is about
	case alert.KindUncovered, alert.KindAudited:
		line.Status = checker.Degraded
	case alert.KindExhausted:
		line.Status = checker.Down
	case alert.KindHandover:
		line.Status = checker.Unknown
	default:
		return false
	}
	line.Text = e.Text
	return true
}

// lateText says of what was due at some time that it was done so much later: the
// machine was suspended, or its clock set past it.
func lateText(late time.Duration) string {
	if late < stallLimit {
		return ""
	}
	return " (done " + civil.FormatDuration(late.Round(time.Second)) + " later)"
}

// endText says how long an alert lasted, and how it ended.
func endText(e alert.Event) string {
	a := &e.Alert
	text := "after " + civil.FormatDuration(a.Resolved.Sub(a.Started))
	if a.Ending != "" {
		text += ", " + a.Ending
	}
	if e.Text != "" {
		text += ": " + e.Text
	}
	return text
}

func silenceText(e alert.Event) string {
	s := e.Silence
	if s == nil {
		return e.Text
	}
	what := s.ID + " " + s.Match.String()
	if s.Maintenance {
		what = "maintenance " + what
	}
	until := " until all of it is over"
	if !s.Until.IsZero() {
		until = " until " + stampOf(s.Until)
	}
	switch e.Kind {
	case alert.KindUnsilenced:
		return what + " ended"
	case alert.KindResilenced:
		return what + " changed:" + until + ", " + s.Reason
	}
	return what + until + ", " + s.Reason
}

// deliveryLine is an attempt's outcome as the log tells it.
func deliveryLine(d alert.Delivery) Event {
	n := &d.Notification
	line := Event{At: d.At, Receiver: n.Receiver}
	about := n.Reason.String()
	switch more := len(n.Alerts) + n.More - 1; {
	case n.Notice != nil: // about none of the alerts that it lists
		about = noticeText(n.Notice)
	case len(n.Alerts) == 0:
		line.Target = n.Group
	default:
		line.Target, line.Alert = n.Alerts[0].Target, n.Alerts[0].ID
		if n.Reason == alert.Escalated && n.Step > 0 {
			about = fmt.Sprintf("step %d", n.Step)
		}
		if more > 0 {
			about += fmt.Sprintf(" (and %d more)", more)
		}
	}
	if d.Outcome == alert.Accepted {
		line.Kind, line.Status = "paged", checker.Up
		line.Text = fmt.Sprintf("%s: %s, accepted in %s", n.Receiver, about, short(d.Took))
	} else {
		line.Kind, line.Status = "failed", checker.Degraded
		line.Text = fmt.Sprintf("%s: %s, %s: %s", n.Receiver, about, d.Outcome, d.Err)
	}
	if n.Attempt > 1 {
		line.Text += fmt.Sprintf(", attempt %d", n.Attempt)
	}
	line.Text = safe.Line(line.Text, 400)
	return line
}

// noticeText says what an operator is told that is about no change of an alert.
func noticeText(n *alert.Notice) string {
	switch n.Kind {
	case "ahead":
		return "on call for " + n.Schedule + " from " + stampOf(n.From)
	case "on":
		return "on call for " + n.Schedule
	case "off":
		return "off call for " + n.Schedule
	}
	return "what " + n.Operator + " acknowledged goes on"
}

// gravity is the glyph of a severity.
func gravity(s alert.Severity) checker.Status {
	switch s {
	case alert.Critical:
		return checker.Down
	case alert.Warning:
		return checker.Degraded
	}
	return checker.Unknown
}

// short is a duration of an attempt: three figures.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "1ms"
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
