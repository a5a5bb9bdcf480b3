package incident

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
)

// Delivered takes in what came of a notification, for every incident that has
// one of its alerts. A receiver that fails again with the same words is not
// written down again.
func (b *Book) Delivered(d alert.Delivery) []Entry {
	e, ok := b.deliveryEntry(&d)
	if !ok {
		return nil
	}
	p := b.pen(d.At)
	told := map[string]string{} // incident → the first of its alerts
	var order []string
	for _, a := range d.Notification.Alerts {
		home := b.home(a.ID)
		if home == nil || !home.inc.Open() {
			if w := b.watched[a.ID]; w != nil {
				w.remember(e)
			}
		}
		if home != nil && told[home.inc.ID] == "" {
			told[home.inc.ID] = a.ID
			order = append(order, home.inc.ID)
		}
	}
	for _, id := range order {
		if e.Kind == Failed && b.records[id].failures[e.Field] == failure(&e) {
			continue
		}
		e.Incident, e.Alert = id, told[id]
		p.write(e)
	}
	return p.out
}

// deliveryEntry is what a timeline says of a delivery. Tests, attempts that were
// never begun, what only keeps a machine from forgetting, and what is about no
// alert in itself, are no part of any.
func (b *Book) deliveryEntry(d *alert.Delivery) (Entry, bool) {
	n := &d.Notification
	if n.Test || len(n.Alerts) == 0 || d.Outcome == alert.Unbegun || n.Quiet || n.Reason == alert.Handover {
		return Entry{}, false
	}
	e := Entry{At: d.At, Field: n.Receiver}
	e.ref(refKey, n.Key)
	if d.Outcome == alert.Accepted {
		e.Kind, e.Value = Paged, n.Reason.String()
		for i := range n.Alerts {
			if len(n.Alerts) > 1 {
				e.ref(refAlert, n.Alerts[i].ID)
			}
		}
		if b.settings.Paging != nil {
			e.ref(refPaging, yesNo(b.settings.Paging[oncall.ParseAddressee(n.Receiver).Receiver]))
		}
		why := e.Value
		if n.Step > 0 {
			e.ref(refStep, strconv.Itoa(n.Step))
			if n.Reason == alert.Escalated {
				why = fmt.Sprintf("step %d", n.Step)
			}
		}
		e.Text = fmt.Sprintf("%s (%s), %s, accepted in %s", n.Receiver, targetsText(n.Alerts), why, tookText(d.Took))
		if n.For != "" {
			e.Text += ", instead of " + n.For
		}
		if n.Attempt > 1 {
			e.Text += fmt.Sprintf(", attempt %d", n.Attempt)
		}
		return e, true
	}
	e.Kind, e.Value = Failed, d.Outcome.String()
	e.Text = fmt.Sprintf("%s (%s)", n.Receiver, targetsText(n.Alerts))
	if d.Err != "" {
		e.Text += ": " + d.Err
	}
	switch d.Outcome {
	case alert.Again:
		e.Text += ", will be tried again"
	case alert.Ambiguous:
		e.Text += ", may have arrived, will be sent again"
	case alert.Dead:
		e.Text += ", will not be accepted"
	}
	return e, true
}

// operator returns whom a delivery was to, "" if it was to nobody in particular.
func (e *Entry) operator() string { return oncall.ParseAddressee(e.Field).Operator }

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// failure is what makes two failures of a receiver the same.
func failure(e *Entry) string {
	return strings.Join(append([]string{e.Value, e.Text}, e.Refs...), "\n")
}

func targetsText(alerts []alert.Alert) string {
	if n := len(alerts) - 1; n > 0 {
		return fmt.Sprintf("%s +%d", alerts[0].Target, n)
	}
	return alerts[0].Target
}

// tookText keeps three digits of how long a delivery took.
func tookText(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond).String()
}
