package store

import (
	"context"
	"time"
)

// Sum is what the results of one target in a stretch of time add up to. Each
// result counts once, as passed, failed, unknown or excluded.
type Sum struct {
	Passed          uint64 // up or degraded
	Failed, Unknown uint64
	Excluded        uint64 // in maintenance, whatever they were
	Slow            uint64 // of Passed: degraded
	Retried         uint64 // of Passed: not at the first attempt
	// Of the passed ones; 0 if none passed.
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

// Sum adds up the results of target that began from from and before to; an
// unknown target has none.
func (s *Store) Sum(ctx context.Context, target string, from, to time.Time) (sum Sum, err error) {
	buckets, err := s.Buckets(ctx, target, from, to, time.Hour)
	if err != nil {
		return Sum{}, err
	}
	for i := range buckets {
		b := &buckets[i]
		sum.Passed += uint64(b.Passed)
		sum.Failed += uint64(b.Failed)
		sum.Unknown += uint64(b.Unknown)
		sum.Excluded += uint64(b.Excluded)
		sum.Slow += uint64(b.Slow)
		sum.Retried += uint64(b.Retried)
		sum.Max = max(sum.Max, b.Max)
	}
	return sum, nil
}
