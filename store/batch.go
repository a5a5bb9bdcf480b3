package store

import (
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/oncall"
)

// Event is one line of the alert log as screens, the JSON log and history read
// it. The store gives nothing to it but back.
type Event struct {
	Seq      uint64         `json:"seq"` // from 1, no holes; goes on from State.EventSeq
	At       time.Time      `json:"at"`
	Kind     string         `json:"kind"`   // an alert.Kind, or "paged", "failed", "declare", "note", "unknown", "config", "oncall", "self", "start", "gap", "clock"
	Status   checker.Status `json:"status"` // gravity, for the glyph: Down critical, Degraded warning, Up good, Unknown none
	Target   string         `json:"target,omitempty"`
	Alert    string         `json:"alert,omitempty"` // ID
	Incident string         `json:"incident,omitempty"`
	Receiver string         `json:"receiver,omitempty"`
	By       string         `json:"by,omitempty"` // operator; "" is sitrep itself
	Text     string         `json:"text,omitempty"`
}

// Batch is what is saved together: all of it or nothing. Saving the same batch
// twice changes nothing but its results, which are appended each time.
type Batch struct {
	Results       []checker.Result     // those of one target in the order in which it had them
	Events        []Event              // by Seq
	Alerts        []alert.Alert        // latest value of those that changed, by ID; one without ID is left out
	Silences      []alert.Silence      // latest value of those that changed, by ID
	Ledgers       []alert.Ledger       // latest value of those that changed, by group and receiver
	Notifications []alert.Notification // attempts about to be made
	Deliveries    []alert.Delivery     // what came of attempts
	Entries       []incident.Entry     // by Seq
	Escalations   []alert.Escalation   // latest value of those that changed, by group and route; one with Policy "" is deleted
	OnCall        oncall.Saved         // likewise
	Drafts        []Draft              // latest text of those that changed; an empty one deletes
	Audit         []Audit
	Heartbeat     time.Time // when the process was alive; zero leaves the last one
}

// Empty tells whether there is nothing to save.
func (b *Batch) Empty() bool {
	return len(b.Results)+len(b.Events)+len(b.Alerts)+len(b.Silences)+len(b.Ledgers)+len(b.Notifications)+
		len(b.Deliveries)+len(b.Entries)+len(b.Drafts)+len(b.Audit)+len(b.Escalations) == 0 && b.OnCall.Empty() && b.Heartbeat.IsZero()
}

// Draft is a text that an operator began and has not sent.
type Draft struct {
	By    string // operator
	Place string // what it is about: an incident's ID, "target:NAME", "field:INCIDENT:NAME" or "action:INCIDENT"
	Text  string
	At    time.Time // last keystroke that was saved
}

// Audit is who asked for what, and what came of it.
type Audit struct {
	At      time.Time
	By      string // operator
	From    string // where from: "local", an SSH key's fingerprint, …
	What    string // the command, "silence"
	Detail  string // its arguments, as JSON
	Outcome string // "ok", or why not
}
