package store

import "time"

// Bucket sums up the results that began in one span of time. Spans are cut at
// wall-clock multiples of their length, so those of all targets line up.
// Each result counts once, as passed, failed, unknown or excluded. Counts stop at
// 65,535: at a result a second that is 18 hours.
type Bucket struct {
	Start           time.Time // UTC
	Passed          uint16    // up or degraded
	Failed, Unknown uint16
	Excluded        uint16 // in maintenance, whatever they were
	Slow            uint16 // of Passed: degraded
	Retried         uint16 // of Passed: not at the first attempt
	// Of the passed ones, by nearest rank, to the microsecond, but for those of
	// Store.Buckets; 0 if none passed.
	Median, P95, Max time.Duration
}

// Total returns how many results the bucket holds.
func (b *Bucket) Total() int { return int(b.Passed) + int(b.Failed) + int(b.Unknown) + int(b.Excluded) }
