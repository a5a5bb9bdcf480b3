package civil

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func days(t *testing.T, text string) Weekdays {
	t.Helper()
	d, err := ParseDays(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func cron(t *testing.T, text string) *Cron {
	t.Helper()
	c, err := ParseCron(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// spans returns those that are not over at from and begin before until, as a
// clock in the recurrence's zone shows them.
func spans(t *testing.T, make func() *Recurrence, from, until string) []string {
	t.Helper()
	var list []string
	for at := utc(t, from); ; {
		r := make() // anew each time, as after a reload
		s, ok := r.Next(at)
		if !ok || !s.From.Before(utc(t, until)) {
			return list
		}
		if !s.Until.After(at) || s.From.Location() != time.UTC || s.Until.Location() != time.UTC {
			t.Fatalf("Next(%v) is %v", at, s)
		}
		list = append(list, s.From.In(r.loc()).Format("01-02 15:04-")+s.Until.In(r.loc()).Format("01-02 15:04"))
		at = s.Until
	}
}

func TestDailyOverMidnightForFortyDays(t *testing.T) {
	for _, tt := range []struct {
		zone, from string
		odd        map[string]string // spans of the nights on which clocks change
	}{
		{"Europe/Berlin", "2026-03-01T12:00:00Z", nil},
		{"Europe/Berlin", "2026-10-01T12:00:00Z", nil},
		{"America/New_York", "2026-02-20T12:00:00Z", nil},
		{"America/New_York", "2026-10-20T12:00:00Z", nil},
		{"Australia/Lord_Howe", "2026-03-20T12:00:00Z", nil},
		{"Australia/Lord_Howe", "2026-09-20T12:00:00Z", nil},
		{"America/Santiago", "2026-08-20T12:00:00Z", map[string]string{"09-05 23:00": "09-06 02:00"}}, // two hours, one skipped
		{"America/Santiago", "2026-03-20T12:00:00Z", map[string]string{"04-04 23:00": "04-05 00:00"}}, // 23:00 twice: the first
	} {
		loc := zone(t, tt.zone)
		daily := func() *Recurrence {
			return &Recurrence{Days: days(t, "daily"), At: 23 * time.Hour, For: 2 * time.Hour, Zone: loc}
		}
		start := utc(t, tt.from)
		y, m, d := start.In(loc).Date()
		var want []string
		for i := range 40 {
			from := time.Date(y, m, d+i, 23, 0, 0, 0, time.UTC).Format("01-02 15:04")
			until := time.Date(y, m, d+i+1, 1, 0, 0, 0, time.UTC).Format("01-02 15:04")
			if odd, ok := tt.odd[from]; ok {
				until = odd
			}
			want = append(want, from+"-"+until)
		}
		got := spans(t, daily, tt.from, start.Add(40*day).Format(time.RFC3339))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s from %s (-want +got):\n%s", tt.zone, tt.from, d)
		}
	}
}

func TestNextOnCalendarDays(t *testing.T) {
	for _, tt := range []struct {
		name        string
		r           Recurrence
		zone        string
		from, until string
		want        []string
	}{
		{
			"sundays over both nights in Berlin", Recurrence{Days: days(t, "sun"), At: 2*time.Hour + 30*time.Minute, For: time.Hour},
			"Europe/Berlin", "2026-03-16T00:00:00Z", "2026-04-06T00:00:00Z",
			[]string{"03-22 02:30-03-22 03:30", "03-29 03:00-03-29 04:00", "04-05 02:30-04-05 03:30"},
		},
		{
			"and an hour twice", Recurrence{Days: days(t, "sun"), At: 2 * time.Hour, For: 2 * time.Hour},
			"Europe/Berlin", "2026-10-19T00:00:00Z", "2026-11-02T00:00:00Z",
			[]string{"10-25 02:00-10-25 03:00", "11-01 02:00-11-01 04:00"},
		},
		{
			"half an hour skipped on Lord Howe Island", Recurrence{Cron: cron(t, "15 2 * * SUN"), For: time.Hour},
			"Australia/Lord_Howe", "2026-09-28T00:00:00Z", "2026-10-12T00:00:00Z",
			[]string{"10-04 02:30-10-04 03:30", "10-11 02:15-10-11 03:15"},
		},
		{
			"half an hour twice", Recurrence{Cron: cron(t, "45 1 * * SUN"), For: time.Hour},
			"Australia/Lord_Howe", "2026-03-29T00:00:00Z", "2026-04-13T00:00:00Z",
			[]string{"04-05 01:45-04-05 02:15", "04-12 01:45-04-12 02:45"},
		},
		{
			"New York forward", Recurrence{Cron: cron(t, "30 2 * * *"), For: 30 * time.Minute},
			"America/New_York", "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z",
			[]string{"03-07 02:30-03-07 03:00", "03-08 03:00-03-08 03:30", "03-09 02:30-03-09 03:00"},
		},
		{
			"New York back: once, not twice", Recurrence{Cron: cron(t, "30 1 * * *"), For: 30 * time.Minute},
			"America/New_York", "2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z",
			[]string{"10-31 01:30-10-31 02:00", "11-01 01:30-11-01 01:00", "11-02 01:30-11-02 02:00"},
		},
		{
			"second Tuesday", Recurrence{Cron: cron(t, "0 2 * * TUE#2"), For: 2 * time.Hour},
			"Europe/Berlin", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z",
			[]string{"01-13 02:00-01-13 04:00", "02-10 02:00-02-10 04:00", "03-10 02:00-03-10 04:00", "04-14 02:00-04-14 04:00", "05-12 02:00-05-12 04:00"},
		},
		{
			"last day of the month", Recurrence{Cron: cron(t, "0 23 L * *"), For: 2 * time.Hour},
			"UTC", "2028-01-15T00:00:00Z", "2028-06-01T00:00:00Z",
			[]string{"01-31 23:00-02-01 01:00", "02-29 23:00-03-01 01:00", "03-31 23:00-04-01 01:00", "04-30 23:00-05-01 01:00", "05-31 23:00-06-01 01:00"},
		},
		{
			"every second week", Recurrence{Days: days(t, "sat,sun"), Every: 2, Anchor: utc(t, "2026-01-07T15:00:00Z"), At: 22 * time.Hour, For: 3 * time.Hour},
			"UTC", "2026-01-01T00:00:00Z", "2026-02-10T00:00:00Z",
			[]string{"01-10 22:00-01-11 01:00", "01-11 22:00-01-12 01:00", "01-24 22:00-01-25 01:00", "01-25 22:00-01-26 01:00", "02-07 22:00-02-08 01:00", "02-08 22:00-02-09 01:00"},
		},
		{
			"every third week, before the anchor too", Recurrence{Days: days(t, "mon"), Every: 3, Anchor: utc(t, "2026-03-04T00:00:00Z"), For: time.Hour},
			"UTC", "2026-01-01T00:00:00Z", "2026-03-30T00:00:00Z",
			[]string{"01-19 00:00-01-19 01:00", "02-09 00:00-02-09 01:00", "03-02 00:00-03-02 01:00", "03-23 00:00-03-23 01:00"},
		},
		{
			"a whole day, which is longer in October", Recurrence{Days: days(t, "sat,sun,mon"), For: day},
			"Europe/Berlin", "2026-10-23T00:00:00Z", "2026-10-28T00:00:00Z",
			[]string{"10-24 00:00-10-25 23:00", "10-26 00:00-10-27 00:00"},
		},
		{
			"a day that was left out begins when the next one does", Recurrence{Cron: cron(t, "0 9 30 12 *"), For: time.Hour},
			"Pacific/Apia", "2011-12-01T00:00:00Z", "2012-12-31T00:00:00Z",
			[]string{"12-31 00:00-12-31 01:00", "12-30 09:00-12-30 10:00"},
		},
		{
			"once", Recurrence{Once: Span{utc(t, "2026-12-24T09:00:00Z"), utc(t, "2026-12-27T09:00:00Z")}},
			"UTC", "2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z", []string{"12-24 09:00-12-27 09:00"},
		},
	} {
		again := func() *Recurrence {
			r := tt.r
			r.Zone = zone(t, tt.zone)
			if r.Cron != nil {
				r.Cron = cron(t, r.Cron.String())
			}
			return &r
		}
		if d := cmp.Diff(tt.want, spans(t, again, tt.from, tt.until)); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
	}
}

func TestNextJoinsWhatTouchesOrOverlaps(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	for _, tt := range []struct {
		name          string
		r             Recurrence
		at, from, end string
	}{
		{"each minute for an hour", Recurrence{Cron: cron(t, "* 7 * * *"), For: time.Minute}, "2026-01-01T07:30:00Z", "2026-01-01T07:00:00Z", "2026-01-01T08:00:00Z"},
		{"seen from before", Recurrence{Cron: cron(t, "* 7 * * *"), For: time.Minute}, "2026-01-01T06:30:00Z", "2026-01-01T07:00:00Z", "2026-01-01T08:00:00Z"},
		{"seen at its last instant", Recurrence{Cron: cron(t, "* 7 * * *"), For: time.Minute}, "2026-01-01T07:59:59.999Z", "2026-01-01T07:00:00Z", "2026-01-01T08:00:00Z"},
		{"seen at its end", Recurrence{Cron: cron(t, "* 7 * * *"), For: time.Minute}, "2026-01-01T08:00:00Z", "2026-01-02T07:00:00Z", "2026-01-02T08:00:00Z"},
		{"half a month of minutes", Recurrence{Cron: cron(t, "* * 1-15 * *"), For: time.Minute}, "2026-01-05T12:00:00Z", "2026-01-01T00:00:00Z", "2026-01-16T00:00:00Z"},
		{"working days", Recurrence{Days: days(t, "mon-fri"), For: 30 * time.Hour}, "2026-01-07T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-10T06:00:00Z"},
		{"one that the clocks skipped", Recurrence{Cron: cron(t, "30 2,4 * * *"), For: 90 * time.Minute, Zone: berlin}, "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z"},
		{"seen while the clocks show it again", Recurrence{Cron: cron(t, "30 2 * * *"), For: time.Hour, Zone: berlin}, "2026-10-25T01:10:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		{"longer than a second", Recurrence{Days: days(t, "mon"), At: 90 * time.Second, For: time.Second}, "2026-01-05T00:01:30.5Z", "2026-01-05T00:01:30Z", "2026-01-05T00:01:31Z"},
	} {
		got, ok := tt.r.Next(utc(t, tt.at))
		if want := (Span{utc(t, tt.from), utc(t, tt.end)}); !ok || got != want {
			t.Errorf("%s: %v, %v; want %v", tt.name, got, ok, want)
		}
	}
}

func TestWhatNeverPausesHoldsAllTheTime(t *testing.T) {
	for _, r := range []Recurrence{
		{Days: days(t, "daily"), For: day},
		{Days: days(t, "sun"), For: 12 * 366 * day},
		{Cron: cron(t, "* * * * *"), For: time.Hour},
	} {
		for at := utc(t, "2026-01-01T00:00:00Z"); at.Year() < 2028; at = at.Add(100 * day) {
			s, ok := r.Next(at)
			if !ok || !s.Holds(at) || s.Until.Sub(at) < week && s.Until.Sub(s.From) < 2*week {
				t.Fatalf("%v: Next(%v) is %v, %v", &r, at, s, ok)
			}
		}
	}
}

func TestNextIsFalseWhenThereIsNothing(t *testing.T) {
	once := Span{utc(t, "2026-12-24T09:00:00Z"), utc(t, "2026-12-27T09:00:00Z")}
	for _, r := range []Recurrence{
		{},
		{Once: once},
		{Once: Span{From: once.Until, Until: utc(t, "2027-06-01T00:00:00Z").Add(-365 * day)}}, // ends before it begins
		{Cron: cron(t, "0 0 30 2 *"), For: time.Hour},
		{Cron: cron(t, "0 0 31 2,4,6,9,11 *"), For: time.Hour},
		{Cron: new(Cron), For: time.Hour},
		{Cron: cron(t, "@daily")},
		{Days: days(t, "sun"), For: -time.Hour},
		{For: time.Hour},
		{Days: days(t, "sun"), At: day, For: time.Hour},
	} {
		at := utc(t, "2026-12-27T09:00:00Z") // the very end of once
		if s, ok := r.Next(at); ok {
			t.Errorf("%v: Next is %v, want none", &r, s)
		}
	}
}

func TestA29thOfFebruaryOnATuesdayIsFound(t *testing.T) {
	r := Recurrence{Cron: cron(t, "0 0 * 2 TUE#5"), For: time.Hour}
	for _, tt := range []struct{ at, want string }{{"2028-03-01T00:00:00Z", "2056-02-29T00:00:00Z"}, {"2056-02-29T01:00:00Z", "2084-02-29T00:00:00Z"}, {"2084-03-01T00:00:00Z", "2124-02-29T00:00:00Z"}} {
		if s, ok := r.Next(utc(t, tt.at)); !ok || !s.From.Equal(utc(t, tt.want)) {
			t.Errorf("after %s: %v, %v; want %s", tt.at, s, ok, tt.want)
		}
	}
}

func TestRecurrenceSaysItself(t *testing.T) {
	for _, tt := range []struct {
		r    Recurrence
		want string
	}{
		{Recurrence{Days: days(t, "sun"), At: 2 * time.Hour, For: 2 * time.Hour, Zone: zone(t, "Europe/Berlin")}, "sun 02:00 for 2h Europe/Berlin"},
		{Recurrence{Days: days(t, "daily"), At: 23 * time.Hour, For: 26*time.Hour + 30*time.Minute}, "daily 23:00 for 26h30m UTC"},
		{Recurrence{Days: days(t, "mon-fri"), At: 90 * time.Second, For: 26 * time.Hour}, "mon-fri 00:01:30 for 1d2h UTC"},
		{Recurrence{Days: days(t, "sat,sun"), Every: 2, Anchor: utc(t, "2026-01-05T00:00:00Z"), For: 90 * time.Minute}, "sat,sun every 2 weeks from 2026-01-05 00:00 for 1h30m UTC"},
		{Recurrence{Cron: cron(t, "0 3 * * *"), For: time.Hour}, "cron 0 3 * * * for 1h UTC"},
		{Recurrence{Once: Span{utc(t, "2026-12-24T10:00:00+01:00"), utc(t, "2026-12-27T09:00:30Z")}}, "2026-12-24 09:00Z to 2026-12-27 09:00:30Z"},
	} {
		if got := tt.r.String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// plan is a recurrence and the same rule written down anew: whether a wall time
// is one of its beginnings.
type plan struct {
	Recurrence
	begins func(wall time.Time) bool
}

func drawPlan(t *rapid.T, loc *time.Location) plan {
	p := plan{Recurrence: Recurrence{
		Zone: loc,
		For:  time.Duration(rapid.SampledFrom([]int{1, 7, 30, 60, 61, 120, 600, 1440, 3000}).Draw(t, "minutes")) * time.Minute,
	}}
	if rapid.Bool().Draw(t, "weekly") {
		p.Days = Weekdays(rapid.IntRange(1, 127).Draw(t, "days"))
		p.At = time.Duration(rapid.OneOf(rapid.IntRange(0, 24*60-1), rapid.IntRange(0, 200)).Draw(t, "at")) * time.Minute
		p.Every = rapid.IntRange(0, 3).Draw(t, "every")
		p.Anchor = time.Date(2026, 6, rapid.IntRange(1, 20).Draw(t, "anchor"), 13, 0, 0, 0, time.UTC)
		p.begins = func(w time.Time) bool {
			weeks := int(monday(midnight(w)).Sub(monday(midnight(p.Anchor))) / week)
			return p.Days.Has(w.Weekday()) && weeks%max(p.Every, 1) == 0 && sinceMidnight(w) == p.At
		}
		return p
	}
	var fields []string
	var sets [5][]int
	for i, f := range cronFields {
		if rapid.IntRange(0, 2).Draw(t, "star") == 0 {
			fields = append(fields, "*")
			continue
		}
		most := 5
		if i == 0 {
			most = 3
		}
		sets[i] = rapid.SliceOfNDistinct(rapid.IntRange(f.min, f.max), 1, most, rapid.ID[int]).Draw(t, f.name)
		fields = append(fields, strings.Trim(strings.ReplaceAll(fmt.Sprint(sets[i]), " ", ","), "[]"))
	}
	c, err := ParseCron(strings.Join(fields, " "))
	if err != nil {
		t.Fatal(err)
	}
	p.Cron = c
	p.begins = func(w time.Time) bool {
		in := func(i, v int) bool { return sets[i] == nil || slices.Contains(sets[i], v) }
		ofMonth := in(2, w.Day())
		ofWeek := in(4, int(w.Weekday())) || in(4, int(w.Weekday())+7)
		onDay := ofMonth && ofWeek
		if sets[2] != nil && sets[4] != nil {
			onDay = ofMonth || ofWeek
		}
		return in(0, w.Minute()) && in(1, w.Hour()) && onDay && in(3, int(w.Month())) && w.Second() == 0
	}
	return p
}

// TestNextAgreesWithEveryMinute compares with a walk over each minute on the
// wall of some weeks around a change of the clocks.
func TestNextAgreesWithEveryMinute(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		loc := zone(t, rapid.SampledFrom(awkward).Draw(rt, "zone"))
		p := drawPlan(rt, loc)
		change := changeNear(time.Unix(rapid.Int64Range(1_300_000_000, 2_000_000_000).Draw(rt, "start"), 0), loc)
		const before, length = 4, 14 // days
		first := midnight(shownBy(change, loc)).Add(-before * day)
		base := Resolve(first, loc)
		holds := make([]bool, length*24*60)
		filled := 0 // up to here: later ones end later
		for wall := first.Add(-3 * day); wall.Before(first.Add(length * day)); wall = wall.Add(time.Minute) {
			if !p.begins(wall) {
				continue
			}
			from := int(Resolve(wall, loc).Sub(base) / time.Minute)
			until := from + int(p.For/time.Minute)
			for i := max(from, filled, 0); i < min(until, len(holds)); i++ {
				holds[i] = true
			}
			filled = until
		}
		var s Span
		var ok bool
		for i, want := range holds[:(length-2)*24*60] {
			at := base.Add(time.Duration(i) * time.Minute)
			if i == 0 || ok && !s.Until.After(at) {
				last := s
				if s, ok = p.Next(at); ok && !s.Until.After(at) || ok && i > 0 && !s.From.After(last.Until) {
					rt.Fatalf("%v: Next(%v) is %v after %v", &p.Recurrence, at, s, last)
				}
			}
			if got := ok && s.Holds(at); got != want {
				rt.Fatalf("%v: at %v (%v): holds %v, want %v; Next is %v", &p.Recurrence, at, at.In(loc), got, want, s)
			}
		}
		// From any instant inside, the span is the same one, unless it may have been cut.
		at := base.Add(time.Duration(rapid.IntRange(0, length*24*60*60).Draw(rt, "second")) * time.Second)
		if a, ok := p.Next(at); ok && a.Until.Sub(a.From) < maxJoins*time.Minute {
			for _, inside := range []time.Time{a.From, a.From.Add(a.Until.Sub(a.From) / 3), a.Until.Add(-1)} {
				if b, _ := p.Next(inside); b != a {
					rt.Fatalf("%v: Next(%v) is %v, Next(%v) is %v", &p.Recurrence, at, a, inside, b)
				}
			}
		}
	})
}

func BenchmarkNext(b *testing.B) {
	loc, _ := time.LoadLocation("Europe/Berlin")
	daily, _ := ParseDays("daily")
	often, _ := ParseCron("*/5 * * * *")
	never, _ := ParseCron("0 0 30 2 *")
	at := time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)
	for name, r := range map[string]Recurrence{
		"daily":         {Days: daily, At: 23 * time.Hour, For: 2 * time.Hour, Zone: loc},
		"cron":          {Cron: often, For: time.Minute, Zone: loc},
		"cron, never":   {Cron: never, For: time.Minute, Zone: loc},
		"without pause": {Cron: often, For: 5 * time.Minute, Zone: loc},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r.Next(at)
			}
		})
	}
}
