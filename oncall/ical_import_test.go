package oncall

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func instantOf(t interface{ Fatal(...any) }, s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// hourOf returns an hour of a day.
func hourOf(hour int) time.Time { return time.Date(2026, 1, 5, hour, 0, 0, 0, time.UTC) }

func TestEventsAtTheSameTimeAreNotOverridesAtTheSameTime(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events []CalendarEvent
		want   string
	}{
		{"none", nil, ""},
		{"apart", []CalendarEvent{{From: hourOf(1), To: hourOf(2), Who: "ana"}, {From: hourOf(3), To: hourOf(4), Who: "bo"}}, "1-2 ana, 3-4 bo"},
		{"hand-over", []CalendarEvent{{From: hourOf(1), To: hourOf(2), Who: "ana"}, {From: hourOf(2), To: hourOf(4), Who: "bo"}}, "1-2 ana, 2-4 bo"},
		{"hand-over that overlaps", []CalendarEvent{{From: hourOf(1), To: hourOf(3), Who: "ana"}, {From: hourOf(2), To: hourOf(4), Who: "bo"}}, "1-2 ana, 2-4 bo"},
		{"within", []CalendarEvent{{From: hourOf(1), To: hourOf(9), Who: "ana"}, {From: hourOf(2), To: hourOf(4), Who: "bo"}}, "1-2 ana, 2-4 bo, 4-9 ana"},
		{"within each other", []CalendarEvent{{From: hourOf(1), To: hourOf(9), Who: "ana"}, {From: hourOf(2), To: hourOf(7), Who: "bo"}, {From: hourOf(3), To: hourOf(5), Who: "chen"}},
			"1-2 ana, 2-3 bo, 3-5 chen, 5-7 bo, 7-9 ana"},
		{"the longer one below ends first", []CalendarEvent{{From: hourOf(1), To: hourOf(4), Who: "ana"}, {From: hourOf(2), To: hourOf(9), Who: "bo"}, {From: hourOf(3), To: hourOf(5), Who: "chen"}},
			"1-2 ana, 2-3 bo, 3-5 chen, 5-9 bo"},
		{"together, the later in the file", []CalendarEvent{{From: hourOf(1), To: hourOf(4), Who: "ana", Line: 1}, {From: hourOf(1), To: hourOf(3), Who: "bo", Line: 2}}, "1-3 bo, 3-4 ana"},
	} {
		var got []string
		for _, o := range Imported("primary", tt.events) {
			got = append(got, fmt.Sprintf("%d-%d %s", o.From.Hour(), o.To.Hour(), o.With))
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestAnImportedOverrideKeepsItsID(t *testing.T) {
	events := []CalendarEvent{{UID: "a", From: hourOf(1), To: hourOf(9), Who: "ana", Summary: "Ana"}, {UID: "b", From: hourOf(2), To: hourOf(4), Who: "bo"}}
	before := Imported("primary", events)
	if o := before[0]; o.Schedule != "primary" || !strings.HasPrefix(o.ID, "primary/#") || o.Note != "Ana" || !o.Made.IsZero() {
		t.Errorf("%+v", o)
	}
	for id, want := range map[string]bool{before[0].ID: true, "primary/1": false, "o7": false, "": false, "odd/#name/1": false} {
		if OfCalendar(id) != want {
			t.Errorf("%q is of a calendar: %v", id, !want)
		}
	}
	events[0].Who, events[0].Line, events[1].To = "chen", 9, hourOf(5)
	after := Imported("primary", events)
	if before[0].ID != after[0].ID || before[1].ID != after[1].ID {
		t.Errorf("%v\n%v", before, after)
	}
	if before[0].ID == before[2].ID {
		t.Errorf("two parts of an event are both %s", before[0].ID)
	}
	if Imported("secondary", events)[0].ID == after[0].ID {
		t.Error("schedules share an ID")
	}
}

// At every time the one is on whose event began last, and nobody if there is none.
func TestImportedSaysWhoIsOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) CalendarEvent {
			from := rapid.IntRange(0, 30).Draw(t, "from")
			return CalendarEvent{From: hourOf(from), To: hourOf(from + rapid.IntRange(1, 20).Draw(t, "hours")), Who: rapid.SampledFrom([]string{"ana", "bo", "chen"}).Draw(t, "who")}
		}), 0, 8).Draw(t, "events")
		slices.SortStableFunc(events, func(a, b CalendarEvent) int { return a.From.Compare(b.From) })
		overrides := Imported("primary", events)
		for h := -1; h < 60; h++ {
			now, want, got := hourOf(h), "", ""
			for _, e := range events { // in order: the last that holds
				if !now.Before(e.From) && now.Before(e.To) {
					want = e.Who
				}
			}
			n := 0
			for _, o := range overrides {
				if !now.Before(o.From) && now.Before(o.To) {
					got, n = o.With, n+1
				}
			}
			if got != want || n > 1 {
				t.Fatalf("hour %d: %q by %d overrides, want %q\n%v\n%v", h, got, n, want, events, overrides)
			}
		}
	})
}

// Precedence is override, then calendar, then layer.
func TestACalendarIsBetweenLayersAndOverrides(t *testing.T) {
	s := Schedule{Name: "primary", Zone: time.UTC, Layers: []Layer{{Name: "daily", Operators: []string{"ana"}, Every: 1, Unit: Day, From: hourOf(0)}}}
	s.Overrides = append(Imported("primary", []CalendarEvent{{UID: "a", From: hourOf(2), To: hourOf(8), Who: "bo"}}),
		Override{ID: "primary/1", Schedule: "primary", From: hourOf(4), To: hourOf(6), With: "chen"})
	r, _ := NewRoster(hourOf(0), crew, []Schedule{s}, Saved{})
	made, _, err := r.Override(hourOf(0), Override{Schedule: "primary", From: hourOf(6), To: hourOf(7), With: "anamaria"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, shift := range made.Shifts("primary", hourOf(1), hourOf(9)) {
		got = append(got, fmt.Sprint(shift.From.Hour(), shift.On))
	}
	if diff := cmp.Diff("1[ana] 2[bo] 4[chen] 6[anamaria] 7[bo] 8[ana]", strings.ReplaceAll(strings.Join(got, " "), " [", "[")); diff != "" {
		t.Error(diff)
	}
}
