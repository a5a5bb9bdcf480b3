package notify

import (
	"bytes"
	"cmp"
	"encoding/json"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/safe"
)

// notice is a notification as machines read it: the "sitrep" object of a
// webhook's body and, flattened, a line of the log. Fields are only ever added.
type notice struct {
	Text     string `json:"text"`              // the headline
	Message  string `json:"message,omitempty"` // below it, where the receiver has words of its own
	Reason   string `json:"reason"`
	Receiver string `json:"receiver"`
	Route    string `json:"route"`
	Group    string `json:"group"`
	Key      string `json:"key"` // the same for every attempt at the same content
	Attempt  int    `json:"attempt"`
	Active   int    `json:"active"`
	More     int    `json:"more,omitempty"`   // told of, and not listed
	Repeat   bool   `json:"repeat,omitempty"` // an attempt before may have arrived
	Test     bool   `json:"test,omitempty"`
	For      string `json:"for,omitempty"` // the receiver that does not accept, which this one stands in for

	// of who is on call
	To       string       `json:"to,omitempty"`       // the address that it is for, of the receiver's
	Operator string       `json:"operator,omitempty"` // whom it is for
	Step     int          `json:"step,omitempty"`     // how far the escalation has got
	OnCall   []string     `json:"on_call,omitempty"`  // operators called so far
	Handover *noticeShift `json:"handover,omitempty"`

	// of a digest
	Storm  bool              `json:"storm,omitempty"`
	Counts map[string]int    `json:"counts,omitempty"` // by severity, what is not listed included
	Shared map[string]string `json:"shared,omitempty"` // labels that all of them have

	// of what came and went unsaid
	OutSince time.Time `json:"unreachable_since,omitzero"` // since when the receiver was out of reach
	MissedBy float64   `json:"missed_by_s,omitempty"`      // seconds from the first being believed until it could be said

	Alerts []noticeAlert `json:"alerts"` // never null
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
	Runbook  string            `json:"runbook,omitempty"`
	Flapping bool              `json:"flapping,omitempty"`
	Stale    bool              `json:"stale,omitempty"`
	Behind   int               `json:"behind,omitempty"` // alerts that its being down explains
}

// noticeShift is a hand-over, or a word to who acknowledged, as machines read it.
type noticeShift struct {
	Kind     string    `json:"kind"` // "ahead", "on", "off", "stillack"
	Schedule string    `json:"schedule,omitempty"`
	Operator string    `json:"operator"`
	Other    string    `json:"other,omitempty"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Accept   bool      `json:"accept,omitempty"`
}

// noticeOf describes what is told, and the first most of its alerts.
func noticeOf(m message, most int) notice {
	n := m.n
	d := notice{
		Text: m.title, Reason: reasonOf(n), Receiver: safe.Line(n.Receiver, 0),
		Route: safe.Line(n.Route, 0), Group: safe.Line(n.Group, 0), Key: n.Key,
		Attempt: n.Attempt, Active: n.Active, More: n.More + max(len(n.Alerts)-most, 0), Repeat: n.Repeat, Test: n.Test,
		For: safe.Line(n.For, 0), Storm: n.Storm, Counts: countsOf(n), Shared: cleanLabels(n.Shared),
		Alerts: make([]noticeAlert, 0, min(len(n.Alerts), most)),
	}
	to := addressee(n)
	d.To, d.Operator, d.Step = to.Address, to.Operator, n.Step
	for _, who := range n.OnCall {
		d.OnCall = append(d.OnCall, safe.Line(who, maxName))
	}
	if x := n.Notice; x != nil {
		d.Handover = &noticeShift{
			Kind: x.Kind, Schedule: safe.Line(x.Schedule, maxName), Operator: safe.Line(x.Operator, maxName), Other: safe.Line(x.Other, maxLine),
			From: x.From.UTC(), To: x.To.UTC(), Accept: x.Accept,
		}
	}
	if m.own || m.note != "" {
		d.Message = m.body(maxTemplate, plain)
	}
	if n.Reason == alert.Missed {
		d.OutSince, d.MissedBy = n.Since.UTC(), missedBy(n).Seconds()
	}
	for i := range n.Alerts[:min(len(n.Alerts), most)] {
		d.Alerts = append(d.Alerts, noticeAlertOf(&n.Alerts[i]))
	}
	return d
}

// countsOf is what a digest counts, by the words for severities; nil if it is none.
func countsOf(n alert.Notification) map[string]int {
	if n.Counts == nil {
		return nil
	}
	counts := make(map[string]int, len(n.Counts))
	for severity, many := range n.Counts {
		counts[severity.String()] = many
	}
	return counts
}

// missedBy is how long after the first of the alerts was believed it is said.
func missedBy(n alert.Notification) time.Duration {
	first := n.At
	for i := range n.Alerts {
		if t := cmp.Or(n.Alerts[i].Detected, n.Alerts[i].Started); t.Before(first) {
			first = t
		}
	}
	return n.At.Sub(first).Round(time.Millisecond)
}

func noticeAlertOf(a *alert.Alert) noticeAlert {
	d := noticeAlert{
		ID: a.ID, Target: safe.Line(a.Target, 0), Labels: cleanLabels(a.Labels),
		Severity: a.Severity.String(), State: a.State.String(),
		Since: a.Started.UTC(), Detected: a.Detected.UTC(), Resolved: a.Resolved.UTC(),
		Ending: safe.Line(a.Ending, 0), Findings: make([]checker.Finding, 0, len(a.Findings)),
		Previous: a.Previous, Reopens: a.Reopens,
		Runbook: runbook(a), Flapping: a.Flapping, Stale: a.Stale, Behind: a.Behind,
	}
	for _, f := range a.Findings {
		f.What, f.Text = safe.Line(f.What, 0), safe.Line(f.Text, 0)
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

// encode returns v as JSON, with < > & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
