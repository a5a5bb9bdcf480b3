package tui

import (
	"slices"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
	"sitrep/store"
)

// slot is one column of the time axis: what a target's results of one span of
// time add up to.
type slot struct {
	passed, failed, unknown uint32
	excluded                uint32        // in maintenance
	slow, retried           uint32        // of passed
	median, p95, max        time.Duration // of the passed ones; 0 if none
	part                    bool          // of a minute that is known only as a whole: counts are the minute's
}

func (s *slot) total() int { return int(s.passed) + int(s.failed) + int(s.unknown) + int(s.excluded) }

// axis is the time that columns stand for: n spans of step, cut at wall-clock
// multiples, the last one being that of now.
type axis struct {
	step time.Duration
	n    int
	end  int64 // Unix milliseconds at which the last span ends
}

// axisAt returns the axis whose last of n spans holds now.
func axisAt(now time.Time, step time.Duration, n int) axis {
	ms := step.Milliseconds()
	return axis{step: step, n: n, end: (now.UnixMilli()/ms + 1) * ms}
}

// start returns when a column begins, in Unix milliseconds.
func (a axis) start(i int) int64 { return a.end - int64(a.n-i)*a.step.Milliseconds() }

// time returns when a column begins.
func (a axis) time(i int) time.Time { return time.UnixMilli(a.start(i)).UTC() }

// column returns the column of a time in Unix milliseconds, negative or ≥ n if
// it is on none.
func (a axis) column(ms int64) int {
	d := ms - a.start(0)
	if d < 0 {
		return -1
	}
	return int(d / a.step.Milliseconds())
}

// fold fills dst, one slot a column, from what a snapshot keeps of a target,
// whole minutes if the steps are, the last samples otherwise, and from what the
// store was asked for before that. old may be nil.
func (a axis) fold(dst []slot, t *monitor.TargetStatus, old *past) {
	clear(dst)
	if a.step >= time.Minute {
		a.foldMinutes(dst, t.Minutes, &t.Minute)
	} else {
		a.foldSamples(dst, t.Samples)
		a.borrow(dst, t)
	}
	if old != nil && len(old.buckets) > 0 {
		a.foldPast(dst, t, old)
	}
}

// foldPast puts what the store said in place of what the snapshot says, in the
// columns of which it knows as much or more. Minutes from after the answer are
// added to it.
func (a axis) foldPast(dst []slot, t *monitor.TargetStatus, old *past) {
	var room [2 * chartColumns]slot // with those before
	known := room[:min(len(dst), len(room))]
	for i := range old.buckets {
		a.add(known, &old.buckets[i])
	}
	if a.step >= time.Minute {
		from, _ := slices.BinarySearchFunc(t.Minutes, old.to, bucketStart)
		for i := from; i < len(t.Minutes); i++ {
			a.add(known, &t.Minutes[i])
		}
		if !t.Minute.Start.Before(old.to) {
			a.add(known, &t.Minute)
		}
	}
	for i := range known {
		if n := known[i].total(); n > 0 && (n >= dst[i].total() || dst[i].part) {
			dst[i] = known[i]
		}
	}
}

func bucketStart(b store.Bucket, t time.Time) int { return b.Start.Compare(t) }

// borrow gives columns from before the first sample what the minute that they are
// part of says: after a start minutes are known from the time before, samples
// are not.
func (a axis) borrow(dst []slot, t *monitor.TargetStatus) {
	first := a.end
	if len(t.Samples) > 0 {
		first = t.Samples[0].At
	}
	var whole [1]slot
	for i := range dst {
		at := a.time(i).Truncate(time.Minute)
		if at.Add(time.Minute).UnixMilli() > first {
			return
		}
		k, found := slices.BinarySearchFunc(t.Minutes, at, bucketStart)
		if found {
			whole[0] = slot{}
			axisAt(at, time.Minute, 1).add(whole[:], &t.Minutes[k])
			dst[i] = whole[0]
			dst[i].part = true
		}
	}
}

func (a axis) foldMinutes(dst []slot, minutes []store.Bucket, last *store.Bucket) {
	first := time.UnixMilli(a.start(0))
	from, _ := slices.BinarySearchFunc(minutes, first, bucketStart)
	for i := from; i < len(minutes); i++ {
		a.add(dst, &minutes[i])
	}
	if !last.Start.IsZero() {
		a.add(dst, last)
	}
}

// add puts a bucket into its column. Of several in one column the median is about
// the mean of theirs, by how many passed.
func (a axis) add(dst []slot, b *store.Bucket) {
	i := a.column(b.Start.UnixMilli())
	if i < 0 || i >= len(dst) {
		return
	}
	s := &dst[i]
	if n := s.passed + uint32(b.Passed); n > 0 {
		s.median = (s.median*time.Duration(s.passed) + b.Median*time.Duration(b.Passed)) / time.Duration(n)
	}
	s.p95, s.max = max(s.p95, b.P95), max(s.max, b.Max)
	s.passed += uint32(b.Passed)
	s.failed += uint32(b.Failed)
	s.unknown += uint32(b.Unknown)
	s.excluded += uint32(b.Excluded)
	s.slow += uint32(b.Slow)
	s.retried += uint32(b.Retried)
}

func (a axis) foldSamples(dst []slot, samples []monitor.Sample) {
	var passed [512]uint32 // latencies of the column under way
	n, at := 0, -1
	flush := func() {
		if at >= 0 && n > 0 {
			slices.Sort(passed[:n])
			s := &dst[at]
			s.median, s.p95, s.max = rank(passed[:n], 50), rank(passed[:n], 95), rank(passed[:n], 100)
		}
		n = 0
	}
	for k := range samples {
		p := &samples[k]
		i := a.column(p.At)
		if i < 0 || i >= len(dst) {
			continue
		}
		if i != at {
			flush()
			at = i
		}
		s := &dst[i]
		switch checker.Status(p.Status) {
		case checker.Up, checker.Degraded:
			s.passed++
			if p.Status == uint8(checker.Degraded) {
				s.slow++
			}
			if p.Attempt > 1 {
				s.retried++
			}
			if n < len(passed) {
				passed[n] = p.Took
				n++
			}
		case checker.Down:
			s.failed++
		default:
			s.unknown++
		}
	}
	flush()
}

// rank returns the nearest-rank percentile of sorted latencies in microseconds.
func rank(sorted []uint32, percent int) time.Duration {
	i := (len(sorted)*percent + 99) / 100
	return time.Duration(sorted[max(i, 1)-1]) * time.Microsecond
}

// percentile returns that of all passed samples of a target, 0 if none passed.
func percentile(samples []monitor.Sample, percent int) time.Duration {
	all := make([]uint32, 0, 512)
	for i := range samples {
		if s := checker.Status(samples[i].Status); s == checker.Up || s == checker.Degraded {
			all = append(all, samples[i].Took)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return rank(all, percent)
}

// threshold returns the latency that a target's pictures are anchored at: its
// own limit, so that tall is slow for this target in every row. Without one it
// is about four times the median of what is known, rounded to a power of two so
// that the picture does not change with every result, and own is false. 0 if nothing
// is known.
func threshold(t *monitor.TargetStatus) (limit time.Duration, own bool) {
	if t.Target.Slow > 0 {
		return t.Target.Slow, true
	}
	medians := make([]uint32, 0, 128)
	for i := range t.Minutes {
		if b := &t.Minutes[i]; b.Passed > 0 {
			medians = append(medians, uint32(b.Median.Microseconds()))
		}
	}
	var m time.Duration
	switch {
	case len(medians) >= 3:
		slices.Sort(medians)
		m = rank(medians, 50)
	default:
		m = percentile(t.Samples, 50)
	}
	if m <= 0 {
		return 0, false
	}
	limit = time.Microsecond
	for limit < 3*m { // between three and six times the median
		limit *= 2
	}
	return limit, false
}

// steps are what one column may stand for. Up to half a minute columns are made
// of single results, from a minute on of buckets.
var steps = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
	time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// What a snapshot keeps of a target: so many samples, none but a few older than
// so long.
const (
	samplesKept = 512
	samplesAge  = 20 * time.Minute
	minutesAge  = 2 * time.Hour
)

// keptOf returns how far back a snapshot reaches for columns of step of a target.
func keptOf(t *monitor.TargetStatus, step time.Duration) time.Duration {
	if step >= time.Minute {
		return minutesAge
	}
	return min(samplesKept*t.Target.Interval, samplesAge)
}

// stepFor returns the step of n columns for targets of which the fastest has this
// interval: the smallest that holds five of its probes, so that a median is worth
// its name and a row does not move on all the time, and of which what is kept fills all
// columns, but never less than five seconds; else a minute.
func stepFor(fastest time.Duration, n int) time.Duration {
	kept := min(samplesKept*fastest, samplesAge)
	for _, step := range steps[1:slices.Index(steps, time.Minute)] {
		if 5*fastest <= step && time.Duration(n)*step <= kept {
			return step
		}
	}
	return time.Minute
}
