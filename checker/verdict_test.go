package checker

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestVerdictBelievesWhatEnoughResultsAgreeOn(t *testing.T) {
	const u, w, d, x = Up, Degraded, Down, Unknown
	tests := []struct {
		name    string
		f, r    int
		before  Status
		results []Status
		want    []Status
	}{
		{"nothing is believed at first", 2, 2, x, []Status{u}, []Status{x}},
		{"up at first", 2, 2, x, []Status{u, u}, []Status{x, u}},
		{"up at first, after recover_after", 3, 2, x, []Status{u, u}, []Status{x, u}},
		{"down at first", 2, 2, x, []Status{d, d}, []Status{x, d}},
		{"mixed at first is the better one", 2, 2, x, []Status{d, u}, []Status{x, u}},
		{"one bad result is not believed", 2, 2, u, []Status{d, u, d, u}, []Status{u, u, u, u}},
		{"two are", 2, 2, u, []Status{d, d}, []Status{u, d}},
		{"worsens to what all agree on", 2, 2, u, []Status{w, d, d}, []Status{u, w, d}},
		{"improves to what all agree on", 2, 2, d, []Status{u, w, u, u}, []Status{d, w, w, u}},
		{"recovers slower than it fails", 1, 3, u, []Status{d, u, u, d, u, u, u}, []Status{d, d, d, d, d, d, u}},
		{"unknown is not seen", 2, 2, u, []Status{d, x, d}, []Status{u, u, d}},
		{"unknown does not resolve", 2, 2, d, []Status{x, x, x, x}, []Status{d, d, d, d}},
		{"one each", 1, 1, x, []Status{u, d, w, u}, []Status{u, d, w, u}},
		{"counts below one are one", 0, -1, x, []Status{u, d}, []Status{u, d}},
		{"what was believed before a restart needs new results", 2, 2, d, []Status{u}, []Status{d}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := NewVerdict(tt.f, tt.r, tt.before)
			var got []Status
			for _, s := range tt.results {
				got = append(got, v.Add(s))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("results %v: believed %v, want %v", tt.results, got, tt.want)
			}
			if v.Believed() != got[len(got)-1] {
				t.Errorf("Believed is %v, the last Add said %v", v.Believed(), got[len(got)-1])
			}
		})
	}
}

func TestVerdictIsSettledOnlyWhenUpAndAgreed(t *testing.T) {
	v := NewVerdict(2, 2, Unknown)
	for i, step := range []struct {
		add  Status
		want bool
	}{{Up, false}, {Up, true}, {Down, false}, {Up, true}, {Unknown, true}, {Down, false}, {Down, false}, {Up, false}, {Up, true}} {
		v.Add(step.add)
		if v.Settled() != step.want {
			t.Errorf("step %d, after %v: settled is %v", i, step.add, v.Settled())
		}
	}
	if v := NewVerdict(1, 1, Up); v.Settled() {
		t.Error("settled before any result of this run")
	}
}

func TestRetuneKeepsWhatIsBelieved(t *testing.T) {
	v := NewVerdict(3, 3, Unknown)
	for range 3 {
		v.Add(Up)
	}
	v.Retune(1, 1)
	if v.Believed() != Up {
		t.Fatalf("believed %v after Retune, want up", v.Believed())
	}
	if got := v.Add(Down); got != Down {
		t.Errorf("believed %v with fail after 1, want down", got)
	}
	v.Retune(4, 4)
	if got := v.Add(Up); got != Down {
		t.Errorf("believed %v after one of four, want down", got)
	}
}

// TestVerdictFollowsItsRule compares with the rule written down anew, over all
// results instead of the last ones.
func TestVerdictFollowsItsRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, r := rapid.IntRange(1, 6).Draw(t, "fail"), rapid.IntRange(1, 6).Draw(t, "recover")
		believed := rapid.SampledFrom([]Status{Unknown, Up, Degraded, Down}).Draw(t, "believed")
		v := NewVerdict(f, r, believed)
		var seen []Status
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			s := rapid.SampledFrom([]Status{Unknown, Up, Up, Degraded, Down}).Draw(t, "result")
			got := v.Add(s)
			if s != Unknown {
				seen = append(seen, s)
				worsens := len(seen) >= f && slices.Min(seen[len(seen)-f:]) > believed
				improves := len(seen) >= r && slices.Max(seen[len(seen)-r:]) < believed
				switch {
				case worsens && improves:
					t.Fatal("both at once")
				case worsens:
					believed = slices.Min(seen[len(seen)-f:])
				case improves:
					believed = slices.Max(seen[len(seen)-r:])
				case believed == Unknown && len(seen) >= r && slices.Max(seen[len(seen)-r:]) == Up:
					believed = Up
				}
			}
			if got != believed {
				t.Fatalf("after %v with %d/%d: %v, want %v", seen, f, r, got, believed)
			}
		}
	})
}

func TestStatusWordsSurvive(t *testing.T) {
	for _, s := range []Status{Unknown, Up, Degraded, Down} {
		text, err := s.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		got := Status(99)
		if err := got.UnmarshalText(text); err != nil || got != s {
			t.Errorf("%v became %q became %v, %v", s, text, got, err)
		}
	}
	if err := new(Status).UnmarshalText([]byte("fine")); err == nil {
		t.Error("a word that is no status was taken")
	}
	if got := Status(99).String(); got != "unknown" {
		t.Errorf("a status out of range prints as %q", got)
	}
}
