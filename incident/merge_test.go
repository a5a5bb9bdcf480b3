package incident

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

func targetsOf(inc *Incident) (names []string) {
	for _, m := range inc.Alerts {
		names = append(names, m.Target)
	}
	return names
}

func TestMergedIncidentGoesOnInTheOther(t *testing.T) {
	j := newJournal(t, Settings{})
	api, db := firing("a1", "search-api", at("03:29:00")), firing("a2", "weaviate", at("03:40:00"))
	db.Group = "db"
	j.apply(fired(api), fired(db))
	j.log = append(j.log, j.Delivered(accepted("ops", at("03:29:30"), api))...)
	api, ack := acked(api, at("03:31:00"), "ana", "mine")
	j.apply(ack)
	dup := j.declare(at("03:35:00"), Declaration{Title: "search down", By: "ana", Alerts: []string{"a1"}})
	id := j.declare(at("03:45:00"), Declaration{Title: "weaviate down", By: "bo", Alerts: []string{"a2"}})
	note := j.must(j.Add(at("03:46:00"), Draft{Incident: dup, Text: "503 everywhere", By: "ana"}))[0]
	j.must(j.Merge(at("03:50:00"), dup, id, "bo"))
	_, over := resolved(api, at("04:00:00"), at("04:00:10"))
	j.apply(over)

	from, into := j.Get(dup), j.Get(id)
	if from.Status != "cancelled" || from.Into != id || len(from.Alerts) != 0 {
		t.Errorf("the merged one: %s, into %q, %v", from.Status, from.Into, targetsOf(from))
	}
	if diff := cmp.Diff([]string{"weaviate", "search-api"}, targetsOf(into)); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"03:35:00 declared ana: search down",
		"03:35:00 joined ana: search-api, critical: 503, want 200",
		"03:46:00 note ana: 503 everywhere",
		"03:50:00 merge bo: goes on in " + id + ": search-api",
		"03:50:00 left bo: search-api, is part of " + id,
		"03:50:00 status bo: investigating to cancelled: part of " + id,
	}
	if diff := cmp.Diff(want, says(from)[3:]); diff != "" {
		t.Error(diff)
	}
	want = []string{
		"03:50:00 merge bo: " + dup + " search down: search-api",
		"03:50:00 joined bo: search-api, critical: 503, want 200",
		"04:00:10 resolved search-api up after 32m",
	}
	if diff := cmp.Diff(want, says(into)[3:]); diff != "" {
		t.Error(diff)
	}
	// What was measured moves with the alert.
	if got := into.Times().Acknowledge; got != (Elapsed{90 * time.Second, true}) || !into.Milestones[Started].Equal(at("03:28:00")) {
		t.Errorf("acknowledged after %v, started %v", got, into.Milestones[Started])
	}
	j.must(j.Edit(at("04:01:00"), note.Seq, "ana", "503 for most")) // entries stay where they are
	for _, b := range []*Book{j.Book, j.restored()} {
		if b.Of("a1") == nil || b.Of("a1").ID != id {
			t.Errorf("the alert belongs to %v", b.Of("a1"))
		}
	}
	if LintAt(from, time.Time{}) != nil {
		t.Error("a duplicate has no report to mend")
	}
}

func TestMergesAreRefused(t *testing.T) {
	j := newJournal(t, Settings{})
	one := j.declare(night, Declaration{Title: "one", By: "ana"})
	done := j.declare(night, Declaration{Title: "done", By: "ana"})
	closed := j.declare(night, Declaration{Title: "closed", By: "ana"})
	j.must(j.Resolve(night, done, "ana", ""))
	j.must(j.SetStatus(night, closed, "closed", "ana"))
	seq := j.Seq()
	for name, tt := range map[string]struct {
		from, into string
		want       error
	}{
		"into itself":        {one, one, ErrInvalid},
		"into nothing":       {one, "x", ErrUnknownIncident},
		"nothing":            {"x", one, ErrUnknownIncident},
		"into a resolved":    {one, done, ErrClosed},
		"into a closed one":  {one, closed, ErrClosed},
		"a closed one":       {closed, one, ErrClosed},
		"closed into itself": {closed, closed, ErrClosed},
	} {
		if es, err := j.Merge(night, tt.from, tt.into, "bo"); !errors.Is(err, tt.want) || es != nil {
			t.Errorf("%s: %v, %v", name, es, err)
		}
	}
	if j.Seq() != seq {
		t.Error("something was written")
	}
	j.must(j.Merge(night, done, one, "bo")) // resolved, and a duplicate after all
	j.must(j.SetStatus(night, done, "investigating", "bo"))
	if j.Get(done).Into != "" {
		t.Error("opened again, and still part of the other")
	}
}

func TestSplitTakesAlertsAway(t *testing.T) {
	j := newJournal(t, Settings{JoinWithin: time.Hour})
	api, db := firing("a1", "search-api", at("03:29:00")), firing("a2", "weaviate", at("03:30:00"))
	j.apply(fired(api), fired(db))
	old := j.declare(at("03:35:00"), Declaration{Title: "search", Severity: "SEV2", By: "ana", Alerts: []string{"a1", "a2"}})
	id, es, err := j.Split(at("03:40:00"), old, []string{"a2"}, "", "bo")
	j.must(es, err)
	db, worse := acked(db, at("03:41:00"), "chen", "mine")
	j.apply(worse, fired(firing("a3", "ingest", at("03:42:00"))))
	_, over := resolved(db, at("03:50:00"), at("03:50:10"))
	j.apply(over)

	want := []string{
		"03:30:00 fired weaviate critical: 503, want 200",
		"03:35:00 declared ana: SEV2 search",
		"03:35:00 joined ana: search-api, critical: 503, want 200",
		"03:35:00 joined ana: weaviate, critical: 503, want 200",
		"03:40:00 split bo: " + id + " weaviate critical: 503, want 200: weaviate",
		"03:40:00 left bo: weaviate, is part of " + id,
		"03:42:00 joined ingest critical: 503, want 200, same group search", // the group stays with the old one
		"03:42:00 fired ingest critical: 503, want 200",
	}
	if diff := cmp.Diff(want, says(j.Get(old))[1:]); diff != "" {
		t.Error(diff)
	}
	want = []string{
		"03:40:00 declared bo: SEV2 weaviate critical: 503, want 200",
		"03:40:00 split bo: was part of " + old + " search",
		"03:40:00 joined bo: weaviate, critical: 503, want 200",
		"03:41:00 ack chen: weaviate, mine",
		"03:50:10 resolved weaviate up after 21m",
	}
	if diff := cmp.Diff(want, says(j.Get(id))); diff != "" {
		t.Error(diff)
	}
	if got := j.Get(id).Impact().Down; got != 21*time.Minute {
		t.Errorf("down for %v, want 21m: it began before the split", got)
	}
	if got := j.restored().Of("a2"); got == nil || got.ID != id {
		t.Errorf("restored: belongs to %v", got)
	}
	for name, tt := range map[string]struct {
		incident string
		alerts   []string
		want     error
	}{
		"nothing":              {old, nil, ErrEmpty},
		"all":                  {old, []string{"a1", "a3"}, ErrInvalid},
		"another's":            {old, []string{"a2"}, ErrNotMember},
		"of no incident":       {"x", []string{"a2"}, ErrUnknownIncident},
		"the only one it has":  {id, []string{"a2"}, ErrInvalid},
		"one that is not here": {old, []string{"a9"}, ErrNotMember},
	} {
		if _, es, err := j.Split(at("04:00:00"), tt.incident, tt.alerts, "t", "bo"); !errors.Is(err, tt.want) || es != nil {
			t.Errorf("%s: %v, %v", name, es, err)
		}
	}
}

// An alert that goes to and fro between incidents was bad for as long as it was.
func TestImpactGoesWithTheAlert(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "db", at("03:30:00"))
	a.Severity = alert.Warning
	j.apply(fired(a))
	one := j.declare(at("03:31:00"), Declaration{Title: "one", By: "ana", Alerts: []string{"a1"}})
	two := j.declare(at("03:31:00"), Declaration{Title: "two", By: "ana"})
	a.Severity = alert.Critical
	j.apply(alert.Event{At: at("03:39:00"), Kind: alert.KindWorse, Alert: a}) // 10m degraded
	over, ev := resolved(a, at("03:44:00"), at("03:44:30"))                   // 5m down
	j.apply(ev)
	j.must(j.Merge(at("03:50:00"), one, two, "bo"))
	over.State, over.Resolved = alert.Firing, time.Time{}
	j.apply(alert.Event{At: at("03:52:00"), Kind: alert.KindReopened, Alert: over})
	three := j.declare(at("03:55:00"), Declaration{Title: "three", By: "ana"})
	j.must(j.Merge(at("03:56:00"), two, three, "bo"))
	_, ev = resolved(over, at("03:59:00"), at("03:59:30")) // 7m down
	j.apply(ev)
	for _, b := range []*Book{j.Book, j.restored()} {
		im := b.Get(three).Impact()
		if im.Degraded != 10*time.Minute || im.Down != 12*time.Minute || !im.Until.IsZero() {
			t.Errorf("degraded %v, down %v, until %v; want 10m and 12m", im.Degraded, im.Down, im.Until)
		}
		if old := b.Get(one).Impact(); old.Down != 0 {
			t.Errorf("it counts twice: %v", old.Down)
		}
	}
}
