package incident

import (
	"encoding/json"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
)

// night is when most tests begin.
var night = time.Date(2026, 4, 12, 3, 29, 14, 0, time.UTC)

// at returns a time of that night, "03:31:40".
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-04-12 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// firing returns an alert that is believed since detected, and began a minute before.
func firing(id, target string, detected time.Time) alert.Alert {
	return alert.Alert{
		ID: id, Target: target, Group: "search", State: alert.Firing, Severity: alert.Critical,
		Started: detected.Add(-time.Minute), Detected: detected,
		Labels:   map[string]string{"name": target, "group": "search", "kind": "http"},
		Findings: []checker.Finding{{What: "status", Status: checker.Down, Text: "503, want 200"}},
	}
}

func fired(a alert.Alert) alert.Event {
	return alert.Event{At: a.Detected, Kind: alert.KindFired, Alert: a}
}

func acked(a alert.Alert, when time.Time, by, note string) (alert.Alert, alert.Event) {
	a.Ack = &alert.Ack{At: when, By: by, Note: note}
	return a, alert.Event{At: when, Kind: alert.KindAcked, Alert: a, By: by, Text: note}
}

func resolved(a alert.Alert, over, believed time.Time) (alert.Alert, alert.Event) {
	a.State, a.Resolved, a.Confirmed = alert.Resolved, over, believed
	return a, alert.Event{At: believed, Kind: alert.KindResolved, Alert: a}
}

func accepted(receiver string, when time.Time, alerts ...alert.Alert) alert.Delivery {
	return alert.Delivery{
		Notification: alert.Notification{
			Key: receiver + when.Format(time.TimeOnly), Receiver: receiver, At: when, Attempt: 1,
			Reason: alert.First, Alerts: alerts,
		},
		At: when, Took: 1100 * time.Millisecond, Outcome: alert.Accepted,
	}
}

// journal is a book and all that it ever said.
type journal struct {
	*testing.T
	*Book
	log []Entry
}

func newJournal(t *testing.T, s Settings) *journal { return &journal{T: t, Book: NewBook(s)} }

func (j *journal) apply(evs ...alert.Event) {
	for _, ev := range evs {
		j.log = append(j.log, j.Apply(ev.At, ev)...)
	}
}

// must keeps what a command wrote.
func (j *journal) must(es []Entry, err error) []Entry {
	j.Helper()
	if err != nil {
		j.Fatal(err)
	}
	j.log = append(j.log, es...)
	return es
}

func (j *journal) declare(now time.Time, d Declaration, alerts ...alert.Alert) string {
	j.Helper()
	id, es, err := j.Declare(now, d, alerts)
	j.must(es, err)
	return id
}

// restored returns what a new process makes of the journal, after the way of
// the entries through a store.
func (j *journal) restored() *Book {
	j.Helper()
	raw, err := json.Marshal(j.log)
	if err != nil {
		j.Fatal(err)
	}
	var back []Entry
	if err := json.Unmarshal(raw, &back); err != nil {
		j.Fatal(err)
	}
	b := NewBook(j.settings)
	b.Restore(back)
	return b
}

// says returns the timeline as words, a line an entry.
func says(inc *Incident) []string {
	var out []string
	for i := range inc.Entries {
		l := &inc.Entries[i]
		out = append(out, l.At.Format(time.TimeOnly)+" "+l.What()+" "+l.Sentence())
	}
	return out
}

// lived returns the incident of a whole night, as a journal that holds it.
func lived(t *testing.T) (*journal, string) {
	j := newJournal(t, Settings{JoinWithin: 30 * time.Minute})
	api, db := firing("a1", "search-api", at("03:29:14")), firing("a2", "weaviate-eu1", at("03:29:16"))
	j.apply(fired(api), fired(db))
	j.log = append(j.log, j.Delivered(accepted("ops", at("03:29:19"), api, db))...)
	db, ack := acked(db, at("03:31:40"), "ana", "looking at node 2")
	j.apply(ack)
	id := j.declare(at("03:38:50"), Declaration{
		Title: "search 503 in eu1", Severity: "SEV2", Commander: "ana", By: "ana",
		Alerts: []string{"a1", "a2"}, Started: at("03:24:40"),
	}, api, db)
	worker := firing("a3", "ingest-worker", at("03:41:02"))
	j.apply(fired(worker))
	j.must(j.Add(at("03:43:05"), Draft{Incident: id, Text: "kubectl top: weaviate-2 at its\nmemory limit", By: "bo"}))
	note := j.must(j.Add(at("03:46:31"), Draft{Incident: id, Text: "PVC full", By: "ana", At: at("03:44:00")}))
	j.must(j.Edit(at("03:46:52"), note[0].Seq, "ana", "PVC on weaviate-2 full (91%)"))
	j.must(j.Star(at("03:47:00"), note[0].Seq, "bo", true))
	j.must(j.Add(at("03:48:00"), Draft{Incident: id, Kind: Decision, Text: "no failover", By: "ana"}))
	j.must(j.Add(at("03:49:00"), Draft{Incident: id, Kind: Action, Text: "alert at 80%", By: "bo"}))
	j.must(j.Add(at("03:50:00"), Draft{Incident: id, Kind: Comms, Text: "status page posted", By: "dara"}))
	j.must(j.SetMilestone(at("04:00:00"), id, Mitigated, at("03:58:00"), "ana"))
	for _, a := range []alert.Alert{api, db, worker} {
		_, ev := resolved(a, at("04:05:10"), at("04:05:20"))
		j.apply(ev)
	}
	j.must(j.Resolve(at("04:10:00"), id, "ana", "PVC grown"))
	return j, id
}
