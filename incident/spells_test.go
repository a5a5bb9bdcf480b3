package incident

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

func TestImpactCountsEachMomentOnce(t *testing.T) {
	j := newJournal(t, Settings{})
	db, web := firing("a1", "db", at("03:01:00")), firing("a2", "web", at("03:11:00"))
	web.Severity = alert.Warning
	j.apply(fired(db), fired(web))
	id := j.declare(at("03:15:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1", "a2"}})
	s := &alert.Silence{ID: "s1", Match: alert.Matcher{{"name": {"db"}}}, From: at("03:20:00"), Maintenance: true, Reason: "disk"}
	noise := &alert.Silence{ID: "s2", Match: alert.Matcher{{"name": {"web"}}}, From: at("03:20:00"), Reason: "known"}
	j.apply(
		alert.Event{At: at("03:20:00"), Kind: alert.KindSilenced, Silence: s, By: "chen"},
		alert.Event{At: at("03:20:00"), Kind: alert.KindSilenced, Silence: noise, By: "chen"},
		alert.Event{At: at("03:25:00"), Kind: alert.KindStale, Alert: web},
		alert.Event{At: at("03:30:00"), Kind: alert.KindFresh, Alert: web})
	_, over := resolved(web, at("03:40:00"), at("03:40:30"))
	j.apply(over,
		alert.Event{At: at("03:50:00"), Kind: alert.KindUnsilenced, Silence: s},
		alert.Event{At: at("03:50:00"), Kind: alert.KindUnsilenced, Silence: noise})
	_, over = resolved(db, at("04:00:00"), at("04:00:30"))
	j.apply(over)

	inc := j.restored().Get(id)
	im := inc.Impact()
	got := map[string]time.Duration{"down": im.Down, "degraded": im.Degraded, "unknown": im.Unknown, "excluded": im.Excluded}
	want := map[string]time.Duration{
		"down":     30 * time.Minute, // db until its maintenance, and after it
		"degraded": 15 * time.Minute, // web, but for when it gave no results
		"unknown":  5 * time.Minute,
		"excluded": 10 * time.Minute, // the rest of db's maintenance: web was over
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	spell := func(id, target, state, from, to string) Spell { return Spell{id, target, state, at(from), at(to)} }
	wantSpells := []Spell{
		spell("a1", "db", SpellDown, "03:00:00", "03:20:00"),
		spell("a1", "db", SpellExcluded, "03:20:00", "03:50:00"),
		spell("a1", "db", SpellDown, "03:50:00", "04:00:00"),
		spell("a2", "web", SpellDegraded, "03:10:00", "03:25:00"),
		spell("a2", "web", SpellUnknown, "03:25:00", "03:30:00"),
		spell("a2", "web", SpellDegraded, "03:30:00", "03:40:00"),
	}
	if diff := cmp.Diff(wantSpells, inc.Spells()); diff != "" {
		t.Error(diff)
	}
}

// Maintenance that began before the incident counts too, and its end is told.
func TestWhatFiresInMaintenanceIsExcluded(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(at("03:00:00"), Declaration{Title: "x", By: "ana"})
	s := &alert.Silence{ID: "s1", Match: alert.Matcher{{"name": {"db"}}}, From: at("03:00:00"), Maintenance: true}
	a := firing("a1", "db", at("03:11:00"))
	a.Maintenance = "s1"
	j.apply(alert.Event{At: at("03:01:00"), Kind: alert.KindSilenced, Silence: s}, fired(a))
	j.must(j.Join(at("03:12:00"), id, a, "ana"))
	j.apply(alert.Event{At: at("03:30:00"), Kind: alert.KindUnsilenced, Silence: s})
	a.Maintenance = ""
	_, over := resolved(a, at("03:40:00"), at("03:40:30"))
	j.apply(over)
	im := j.restored().Get(id).Impact()
	if im.Excluded != 20*time.Minute || im.Down != 10*time.Minute {
		t.Errorf("excluded %v, down %v; want 20m and 10m", im.Excluded, im.Down)
	}
}

func TestBudget(t *testing.T) {
	month := 30 * 24 * time.Hour
	for _, tt := range []struct {
		bad   time.Duration
		slo   float64
		spent float64
		left  time.Duration
	}{
		{0, 0.999, 0, 43*time.Minute + 12*time.Second},
		{21*time.Minute + 36*time.Second, 0.999, 0.5, 21*time.Minute + 36*time.Second},
		{86*time.Minute + 24*time.Second, 0.999, 2, -(43*time.Minute + 12*time.Second)},
		{time.Minute, 1, 1, -time.Minute},
	} {
		spent, left := Budget(tt.bad, month, tt.slo)
		if d := spent - tt.spent; d > 1e-6 || d < -1e-6 || (left-tt.left).Abs() > time.Millisecond {
			t.Errorf("%v of %v: spent %v, left %v; want %v, %v", tt.bad, tt.slo, spent, left, tt.spent, tt.left)
		}
	}
}
