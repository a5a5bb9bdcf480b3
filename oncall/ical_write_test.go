package oncall

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sitrep/civil"
)

// weeksOfBerlin is a schedule of weeks from Monday 09:00.
func weeksOfBerlin(layers ...Layer) Schedule {
	weekly := Layer{Name: "weekly", Operators: []string{"ana", "bo"}, Every: 1, Unit: Week, From: instantOf(nil, "2026-01-05T09:00:00Z")}
	return Schedule{Name: "primary", Zone: ianaZone("Europe/Berlin"), Layers: append([]Layer{weekly}, layers...)}
}

func export(t interface{ Fatal(...any) }, r *Roster, from string, horizon time.Duration) string {
	var b bytes.Buffer
	if err := WriteICS(&b, r, "primary", instantOf(t, from), horizon); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const twoWeeks = 14 * 24 * time.Hour

func TestACalendarToSubscribeTo(t *testing.T) {
	now := instantOf(t, "2026-03-20T12:00:00Z")
	r, _ := NewRoster(now, crew, []Schedule{weeksOfBerlin()}, Saved{})
	r, _, err := r.Override(now, Override{Schedule: "primary", From: instantOf(t, "2026-03-24T08:00:00Z"), To: instantOf(t, "2026-03-25T08:00:00Z"),
		With: "chen", For: "bo", Note: "dentist; 9,\nthen lunch", By: "bo"})
	if err != nil {
		t.Fatal(err)
	}
	got := export(t, r, "2026-03-20T12:00:00Z", 10*24*time.Hour)
	got = regexp.MustCompile(`UID:[0-9a-f]{16}@sitrep`).ReplaceAllString(got, "UID:*")
	event := func(from, to, sequence, who, operator, why string) string {
		return "BEGIN:VEVENT\r\nUID:*\r\nDTSTAMP:20260320T120000Z\r\nDTSTART:" + from + "\r\nDTEND:" + to + "\r\nSEQUENCE:" + sequence +
			"\r\nSUMMARY:On call: " + who + " (primary)\r\nDESCRIPTION:" + why + "\r\nTRANSP:TRANSPARENT\r\nX-SITREP-OPERATOR:" + operator + "\r\nEND:VEVENT\r\n"
	}
	want := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//sitrep//on call//EN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:On call: primary\r\n" +
		"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n" +
		event("20260316T080000Z", "20260323T080000Z", "0", "Ana", "ana", "Rotation weekly") +
		event("20260323T080000Z", "20260324T080000Z", "1", "Bo Ek", "bo", "Rotation weekly") +
		event("20260324T080000Z", "20260325T080000Z", "1", "chen", "chen", `Takes over for Bo Ek: dentist\; 9\,\nthen lunch`) +
		event("20260325T080000Z", "20260330T070000Z", "1", "Bo Ek", "bo", "Rotation weekly") +
		event("20260330T070000Z", "20260406T070000Z", "0", "Ana", "ana", "Rotation weekly") +
		"END:VCALENDAR\r\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := WriteICS(&bytes.Buffer{}, r, "primry", now, 0); !errors.Is(err, ErrUnknownSchedule) {
		t.Errorf("an unknown schedule: %v", err)
	}
}

// uids returns the UIDs of a calendar by when their events begin.
func uids(text string) map[string]string {
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`UID:(\S+)\s+DTSTAMP:\S+\s+DTSTART:(\S+)`).FindAllStringSubmatch(text, -1) {
		all[m[2]] = m[1]
	}
	return all
}

func TestAnEventKeepsItsUID(t *testing.T) {
	const from = "2026-03-20T12:00:00Z"
	now := instantOf(t, from)
	r, _ := NewRoster(now, crew, []Schedule{weeksOfBerlin()}, Saved{})
	before := uids(export(t, r, from, 4*twoWeeks))

	later := uids(export(t, r, "2026-03-27T03:04:05Z", 4*twoWeeks))
	for begin, uid := range later {
		if was := before[begin]; was != "" && was != uid {
			t.Errorf("%s was %s, and is %s a week later", begin, was, uid)
		}
	}
	if later["20260323T080000Z"] == "" {
		t.Errorf("the shift under way is not whole: %v", later)
	}

	for _, tt := range []struct{ name, from, to, event string }{
		{"in the middle: what is before it", "2026-03-24T08:00:00Z", "2026-03-25T08:00:00Z", "20260323T080000Z"},
		{"at the beginning: what is left", "2026-03-23T08:00:00Z", "2026-03-25T08:00:00Z", "20260325T080000Z"},
	} {
		edited, _, err := r.Override(now, Override{Schedule: "primary", From: instantOf(t, tt.from), To: instantOf(t, tt.to), With: "chen"})
		if err != nil {
			t.Fatal(err)
		}
		after := uids(export(t, edited, from, 4*twoWeeks))
		if got := after[tt.event]; got != before["20260323T080000Z"] {
			t.Errorf("%s is %s, was %s", tt.name, got, before["20260323T080000Z"])
		}
		if seen := slices.Sorted(mapsValues(after)); len(slices.Compact(seen)) != len(after) {
			t.Errorf("%s: two events share a UID: %v", tt.name, after)
		}
	}

	other := weeksOfBerlin()
	other.Layers[0].Operators = []string{"chen", "bo"}
	swapped, _ := NewRoster(now, crew, []Schedule{other}, Saved{})
	if diff := cmp.Diff(before, uids(export(t, swapped, from, 4*twoWeeks))); diff != "" {
		t.Errorf("with somebody else: %s", diff)
	}
	if got := uids(export(t, r, from, 4*twoWeeks)); !cmp.Equal(got, before) {
		t.Error("written twice, they differ")
	}
}

func mapsValues(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

func TestSequenceGrowsWithChanges(t *testing.T) {
	const from = "2026-03-20T12:00:00Z"
	now := instantOf(t, from)
	r, _ := NewRoster(now, crew, []Schedule{weeksOfBerlin()}, Saved{})
	sequence := func(r *Roster) string {
		text := export(t, r, from, twoWeeks)
		return regexp.MustCompile(`DTSTART:20260323T080000Z\s+DTEND:\S+\s+SEQUENCE:(\d+)`).FindStringSubmatch(text)[1]
	}
	if got := sequence(r); got != "0" {
		t.Errorf("at first: %s", got)
	}
	r, delta, err := r.Override(now, Override{Schedule: "primary", From: instantOf(t, "2026-03-24T08:00:00Z"), To: instantOf(t, "2026-03-25T08:00:00Z"), With: "chen"})
	if err != nil {
		t.Fatal(err)
	}
	if got := sequence(r); got != "1" {
		t.Errorf("with an override: %s", got)
	}
	if r, _, err = r.Withdraw(now, delta.Overrides[0].ID, "ana"); err != nil {
		t.Fatal(err)
	}
	if got := sequence(r); got != "2" {
		t.Errorf("once it is withdrawn: %s", got)
	}
}

func TestNobodyIsNoEvent(t *testing.T) {
	office := Layer{Name: "office", Operators: []string{"ana"}, Every: 1, Unit: Day, From: instantOf(t, "2026-01-05T00:00:00Z"),
		Days: 1<<time.Monday | 1<<time.Friday, Start: 9 * time.Hour, End: 17 * time.Hour}
	for _, fallback := range [][]string{nil, {"bo", "pager"}} {
		s := Schedule{Name: "primary", Zone: time.UTC, Layers: []Layer{office}, Fallback: fallback}
		r, _ := NewRoster(instantOf(t, "2026-01-01T00:00:00Z"), crew, []Schedule{s}, Saved{})
		text := export(t, r, "2026-01-05T00:00:00Z", twoWeeks)
		if got := strings.Count(text, "BEGIN:VEVENT"); got != 4 || strings.Contains(text, "bo") {
			t.Errorf("fallback %v: %d events, want 4\n%s", fallback, got, text)
		}
	}
	empty, _ := NewRoster(instantOf(t, "2026-01-01T00:00:00Z"), crew, []Schedule{{Name: "primary", Zone: time.UTC}}, Saved{})
	if text := export(t, empty, "2026-01-05T00:00:00Z", 0); strings.Contains(text, "VEVENT") {
		t.Errorf("nobody at all: %s", text)
	}
}

// Who is on for ever has one event, from when it is asked for to the horizon.
func TestWhoIsAlwaysOn(t *testing.T) {
	s := Schedule{Name: "primary", Zone: time.UTC, Layers: []Layer{{Name: "l", Operators: []string{"ana"}, Every: 1, Unit: Day, From: instantOf(t, "2020-01-01T00:00:00Z")}}}
	r, _ := NewRoster(instantOf(t, "2026-01-01T00:00:00Z"), crew, []Schedule{s}, Saved{})
	a, b := export(t, r, "2026-01-05T00:00:00Z", twoWeeks), export(t, r, "2026-01-06T00:00:00Z", twoWeeks)
	ua, ub := uids(a)["20260105T000000Z"], uids(b)["20260106T000000Z"]
	if ua == "" || ua != ub || strings.Count(a, "VEVENT") != 2 {
		t.Errorf("%q, a day later %q\n%s", ua, ub, a)
	}
}

// Lines are of at most 75 bytes and end in CRLF, and no text breaks out of its
// property, whatever operators and notes are called.
func TestHostileTextInACalendar(t *testing.T) {
	evil := "x\r\nEND:VEVENT\r\nBEGIN:VALARM;,:\\n \"\x1b[31m" + strings.Repeat("größe 世界🏷️", 30) + "\xff\xfe"
	now := instantOf(t, "2026-01-01T00:00:00Z")
	operators := []Operator{{Name: "ana", Title: evil}}
	s := Schedule{Name: "primary", Zone: time.UTC, Overrides: []Override{{ID: "primary/1", Schedule: "primary", From: now, To: now.Add(time.Hour), With: "ana", Note: evil}}}
	r, _ := NewRoster(now, operators, []Schedule{s}, Saved{})
	text := export(t, r, "2026-01-01T00:00:00Z", twoWeeks)
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n\x1b") || strings.ToValidUTF8(line, "") != line {
			t.Errorf("%q", line)
		}
	}
	if strings.Contains(text, "\r\nBEGIN:VALARM") || strings.Count(text, "\r\nEND:VEVENT") != 1 {
		t.Errorf("a text broke out: %s", text)
	}
	events, problems, err := ReadICS(strings.NewReader(text), &s, operators, now, now.AddDate(0, 1, 0))
	if err != nil || len(problems) > 0 || len(events) != 1 || events[0].Who != "ana" {
		t.Errorf("read back: %v %v %v", events, problems, err)
	}
}

// anySchedule draws a schedule of layers, overrides and a fallback.
func anySchedule(t *rapid.T, from time.Time) Schedule {
	loc := ianaZone(rapid.SampledFrom(awkward).Draw(t, "zone"))
	s := Schedule{Name: "primary", Zone: loc, Fallback: rapid.SampledFrom([][]string{nil, {"chen"}, {"pager", "bo"}}).Draw(t, "fallback")}
	names := rapid.SliceOfN(rapid.SampledFrom([]string{"ana", "anamaria", "bo", "chen"}), 1, 4)
	for i := range rapid.IntRange(0, 3).Draw(t, "layers") {
		l := Layer{
			Name: fmt.Sprintf("layer %d", i), Operators: names.Draw(t, "operators"),
			Every: rapid.IntRange(1, 3).Draw(t, "every"), Unit: rapid.SampledFrom([]Unit{Hour, Day, Week, Month}).Draw(t, "unit"),
			From: from.AddDate(0, 0, rapid.IntRange(-40, 20).Draw(t, "day")).Add(time.Duration(rapid.IntRange(0, 95).Draw(t, "quarters")) * 15 * time.Minute),
		}
		l.From = l.From.AddDate(0, 0, -max(0, l.From.Day()-28))
		if l.Unit == Hour {
			l.Every += 5
		}
		if rapid.Bool().Draw(t, "window") {
			l.Days = civil.Weekdays(rapid.IntRange(0, 127).Draw(t, "days"))
			l.Start, l.End = time.Duration(rapid.IntRange(0, 23).Draw(t, "start"))*time.Hour, time.Duration(rapid.IntRange(0, 23).Draw(t, "end"))*time.Hour
		}
		s.Layers = append(s.Layers, l)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "overrides") {
		begin := from.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "begin")) * time.Hour)
		s.Overrides = append(s.Overrides, Override{
			ID: fmt.Sprintf("primary/%d", i+1), Schedule: "primary", From: begin, To: begin.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour),
			With: rapid.SampledFrom([]string{"ana", "bo"}).Draw(t, "with"), For: rapid.SampledFrom([]string{"", "chen", "anamaria"}).Draw(t, "for"),
		})
	}
	return s
}

// A schedule that has nothing but what was exported of another has the same
// people on call at every time.
func TestExportThenImportIsTheSame(t *testing.T) {
	points := 0
	rapid.Check(t, func(t *rapid.T) {
		// Some nights on which clocks change are within 40 days of each of these.
		from := instantOf(t, rapid.SampledFrom([]string{"2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-08-20T00:00:00Z", "2026-10-01T00:00:00Z", "2011-12-10T00:00:00Z"}).Draw(t, "from"))
		const horizon = 40 * 24 * time.Hour
		s := anySchedule(t, from)
		r, _ := NewRoster(from, crew, []Schedule{s}, Saved{})
		text := export(t, r, from.Format(time.RFC3339), horizon)
		events, problems, err := ReadICS(strings.NewReader(text), &s, crew, from, from.Add(horizon))
		if err != nil || len(problems) > 0 {
			t.Fatalf("%v %v\n%s", err, problems, text)
		}
		copied := Schedule{Name: "primary", Zone: s.Zone, Fallback: s.Fallback, Overrides: Imported("primary", events)}
		again, _ := NewRoster(from, crew, []Schedule{copied}, Saved{})
		check := func(at time.Time) {
			if at.Before(from) || !at.Before(from.Add(horizon)) {
				return
			}
			points++
			want, got := r.At("primary", at), again.At("primary", at)
			if !slices.Equal(want.On, got.On) || want.Fallback != got.Fallback {
				t.Fatalf("%s, at %v: %v, want %v\n%s", s.Zone, at, got.On, want.On, text)
			}
		}
		for _, shift := range r.Shifts("primary", from, from.Add(horizon)) {
			for _, d := range []time.Duration{-time.Second, 0, time.Second} {
				check(shift.From.Add(d))
			}
		}
		for range 110 {
			check(from.Add(time.Duration(rapid.Int64Range(0, int64(horizon/time.Second)).Draw(t, "at")) * time.Second))
		}
	})
	if points < 10_000 {
		t.Errorf("only %d points", points)
	}
}
