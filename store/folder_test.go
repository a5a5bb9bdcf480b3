package store

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/checker"
)

// sample is what a Folder is told of a result.
type sample struct {
	at       time.Duration // after sometime
	took     time.Duration
	status   checker.Status
	attempt  int
	excluded bool
}

func addAll(f *Folder, samples ...sample) {
	for _, s := range samples {
		f.Add(&checker.Result{At: sometime.Add(s.at), Took: s.took, Status: s.status, Attempt: s.attempt, Excluded: s.excluded})
	}
}

func TestFolderCountsAndRanks(t *testing.T) {
	const ms = time.Millisecond
	up, slow, down, unknown := checker.Up, checker.Degraded, checker.Down, checker.Unknown
	for name, c := range map[string]struct {
		step time.Duration
		in   []sample
		want []Bucket
	}{
		"nothing": {step: time.Minute},
		"one of each": {
			step: time.Minute,
			in:   []sample{{0, 10 * ms, up, 1, false}, {10e9, 30 * ms, slow, 2, false}, {20e9, 90 * ms, down, 3, false}, {30e9, 0, unknown, 1, false}},
			want: []Bucket{{Start: sometime, Passed: 2, Failed: 1, Unknown: 1, Slow: 1, Retried: 1, Median: 10 * ms, P95: 30 * ms, Max: 30 * ms}},
		},
		"a failure has no latency": {
			step: time.Minute,
			in:   []sample{{0, 10 * ms, down, 1, false}},
			want: []Bucket{{Start: sometime, Failed: 1}},
		},
		"what was in maintenance is neither up nor down, and no latency": {
			step: time.Minute,
			in:   []sample{{0, 10 * ms, up, 1, false}, {10e9, 30 * ms, slow, 2, true}, {20e9, 90 * ms, down, 3, true}, {30e9, 0, unknown, 1, true}},
			want: []Bucket{{Start: sometime, Passed: 1, Excluded: 3, Median: 10 * ms, P95: 10 * ms, Max: 10 * ms}},
		},
		"cut at the wall clock's multiples, gaps left out": {
			step: 15 * time.Second,
			in:   []sample{{14e9, ms, up, 1, false}, {15e9, 2 * ms, up, 1, false}, {61e9, 3 * ms, up, 1, false}},
			want: []Bucket{
				{Start: sometime, Passed: 1, Median: ms, P95: ms, Max: ms},
				{Start: sometime.Add(15e9), Passed: 1, Median: 2 * ms, P95: 2 * ms, Max: 2 * ms},
				{Start: sometime.Add(60e9), Passed: 1, Median: 3 * ms, P95: 3 * ms, Max: 3 * ms},
			},
		},
		"the clock is set back": {
			step: time.Minute,
			in:   []sample{{60e9, 2 * ms, up, 1, false}, {120e9, ms, up, 1, false}, {70e9, 9 * ms, up, 1, false}, {0, 5 * ms, down, 1, false}, {125e9, 3 * ms, up, 1, false}},
			want: []Bucket{
				{Start: sometime, Failed: 1},
				{Start: sometime.Add(60e9), Passed: 2, Median: 2 * ms, P95: 2 * ms, Max: 9 * ms},
				{Start: sometime.Add(120e9), Passed: 2, Median: ms, P95: 3 * ms, Max: 3 * ms},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := NewFolder(c.step, 0, nil)
			addAll(f, c.in...)
			same(t, "buckets", f.Buckets(), c.want)
		})
	}
}

// TestEveryResultCountsOnce: what was up, degraded, down, unknown and excluded
// adds up to all there was, whatever the clock did.
func TestEveryResultCountsOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := NewFolder(minute, 0, nil)
		n := rapid.IntRange(0, 100).Draw(rt, "results")
		want := map[checker.Status]int{}
		excluded := 0
		for range n {
			s := sample{
				time.Duration(rapid.IntRange(-600, 600).Draw(rt, "at")) * time.Second, time.Millisecond,
				checker.Status(rapid.IntRange(0, 3).Draw(rt, "status")), 1, rapid.Bool().Draw(rt, "maintenance"),
			}
			addAll(f, s)
			if s.excluded {
				excluded++
			} else {
				want[s.status]++
			}
		}
		var all Bucket
		total := 0
		for _, b := range f.Buckets() {
			all.Passed += b.Passed
			all.Slow += b.Slow
			all.Failed += b.Failed
			all.Unknown += b.Unknown
			all.Excluded += b.Excluded
			total += b.Total()
		}
		got := map[checker.Status]int{
			checker.Up: int(all.Passed - all.Slow), checker.Degraded: int(all.Slow), checker.Down: int(all.Failed), checker.Unknown: int(all.Unknown),
		}
		for s, k := range got {
			if k != want[s] {
				rt.Fatalf("%d results %v, want %d", k, s, want[s])
			}
		}
		if int(all.Excluded) != excluded || total != n {
			rt.Fatalf("%d excluded of %d, want %d of %d", all.Excluded, total, excluded, n)
		}
	})
}

func TestFolderSamplesWhatIsTooMuchToKeep(t *testing.T) {
	f := NewFolder(time.Hour, 0, nil)
	for i := range 3600 {
		addAll(f, sample{time.Duration(i) * time.Second, time.Duration(i) * time.Millisecond, checker.Up, 1, false})
	}
	b, _ := f.Open()
	if len(f.values) != valuesKept {
		t.Errorf("%d values kept, want %d", len(f.values), valuesKept)
	}
	if b.Passed != 3600 || b.Max != 3599*time.Millisecond {
		t.Errorf("passed %d, max %v: want all of them counted", b.Passed, b.Max)
	}
	if got := b.Median.Seconds(); got < 1.0 || got > 2.6 {
		t.Errorf("median %.1f s of an even spread over 3.6 s", got)
	}
}

func TestFolderHandsOutWhatNeverChanges(t *testing.T) {
	f := NewFolder(time.Second, 3, nil)
	type seen struct{ handed, copied []Bucket }
	var all []seen
	for i := range 20 {
		at := time.Duration(i) * time.Second
		if i%7 == 6 {
			at -= 2 * time.Second // the clock is set back
		}
		addAll(f, sample{at, time.Millisecond, checker.Up, 1, false})
		all = append(all, seen{f.Closed(), slices.Clone(f.Closed())})
	}
	for i, s := range all {
		same(t, "closed buckets handed out", s.handed, s.copied)
		if len(s.handed) > 3 {
			t.Errorf("after %d: %d buckets, want at most 3", i, len(s.handed))
		}
	}
}

func TestFolderGoesOnFromThePast(t *testing.T) {
	past := []Bucket{{Start: sometime, Passed: 2, Median: time.Second, P95: time.Second, Max: time.Second}}
	f := NewFolder(time.Minute, 0, past)
	addAll(f, sample{30e9, 2 * time.Second, checker.Up, 1, false}, sample{90e9, time.Second, checker.Up, 1, false})
	same(t, "buckets", f.Buckets(), []Bucket{
		{Start: sometime, Passed: 3, Median: time.Second, P95: time.Second, Max: 2 * time.Second},
		{Start: sometime.Add(time.Minute), Passed: 1, Median: time.Second, P95: time.Second, Max: time.Second},
	})
	if past[0].Passed != 2 {
		t.Error("the past was written to")
	}
}

func TestPackedFolderGoesOn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		one, two := NewFolder(minute, 5, nil), NewFolder(minute, 5, nil)
		at := time.Duration(0)
		for range rapid.IntRange(0, 200).Draw(rt, "results") {
			at += time.Duration(rapid.IntRange(-1, 40).Draw(rt, "pause")) * time.Second
			s := sample{at, time.Duration(rapid.IntRange(0, 9_999).Draw(rt, "took")) * time.Microsecond,
				checker.Status(rapid.IntRange(0, 3).Draw(rt, "status")), rapid.IntRange(1, 2).Draw(rt, "attempt"),
				rapid.IntRange(0, 3).Draw(rt, "maintenance") == 0}
			addAll(one, s)
			addAll(two, s)
			if rapid.IntRange(0, 9).Draw(rt, "saved") == 0 {
				var err error
				if two, err = unpackFolder(two.pack(nil), minute, 5); err != nil {
					rt.Fatal(err)
				}
			}
		}
		same(t, "buckets", two.Buckets(), one.Buckets())
		if t.Failed() {
			rt.FailNow()
		}
	})
}
