package checker

import (
	"testing"

	"pgregory.net/rapid"
)

// changesAt returns the statuses of a window whose changes are at these places,
// 0 being the oldest of 20.
func changesAt(places ...int) []Status {
	list := []Status{Up}
	for i := range flapWindow {
		s := list[i]
		for _, p := range places {
			if p == i {
				s = Up + Down - s
			}
		}
		list = append(list, s)
	}
	return list
}

func TestFlapValue(t *testing.T) {
	alternating := func(n int) []Status { // n changes
		list := []Status{Up}
		for i := range n {
			list = append(list, []Status{Down, Up}[i%2])
		}
		return list
	}
	for _, tt := range []struct {
		name    string
		results []Status
		value   float64
		flaps   bool
	}{
		{"nothing", nil, 0, false},
		{"one result", []Status{Down}, 0, false},
		{"weights .84 .86 .88 .90 .98 1.06 1.12 1.18", changesAt(2, 3, 4, 5, 9, 13, 16, 19), 39.1, true},
		{"the fifth change in a row", alternating(5), 28.5, false},
		{"the sixth change in a row", alternating(6), 33.9, true},
		{"the oldest change alone", changesAt(0), 4, false},
		{"the latest change alone", changesAt(19), 5.9, false},
		{"nothing but changes", alternating(40), 99, true},
		{"unknown results in between", []Status{Up, Unknown, Down, Unknown, Up, Down, Unknown, Unknown, Up, Down, Up}, 33.9, true},
		{"unknown alone is no change", []Status{Up, Unknown, Up, Unknown, Up}, 0, false},
		{"from bad to worse and back", []Status{Degraded, Down, Degraded, Down, Degraded, Down, Degraded}, 33.9, true},
	} {
		f := NewFlap(0, 0)
		flaps := false
		for _, s := range tt.results {
			flaps = f.Add(s)
		}
		if f.Value() != tt.value || flaps != tt.flaps {
			t.Errorf("%s: %v %%, flaps %v; want %v %%, %v", tt.name, f.Value(), flaps, tt.value, tt.flaps)
		}
	}
}

func TestFlappingEndsWithoutAChange(t *testing.T) {
	for _, constant := range []Status{Up, Down} {
		f := NewFlap(0, 0)
		for i := range 40 {
			f.Add([]Status{Up, Down}[i%2])
		}
		n := 1
		for ; f.Add(constant); n++ {
			if n > 40 {
				t.Fatalf("still flaps after %d times %v", n, constant)
			}
		}
		if n < 10 || n > 21 || f.Value() > 25 {
			t.Errorf("ended at %v %% after %d times %v", f.Value(), n, constant)
		}
	}
}

func TestFlappingEndsAtTheLowThresholdItself(t *testing.T) {
	f := NewFlap(5.8, 5.5)
	if f.Add(Up); !f.Add(Down) {
		t.Fatalf("%v %% does not flap", f.Value())
	}
	if !f.Add(Down) || f.Value() != 5.8 {
		t.Errorf("ended at %v %%", f.Value())
	}
	for f.Value() > 5.5 {
		f.Add(Down)
	}
	if f.flapping {
		t.Errorf("still flaps at %v %%", f.Value())
	}
	for range 100 {
		if f.Add(Down) {
			t.Fatal("began without a change")
		}
	}
}

func TestAHighThresholdOfAHundredSwitchesFlappingOff(t *testing.T) {
	f := NewFlap(0, 0)
	alternate := func() (flapped bool) {
		for i := range 60 {
			flapped = f.Add([]Status{Up, Down}[i%2])
		}
		return flapped
	}
	if !alternate() {
		t.Fatal("does not flap with the usual thresholds")
	}
	f.Retune(100, 0)
	if alternate() {
		t.Error("flaps although it is switched off")
	}
	if f.Retune(98.9, 0); !alternate() {
		t.Error("does not flap at 99 % above 98.9 %")
	}
}

func TestFlapRecallsAnEarlierRun(t *testing.T) {
	quiet := changesAt(2, 3, 4, 5, 6) // 22 %
	for _, tt := range []struct {
		name string
		past Past
		want bool
	}{
		{"nothing", Past{}, false},
		{"nothing but that it flapped", Past{Flapping: true}, false},
		{"changes enough", Past{Recent: changesAt(2, 3, 4, 5, 9, 13, 16, 19)}, true},
		{"between the two thresholds, not flapping", Past{Recent: changesAt(14, 15, 16, 17, 18)}, false},
		{"between the two thresholds, flapping", Past{Recent: changesAt(14, 15, 16, 17, 18), Flapping: true}, true},
		{"flapped and ended", Past{Recent: quiet, Flapping: true}, false},
	} {
		f := NewFlap(0, 0)
		if f.recall(&tt.past); f.flapping != tt.want {
			t.Errorf("%s: flaps %v at %v %%", tt.name, f.flapping, f.Value())
		}
	}
}

// TestFlapFollowsItsRule compares with the rule written down anew, over all results.
func TestFlapFollowsItsRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		high, low := rapid.Float64Range(1, 99).Draw(t, "high"), rapid.Float64Range(1, 99).Draw(t, "low")
		f := NewFlap(high, low)
		low = min(low, high)
		var known []Status
		flapping := false
		for range rapid.IntRange(0, 80).Draw(t, "n") {
			s := rapid.SampledFrom([]Status{Unknown, Up, Up, Up, Degraded, Down}).Draw(t, "result")
			if s != Unknown {
				known = append(known, s)
			}
			sum := 0
			for i := 1; i < len(known); i++ {
				if place := 20 - (len(known) - i); place >= 0 && known[i] != known[i-1] {
					sum += 80 + 2*place
				}
			}
			value := float64(sum) / 20
			if s != Unknown {
				flapping = value > high || flapping && value > low
			}
			if got := f.Add(s); got != flapping || f.Value() != value {
				t.Fatalf("after %v: %v at %v, want %v at %v (%v, %v)", known, got, f.Value(), flapping, value, high, low)
			}
		}
	})
}

// What each result costs beside its probe: some ten nanoseconds, no allocation.
func BenchmarkVerdictAndFlap(b *testing.B) {
	v, f := NewVerdict(2, 2, Unknown), NewFlap(0, 0)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s := []Status{Up, Up, Down, Up, Degraded, Unknown, Up}[i%7]
		v.Add(s)
		f.Add(s)
		i++
	}
}
