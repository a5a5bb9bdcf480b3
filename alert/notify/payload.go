package notify

import (
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/safe"
)

// notice is a notification as machines read it: the "sitrep" object of a
// webhook's body and, flattened, a line of the log. Fields are only ever added.
type notice struct {
	Text     string        `json:"text"` // the headline
	Reason   string        `json:"reason"`
	Receiver string        `json:"receiver"`
	Route    string        `json:"route"`
	Group    string        `json:"group"`
	Key      string        `json:"key"` // the same for every attempt at the same content
	Attempt  int           `json:"attempt"`
	Active   int           `json:"active"`
	More     int           `json:"more,omitempty"`   // told of, and not listed
	Repeat   bool          `json:"repeat,omitempty"` // an attempt before may have arrived
	Test     bool          `json:"test,omitempty"`
	Alerts   []noticeAlert `json:"alerts"` // never null
}

// noticeAlert is an alert as machines read it.
type noticeAlert struct {
	ID       string            `json:"id"`
	Target   string            `json:"target"`
	Labels   map[string]string `json:"labels,omitempty"`
	Severity string            `json:"severity"`
	State    string            `json:"state"`
	Since    time.Time         `json:"since"`
	Detected time.Time         `json:"detected,omitzero"`
	Resolved time.Time         `json:"resolved,omitzero"`
	Ending   string            `json:"ending,omitempty"`
	Findings []checker.Finding `json:"findings"` // never null
	AckedBy  string            `json:"acked_by,omitempty"`
	Previous string            `json:"previous,omitempty"`
	Reopens  int               `json:"reopens,omitempty"`
}

// noticeOf describes n and the first most of its alerts.
func noticeOf(n alert.Notification, most int) notice {
	d := notice{
		Text: headline(n), Reason: n.Reason.String(), Receiver: n.Receiver,
		Route: n.Route, Group: safe.Line(n.Group, 0), Key: n.Key,
		Attempt: n.Attempt, Active: n.Active, More: n.More + max(len(n.Alerts)-most, 0), Repeat: n.Repeat, Test: n.Test,
		Alerts: make([]noticeAlert, 0, min(len(n.Alerts), most)),
	}
	if n.Test {
		d.Reason = "test"
	}
	for i := range n.Alerts[:min(len(n.Alerts), most)] {
		d.Alerts = append(d.Alerts, noticeAlertOf(&n.Alerts[i]))
	}
	return d
}

func noticeAlertOf(a *alert.Alert) noticeAlert {
	d := noticeAlert{
		ID: a.ID, Target: safe.Line(a.Target, 0), Labels: cleanLabels(a.Labels),
		Severity: a.Severity.String(), State: a.State.String(),
		Since: a.Started.UTC(), Detected: a.Detected.UTC(), Resolved: a.Resolved.UTC(),
		Ending: a.Ending, Findings: make([]checker.Finding, 0, len(a.Findings)),
		Previous: a.Previous, Reopens: a.Reopens,
	}
	for _, f := range a.Findings {
		f.Text = safe.Line(f.Text, 0)
		d.Findings = append(d.Findings, f)
	}
	if a.Ack != nil {
		d.AckedBy = safe.Line(a.Ack.By, 0)
	}
	return d
}

// cleanLabels returns a copy, nil for nil.
func cleanLabels(labels map[string]string) map[string]string {
	if labels == nil {
		return nil
	}
	clean := make(map[string]string, len(labels))
	for k, v := range labels {
		clean[safe.Line(k, 0)] = safe.Line(v, 0)
	}
	return clean
}
