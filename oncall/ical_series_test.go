package oncall

import (
	"strings"
	"testing"
)

// Instances that do not exist are left out and not counted, and none is there
// twice, on each kind of night on which clocks change.
func TestRecurrenceOnNightsWhenClocksChange(t *testing.T) {
	for _, tt := range []struct{ name, zone, event, want, warned string }{
		{"a skipped half past two", "Europe/Berlin", "DTSTART:20260328T023000\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=3",
			"260328T01:30 260328T01:45, 260330T00:30 260330T00:45, 260331T00:30 260331T00:45",
			"its instance of 2026-03-29 02:30 does not exist in Europe/Berlin"},
		{"hours forward, in Sydney", "Australia/Sydney", "DTSTART:20261004T000000\nDURATION:PT1H\nRRULE:FREQ=HOURLY;COUNT=4",
			"261003T14:00 261003T15:00, 261003T15:00 261003T16:00, 261003T16:00 261003T17:00, 261003T17:00 261003T18:00", "2026-10-04 02:00"},
		{"hours back, in Sydney", "Australia/Sydney", "DTSTART:20260405T010000\nDURATION:PT1H\nRRULE:FREQ=HOURLY;COUNT=3",
			"260404T14:00 260404T15:00, 260404T15:00 260404T16:00, 260404T17:00 260404T18:00", ""},
		{"half an hour forward, on Lord Howe", "Australia/Lord_Howe", "DTSTART:20261003T021500\nDURATION:PT15M\nRRULE:FREQ=DAILY;UNTIL=20261005",
			"261002T15:45 261002T16:00, 261004T15:15 261004T15:30", "2026-10-04 02:15"},
		{"half past two, which is there twice", "Europe/Berlin", "DTSTART:20261024T023000\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=3",
			"261024T00:30 261024T00:45, 261025T00:30 261025T00:45, 261026T01:30 261026T01:45", ""},
		{"a shift over the night ends by the clock", "Europe/Berlin", "DTSTART:20260327T220000\nDTEND:20260328T060000\nRRULE:FREQ=DAILY;COUNT=2",
			"260327T21:00 260328T05:00, 260328T21:00 260329T04:00", ""},
		{"weeks", "Europe/Berlin", "DTSTART:20261019T090000\nDTEND:20261026T090000\nRRULE:FREQ=WEEKLY;COUNT=2",
			"261019T07:00 261026T08:00, 261026T08:00 261102T08:00", ""},
		{"days without a midnight are days", "America/Santiago", "DTSTART:20260905\nRRULE:FREQ=DAILY;COUNT=3",
			"260905T04:00 260906T04:00, 260906T04:00 260907T03:00, 260907T03:00 260908T03:00", ""},
		{"in UTC nothing is skipped", "Europe/Berlin", "DTSTART:20260328T013000Z\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=2",
			"260328T01:30 260328T01:45, 260329T01:30 260329T01:45", ""},
	} {
		events, problems := read(t, tt.zone, vevents(tt.event))
		said := texts(problems)
		if got := strings.Join(spans(events), ", "); got != tt.want || !strings.Contains(said, tt.warned) || (said == "") != (tt.warned == "") {
			t.Errorf("%s:\n%s, want\n%s; %s", tt.name, got, tt.want, said)
		}
	}
}

func TestWhenRecurrenceEnds(t *testing.T) {
	for _, tt := range []struct{ name, zone, event, want string }{
		{"by number, the first among them", "UTC", "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=2", "0105 0106"},
		{"by number, the first not by the rule", "UTC", "DTSTART:20260105\nRRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=3", "0105 0107 0114"},
		{"by date, inclusive", "UTC", "DTSTART:20260105\nRRULE:FREQ=DAILY;UNTIL=20260106", "0105 0106"},
		{"of times by date, inclusive", "Europe/Berlin", "DTSTART:20260105T235900\nDURATION:PT1M\nRRULE:FREQ=DAILY;UNTIL=20260106", "0105 0106"},
		{"by instant, inclusive", "Europe/Berlin", "DTSTART:20260105T090000\nDURATION:PT1M\nRRULE:FREQ=DAILY;UNTIL=20260106T080000Z", "0105 0106"},
		{"by instant, just before", "Europe/Berlin", "DTSTART:20260105T090000\nDURATION:PT1M\nRRULE:FREQ=DAILY;UNTIL=20260106T075959Z", "0105"},
		{"by wall time", "Europe/Berlin", "DTSTART:20260105T090000\nDURATION:PT1M\nRRULE:FREQ=DAILY;UNTIL=20260106T090000", "0105 0106"},
		{"before it begins", "UTC", "DTSTART:20260105\nRRULE:FREQ=DAILY;UNTIL=20260104", ""},
		{"never: of the time asked for", "UTC", "DTSTART:20271230\nRRULE:FREQ=DAILY", "1230 1231"},
		{"long ago", "UTC", "DTSTART:19700101\nRRULE:FREQ=YEARLY", "0101 0101"},
		{"long ago, reaching in", "UTC", "DTSTART:20241230\nDURATION:P5D\nRRULE:FREQ=YEARLY", "1230 1230 1230"},
		{"by numbers from long ago", "UTC", "DTSTART:20190101\nRRULE:FREQ=MONTHLY;COUNT=86", "0101 0201"},
		{"two rules, none twice", "UTC", "DTSTART:20260105\nRRULE:FREQ=DAILY;COUNT=3\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=3", "0105 0106 0107 0109"},
	} {
		events, problems := read(t, tt.zone, vevents(tt.event))
		var got []string
		for _, e := range events {
			got = append(got, e.From.Format("0102"))
		}
		if strings.Join(got, " ") != tt.want || len(problems) > 0 {
			t.Errorf("%s: %v, want %s; %s", tt.name, got, tt.want, texts(problems))
		}
	}
}

// What asks for endless work is refused, and soon.
func TestEndlessRecurrenceIsRefused(t *testing.T) {
	one := "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2\n\n"
	_, _, err := ReadICS(strings.NewReader(vevents(strings.Repeat(one, 50))), &Schedule{Zone: ianaZone("UTC")}, crew, instantOf(t, "2026-01-01T00:00:00Z"), instantOf(t, "2027-01-01T00:00:00Z"))
	if err == nil || !strings.Contains(err.Error(), "takes too long") {
		t.Errorf("%v", err)
	}
	// Without COUNT, what is long past costs nothing.
	events, problems := read(t, "UTC", vevents(strings.Repeat("DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30\n\n", 5)))
	if len(events) > 0 || len(problems) > 0 {
		t.Errorf("%v %v", events, problems)
	}
}
