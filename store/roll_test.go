package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/checker"
)

// naive folds results into buckets of step as if there were no store, exactly.
func naive(rs []checker.Result, step time.Duration) (all []Bucket) {
	took := make(map[time.Time][]time.Duration)
	byStart := make(map[time.Time]*Bucket)
	for _, r := range rs {
		start := time.UnixMicro(floorDiv(r.At.UnixMicro(), step.Microseconds()) * step.Microseconds()).UTC()
		b := byStart[start]
		if b == nil {
			b = &Bucket{Start: start}
			byStart[start] = b
		}
		if b.count(&r) {
			took[start] = append(took[start], r.Took)
		}
	}
	for start, b := range byStart {
		if t := took[start]; len(t) > 0 {
			slices.Sort(t)
			b.Median, b.P95 = t[(len(t)*50+99)/100-1], t[(len(t)*95+99)/100-1]
		}
		all = append(all, *b)
	}
	slices.SortFunc(all, func(a, b Bucket) int { return a.Start.Compare(b.Start) })
	return all
}

// reporter is what *testing.T and *rapid.T have in common.
type reporter interface {
	Helper()
	Errorf(string, ...any)
}

// sameSums compares buckets: counts and Max to the last one, percentiles
// likewise if exact, or within 1/64.
func sameSums(t reporter, got, want []Bucket, exact bool) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d buckets, want %d:\n%+v\n%+v", len(got), len(want), got, want)
		return
	}
	for i := range got {
		g, w := got[i], want[i]
		if !within64th(g.Median, w.Median) || !within64th(g.P95, w.P95) {
			t.Errorf("percentiles are too far off:\n%+v, want\n%+v", g, w)
		}
		if !exact {
			g.Median, g.P95 = w.Median, w.P95
		}
		if g != w {
			t.Errorf("got\n%+v, want\n%+v", g, w)
		}
	}
}

// sumsIn compares what the store says of a target between two times with what
// it had.
func sumsIn(t interface {
	reporter
	Fatal(...any)
}, s *Store, target string, had []checker.Result, from, to time.Time, step time.Duration) {
	t.Helper()
	var want []checker.Result
	for _, r := range had {
		if !r.At.Before(from) && r.At.Before(to) {
			want = append(want, r)
		}
	}
	ctx := context.Background()
	got, err := s.Buckets(ctx, target, from, to, step)
	if err != nil {
		t.Fatal(err)
	}
	sameSums(t, got, naive(want, step), step%time.Minute != 0)
	sum, err := s.Sum(ctx, target, from, to)
	if err != nil {
		t.Fatal(err)
	}
	all := naive(want, 200*365*24*time.Hour)
	if len(all) == 0 {
		all = []Bucket{{}}
	}
	b := Bucket{
		Start: all[0].Start, Passed: uint16(sum.Passed), Failed: uint16(sum.Failed), Unknown: uint16(sum.Unknown),
		Excluded: uint16(sum.Excluded), Slow: uint16(sum.Slow), Retried: uint16(sum.Retried),
		Median: sum.Median, P95: sum.P95, Max: sum.Max,
	}
	sameSums(t, []Bucket{b}, all, false)
}

var sumSteps = []time.Duration{
	10 * time.Second, 7 * time.Minute, time.Minute, 5 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour,
}

// without deletes what a table holds, as its retention would.
func without(t testing.TB, s *Store, table string) {
	t.Helper()
	if err := s.writing(t.Context(), func(w *writer) error { return w.exec(`DELETE FROM ` + table) }); err != nil {
		t.Fatal(err)
	}
}

// TestSumsAreTheSameWhateverTheirSource saves, folds, restarts and sets the clock
// back in any order, and asks for any time at any step: what the rollups say is
// what the results say. At the end the results go, then the minutes.
func TestSumsAreTheSameWhateverTheirSource(t *testing.T) {
	_, vfs := newDisk(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		s, err := Open(dir, Options{vfs: vfs})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { s.Close() }()
		names := []string{"a", "b"}
		had := make(map[string][]checker.Result)
		clock := sometime.Add(50 * time.Minute)
		rt.Repeat(map[string]func(*rapid.T){
			"save": func(rt *rapid.T) {
				var b Batch
				for range rapid.IntRange(1, 20).Draw(rt, "results") {
					pause := rapid.IntRange(-2_000, 200_000)
					if rapid.IntRange(0, 30).Draw(rt, "far") == 0 {
						pause = rapid.IntRange(-2*3_600_000, 20*3_600_000)
					}
					clock = clock.Add(time.Duration(pause.Draw(rt, "pause")) * time.Millisecond)
					r := anyResult(rt)
					r.Target, r.At = rapid.SampledFrom(names).Draw(rt, "target"), clock
					b.Results = append(b.Results, r)
					had[r.Target] = append(had[r.Target], r)
				}
				if err := s.Append(t.Context(), b); err != nil {
					rt.Fatal(err)
				}
			},
			"fold a step": func(rt *rapid.T) {
				if _, err := s.fold(t.Context(), foldTime); err != nil {
					rt.Fatal(err)
				}
			},
			"restart": func(rt *rapid.T) {
				if rapid.IntRange(0, 5).Draw(rt, "rarely") > 0 {
					return
				}
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = Open(dir, Options{vfs: vfs}); err != nil {
					rt.Fatal(err)
				}
			},
			"look": func(rt *rapid.T) {
				from := clock.Add(-time.Duration(rapid.IntRange(0, 30*3600).Draw(rt, "ago")) * time.Second)
				to := from.Add(time.Duration(rapid.IntRange(0, 40*3600_000).Draw(rt, "long")) * time.Millisecond)
				for _, name := range names {
					sumsIn(rt, s, name, had[name], from, to, rapid.SampledFrom(sumSteps).Draw(rt, "step"))
				}
			},
		})
		aged(rt, t, s, had)
	})
}

// aged looks at all that there was, once folded, and once more when results and
// minutes are gone.
func aged(rt *rapid.T, t *testing.T, s *Store, had map[string][]checker.Result) {
	foldAll(t, s)
	look := func(steps []time.Duration) {
		for name, rs := range had {
			slices.SortStableFunc(rs, func(a, b checker.Result) int { return a.At.Compare(b.At) })
			for _, step := range steps {
				from, to := rs[0].At.Truncate(step), rs[len(rs)-1].At.Add(step).Truncate(step)
				sumsIn(rt, s, name, rs, from, to, step)
			}
		}
	}
	look(sumSteps)
	without(t, s, "blocks")
	look(sumSteps[2:])
	without(t, s, "minutes")
	look(sumSteps[4:])
}
