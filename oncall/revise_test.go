package oncall

import (
	"slices"
	"testing"
	"time"
)

// day1 is a Monday; a week from its 09:00 is op0's, the next op1's.
var day1 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func weeks(name string, operators ...string) Layer {
	return Layer{Name: name, Operators: operators, Every: 1, Unit: Week, From: day1}
}

func scheduleOf(layers ...Layer) []Schedule {
	return []Schedule{{Name: "primary", Zone: time.UTC, Layers: layers}}
}

func teamWithout(names ...string) []Operator {
	return slices.DeleteFunc(slices.Clone(team), func(o Operator) bool { return slices.Contains(names, o.Name) })
}

// reloaded gives one roster's configuration after another to what was saved of
// those before, as a disk keeps it, and returns the last roster.
func reloaded(t *testing.T, loads ...load) *Roster {
	t.Helper()
	var saved Saved
	var r *Roster
	for _, l := range loads {
		var delta Saved
		r, delta = NewRoster(l.now, l.operators, l.schedules, saved)
		saved.Revisions = merge(saved.Revisions, delta.Revisions)
		restarted, again := NewRoster(l.now.Add(time.Second), l.operators, l.schedules, saved)
		if !again.Empty() {
			t.Errorf("the same at %v is another change: %+v", l.now, again)
		}
		for _, s := range l.schedules {
			if c := Changes(r, restarted, s.Name, l.now.AddDate(0, -3, 0), l.now.AddDate(0, 3, 0)); len(c) > 0 {
				t.Errorf("restarted at %v it differs: %+v", l.now, c)
			}
		}
	}
	return r
}

type load struct {
	now       time.Time
	operators []Operator
	schedules []Schedule
}

func TestWhoIsOnAfterReloads(t *testing.T) {
	at := func(days int) time.Time { return day1.AddDate(0, 0, days) }
	first := load{day1, team, scheduleOf(weeks("l", "op0", "op1"))}
	for name, tt := range map[string]struct {
		loads []load
		want  map[int]string // by days after the first hand-over
	}{
		"somebody more, from the end of the week": {
			[]load{first, {at(2), team, scheduleOf(weeks("l", "op2", "op0", "op1"))}},
			map[int]string{0: "op0", 3: "op0", 6: "op0", 7: "op0", 14: "op1", 21: "op2"},
		},
		"who is on is on no more, from the end of the week": {
			[]load{first, {at(2), team, scheduleOf(weeks("l", "op1"))}},
			map[int]string{1: "op0", 3: "op0", 7: "op1"},
		},
		"who is on is no operator, from now": {
			[]load{first, {at(2), teamWithout("op0"), scheduleOf(weeks("l", "op1"))}},
			map[int]string{1: "op0", 3: "op1", 7: "op1"},
		},
		"first out of the rotation, then no operator": {
			[]load{first, {at(2), team, scheduleOf(weeks("l", "op1"))}, {at(4), teamWithout("op0"), scheduleOf(weeks("l", "op1"))}},
			map[int]string{1: "op0", 3: "op0", 5: "op1"},
		},
		"a change that is taken back": {
			[]load{first, {at(2), team, scheduleOf(weeks("l", "op2"))}, {at(3), team, scheduleOf(weeks("l", "op0", "op1"))}},
			map[int]string{2: "op0", 7: "op1", 14: "op0"},
		},
		"a change that is changed": {
			[]load{first, {at(2), team, scheduleOf(weeks("l", "op2"))}, {at(3), team, scheduleOf(weeks("l", "op3"))}},
			map[int]string{2: "op0", 6: "op0", 7: "op3", 14: "op3"},
		},
		"a new name and other people": {
			[]load{first, {at(2), team, scheduleOf(weeks("new", "op3"))}},
			map[int]string{3: "op0", 7: "op3"},
		},
		"another place and other people": {
			[]load{first, {at(2), team, scheduleOf(Layer{Name: "below", Operators: []string{"op5"}, Every: 1, Unit: Day, From: day1}, weeks("l", "op3"))}},
			map[int]string{1: "op0", 3: "op0", 7: "op3"},
		},
		"other times, from now": {
			[]load{first, {at(2), team, scheduleOf(Layer{Name: "l", Operators: []string{"op0", "op1"}, Every: 1, Unit: Day, From: day1})}},
			map[int]string{1: "op0", 2: "op0", 3: "op1", 4: "op0"},
		},
		"no layer, and one again": {
			[]load{first, {at(2), team, scheduleOf()}, {at(4), team, scheduleOf(weeks("l", "op1"))}},
			map[int]string{1: "op0", 3: "", 5: "op1"},
		},
		"no layer, while a change is to come": {
			[]load{first, {at(2), team, scheduleOf(weeks("l", "op1"))}, {at(3), team, scheduleOf()}},
			map[int]string{1: "op0", 4: "", 8: ""},
		},
		"no schedule, and one again": {
			[]load{first, {at(2), team, nil}, {at(4), team, first.schedules}},
			map[int]string{1: "op0", 3: "", 5: "op0", 7: "op1"},
		},
		"layers in another order": {
			[]load{{day1, team, scheduleOf(weeks("a", "op0"), weeks("b", "op1"))}, {at(2), team, scheduleOf(weeks("b", "op1"), weeks("a", "op0"))}},
			map[int]string{1: "op1", 3: "op0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := reloaded(t, tt.loads...)
			for days, want := range tt.want {
				got := ""
				if who := r.Who("primary", at(days)); len(who) > 0 {
					got = who[0]
				}
				if got != want {
					t.Errorf("%d days in %q is on, want %q", days, got, want)
				}
			}
		})
	}
}

// A schedule that nobody saw before holds for the past too.
func TestNewScheduleHoldsForThePast(t *testing.T) {
	r, _ := NewRoster(day1.AddDate(1, 0, 0), team, scheduleOf(weeks("l", "op0", "op1")), Saved{})
	if who := r.Who("primary", day1); !slices.Equal(who, []string{"op0"}) {
		t.Errorf("a year ago %v was on", who)
	}
}

// A file that is edited every day for years leaves what it was in the last 400
// days, and no more.
func TestOldRevisionsAreLetGo(t *testing.T) {
	var saved Saved
	var before *Roster
	now := day1
	for i := range 600 {
		l := weeks("l", "op0", "op1")
		l.Every = 1 + i%2
		now = now.AddDate(0, 0, 1)
		r, delta := NewRoster(now, team, scheduleOf(l), saved)
		saved.Revisions = merge(saved.Revisions, delta.Revisions)
		if before != nil {
			if c := Changes(before, r, "primary", now.AddDate(0, 0, -399), now); len(c) > 0 {
				t.Fatalf("the past changed: %+v", c)
			}
		}
		if before = nil; i%200 == 98 {
			before = r
		}
		if n := len(r.Revisions("primary")); n > 402 {
			t.Fatalf("%d revisions are kept", n)
		}
	}
}

// A disk that says nonsense is no reason not to know who is on call.
func TestNonsenseRevisionsAreLetGo(t *testing.T) {
	r, _ := NewRoster(day1, team, scheduleOf(weeks("l", "op0")), Saved{Revisions: []Revision{
		{Schedule: "primary", Place: -1}, {Schedule: "primary", Place: 1 << 40}, {Schedule: "primary", Zone: "No/Such", Layer: weeks("l", "op3")},
	}})
	if who := r.Who("primary", day1); !slices.Equal(who, []string{"op0"}) {
		t.Errorf("%v is on", who)
	}
}
