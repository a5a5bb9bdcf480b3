package notify

import (
	"maps"
	"slices"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// TemplateData is what a Template and a Body are given: one notification. All
// text in it is clean, and all times are in the receiver's zone.
type TemplateData struct {
	// what we would say ourselves
	Title string // one line: "DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)"
	Text  string // the paragraphs below it

	// why, and to whom
	Reason   string   // "first", "new", "worse", "better", "flapping", "remind", "escalated", "handover", "missed", "resolved"; "test"
	Receiver string   // its name
	For      string   // the receiver that does not accept, which this one stands in for; "" is none
	To       string   // the address that it is for, of the receiver's; "" is all of them
	Operator string   // whom it is for; "" is nobody in particular
	Step     int      // how far the escalation has got, from 1; 0 is none
	OnCall   []string // operators that it has called so far
	At       time.Time
	Attempt  int    // from 1
	Key      string // the same for every attempt at the same content
	Repeat   bool   // an attempt before may have arrived
	Test     bool   // asked for by an operator, about nothing

	// of what
	Severity string            // the gravest of what is bad: "critical", "warning", "info"; "resolved" if nothing is
	Alerts   []TemplateAlert   // the ones that the reason is about, gravest and oldest first; may be empty
	Targets  []string          // their names
	More     int               // how many more it tells of than Alerts
	Active   int               // alerts of the group that are active and not held back
	Group    string            // group key, "all{group=shops}"
	Route    string            // name
	Labels   map[string]string // the group's: the labels that the route groups by
	Storm    bool              // a digest: more than can be told one by one
	Counts   map[string]int    // of a digest: how many it tells of, by severity
	Shared   map[string]string // of a digest: labels that all it tells of have in common
	Since    time.Time         // of "missed": since when the receiver was out of reach; zero otherwise
}

// TemplateAlert is one alert of a TemplateData.
type TemplateAlert struct {
	ID       string
	Target   string
	Group    string            // the target's
	Labels   map[string]string // the target's
	Title    string            // the alert in one line, as TemplateData.Title
	Word     string            // "DOWN", "WARN", "INFO", "RESOLVED"
	State    string            // "firing", "recovering", "resolved"
	Severity string            // "critical", "warning", "info"; of one that is over, what it was last
	Since    time.Time         // first bad result
	Detected time.Time         // believed
	Resolved time.Time         // first good result of the end; zero while active
	For      time.Duration     // how long it has been bad, or was
	Ending   string            // "" by itself, "by hand", "removed"
	Findings []TemplateFinding // worst first; may be empty
	What     string            // text of the worst; may be ""
	Runbook  string            // URL; "" is none
	AckedBy  string            // who has it; "" is nobody
	AckNote  string
	Flapping bool
	Stale    bool // no known result since a while
	Behind   int  // alerts that its being down explains
	Reopens  int
}

// TemplateFinding is what is wrong with an answer.
type TemplateFinding struct {
	Kind   string // "status", "slow", "connect", …
	Status string // "down", "degraded"
	Text   string
}

// data describes n, with our own words.
func (w Wording) data(n alert.Notification) TemplateData {
	d := TemplateData{
		Title: w.headline(n), Text: w.paragraphs(n, maxTemplate/2, plain),
		Reason: reasonOf(n), Receiver: safe.Line(n.Receiver, 0), For: safe.Line(n.For, 0),
		At: w.in(n.At), Attempt: n.Attempt, Key: n.Key, Repeat: n.Repeat, Test: n.Test,
		Severity: gravest(n), More: n.More, Active: n.Active,
		Group: safe.Line(n.Group, 0), Route: safe.Line(n.Route, 0), Labels: cleanLabels(n.Labels),
		Storm: n.Storm, Counts: countsOf(n), Shared: cleanLabels(n.Shared), Since: w.in(n.Since),
	}
	to := addressee(n)
	d.To, d.Operator, d.Step = to.Address, to.Operator, n.Step
	for _, who := range n.OnCall {
		d.OnCall = append(d.OnCall, safe.Line(who, maxName))
	}
	for i := range n.Alerts {
		a := w.dataOf(&n.Alerts[i], n)
		d.Alerts = append(d.Alerts, a)
		d.Targets = append(d.Targets, a.Target)
	}
	return d
}

func (w Wording) dataOf(a *alert.Alert, n alert.Notification) TemplateAlert {
	d := TemplateAlert{
		ID: a.ID, Target: safe.Line(a.Target, 0), Group: safe.Line(a.Group, 0), Labels: cleanLabels(a.Labels),
		Title: w.single(n, a), Word: word(a), State: a.State.String(), Severity: a.Severity.String(),
		Since: w.in(a.Started), Detected: w.in(a.Detected), Resolved: w.in(a.Resolved),
		For: max(endOf(a, n.At).Sub(a.Started), 0), Ending: safe.Line(a.Ending, 0), What: safe.Line(a.What(), 0),
		Runbook: runbook(a), Flapping: a.Flapping, Stale: a.Stale, Behind: a.Behind, Reopens: a.Reopens,
	}
	if a.Ack != nil {
		d.AckedBy, d.AckNote = safe.Line(a.Ack.By, 0), safe.Line(a.Ack.Note, 0)
	}
	for _, f := range a.Findings {
		d.Findings = append(d.Findings, TemplateFinding{
			Kind: safe.Line(f.What, 0), Status: f.Status.String(), Text: safe.Line(f.Text, 0),
		})
	}
	return d
}

// reasonOf is the reason as programs read it.
func reasonOf(n alert.Notification) string {
	if n.Test {
		return "test"
	}
	return n.Reason.String()
}

// gravest is the severity of the worst that is still bad, "resolved" if nothing is.
func gravest(n alert.Notification) string {
	worst, bad := severityOf(n)
	if !bad {
		return "resolved"
	}
	return worst.String()
}

// severityOf returns the severity of the worst that is still bad, and whether
// anything is.
func severityOf(n alert.Notification) (worst alert.Severity, bad bool) {
	for i := range n.Alerts {
		if a := &n.Alerts[i]; a.State != alert.Resolved {
			worst, bad = max(worst, a.Severity), true
		}
	}
	if n.Reason != alert.Over && n.Reason != alert.Missed {
		for severity := range n.Counts {
			worst, bad = max(worst, severity), true
		}
	}
	return worst, bad
}

// listOf writes labels as "a=b", by name.
func listOf(labels map[string]string) []string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		list = append(list, safe.Line(k+"="+labels[k], maxName))
	}
	return list
}
