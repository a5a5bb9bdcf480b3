package store

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
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

// agrees holds the rollups against the blocks: each minute and hour that has one
// says exactly what the results in it add up to, and of an hour there are both
// or none. Blocks of before there were rollups may have none yet.
func agrees(t reporter, s *Store) {
	t.Helper()
	var sums rolling
	err := s.reading(context.Background(), func(c *conn) error {
		unfilled, err := c.unfilled()
		if err != nil {
			return err
		}
		return c.query(func(st *sqlite3.Stmt) error {
			hour, target := st.ColumnInt64(0), st.ColumnInt64(1)
			sums.reset()
			sums.countBlock(st.ColumnRawBlob(2), hour)
			var of []byte
			for slot, packed := range rollups(st.ColumnRawBlob(4)) {
				if slot == int(hour%24) {
					of = sums.hour[0].pack(nil)
					if !bytes.Equal(packed, of) {
						t.Errorf("hour %d of target %d is % x, its results are % x", hour, target, packed, of)
					}
				}
			}
			minutes := st.ColumnRawBlob(3)
			if minutes == nil && of == nil && rowID(hour, target) < unfilled {
				return nil
			}
			if want := mergeRow(nil, nil, 0, sums.minutes[:], false); !bytes.Equal(minutes, want) || of == nil {
				t.Errorf("minutes of hour %d of target %d are % x, its results are % x; hour: % x", hour, target, minutes, want, of)
			}
			return nil
		}, `SELECT hour, target, results, m.rollups, h.rollups FROM blocks
			LEFT JOIN minutes m ON m.id = (hour << 32 | target) LEFT JOIN hours h ON h.id = (hour / 24 << 32 | target)`)
	})
	if err != nil {
		t.Errorf("%v", err)
	}
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
				agrees(rt, s)
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
	agrees(rt, s)
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

// asBefore makes the state in dir, which is closed, one that was written before
// there were rollups.
func asBefore(t *testing.T, dir string) {
	t.Helper()
	c, err := connect(filepath.Join(dir, fileName), "", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{c.exec(`DROP TABLE minutes`), c.exec(`DROP TABLE hours`), c.exec(`PRAGMA user_version = 3`), c.close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestBlocksOfAnEarlierVersionAreAddedUp takes a state of before there were
// rollups through all steps of making them, on a disk that fails at times, with
// new results coming meanwhile: the answers are the same all along.
func TestBlocksOfAnEarlierVersionAreAddedUp(t *testing.T) {
	d, vfs := newDisk(t)
	dir := t.TempDir()
	s, err := Open(dir, Options{vfs: vfs})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(25, 17*time.Minute)
	had := make(map[string][]checker.Result)
	live := func(rounds int) {
		for range rounds {
			rs := h.next()
			save(t, s, Batch{Results: rs})
			for _, r := range rs {
				had[r.Target] = append(had[r.Target], r)
			}
		}
	}
	live(80) // more than 22 hours: more blocks than are added up in a step
	foldAll(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	asBefore(t, dir)
	s = open(t, dir, Options{vfs: vfs})
	look := func(steps ...time.Duration) {
		t.Helper()
		for _, name := range []string{h.names[0], h.names[11], h.names[24]} {
			for _, step := range steps {
				sumsIn(t, s, name, had[name], sometime.AddDate(0, 0, -2), sometime.AddDate(0, 0, 2), step)
			}
		}
		agrees(t, s)
	}
	look(sumSteps...)
	live(2) // of an hour whose block is not added up yet
	foldAll(t, s)
	look(sumSteps...)
	done, steps := false, 0
	for after := 0; !done; after = after*2 + 1 {
		d.fail(errFull, after)
		more, err := s.fill(t.Context())
		if after == 0 && err == nil {
			t.Error("filled on a full disk")
		}
		if err == nil {
			done = !more
			steps++
		}
		d.fail(nil, 0)
		look(time.Minute, time.Hour)
	}
	if steps < 3 { // the last one finds nothing
		t.Errorf("all was added up in %d steps: the test does not see one half done", steps)
	}
	if n := count(t, s, `SELECT count(*) FROM meta WHERE key = 'unfilled'`); n > 0 {
		t.Error("it is not known that all blocks are added up")
	}
	without(t, s, "blocks")
	look(time.Minute, time.Hour, 24*time.Hour)
}

// count returns the number that a query answers with.
func count(t testing.TB, s *Store, sql string) (n int64) {
	t.Helper()
	err := s.reading(t.Context(), func(c *conn) (err error) {
		n, err = c.number(sql)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestHistoryOutlivesResults goes on for sixty days: single results are kept for
// one, minutes for two weeks, hours for all of it.
func TestHistoryOutlivesResults(t *testing.T) {
	s := open(t, t.TempDir(), Options{Retain: 24 * time.Hour, Rollups: 60 * 24 * time.Hour})
	s.keep.minutes = 14 * 24 * time.Hour
	h := newHouse(2, 10*time.Minute)
	var had []checker.Result
	var now time.Time
	for range 70 {
		var b Batch
		for range 24 * 6 {
			rs := h.next()
			b.Results = append(b.Results, rs...)
			had = append(had, rs[1])
		}
		save(t, s, b)
		foldAll(t, s)
		now = had[len(had)-1].At
		for more := true; more; {
			var err error
			if more, err = s.tidy(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
	}
	const day = 24 * time.Hour
	sumsIn(t, s, h.names[1], had, now.Add(-20*time.Hour), now, 10*time.Second)
	sumsIn(t, s, h.names[1], had, now.Add(-13*day).Truncate(time.Minute), now, time.Minute)
	sumsIn(t, s, h.names[1], had, now.Add(-13*day).Truncate(time.Minute), now, 6*time.Hour)
	sumsIn(t, s, h.names[1], had, now.Add(-59*day).Truncate(time.Hour), now, 6*time.Hour)
	sumsIn(t, s, h.names[1], had, now.Add(-59*day).Truncate(day), now, day)
	// Finer than what there is: a minute, and an hour, counts where it begins.
	minutes, err := s.Buckets(t.Context(), h.names[1], now.Add(-10*day).Truncate(time.Hour), now.Add(-9*day).Truncate(time.Hour), 10*time.Second)
	if err != nil || len(minutes) != 24*6 || minutes[0].Total() != 1 || minutes[0].Start.Second() != 0 {
		t.Errorf("of ten days ago by ten seconds: %d buckets, %v; first %+v", len(minutes), err, minutes[:min(1, len(minutes))])
	}
	hours, err := s.Buckets(t.Context(), h.names[1], now.Add(-40*day).Truncate(time.Hour), now.Add(-39*day).Truncate(time.Hour), time.Minute)
	if err != nil || len(hours) != 24 || hours[0].Total() != 6 || hours[0].Start.Minute() != 0 {
		t.Errorf("of forty days ago by the minute: %d buckets, %v; first %+v", len(hours), err, hours[:min(1, len(hours))])
	}
	for sql, most := range map[string]int64{
		`SELECT count(*) FROM blocks`: 2 * 25, `SELECT count(*) FROM minutes`: 2 * (14*24 + 1), `SELECT count(*) FROM hours`: 2 * 61,
	} {
		if n := count(t, s, sql); n > most || n < most-4 {
			t.Errorf("%s: %d, want about %d", sql, n, most)
		}
	}
}

// TestResultsThatMoveLateStillCount saves results shortly before a process ends
// that is started again weeks later.
func TestResultsThatMoveLateStillCount(t *testing.T) {
	s := open(t, t.TempDir(), Options{Retain: time.Hour})
	h := newHouse(1, 10*time.Second)
	var had []checker.Result
	for range 90 {
		rs := h.next()
		save(t, s, Batch{Results: rs})
		had = append(had, rs...)
	}
	for more := true; more; {
		var err error
		if more, err = s.fold(t.Context(), sometime.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM blocks`); n > 0 {
		t.Errorf("%d blocks of results that are too old to be kept", n)
	}
	sumsIn(t, s, h.names[0], had, sometime, sometime.Add(time.Hour), time.Minute)
	sumsIn(t, s, h.names[0], had, sometime, sometime.Add(time.Hour), time.Hour)
}
