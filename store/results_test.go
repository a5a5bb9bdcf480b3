package store

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"sitrep/checker"
)

// expect folds what a target had into buckets by the minute.
func expect(rs []checker.Result, step time.Duration) []Bucket {
	f := NewFolder(step, 0, nil)
	for _, r := range rs {
		f.Add(r.At, r.Took, r.Status, r.Attempt)
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
				if _, err := s.fold(t.Context(), time.Now().Add(foldAfter)); err != nil {
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
			"": func(rt *rapid.T) {
				for _, name := range names {
					got := all(t, s, name)
					slices.SortStableFunc(got, func(a, b checker.Result) int { return int(a.Seq) - int(b.Seq) })
					same(t, "results of "+name, got, had[name])
				}
				if t.Failed() {
					rt.FailNow()
				}
			},
		})
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
		if _, err := s.fold(t.Context(), time.Now().Add(foldAfter)); err != nil {
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
			same(t, "buckets", buckets, expect(want, 5*time.Minute))
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

// TestSizeLevelsOff lives through three days with a day's retention: what the
// file holds after the second is what it holds after the third.
func TestSizeLevelsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, vfs := newDisk(t)
		s := open(t, t.TempDir(), Options{Retain: 24 * time.Hour, vfs: vfs})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		h := newHouse(20, time.Minute)
		began := time.Now()
		h.round = int(began.Sub(sometime) / h.step)
		var sizes []int64
		for range 3 {
			for range 24 * 6 {
				var b Batch
				for range 10 {
					b.Results = append(b.Results, h.next()...)
				}
				save(t, s, b)
				time.Sleep(10 * time.Minute)
			}
			synctest.Wait()
			sizes = append(sizes, pagesUsed(t, s))
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
		if err := s.Trouble(); err != nil {
			t.Errorf("trouble: %v", err)
		}
		if d := sizes[2] - sizes[1]; d > sizes[1]/10 {
			t.Errorf("pages in use after one, two and three days: %v", sizes)
		}
		oldest := all(t, s, h.names[0])[0].At
		if age := time.Since(oldest); age > 26*time.Hour || age < 23*time.Hour {
			t.Errorf("the oldest result is %v old, want about 24 h", age)
		}
	})
}

func pagesUsed(t *testing.T, s *Store) int64 {
	t.Helper()
	var p pages
	if err := s.reading(t.Context(), func(c *conn) (err error) {
		p, err = c.pages()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return p.all - p.free
}

func TestOldestResultsGoWhenTheFileIsFull(t *testing.T) {
	s := open(t, t.TempDir(), Options{MaxSize: 1 << 20, Retain: 1000 * 24 * time.Hour})
	h := newHouse(20, 10*time.Second)
	events := []Event{{Seq: 1, At: sometime, Kind: "fired"}}
	save(t, s, Batch{Events: events})
	for range 24 {
		var b Batch
		for range 360 {
			b.Results = append(b.Results, h.next()...)
		}
		save(t, s, b)
	}
	foldAll(t, s)
	now := sometime.Add(24 * time.Hour)
	for more, n := true, 0; more; n++ {
		var err error
		if more, err = s.tidy(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if n > 1000 {
			t.Fatal("tidying does not end")
		}
	}
	if size := pagesUsed(t, s) * 4096; size > 1<<20 {
		t.Errorf("%d bytes are in use, want at most a MiB", size)
	}
	left := all(t, s, h.names[0])
	if len(left) == 0 || !left[len(left)-1].At.After(now.Add(-time.Minute)) {
		t.Error("the newest results are gone")
	}
	same(t, "events", restore(t, s).Events, events)
}
