package oncall

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGaps(t *testing.T) {
	office := weeks("office", "op0")
	office.Days, office.Start, office.End = 1<<time.Monday|1<<time.Tuesday, 9*time.Hour, 17*time.Hour
	s := scheduleOf(office)[0]
	kept := s
	kept.Name, kept.Fallback = "kept", []string{"chat"}
	r := rosterOf(s, kept)
	want := []Shift{
		{Schedule: "primary", From: day1.Add(8 * time.Hour), To: in(1)},
		{Schedule: "primary", From: in(1).Add(8 * time.Hour), To: in(3)},
	}
	if diff := cmp.Diff(want, r.Gaps("primary", in(0), in(3))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for i := range want {
		want[i].Schedule, want[i].On, want[i].Fallback = "kept", []string{"chat"}, true
	}
	if diff := cmp.Diff(want, r.Gaps("kept", in(0), in(3))); diff != "" {
		t.Errorf("with a fallback (-want +got)\n%s", diff)
	}
}

func TestBalance(t *testing.T) {
	kathmandu := zone(t, "Asia/Kathmandu") // 5:45 ahead
	operators := []Operator{{Name: "ana", Zone: kathmandu}, {Name: "bo"}, {Name: "chen"}}
	l := Layer{Name: "l", Operators: []string{"ana", "bo", "chen"}, Every: 1, Unit: Week, From: day1}
	r, _ := NewRoster(day1, operators, scheduleOf(l), Saved{})
	loads, score := r.Balance("primary", day1, day1.AddDate(0, 0, 17).Add(12*time.Hour))
	want := []Load{
		{Operator: "ana", Shifts: 1, Time: 7 * day, Nights: 56 * time.Hour, Weekends: 48 * time.Hour},
		{Operator: "bo", Shifts: 1, Time: 7 * day, Nights: 56 * time.Hour, Weekends: 48 * time.Hour},
		{Operator: "chen", Shifts: 1, Time: 84 * time.Hour, Nights: 24 * time.Hour},
	}
	if diff := cmp.Diff(want, loads); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if math.Abs(score-(1+0.5+0.5)/3) > 1e-9 {
		t.Errorf("score %v", score)
	}
	// One night in Kathmandu is an evening in London.
	if loads, _ := r.Balance("primary", day1.Add(7*time.Hour+15*time.Minute), day1.Add(9*time.Hour)); loads[0].Nights != 105*time.Minute {
		t.Errorf("at night there: %v", loads[0].Nights)
	}
	if loads, score := r.Balance("unknown", in(0), in(9)); len(loads) != 0 || score != 1 {
		t.Errorf("of no schedule: %v, %v", loads, score)
	}
}

func TestClashes(t *testing.T) {
	second := scheduleOf(Layer{Name: "l", Operators: []string{"op1", "op0"}, Every: 3, Unit: Day, From: day1})[0]
	second.Name, second.Fallback = "second", []string{"op0"}
	r := rosterOf(scheduleOf(weeks("l", "op0", "op1"))[0], second)
	want := []Clash{
		{"op0", [2]string{"primary", "second"}, in(3), in(6)},
		{"op1", [2]string{"primary", "second"}, in(7), in(9)},
		{"op1", [2]string{"primary", "second"}, in(12), in(13)},
	}
	if diff := cmp.Diff(want, r.Clashes(in(-1), in(13))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestChanges(t *testing.T) {
	before := rosterOf(scheduleOf(weeks("l", "op0", "op1"))[0])
	after := rosterOf(scheduleOf(weeks("l", "op0", "op2"))[0])
	want := []Change{{"primary", in(7), in(14), []string{"op1"}, []string{"op2"}}}
	if diff := cmp.Diff(want, Changes(before, after, "primary", in(0), in(20))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	want = []Change{{"primary", in(0), in(3), nil, []string{"op0"}}}
	if diff := cmp.Diff(want, Changes(&Roster{}, after, "primary", in(0), in(3))); diff != "" {
		t.Errorf("of a new schedule (-want +got)\n%s", diff)
	}
}
