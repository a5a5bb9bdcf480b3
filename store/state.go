package store

import (
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/oncall"
)

// State is what a process starts with: the picture as it was last saved.
type State struct {
	Alerts      []alert.Alert      // active, resolved within a day, and those that a ledger still tells of; oldest first
	Silences    []alert.Silence    // those that hold, and those that ended within a day; oldest first
	SilenceSeq  int                // greatest number that a silence's ID ever had
	Ledgers     []alert.Ledger     // by group and receiver
	Escalations []alert.Escalation // by group and route
	OnCall      oncall.Saved       // all of it
	Entries     []incident.Entry   // by Seq: of incidents that are open, changed within 90 days, declared last or changed last (older ones: Timeline)
	Events      []Event            // the last 500, oldest first
	EventSeq    uint64             // of the last event; 0 is none yet
	Believed    map[string]Target
	Buckets     map[string][]Bucket // by target: the last two hours by the minute, oldest first
	Drafts      []Draft             // by operator and place
	Heartbeat   time.Time           // the last one; zero is none: from then to now is a gap
	Boot        uint64              // of this start: one more than that of the one before
	Notes       []string            // what an operator should hear of: a damaged file set aside, a disk that takes no writes
}

// Target is what was last known of a target.
type Target struct {
	Believed checker.Status
	Last     checker.Result // whole; its times are kept to the microsecond
}
