// Package checker turns a target into results: one run of a probe with its
// retries (attempt.go), what the last results add up to (verdict.go), and when
// the next run is due (scheduler.go). A file a protocol holds the probes.
//
// It knows nothing of alerts, of files or of screens: a result is data, and
// whoever is handed it decides what it means.
package checker

import (
	"context"
	"errors"
	"time"
)

// Status is what a run, or one finding of it, says of a target. The order
// matters: worse is greater. Unknown is the zero value and no judgement.
type Status uint8

// The statuses, from no judgement to worst.
const (
	Unknown Status = iota
	Up
	Degraded
	Down
)

var statusNames = [...]string{"unknown", "up", "degraded", "down"}

// String returns the word used in configuration, JSON and exports.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "unknown"
}

// MarshalText writes the status as its word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a status from its word.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return errors.New("status is none of unknown, up, degraded, down")
}

// Errors of a probe are transient, worth another attempt, unless they wrap one of these.
var (
	// ErrPermanent marks a fault that another attempt would only repeat: a
	// name that does not exist, a certificate that does not hold.
	ErrPermanent = errors.New("permanent")
	// ErrCannotJudge marks a fault of our own that says nothing about the
	// target: not permitted, no route for this address family, a file missing.
	ErrCannotJudge = errors.New("cannot judge")
)

// Target is one thing to watch. It never changes once loaded.
type Target struct {
	Name    string            // unique; the id of its history, so it outlives reloads
	Kind    string            // "http", "tcp", "tls", "dns"; "sitrep" for the built-in one
	Addr    string            // its URL as shown: without userinfo and secrets
	Group   string            // "" is none
	Labels  map[string]string // the configured ones and name, kind, group: what matchers see
	Title   string            // one line for people; "" is none
	Note    string            // text for people; "" is none
	Runbook string            // http(s) URL; "" is none
	Where   string            // place in the configuration, "config.toml:41"; "" if given on the command line

	Interval      time.Duration // start to start, ≥ 1 s
	RetryInterval time.Duration // while bad or not believed yet; ≤ Interval
	Timeout       time.Duration // of one attempt; ≤ Interval
	Slow          time.Duration // a right answer slower than this is degraded; 0 is no limit
	Attempts      int           // probes within one run before a transient fault counts; ≥ 1
	Backoff       time.Duration // pause before the second attempt; doubles up to 5 s, full jitter
	FailAfter     int           // results in a row before worse is believed; ≥ 1
	RecoverAfter  int           // results in a row before better is believed; ≥ 1

	// Parents are what its reachability hangs on: one entry a group of names, of
	// which any that is not down is enough. A group that is wholly down explains
	// the target's own being down.
	Parents  [][]string
	Local    bool    // reached without this machine's link: the guard does not judge it
	FlapHigh float64 // flapping begins above this, in percent; 0 is 30
	FlapLow  float64 // and ends at this or below; 0 is 25

	Severity map[string]Status // finding → its status instead of the usual one; Up is "ignore"
	Worst    Status            // the worst a finding may be: Down, or Degraded; 0 is Down
	Paused   bool              // known and shown, not probed
	Broken   string            // why it cannot be probed (a file or secret is missing); "" if it can

	Probe Probe // nil if Paused or Broken, and for the built-in target
}

// Probe asks a target once. It is safe for concurrent use, gives up when ctx
// does, never tries again by itself, and writes to no log.
//
// A nil error means an answer was had, and the findings say what is wrong with
// it. An error means none was (or one that the target wants wireReader as
// transient): it wraps ErrPermanent or ErrCannotJudge, or is worth another
// attempt. Findings beside an error replace the "connect" finding that the
// error would otherwise become. A panic is caught by the run.
type Probe interface {
	Probe(ctx context.Context) (Detail, error)
}

// Finding is one thing wrong with an answer. What is one of the names in
// Findings; Text is at most 200 bytes, sanitized, begins in lower case, and its
// first 18 columns make sense alone ("503, want 200").
type Finding struct {
	What   string `json:"kind"`
	Status Status `json:"severity"`
	Text   string `json:"text"`
}

// Findings are the names a finding can have with the kinds in this build, used
// by the key "severity" and the label "finding".
var Findings = []string{
	"connect", "status", "slow", "text", "header", "json", "expiry", "tls", "answer", "rcode", "address", "size",
}

// Phase is one step of an attempt: "resolve", "connect", "handshake", "first
// byte", "body", in this order, those that took place.
type Phase struct {
	Name string        `json:"name"`
	Took time.Duration `json:"took"`
}

// Value is a number beside the latency.
type Value struct {
	Name string  `json:"name"`
	V    float64 `json:"v"`
	Unit string  `json:"unit,omitempty"`
}

// Fact is a word worth showing: issuer, protocol version, a piece of the body.
// Text is sanitized and at most 400 bytes.
type Fact struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Detail is what a probe saw. Lists are bounded: 8 phases, 16 findings, 16
// values, 16 facts.
type Detail struct {
	Phases   []Phase   // in order
	Code     int       // HTTP status or DNS rcode; 0 if the protocol has none (or NOERROR)
	NotAfter time.Time // earliest certificate expiry of the chain; zero without TLS
	Peer     string    // the address that was used, "10.4.1.7:443"
	Findings []Finding // worst first once a run is done
	Values   []Value
	Facts    []Fact
}

// Result is one run of one target: plain data, stored and sent as it is.
type Result struct {
	Target  string        // name
	Vantage string        // the prober that measured; "local" is this process
	Boot    uint64        // the prober's start, larger for a later one
	Seq     uint64        // the order of a prober's results within Boot, from 1: never the wall clock's
	At      time.Time     // when the run began, UTC
	Took    time.Duration // of the attempt that decided
	Before  time.Duration // from At to the beginning of that attempt; 0 for the first. Not kept with stored results
	Attempt int           // which one that was, from 1: 2 means that the first failed
	Status  Status        // that of the worst finding; Up without
	// Believed is what the target's Verdict says after this result; Unknown
	// while nothing is believed yet.
	Believed Status
	Flapping bool // the last 21 known results change too often to be told one by one
	Excluded bool // it fell into a maintenance window: shown, and not counted as up or down
	Detail
}

// Had returns when the result was had: the end of the attempt that decided.
func (r *Result) Had() time.Time { return r.At.Add(r.Before + r.Took) }
