package incident

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lasting is an incident that was resolved after a time, and mitigated after
// half of it.
func lasting(n int, d time.Duration) *Incident {
	return &Incident{ID: fmt.Sprintf("inc-2026-%04d", n), Status: "closed", Milestones: map[Milestone]time.Time{
		Started: night, Mitigated: night.Add(d / 2), ResolvedAt: night.Add(d),
	}}
}

func TestMeansOfIncidents(t *testing.T) {
	var all []*Incident
	for i, minutes := range []int{40, 10, 20, 50, 30, 600} {
		all = append(all, lasting(i+1, time.Duration(minutes)*time.Minute))
	}
	test := lasting(7, 1000*time.Hour)
	test.Status = "cancelled"
	open := &Incident{ID: "inc-2026-0008", Status: "investigating", Milestones: map[Milestone]time.Time{Started: night, Detected: night.Add(time.Minute)}}
	m := MeansOf(append(all, test, open))
	if m.Incidents != 7 {
		t.Errorf("%d incidents count, want 7: one is cancelled", m.Incidents)
	}
	want := Mean{N: 6, Median: 35 * time.Minute, Mean: 125 * time.Minute, Outliers: []Outlier{{"inc-2026-0006", 10 * time.Hour}}}
	if diff := cmp.Diff(want, m.Resolve); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Mean{N: 1, Median: time.Minute, Mean: time.Minute}, m.Detect); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Mean{}, m.Acknowledge); diff != "" {
		t.Error(diff)
	}
	// Of few incidents none can stand out.
	if got := MeansOf(all[2:]).Resolve; got.N != 4 || got.Outliers != nil || got.Median != 40*time.Minute {
		t.Errorf("of four: %+v", got)
	}
	if got := MeansOf(nil); got.Incidents != 0 || got.Resolve.N != 0 {
		t.Errorf("of none: %+v", got)
	}
}

func TestRespondersAreAllWhoDidSomething(t *testing.T) {
	j, id := lived(t)
	got := j.Get(id).Responders()
	want := []Responder{
		{"ana", 11, at("03:31:40"), at("04:10:00")},
		{"bo", 3, at("03:43:05"), at("03:49:00")},
		{"dara", 1, at("03:50:00"), at("03:50:00")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
