package oncall

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// zoneChanging returns a zone that is one hour ahead, and from a time on so many
// seconds, as RFC 8536 writes it.
func zoneChanging(t *testing.T, at time.Time, seconds int32) *time.Location {
	header := func(times, types, chars uint32) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		for _, n := range []uint32{0, 0, 0, times, types, chars} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return b
	}
	kind := func(b []byte, seconds int32, name byte) []byte {
		return append(binary.BigEndian.AppendUint32(b, uint32(seconds)), 0, name)
	}
	b := kind(header(0, 1, 4), 3600, 0)
	b = append(b, "AAA\x00"...)
	b = append(b, header(1, 2, 8)...)
	b = binary.BigEndian.AppendUint64(b, uint64(at.Unix()))
	b = append(b, 1)
	b = kind(kind(b, 3600, 0), seconds, 4)
	b = append(b, "AAA\x00BBB\x00\n\n"...)
	loc, err := time.LoadLocationFromTZData("Test/Zone", b)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// New rules of a zone change nothing before they hold, and what they change
// after that is said.
func TestOtherRulesOfAZoneChangeTheFutureAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		split := drawTime(rt, time.UTC, "split").Truncate(time.Second)
		old := zoneChanging(t, split, 3600)
		renewed := zoneChanging(t, split, 3600+900*rapid.SampledFrom([]int32{-8, -4, -2, 2, 4, 8}).Draw(rt, "quarters"))
		s := drawSchedule(rt, t)
		s.Zone = old
		before := rosterOf(s)
		s.Zone = renewed
		after := rosterOf(s)
		for range cases {
			at := split.Add(-time.Duration(rapid.Int64Range(1, 400*86400).Draw(rt, "ago")) * time.Second)
			if a, b := before.Who("primary", at), after.Who("primary", at); !slices.Equal(a, b) {
				rt.Fatalf("the clocks change at %v, and at %v it is %v instead of %v", split, at, b, a)
			}
		}
		from, to := split.AddDate(0, 0, -10), split.AddDate(0, 0, 10)
		changes := Changes(before, after, "primary", from, to)
		for i, c := range changes {
			if c.From.Before(split) || !c.To.After(c.From) || i > 0 && c.From.Before(changes[i-1].To) {
				rt.Fatalf("changes of rules since %v: %+v", split, changes)
			}
		}
		for range cases / 5 {
			at := from.Add(time.Duration(rapid.Int64Range(0, 20*86400-1).Draw(rt, "at")) * time.Second)
			said := slices.ContainsFunc(changes, func(c Change) bool { return !at.Before(c.From) && at.Before(c.To) })
			if differs := !slices.Equal(before.Who("primary", at), after.Who("primary", at)); differs != said {
				rt.Fatalf("at %v it differs: %v, and that is said: %v", at, differs, said)
			}
		}
	})
}

// A daily hand-over moves with the clocks.
func TestOtherRulesOfAZoneMoveHandOvers(t *testing.T) {
	split := in(2).Add(5 * time.Hour)
	l := Layer{Name: "daily", Operators: []string{"op0", "op1"}, Every: 1, Unit: Day, From: day1}
	roster := func(seconds int32) *Roster {
		return rosterOf(Schedule{Name: "primary", Zone: zoneChanging(t, split, seconds), Layers: []Layer{l}})
	}
	changes := Changes(roster(3600), roster(7200), "primary", in(0), in(3))
	if len(changes) != 1 || !changes[0].From.Equal(in(3).Add(-2*time.Hour)) || !changes[0].To.Equal(in(3).Add(-time.Hour)) {
		t.Errorf("%+v", changes)
	}
}

// Slots that are skipped whole are dropped with their number: each of the others
// is still that of the operator whose number it has.
func TestSlotsOfNoLengthAreDropped(t *testing.T) {
	apia := zone(t, "Pacific/Apia")
	dropped := 0
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLayer(rt, false)
		l.Unit, l.Last, l.Every = Day, false, 1
		l.From = time.Date(2011, 12, rapid.IntRange(1, 30).Draw(rt, "day"), 0, 0, 0, 0, time.UTC)
		if !rapid.Bool().Draw(rt, "midnight") {
			l.From = l.From.Add(time.Duration(rapid.IntRange(0, 24*60-1).Draw(rt, "minute")) * time.Minute)
		}
		var want []string
		for k := range int64(cases) {
			from, to := l.edge(k, apia), l.edge(k+1, apia)
			if from.Equal(to) {
				dropped++
				continue
			}
			who := l.Operators[k%int64(len(l.Operators))]
			if n := len(want); n == 0 || want[n-1] != who {
				want = append(want, who)
			}
			in := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from))-1).Draw(rt, "in")))
			if got := l.at(in, apia); got != who || l.slot(in, apia) != k {
				rt.Fatalf("%q is on in slot %d, at %v", got, k, in)
			}
		}
		var on []string
		r := rosterOf(Schedule{Name: "primary", Zone: apia, Layers: []Layer{l}})
		for _, s := range r.Shifts("primary", l.edge(0, apia), l.edge(cases, apia)) {
			on = append(on, s.On...)
		}
		if !slices.Equal(on, want) {
			rt.Fatalf("on %v, want %v", on, want)
		}
	})
	if dropped == 0 {
		t.Error("no slot was skipped")
	}
}

// Hand-overs on nights on which clocks change: what wall clocks stand for.
func TestHandOversWhenClocksChange(t *testing.T) {
	for _, tt := range []struct{ zone, wall, want string }{
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z"},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z"},
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z"},
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"},
		{"America/Santiago", "2026-09-06 00:00", "2026-09-06T04:00:00Z"},
		{"Africa/Cairo", "2026-04-24 00:00", "2026-04-23T22:00:00Z"},
		{"Asia/Beirut", "2026-03-29 00:00", "2026-03-28T22:00:00Z"},
		{"Pacific/Apia", "2011-12-30 09:00", "2011-12-30T10:00:00Z"},
		{"Asia/Kathmandu", "2026-01-01 09:00", "2026-01-01T03:15:00Z"},
	} {
		wall, err := time.Parse("2006-01-02 15:04", tt.wall)
		if err != nil {
			t.Fatal(err)
		}
		loc := zone(t, tt.zone)
		l := Layer{Name: "daily", Operators: []string{"op0", "op1", "op2"}, Every: 1, Unit: Day, From: wall.AddDate(0, 0, -10)}
		r := rosterOf(Schedule{Name: "primary", Zone: loc, Layers: []Layer{l}})
		want, err := time.Parse(time.RFC3339, tt.want)
		if err != nil {
			t.Fatal(err)
		}
		if s := r.At("primary", want); !s.From.Equal(want) || s.On[0] != "op1" || r.Who("primary", want.Add(-1))[0] != "op0" {
			t.Errorf("%s %s: %+v, want it from %s", tt.zone, tt.wall, s, tt.want)
		}
	}
}

// A slot that begins within a time that the clocks skip whole is of no length:
// it is dropped with its number, and whoever had it has no other instead.
func TestSlotOfASkippedDayIsDropped(t *testing.T) {
	apia := zone(t, "Pacific/Apia") // had no 30 December 2011
	l := Layer{Name: "daily", Operators: []string{"op0", "op1", "op2"}, Every: 1, Unit: Day, From: time.Date(2011, 12, 28, 9, 0, 0, 0, time.UTC)}
	r := rosterOf(Schedule{Name: "primary", Zone: apia, Layers: []Layer{l}})
	got := r.Shifts("primary", l.edge(0, apia), l.edge(4, apia))
	var on []string
	for _, s := range got {
		on = append(on, s.On...)
	}
	// The slot of the 30th begins when the 31st does, at midnight, and is short.
	if want := []string{"op0", "op1", "op2", "op0"}; !slices.Equal(on, want) {
		t.Errorf("on %v, want %v: %+v", on, want, got)
	}
	if short := got[2].To.Sub(got[2].From); short != 9*time.Hour {
		t.Errorf("the slot of the day that was skipped took %v", short)
	}
	l.From, l.Operators = time.Date(2011, 12, 28, 0, 0, 0, 0, time.UTC), []string{"op0", "op1", "op2", "op3"}
	r = rosterOf(Schedule{Name: "primary", Zone: apia, Layers: []Layer{l}})
	on = nil
	for _, s := range r.Shifts("primary", l.edge(0, apia), l.edge(4, apia)) {
		on = append(on, s.On...)
	}
	if want := []string{"op0", "op1", "op3"}; !slices.Equal(on, want) {
		t.Errorf("with hand-overs at midnight: on %v, want %v", on, want)
	}
}
