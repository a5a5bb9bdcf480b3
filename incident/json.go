package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Schema names the form of what JSON writes.
const Schema = "sitrep.incident/2"

// document is an incident as programs read it.
type document struct {
	Schema     string                  `json:"schema"`
	ID         string                  `json:"id"`
	Title      string                  `json:"title"`
	Severity   string                  `json:"severity,omitempty"`
	Status     string                  `json:"status"`
	Commander  string                  `json:"commander,omitempty"`
	Group      string                  `json:"group,omitempty"`
	Into       string                  `json:"merged_into,omitempty"`
	Milestones map[Milestone]time.Time `json:"milestones"`
	Seconds    documentTimes           `json:"seconds"`
	Alerts     []documentAlert         `json:"alerts"`
	Timeline   []documentLine          `json:"timeline"`
	Roles      []documentRole          `json:"roles"`
	Paged      []documentPages         `json:"paged"`
	Fields     map[string]string       `json:"fields"`
	Actions    []documentAction        `json:"actions"`
	Links      []documentLink          `json:"links"`
	Lint       []documentFinding       `json:"lint"`
	Log        []Entry                 `json:"log"`
	SHA256     string                  `json:"log_sha256"`
	Version    string                  `json:"written_by,omitempty"`
	Exported   time.Time               `json:"exported,omitzero"`
	Text       string                  `json:"text_sha256"` // of the rest, see seal; the last
}

type documentRole struct {
	Role string    `json:"role"`
	Who  string    `json:"who"`
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

type documentPages struct {
	Who      string    `json:"who"`
	Pages    int       `json:"pages"`
	OffHours int       `json:"off_hours"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
}

type documentAction struct {
	ID      uint64 `json:"id"`
	Text    string `json:"text"`
	Kind    string `json:"kind"`
	Horizon string `json:"horizon"`
	State   string `json:"state"`
	Owner   string `json:"owner,omitempty"`
	Due     string `json:"due,omitempty"`
	Ticket  string `json:"ticket,omitempty"`
	By      string `json:"by,omitempty"`
}

type documentLink struct {
	ID   uint64 `json:"id"`
	Kind string `json:"kind"`
	To   string `json:"to"`
	Text string `json:"text,omitempty"`
	By   string `json:"by,omitempty"`
}

type documentFinding struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// documentTimes are whole seconds; null is not known.
type documentTimes struct {
	Detect      *int64           `json:"detect"`
	Acknowledge *int64           `json:"acknowledge"`
	Declare     *int64           `json:"declare"`
	Mitigate    *int64           `json:"mitigate"`
	Resolve     *int64           `json:"resolve"`
	PageLatency *int64           `json:"page_latency"`
	Down        int64            `json:"down"`
	Degraded    int64            `json:"degraded"`
	Unknown     int64            `json:"unknown"`
	Excluded    int64            `json:"excluded"`
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
	ID        uint64    `json:"id"`
	At        time.Time `json:"at"`
	Until     time.Time `json:"until,omitzero"`
	Added     time.Time `json:"added,omitzero"`  // if later than at
	Edited    time.Time `json:"edited,omitzero"` // when it got its latest text
	Edits     int       `json:"edits,omitempty"`
	Retracted time.Time `json:"retracted,omitzero"`
	What      string    `json:"what"`
	By        string    `json:"by,omitempty"`
	Alert     string    `json:"alert,omitempty"`
	Target    string    `json:"target,omitempty"`
	Text      string    `json:"text"`
	Starred   bool      `json:"starred,omitempty"`
}

// JSON writes the incident as one JSON document of the form Schema: its heads,
// figures, timeline, and the whole log but for the words that were taken back,
// with the hash that Postmortem shows. Of the style it has version, zone, people
// and time of the export. The same incident and
// style always give the same bytes.
func JSON(w io.Writer, inc *Incident, style Style) error {
	log := inc.Log()
	sum, err := digest(log)
	if err != nil {
		return err
	}
	doc := document{
		Schema: Schema, ID: inc.ID, Title: inc.Title, Severity: inc.Severity, Status: inc.Status,
		Commander: inc.Commander, Group: inc.Group, Into: inc.Into, Milestones: inc.Milestones,
		Seconds: secondsOf(inc), Log: redacted(log), SHA256: sum, Version: style.Version, Exported: style.Exported.UTC(),
		Fields:   inc.Fields,
		Alerts:   make([]documentAlert, 0, len(inc.Alerts)),
		Timeline: make([]documentLine, 0, len(inc.Entries)),
		Roles:    []documentRole{}, Paged: []documentPages{}, Actions: []documentAction{}, Links: []documentLink{}, Lint: []documentFinding{},
	}
	doc.people(inc, style)
	for _, m := range inc.Alerts {
		doc.Alerts = append(doc.Alerts, documentAlert{
			m.Alert, m.Target, m.Severity, m.State, m.Started, m.Detected, m.Resolved, m.AckedBy,
		})
	}
	for i := range inc.Entries {
		doc.Timeline = append(doc.Timeline, lineOf(&inc.Entries[i]))
	}
	if err := doc.write(w); err != nil {
		return fmt.Errorf("write %s as JSON: %w", inc.ID, err)
	}
	return nil
}

// write seals the document, which is hashed without the blanks between its parts.
func (d *document) write(w io.Writer) error {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return err
	}
	d.Text = seal(bytes.TrimSuffix(compact.Bytes(), []byte("\"}\n")))
	enc = json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// people fills in who had a role and was paged, and what they wrote.
func (d *document) people(inc *Incident, style Style) {
	if d.Fields == nil {
		d.Fields = map[string]string{}
	}
	for _, s := range inc.RoleSpans() {
		d.Roles = append(d.Roles, documentRole{s.Role, s.Operator, s.From.UTC(), s.To.UTC()})
	}
	for _, p := range inc.Paged(style.Zone) {
		d.Paged = append(d.Paged, documentPages{p.Who, p.Pages, p.OffHours, p.First.UTC(), p.Last.UTC()})
	}
	for _, a := range inc.Actions {
		d.Actions = append(d.Actions, documentAction{a.ID, a.Text, a.Kind, a.Horizon, a.State, a.Owner, a.Due, a.Ticket, a.By})
	}
	for _, l := range inc.Links {
		d.Links = append(d.Links, documentLink(l))
	}
	for _, f := range style.Lint(inc) {
		d.Lint = append(d.Lint, documentFinding(f))
	}
}

func lineOf(l *Line) documentLine {
	d := documentLine{
		ID: l.ID(), At: l.At, Until: l.Until, Added: l.Added(), Edits: len(l.Older),
		What: l.What(), By: l.By, Alert: l.Alert, Target: l.Target, Text: l.words(), Starred: l.Starred,
		Retracted: l.Retracted,
	}
	if d.Edits > 0 {
		d.Edited = l.Recorded
	}
	if !l.Retracted.IsZero() {
		d.Text = ""
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
		PageLatency: whole(inc.PageLatency()),
		Down:        int64(im.Down / time.Second), Degraded: int64(im.Degraded / time.Second),
		Unknown: int64(im.Unknown / time.Second), Excluded: int64(im.Excluded / time.Second),
		Severities: map[string]int64{},
	}
	for _, s := range im.Severities {
		d.Severities[severityWord(s.Severity)] = int64(s.Time / time.Second)
	}
	return d
}
