package civil

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func utc(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestParseMoment(t *testing.T) {
	for _, tt := range []struct{ text, now, zone, want string }{
		{"03:24", "2026-04-12T03:47:10Z", "UTC", "2026-04-12T03:24:00Z"},
		{" 03:24:10 ", "2026-04-12T03:47:10Z", "UTC", "2026-04-12T03:24:10Z"},
		{"3:24", "2026-04-12T03:47:10Z", "UTC", "2026-04-12T03:24:00Z"},
		{"03:47:10", "2026-04-12T03:47:10Z", "UTC", "2026-04-12T03:47:10Z"}, // now is not after now
		{"03:48", "2026-04-12T03:47:10Z", "UTC", "2026-04-11T03:48:00Z"},    // yesterday
		{"23:55", "2026-04-12T00:05:00Z", "UTC", "2026-04-11T23:55:00Z"},
		{"23:55", "2026-04-12T00:05:00Z", "Australia/Sydney", "2026-04-11T13:55:00Z"},
		{"-20m", "2026-04-12T03:47:10Z", "UTC", "2026-04-12T03:27:10Z"},
		{"-1d", "2027-03-14T20:00:00Z", "America/Los_Angeles", "2027-03-13T20:00:00Z"}, // 24 hours, whatever the clocks do
		{"2026-04-11 03:24", "2026-04-12T03:47:10Z", "Europe/Berlin", "2026-04-11T01:24:00Z"},
		{"2026-04-11T03:24:59", "2026-04-12T03:47:10Z", "Europe/Berlin", "2026-04-11T01:24:59Z"},
		{"2026-04-13 03:24", "2026-04-12T03:47:10Z", "UTC", "2026-04-13T03:24:00Z"}, // to come: the caller's business
		{"2026-04-11T03:24:00+02:00", "2026-04-12T03:47:10Z", "Australia/Sydney", "2026-04-11T01:24:00Z"},
		{"2026-04-11t03:24:00z", "2026-04-12T03:47:10Z", "Australia/Sydney", "2026-04-11T03:24:00Z"},
		{"2026-04-11T03:24Z", "2026-04-12T03:47:10Z", "Australia/Sydney", "2026-04-11T03:24:00Z"},
	} {
		got, err := ParseMoment(tt.text, utc(t, tt.now), zone(t, tt.zone))
		if err != nil || !got.Equal(utc(t, tt.want)) || got.Location() != time.UTC {
			t.Errorf("%q at %s in %s: %v, %v; want %s", tt.text, tt.now, tt.zone, got, err, tt.want)
		}
	}
}

func TestParseMomentRefuses(t *testing.T) {
	for _, text := range []string{"", "24:00", "03:60", "3", "noon", "03:24Z", "-", "-20", "--5m", "2026-02-30 03:24", "2026-04-11", "11.04.2026 03:24"} {
		if got, err := ParseMoment(text, time.Now(), time.UTC); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
	_, err := ParseMoment("noon", time.Now(), time.UTC)
	for _, word := range []string{`"noon"`, "03:24", "-20m", "2026-04-11"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not say %s: %v", word, err)
		}
	}
}

// The nights of 2027 on which clocks change: forward and back by an hour in
// Los Angeles and Berlin, by half an hour on Lord Howe Island.
func TestParseMomentOnNightsWhenClocksChange(t *testing.T) {
	for _, tt := range []struct{ name, zone, text, now, want string }{
		// 2027-03-14, 02:00 PST is 03:00 PDT, 10:00Z.
		{"before the gap", "America/Los_Angeles", "01:59", "2027-03-14T11:00:00Z", "2027-03-14T09:59:00Z"},
		{"in the gap", "America/Los_Angeles", "02:30", "2027-03-14T11:00:00Z", "2027-03-14T10:00:00Z"},
		{"after the gap", "America/Los_Angeles", "03:00", "2027-03-14T11:00:00Z", "2027-03-14T10:00:00Z"},
		{"in the gap, which is to come", "America/Los_Angeles", "02:30", "2027-03-14T09:59:00Z", "2027-03-13T10:30:00Z"},
		// 2027-11-07, 02:00 PDT is 01:00 PST, 09:00Z.
		{"in the second of two hours", "America/Los_Angeles", "01:40", "2027-11-07T09:45:00Z", "2027-11-07T09:40:00Z"},
		{"the second is to come", "America/Los_Angeles", "01:40", "2027-11-07T09:10:00Z", "2027-11-07T08:40:00Z"},
		{"both are to come", "America/Los_Angeles", "01:40", "2027-11-07T08:10:00Z", "2027-11-06T08:40:00Z"},
		{"the morning after", "America/Los_Angeles", "01:40", "2027-11-07T20:00:00Z", "2027-11-07T09:40:00Z"},
		{"with its date, second to come", "America/Los_Angeles", "2027-11-07 01:40", "2027-11-07T09:10:00Z", "2027-11-07T08:40:00Z"},
		{"with its date, both to come", "America/Los_Angeles", "2027-11-07 01:40", "2027-11-01T00:00:00Z", "2027-11-07T08:40:00Z"},
		{"with its date, both past", "America/Los_Angeles", "2027-11-07 01:40", "2027-12-01T00:00:00Z", "2027-11-07T09:40:00Z"},
		// 2027-03-28, 02:00 CET is 03:00 CEST, 01:00Z.
		{"before the gap", "Europe/Berlin", "01:59:59", "2027-03-28T02:00:00Z", "2027-03-28T00:59:59Z"},
		{"in the gap", "Europe/Berlin", "02:00", "2027-03-28T02:00:00Z", "2027-03-28T01:00:00Z"},
		{"end of the gap", "Europe/Berlin", "02:59:59", "2027-03-28T02:00:00Z", "2027-03-28T01:00:00Z"},
		{"in the gap, with its date", "Europe/Berlin", "2027-03-28 02:30", "2027-04-01T00:00:00Z", "2027-03-28T01:00:00Z"},
		// 2027-10-31, 03:00 CEST is 02:00 CET, 01:00Z.
		{"the second of two hours", "Europe/Berlin", "02:30", "2027-10-31T02:00:00Z", "2027-10-31T01:30:00Z"},
		{"the second is to come", "Europe/Berlin", "02:30", "2027-10-31T01:29:59Z", "2027-10-31T00:30:00Z"},
		{"exactly now", "Europe/Berlin", "02:30", "2027-10-31T01:30:00Z", "2027-10-31T01:30:00Z"},
		{"after both", "Europe/Berlin", "03:00", "2027-10-31T02:00:00Z", "2027-10-31T02:00:00Z"},
		// 2027-04-04, 02:00 +11 is 01:30 +10:30, 2027-04-03T15:00Z.
		{"the second of two half hours", "Australia/Lord_Howe", "01:45", "2027-04-03T15:30:00Z", "2027-04-03T15:15:00Z"},
		{"the second is to come", "Australia/Lord_Howe", "01:45", "2027-04-03T15:10:00Z", "2027-04-03T14:45:00Z"},
		{"shown once", "Australia/Lord_Howe", "01:29", "2027-04-03T15:10:00Z", "2027-04-03T14:29:00Z"},
		// 2027-10-03, 02:00 +10:30 is 02:30 +11, 2027-10-02T15:30Z.
		{"in the gap", "Australia/Lord_Howe", "02:15", "2027-10-02T16:00:00Z", "2027-10-02T15:30:00Z"},
		{"after the gap", "Australia/Lord_Howe", "02:30", "2027-10-02T16:00:00Z", "2027-10-02T15:30:00Z"},
		{"before the gap", "Australia/Lord_Howe", "01:59", "2027-10-02T16:00:00Z", "2027-10-02T15:29:00Z"},
		// Samoa left out 2011-12-30 altogether: it ended at 2011-12-30T10:00Z.
		{"on a date that was left out", "Pacific/Apia", "2011-12-30 12:00", "2012-06-01T00:00:00Z", "2011-12-30T10:00:00Z"},
	} {
		got, err := ParseMoment(tt.text, utc(t, tt.now), zone(t, tt.zone))
		if err != nil || !got.Equal(utc(t, tt.want)) {
			t.Errorf("%s, %s: %q at %s: %v, %v; want %s", tt.zone, tt.name, tt.text, tt.now, got, err, tt.want)
		}
	}
}

// Through both nights, minute by minute: what a clock shows, read back at that
// very moment, is that moment.
func TestWhatAClockShowsReadsBack(t *testing.T) {
	for _, name := range []string{"America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		loc := zone(t, name)
		for _, night := range []string{"2027-03-13", "2027-03-27", "2027-04-03", "2027-10-02", "2027-10-30", "2027-11-06"} {
			for m := range 48 * 60 {
				now := utc(t, night+"T00:00:00Z").Add(time.Duration(m) * time.Minute)
				for _, layout := range []string{"15:04", "2006-01-02 15:04"} {
					text := now.In(loc).Format(layout)
					if got, err := ParseMoment(text, now, loc); err != nil || !got.Equal(now) {
						t.Fatalf("%s: %q at %v reads %v, %v", name, text, now, got, err)
					}
				}
			}
		}
	}
}

func FuzzParseMoment(f *testing.F) {
	f.Add("03:24", int64(1_800_000_000))
	f.Add("2027-11-07 01:40", int64(1_825_577_000))
	f.Add("-1w", int64(0))
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%4_000_000_000, 0)
		got, err := ParseMoment(text, now, zone(t, "Australia/Lord_Howe"))
		if err == nil && !strings.Contains(text, "-") && got.After(now) {
			t.Errorf("%q at %v: %v is to come", text, now, got)
		}
	})
}
