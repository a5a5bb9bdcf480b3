// Package incident keeps incidents: what happened, who did what, and what is
// computed from it. It is event-sourced plain state: an incident is what its
// entries say, an entry is written once, and an edit is a new entry that names
// the one it replaces. No lock, no goroutine, no clock, no I/O.
package incident

import (
	"cmp"
	"slices"
	"time"
)

// Kind is what an entry tells of.
type Kind string

// The kinds of entry. Those that operators write are Note, Decision, Comms and Action.
const (
	Declared     Kind = "declared" // Text is the title, Value the severity
	AlertEntry   Kind = "alert"    // Field is the alert.Kind: fired, worse, resolved, ack, …; Alert its ID
	Joined       Kind = "joined"   // an alert became part of the incident; Alert its ID
	Paged        Kind = "paged"    // a notification was accepted; Field is the receiver
	Failed       Kind = "failed"   // … or was not
	SetSeverity  Kind = "severity" // Value is SEV1 … SEV5 or "unset"
	SetMilestone Kind = "milestone"
	SetRole      Kind = "role"   // Field is one of Roles, Value the operator, "" nobody; Refs may hold "state=" asked, refused or released (one of several), and "from=" whoever had it
	SetStatus    Kind = "status" // Value is one of Statuses
	SetTitle     Kind = "title"
	SetField     Kind = "field"     // Field is one of Fields, Value its text; "" takes it away
	SetAction    Kind = "item"      // Refs[0] is the ID of an action item's line, Field one of Parts, Value what it is
	Linked       Kind = "link"      // Field is one of LinkKinds, Value where to, Text its words
	Unlinked     Kind = "unlink"    // Refs[0] is the seq of the Linked entry
	Retracted    Kind = "retract"   // Refs[0] is the ID of one's own line, which stays and is struck
	Merged       Kind = "merge"     // Value is the ID of the incident that goes on with this one's alerts, or that came into this one: Field "into" or "from"
	Split        Kind = "split"     // Value is the ID of the incident that some alerts went to, or came from: Field "to" or "from"
	Left         Kind = "left"      // an alert is no longer part of the incident; Alert its ID, Value the incident that it is part of. Field "again": what it was here stays
	Escalated    Kind = "escalated" // a step of an escalation called somebody; Field is the route, Value the step
	Handover     Kind = "oncall"    // somebody else is on call; Field is the schedule, Value who
	Note         Kind = "note"
	Decision     Kind = "decision"
	Comms        Kind = "comms"  // Refs may hold "audience=" and "channel="
	Action       Kind = "action" // an action item; its parts are entries of their own
	Starred      Kind = "star"   // Refs[0] is the seq of the entry, Value "on" or "off"
	Silenced     Kind = "silence"
	Reloaded     Kind = "config"
)

// Entry is one line of a timeline.
type Entry struct {
	Seq      uint64    `json:"seq"`            // over all incidents, from 1, no holes
	Incident string    `json:"incident"`       // ID
	At       time.Time `json:"at"`             // when it happened, UTC; may be dated back by its author
	Until    time.Time `json:"until,omitzero"` // end of a range; zero is an instant
	Recorded time.Time `json:"recorded"`       // when it was written
	Kind     Kind      `json:"kind"`
	Alert    string    `json:"alert,omitempty"`    // alert ID it is about
	Target   string    `json:"target,omitempty"`   // target name it is about
	By       string    `json:"by,omitempty"`       // operator; "" is sitrep itself
	Text     string    `json:"text"`               // sanitized, several lines for what operators write
	Field    string    `json:"field,omitempty"`    // what it sets …
	Value    string    `json:"value,omitempty"`    // … to what
	Refs     []string  `json:"refs,omitempty"`     // what else belongs to it: a seq, or "name=value"
	Replaces uint64    `json:"replaces,omitempty"` // seq of the entry that this one is a new text of; 0 is none
}

// Milestone is a named moment of an incident.
type Milestone string

// The milestones, in their usual order.
const (
	Started       Milestone = "started"
	Detected      Milestone = "detected"
	Acknowledged  Milestone = "acknowledged"
	DeclaredAt    Milestone = "declared"
	Investigating Milestone = "investigating"
	Identified    Milestone = "identified"
	Mitigated     Milestone = "mitigated"
	ResolvedAt    Milestone = "resolved"
	RetroStarted  Milestone = "retro started"
	ClosedAt      Milestone = "closed"
)

// Milestones lists them in their usual order.
var Milestones = []Milestone{
	Started, Detected, Acknowledged, DeclaredAt, Investigating, Identified, Mitigated, ResolvedAt, RetroStarted, ClosedAt,
}

// Severities are the levels an operator may set, gravest first; "" is unset.
var Severities = []string{"SEV1", "SEV2", "SEV3", "SEV4", "SEV5"}

// Statuses are the words of an incident's progress, in their usual order.
// From resolved on an incident is not open.
var Statuses = []string{"triage", "investigating", "identified", "monitoring", "resolved", "post-incident", "closed", "cancelled"}

// Incident is what its entries add up to. It never changes once handed out: the
// book makes a new one for each change, sharing what did not change.
type Incident struct {
	ID         string
	Title      string
	Severity   string // "" is unset
	Status     string
	Commander  string                  // who holds that role; "" is nobody
	Roles      []Holder                // those that are held or asked for, in the order of Roles, then of Since
	Fields     map[string]string       // what people wrote, by one of Fields; only those that have a text
	Actions    []ActionItem            // in the order in which they were written; retracted ones not
	Links      []Link                  // in that order
	Into       string                  // ID of the incident that this one was merged into; "" is none
	Group      string                  // group of the alert it began with: later alerts with the same one join; "" is none
	Alerts     []Member                // in the order of joining
	Milestones map[Milestone]time.Time // those that are set
	SetBy      map[Milestone]string    // who said so, of those that were set by hand; the others follow what happens
	// Entries are the lines of the timeline, by At, then ID. Where the clock was
	// set back, what was written live keeps the order in which it was written.
	Entries []Line
	Seq     uint64 // of its first entry: incidents were declared in this order
	Version uint64 // seq of its last entry
}

// Member is an alert of an incident, as its entries last told of it. That an
// alert is recovering is no entry: State says "firing" until it is resolved.
type Member struct {
	Alert, Target string
	Severity      string // "critical", "warning"
	State         string // "firing", "resolved"
	Started       time.Time
	Detected      time.Time
	Resolved      time.Time // zero while active
	AckedBy       string
}

// Line is an entry as the timeline shows it.
type Line struct {
	Entry     // the latest text
	Starred   bool
	Retracted time.Time // when its author took it back; zero if not
	Older     []Entry   // the texts it replaced, oldest first
	Marks     []Entry   // stars given and taken back, parts of an action item set, a retraction; oldest first
}

// ID returns what names the line for good: the seq of its first text. Seq is
// that of the latest one.
func (l *Line) ID() uint64 {
	if len(l.Older) > 0 {
		return l.Older[0].Seq
	}
	return l.Seq
}

// Written tells whether an operator wrote the entry's text, and so may edit it.
func (e *Entry) Written() bool {
	switch e.Kind {
	case Note, Decision, Comms, Action:
		return true
	}
	return false
}

// Added returns when an operator wrote the line down, if that was later than
// the moment that it is about; zero for what was written as it happened.
func (l *Line) Added() time.Time {
	first := &l.Entry
	if len(l.Older) > 0 {
		first = &l.Older[0]
	}
	byHand := first.Written() || first.Kind == SetMilestone && first.By != ""
	if !byHand || first.Recorded.Sub(first.At) < time.Second {
		return time.Time{}
	}
	return first.Recorded
}

// Open tells whether the incident still needs somebody.
func (i *Incident) Open() bool {
	switch i.Status {
	case "resolved", "post-incident", "closed", "cancelled":
		return false
	}
	return true
}

// over tells whether the incident takes no more events of its alerts.
func (i *Incident) over() bool { return i.Status == "closed" || i.Status == "cancelled" }

// Log returns every entry of the incident in the order in which they were
// written: older texts and stars too.
func (i *Incident) Log() []Entry {
	log := make([]Entry, 0, len(i.Entries))
	for n := range i.Entries {
		l := &i.Entries[n]
		log = append(append(append(log, l.Entry), l.Older...), l.Marks...)
	}
	slices.SortFunc(log, func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return log
}
