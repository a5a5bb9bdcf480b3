package store

import (
	"fmt"
	"testing"
	"time"

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
