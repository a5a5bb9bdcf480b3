package tui

import (
	"context"
	"errors"
	"slices"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
	"sitrep/store"
)

// archive is a store that has kept 40 days of each target: a quarter of an hour of
// failures at noon each third day, an hour of slowness at six each evening, and
// nothing at all from two to four in the morning of the first of April, when the
// machine was down.
type archive struct {
	off   bool // nothing is kept
	fails bool
	asked []string
}

var errArchive = errors.New("read sitrep.db: disk I/O error")

// at returns what a minute of a target adds up to, or as much of it as step is.
func (*archive) at(s *monitor.TargetStatus, start time.Time, step time.Duration) (b store.Bucket, measured bool) {
	t := s.Target
	if i, found := slices.BinarySearchFunc(s.Minutes, start, bucketStart); found && step >= time.Minute {
		return s.Minutes[i], true
	}
	day, hour := start.YearDay(), start.Hour()
	if !start.Before(night) || night.Sub(start) > 40*24*time.Hour || start.Month() == 4 && start.Day() == 1 && (hour == 2 || hour == 3) {
		return b, false
	}
	n := uint16(max(min(step, time.Minute)/t.Interval, 1))
	base := t.Slow / 8
	b = store.Bucket{Start: start, Passed: n, Median: base + base*time.Duration(hour%5)/8, P95: 2 * base, Max: 3 * base}
	switch {
	case hour == 12 && start.Minute() < 15 && day%3 == 0:
		b.Passed, b.Failed, b.Median, b.P95, b.Max = 0, n, 0, 0, 0
	case hour == 18:
		b.Slow, b.Median, b.P95, b.Max = n, 2*t.Slow, 3*t.Slow, 5*t.Slow
	}
	return b, true
}

func (a *archive) buckets(t *monitor.TargetStatus, from, to time.Time, step time.Duration) (all []store.Bucket) {
	for start := from.Truncate(step); start.Before(to); start = start.Add(step) {
		var sum [1]slot
		one := axis{step: step, n: 1, end: start.Add(step).UnixMilli()}
		for at := start.Truncate(time.Minute); at.Before(start.Add(step)); at = at.Add(time.Minute) {
			if b, measured := a.at(t, at, step); measured && !at.Before(from) && at.Before(to) {
				b.Start = start
				one.add(sum[:], &b)
			}
		}
		if s := &sum[0]; s.total() > 0 {
			all = append(all, store.Bucket{Start: start, Passed: uint16(s.passed), Failed: uint16(s.failed), Slow: uint16(s.slow), Median: s.median, P95: s.p95, Max: s.max})
		}
	}
	return all
}

func (d *desk) Buckets(_ context.Context, target string, from, to time.Time, step time.Duration) ([]store.Bucket, error) {
	d.archive.asked = append(d.archive.asked, target+" "+step.String())
	i, found := d.snap.Find(target)
	switch {
	case d.archive.fails:
		return nil, errArchive
	case d.archive.off || !found:
		return nil, nil
	}
	return d.archive.buckets(d.snap.Target(i), from, to, step), nil
}

func (d *desk) Sum(_ context.Context, target string, from, to time.Time) (sum store.Sum, err error) {
	i, found := d.snap.Find(target)
	switch {
	case d.archive.fails:
		return sum, errArchive
	case d.archive.off || !found:
		return sum, nil
	}
	step := mark(to.Sub(from) > 3*time.Hour, 15*time.Minute, time.Minute) // of a long time one minute in fifteen stands for all
	for at := from.Truncate(step); at.Before(to); at = at.Add(step) {
		b, _ := d.archive.at(d.snap.Target(i), at, time.Minute)
		sum.Passed += uint64(b.Passed) * uint64(step/time.Minute)
		sum.Failed += uint64(b.Failed) * uint64(step/time.Minute)
		sum.Slow += uint64(b.Slow) * uint64(step/time.Minute)
		sum.Median, sum.P95, sum.P99, sum.Max = max(sum.Median, b.Median), max(sum.P95, b.P95), max(sum.P99, b.P95), max(sum.Max, b.Max)
	}
	return sum, nil
}

// Results are those of the last hour: one in a minute.
func (d *desk) Results(_ context.Context, target string, from, to time.Time, n int) (all []checker.Result, err error) {
	i, found := d.snap.Find(target)
	switch {
	case d.archive.fails:
		return nil, errArchive
	case d.archive.off || !found:
		return nil, nil
	}
	t := d.snap.Target(i)
	for at := to.Truncate(time.Minute); !at.Before(from) && len(all) < n; at = at.Add(-time.Minute) {
		b, measured := d.archive.at(t, at, time.Minute)
		if !measured || !at.Before(to) {
			continue
		}
		r := checker.Result{Target: target, At: at, Status: checker.Up, Took: b.Median, Detail: checker.Detail{Peer: "10.4.1.7:443"}}
		if b.Failed > 0 {
			r.Status, r.Findings = checker.Down, []checker.Finding{{What: "connect", Status: checker.Down, Text: "connection refused"}}
		}
		for k, name := range []string{"resolve", "connect", "handshake", "first byte", "body"} {
			r.Phases = append(r.Phases, checker.Phase{Name: name, Took: b.Median * time.Duration(k+1) / 15})
		}
		all = append(all, r)
	}
	return all, nil
}
