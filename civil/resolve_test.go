package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func wallOf(t *testing.T, s string) time.Time {
	t.Helper()
	w, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestResolve(t *testing.T) {
	for _, tt := range []struct{ zone, wall, want, local string }{
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z", "03:00"},       // skipped
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z", "03:00"},    // skipped
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z", "02:30"},       // twice
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z", "01:30"},    // twice
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z", "02:30"}, // half an hour skipped
		{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z", "01:45"}, // half an hour twice
		{"America/Santiago", "2026-09-06 00:00", "2026-09-06T04:00:00Z", "01:00"},    // no midnight
		{"Africa/Cairo", "2026-04-24 00:00", "2026-04-23T22:00:00Z", "01:00"},        // no midnight
		{"Asia/Beirut", "2026-03-29 00:00", "2026-03-28T22:00:00Z", "01:00"},         // no midnight
		{"Pacific/Apia", "2011-12-30 09:00", "2011-12-30T10:00:00Z", "00:00"},        // a whole day skipped
		{"Pacific/Apia", "2011-12-30 23:59", "2011-12-30T10:00:00Z", "00:00"},        // its last minute
		{"Pacific/Apia", "2011-12-29 23:59", "2011-12-30T09:59:00Z", "23:59"},        // the minute before
		{"Asia/Kathmandu", "2026-01-01 09:00", "2026-01-01T03:15:00Z", "09:00"},      // +05:45
		{"UTC", "2026-01-01 09:00", "2026-01-01T09:00:00Z", "09:00"},                 //
		{"Australia/Lord_Howe", "2026-10-04 01:59", "2026-10-03T15:29:00Z", "01:59"}, // just before the gap
		{"Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z", "02:30"}, // just after it
		{"Antarctica/Troll", "2026-03-29 02:00", "2026-03-29T01:00:00Z", "03:00"},    // two hours skipped, 01:00 to 03:00
		{"Antarctica/Troll", "2026-10-25 01:30", "2026-10-24T23:30:00Z", "01:30"},    // two hours twice
		{"Europe/Dublin", "2026-03-29 01:30", "2026-03-29T01:00:00Z", "02:00"},       // where winter is the exception
	} {
		loc := zone(t, tt.zone)
		got := Resolve(wallOf(t, tt.wall), loc)
		if !got.Equal(utc(t, tt.want)) || got.Location() != time.UTC || got.In(loc).Format("15:04") != tt.local {
			t.Errorf("%s in %s: %v, shown as %s; want %s, shown as %s",
				tt.wall, tt.zone, got, got.In(loc).Format("15:04"), tt.want, tt.local)
		}
	}
}

// awkward zones: shifts of half an hour and of two, midnights that are skipped,
// summer time that ends for a month, a day that was left out, odd offsets.
var awkward = []string{
	"Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia",
	"America/Santiago", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu", "America/New_York", "Europe/Berlin", "Pacific/Chatham",
}

// changeNear returns when the clocks of loc change next after t, t itself if never.
func changeNear(t time.Time, loc *time.Location) time.Time {
	if _, end := t.In(loc).ZoneBounds(); !end.IsZero() {
		return end
	}
	return t
}

func TestResolveIsTheFirstInstantThatShowsTheWallTimeOrLater(t *testing.T) {
	for _, name := range awkward {
		loc := zone(t, name)
		shown := func(at time.Time) time.Time { return shownBy(at, loc) }
		rapid.Check(t, func(t *rapid.T) {
			start := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "from"), 0)
			change := changeNear(start, loc)
			before := shown(change).Add(-30 * time.Hour)
			var last time.Time
			// In steps of up to an hour through the days around a change.
			for wall := before; wall.Sub(before) < 60*time.Hour; {
				at := Resolve(wall, loc)
				switch {
				case at.Before(last):
					t.Fatalf("%s: %v resolves to %v, an earlier wall time to %v", name, wall, at, last)
				case shown(at).Before(wall):
					t.Fatalf("%s: %v resolves to %v, which shows %v", name, wall, at, shown(at))
				case !shown(at.Add(-time.Second)).Before(wall):
					t.Fatalf("%s: %v resolves to %v, and is shown before", name, wall, at)
				case !shown(at).Equal(wall) && offset(at, loc) <= offset(at.Add(-1), loc):
					t.Fatalf("%s: %v resolves to %v, which shows %v although nothing is skipped", name, wall, at, shown(at))
				}
				last = at
				wall = wall.Add(time.Duration(rapid.IntRange(1, 3600).Draw(t, "step")) * time.Second)
			}
		})
	}
}
