package incident

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

// reopened returns an alert that was over and is believed again since then; it
// began a minute before.
func reopened(a alert.Alert, detected time.Time) (alert.Alert, alert.Event) {
	a.State, a.Resolved, a.Confirmed, a.Ack = alert.Firing, time.Time{}, time.Time{}, nil
	a.Started, a.Detected, a.Reopens = detected.Add(-time.Minute), detected, a.Reopens+1
	return a, alert.Event{At: detected, Kind: alert.KindReopened, Alert: a}
}

// The acknowledgement and the page of the spell before are none of the
// incident's, live or after a restart.
func TestDeclaredOnAReopenedAlertBeginsWithItsNewSpell(t *testing.T) {
	for _, restart := range []bool{false, true} {
		j := newJournal(t, Settings{})
		a := firing("a1", "db", at("03:00:00"))
		j.apply(fired(a))
		page := accepted("ops", at("03:00:10"), a)
		j.Delivered(page)
		a, ack := acked(a, at("03:01:00"), "ana", "")
		j.apply(ack)
		a, over := resolved(a, at("03:02:00"), at("03:02:30"))
		j.apply(over)
		a, back := reopened(a, at("03:08:00"))
		j.apply(back)
		if restart {
			j.Book = NewBook(Settings{})
			j.Recall([]alert.Alert{a}, []alert.Delivery{page})
		}
		id := j.declare(at("03:10:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1"}}, a)
		want := map[Milestone]time.Time{
			Started: at("03:07:00"), Detected: at("03:08:00"), DeclaredAt: at("03:10:00"), Investigating: at("03:10:00"),
		}
		if diff := cmp.Diff(want, j.Get(id).Milestones); diff != "" {
			t.Errorf("restart %v: %s", restart, diff)
		}
		if page := j.Get(id).FirstPage(); !page.IsZero() {
			t.Errorf("restart %v: paged at %v", restart, page)
		}
	}
}

// Each spell counts from its first bad result, not from when it was believed.
func TestDownCountsEverySpellFromItsStart(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "db", at("03:01:00"))
	id := j.declare(at("03:02:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1"}}, a)
	a, over := resolved(a, at("03:10:00"), at("03:10:30"))
	j.apply(over)
	a, back := reopened(a, at("03:15:00"))
	j.apply(back)
	_, over = resolved(a, at("03:20:00"), at("03:20:30"))
	j.apply(over)
	inc := j.restored().Get(id)
	if got := inc.Impact().Down; got != 16*time.Minute {
		t.Errorf("down %v, want 16m: 03:00 to 03:10, 03:14 to 03:20", got)
	}
	if got := says(inc); !slices.Contains(got, "03:20:30 resolved db up after 6m") {
		t.Errorf("timeline: %q", got)
	}
}

// A resolved incident lets go of an alert that came back once it is part of
// another one, and counts nothing of that.
func TestResolvedIncidentIsOverWhenItsAlertGoesOnElsewhere(t *testing.T) {
	for _, tt := range []struct {
		name       string
		overBefore bool // the alert was over when the incident was resolved
		down       time.Duration
	}{
		{"over before", true, 10 * time.Minute},
		{"still bad", false, 12 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := newJournal(t, Settings{})
			a := firing("a1", "db", at("03:01:00"))
			first := j.declare(at("03:02:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1"}}, a)
			if tt.overBefore {
				var over alert.Event
				a, over = resolved(a, at("03:10:00"), at("03:10:30"))
				j.apply(over)
			}
			j.must(j.Resolve(at("03:12:00"), first, "ana", ""))
			if tt.overBefore {
				var back alert.Event
				a, back = reopened(a, at("03:15:00"))
				j.apply(back)
			}
			second := j.declare(at("03:20:00"), Declaration{Title: "y", By: "bo", Alerts: []string{"a1"}}, a)
			_, over := resolved(a, at("03:30:00"), at("03:30:30"))
			j.apply(over)
			j.must(j.SetField(at("09:00:00"), first, FieldSummary, "s", "ana"))

			inc := j.restored().Get(first)
			im := inc.Impact()
			if im.Down != tt.down || !im.Until.IsZero() {
				t.Errorf("down %v until %v, want %v and over", im.Down, im.Until, tt.down)
			}
			if found := Lint(inc); slices.Contains(found, "it is resolved, but not over: db") {
				t.Errorf("lint: %q", found)
			}
			if got := says(inc); !slices.Contains(got, "03:20:00 left bo: db, goes on in "+second) {
				t.Errorf("timeline: %q", got)
			}
			if m := j.restored().Get(second).Alerts[0]; m.State != "resolved" {
				t.Errorf("in the second: %+v", m)
			}
		})
	}
}

// What is written after an incident was resolved does not make it longer.
func TestNothingCountsAfterResolved(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(at("03:02:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1"}}, firing("a1", "db", at("03:01:00")))
	j.must(j.Resolve(at("03:12:00"), id, "ana", ""))
	j.must(j.SetField(at("09:00:00"), id, FieldSummary, "s", "ana"))
	if im := j.Get(id).Impact(); im.Down != 12*time.Minute || !im.Until.Equal(at("03:12:00")) {
		t.Errorf("down %v until %v, want 12m until 03:12", im.Down, im.Until)
	}
}

func TestAllClearIsNoPage(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "db", at("03:01:00"))
	id := j.declare(at("03:02:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1"}}, a)
	over := accepted("ops", at("03:10:40"), a)
	over.Notification.Reason = alert.Over
	j.must(j.Delivered(over), nil)
	if got := j.Get(id); !got.FirstPage().IsZero() || len(got.Paged(nil)) != 0 {
		t.Errorf("first page %v, paged %v; want none", got.FirstPage(), got.Paged(nil))
	}
	j.must(j.Delivered(accepted("ops", at("03:03:00"), a)), nil)
	if got := j.Get(id).Paged(nil); len(got) != 1 || got[0].Pages != 1 {
		t.Errorf("paged %v, want ops once", got)
	}
}

// What is split off was paged and acknowledged as what it was split from, where
// that was about it.
func TestSplitKeepsWhenItWasPagedAndAcknowledged(t *testing.T) {
	j := newJournal(t, Settings{})
	db, web, api := firing("a1", "db", at("03:01:00")), firing("a2", "web", at("03:05:00")), firing("a3", "api", at("03:06:00"))
	id := j.declare(at("03:07:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1", "a2", "a3"}}, db, web, api)
	j.must(j.Delivered(accepted("ops", at("03:07:10"), db)), nil)
	j.must(j.Delivered(accepted("ops", at("03:07:20"), api, web)), nil)
	web, ack := acked(web, at("03:08:20"), "ana", "")
	j.apply(ack, alert.Event{At: at("03:09:00"), Kind: alert.KindUnacked, Alert: func() alert.Alert { web.Ack = nil; return web }()})
	other, es, err := j.Split(at("03:10:00"), id, []string{"a2"}, "", "ana")
	j.must(es, err)
	inc := j.restored().Get(other)
	if got := inc.FirstPage(); !got.Equal(at("03:07:20")) {
		t.Errorf("first page %v, want 03:07:20", got)
	}
	if got := inc.Times().Acknowledge; !got.Known || got.Duration != time.Minute {
		t.Errorf("acknowledged after %v, want 1m", got)
	}
}
