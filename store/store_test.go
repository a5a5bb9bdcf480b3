package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/oncall"
)

// full is a batch that holds one of everything, in every field.
func full(now time.Time) Batch {
	firing := alert.Alert{
		ID: "01A", Target: "web", Group: "shops", Labels: map[string]string{"name": "web", "env": "prod"},
		State: alert.Firing, Severity: alert.Critical, Started: now.Add(-time.Hour), Detected: now.Add(-59 * time.Minute),
		Ack:        &alert.Ack{At: now, By: "ana", Note: "on it", Until: now.Add(time.Hour), Sticky: true},
		SilencedBy: "s3", Findings: []checker.Finding{{What: "status", Status: checker.Down, Text: "503, want 200"}},
		Bad: 7, Reopens: 1, Previous: "01", Seq: 4,
	}
	silence := alert.Silence{ID: "s3", Match: alert.Matcher{{"env": {"prod", "test"}}}, From: now, Until: now.Add(time.Hour), By: "bo", Reason: "deploy"}
	note := alert.Notification{
		Key: "k1", Group: "all{group=shops}", Route: "all", Labels: map[string]string{"group": "shops"}, Receiver: "ops",
		At: now, Attempt: 2, Reason: alert.First, Alerts: []alert.Alert{firing}, Active: 1, Repeat: true,
	}
	return Batch{
		Results:  newHouse(3, time.Second).next(),
		Events:   []Event{{Seq: 1, At: now, Kind: "fired", Status: checker.Down, Target: "web", Alert: "01A", Incident: "inc-2026-0001", Receiver: "ops", By: "ana", Text: "503, want 200"}},
		Alerts:   []alert.Alert{firing},
		Silences: []alert.Silence{silence},
		Ledgers: []alert.Ledger{{
			Group: note.Group, Route: "all", Labels: note.Labels, Receiver: "ops",
			Told: map[string]alert.Word{"01A": {Firing: true, Severity: alert.Warning, Seq: 2}}, Accepted: now, First: now.Add(-time.Minute),
			Pending: &alert.Attempt{Key: "k1", Reason: alert.Worse, Words: map[string]alert.Word{"01A": {Firing: true, Seq: 4}}, Number: 2, Since: now, Due: now, Flying: true, Unsure: true},
		}},
		Notifications: []alert.Notification{note},
		Deliveries:    []alert.Delivery{{Notification: note, At: now.Add(time.Second), Took: time.Second, Outcome: alert.Again, RetryAfter: time.Minute, Greylisted: true, Err: "451 later"}},
		Entries:       []incident.Entry{{Seq: 1, Incident: "inc-2026-0001", At: now, Until: now.Add(time.Minute), Recorded: now, Kind: incident.Note, Alert: "01A", Target: "web", By: "ana", Text: "two\nlines", Field: "f", Value: "v", Refs: []string{"3"}, Replaces: 9}},
		Escalations: []alert.Escalation{{
			Group: note.Group, Route: "all", Policy: "default", Round: 2, Step: 1, Started: now.Add(-time.Hour), At: now, Due: now.Add(5 * time.Minute),
			Left: time.Minute, Called: []string{"ana via pager"}, Reached: []string{"bo", "ana via pager"}, Skipped: []string{"step 2 has nobody"},
		}},
		OnCall: oncall.Saved{
			Overrides: []oncall.Override{{
				ID: "o7", Schedule: "primary", From: now, To: now.Add(time.Hour), With: "bo", For: "ana", Note: "dentist", By: "bo", Made: now.Add(-time.Hour),
				Swap: "o7", Asked: "ana", Accepted: now, Ended: now.Add(time.Minute), EndedBy: "ana",
			}},
			Revisions: []oncall.Revision{
				{Schedule: "primary", Zone: "Europe/Berlin", Layer: oncall.Layer{Name: "weekly", Operators: []string{"ana", "bo"}, Every: 1, Unit: oncall.Week, From: now.Truncate(time.Hour)}},
				{Schedule: "primary", Zone: "Europe/Berlin", From: now, Gone: true},
				{Schedule: "primary", Zone: "Europe/Berlin", Place: 1, Layer: oncall.Layer{Name: "day", Every: 1, Unit: oncall.Day, Days: 31, Start: 9 * time.Hour, End: 17 * time.Hour}},
			},
			Accepted: []oncall.Acceptance{{Schedule: "primary", Operator: "ana", From: now, At: now.Add(time.Minute)}},
		},
		Drafts:    []Draft{{By: "ana", Place: "inc-2026-0001", Text: "not sent y", At: now}},
		Audit:     []Audit{{At: now, By: "ana", From: "local", What: "ack", Detail: "{}", Outcome: "ok"}},
		Heartbeat: now,
	}
}

// checkFull holds a restored state against a batch of full.
func checkFull(t *testing.T, st State, b Batch) {
	t.Helper()
	same(t, "alerts", st.Alerts, b.Alerts)
	same(t, "silences", st.Silences, b.Silences)
	same(t, "ledgers", st.Ledgers, b.Ledgers)
	same(t, "entries", st.Entries, b.Entries)
	same(t, "events", st.Events, b.Events)
	same(t, "escalations", st.Escalations, b.Escalations)
	same(t, "on call", st.OnCall, b.OnCall)
	same(t, "drafts", st.Drafts, b.Drafts)
	same(t, "heartbeat", st.Heartbeat, b.Heartbeat)
	same(t, "notes", st.Notes, nil)
	if st.SilenceSeq != 3 || st.EventSeq != 1 {
		t.Errorf("silence seq %d, event seq %d: want 3, 1", st.SilenceSeq, st.EventSeq)
	}
	for _, r := range b.Results {
		same(t, "last of "+r.Target, st.Believed[r.Target], Target{Believed: r.Believed, Last: r})
	}
}

func TestEverythingSavedComesBack(t *testing.T) {
	dir, now := t.TempDir(), time.Now().UTC().Truncate(time.Microsecond)
	want := full(now)
	s := open(t, dir, Options{})
	if st := restore(t, s); st.Boot != 1 || len(st.Notes) > 0 {
		t.Errorf("first start: boot %d, notes %q", st.Boot, st.Notes)
	}
	save(t, s, want)
	checkFull(t, restore(t, s), want)

	got, err := s.Deliveries(t.Context(), now.Add(time.Hour), 10)
	if err != nil {
		t.Fatal(err)
	}
	d := want.Deliveries[0]
	d.Notification = brief(d.Notification)
	same(t, "deliveries", got, []alert.Delivery{d})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, dir, Options{})
	st := restore(t, s)
	checkFull(t, st, want)
	if st.Boot != 2 {
		t.Errorf("second start: boot %d", st.Boot)
	}
}

func TestSavingTwiceChangesNothing(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	b := full(now)
	b.Results = nil
	s := open(t, t.TempDir(), Options{})
	save(t, s, b)
	want := restore(t, s)
	save(t, s, b)
	got := restore(t, s)
	same(t, "state", got, want)
}

func TestLatestValueWins(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	b := full(now)
	s := open(t, t.TempDir(), Options{})
	save(t, s, b)
	later := full(now)
	later.Results = nil
	later.Alerts[0].State, later.Alerts[0].Seq = alert.Recovering, 5
	later.Silences[0].Ended, later.Silences[0].EndedBy = now, "ana"
	later.Ledgers[0].Pending = nil
	later.Drafts[0].Text = "not sent yet"
	save(t, s, later)
	st := restore(t, s)
	later.Results = b.Results
	checkFull(t, st, later)

	save(t, s, Batch{Drafts: []Draft{{By: "ana", Place: "inc-2026-0001"}}})
	same(t, "drafts after an empty one", restore(t, s).Drafts, nil)
}

func TestRestoreLeavesOutWhatIsOver(t *testing.T) {
	now := time.Now().UTC()
	long := now.AddDate(0, -6, 0)
	over := func(id string, at time.Time) alert.Alert {
		return alert.Alert{ID: id, Target: "web", State: alert.Resolved, Started: at, Resolved: at, Confirmed: at}
	}
	declared := func(seq uint64, id, status string, at time.Time) []incident.Entry {
		return []incident.Entry{
			{Seq: seq, Incident: id, At: at, Recorded: at, Kind: incident.Declared, Text: id},
			{Seq: seq + 1, Incident: id, At: at, Recorded: at, Kind: incident.SetStatus, Value: status},
		}
	}
	s := open(t, t.TempDir(), Options{})
	save(t, s, Batch{
		Alerts:   []alert.Alert{over("old", long), over("told", long), over("recent", now.Add(-time.Hour)), {Target: "pending, without ID"}},
		Ledgers:  []alert.Ledger{{Group: "g", Receiver: "ops", Told: map[string]alert.Word{"told": {Firing: true}}}},
		Silences: []alert.Silence{{ID: "s1", Ended: now}, {ID: "s12", Ended: long}},
		Entries: slices.Concat(
			declared(1, "inc-1", "closed", long), declared(3, "inc-2", "monitoring", long),
			declared(5, "inc-3", "cancelled", now.AddDate(0, 0, -80)), declared(7, "inc-4", "post-incident", long),
			declared(9, "inc-5", "resolved", long)),
	})
	st := restore(t, s)
	var ids []string
	for _, a := range st.Alerts {
		ids = append(ids, a.ID)
	}
	same(t, "alerts", ids, []string{"told", "recent"})
	same(t, "silences", st.Silences, []alert.Silence{{ID: "s1", Ended: now}})
	if st.SilenceSeq != 12 {
		t.Errorf("silence seq %d, want that of one long over", st.SilenceSeq)
	}
	ids = nil
	for _, e := range st.Entries {
		if e.Kind == incident.Declared {
			ids = append(ids, e.Incident)
		}
	}
	same(t, "incidents: open, of 90 days, and the last one", ids, []string{"inc-2", "inc-3", "inc-5"})
	entries, err := s.Timeline(t.Context(), "inc-1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "timeline of one long closed", entries, declared(1, "inc-1", "closed", long))
	ids, err = s.Incidents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "all incidents", ids, []string{"inc-1", "inc-2", "inc-3", "inc-4", "inc-5"})
}

func TestLogPagesBackwards(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	var events []Event
	for seq := range uint64(1200) {
		events = append(events, Event{Seq: seq + 1, At: sometime, Kind: "fired", Text: fmt.Sprint(seq + 1)})
	}
	save(t, s, Batch{Events: events})
	st := restore(t, s)
	same(t, "restored", st.Events, events[700:])
	if st.EventSeq != 1200 {
		t.Errorf("event seq %d", st.EventSeq)
	}
	for _, c := range []struct {
		before uint64
		n      int
		want   []Event
	}{{701, 200, events[500:700]}, {3, 200, events[:2]}, {1, 200, nil}, {1 << 63, 1, events[1199:]}} {
		got, err := s.Log(t.Context(), c.before, c.n)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprintf("%d before %d", c.n, c.before), got, c.want)
	}
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b%20?c&d#é", "state")
	s := open(t, dir, Options{})
	save(t, s, full(time.Now()))
	restore(t, s)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsInTheWay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "state"), Options{}); err == nil {
		t.Error("a state directory below a file: no error")
	}
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); err == nil {
		t.Error("a directory that may not be written to: no error")
	}
}

func TestClosedStoreSaysSo(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), full(sometime)); err == nil {
		t.Error("append: no error")
	}
	if _, err := s.Restore(t.Context()); err == nil {
		t.Error("restore: no error")
	}
}
