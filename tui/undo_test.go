package tui

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/monitor"
)

// after puts a changed picture in place of the present one.
func (s *console) after(change func(*monitor.Snapshot)) {
	next := *s.desk.snap
	next.Seq++
	if change != nil {
		change(&next)
	}
	s.desk.snap = &next
}

// acts has a command carried out, after which the picture is changed, and tells
// the model so, as a key would.
func (s *console) acts(t *testing.T, c monitor.Command, say string, change func(*monitor.Snapshot)) {
	t.Helper()
	s.undoing.press++
	cmd := s.do(c, say)
	s.after(change)
	s.Update(cmd())
	s.desk.asked = nil
}

// takesBack presses u and returns what the monitor is asked for.
func (s *console) takesBack() []monitor.Command {
	s.desk.asked = nil
	s.press("u")
	return s.desk.asked
}

func changeAlert(id string, change func(*alert.Alert)) func(*monitor.Snapshot) {
	return func(snap *monitor.Snapshot) {
		snap.Alerts = append([]alert.Alert(nil), snap.Alerts...)
		for i := range snap.Alerts {
			if snap.Alerts[i].ID == id {
				change(&snap.Alerts[i])
			}
		}
	}
}

func changeIncident(id string, change func(*incident.Incident)) func(*monitor.Snapshot) {
	return func(snap *monitor.Snapshot) {
		snap.Incidents = append([]*incident.Incident(nil), snap.Incidents...)
		for i, inc := range snap.Incidents {
			if inc.ID == id {
				next := *inc
				change(&next)
				snap.Incidents[i] = &next
			}
		}
	}
}

func TestUndoCompensates(t *testing.T) {
	mine := func(a *alert.Alert) { a.Ack = &alert.Ack{At: night, By: "ana"} }
	silence := alert.Silence{ID: "s77", By: "ana", Reason: "disk", Until: night.Add(time.Hour)}
	for _, c := range []struct {
		name   string
		does   monitor.Command
		change func(*monitor.Snapshot)
		want   []monitor.Command
		says   string
	}{
		{"an acknowledgement", monitor.Acknowledge{Alerts: []string{"a-search-api"}}, changeAlert("a-search-api", mine),
			[]monitor.Command{monitor.Unacknowledge{Alerts: []string{"a-search-api"}}}, "undone: it"},
		{"one that bo has by now", monitor.Acknowledge{Alerts: []string{"a-search-api"}},
			changeAlert("a-search-api", func(a *alert.Alert) { a.Ack = &alert.Ack{At: night, By: "bo"} }), nil, "changed since"},
		{"one's own taken back", monitor.Unacknowledge{Alerts: []string{"a-weaviate-eu1"}},
			changeAlert("a-weaviate-eu1", func(a *alert.Alert) { a.Ack = nil }),
			[]monitor.Command{monitor.Acknowledge{Alerts: []string{"a-weaviate-eu1"}, Note: "looking at node 2"}}, "undone: it"},
		{"a silence", monitor.Silence{Reason: "disk", For: time.Hour},
			func(snap *monitor.Snapshot) {
				snap.Silences = append(snap.Silences[:len(snap.Silences):len(snap.Silences)], silence)
			},
			[]monitor.Command{monitor.EndSilence{ID: "s77"}}, "is sent"},
		{"a severity", monitor.SetSeverity{Incident: tonight, Severity: "SEV1"},
			changeIncident(tonight, func(i *incident.Incident) { i.Severity = "SEV1" }),
			[]monitor.Command{monitor.SetSeverity{Incident: tonight, Severity: "SEV2"}}, "undone: it"},
		{"a severity that bo set anew", monitor.SetSeverity{Incident: tonight, Severity: "SEV1"},
			changeIncident(tonight, func(i *incident.Incident) { i.Severity = "SEV3" }), nil, "changed since"},
		{"a resolution", monitor.ResolveIncident{Incident: tonight},
			changeIncident(tonight, func(i *incident.Incident) { i.Status = "resolved" }),
			[]monitor.Command{monitor.SetStatus{Incident: tonight, Status: "investigating"}}, "undone: it"},
		{"a declaration", monitor.Declare{Title: "x"},
			func(snap *monitor.Snapshot) {
				snap.Incidents = append([]*incident.Incident{{ID: "inc-2026-0413", Status: "triage"}}, snap.Incidents...)
			}, []monitor.Command{monitor.SetStatus{Incident: "inc-2026-0413", Status: "cancelled"}}, "not untold"},
		{"a page", monitor.Page{Alert: "a-search-api", To: "operator:bo"}, nil, nil, "stays called"},
		{"a note on a target", monitor.Note{Target: "docs", Text: "x"}, nil, nil, "stays in the log"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newConsole(t, newNight(t), 120, 40)
				s.acts(t, c.does, "it", c.change)
				if diff := cmp.Diff(c.want, s.takesBack()); diff != "" {
					t.Errorf("u asks for (-want +got):\n%s", diff)
				}
				if !strings.Contains(s.toast, c.says) {
					t.Errorf("it says %q, want %q in it", s.toast, c.says)
				}
				if got := s.takesBack(); len(got) > 0 {
					t.Errorf("a second u asks for %v", got)
				}
			})
		})
	}
}

// A note that was written is struck, and one that was struck is written again.
func TestUndoOfLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		inc := s.snap.Incident(tonight)
		made := incident.Line{Entry: incident.Entry{Seq: inc.Version + 3, Incident: tonight, Kind: incident.Note, By: "ana", At: night, Recorded: night, Text: "oops"}}
		s.acts(t, monitor.Note{Incident: tonight, Text: "oops"}, "wrote", changeIncident(tonight, func(i *incident.Incident) {
			i.Entries = append(i.Entries[:len(i.Entries):len(i.Entries)], made)
			i.Version = made.Seq
		}))
		if diff := cmp.Diff([]monitor.Command{monitor.Retract{Seq: made.Seq}}, s.takesBack()); diff != "" {
			t.Errorf("after a note u asks for (-want +got):\n%s", diff)
		}
		s.acts(t, monitor.Retract{Seq: made.Seq}, "took back", changeIncident(tonight, func(i *incident.Incident) {
			i.Entries = append([]incident.Line(nil), i.Entries...)
			i.Entries[len(i.Entries)-1].Retracted = night
		}))
		want := []monitor.Command{monitor.Note{Incident: tonight, Kind: incident.Note, Text: "oops", At: night}}
		if diff := cmp.Diff(want, s.takesBack()); diff != "" {
			t.Errorf("after a retraction u asks for (-want +got):\n%s", diff)
		}
	})
}

// What one key did is undone by one key, the latest first, for ten minutes.
func TestUndoGoesBackKeyByKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		set := func(v string) func(*monitor.Snapshot) {
			return changeIncident(tonight, func(i *incident.Incident) { i.Severity = v })
		}
		s.acts(t, monitor.SetSeverity{Incident: tonight, Severity: "SEV1"}, "first", set("SEV1"))
		s.acts(t, monitor.Star{Seq: s.snap.Incident(tonight).Entries[0].Seq, On: !s.snap.Incident(tonight).Entries[0].Starred}, "second", nil)
		s.undoing.deeds[1].back = func(*monitor.Snapshot) []monitor.Command { return []monitor.Command{monitor.EndSilence{ID: "second"}} }
		s.undoing.deeds[1].press = s.undoing.deeds[0].press
		want := []monitor.Command{monitor.SetSeverity{Incident: tonight, Severity: "SEV2"}, monitor.EndSilence{ID: "second"}}
		if diff := cmp.Diff(want, s.takesBack()); diff != "" {
			t.Errorf("one u asks for (-want +got):\n%s", diff)
		}
		s.acts(t, monitor.SetSeverity{Incident: tonight, Severity: "SEV3"}, "late", set("SEV3"))
		s.pass(undoFor + time.Second)
		if got := s.takesBack(); len(got) > 0 || !strings.Contains(s.toast, "nothing") {
			t.Errorf("after %s u asks for %v and says %q", undoFor, got, s.toast)
		}
	})
}

// What fails is said, and what came before it is not tried again.
func TestUndoThatFailsSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		s.acts(t, monitor.SetSeverity{Incident: tonight, Severity: "SEV1"}, "it", changeIncident(tonight, func(i *incident.Incident) { i.Severity = "SEV1" }))
		s.desk.fail = context.DeadlineExceeded
		s.takesBack()
		if !strings.Contains(s.toast, "not undone: it: context deadline exceeded") {
			t.Errorf("it says %q", s.toast)
		}
	})
}
