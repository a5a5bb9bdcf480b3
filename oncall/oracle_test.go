package oncall

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/civil"
)

// walked says who is on by a layer by walking all its slots from the first, and
// by looking at a clock on the wall minute by minute for its windows.
func walked(l *Layer, loc *time.Location, t time.Time) string {
	first := l.From
	if l.Unit == Month && l.Last { // on the last day of its month, whatever its own
		first = time.Date(first.Year(), first.Month()+1, 0, first.Hour(), first.Minute(), 0, 0, time.UTC)
	}
	if t.Before(civil.Resolve(first, loc)) || !onTheClock(l, loc, t) {
		return ""
	}
	for k := 0; ; k++ {
		var end time.Time
		switch next := (k + 1) * l.Every; l.Unit {
		case Hour:
			end = civil.Resolve(l.From, loc).Add(time.Duration(next) * time.Hour)
		case Day:
			end = civil.Resolve(l.From.AddDate(0, 0, next), loc)
		case Week:
			end = civil.Resolve(l.From.AddDate(0, 0, 7*next), loc)
		case Month:
			if y, m, _ := l.From.Date(); l.Last {
				h, mi, _ := l.From.Clock()
				end = civil.Resolve(time.Date(y, m+time.Month(next)+1, 0, h, mi, 0, 0, time.UTC), loc)
			} else {
				end = civil.Resolve(l.From.AddDate(0, next, 0), loc)
			}
		}
		if end.After(t) {
			return l.Operators[k%len(l.Operators)]
		}
	}
}

// onTheClock looks through the windows of the days around.
func onTheClock(l *Layer, loc *time.Location, t time.Time) bool {
	y, m, d := t.In(loc).Date()
	for back := -3; back <= 3; back++ {
		date := time.Date(y, m, d+back, 0, 0, 0, 0, time.UTC)
		if l.Days != 0 && !l.Days.Has(date.Weekday()) {
			continue
		}
		length := l.End - l.Start
		if length <= 0 {
			length += 24 * time.Hour
		}
		begin := date.Add(l.Start)
		if !t.Before(civil.Resolve(begin, loc)) && t.Before(civil.Resolve(begin.Add(length), loc)) {
			return true
		}
	}
	return false
}

// What arithmetic says of a layer a walk from its first slot says too.
func TestArithmeticAgreesWithAWalk(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, loc := drawLayer(rt, true), drawZone(rt, t)
		l.Active = false
		first := civil.Resolve(l.From, loc)
		for range cases {
			at := first.Add(time.Duration(rapid.Int64Range(-86400, 200*86400).Draw(rt, "at")) * time.Second)
			if got, want := l.at(at, loc), walked(&l, loc, at); got != want {
				rt.Fatalf("%+v in %v: at %v %q is on, and %q by a walk", l, loc, at, got, want)
			}
		}
	})
}

// Whatever begins or ends is said by after, and the way back by before says the same.
func TestNothingChangesBetweenEdges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSchedule(rt, t)
		p := rosterOf(s).plan("primary")
		for range cases / 5 {
			at := drawTime(rt, s.Zone, "at")
			now := p.at(at)
			if next := p.after(at); !next.IsZero() {
				for range 5 {
					in := at.Add(time.Duration(rapid.Int64Range(0, int64(min(next.Sub(at), 400*day))-1).Draw(rt, "in")))
					if then := p.at(in); !same(&now, &then) {
						rt.Fatalf("at %v %+v, then %+v at %v, and after says %v", at, now, then, in, next)
					}
				}
			}
			if last := p.before(at); !last.IsZero() {
				was := p.at(at.Add(-1))
				in := last.Add(time.Duration(rapid.Int64Range(0, int64(min(at.Sub(last), 400*day))-1).Draw(rt, "in before")))
				if then := p.at(in); !same(&was, &then) {
					rt.Fatalf("before %v %+v, then %+v at %v, and before says %v", at, was, then, in, last)
				}
			}
		}
	})
}

// Active time that a change of clocks pushes out of its slot still has somebody.
func TestActiveTimeAlwaysHasSomebody(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	l := Layer{Name: "l", Operators: []string{"op0", "op1"}, Every: 12, Unit: Hour, From: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), Active: true, Start: 9 * time.Hour, End: 21 * time.Hour}
	for d := range 365 {
		for h := 9; h < 21; h++ {
			at := civil.Resolve(time.Date(2026, 1, 5+d, h, 0, 0, 0, time.UTC), berlin)
			if l.at(at, berlin) == "" {
				t.Fatalf("nobody at %v", at)
			}
		}
	}
}

// Rotations over a weekend that belongs to nobody skip nobody.
func TestActiveTurnsSkipNobody(t *testing.T) {
	l := Layer{Name: "l", Operators: []string{"op0", "op1", "op2"}, Every: 1, Unit: Day, From: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Active: true, Days: 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday}
	turn := 0
	for d := range 700 {
		at := time.Date(2026, 1, 5+d, 12, 0, 0, 0, time.UTC)
		want := ""
		if l.Days.Has(at.Weekday()) {
			want = fmt.Sprintf("op%d", turn%3)
			turn++
		}
		if got := l.at(at, time.UTC); got != want {
			t.Fatalf("%v: %q is on, want %q", at, got, want)
		}
	}
}

// Numbers that nobody means end nothing: no overflow, and no walk without an end.
func TestAnyNumbersAreAnswered(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	for unit := Hour; unit <= Month; unit++ {
		for _, every := range []int{math.MinInt, -1, 0, 1, 2, 191, 99_991, 1 << 40, math.MaxInt} {
			for _, year := range []int{-5000, 1, 1600, 1995, 2026, 2300, 9999} {
				for _, active := range []bool{false, true} {
					l := Layer{Name: "l", Operators: []string{"op0", "op1"}, Every: every, Unit: unit, From: time.Date(year, 1, 31, 9, 0, 0, 0, time.UTC), Active: active, Start: 8 * time.Hour, End: 20 * time.Hour}
					r := rosterOf(Schedule{Name: "primary", Zone: berlin, Layers: []Layer{l}})
					for _, at := range []time.Time{{}, time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC), time.Date(9000, 7, 1, 10, 0, 0, 0, time.UTC)} {
						who := r.Who("primary", at)
						covered := every > 0 && at.After(l.edge(0, berlin)) && l.active(at, berlin)
						if (len(who) == 1) != covered {
							t.Errorf("every %d of unit %d from %d: at %v %v is on", every, unit, year, at, who)
						}
						end := time.Time{}
						for _, s := range r.Shifts("primary", at, at.AddDate(0, 0, 3)) {
							if !end.IsZero() && !s.From.Equal(end) || !s.To.After(s.From) {
								t.Fatalf("every %d of unit %d from %d: %+v after %v", every, unit, year, s, end)
							}
							end = s.To
						}
					}
				}
			}
		}
	}
}

// A schedule of long ago is as fast to ask as one of today.
func BenchmarkWho(b *testing.B) {
	berlin := zone(b, "Europe/Berlin")
	for unit, name := range []string{"hours", "days", "weeks", "months"} {
		for _, active := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s,active=%v", name, active), func(b *testing.B) {
				l := Layer{Name: "l", Operators: []string{"op0", "op1", "op2"}, Every: 1, Unit: Unit(unit), From: time.Date(1996, 1, 8, 9, 0, 0, 0, time.UTC)}
				if active {
					l.Active, l.Days, l.Start, l.End = true, 0b0111110, 8*time.Hour, 18*time.Hour
				}
				r := rosterOf(Schedule{Name: "primary", Zone: berlin, Layers: []Layer{l}})
				at := time.Date(2096, 5, 1, 10, 0, 0, 0, time.UTC)
				for b.Loop() {
					r.Who("primary", at)
				}
			})
		}
	}
}

// The shift of one who is always on has no end that is to be looked for.
func BenchmarkAtOfOneOperator(b *testing.B) {
	r := rosterOf(Schedule{Name: "primary", Zone: zone(b, "Europe/Berlin"), Layers: []Layer{
		{Name: "below", Operators: []string{"op1", "op2"}, Every: 1, From: time.Date(1996, 1, 8, 9, 0, 0, 0, time.UTC)},
		{Name: "l", Operators: []string{"op0"}, Every: 1, From: time.Date(1996, 1, 8, 9, 0, 0, 0, time.UTC)},
	}})
	for b.Loop() {
		r.At("primary", time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC))
	}
}
