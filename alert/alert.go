// Package alert turns results into alerts and alerts into what is owed to
// receivers. It is pure state: no lock, no goroutine, no clock, no I/O. What
// decides takes the time as an argument, so the same results, commands and
// deliveries always give the same alerts and the same notifications.
//
// Design rule: no notification is ever emitted by an edge. One is owed as long
// as what a receiver was last told differs from what is true (owed.go).
package alert

import (
	"time"

	"sitrep/checker"
	"sitrep/civil"
	"sitrep/oncall"
)

// State is where an alert is in its life.
type State uint8

// The states. None is the zero value: no alert.
const (
	None State = iota
	Pending
	Firing
	Recovering
	Resolved
)

var stateNames = [...]string{"none", "pending", "firing", "recovering", "resolved"}

// String returns the word used on screens, in JSON and in exports.
func (s State) String() string { return nameOf(stateNames[:], int(s)) }

// Active tells whether the alert is believed and not over.
func (s State) Active() bool { return s == Firing || s == Recovering }

// Severity is how bad an alert is.
type Severity uint8

// The severities: an alert of a degraded target is a warning, of one down critical.
const (
	Info Severity = iota
	Warning
	Critical
)

var severityNames = [...]string{"info", "warning", "critical"}

// String returns the word used on screens, in JSON and in exports.
func (s Severity) String() string { return nameOf(severityNames[:], int(s)) }

// SeverityOf returns the severity of a target believed to be s.
func SeverityOf(s checker.Status) Severity {
	switch s {
	case checker.Down:
		return Critical
	case checker.Degraded:
		return Warning
	}
	return Info
}

// Reason is why a notification is owed.
type Reason uint8

// The reasons. Told is the zero value: nothing is owed.
const (
	Told Reason = iota
	First
	New
	Worse
	Better
	Flaps     // begins to flap, or is steady again and still bad; the word is "flapping"
	Remind    // nothing else is new
	Escalated // nobody acknowledged: a step of the policy calls again, or somebody else
	Handover  // about no alert in itself: see Notification.Notice
	Missed    // was critical, came and went while the receiver was out of reach
	Over      // resolved; the word is "resolved"
)

var reasonNames = [...]string{"told", "first", "new", "worse", "better", "flapping", "remind", "escalated", "handover", "missed", "resolved"}

// String returns the word used in configuration (receiver.NAME.tell), JSON and logs.
func (r Reason) String() string { return nameOf(reasonNames[:], int(r)) }

// Reasons are the words that a receiver's "tell" may list.
var Reasons = reasonNames[1:]

// ParseReason returns the reason of a word, false if there is none.
func ParseReason(word string) (Reason, bool) {
	for i, n := range reasonNames {
		if i > 0 && n == word {
			return Reason(i), true
		}
	}
	return Told, false
}

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return names[0]
}

// Ack is an operator's word that somebody is on it.
type Ack struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Note   string    `json:"note,omitempty"`
	Also   []string  `json:"also,omitempty"`   // others who acknowledged it before, while it was acknowledged all the time
	Until  time.Time `json:"until,omitzero"`   // zero: until it is over or gets worse
	Sticky bool      `json:"sticky,omitempty"` // getting worse does not end it
	Enough bool      `json:"enough,omitempty"` // no escalation waits for anybody else; Acknowledge finds that
}

// Alert is one bad spell of one target, or several if it was back soon after its
// end: then Started and Detected are those of the latest. It is a value: a copy stays as it was.
// Labels, Findings and Ack are replaced, never written to.
type Alert struct {
	ID        string            `json:"id"` // ULID; "" while pending
	Target    string            `json:"target"`
	Group     string            `json:"group,omitempty"`   // the target's
	Runbook   string            `json:"runbook,omitempty"` // the target's; http(s) URL
	Labels    map[string]string `json:"labels,omitempty"`  // the target's
	State     State             `json:"state"`
	Severity  Severity          `json:"severity"`
	Worst     Severity          `json:"worst"`              // the gravest it ever was
	Started   time.Time         `json:"started"`            // first bad result
	Detected  time.Time         `json:"detected,omitzero"`  // believed; zero while pending
	Recover   time.Time         `json:"recover,omitzero"`   // while recovering: the first good result, or better one if none is good
	Resolved  time.Time         `json:"resolved,omitzero"`  // first good result of the end; zero while active
	Confirmed time.Time         `json:"confirmed,omitzero"` // when the end was believed
	Ending    string            `json:"ending,omitempty"`   // "" by itself, "by hand", "removed"
	Ack       *Ack              `json:"ack,omitempty"`      // of one that is over: who had it at the end

	// What holds its notifications back, see Held. All are "" or false if nothing does.
	SilencedBy  string `json:"silenced_by,omitempty"` // ID of the silence
	Maintenance string `json:"maintenance,omitempty"` // ID of the silence that is maintenance
	Inhibited   string `json:"inhibited,omitempty"`   // the parent that is down, or was until lately
	Waiting     string `json:"waiting,omitempty"`     // the parent that has not shown since that it is up
	Settling    bool   `json:"settling,omitempty"`    // it fired in the first round after a start

	// What changes how it is told, or says how much is known.
	Flapping bool `json:"flapping,omitempty"`
	Stale    bool `json:"stale,omitempty"`  // nothing but unknown results since a while
	Behind   int  `json:"behind,omitempty"` // alerts that its being down explains, where it is told of

	Findings []checker.Finding `json:"findings,omitempty"` // of the last bad result, worst first
	Bad      int               `json:"bad,omitempty"`      // bad results in a row, 0 after a good one
	Reopens  int               `json:"reopens,omitempty"`
	Previous string            `json:"previous,omitempty"` // ID of the target's alert before this one
	Seq      int               `json:"seq"`                // grows with each change that a receiver may be told of
}

// Held tells whether something keeps what is new about it from being told.
func (a *Alert) Held() bool {
	return a.SilencedBy != "" || a.Maintenance != "" || a.Inhibited != "" || a.Waiting != "" || a.Settling
}

// What returns the text of the worst finding, "" if there is none.
func (a *Alert) What() string {
	if len(a.Findings) == 0 {
		return ""
	}
	return a.Findings[0].Text
}

// Kind is what happened to an alert or a silence, the word of the alert log.
type Kind string

// The kinds of event.
const (
	KindPending    Kind = "soft"       // T1
	KindCleared    Kind = "cleared"    // T3
	KindFired      Kind = "fired"      // T2, T11
	KindReopened   Kind = "reopened"   // T10
	KindWorse      Kind = "worse"      // T4
	KindBetter     Kind = "better"     // T4
	KindRecovering Kind = "recovering" // T5
	KindRelapsed   Kind = "relapsed"   // T6
	KindResolved   Kind = "resolved"   // T7, T9, T12: see Alert.Ending
	KindAcked      Kind = "ack"
	KindUnacked    Kind = "unack"     // taken back, run out, or ended by getting worse
	KindSilenced   Kind = "silence"   // a silence was made; Event.Silence is set
	KindUnsilenced Kind = "unsilence" // it ended; Event.Silence is set
	KindResilenced Kind = "resilence" // it was changed; Event.Silence is set
	KindFlapping   Kind = "flapping"  // began to flap
	KindSteady     Kind = "steady"    // flaps no more
	KindStale      Kind = "stale"     // no result since a while; the alert is zero but for Target if there is none
	KindFresh      Kind = "fresh"     // there are results again
	KindInhibited  Kind = "inhibited" // a parent is down; Text names it
	KindFreed      Kind = "freed"     // no parent explains it any more
	KindStillAcked Kind = "stillack"  // every hour, for who acknowledged it: By
	KindFailover   Kind = "failover"  // Receiver does not accept; Text says who is told instead
	KindMended     Kind = "mended"    // Receiver accepts again
	KindStorm      Kind = "storm"     // a route has too many new alerts to tell each; Text names the route
	KindEscalated  Kind = "escalated" // a step was called; Escalation is set, Alert is the gravest of its group
	KindUncovered  Kind = "uncovered" // a step had nobody and was skipped; Escalation is set, Text says which
	KindExhausted  Kind = "exhausted" // the last resort is told; Escalation is set
	KindAudited    Kind = "audit"     // an escalation had nothing to come and was mended; Escalation is set
	KindHandover   Kind = "handover"  // somebody else is on call; Text says who
)

// Event is one change. Alert is as it was right after; zero for silence events.
type Event struct {
	At         time.Time
	Kind       Kind
	From       State
	Alert      Alert
	Silence    *Silence
	Receiver   string      // of KindFailover and KindMended
	Escalation *Escalation // as it was right after
	By         string      // "" if no one asked for it
	Text       string      // note, reason or what ended it; sanitized
}

// Silence holds back the notifications of what it matches. Maintenance is a
// silence whose time is not counted as downtime, made by an operator or by a
// Window of the configuration when it begins.
type Silence struct {
	ID          string    `json:"id"` // "s" and a number that never comes again
	Match       Matcher   `json:"match"`
	From        time.Time `json:"from"`
	Until       time.Time `json:"until,omitzero"` // zero: until what it matches is over
	Maintenance bool      `json:"maintenance,omitempty"`
	Planned     time.Time `json:"planned,omitzero"` // of a Window: when this time of it ends, whatever Until says
	Edited      bool      `json:"edited,omitempty"` // an operator changed it: what the Window says does not matter any more
	Window      string    `json:"window,omitempty"` // name of the Window that it is one time of; "" is none
	By          string    `json:"by"`
	Reason      string    `json:"reason"`
	Ended       time.Time `json:"ended,omitzero"`     // when it was over; zero while it holds
	EndedBy     string    `json:"ended_by,omitempty"` // "" if by itself
}

// Notification is one attempt that is owed. Key is the same for every attempt
// to send the same content, so that a receiver can drop a repeat.
type Notification struct {
	Key      string            `json:"key"`   // hash of receiver, group, reason, the sorted (alert, seq), and of a reminder when it was due
	Group    string            `json:"group"` // group key: route and the values of its group_by labels, "all{group=shops}"
	Route    string            `json:"route"`
	Labels   map[string]string `json:"labels,omitempty"` // the group_by labels and their values
	Receiver string            `json:"receiver"`         // an oncall.Addressee as text: a receiver's name, or with an address or an operator
	At       time.Time         `json:"at"`               // when this attempt was decided
	Attempt  int               `json:"attempt"`          // from 1
	Reason   Reason            `json:"reason"`
	Alerts   []Alert           `json:"alerts"`            // what it tells of, gravest and oldest first; the ones that the reason is about
	More     int               `json:"more,omitempty"`    // how many more it tells of than Alerts, which holds Receiver.Most
	Active   int               `json:"active"`            // alerts of the group that are active and not held back, these included
	Storm    bool              `json:"storm,omitempty"`   // a digest: more than can be told one by one
	Counts   map[Severity]int  `json:"counts,omitempty"`  // of a digest, or if there are More: how many it tells of, by severity
	Shared   map[string]string `json:"shared,omitempty"`  // of a digest: labels that all it tells of have in common
	Quiet    bool              `json:"quiet,omitempty"`   // says again to a machine that forgets what it knows: nothing for people
	For      string            `json:"for,omitempty"`     // the receiver that does not accept, which this one stands in for
	Since    time.Time         `json:"since,omitzero"`    // of Missed: since when the receiver was out of reach
	Step     int               `json:"step,omitempty"`    // of the escalation: which step it has got to, from 1; 0 is none
	OnCall   []string          `json:"on_call,omitempty"` // operators that the escalation has called so far
	Notice   *Notice           `json:"notice,omitempty"`  // of Handover; Alerts are those that it lists, More how many more
	Repeat   bool              `json:"repeat,omitempty"`  // an attempt before may have arrived
	Test     bool              `json:"test,omitempty"`    // asked for by an operator, about nothing
}

// Outcome is what came of an attempt.
type Outcome uint8

// The outcomes.
const (
	Accepted  Outcome = iota + 1 // told moves
	Again                        // a fault that may pass
	Dead                         // this content, or this receiver as configured, will never be accepted
	Ambiguous                    // cut between call and answer: it may have arrived
	Unbegun                      // the call was never made: the program ends
)

var outcomeNames = [...]string{"none", "accepted", "again", "dead", "ambiguous", "unbegun"}

// String returns the word used in JSON and logs.
func (o Outcome) String() string { return nameOf(outcomeNames[:], int(o)) }

// Delivery is what came of a notification's attempt.
type Delivery struct {
	Notification Notification  `json:"notification"`
	At           time.Time     `json:"at"` // when the answer was had
	Took         time.Duration `json:"took"`
	Outcome      Outcome       `json:"outcome"`
	RetryAfter   time.Duration `json:"retry_after,omitempty"` // asked for by the receiver; 0 is not
	Greylisted   bool          `json:"greylisted,omitempty"`  // SMTP 4xx: again after 1, 5, 15, 30 min
	Err          string        `json:"err,omitempty"`         // sanitized, no secrets
}

// Route says who hears of which alerts. Every route that matches applies.
type Route struct {
	Name          string
	Match         Matcher       // nil matches everything
	To            []string      // receiver names, "receiver:address", "schedule:NAME" or "operator:NAME": who is on call when it fires, and who comes on while it lasts
	Escalate      string        // name of an EscalationPolicy; "" is none
	GroupBy       []string      // label names; empty: one group for all
	Wait          time.Duration // from the first alert of a group to its first notification
	WaitPaging    time.Duration // the same for a critical alert to a paging receiver
	GroupInterval time.Duration // least time between a notification and the next new, worse or better of its group; pages of something critical do not wait for it
}

// Receiver is what the Manager must know of a receiver; how to reach it is the
// notifier's business.
type Receiver struct {
	Name           string
	Paging         bool
	Tell           map[Reason]bool
	Remind         time.Duration // 0 is never
	RemindCritical time.Duration // for a group with an unacknowledged critical alert
	RemindFlapping time.Duration // least time between two notifications of an alert that flaps; 0 is 30 min
	TellMissed     bool          // say what was critical, came and went while it was out of reach
	Fallback       string        // the receiver that is told instead while this one does not accept; "" is none
	Most           int           // alerts that one notification may list; 0 is 50
	Keepalive      bool          // it forgets what it is not reminded of: Remind goes on for all that it was told fires, whatever holds it back
	GiveUp         time.Duration // how long one content is tried; 0 is 24 h for paging ones, 6 h for others
}

// Policy is all that an operator configures of alerting.
type Policy struct {
	Routes       []Route
	Receivers    []Receiver
	Maintenance  []Window
	Escalations  []EscalationPolicy
	ReopenWithin time.Duration // an alert that is back within this time of its end is the same; 0 is 10 min
	Settle       time.Duration // longest that a start holds new alerts back; also after a parent is up again; 0 is 30 s
	DepGrace     time.Duration // longest that a new alert waits for its parents to be probed; 0 is 15 s
	StaleAfter   int           // intervals without a known result until a target is stale; 0 is 3
}

// Window is planned maintenance: each time that When comes round it becomes a
// Silence with Maintenance set.
type Window struct {
	Name  string
	Match Matcher
	When  civil.Recurrence
	Why   string
}

// Effects is what follows from a call. All of it is in the order in which it
// happened. Ledgers are the receivers' accounts that changed and must be saved
// with the rest; Notifications are to be attempted once that is saved.
type Effects struct {
	Events        []Event
	Silences      []Silence // made or changed
	Ledgers       []Ledger
	Escalations   []Escalation // changed; one with Policy "" is over
	Notifications []Notification
	Probe         []string // targets to probe at once

	// Of hand-overs, if any were told of.
	Alive time.Time           // as Saved has it; zero leaves it. Saved with the rest, a restart does not tell of them again
	Asked []oncall.Acceptance // shifts that somebody is asked to accept
}

// Empty tells whether nothing follows.
func (e *Effects) Empty() bool {
	return len(e.Events)+len(e.Silences)+len(e.Ledgers)+len(e.Escalations)+len(e.Notifications)+len(e.Probe)+len(e.Asked) == 0 &&
		e.Alive.IsZero()
}
