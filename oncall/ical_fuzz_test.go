package oncall

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
)

// FuzzReadICS holds against any file that what is read is bounded, harmless, in
// order, and the same again.
func FuzzReadICS(f *testing.F) {
	f.Add(zoned("custom", fmt.Sprintf(vtimezone, "custom")))
	f.Add(zoned("W. Europe Standard Time", ""))
	f.Add(vevents("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=MONTHLY;BYDAY=MO,-1FR;BYSETPOS=1,-1;WKST=SU\nEXDATE:20260202\nRDATE;VALUE=DATE:20260307"))
	f.Add(vevents("UID:a\nDTSTART:20260105T080000Z\nDURATION:P1DT2H\nRRULE:FREQ=HOURLY;INTERVAL=5;UNTIL=20260201T000000Z\n\nUID:a\nRECURRENCE-ID:20260105T130000Z\nSUMMARY:Bo Ek\nDTSTART:20260105T140000Z\nDTEND:20260105T150000Z"))
	f.Add(vevents("SUMMARY:x\nATTENDEE;CN=\"Ana\";PARTSTAT=ACCEPTED:mailto:ana@example.org\nDTSTART:20260329T023000\nDTEND:20260329T033000\nRDATE;VALUE=PERIOD:20260401T000000Z/20260402T000000Z"))
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:\x1b]0;ana\x07\n\tana\nDTSTART:00010101\nRRULE:FREQ=YEARLY;COUNT=9\nEND:VEVENT\nEND:VCALENDAR")
	f.Add("BEGIN:VCALENDAR\nBEGIN:\x00")
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	s := &Schedule{Name: "primary", Zone: berlin}
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		events, problems, err := ReadICS(strings.NewReader(text), s, crew, from, to)
		again, problemsAgain, errAgain := ReadICS(strings.NewReader(text), s, crew, from, to)
		if fmt.Sprint(events, problems, err) != fmt.Sprint(again, problemsAgain, errAgain) {
			t.Fatal("read twice, it says two things")
		}
		if err != nil && len(events)+len(problems) > 0 {
			t.Fatal("a file that is refused has events")
		}
		harmless(t, fmt.Sprint(err))
		for _, p := range problems {
			harmless(t, p.Text)
		}
		for i, e := range events {
			harmless(t, e.Summary+e.UID)
			switch {
			case !e.From.Before(e.To) || !e.From.Before(to) || !e.To.After(from):
				t.Fatalf("of another time: %+v", e)
			case e.From.Location() != time.UTC || e.To.Location() != time.UTC:
				t.Fatalf("not in UTC: %+v", e)
			case i > 0 && e.From.Before(events[i-1].From):
				t.Fatalf("%+v after %+v", e, events[i-1])
			case !newPeople(crew).names[e.Who]:
				t.Fatalf("nobody's: %+v", e)
			}
		}
		var end time.Time
		for _, o := range Imported("primary", events) {
			if o.From.Before(end) || !o.From.Before(o.To) {
				t.Fatalf("overlaps what ends at %v: %+v", end, o)
			}
			end = o.To
		}
	})
}

func harmless(t *testing.T, text string) {
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }); i >= 0 {
		t.Fatalf("drives a terminal: %q", text)
	}
}
