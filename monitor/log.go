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

// lineOf is an alert's event as the log tells it; false if the log leaves it
// out, because the row on the board says it better while it lasts.
func lineOf(e alert.Event) (Event, bool) {
	line := Event{At: e.At, Kind: string(e.Kind), Target: e.Alert.Target, Alert: e.Alert.ID, By: e.By, Status: gravity(e.Alert.Severity)}
	a := &e.Alert
	switch e.Kind {
	case alert.KindPending:
		line.Text = a.What()
	case alert.KindFired, alert.KindWorse, alert.KindBetter, alert.KindReopened:
		line.Text = a.Severity.String() + ": " + a.What()
	case alert.KindResolved:
		line.Status = checker.Up
		line.Text = "after " + civil.FormatDuration(a.Resolved.Sub(a.Started))
		if a.Ending != "" {
			line.Text += ", " + a.Ending
		}
		if e.Text != "" {
			line.Text += ": " + e.Text
		}
	case alert.KindAcked, alert.KindUnacked:
		line.Status = checker.Unknown
		line.Text = e.Text
	case alert.KindSilenced, alert.KindUnsilenced:
		line.Status = checker.Unknown
		line.Text = silenceText(e)
	default:
		return Event{}, false
	}
	line.Text = safe.Line(line.Text, 400)
	return line, true
}

func silenceText(e alert.Event) string {
	s := e.Silence
	if s == nil {
		return e.Text
	}
	if e.Kind == alert.KindUnsilenced {
		return s.ID + " ended: " + s.Match.String()
	}
	return fmt.Sprintf("%s %s until %s, %s", s.ID, s.Match, s.Until.UTC().Format("2006-01-02 15:04Z"), s.Reason)
}

// deliveryLine is an attempt's outcome as the log tells it.
func deliveryLine(d alert.Delivery) Event {
	n := &d.Notification
	line := Event{At: d.At, Receiver: n.Receiver, Target: n.Group}
	if len(n.Alerts) > 0 {
		line.Target, line.Alert = n.Alerts[0].Target, n.Alerts[0].ID
	}
	about := n.Reason.String()
	if more := len(n.Alerts) + n.More - 1; more > 0 {
		about += fmt.Sprintf(" (and %d more)", more)
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
