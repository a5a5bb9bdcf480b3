package oncall

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// expand returns the first walls of a rule, "1997-09-02 09:00" cut to what the
// layout of a test shows.
func expand(t *testing.T, text, start string, n int, layout string) string {
	t.Helper()
	r, err := parseRule(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	at, err := time.Parse("2006-01-02 15:04", start)
	if err != nil {
		t.Fatal(err)
	}
	work := effort(1_000_000)
	var walls []string
	for w := range r.walls(at, at, at.AddDate(40, 0, 0), &work) {
		if len(walls) == n {
			break
		}
		walls = append(walls, w.Format(layout))
	}
	return strings.Join(walls, " ")
}

// The examples of RFC 5545 section 3.8.5.3, of those frequencies that there are.
func TestRulesOfTheStandard(t *testing.T) {
	const date, hour, monthDay = "0102", "02T15", "06-01-02"
	for _, tt := range []struct {
		rule, start string
		n           int
		layout      string
		want        string
	}{
		{"FREQ=DAILY", "1997-09-02 09:00", 3, hour, "02T09 03T09 04T09"},
		{"FREQ=DAILY;INTERVAL=2", "1997-09-02 09:00", 4, date, "0902 0904 0906 0908"},
		{"FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02 09:00", 5, date, "0902 0912 0922 1002 1012"},
		{"FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998-01-01 09:00", 3, date, "0101 0102 0103"},
		{"FREQ=DAILY;BYMONTH=1", "1998-01-30 09:00", 3, monthDay, "98-01-30 98-01-31 99-01-01"},
		{"FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02 09:00", 4, date, "0902 0916 0930 1014"},
		{"FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09-02 09:00", 4, date, "0902 0904 0909 0911"},
		{"FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR", "1997-09-01 09:00", 7, date, "0901 0903 0905 0915 0917 0919 0929"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02 09:00", 5, date, "0902 0904 0916 0918 0930"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 09:00", 4, date, "0805 0810 0819 0824"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 09:00", 4, date, "0805 0817 0819 0831"},
		{"FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05 09:00", 4, date, "0905 1003 1107 1205"},
		{"FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09-07 09:00", 6, date, "0907 0928 1102 1130 0104 0125"},
		{"FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22 09:00", 6, date, "0922 1020 1117 1222 0119 0216"},
		{"FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28 09:00", 6, date, "0928 1029 1128 1229 0129 0226"},
		{"FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09-02 09:00", 4, date, "0902 0915 1002 1015"},
		{"FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09-30 09:00", 5, date, "0930 1001 1031 1101 1130"},
		{"FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11", "1997-09-10 09:00", 4, monthDay, "97-09-10 97-09-11 99-03-10 99-03-11"},
		{"FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09-02 09:00", 7, date, "0902 0909 0916 0923 0930 1104 1111"},
		{"FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06-10 09:00", 4, monthDay, "97-06-10 97-07-10 98-06-10 98-07-10"},
		{"FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03-10 09:00", 4, monthDay, "97-03-10 99-01-10 99-02-10 99-03-10"},
		{"FREQ=YEARLY;BYDAY=20MO", "1997-05-19 09:00", 3, monthDay, "97-05-19 98-05-18 99-05-17"},
		{"FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13 09:00", 4, monthDay, "97-03-13 97-03-20 97-03-27 98-03-05"},
		{"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02 09:00", 4, monthDay, "98-02-13 98-03-13 98-11-13 99-08-13"},
		{"FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13 09:00", 3, date, "0913 1011 1108"},
		{"FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05 09:00", 3, monthDay, "96-11-05 00-11-07 04-11-02"},
		{"FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 09:00", 3, date, "0904 1007 1106"},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29 09:00", 7, date, "0929 1030 1127 1230 0129 0226 0330"},
		{"FREQ=HOURLY;INTERVAL=3", "1997-09-02 09:00", 3, hour, "02T09 02T12 02T15"},
		{"FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20", "1997-09-02 09:00", 5, "02T15:04", "02T09:00 02T09:20 02T10:00 02T10:20 03T09:00"},
		{"FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15 09:00", 5, date, "0115 0130 0215 0315 0330"}, // no 30 February
		// Not of the standard: what has no such date is left out, not moved.
		{"FREQ=MONTHLY", "2026-01-31 09:00", 4, date, "0131 0331 0531 0731"},
		{"FREQ=YEARLY", "2024-02-29 09:00", 3, monthDay, "24-02-29 28-02-29 32-02-29"},
		{"FREQ=MONTHLY;BYDAY=5FR", "2026-01-30 09:00", 3, date, "0130 0529 0731"},
		{"FREQ=YEARLY;BYMONTHDAY=31", "2026-01-31 09:00", 3, date, "0131 0331 0531"},
		{"FREQ=YEARLY;BYDAY=-1SU", "2026-01-01 09:00", 2, monthDay, "26-12-27 27-12-26"},
		{"FREQ=YEARLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01 09:00", 3, date, "0213 0313 1113"},
		{"FREQ=HOURLY;INTERVAL=12;BYDAY=MO;BYHOUR=8,20", "2026-01-05 08:00", 3, hour, "05T08 05T20 12T08"},
		{"freq=weekly;byday=fr;", "2026-01-02 09:00", 2, date, "0102 0109"},
		{"FREQ=WEEKLY;BYDAY=MO,MO,TU", "2026-01-05 09:00", 3, date, "0105 0106 0112"},
		{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01 09:00", 1, date, ""},
	} {
		if got := expand(t, tt.rule, tt.start, tt.n, tt.layout); got != tt.want {
			t.Errorf("%s from %s:\n%s, want\n%s", tt.rule, tt.start, got, tt.want)
		}
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "no part of a rule",
		"COUNT=3":                           "FREQ is missing",
		"FREQ":                              `"FREQ" is no part`,
		"FREQ=FORTNIGHTLY":                  "FREQ=FORTNIGHTLY is not supported; YEARLY",
		"FREQ=SECONDLY":                     "FREQ=SECONDLY is not supported",
		"FREQ=MINUTELY":                     "FREQ=MINUTELY is not supported",
		"FREQ=DAILY;FREQ=DAILY":             "FREQ is there twice",
		"FREQ=DAILY;INTERVAL=0":             "INTERVAL=0: want 1 to 10000",
		"FREQ=DAILY;INTERVAL=x":             "INTERVAL=X",
		"FREQ=DAILY;COUNT=-1":               "COUNT=-1",
		"FREQ=DAILY;COUNT=99999999999":      "COUNT=99999999999",
		"FREQ=DAILY;UNTIL=tomorrow":         "UNTIL: \"TOMORROW\" is no date or time",
		"FREQ=DAILY;COUNT=1;UNTIL=20260101": "exclude each other",
		"FREQ=DAILY;BYSECOND=1":             "BYSECOND is not supported",
		"FREQ=YEARLY;BYYEARDAY=1":           "BYYEARDAY is not supported",
		"FREQ=YEARLY;BYWEEKNO=1":            "BYWEEKNO is not supported",
		"FREQ=YEARLY;BYEASTER=1":            "BYEASTER is not supported",
		"FREQ=YEARLY;RSCALE=HEBREW":         "RSCALE is not supported",
		"FREQ=MONTHLY;BYMONTH=13":           "BYMONTH=13: want 1 to 12",
		"FREQ=MONTHLY;BYMONTHDAY=0":         "there is no 0",
		"FREQ=MONTHLY;BYMONTHDAY=32":        "BYMONTHDAY=32",
		"FREQ=WEEKLY;BYMONTHDAY=1":          "does not go with FREQ=WEEKLY",
		"FREQ=WEEKLY;BYDAY=1MO":             "needs FREQ=MONTHLY or FREQ=YEARLY",
		"FREQ=MONTHLY;BYDAY=XX":             `"XX" is no day`,
		"FREQ=MONTHLY;BYDAY=54MO":           `"54MO" is no day`,
		"FREQ=MONTHLY;BYDAY=0MO":            `"0MO" is no day`,
		"FREQ=MONTHLY;BYDAY=M":              `"M" is no day`,
		"FREQ=MONTHLY;BYDAY=MO,":            `"" is no day`,
		"FREQ=DAILY;BYHOUR=24":              "BYHOUR=24",
		"FREQ=DAILY;BYMINUTE=60":            "BYMINUTE=60",
		"FREQ=DAILY;BYSETPOS=1":             "BYSETPOS needs another BY part",
		"FREQ=DAILY;WKST=XX":                "WKST=XX",
		"FREQ=DAILY;BYHOUR=" + strings.Repeat("1,", 400) + "1":    "more than 400 values",
		"FREQ=MONTHLY;BYDAY=" + strings.Repeat("MO,", 400) + "MO": "more than 400 values",
		"FREQ=DAILY;\x1b[31mX=1":                                  "X is not supported",
	} {
		_, err := parseRule(text)
		if err == nil || !strings.HasPrefix(err.Error(), "RRULE: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%q: the message drives a terminal: %q", text, err)
		}
	}
}

// anyRule draws a rule and its start.
func anyRule(t *rapid.T) (text string, start time.Time) {
	freq := rapid.SampledFrom([]string{"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
	parts := []string{"FREQ=" + freq, "INTERVAL=" + rapid.StringMatching("[1-9][0-9]?").Draw(t, "interval")}
	maybe := func(part string) {
		if rapid.IntRange(0, 3).Draw(t, part) == 0 {
			parts = append(parts, part)
		}
	}
	maybe("BYDAY=MO,WE,SA")
	maybe("BYMONTH=2,3,10")
	if freq != "WEEKLY" {
		maybe("BYMONTHDAY=1,13,-1")
	}
	maybe("WKST=SU")
	maybe("BYHOUR=2,9,23")
	start = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 3*365*24*60).Draw(t, "minutes")) * time.Minute)
	return strings.Join(parts, ";"), start
}

// Passing over what is long past changes nothing of what is left, and all is in
// order and there once.
func TestWhatIsPassedOverIsNotMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, start := anyRule(t)
		r, err := parseRule(text)
		if err != nil {
			t.Fatal(err)
		}
		from := start.Add(time.Duration(rapid.IntRange(0, 4*365*24).Draw(t, "hours")) * time.Hour)
		to := from.AddDate(0, 6, 0)
		work := effort(10_000_000)
		window := func(walls func(func(time.Time) bool)) []time.Time {
			var list []time.Time
			for w := range walls {
				if !w.Before(from) && w.Before(to) {
					list = append(list, w)
				}
			}
			return list
		}
		all, late := window(r.walls(start, start, to, &work)), window(r.walls(start, from, to, &work))
		if work < 0 {
			t.Fatal("out of effort")
		}
		if !slices.EqualFunc(all, late, time.Time.Equal) {
			t.Fatalf("%s from %v:\n%v\nfrom %v:\n%v", text, start, all, from, late)
		}
		for i := range all[min(1, len(all)):] {
			if !all[i].Before(all[i+1]) {
				t.Fatalf("%s from %v: %v, then %v", text, start, all[i], all[i+1])
			}
		}
	})
}
