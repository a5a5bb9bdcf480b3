package monitor

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/store"
)

var ana = Actor{Name: "ana", Role: Respond, From: "local"}

func TestFiresOnlyOnceBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		sleep(30 * time.Second)
		h.turn("db", checker.Down)
		sleep(11 * time.Second)
		if got := h.alerts("db"); !slices.Equal(got, []alert.State{alert.Pending}) {
			t.Errorf("after one bad result: %v, want pending", got)
		}
		if got := h.receiver.reasons(); len(got) != 0 {
			t.Errorf("told %v before anything was believed", got)
		}
		sleep(10 * time.Second)
		if got := h.alerts("db"); !slices.Equal(got, []alert.State{alert.Firing}) {
			t.Errorf("after two: %v, want firing", got)
		}
		h.turn("db", checker.Up)
		sleep(30 * time.Second)
		if got := h.alerts("db"); !slices.Equal(got, []alert.State{alert.Resolved}) {
			t.Errorf("after two good ones: %v, want resolved", got)
		}
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first", "resolved"}) {
			t.Errorf("told %v", got)
		}
	})
}

func TestARestartRepeatsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		h.turn("db", checker.Down)
		sleep(time.Minute)
		before := h.alert(t, "db")
		if err := h.Do(t.Context(), ana, Declare{Title: "db gone", Severity: "SEV2", Alerts: []string{before.ID}}); err != nil {
			t.Fatal(err)
		}
		h.stop()

		again := startHouse(t, h.disk.state(), "db")
		if got := again.alert(t, "db"); got.ID != before.ID || !got.Started.Equal(before.Started) {
			t.Errorf("after a restart: alert %s since %v, want %s since %v", got.ID, got.Started, before.ID, before.Started)
		}
		if inc := again.Snapshot().Incidents; len(inc) != 1 || inc[0].Title != "db gone" {
			t.Errorf("incidents after a restart: %v", inc)
		}
		again.turn("db", checker.Down)
		sleep(10 * time.Minute)
		if got := again.receiver.reasons(); len(got) != 0 {
			t.Errorf("told again after a restart: %v", got)
		}
		again.turn("db", checker.Up)
		sleep(time.Minute)
		if got := again.receiver.reasons(); !slices.Equal(got, []string{"resolved"}) {
			t.Errorf("told %v, want the resolved that is owed", got)
		}
	})
}

func TestRecoveredWhileWeWereDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		h.turn("db", checker.Down)
		sleep(time.Minute)
		h.stop()
		again := startHouse(t, h.disk.state(), "db") // up again
		sleep(time.Minute)
		if got := again.receiver.reasons(); !slices.Equal(got, []string{"resolved"}) {
			t.Errorf("told %v, want exactly one recovery", got)
		}
	})
}

func TestTargetGoneAtStartResolves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web")
		h.turn("db", checker.Down)
		sleep(time.Minute)
		h.stop()
		again := startHouse(t, h.disk.state(), "web")
		sleep(time.Minute)
		if got := again.receiver.reasons(); !slices.Equal(got, []string{"resolved"}) {
			t.Errorf("told %v, want that it is no longer watched", got)
		}
		if a := again.alert(t, "db"); a.Ending != "removed" {
			t.Errorf("ended %q, want removed", a.Ending)
		}
	})
}

func TestCommandsShowOnceAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web")
		h.turn("db", checker.Down)
		sleep(time.Minute)
		id := h.alert(t, "db").ID
		do := func(c Command) {
			t.Helper()
			if err := h.Do(t.Context(), ana, c); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
		}
		if n := h.Snapshot().Counts.Unacked; n != 1 {
			t.Errorf("%d unacked before, want 1", n)
		}
		do(Acknowledge{Alerts: []string{id}, Note: "looking\x1b[2J"})
		if a := h.alert(t, "db"); a.Ack == nil || a.Ack.By != "ana" || a.Ack.Note != "looking" {
			t.Errorf("ack %+v", a.Ack)
		}
		if n := h.Snapshot().Counts.Unacked; n != 0 {
			t.Errorf("%d unacked after, want 0", n)
		}
		do(Declare{Title: "db gone", Severity: "SEV2", Commander: "ana", Alerts: []string{id}})
		inc := h.Snapshot().Incidents[0]
		do(Draft{Place: inc.ID, Text: "half a tho"})
		if got := h.Snapshot().Drafts[DraftKey{"ana", inc.ID}]; got != "half a tho" {
			t.Errorf("draft %q", got)
		}
		do(Note{Incident: inc.ID, Kind: incident.Note, Text: "half a thought"})
		inc = h.Snapshot().Incidents[0]
		if last := inc.Entries[len(inc.Entries)-1]; last.Text != "half a thought" || last.By != "ana" {
			t.Errorf("last entry %+v", last.Entry)
		}
		if len(h.Snapshot().Drafts) != 0 {
			t.Error("the draft outlived its note")
		}
		do(Note{Target: "web", Kind: incident.Note, Text: "deploy at noon"})
		if es := h.Snapshot().Events(); es[len(es)-1].Kind != "note" || es[len(es)-1].Target != "web" {
			t.Errorf("last event %+v", es[len(es)-1])
		}
		do(ResolveIncident{Incident: inc.ID, Text: "disk grown"})
		if got := h.Snapshot().Incidents[0]; got.Open() {
			t.Errorf("status %s after resolve", got.Status)
		}
		saved := h.disk.all()
		if len(saved.Audit) != 5 { // a draft is no action
			t.Errorf("%d commands audited, want 5", len(saved.Audit))
		}
		sleep(time.Second)
		if i, ok := h.Snapshot().Find("db"); !ok || h.Snapshot().Target(i).Alert == nil {
			t.Error("the board lost the alert")
		}
	})
}

func TestRefusedCommandsChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		h.turn("db", checker.Down)
		sleep(time.Minute)
		id := h.alert(t, "db").ID
		bo := Actor{Name: "bo", Role: View, From: "10.0.0.1"}
		for _, c := range []Command{
			Acknowledge{Alerts: []string{id}}, Silence{For: time.Hour, Reason: "x"}, Declare{Title: "x"}, ProbeNow{Targets: []string{"db"}},
			Note{Target: "db", Text: "x"}, ResolveAlert{Alert: id, Note: "x"},
		} {
			if err := h.Do(t.Context(), bo, c); !errors.Is(err, ErrNotAllowed) {
				t.Errorf("%T by a viewer: %v, want ErrNotAllowed", c, err)
			}
		}
		for _, c := range []Command{
			Acknowledge{}, Acknowledge{Alerts: []string{"nobody"}}, Silence{For: time.Hour}, Declare{}, Declare{Title: "x", Alerts: []string{"nobody"}},
			ProbeNow{Targets: []string{"nobody"}}, ProbeNow{Targets: []string{Self}}, Note{Target: "nobody", Text: "x"}, Note{Target: "db", Text: " \x00 "},
			Note{Incident: "inc-1999-0001", Text: "x"}, ResolveAlert{Alert: id}, EndSilence{ID: "s9"}, Edit{Seq: 99, Text: "x"}, Star{Seq: 99},
			Assign{Incident: "nope"}, SetSeverity{Incident: "nope", Severity: "SEV1"}, SetStatus{Incident: "nope"}, Join{Incident: "nope", Alert: id},
		} {
			if err := h.Do(t.Context(), ana, c); err == nil {
				t.Errorf("%T was not refused", c)
			}
		}
		synctest.Wait() // a refusal is answered before it is saved
		if n := len(h.disk.all().Audit); n < 6 {
			t.Errorf("%d refused commands in the audit", n)
		}
		if a := h.alert(t, "db"); a.Ack != nil || a.State != alert.Firing || len(h.Snapshot().Incidents) != 0 || len(h.Snapshot().Silences) != 0 {
			t.Error("a refused command changed something")
		}
	})
}

func TestProbeNowIsGentle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		sleep(31 * time.Second)
		if err := h.Do(t.Context(), ana, ProbeNow{Targets: []string{"db"}}); err != nil {
			t.Fatal(err)
		}
		if err := h.Do(t.Context(), ana, ProbeNow{Targets: []string{"db"}}); err == nil {
			t.Error("twice in five seconds was not refused")
		}
	})
}

func TestASnapshotNeverChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web")
		h.turn("db", checker.Down)
		sleep(5 * time.Minute)
		old := h.Snapshot()
		copied := *old.Target(0)
		copied.Samples, copied.Minutes = slices.Clone(copied.Samples), slices.Clone(copied.Minutes)
		copied.Failures = slices.Clone(copied.Failures)
		alerts, events := slices.Clone(old.Alerts), slices.Clone(old.Events())
		for range 50 {
			h.turn("db", checker.Status(1+time.Now().Unix()/60%3))
			sleep(time.Minute)
		}
		if d := cmp.Diff(copied, *old.Target(0), cmp.Comparer(func(a, b *checker.Target) bool { return a == b })); d != "" {
			t.Errorf("an old snapshot's target changed:\n%s", d)
		}
		if d := cmp.Diff(alerts, old.Alerts); d != "" {
			t.Errorf("an old snapshot's alerts changed:\n%s", d)
		}
		if d := cmp.Diff(events, old.Events()); d != "" {
			t.Errorf("an old snapshot's events changed:\n%s", d)
		}
	})
}

func TestCountsAreWhatTheTargetsAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "a", "b", "c", "d")
		steps := []map[string]checker.Status{
			{"a": checker.Down, "b": checker.Degraded}, {"c": checker.Unknown, "a": checker.Down}, {"a": checker.Up}, {"b": checker.Down, "c": checker.Up},
		}
		for _, step := range steps {
			for name, s := range step {
				h.turn(name, s)
			}
			for range 8 {
				sleep(5 * time.Second)
				snap := h.Snapshot()
				var want Counts
				for _, w := range snap.Targets() {
					want.add((&watched{shown: *w}).classify(), 1)
				}
				want.Unacked = countUnacked(snap.Alerts)
				if snap.Counts != want {
					t.Fatalf("counts %+v, the targets say %+v", snap.Counts, want)
				}
			}
		}
	})
}

func TestWaitWakesAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		sleep(time.Minute)
		seq := h.Snapshot().Seq
		snap, err := h.Wait(t.Context(), seq)
		if err != nil || snap.Seq <= seq {
			t.Errorf("snapshot %d after %d: %v", snap.Seq, seq, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.Wait(ctx, 1<<60); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("wait for the far future: %v", err)
		}
		go h.stop()
		if _, err := h.Wait(t.Context(), 1<<60); !errors.Is(err, ErrStopped) {
			t.Errorf("wait on a stopped monitor: %v", err)
		}
		if err := h.Do(t.Context(), ana, ProbeNow{Targets: []string{"db"}}); !errors.Is(err, ErrStopped) {
			t.Errorf("a command to a stopped monitor: %v", err)
		}
	})
}

func TestAGapIsToldAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{Heartbeat: time.Now().Add(-90 * time.Minute)}, "db")
		sleep(time.Second)
		e := h.Snapshot().Events()[0]
		if want := "watching 1 target; nothing was measured for 1h30m, since 1999-12-31 22:30:00Z"; e.Kind != "start" || e.Text != want {
			t.Errorf("%s: %q, want %q", e.Kind, e.Text, want)
		}
	})
}

func TestEventsAfter(t *testing.T) {
	s := &Snapshot{events: []Event{{Seq: 5}, {Seq: 6}, {Seq: 7}}}
	for _, tt := range []struct {
		seq    uint64
		n      int
		missed uint64
	}{{7, 0, 0}, {9, 0, 0}, {6, 1, 0}, {4, 3, 0}, {3, 3, 1}, {0, 3, 4}} {
		if es, missed := s.EventsAfter(tt.seq); len(es) != tt.n || missed != tt.missed {
			t.Errorf("after %d: %d events, %d missed; want %d, %d", tt.seq, len(es), missed, tt.n, tt.missed)
		}
	}
}

func TestWindowLeavesReadersAlone(t *testing.T) {
	var w window[int]
	var views [][]int
	for i := range 1000 {
		w.add(i)
		w.drop(len(w.live) - 16)
		views = append(views, w.view())
	}
	for i, v := range views {
		for k, x := range v {
			if want := i - len(v) + 1 + k; x != want {
				t.Fatalf("view %d holds %d at %d, want %d", i, x, k, want)
			}
		}
	}
	if cap(w.live) > 64 {
		t.Errorf("room for %d values to keep 16", cap(w.live))
	}
}

func TestAReceiverThatRefusesShowsInHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		h.receiver.set(alert.Dead)
		h.turn("db", checker.Down)
		sleep(time.Minute)
		if health := h.Snapshot().Health; health.Undelivered == 0 || len(health.Troubles) == 0 {
			t.Errorf("health %+v says nothing of it", health)
		}
		if got := h.alerts(Self); len(got) != 1 {
			t.Errorf("alerts of %s: %v, want one", Self, got)
		}
		h.receiver.set(alert.Accepted)
		sleep(2 * time.Hour) // what is dead is tried again once an hour
		if health := h.Snapshot().Health; health.Undelivered != 0 || len(health.Troubles) != 0 {
			t.Errorf("health %+v after the receiver is back", health)
		}
		if got := h.alerts(Self); slices.Contains(got, alert.Firing) {
			t.Errorf("alerts of %s: %v after the receiver is back", Self, got)
		}
	})
}

func TestARefusedPageGoesOutAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		h.receiver.set(alert.Dead)
		h.turn("db", checker.Down)
		sleep(time.Minute)
		h.stop()
		again := startHouse(t, h.disk.state(), "db")
		again.turn("db", checker.Down)
		sleep(30 * time.Second)
		var got []alert.Reason
		again.receiver.mu.Lock()
		for _, n := range again.receiver.got {
			if n.Alerts[0].Target == "db" { // not the alert about the refusal itself
				got = append(got, n.Reason)
			}
		}
		again.receiver.mu.Unlock()
		if !slices.Equal(got, []alert.Reason{alert.First}) {
			t.Errorf("the mended receiver was told %v, want the page it is owed", got)
		}
	})
}
