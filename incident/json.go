package incident

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Schema names the form of what JSON writes.
const Schema = "sitrep.incident/1"

// document is an incident as programs read it.
type document struct {
	Schema     string                  `json:"schema"`
	ID         string                  `json:"id"`
	Title      string                  `json:"title"`
	Severity   string                  `json:"severity,omitempty"`
	Status     string                  `json:"status"`
	Commander  string                  `json:"commander,omitempty"`
	Group      string                  `json:"group,omitempty"`
	Milestones map[Milestone]time.Time `json:"milestones"`
	Seconds    documentTimes           `json:"seconds"`
	Alerts     []documentAlert         `json:"alerts"`
	Timeline   []documentLine          `json:"timeline"`
	Lint       []string                `json:"lint"`
	Log        []Entry                 `json:"log"`
	SHA256     string                  `json:"log_sha256"`
}

// documentTimes are whole seconds; null is not known.
type documentTimes struct {
	Detect      *int64           `json:"detect"`
	Acknowledge *int64           `json:"acknowledge"`
	Declare     *int64           `json:"declare"`
	Mitigate    *int64           `json:"mitigate"`
	Resolve     *int64           `json:"resolve"`
	Down        int64            `json:"down"`
	Degraded    int64            `json:"degraded"`
	Severities  map[string]int64 `json:"severities"`
}

type documentAlert struct {
	ID       string    `json:"id"`
	Target   string    `json:"target"`
	Severity string    `json:"severity"`
	State    string    `json:"state"`
	Started  time.Time `json:"started,omitzero"`
	Detected time.Time `json:"detected,omitzero"`
	Resolved time.Time `json:"resolved,omitzero"`
	AckedBy  string    `json:"acked_by,omitempty"`
}

type documentLine struct {
	ID      uint64    `json:"id"`
	At      time.Time `json:"at"`
	Until   time.Time `json:"until,omitzero"`
	Added   time.Time `json:"added,omitzero"`  // if later than at
	Edited  time.Time `json:"edited,omitzero"` // when it got its latest text
	Edits   int       `json:"edits,omitempty"`
	What    string    `json:"what"`
	By      string    `json:"by,omitempty"`
	Alert   string    `json:"alert,omitempty"`
	Target  string    `json:"target,omitempty"`
	Text    string    `json:"text"`
	Starred bool      `json:"starred,omitempty"`
}

// JSON writes the incident as one JSON document of the form Schema: its heads,
// figures, timeline, and the whole log, with the hash that Postmortem shows. The
// same incident always gives the same bytes.
func JSON(w io.Writer, inc *Incident) error {
	log := inc.Log()
	sum, err := digest(log)
	if err != nil {
		return err
	}
	doc := document{
		Schema: Schema, ID: inc.ID, Title: inc.Title, Severity: inc.Severity, Status: inc.Status,
		Commander: inc.Commander, Group: inc.Group, Milestones: inc.Milestones,
		Seconds: secondsOf(inc), Lint: append([]string{}, Lint(inc)...), Log: log, SHA256: sum,
		Alerts:   make([]documentAlert, 0, len(inc.Alerts)),
		Timeline: make([]documentLine, 0, len(inc.Entries)),
	}
	for _, m := range inc.Alerts {
		doc.Alerts = append(doc.Alerts, documentAlert{
			m.Alert, m.Target, m.Severity, m.State, m.Started, m.Detected, m.Resolved, m.AckedBy,
		})
	}
	for i := range inc.Entries {
		doc.Timeline = append(doc.Timeline, lineOf(&inc.Entries[i]))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write %s as JSON: %w", inc.ID, err)
	}
	return nil
}

func lineOf(l *Line) documentLine {
	d := documentLine{
		ID: l.ID(), At: l.At, Until: l.Until, Added: l.Added(), Edits: len(l.Older),
		What: l.What(), By: l.By, Alert: l.Alert, Target: l.Target, Text: l.words(), Starred: l.Starred,
	}
	if d.Edits > 0 {
		d.Edited = l.Recorded
	}
	return d
}

func secondsOf(inc *Incident) documentTimes {
	t, im := inc.Times(), inc.Impact()
	whole := func(e Elapsed) *int64 {
		if !e.Known {
			return nil
		}
		return new(int64(e.Duration / time.Second))
	}
	d := documentTimes{
		Detect: whole(t.Detect), Acknowledge: whole(t.Acknowledge), Declare: whole(t.Declare),
		Mitigate: whole(t.Mitigate), Resolve: whole(t.Resolve),
		Down: int64(im.Down / time.Second), Degraded: int64(im.Degraded / time.Second),
		Severities: map[string]int64{},
	}
	for _, s := range im.Severities {
		d.Severities[severityWord(s.Severity)] = int64(s.Time / time.Second)
	}
	return d
}

// digest returns the SHA-256 of a log, an entry a line as compact JSON: that is
// what "jq -c .log[]" prints of a document that JSON wrote.
func digest(log []Entry) (string, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for i := range log {
		if err := enc.Encode(&log[i]); err != nil {
			return "", fmt.Errorf("hash entry %d: %w", log[i].Seq, err)
		}
	}
	sum := sha256.Sum256(buf.Bytes())
	return hex.EncodeToString(sum[:]), nil
}
