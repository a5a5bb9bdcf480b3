package store

import (
	"math"
	"slices"
	"sort"
	"time"

	"sitrep/checker"
)

// valuesKept is how many latencies of an open bucket a Folder holds on to: all of a minute at a result a second. Of more it keeps a sample
// that depends on nothing but the results.
const valuesKept = 64

// Folder folds the results of one target, as they come, into buckets. It is
// plain state: no clock, no lock.
type Folder struct {
	step   int64    // microseconds
	keep   int      // closed buckets kept
	closed []Bucket // only appended to and cut from the front, never written to: it is handed out

	open   Bucket // counts and Max; zero Start if there is none
	seen   uint64 // passed results of the open bucket
	values []uint32
	sorted bool
}

// NewFolder returns a folder that makes buckets of step (≥ 1 µs) and keeps the
// last keep of those that are over (0 keeps all). It goes on from past, oldest
// first, which it does not write to: results for a bucket that is in past count
// there, and leave its Median and P95 as they are.
func NewFolder(step time.Duration, keep int, past []Bucket) *Folder {
	f := &Folder{step: max(step.Microseconds(), 1), keep: keep, closed: slices.Clip(past)}
	f.trim()
	return f
}

// Add counts one result in the bucket in which it began.
func (f *Folder) Add(r *checker.Result) {
	start := f.start(r.At)
	if start.Before(f.open.Start) || f.open.Start.IsZero() && len(f.closed) > 0 && !start.After(f.closed[len(f.closed)-1].Start) {
		f.late(start, r)
		return
	}
	if !start.Equal(f.open.Start) {
		f.close()
		f.open.Start = start
	}
	if f.open.count(r) {
		f.value(r.Took)
	}
}

// start returns where the bucket of at begins. The wall clock's multiples are
// counted from 1970-01-01 UTC.
func (f *Folder) start(at time.Time) time.Time {
	us := at.UnixMicro()
	rest := us % f.step
	if rest < 0 {
		rest += f.step
	}
	return time.UnixMicro(us - rest).UTC()
}

// late counts a result of a bucket that is over: the wall clock was set back.
// What was handed out stays as it was.
func (f *Folder) late(start time.Time, r *checker.Result) {
	i := sort.Search(len(f.closed), func(i int) bool { return !f.closed[i].Start.Before(start) })
	closed := slices.Clone(f.closed)
	if i == len(closed) || !closed[i].Start.Equal(start) {
		b := Bucket{Start: start}
		if b.count(r) {
			b.Median, b.P95 = b.Max, b.Max
		}
		f.closed = slices.Insert(closed, i, b)
		f.trim()
		return
	}
	closed[i].count(r)
	f.closed = closed
}

// count adds one result to the counts and to Max, and tells whether it passed.
func (b *Bucket) count(r *checker.Result) (passed bool) {
	switch {
	case r.Excluded:
		inc(&b.Excluded)
	case r.Status == checker.Up || r.Status == checker.Degraded:
		passed = true
		inc(&b.Passed)
		if r.Status == checker.Degraded {
			inc(&b.Slow)
		}
		if r.Attempt > 1 {
			inc(&b.Retried)
		}
		b.Max = max(b.Max, r.Took.Truncate(time.Microsecond))
	case r.Status == checker.Down:
		inc(&b.Failed)
	default:
		inc(&b.Unknown)
	}
	return passed
}

func inc(n *uint16) {
	if *n < math.MaxUint16 {
		*n++
	}
}

// value keeps a latency, or once there are valuesKept puts it in the place
// of a random one with the probability that makes all equally likely to stay.
func (f *Folder) value(took time.Duration) {
	us := uint32(min(max(took.Microseconds(), 0), math.MaxUint32))
	f.seen++
	if len(f.values) < valuesKept {
		f.values, f.sorted = append(f.values, us), false
		return
	}
	if i := scramble(f.seen) % f.seen; i < uint64(len(f.values)) {
		f.values[i], f.sorted = us, false
	}
}

// scramble is the finalizer of SplitMix64: a number that looks random, and is
// the same each time.
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// close makes the open bucket, if there is one, the last of the closed.
func (f *Folder) close() {
	if b, ok := f.Open(); ok {
		f.closed = append(f.closed, b)
		f.trim()
	}
	f.open, f.seen, f.values = Bucket{}, 0, f.values[:0]
}

func (f *Folder) trim() {
	if over := len(f.closed) - f.keep; f.keep > 0 && over > 0 {
		f.closed = f.closed[over:]
	}
}

// Open returns the bucket of the latest result; false if there was none.
func (f *Folder) Open() (Bucket, bool) {
	if f.open.Start.IsZero() {
		return Bucket{}, false
	}
	b := f.open
	if n := len(f.values); n > 0 {
		if !f.sorted {
			slices.Sort(f.values)
			f.sorted = true
		}
		b.Median, b.P95 = f.rank(50), f.rank(95)
	}
	return b, true
}

// rank returns the nearest-rank percentile of the sorted values.
func (f *Folder) rank(percent int) time.Duration {
	i := (len(f.values)*percent + 99) / 100
	return time.Duration(f.values[max(i, 1)-1]) * time.Microsecond
}

// Closed returns the buckets before the open one, oldest first; those without a
// result are left out. The slice is shared and never changes.
func (f *Folder) Closed() []Bucket { return slices.Clip(f.closed) }

// Buckets returns all buckets, the open one last. The slice is the caller's.
func (f *Folder) Buckets() []Bucket {
	all := slices.Grow(slices.Clone(f.closed), 1)
	if b, ok := f.Open(); ok {
		all = append(all, b)
	}
	return all
}
