package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/checker"
)

// expect folds what a target had into buckets by the minute.
func expect(rs []checker.Result, step time.Duration) []Bucket {
	f := NewFolder(step, 0, nil)
	for _, r := range rs {
		f.Add(&r)
	}
	return f.Buckets()
}

// TestResultsStayTheSame saves, folds, restarts and loses saves in any order,
// and has the same results after each.
func TestResultsStayTheSame(t *testing.T) {
	_, vfs := newDisk(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		s, err := Open(dir, Options{vfs: vfs})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { s.Close() }()
		had := map[string][]checker.Result{"a": nil, "b": nil, "c": nil}
		names := []string{"a", "b", "c"}
		clock, seq := sometime.Add(50*time.Minute), uint64(0)
		look := func() {
			for _, name := range names {
				got := all(t, s, name) // by the hour: the clock may have been set back over one
				slices.SortStableFunc(got, func(a, b checker.Result) int { return cmp.Compare(a.Seq, b.Seq) })
				same(t, "results of "+name, got, had[name])
			}
			if t.Failed() {
				rt.FailNow()
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"save": func(rt *rapid.T) {
				var b Batch
				for range rapid.IntRange(1, 8).Draw(rt, "results") {
					clock = clock.Add(time.Duration(rapid.IntRange(-100, 200_000).Draw(rt, "pause")) * time.Millisecond)
					seq++
					r := anyResult(rt)
					r.Target, r.At, r.Seq = rapid.SampledFrom(names).Draw(rt, "target"), clock, seq
					b.Results = append(b.Results, r)
				}
				if rapid.IntRange(0, 5).Draw(rt, "lost") == 0 {
					gone, cancel := context.WithCancel(t.Context())
					err := s.writing(t.Context(), func(w *writer) error {
						cancel()
						return errors.Join(w.save(&b), gone.Err())
					})
					if err == nil {
						rt.Fatal("a failed save is no error")
					}
					return
				}
				if err := s.Append(t.Context(), b); err != nil {
					rt.Fatal(err)
				}
				for _, r := range b.Results {
					had[r.Target] = append(had[r.Target], r)
				}
			},
			"fold a step": func(rt *rapid.T) {
				if _, err := s.fold(t.Context(), foldTime); err != nil {
					rt.Fatal(err)
				}
			},
			"restart": func(rt *rapid.T) {
				if rapid.IntRange(0, 3).Draw(rt, "rarely") > 0 {
					return
				}
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = Open(dir, Options{vfs: vfs}); err != nil {
					rt.Fatal(err)
				}
			},
			"look": func(*rapid.T) { look() },
		})
		look()
	})
}

func TestRestoreKnowsTargetsHoweverFarFolded(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	h := newHouse(5, 20*time.Second)
	h.round = int(time.Since(sometime)/h.step) - 9 // up to now, or buckets would be too old
	had := make(map[string][]checker.Result)
	check := func(when string) {
		t.Helper()
		st := restore(t, s)
		for _, name := range h.names {
			last := had[name][len(had[name])-1]
			same(t, when+": last of "+name, st.Believed[name], Target{Believed: last.Believed, Last: last})
			same(t, when+": buckets of "+name, st.Buckets[name], expect(had[name], minute))
		}
	}
	for range 8 {
		rs := h.next()
		save(t, s, Batch{Results: rs})
		for _, r := range rs {
			had[r.Target] = append(had[r.Target], r)
		}
		check("in the tail")
		if _, err := s.fold(t.Context(), foldTime); err != nil {
			t.Fatal(err)
		}
		check("after a step of folding")
	}
	foldAll(t, s)
	check("folded")
}

func TestBucketsAndResultsOfASpan(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	h := newHouse(2, 30*time.Second)
	var had []checker.Result
	for i := range 300 { // two and a half hours
		rs := h.next()
		save(t, s, Batch{Results: rs})
		had = append(had, rs[1])
		if i == 200 {
			foldAll(t, s)
		}
	}
	for _, c := range []struct {
		name     string
		from, to time.Duration
		limit    int
	}{
		{"all", 0, 24 * time.Hour, 0},
		{"within blocks", 20 * time.Minute, 70 * time.Minute, 0},
		{"within the tail", 140 * time.Minute, 141 * time.Minute, 0},
		{"across", 90 * time.Minute, 130 * time.Minute, 0},
		{"the last seven", 0, 24 * time.Hour, 7},
		{"before the first", -time.Hour, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := sometime.Add(c.from), sometime.Add(c.to)
			var want []checker.Result
			for _, r := range had {
				if !r.At.Before(from) && r.At.Before(to) {
					want = append(want, r)
				}
			}
			buckets, err := s.Buckets(t.Context(), h.names[1], from, to, 5*time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			sameSums(t, buckets, naive(want, 5*time.Minute), false)
			slices.Reverse(want)
			if c.limit > 0 {
				want = want[:c.limit]
			}
			got, err := s.Results(t.Context(), h.names[1], from, to, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "results", got, want)
		})
	}
	if got := all(t, s, "nobody"); len(got) > 0 {
		t.Errorf("results of an unknown target: %v", got)
	}
}

// TestDamagedResultsCostOnlyThemselves damages packed results that SQLite finds
// nothing wrong with.
func TestDamagedResultsCostOnlyThemselves(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	h := newHouse(2, 20*time.Minute)
	for range 9 { // three hours, three results in each
		save(t, s, Batch{Results: h.next()})
	}
	damage := func(sql string) {
		t.Helper()
		if err := s.writing(t.Context(), func(w *writer) error { return w.exec(sql) }); err != nil {
			t.Fatal(err)
		}
	}
	want := func(when string, first, second int) {
		t.Helper()
		if n := len(all(t, s, h.names[0])); n != first {
			t.Errorf("%s: %d results of the damaged target, want %d", when, n, first)
		}
		if n := len(all(t, s, h.names[1])); n != second {
			t.Errorf("%s: %d results of the other, want %d", when, n, second)
		}
	}
	// The first sample of the fifth row: a target delta, a length, the sample.
	damage(`UPDATE tail SET results = CAST(substr(results, 1, 2) || x'ff' || substr(results, 4) AS BLOB) WHERE seq = 5`)
	want("in the tail", 7, 9) // the rest of its hour goes with it
	st := restore(t, s)
	if len(st.Notes) != 1 || !strings.Contains(st.Notes[0], h.names[0]) {
		t.Errorf("notes %q do not name the target", st.Notes)
	}
	if len(st.Believed) != 2 {
		t.Errorf("%d targets, want 2", len(st.Believed))
	}
	foldAll(t, s)
	want("folded", 3, 9)
	damage(`UPDATE blocks SET results = CAST(x'ff' || substr(results, 2) AS BLOB) WHERE target = 2 AND hour % 2 = 0`)
	if n := len(all(t, s, h.names[1])); n == 0 || n == 9 {
		t.Errorf("damaged blocks: %d results, want those of the others", n)
	}
	for range 3 {
		save(t, s, Batch{Results: h.next()})
	}
	foldAll(t, s)
	if n := len(all(t, s, h.names[0])); n != 6 {
		t.Errorf("%d results of the damaged target, want those of the next hour too", n)
	}
}
