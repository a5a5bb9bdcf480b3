package store

import (
	"context"
	"time"

	"sitrep/checker"
)

// Sum is what the results of one target in a stretch of time add up to. Each
// result counts once, as passed, failed, unknown or excluded.
type Sum struct {
	Passed          uint64 // up or degraded
	Failed, Unknown uint64
	Excluded        uint64 // in maintenance, whatever they were
	Slow            uint64 // of Passed: degraded
	Retried         uint64 // of Passed: not at the first attempt
	// Of the passed ones, by nearest rank, within 1/64 of the truth; Max is exact.
	// 0 if none passed.
	Median, P95, P99, Max time.Duration
}

// Total returns how many results there are.
func (s *Sum) Total() uint64 { return s.Passed + s.Failed + s.Unknown + s.Excluded }

// Uptime returns the share of passed results among those that passed or failed,
// 0–1; false if there are none.
func (s *Sum) Uptime() (share float64, ok bool) {
	judged := s.Passed + s.Failed
	if judged == 0 {
		return 0, false
	}
	return float64(s.Passed) / float64(judged), true
}

// count adds one result to the counts and to Max, and tells whether it passed.
func (s *Sum) count(r *checker.Result) (passed bool) {
	var b Bucket
	passed = b.count(r)
	s.Passed += uint64(b.Passed)
	s.Failed += uint64(b.Failed)
	s.Unknown += uint64(b.Unknown)
	s.Excluded += uint64(b.Excluded)
	s.Slow += uint64(b.Slow)
	s.Retried += uint64(b.Retried)
	s.Max = max(s.Max, b.Max)
	return passed
}

// Sum adds up the results of target that began from from and before to, as
// Buckets does; an unknown target has none.
func (s *Store) Sum(ctx context.Context, target string, from, to time.Time) (Sum, error) {
	g := newGathering(0)
	if err := s.gather(ctx, target, from, to, time.Hour, g); err != nil {
		return Sum{}, err
	}
	return g.sum(), nil
}
