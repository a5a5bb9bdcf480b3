package oncall

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
)

// crew are the operators of these tests.
var crew = []Operator{
	{Name: "ana", Title: "Ana", Contact: []string{"pager", "mail:ana@example.org"}},
	{Name: "anamaria", Title: "Ana Maria"},
	{Name: "bo", Title: "Bo Ek", Contact: []string{"mail:Bo@example.org"}},
	{Name: "chen", Title: ""},
}

// vcalendar puts lines within a calendar.
func vcalendar(lines ...string) string {
	return strings.Join(slices.Concat([]string{"BEGIN:VCALENDAR", "VERSION:2.0"}, lines, []string{"END:VCALENDAR", ""}), "\r\n")
}

// vevents puts lines, parted by blank ones, within events, which are ana's if
// they do not say whose.
func vevents(text string) string {
	var all []string
	for i, lines := range strings.Split(strings.TrimSpace(text), "\n\n") {
		all = append(all, "BEGIN:VEVENT")
		if !strings.Contains(lines, "UID:") {
			all = append(all, fmt.Sprintf("UID:u%d", i))
		}
		if !strings.Contains(lines, "SUMMARY") {
			all = append(all, "SUMMARY:ana")
		}
		all = append(all, strings.Split(strings.ReplaceAll(lines, "\t", ""), "\n")...)
		all = append(all, "END:VEVENT")
	}
	return vcalendar(all...)
}

// read reads a calendar of a schedule in a zone, for the two years of 2026 and 2027.
func read(t *testing.T, zone, text string) ([]CalendarEvent, []CalendarProblem) {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	events, problems, err := ReadICS(strings.NewReader(text), &Schedule{Name: "primary", Zone: loc}, crew, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return events, problems
}

// spans returns when events are, "0105T08:00 0112T08:00" in UTC.
func spans(events []CalendarEvent) []string {
	list := []string{}
	for _, e := range events {
		list = append(list, e.From.Format("060102T15:04")+" "+e.To.Format("060102T15:04"))
	}
	return list
}

func texts(problems []CalendarProblem) string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

func TestWhenAnEventIs(t *testing.T) {
	for _, tt := range []struct{ name, zone, event, want string }{
		{"in UTC", "Europe/Berlin", "DTSTART:20260105T080000Z\nDTEND:20260105T160000Z", "260105T08:00 260105T16:00"},
		{"floating, of the schedule's zone", "Europe/Berlin", "DTSTART:20260105T090000\nDTEND:20260105T170000", "260105T08:00 260105T16:00"},
		{"in a zone of its own", "Europe/Berlin", "DTSTART;TZID=Asia/Kathmandu:20260105T090000\nDTEND;TZID=Asia/Kathmandu:20260105T170000", "260105T03:15 260105T11:15"},
		{"names in small letters, parameters in quotes", "UTC", "dtstart;tzid=\"Europe/Berlin\":20260105T090000\ndtend;tzid=\"Europe/Berlin\":20260105T170000", "260105T08:00 260105T16:00"},
		{"from one zone to another", "UTC", "DTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=America/New_York:20260105T090000", "260105T08:00 260105T14:00"},
		{"a duration", "Europe/Berlin", "DTSTART:20260105T090000\nDURATION:PT8H30M", "260105T08:00 260105T16:30"},
		{"a duration of a day is until the same clock time", "Europe/Berlin", "DTSTART:20260328T090000\nDURATION:P1D", "260328T08:00 260329T07:00"},
		{"a duration of 24 hours is not", "Europe/Berlin", "DTSTART:20260328T090000\nDURATION:PT24H", "260328T08:00 260329T08:00"},
		{"a date is a day of the schedule's", "Europe/Berlin", "DTSTART;VALUE=DATE:20260329", "260328T23:00 260329T22:00"},
		{"a date without VALUE", "Europe/Berlin", "DTSTART:20260105\nDTEND:20260107", "260104T23:00 260106T23:00"},
		{"dates with a TZID are dates all the same", "Europe/Berlin", "DTSTART;VALUE=DATE;TZID=Asia/Tokyo:20260105", "260104T23:00 260105T23:00"},
		{"a day without midnight", "America/Santiago", "DTSTART:20260906", "260906T04:00 260907T03:00"},
		{"in a gap: the offset before it", "Europe/Berlin", "DTSTART:20260329T023000\nDTEND:20260329T040000", "260329T01:30 260329T02:00"},
		{"twice: the first", "Europe/Berlin", "DTSTART:20261025T023000\nDTEND:20261025T040000", "261025T00:30 261025T03:00"},
		{"only what is of the time asked for", "UTC", "DTSTART:20251231T200000Z\nDTEND:20260101T000000Z", ""},
		{"what reaches into it is whole", "UTC", "DTSTART:20251231T200000Z\nDTEND:20260101T000001Z", "251231T20:00 260101T00:00"},
		{"cancelled", "UTC", "DTSTART:20260105T080000Z\nDTEND:20260105T160000Z\nSTATUS:CANCELLED", ""},
		{"folded", "UTC", "DTSTART:2026\n 0105T080000Z\nDTE\n ND:20260105T160000Z", "260105T08:00 260105T16:00"},
	} {
		events, problems := read(t, tt.zone, vevents(tt.event))
		if got := strings.Join(spans(events), ", "); got != tt.want || len(problems) > 0 {
			t.Errorf("%s: %q, want %q; %s", tt.name, got, tt.want, texts(problems))
		}
	}
}

func TestWhoseAnEventIs(t *testing.T) {
	for _, tt := range []struct{ name, lines, want, problem string }{
		{"by name", "SUMMARY:ana", "ana", ""},
		{"by title, in capitals", "SUMMARY: ANA MARIA ", "anamaria", ""},
		{"as whole words", "SUMMARY:On call: Ana (primary)", "ana", ""},
		{"the longest of names within each other", "SUMMARY:On call: Ana Maria", "anamaria", ""},
		{"not within a word", "SUMMARY:Bob and Banana", "", `names no operator: "Bob and Banana"`},
		{"a part of a title is nobody", "SUMMARY:Ek", "", "names no operator"},
		{"escaped and folded", `SUMMARY:On\, call\; B` + "\n o Ek", "bo", ""},
		{"several", "SUMMARY:ana for chen", "", "names ana and chen: an event is one operator's"},
		{"several, an attendee decides", "SUMMARY:ana for chen\nATTENDEE;CN=Chen:mailto:c@example.org", "chen", ""},
		{"several, an attendee is none of them", "SUMMARY:ana for chen\nATTENDEE:mailto:bo@example.org", "", "ana and chen"},
		{"an attendee, by address", "SUMMARY:duty\nATTENDEE:MAILTO:BO@example.org", "bo", ""},
		{"an attendee's address is nobody else's", "SUMMARY:duty\nATTENDEE:mailto:ana@elsewhere.example", "", "no operator"},
		{"an attendee, by name", "SUMMARY:duty\nATTENDEE;CN=\"Ek, Bo; Bo Ek\":mailto:x@example.org", "bo", ""},
		{"who declined is not meant", "SUMMARY:duty\nATTENDEE;PARTSTAT=DECLINED;CN=Ana:mailto:a@x\nATTENDEE;CN=chen:mailto:c@x", "chen", ""},
		{"several attendees", "SUMMARY:duty\nATTENDEE;CN=Ana:mailto:a@x\nATTENDEE;CN=chen:mailto:c@x", "", "ana and chen"},
		{"the organizer, if nobody else", "SUMMARY:duty\nATTENDEE;CN=room 5:mailto:r@x\nORGANIZER;CN=Ana:mailto:a@x", "ana", ""},
		{"sitrep's own word comes first", "SUMMARY:ana\nX-SITREP-OPERATOR:chen", "chen", ""},
		{"sitrep's own word of who is no more", "SUMMARY:ana\nX-SITREP-OPERATOR:gone", "ana", ""},
		{"hostile text is harmless", "SUMMARY:\x1b[31mAna\x07 \u202eDan", "", `names no operator: "Ana Dan"`},
	} {
		events, problems := read(t, "UTC", vevents(tt.lines+"\nDTSTART:20260105T080000Z\nDTEND:20260105T160000Z"))
		got := ""
		if len(events) == 1 {
			got = events[0].Who
		}
		if said := texts(problems); got != tt.want || !strings.Contains(said, tt.problem) || (said == "") != (tt.problem == "") {
			t.Errorf("%s: %q, want %q; %s", tt.name, got, tt.want, said)
		}
	}
}

func TestASeriesIsChanged(t *testing.T) {
	const daily = "UID:d\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=Europe/Berlin:20260105T170000\nRRULE:FREQ=DAILY;COUNT=4\n"
	for _, tt := range []struct{ name, text, want string }{
		{"as it is", daily, "0105T08 ana, 0106T08 ana, 0107T08 ana, 0108T08 ana"},
		{"without one", daily + "EXDATE;TZID=Europe/Berlin:20260106T090000", "0105T08 ana, 0107T08 ana, 0108T08 ana"},
		{"without the first, said in UTC", daily + "EXDATE:20260105T080000Z", "0106T08 ana, 0107T08 ana, 0108T08 ana"},
		{"without those of two dates", daily + "EXDATE;VALUE=DATE:20260106,20260108", "0105T08 ana, 0107T08 ana"},
		{"with more", daily + "RDATE;TZID=Europe/Berlin:20260110T090000,20260105T090000", "0105T08 ana, 0106T08 ana, 0107T08 ana, 0108T08 ana, 0110T08 ana"},
		{"with a period", daily + "RDATE;VALUE=PERIOD:20260110T120000Z/PT1H", "0105T08 ana, 0106T08 ana, 0107T08 ana, 0108T08 ana, 0110T12 ana"},
		{"one is somebody else's", daily + "\nUID:d\nSUMMARY:bo\nRECURRENCE-ID;TZID=Europe/Berlin:20260106T090000\nDTSTART:20260106T100000Z\nDTEND:20260106T110000Z",
			"0105T08 ana, 0106T10 bo, 0107T08 ana, 0108T08 ana"},
		{"one is somebody else's, said before the series", "UID:d\nSUMMARY:bo\nRECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T100000Z\nDTEND:20260106T110000Z\n\n" + daily,
			"0105T08 ana, 0106T10 bo, 0107T08 ana, 0108T08 ana"},
		{"one is cancelled", daily + "\nUID:d\nRECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T080000Z\nSTATUS:CANCELLED", "0105T08 ana, 0107T08 ana, 0108T08 ana"},
		{"the newer of two changes counts", daily + "\nUID:d\nSEQUENCE:2\nSUMMARY:bo\nRECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T100000Z\nDTEND:20260106T110000Z" +
			"\n\nUID:d\nSEQUENCE:1\nSUMMARY:chen\nRECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T100000Z\nDTEND:20260106T110000Z",
			"0105T08 ana, 0106T10 bo, 0107T08 ana, 0108T08 ana"},
		{"all is cancelled", daily + "STATUS:CANCELLED\n\nUID:d\nSUMMARY:bo\nRECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T100000Z\nDTEND:20260106T110000Z", ""},
		{"an instance without its series", "UID:d\nSUMMARY:bo\nRECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T100000Z\nDTEND:20260106T110000Z", "0106T10 bo"},
		{"the newer of two series counts", daily + "SEQUENCE:1\n\nUID:d\nSUMMARY:bo\nDTSTART:20260106T100000Z\nDTEND:20260106T110000Z", "0105T08 ana, 0106T08 ana, 0107T08 ana, 0108T08 ana"},
	} {
		events, problems := read(t, "UTC", vevents(tt.text))
		var got []string
		for _, e := range events {
			got = append(got, e.From.Format("0102T15")+" "+e.Who)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" || len(problems) > 0 {
			t.Errorf("%s: %s%s", tt.name, diff, texts(problems))
		}
	}
}

func TestWhatIsWrongIsSaidAndTheRestIsRead(t *testing.T) {
	const fine = "UID:fine\nDTSTART:20260601T080000Z\nDTEND:20260601T160000Z\n\n"
	for _, tt := range []struct{ name, event, want string }{
		{"no beginning", "SUMMARY:ana", "line 9: the event has no DTSTART"},
		{"no time", "DTSTART:20260105T080000Z", "line 9: it takes no time"},
		{"no date", "DTSTART:2026-01-05", `line 12: DTSTART: "2026-01-05" is no date or time`},
		{"30 February", "DTSTART:20260230", `line 12: DTSTART: "20260230" is no date or time`},
		{"backwards", "DTSTART:20260105T080000Z\nDTEND:20260105T080000Z", "line 9: it does not end after its beginning"},
		{"for ever", "DTSTART:20260105T080000Z\nDTEND:20560105T080000Z", "line 9: it is longer than three years"},
		{"a date and a time", "DTSTART:20260105\nDTEND:20260105T080000Z", "line 9: one of DTSTART and DTEND is a date, the other a time"},
		{"a strange duration", "DTSTART:20260105T080000Z\nDURATION:8h", `line 9: "8h" is no duration`},
		{"a negative duration", "DTSTART:20260105T080000Z\nDURATION:-PT8H", `is no duration`},
		{"an endless duration", "DTSTART:20260105T080000Z\nDURATION:P2147483647W", `is no duration`},
		{"hours from a date", "DTSTART:20260105\nDURATION:PT8H", "hours do not go with a DTSTART that is a date"},
		{"an unknown zone", "DTSTART;TZID=Mars/Olympus:20260105T080000\nDTEND;TZID=Mars/Olympus:20260105T090000",
			`line 12: DTSTART: time zone "Mars/Olympus" is not known: neither the IANA database nor Windows has it, and the file has no VTIMEZONE for it`},
		{"this machine's zone is none", "DTSTART;TZID=Local:20260105T080000\nDURATION:PT1H", `time zone "Local" is not known`},
		{"an unknown zone of the end", "DTSTART:20260105T080000Z\nDTEND;TZID=Nowhere:20260105T090000", `time zone "Nowhere" is not known`},
		{"an unknown zone of an exception", "DTSTART:20260105T080000Z\nDURATION:PT1H\nEXDATE;TZID=Nowhere:20260105T090000", `line 14: EXDATE: time zone "Nowhere" is not known`},
		{"a rule that is not supported", "DTSTART:20260105T080000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYWEEKNO=20", "line 14: RRULE: BYWEEKNO is not supported"},
		{"EXRULE", "DTSTART:20260105T080000Z\nDURATION:PT1H\nEXRULE:FREQ=DAILY", "EXRULE is not supported"},
		{"this and all that follow", "DTSTART:20260105T080000Z\nDURATION:PT1H\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260105T080000Z", "RANGE is not supported"},
		{"times beside a date", "DTSTART:20260105\nRDATE:20260106T080000Z", "it has dates where DTSTART has a time"},
		{"a period as an exception", "DTSTART:20260105\nEXDATE:20260106/P1D", "is no date or time"},
		{"a line that cannot be read", "DTSTART;TZID=\"a\"b:20260105T080000Z\nDURATION:PT1H", "line 12: "},
		{"an endless line", "DTSTART:20260105T080000Z\nDURATION:PT1H\nSUMMARY:ana" + strings.Repeat(" x", 40_000), "line 13: the line is too long"},
		{"countless parameters", "DTSTART" + strings.Repeat(";A=B", 200) + ":20260105T080000Z\nDURATION:PT1H", "has too many parameters"},
	} {
		events, problems := read(t, "UTC", vevents(fine+tt.event))
		if len(events) != 1 || events[0].UID != "fine" {
			t.Errorf("%s: the other event is not read: %v", tt.name, events)
		}
		if got := texts(problems); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestWhatIsNoCalendarIsRefused(t *testing.T) {
	event := "BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:ana\r\nDTSTART:20260105T080000Z\r\nDURATION:PT1H\r\n%sEND:VEVENT\r\n"
	var many strings.Builder
	for i := range maxEvents + 1 {
		fmt.Fprintf(&many, event, i, "")
	}
	var hours strings.Builder
	for i := range 7 {
		fmt.Fprintf(&hours, event, i, "RRULE:FREQ=HOURLY\r\n")
	}
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "no iCalendar file"},
		{"a page", "<!doctype html>\n<p>Sign in</p>", "line 1: this is no iCalendar file"},
		{"an event by itself", "BEGIN:VEVENT\nEND:VEVENT\n", "line 1: BEGIN:VEVENT does not belong here"},
		{"a part of a file", strings.TrimSuffix(vevents("DTSTART:20260105"), "END:VCALENDAR\r\n"), "the file ends within the VCALENDAR of line 1"},
		{"crossed", vcalendar("BEGIN:VEVENT", "BEGIN:VALARM", "END:VEVENT", "END:VALARM"), "line 5: END:VEVENT ends nothing that has begun"},
		{"a calendar within", vcalendar("BEGIN:VCALENDAR", "END:VCALENDAR"), "line 3: BEGIN:VCALENDAR does not belong here"},
		{"bottomless", vcalendar(strings.Repeat("BEGIN:X\r\n", 1000)), "more than 8 deep"},
		{"too many events", vcalendar(many.String()), "more than 10000 events"},
		{"too many instances", vcalendar(hours.String()), "more than 100000 instances"},
		{"too large", vcalendar(strings.Repeat("X-PAD:"+strings.Repeat("x", 1000)+"\r\n", 5000)), "larger than 4 MiB"},
	} {
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		_, _, err := ReadICS(strings.NewReader(tt.text), &Schedule{Zone: time.UTC}, crew, from, from.AddDate(2, 0, 0))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

// A file may hold many calendars, parts that mean nothing here, a byte order
// mark, and line ends of any system.
func TestWhatElseAFileHas(t *testing.T) {
	text := "\ufeff" + vcalendar("METHOD:PUBLISH", "X-WR-CALNAME:x", "BEGIN:VTODO", "SUMMARY:ana", "DTSTART:20260101", "END:VTODO",
		"BEGIN:VEVENT", "UID:a", "SUMMARY:ana", "DTSTART:20260105", "BEGIN:VALARM", "SUMMARY:bo", "TRIGGER:-PT15M", "END:VALARM",
		"DESCRIPTION:no colon needed", " here", "broken line", "END:VEVENT") +
		strings.ReplaceAll(vevents("UID:b\nDTSTART:20260107"), "\r", "") +
		vcalendar("METHOD:CANCEL", "BEGIN:VEVENT", "UID:c", "SUMMARY:ana", "DTSTART:20260109", "END:VEVENT")
	events, problems := read(t, "UTC", text)
	if diff := cmp.Diff([]string{"260105T00:00 260106T00:00", "260107T00:00 260108T00:00"}, spans(events)); diff != "" {
		t.Error(diff)
	}
	if got := texts(problems); !strings.Contains(got, "METHOD:CANCEL") || len(problems) != 1 || !problems[0].Warning {
		t.Errorf("problems: %s", got)
	}
}

func TestOnlyMistakesAreNoWarnings(t *testing.T) {
	for text, warning := range map[string]bool{
		"SUMMARY:lunch\nDTSTART:20260105":                                         true,
		"DTSTART:20260105T080000Z":                                                true,
		"DTSTART:20260105\n\nSUMMARY:bo\nDTSTART:20260105T120000Z\nDURATION:PT1H": true,
		"SUMMARY:ana and bo\nDTSTART:20260105":                                    false,
		"DTSTART;TZID=Nowhere:20260105T080000\nDURATION:PT1H":                     false,
	} {
		if _, problems := read(t, "UTC", vevents(text)); len(problems) != 1 || problems[0].Warning != warning {
			t.Errorf("%q: %+v", text, problems)
		}
	}
}
