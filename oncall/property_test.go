package oncall

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/civil"
)

// The slots of a layer tile time from its first one on: none overlaps the one
// before, and none leaves a gap, whatever the clocks do. The slot that a time is
// in is found by arithmetic, and is the one that a walk from the first one finds.
func TestSlotsOfALayerTile(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, loc := drawLayer(rt, false), drawZone(rt, t)
		for range cases {
			at := drawTime(rt, loc, "time")
			if at.Before(l.edge(0, loc)) {
				if who := l.at(at, loc); who != "" {
					rt.Fatalf("%s is on at %v, before the first slot", who, at)
				}
				continue
			}
			k := l.slot(at, loc)
			from, to := l.edge(k, loc), l.edge(k+1, loc)
			if from.After(at) || !to.After(at) || k < 0 {
				rt.Fatalf("slot %d [%v, %v) does not hold %v", k, from, to, at)
			}
			for i := max(0, k-3); i < k+3; i++ {
				if l.edge(i+1, loc).Before(l.edge(i, loc)) {
					rt.Fatalf("slot %d ends before it begins", i)
				}
			}
			if who := l.at(at, loc); who != l.Operators[k%int64(len(l.Operators))] {
				rt.Fatalf("%s is on in slot %d", who, k)
			}
		}
	})
}

// A hand-over is at the stated time of day, or where the clocks skip that, when
// they change.
func TestHandOffIsAtItsTimeOfDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, loc := drawLayer(rt, false), drawZone(rt, t)
		if l.Unit == Hour {
			l.Unit = Day
		}
		for range cases {
			k := rapid.Int64Range(0, 2000).Draw(rt, "slot")
			e := l.edge(k, loc)
			wall := wallOf(e, loc)
			if wall.Hour() == l.From.Hour() && wall.Minute() == l.From.Minute() {
				continue
			}
			if begin, _ := e.In(loc).ZoneBounds(); !begin.Equal(e) {
				rt.Fatalf("slot %d begins at %v, %v in %v, and not at %v", k, e, wall, loc, l.From.Format("15:04"))
			}
		}
	})
}

// Who is on call is the same all through a shift, and differs from one to the
// next, or the reason does.
func TestWhoIsConstantWithinAShift(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSchedule(rt, t)
		r := rosterOf(s)
		from := drawTime(rt, s.Zone, "from")
		to := from.Add(time.Duration(rapid.Int64Range(1, 30*86400).Draw(rt, "length")) * time.Second)
		shifts := r.Shifts("primary", from, to)
		for i, x := range shifts {
			if i == 0 && !x.From.Equal(from) || i == len(shifts)-1 && !x.To.Equal(to) || i > 0 && !shifts[i-1].To.Equal(x.From) || !x.To.After(x.From) {
				rt.Fatalf("shift %d does not tile: %+v", i, shifts)
			}
			if i > 0 && same(&shifts[i-1], &x) {
				rt.Fatalf("shifts %d and %d are one", i-1, i)
			}
		}
		for range cases {
			at := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from))-1).Draw(rt, "at")))
			i := slices.IndexFunc(shifts, func(x Shift) bool { return !at.Before(x.From) && at.Before(x.To) })
			if who := r.Who("primary", at); !slices.Equal(who, shifts[i].On) {
				rt.Fatalf("at %v %v is on, in a shift of %v", at, who, shifts[i].On)
			}
		}
		at := from.Add(to.Sub(from) / 2)
		whole := r.At("primary", at)
		if !whole.From.IsZero() && !same(new(r.At("primary", whole.From)), &whole) || !whole.To.IsZero() && same(new(r.At("primary", whole.To)), &whole) {
			rt.Fatalf("the shift at %v: %+v", at, whole)
		}
	})
}

// Over n rounds everybody has the same number of slots.
func TestTurnsAreFair(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, loc := drawLayer(rt, true), drawZone(rt, t)
		l.Active = l.Active && l.Unit <= Day
		turns := map[string]int{}
		for k := range int64(cases * len(l.Operators)) {
			if active, _ := l.turns(k); active || !l.Active {
				turns[l.turn(k)]++
			}
		}
		least, most := 1<<30, 0
		for _, who := range l.Operators {
			least, most = min(least, turns[who]), max(most, turns[who])
		}
		if most-least > 1 {
			rt.Fatalf("%+v in %v: %v", l, loc, turns)
		}
	})
}

// An override changes nothing outside its time, and withdrawn before it begins
// it changes nothing at all.
func TestOverrideChangesItsTimeAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSchedule(rt, t)
		r := rosterOf(s)
		now := drawTime(rt, s.Zone, "now")
		from := now.Add(time.Duration(rapid.Int64Range(0, 10*86400).Draw(rt, "from")) * time.Second)
		to := from.Add(time.Duration(rapid.Int64Range(1, 10*86400).Draw(rt, "length")) * time.Second)
		with, delta, err := r.Override(now, Override{Schedule: "primary", With: "op5", From: from, To: to})
		if err != nil {
			rt.Fatal(err)
		}
		without, _, err := with.Withdraw(now, delta.Overrides[0].ID, "op5")
		if err != nil {
			rt.Fatal(err)
		}
		for range cases {
			at := now.Add(time.Duration(rapid.Int64Range(-5*86400, 25*86400).Draw(rt, "at")) * time.Second)
			before, after := r.Who("primary", at), with.Who("primary", at)
			switch inside := !at.Before(from) && at.Before(to); {
			case inside && !slices.Equal(after, []string{"op5"}), !inside && !slices.Equal(before, after):
				rt.Fatalf("at %v, override [%v, %v): %v, and %v before", at, from, to, after, before)
			}
			if again := without.Who("primary", at); !slices.Equal(again, before) {
				rt.Fatalf("withdrawn, at %v: %v, and %v before", at, again, before)
			}
		}
	})
}

// A rotation with somebody more, or less, changes nobody's past.
func TestChangedOperatorsChangeNoPast(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSchedule(rt, t)
		r := rosterOf(s)
		now := drawTime(rt, s.Zone, "now")
		changed := s
		changed.Layers = slices.Clone(s.Layers)
		i := rapid.IntRange(0, len(s.Layers)-1).Draw(rt, "layer")
		l := &changed.Layers[i]
		was := l.Operators
		if l.Operators = append(slices.Clone(l.Operators), "op5"); rapid.Bool().Draw(rt, "removed") && len(was) > 1 {
			l.Operators = was[1:]
		}
		next, delta := NewRoster(now, team, []Schedule{changed}, r.saved)
		if len(delta.Revisions) != 1 || delta.Revisions[0].From.Before(now) {
			rt.Fatalf("revisions %+v", delta.Revisions)
		}
		effective := delta.Revisions[0].From
		for range cases {
			at := effective.Add(-time.Duration(rapid.Int64Range(1, 90*86400).Draw(rt, "ago")) * time.Second)
			if a, b := r.Who("primary", at), next.Who("primary", at); !slices.Equal(a, b) {
				rt.Fatalf("at %v, before %v: %v, and %v before", at, effective, b, a)
			}
		}
		again, none := NewRoster(now.Add(time.Hour), team, []Schedule{changed}, next.saved)
		if !none.Empty() {
			rt.Fatalf("the same again is a change: %+v", none)
		}
		if a, b := next.Who("primary", effective), again.Who("primary", effective); !slices.Equal(a, b) {
			rt.Fatalf("restarted: %v, and %v before", b, a)
		}
	})
}

// A year of each zone, by the hour, the day, the week and the month, tiles: what
// one slot ends with the next begins with.
func TestAYearOfEachZoneTiles(t *testing.T) {
	for _, name := range awkward {
		loc := zone(t, name)
		for _, year := range []int{2011, 2024, 2026, 2027} {
			for unit := Hour; unit <= Month; unit++ {
				for _, clock := range []time.Duration{0, 30 * time.Minute, 2*time.Hour + 30*time.Minute, 9 * time.Hour} {
					if unit == Hour && (year > 2011 || clock > 0) {
						continue // all hours are alike
					}
					l := Layer{Name: "l", Operators: []string{"op0", "op1", "op2"}, Every: 1, Unit: unit, From: time.Date(year-1, 12, 27, 0, 0, 0, 0, time.UTC).Add(clock)}
					from, to := civil.Resolve(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), loc), civil.Resolve(time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC), loc)
					end := from
					for _, s := range rosterOf(Schedule{Name: "primary", Zone: loc, Layers: []Layer{l}}).Shifts("primary", from, to) {
						if !s.From.Equal(end) || !s.To.After(s.From) || len(s.On) != 1 {
							t.Fatalf("%s %d, unit %d at %v: %+v after %v", name, year, unit, clock, s, end)
						}
						end = s.To
					}
					if !end.Equal(to) {
						t.Errorf("%s %d, unit %d: the year ends at %v", name, year, unit, end)
					}
				}
			}
		}
	}
}

func TestShiftsOverNightsWhenClocksChange(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	l := Layer{Name: "daily", Operators: []string{"op0", "op1"}, Every: 1, Unit: Day, From: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)}
	r := rosterOf(Schedule{Name: "primary", Zone: berlin, Layers: []Layer{l}})
	for day, want := range map[time.Time]time.Duration{
		time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC):  23 * time.Hour,
		time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC):  24 * time.Hour,
		time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC): 25 * time.Hour,
	} {
		if s := r.At("primary", day); s.To.Sub(s.From) != want {
			t.Errorf("the shift of %v takes %v, want %v", day, s.To.Sub(s.From), want)
		}
	}
}
