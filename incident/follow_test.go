package incident

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

func TestAlertsOfTheGroupJoinWhileTheyKeepComing(t *testing.T) {
	j := newJournal(t, Settings{JoinWithin: 30 * time.Minute})
	id := j.declare(at("03:30:00"), Declaration{Title: "x", Alerts: []string{"a1"}}, firing("a1", "one", at("03:29:00")))
	other := firing("b1", "elsewhere", at("03:31:00"))
	other.Group = "billing"
	alone := firing("b2", "ungrouped", at("03:31:00"))
	alone.Group = ""
	j.apply(fired(other), fired(alone),
		fired(firing("a2", "two", at("04:00:00"))),   // 30m after the declaration
		fired(firing("a3", "three", at("04:30:00"))), // 30m after the second
		fired(firing("a4", "four", at("05:00:01"))))  // too late
	var got []string
	for _, m := range j.Get(id).Alerts {
		got = append(got, m.Target)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, got); diff != "" {
		t.Error(diff)
	}
	if j.Of("a3").ID != id || j.Of("a4") != nil || j.Of("b1") != nil {
		t.Error("Of does not know who belongs where")
	}
}

func TestNothingJoinsAnIncidentThatIsOver(t *testing.T) {
	j := newJournal(t, Settings{JoinWithin: 30 * time.Minute})
	id := j.declare(at("03:30:00"), Declaration{Title: "x", Alerts: []string{"a1"}}, firing("a1", "one", at("03:29:00")))
	j.must(j.Resolve(at("03:31:00"), id, "ana", ""))
	j.apply(fired(firing("a2", "two", at("03:32:00"))))
	if got := len(j.Get(id).Alerts); got != 1 {
		t.Errorf("%d alerts, want 1", got)
	}
}

// An alert of a resolved incident may resolve later, or come back: the incident
// tells of it until it is closed.
func TestResolvedIncidentStillHearsOfItsAlerts(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "db", at("03:29:00"))
	id := j.declare(at("03:30:00"), Declaration{Title: "x", Alerts: []string{"a1"}}, a)
	j.must(j.Resolve(at("03:40:00"), id, "ana", ""))
	a, over := resolved(a, at("03:41:00"), at("03:42:00"))
	j.apply(over)
	if m := j.Get(id).Alerts[0]; m.State != "resolved" || !m.Resolved.Equal(at("03:41:00")) {
		t.Errorf("member: %+v", m)
	}
	a.State, a.Resolved, a.Reopens = alert.Firing, time.Time{}, 1
	j.apply(alert.Event{At: at("03:45:00"), Kind: alert.KindReopened, Alert: a})
	if m := j.Get(id).Alerts[0]; m.State != "firing" || !m.Resolved.IsZero() {
		t.Errorf("member that came back: %+v", m)
	}
	if j.Of("a1") != nil {
		t.Error("Of returns an incident that is not open")
	}
	if got := Lint(j.Get(id)); !slices.Contains(got, "it is resolved, but not over: db") {
		t.Errorf("lint is silent about it: %q", got)
	}

	j.must(j.SetStatus(at("03:50:00"), id, "closed", "ana"))
	seq := j.Seq()
	_, over = resolved(a, at("03:51:00"), at("03:52:00"))
	j.apply(over)
	if j.Seq() != seq {
		t.Error("a closed incident goes on growing")
	}
}

func TestEventsOfMembersBecomeEntries(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "db", at("03:29:00"))
	id := j.declare(at("03:30:00"), Declaration{Title: "x", Alerts: []string{"a1"}}, a)
	for _, kind := range []alert.Kind{
		alert.KindPending, alert.KindCleared, alert.KindWorse, alert.KindBetter, alert.KindRecovering, alert.KindRelapsed,
		alert.KindAcked, alert.KindUnacked, alert.KindResolved, alert.KindReopened,
	} {
		j.apply(alert.Event{At: at("03:31:00"), Kind: kind, Alert: a})
	}
	var got []string
	for _, l := range j.Get(id).Entries {
		if l.Kind == AlertEntry {
			got = append(got, l.Field)
		}
	}
	want := []string{"worse", "better", "ack", "unack", "resolved", "reopened"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSilencesThatMatchAreToldOf(t *testing.T) {
	j := newJournal(t, Settings{})
	db, web := firing("a1", "db", at("03:29:00")), firing("a2", "web", at("03:29:00"))
	j.apply(fired(db), fired(web))
	hit := j.declare(at("03:30:00"), Declaration{Title: "db", Alerts: []string{"a1"}})
	j.declare(at("03:30:00"), Declaration{Title: "web", Alerts: []string{"a2"}})
	s := &alert.Silence{
		ID: "s12", Match: alert.Matcher{{"name": {"db"}}}, From: at("03:31:00"), Until: at("04:30:00"), By: "chen", Reason: "nightly batch",
	}
	j.apply(
		alert.Event{At: at("03:31:00"), Kind: alert.KindSilenced, Silence: s, By: "chen"},
		alert.Event{At: at("04:30:00"), Kind: alert.KindUnsilenced, Silence: s})
	var got []string
	for _, e := range j.log {
		if e.Kind == Silenced {
			got = append(got, e.Incident+" "+e.Sentence())
		}
	}
	want := []string{hit + " chen: s12 until 2026-04-12 04:30Z: nightly batch", hit + " s12 is over"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSilencesThatChangeOrAreMaintenanceSayWhat(t *testing.T) {
	j := newJournal(t, Settings{})
	db := firing("a1", "db", at("03:29:00"))
	j.apply(fired(db))
	j.declare(at("03:30:00"), Declaration{Title: "db", Alerts: []string{"a1"}})
	s := alert.Silence{ID: "s1", Match: alert.Matcher{{"name": {"db"}}}, From: at("03:31:00"), By: "chen", Reason: "known"}
	changed := s
	changed.Until = at("04:30:00")
	planned := alert.Silence{ID: "s2", Match: s.Match, From: at("03:33:00"), Until: at("05:00:00"), Maintenance: true, Reason: "disk"}
	j.apply(
		alert.Event{At: at("03:31:00"), Kind: alert.KindSilenced, Silence: &s, By: "chen"},
		alert.Event{At: at("03:32:00"), Kind: alert.KindResilenced, Silence: &changed, By: "ana"},
		alert.Event{At: at("03:33:00"), Kind: alert.KindSilenced, Silence: &planned})
	var got []string
	for _, e := range j.log {
		if e.Kind == Silenced {
			got = append(got, e.Sentence())
		}
	}
	want := []string{
		"chen: s1 until what it matches is over: known",
		"ana: changed: s1 until 2026-04-12 04:30Z: known",
		"s2, maintenance until 2026-04-12 05:00Z: disk",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoIncidentIsDeclaredForWhatIsHeldBack(t *testing.T) {
	for what, hold := range map[string]func(*alert.Alert){
		"silence":     func(a *alert.Alert) { a.SilencedBy = "s1" },
		"maintenance": func(a *alert.Alert) { a.Maintenance = "s1" },
		"a parent":    func(a *alert.Alert) { a.Inhibited = "gate" },
	} {
		j := newJournal(t, Settings{Declare: true, DeclareAfter: time.Minute})
		a := firing("a1", "db", at("03:29:00"))
		hold(&a)
		j.apply(fired(a))
		if entries := j.Advance(at("05:00:00")); len(entries) > 0 {
			t.Errorf("%s: %v", what, entries)
		}
	}
}

func TestOverlappingSilencesHoldTheDeclaringBack(t *testing.T) {
	j := newJournal(t, Settings{Declare: true, DeclareAfter: time.Minute})
	a := firing("a1", "db", at("03:29:00"))
	j.apply(fired(a))
	match := alert.Matcher{{"name": {"db"}}}
	long := alert.Silence{ID: "s1", Match: match, From: at("03:29:10"), Until: at("11:00:00")}
	short := alert.Silence{ID: "s2", Match: match, From: at("03:29:20"), Until: at("03:59:00")}
	j.apply(
		alert.Event{At: long.From, Kind: alert.KindSilenced, Silence: &long},
		alert.Event{At: short.From, Kind: alert.KindSilenced, Silence: &short},
		alert.Event{At: short.Until, Kind: alert.KindUnsilenced, Silence: &short})
	a.SilencedBy = "s1"
	j.Refresh([]alert.Alert{a})
	if entries := j.Advance(at("05:00:00")); len(entries) > 0 {
		t.Errorf("declared: %v", entries)
	}
	a.SilencedBy = ""
	j.Refresh([]alert.Alert{a})
	if entries := j.Advance(at("11:00:01")); len(entries) == 0 {
		t.Error("not declared after the end of all of them")
	}
}

func TestSilenceOfTomorrowHoldsNothingBackToday(t *testing.T) {
	j := newJournal(t, Settings{Declare: true, DeclareAfter: time.Minute})
	j.apply(fired(firing("a1", "db", at("03:29:00"))))
	s := alert.Silence{ID: "s1", Match: alert.Matcher{{"name": {"db"}}}, From: at("23:00:00"), Until: at("23:30:00")}
	j.apply(alert.Event{At: at("03:29:10"), Kind: alert.KindSilenced, Silence: &s})
	if entries := j.Advance(at("03:31:00")); len(entries) == 0 {
		t.Error("not declared")
	}
}

func TestDeclaringGoesOnCountingWhenTheClockIsSet(t *testing.T) {
	for _, d := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		j := newJournal(t, Settings{Declare: true, DeclareAfter: 10 * time.Minute})
		j.apply(fired(firing("a1", "db", at("03:29:00"))))
		j.Step(d)
		due, ok := j.Next()
		if want := at("03:39:00").Add(d); !ok || !due.Equal(want) {
			t.Errorf("due at %v, want %v", due, want)
		}
	}
}

func TestTimelineSaysWhyNobodyWasTold(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "web", at("03:29:00"))
	id := j.declare(at("03:28:00"), Declaration{Title: "web"})
	j.apply(fired(a))
	j.must(j.Join(at("03:29:10"), id, a, "ana"))
	a.Inhibited = "gate"
	j.apply(
		alert.Event{At: at("03:30:00"), Kind: alert.KindInhibited, Alert: a, Text: "gate"},
		alert.Event{At: at("03:31:00"), Kind: alert.KindWorse, Alert: a})
	a.Inhibited = ""
	j.apply(alert.Event{At: at("03:40:00"), Kind: alert.KindFreed, Alert: a, Text: "gate"})
	var got []string
	for _, e := range j.log {
		if e.Kind == AlertEntry && e.At.After(at("03:29:30")) {
			got = append(got, e.Text)
		}
	}
	want := []string{"explained: gate is down", gravityText(&a) + " (explained: gate is down)", "no longer explained by gate"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDeliveriesAreToldOfOnceAnIncident(t *testing.T) {
	j := newJournal(t, Settings{})
	a, b, c := firing("a1", "one", at("03:29:00")), firing("a2", "two", at("03:29:00")), firing("a3", "three", at("03:29:00"))
	j.apply(fired(a), fired(b), fired(c))
	j.log = append(j.log, j.Delivered(accepted("ops", at("03:29:10"), a, b, c))...)
	id := j.declare(at("03:30:00"), Declaration{Title: "x", Alerts: []string{"a1", "a2"}})
	j.must(j.Join(at("03:31:00"), id, c, "ana"))

	failing := accepted("slack", at("03:32:00"), a, b)
	failing.Outcome, failing.Err = alert.Again, "503 Service Unavailable"
	for i := range 3 { // the same words again are no news
		failing.Notification.Attempt, failing.At = i+1, failing.At.Add(time.Second)
		j.log = append(j.log, j.Delivered(failing)...)
	}
	failing.Err = "timeout"
	j.log = append(j.log, j.Delivered(failing)...)
	good := failing
	good.Outcome, good.Err, good.Notification.Attempt = alert.Accepted, "", 5
	j.log = append(j.log, j.Delivered(good)...)
	j.log = append(j.log, j.Delivered(failing)...)
	test := accepted("slack", at("03:33:00"), a)
	test.Notification.Test = true
	j.log = append(j.log, j.Delivered(test)...)

	var got []string
	for _, l := range j.Get(id).Entries {
		if l.Kind == Paged || l.Kind == Failed {
			got = append(got, l.What()+" "+l.Sentence())
		}
	}
	want := []string{
		"paged ops (one +2), first, accepted in 1.1s",
		"failed slack (one +1): 503 Service Unavailable, will be tried again",
		"failed slack (one +1): timeout, will be tried again",
		"paged slack (one +1), first, accepted in 1.1s, attempt 5",
		"failed slack (one +1): timeout, will be tried again",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := j.Get(id).FirstPage(); !got.Equal(at("03:29:10")) {
		t.Errorf("first page %v, want the one before the declaration", got)
	}
}

func TestDeclaresByItselfWhatNobodyTakes(t *testing.T) {
	rules := Settings{Declare: true, DeclareAfter: 10 * time.Minute, JoinWithin: 30 * time.Minute}
	j := newJournal(t, rules)
	a := firing("a1", "search-api", at("03:29:00"))
	sibling := firing("a2", "weaviate", at("03:33:00"))
	sibling.Severity = alert.Warning
	warning := firing("a3", "billing", at("03:29:00"))
	warning.Severity, warning.Group = alert.Warning, "billing"
	mail := firing("a4", "mail", at("03:29:00"))
	mail.Group = "mail"
	taken, ack := acked(mail, at("03:30:00"), "ana", "")
	quiet := firing("a5", "reports", at("03:29:00"))
	quiet.SilencedBy, quiet.Group = "s1", "reports"
	j.apply(fired(a), fired(warning), fired(mail), fired(quiet), ack, fired(sibling))

	due, ok := j.Next()
	if !ok || !due.Equal(at("03:39:00")) {
		t.Fatalf("due %v %v, want 03:39:00", due, ok)
	}
	if es := j.Advance(due.Add(-time.Nanosecond)); es != nil {
		t.Fatalf("declared early: %v", es)
	}
	j.must(j.Advance(due), nil)
	inc := j.Of("a1")
	if inc == nil || len(j.Incidents()) != 1 {
		t.Fatalf("declared %d, want one for a1", len(j.Incidents()))
	}
	want := []string{
		"03:29:00 fired search-api critical: 503, want 200",
		"03:33:00 fired weaviate warning: 503, want 200",
		"03:39:00 declared search-api critical: 503, want 200",
		"03:39:00 joined search-api critical: 503, want 200, same group search",
		"03:39:00 joined weaviate warning: 503, want 200, same group search",
	}
	if diff := cmp.Diff(want, says(inc)); diff != "" {
		t.Error(diff)
	}
	if due, ok := j.Next(); ok {
		t.Errorf("due again at %v", due)
	}

	// Resolved by hand while it still fires: not declared over and over.
	j.must(j.Resolve(at("03:45:00"), inc.ID, "ana", ""))
	if due, ok := j.Next(); ok {
		t.Errorf("due at %v for an alert whose incident was resolved", due)
	}
	// An acknowledgement that is taken back leaves it to nobody again.
	taken.Ack = nil
	j.apply(alert.Event{At: at("03:50:00"), Kind: alert.KindUnacked, Alert: taken})
	if due, ok := j.Next(); !ok || !due.Equal(at("03:39:00")) {
		t.Errorf("due %v %v after the acknowledgement was taken back", due, ok)
	}
	j.SetSettings(Settings{})
	if _, ok := j.Next(); ok {
		t.Error("due although switched off")
	}
}

func TestGettingWorseStartsTheWaitAnew(t *testing.T) {
	j := newJournal(t, Settings{Declare: true, DeclareAfter: 10 * time.Minute})
	a := firing("a1", "db", at("03:00:00"))
	a.Severity = alert.Warning
	j.apply(fired(a))
	if _, ok := j.Next(); ok {
		t.Error("a warning is waited for")
	}
	a.Severity = alert.Critical
	j.apply(alert.Event{At: at("04:00:00"), Kind: alert.KindWorse, Alert: a})
	if due, ok := j.Next(); !ok || !due.Equal(at("04:10:00")) {
		t.Errorf("due %v %v, want 04:10:00", due, ok)
	}
}

func TestRecallBringsBackWhatWasNeverWritten(t *testing.T) {
	j, id := lived(t)
	b := j.restored()
	a := firing("c1", "cache", at("05:00:00"))
	queue, _ := acked(firing("c2", "queue", at("04:50:00")), at("04:52:00"), "bo", "on it")
	queue, _ = resolved(queue, at("04:55:00"), at("04:56:00"))
	b.SetSettings(Settings{Declare: true, DeclareAfter: time.Minute})
	member := firing("a1", "search-api", at("03:29:14"))
	b.Recall([]alert.Alert{a, queue, member}, []alert.Delivery{
		accepted("ops", at("05:00:05"), a), accepted("ops", at("04:50:05"), queue), accepted("ops", at("03:30:00"), member),
	})
	if due, ok := b.Next(); !ok || !due.Equal(at("05:01:00")) {
		t.Errorf("due %v %v, want 05:01:00", due, ok)
	}
	b.Advance(at("05:01:00"))
	inc := b.Of("c1")
	if inc == nil {
		t.Fatal("not declared after a restart")
	}
	want := []string{
		"05:00:00 fired cache critical: 503, want 200",
		"05:00:05 paged ops (cache), first, accepted in 1.1s",
		"05:01:00 declared cache critical: 503, want 200",
		"05:01:00 joined cache critical: 503, want 200, same group search",
	}
	if diff := cmp.Diff(want, says(inc)); diff != "" {
		t.Error(diff)
	}
	other, _, err := b.Declare(at("05:05:00"), Declaration{Title: "queue", By: "ana", Alerts: []string{"c2"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want = []string{
		"04:50:00 fired queue critical: 503, want 200",
		"04:50:05 paged ops (queue), first, accepted in 1.1s",
		"04:52:00 ack bo: queue, on it",
		"04:56:00 resolved queue up after 6m",
		"05:05:00 declared ana: queue",
		"05:05:00 joined ana: queue, critical: 503, want 200",
	}
	if diff := cmp.Diff(want, says(b.Get(other))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(j.Get(id), b.Get(id)); diff != "" {
		t.Errorf("recalling changed a timeline: %s", diff)
	}
}

func TestMemoryOfAlertsIsBounded(t *testing.T) {
	b := NewBook(Settings{})
	a := firing("a", "db", night)
	for i := range 3 * maxPast {
		b.Apply(night, alert.Event{At: night.Add(time.Duration(i) * time.Second), Kind: alert.KindWorse, Alert: a})
	}
	if got := len(b.watched["a"].past); got != maxPast {
		t.Errorf("%d entries are remembered, want %d", got, maxPast)
	}
	for i := range 3 * maxEnded {
		a, ev := resolved(firing(fmt.Sprint(i), "db", night), night, night)
		b.Apply(night, fired(a))
		b.Apply(night, ev)
	}
	if got := len(b.watched); got > maxEnded+1 {
		t.Errorf("%d alerts are remembered, want at most %d", got, maxEnded+1)
	}
	if b.watched["a"] == nil {
		t.Error("an active alert was forgotten")
	}
}

func TestReloadsAreToldOfWhereSomebodyIsAtWork(t *testing.T) {
	j := newJournal(t, Settings{})
	j.declare(night, Declaration{Title: "open"})
	done := j.declare(night, Declaration{Title: "done"})
	j.must(j.Resolve(night, done, "ana", ""))
	es := j.Reloaded(night, "+3 targets")
	if len(es) != 1 || es[0].Incident == done || !strings.Contains(es[0].Sentence(), "+3 targets") {
		t.Errorf("wrote %+v", es)
	}
}
