package incident

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

func TestEscalationIsToldWhereItsAlertIs(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "search-api", at("03:29:00"))
	j.apply(fired(a))
	c := &alert.Escalation{Route: "page", Step: 2, Round: 1}
	step := func(clock string, kind alert.Kind, text string) {
		j.apply(alert.Event{At: at(clock), Kind: kind, Alert: a, Escalation: c, Text: text})
	}
	step("03:34:00", alert.KindEscalated, "step 2: bo via pagerduty") // before there is an incident
	id := j.declare(at("03:35:00"), Declaration{Title: "x", By: "ana", Alerts: []string{"a1"}})
	step("03:36:00", alert.KindUncovered, "schedule dba has nobody and is skipped")
	step("03:40:00", alert.KindExhausted, "nobody acknowledged: the last resort is told, ops")
	step("03:41:00", alert.KindAudited, "its escalation has no deadline; mended")
	step("03:42:00", alert.KindStillAcked, "")
	j.apply(alert.Event{At: at("09:00:00"), Kind: alert.KindHandover, Text: "primary: bo on call, ana until now"})
	want := []string{
		"03:29:00 fired search-api critical: 503, want 200",
		"03:34:00 escalated search-api step 2: bo via pagerduty",
		"03:35:00 declared ana: x",
		"03:35:00 joined ana: search-api, critical: 503, want 200",
		"03:36:00 escalated search-api schedule dba has nobody and is skipped",
		"03:40:00 escalated search-api nobody acknowledged: the last resort is told, ops",
		"03:41:00 escalated search-api its escalation has no deadline; mended",
		"09:00:00 oncall primary: bo on call, ana until now",
	}
	inc := j.restored().Get(id)
	if diff := cmp.Diff(want, says(inc)); diff != "" {
		t.Error(diff)
	}
	if e := inc.Entries[1]; e.Field != "page" || e.Value != "2" {
		t.Errorf("the step: %q %q", e.Field, e.Value)
	}
	if e := inc.Entries[7]; e.Field != "primary" || e.Value != "bo" {
		t.Errorf("who is on call: %q %q", e.Field, e.Value)
	}
}

func TestHandoverIsToldInAllOpenIncidents(t *testing.T) {
	j := newJournal(t, Settings{})
	one, two := j.declare(night, Declaration{Title: "one", By: "ana"}), j.declare(night, Declaration{Title: "two", By: "ana"})
	j.must(j.Resolve(night, two, "ana", ""))
	es := j.Apply(night, alert.Event{At: night, Kind: alert.KindHandover, Text: "primary: bo, chen on call, nobody until now"})
	if len(es) != 1 || es[0].Incident != one || es[0].Kind != Handover || es[0].Value != "bo, chen" {
		t.Errorf("wrote %+v", es)
	}
}

// The time to acknowledge counts from what wakes somebody: a line in a chat does not.
func TestOnlyPagesCountAsPages(t *testing.T) {
	j := newJournal(t, Settings{Paging: map[string]bool{"pagerduty": true}})
	a := firing("a1", "search-api", at("03:29:00"))
	j.apply(fired(a))
	page := accepted("ana via pagerduty", at("03:30:00"), a)
	page.Notification.Step = 1
	again := accepted("bo via pagerduty:bo@example.org", at("03:35:00"), a)
	again.Notification.Reason, again.Notification.Step = alert.Escalated, 2
	shift := accepted("bo via pagerduty", at("03:35:30"), a)
	shift.Notification.Reason = alert.Handover
	for _, d := range []alert.Delivery{accepted("slack", at("03:29:10"), a), page, again, shift} {
		j.log = append(j.log, j.Delivered(d)...)
	}
	_, ack := acked(a, at("03:36:00"), "bo", "mine")
	j.apply(ack)
	id := j.declare(at("03:37:00"), Declaration{Title: "x", By: "bo", Alerts: []string{"a1"}})
	inc := j.restored().Get(id)
	want := []string{
		"03:29:10 paged slack (search-api), first, accepted in 1.1s",
		"03:30:00 paged ana via pagerduty (search-api), first, accepted in 1.1s",
		"03:35:00 paged bo via pagerduty:bo@example.org (search-api), step 2, accepted in 1.1s",
	}
	if diff := cmp.Diff(want, says(inc)[1:4]); diff != "" {
		t.Error(diff)
	}
	if got := inc.Times().Acknowledge; got != (Elapsed{6 * time.Minute, true}) {
		t.Errorf("acknowledged after %v, want 6m", got)
	}
	if got := inc.PageLatency(); got != (Elapsed{time.Minute, true}) {
		t.Errorf("paged after %v, want 1m", got)
	}
	wantPages := []Pages{
		{Who: "ana", Pages: 1, OffHours: 1, First: at("03:30:00"), Last: at("03:30:00")},
		{Who: "bo", Pages: 1, OffHours: 1, First: at("03:35:00"), Last: at("03:35:00")},
	}
	if diff := cmp.Diff(wantPages, inc.Paged(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestOffHoursAreThoseOfTheZone(t *testing.T) {
	sydney := time.FixedZone("AEST", 10*3600)
	for _, tt := range []struct {
		at   string
		zone *time.Location
		off  bool
	}{
		{"2026-04-13T03:30:00Z", time.UTC, true}, // a Monday
		{"2026-04-13T03:30:00Z", sydney, false},  // 13:30
		{"2026-04-13T06:00:00Z", time.UTC, false},
		{"2026-04-13T21:59:59Z", time.UTC, false},
		{"2026-04-13T22:00:00Z", time.UTC, true},
		{"2026-04-17T20:00:00Z", time.UTC, false},
		{"2026-04-17T20:00:00Z", sydney, true}, // Saturday there
		{"2026-04-18T12:00:00Z", time.UTC, true},
	} {
		when, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := offHours(when.In(tt.zone)); got != tt.off {
			t.Errorf("%s in %v: off hours %v", tt.at, tt.zone, got)
		}
	}
}

// An incident that sitrep declared is looked at by nobody until somebody is.
func TestTriageEndsWhenSomebodyLooks(t *testing.T) {
	begin := func(t *testing.T) (*journal, *Incident, alert.Alert) {
		j := newJournal(t, Settings{Declare: true, DeclareAfter: time.Minute})
		a := firing("a1", "db", at("03:29:00"))
		j.apply(fired(a))
		j.must(j.Advance(at("03:30:00")), nil)
		inc := j.Of("a1")
		if _, set := inc.Milestones[Investigating]; inc.Status != "triage" || set || !inc.Open() {
			t.Fatalf("declared by itself: %s, investigating set: %v", inc.Status, set)
		}
		return j, inc, a
	}
	for name, look := range map[string]func(*journal, string, alert.Alert){
		"acknowledges": func(j *journal, _ string, a alert.Alert) {
			_, ack := acked(a, at("03:35:00"), "ana", "")
			j.apply(ack)
		},
		"takes command": func(j *journal, id string, _ alert.Alert) {
			j.must(j.Assign(at("03:35:00"), id, RoleCommander, "ana", "ana"))
		},
		"says so": func(j *journal, id string, _ alert.Alert) {
			j.must(j.SetStatus(at("03:35:00"), id, "investigating", "ana"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			j, inc, a := begin(t)
			look(j, inc.ID, a)
			inc = j.restored().Get(inc.ID)
			if got := inc.Milestones[Investigating]; inc.Status != "investigating" || !got.Equal(at("03:35:00")) {
				t.Errorf("%s since %v", inc.Status, got)
			}
		})
	}
}

func TestDeclaresWhatTheMatcherMeans(t *testing.T) {
	for name, tt := range map[string]struct {
		match alert.Matcher
		want  string
	}{
		"none: critical ones": {nil, "crit"},
		"warnings of a team":  {alert.Matcher{{"group": {"x"}, "severity": {"warning"}}}, "warn"},
		"not valid: nothing":  {alert.Matcher{{"group": {"~("}}}, ""},
	} {
		j := newJournal(t, Settings{Declare: true, DeclareAfter: time.Minute, Match: tt.match})
		crit, warn := firing("a1", "crit", at("03:29:00")), firing("a2", "warn", at("03:29:00"))
		warn.Severity = alert.Warning
		crit.Group, crit.Labels["group"] = "y", "y"
		warn.Group, warn.Labels["group"] = "x", "x"
		j.apply(fired(crit), fired(warn))
		got := ""
		j.must(j.Advance(at("03:40:00")), nil)
		for _, inc := range j.Incidents() {
			got = strings.Join(targetsOf(inc), " ")
		}
		if got != tt.want {
			t.Errorf("%s: declared for %q, want %q", name, got, tt.want)
		}
	}
}
