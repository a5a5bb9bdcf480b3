package tui

import (
	"slices"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/monitor"
	"sitrep/oncall"
)

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func wall(date string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", date)
	if err != nil {
		panic(err)
	}
	return t
}

func nightOperators() []oncall.Operator {
	return []oncall.Operator{
		{Name: "ana", Zone: zoneOf("Europe/Lisbon"), Contact: []string{"pager", "chat:#ana"}},
		{Name: "bo", Zone: zoneOf("Europe/Berlin"), Contact: []string{"pager"}},
		{Name: "chen", Contact: []string{"mail:chen@example.org", "pager"}},
	}
}

func nightSchedules() []oncall.Schedule {
	berlin := zoneOf("Europe/Berlin")
	return []oncall.Schedule{
		{Name: "primary", Zone: berlin, Layers: []oncall.Layer{
			{Name: "weekly", Operators: []string{"ana", "bo", "chen"}, Every: 1, Unit: oncall.Week, From: wall("2026-04-06 09:00")},
		}},
		{Name: "secondary", Zone: berlin, Layers: []oncall.Layer{
			{Name: "weekly", Operators: []string{"bo", "chen", "ana"}, Every: 1, Unit: oncall.Week, From: wall("2026-04-06 09:00")},
		}},
		{Name: "dba", Zone: berlin, Layers: []oncall.Layer{
			{Name: "office", Operators: []string{"chen"}, Every: 1, Unit: oncall.Week, From: wall("2026-01-05 00:00"),
				Days: 0x3e, Start: 9 * time.Hour, End: 17 * time.Hour},
		}},
		{Name: "sre-leads", Zone: time.UTC, Layers: []oncall.Layer{
			{Name: "always", Operators: []string{"chen"}, Every: 1, Unit: oncall.Week, From: wall("2026-01-05 00:00")},
		}},
	}
}

// nightRoster is who is on call around the scripted night: chen has a day of
// primary by an override, and bo asks ana to swap a week.
func nightRoster(t *testing.T) *oncall.Roster {
	t.Helper()
	r, _ := oncall.NewRoster(night.AddDate(0, 0, -90), nightOperators(), nightSchedules(), oncall.Saved{})
	r, _, err := r.Override(night.Add(-time.Hour), oncall.Override{
		Schedule: "primary", With: "chen", From: time.Date(2026, 4, 16, 7, 0, 0, 0, time.UTC), To: time.Date(2026, 4, 17, 7, 0, 0, 0, time.UTC),
		Note: "dentist", By: "bo",
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// withSwap adds bo's wish to give ana a week of secondary.
func withSwap(t *testing.T, r *oncall.Roster) *oncall.Roster {
	t.Helper()
	next, _, err := r.Swap(night, oncall.Swap{
		Schedule: "secondary", By: "bo", With: "ana", Note: "a wedding",
		MineFrom: time.Date(2026, 4, 27, 7, 0, 0, 0, time.UTC), MineTo: time.Date(2026, 5, 4, 7, 0, 0, 0, time.UTC),
		TheirsFrom: time.Date(2026, 4, 20, 7, 0, 0, 0, time.UTC), TheirsTo: time.Date(2026, 4, 27, 7, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// newOnCallNight is the quiet night with schedules, and an escalation of its
// pages that has called two steps.
func newOnCallNight(t *testing.T) *desk {
	t.Helper()
	d := newQuietNight(t)
	d.snap.Roster = nightRoster(t)
	p := &d.snap.Policy
	p.Escalations = []alert.EscalationPolicy{{
		Name: "default", Repeat: 2, LastResort: "mail:leads@example.org",
		Steps: []alert.EscalationStep{
			{To: []string{"schedule:primary"}, Wait: 5 * time.Minute},
			{To: []string{"schedule:secondary", "chat"}, Wait: 15 * time.Minute},
			{To: []string{"schedule:sre-leads"}, Wait: 10 * time.Minute},
		},
	}}
	for i := range p.Routes {
		if p.Routes[i].Name == "pages" {
			p.Routes[i].Escalate = "default"
		}
	}
	d.snap.Escalations = []alert.Escalation{{
		Group: "pages", Route: "pages", Policy: "default", Round: 1, Step: 2, Started: at("03:29:04"), At: at("03:34:04"),
		Wait: 15 * time.Minute, Due: at("03:49:04"), Called: []string{"bo via pager", "chat"},
		Reached: []string{"ana via pager", "ana via chat:#ana", "bo via pager", "chat"},
	}}
	d.snap.Told = append(d.snap.Told, alert.Delivery{
		Notification: alert.Notification{Key: "k", Group: "pages", Receiver: "ana via pager", Attempt: 1}, At: at("03:29:19"), Outcome: alert.Accepted,
	})
	return d
}

// handedOver has whoever is on call be asked to accept it, as they came on.
func handedOver(snap *monitor.Snapshot) {
	snap.Policy.Escalations = slices.Clone(snap.Policy.Escalations)
	snap.Policy.Escalations[0].Accept = true
	for _, schedule := range []string{"primary", "secondary", "sre-leads"} {
		shift := snap.Roster.At(schedule, night)
		snap.Roster, _ = snap.Roster.Ask(oncall.Acceptance{Schedule: schedule, Operator: shift.On[0], From: shift.From})
	}
}

// setRoster publishes another roster.
func (s *console) setRoster(f func(*oncall.Roster) *oncall.Roster) {
	s.republish(func(snap *monitor.Snapshot) { snap.Roster = f(snap.Roster) })
}
