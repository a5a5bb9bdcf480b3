package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"sitrep/checker"
)

// used returns how many bytes of the file hold something.
func used(b *testing.B, s *Store) int64 {
	b.Helper()
	var p pages
	err := s.reading(b.Context(), func(c *conn) (err error) {
		p, err = c.pages()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return (p.all - p.free) * p.size
}

// fill saves rounds of results, and folds as Run would.
func fill(b *testing.B, s *Store, h *house, rounds int) {
	b.Helper()
	for i := range rounds {
		if err := s.Append(b.Context(), Batch{Results: h.next()}); err != nil {
			b.Fatal(err)
		}
		if every := int(foldAfter / h.step); i%every == every-1 {
			foldAll(b, s)
		}
	}
}

func BenchmarkAppend1000Results(b *testing.B) {
	s := open(b, b.TempDir(), Options{})
	h := newHouse(1000, time.Second)
	rounds := make([][]checker.Result, 100)
	for i := range rounds {
		rounds[i] = h.next()
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if err := s.Append(b.Context(), Batch{Results: rounds[n%len(rounds)], Heartbeat: sometime}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n*1000), "µs/result")
}

// BenchmarkFold moves ten minutes of 1,000 targets at 1 s into blocks that hold
// half an hour already.
func BenchmarkFold(b *testing.B) {
	s := open(b, b.TempDir(), Options{})
	h := newHouse(1000, time.Second)
	fill(b, s, h, 1800)
	results, steps := 0, 0
	var longest time.Duration
	for b.Loop() {
		b.StopTimer()
		for range 600 {
			results += 1000
			if err := s.Append(b.Context(), Batch{Results: h.next()}); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		for more := true; more; steps++ {
			began := time.Now()
			var err error
			if more, err = s.fold(b.Context(), foldTime); err != nil {
				b.Fatal(err)
			}
			longest = max(longest, time.Since(began))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(results), "µs/result")
	b.ReportMetric(float64(longest.Microseconds())/1000, "ms/longest-step")
	b.ReportMetric(float64(steps)/float64(b.N), "steps/op")
}

// BenchmarkRestore starts on 1,000 targets at 1 s after two hours, the last
// five minutes of them in the tail.
func BenchmarkRestore(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir, Options{})
	h := newHouse(1000, time.Second)
	fill(b, s, h, 7200)
	fill(b, s, h, 300)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Restore(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBuckets reads a day of one target in five-minute buckets.
func BenchmarkBuckets(b *testing.B) {
	s := open(b, b.TempDir(), Options{})
	fill(b, s, newHouse(1, time.Second), 86_400)
	for b.Loop() {
		if _, err := s.Buckets(b.Context(), "target-0000", sometime, sometime.AddDate(0, 0, 1), 5*time.Minute); err != nil {
			b.Fatal(err)
		}
	}
}

// month is a state with thirty days of a target that is probed every ten
// seconds, among 999 others, with ten minutes of all of them in the tail; single
// results are of the last fourteen days. It ends past a full hour.
func month(b *testing.B) (s *Store, now time.Time) {
	b.Helper()
	const targets, days = 1000, 30
	s = open(b, b.TempDir(), Options{})
	one, all := newHouse(1, 10*time.Second), newHouse(targets, 10*time.Second)
	all.round = days*24*360 + 200
	save(b, s, Batch{Results: all.next()}) // so that all are known
	for range days * 24 {
		var batch Batch
		for range 360 {
			batch.Results = append(batch.Results, one.next()...)
		}
		save(b, s, batch)
	}
	foldAll(b, s)
	crowd(b, s, targets)
	err := s.writing(b.Context(), func(w *writer) error {
		return w.exec(`DELETE FROM blocks WHERE hour < ?`, hourOf(sometime)+(days-14)*24)
	})
	if err != nil {
		b.Fatal(err)
	}
	for range 60 {
		rs := all.next()
		for part := range slices.Chunk(rs, targets/10) { // a batch a second
			save(b, s, Batch{Results: part})
		}
		now = rs[0].At
	}
	return s, now
}

// crowd gives targets 2 and up the rows of the first one: hours as they are, of
// the others only their places.
func crowd(b *testing.B, s *Store, targets int) {
	b.Helper()
	type row struct {
		n    int64
		blob []byte
	}
	var rows [3][]row
	insert := [3]string{
		`INSERT INTO hours (id, rollups) VALUES (?1 << 32 | ?2, ?3) ON CONFLICT DO NOTHING`,
		`INSERT INTO minutes (id, rollups) VALUES (?1 << 32 | ?2, ?3) ON CONFLICT DO NOTHING`,
		`INSERT INTO blocks (hour, target, results) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`,
	}
	err := s.writing(b.Context(), func(w *writer) error {
		for i, sql := range [3]string{
			`SELECT id >> 32, rollups FROM hours WHERE id & 0xffffffff = 1`,
			`SELECT id >> 32, x'' FROM minutes WHERE id & 0xffffffff = 1`,
			`SELECT hour, x'' FROM blocks WHERE target = 1`,
		} {
			err := w.query(func(st *sqlite3.Stmt) error {
				rows[i] = append(rows[i], row{st.ColumnInt64(0), st.ColumnBlob(1, []byte{})})
				return nil
			}, sql)
			if err != nil {
				return err
			}
		}
		return nil
	})
	for i := range rows {
		for _, r := range rows[i] {
			err = errors.Join(err, s.writing(b.Context(), func(w *writer) (err error) {
				for id := 2; id <= targets && err == nil; id++ {
					err = w.exec(insert[i], r.n, id, r.blob)
				}
				return err
			}))
		}
	}
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkHistory asks of a target what a screen does.
func BenchmarkHistory(b *testing.B) {
	s, now := month(b)
	const day = 24 * time.Hour
	for _, c := range []struct {
		name      string
		ago, step time.Duration
	}{
		{"1h by 30s", time.Hour, 30 * time.Second}, {"24h by 15m", day, 15 * time.Minute},
		{"7d by 1h", 7 * day, time.Hour}, {"14d single", 14 * day, 90 * time.Second}, {"30d by 6h", 30 * day, 6 * time.Hour},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				found, err := s.Buckets(b.Context(), "target-0000", now.Add(-c.ago), now, c.step)
				if err != nil {
					b.Fatal(err)
				}
				n = len(found)
			}
			b.ReportMetric(float64(n), "buckets")
		})
	}
	for _, ago := range []time.Duration{time.Hour, day, 7 * day, 30 * day} {
		b.Run("sum "+ago.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Sum(b.Context(), "target-0000", now.Add(-ago), now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSize tells how many bytes of the file a result takes after a day,
// once folded.
func BenchmarkSize(b *testing.B) {
	const targets, atOnce = 20, 60
	for _, step := range []time.Duration{time.Second, 10 * time.Second, time.Minute} {
		b.Run(fmt.Sprint(step), func(b *testing.B) {
			rounds := int(24 * time.Hour / step)
			for b.Loop() {
				s := open(b, b.TempDir(), Options{})
				h := newHouse(targets, step)
				for range rounds / atOnce {
					var batch Batch
					for range atOnce {
						batch.Results = append(batch.Results, h.next()...)
					}
					save(b, s, batch)
				}
				foldAll(b, s)
				b.ReportMetric(float64(used(b, s))/float64(rounds*targets), "B/result")
			}
		})
	}
}

// BenchmarkOpen is a start on a small state, and its end.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := Open(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		restore(b, s)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
