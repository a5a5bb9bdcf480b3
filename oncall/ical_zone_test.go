package oncall

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/civil"
)

func TestEveryWindowsZoneIsThere(t *testing.T) {
	if len(windowsZones) < 139 {
		t.Errorf("%d zones", len(windowsZones))
	}
	for windows, iana := range windowsZones {
		if ianaZone(iana) == nil {
			t.Errorf("%s: there is no zone %s", windows, iana)
		}
	}
	for name, want := range map[string]string{"W. Europe Standard Time": "Europe/Berlin", "w. europe standard TIME": "Europe/Berlin", "Mars Standard Time": ""} {
		if got := windowsZone(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// vtimezone is what Outlook makes of Berlin.
const vtimezone = `BEGIN:VTIMEZONE
TZID:%s
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE`

func zoned(tzid, definition string) string {
	return vcalendar(strings.ReplaceAll(definition, "\n", "\r\n"),
		"BEGIN:VEVENT", "SUMMARY:ana", fmt.Sprintf("DTSTART;TZID=%q:20260701T090000", tzid), "DURATION:PT8H", "RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2", "END:VEVENT")
}

func TestHowAZoneIsNamed(t *testing.T) {
	const summer, winter = "260701T07:00 260701T15:00", "270101T08:00 270101T16:00"
	for _, tt := range []struct{ name, tzid, definition string }{
		{"by the IANA database", "Europe/Berlin", ""},
		{"by Windows", "W. Europe Standard Time", ""},
		{"made unique", "/citadel.org/20210210_1/Europe/Berlin", ""},
		{"by the file", "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", fmt.Sprintf(vtimezone, "(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna")},
		{"by what the file says it is", "custom", "BEGIN:VTIMEZONE\nTZID:custom\nX-LIC-LOCATION:Europe/Berlin\nEND:VTIMEZONE"},
		{"by dates of the file", "custom", "BEGIN:VTIMEZONE\nTZID:custom\nBEGIN:DAYLIGHT\nDTSTART:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n" +
			"BEGIN:STANDARD\nDTSTART:20251026T030000\nRDATE:20261025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE"},
		{"rather by the database than by the file", "Europe/Berlin", strings.ReplaceAll(fmt.Sprintf(vtimezone, "Europe/Berlin"), "+0100", "+0500")},
	} {
		events, problems := read(t, "UTC", zoned(tt.tzid, tt.definition))
		if got := strings.Join(spans(events), ", "); got != summer+", "+winter || len(problems) > 0 {
			t.Errorf("%s: %s; %s", tt.name, got, texts(problems))
		}
	}
}

func TestAZoneThatCannotBeUsedIsNamed(t *testing.T) {
	broken := func(old, new string) string {
		return strings.Replace(fmt.Sprintf(vtimezone, "custom"), old, new, 1)
	}
	for _, tt := range []struct{ name, definition, want string }{
		{"not defined", "", `time zone "custom" is not known`},
		{"another is", fmt.Sprintf(vtimezone, "other"), `time zone "custom" is not known`},
		{"empty", "BEGIN:VTIMEZONE\nTZID:custom\nEND:VTIMEZONE", `time zone "custom" is defined by the VTIMEZONE of line 3, which cannot be used: it has neither STANDARD nor DAYLIGHT`},
		{"an offset that is none", broken("+0200", "two"), `line 5: TZOFFSETFROM: "two" is no offset`},
		{"no offset", broken("TZOFFSETTO:+0100", "X:"), `TZOFFSETTO: "" is no offset`},
		{"no beginning", broken("DTSTART:16010101T030000", "X:"), "DTSTART: "},
		{"a rule of days", broken("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU", "FREQ=DAILY"), "only FREQ=YEARLY is supported in a time zone"},
		{"a rule that is not supported", broken("BYMONTH=10", "BYWEEKNO=10"), "BYWEEKNO is not supported"},
		{"a line that cannot be read", broken("RRULE:", "RRULE;A:"), "line 9: "},
	} {
		events, problems := read(t, "UTC", zoned("custom", tt.definition))
		if got := texts(problems); len(events) > 0 || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %v; %s, want %s", tt.name, events, got, tt.want)
		}
	}
}

// A zone that a file defines has the same offsets as the one that it is made of,
// from the first change of its clocks to the end of what is asked for.
func TestADefinedZoneIsTheOneItDescribes(t *testing.T) {
	berlin := ianaZone("Europe/Berlin")
	var work effort = maxEffort
	components, err := readComponents(strings.NewReader(vcalendar(strings.ReplaceAll(fmt.Sprintf(vtimezone, "custom"), "\n", "\r\n"))))
	if err != nil {
		t.Fatal(err)
	}
	z := zones{own: map[string]*component{"custom": components[0].parts[0]}, found: map[string]zoneOrErr{},
		until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), work: &work}
	custom, err := z.find("custom")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		// Germany has changed its clocks on these days since 1996.
		at := time.Unix(rapid.Int64Range(time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), z.until.Unix()-1).Draw(t, "at"), 0)
		if got, want := at.In(custom).Format("15:04:05 -0700"), at.In(berlin).Format("15:04:05 -0700"); got != want || at.In(custom).IsDST() != at.In(berlin).IsDST() {
			t.Fatalf("%v: %s, want %s", at, got, want)
		}
		wall := time.Unix(at.Unix(), 0).UTC()
		if got, want := civil.Resolve(wall, custom), civil.Resolve(wall, berlin); !got.Equal(want) {
			t.Fatalf("%v is %v, want %v", wall, got, want)
		}
	})
}
