package store

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/checker"
)

// anyTook draws a latency in microseconds, of any magnitude.
func anyTook(t *rapid.T) uint64 {
	return rapid.Uint64Range(0, 1<<rapid.IntRange(0, latentBits).Draw(t, "bits")-1).Draw(t, "µs")
}

// within64th tells whether got is within 1/64 of want.
func within64th(got, want time.Duration) bool { return (got-want).Abs()*64 <= want }

func TestBinsFollowOneAnother(t *testing.T) {
	next := uint64(0)
	for i := range sketchBins {
		from, width := binFrom(i)
		if from != next {
			t.Fatalf("bin %d begins at %d, want %d", i, from, next)
		}
		if binOf(from) != i || binOf(from+width-1) != i {
			t.Fatalf("%d and %d are in bins %d and %d, want %d", from, from+width-1, binOf(from), binOf(from+width-1), i)
		}
		if (width-1)/2*64 > from || width/2*64 > from+width-1 {
			t.Fatalf("bin %d: the middle of %d µs from %d is more than 1/64 off", i, width, from)
		}
		next = from + width
	}
	if next != 1<<latentBits || binOf(1<<63) != sketchBins-1 {
		t.Errorf("bins end at %d; the longest is in bin %d of %d", next, binOf(1<<63), sketchBins)
	}
}

// TestPercentilesAreWithinTheBound compares those of rollups with the truth,
// however the results were split up and put together.
func TestPercentilesAreWithinTheBound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		took := rapid.SliceOfN(rapid.Custom(anyTook), 1, 300).Draw(rt, "took")
		var whole, merged rollup
		parts := make([]rollup, rapid.IntRange(1, 5).Draw(rt, "parts"))
		for _, us := range took {
			r := checker.Result{Status: checker.Up, Took: time.Duration(us) * time.Microsecond}
			whole.count(&r)
			parts[rapid.IntRange(0, len(parts)-1).Draw(rt, "part")].count(&r)
		}
		for i := range parts {
			if err := merged.merge(parts[i].pack(nil)); err != nil {
				rt.Fatal(err)
			}
		}
		if !bytes.Equal(merged.pack(nil), whole.pack(nil)) {
			rt.Fatal("put together it is not the same as counted together")
		}
		slices.Sort(took)
		got := merged.sum()
		for percent, p := range map[int]time.Duration{50: got.Median, 95: got.P95, 99: got.P99, 100: got.Max} {
			want := time.Duration(took[(len(took)*percent+99)/100-1]) * time.Microsecond
			if !within64th(p, want) || percent == 100 && p != want {
				rt.Fatalf("percentile %d: %v, want %v", percent, p, want)
			}
		}
	})
}

func TestPackedRollupsComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var r rollup
		for range rapid.IntRange(1, 50).Draw(rt, "results") {
			res := anyResult(rt)
			r.count(&res)
		}
		var back rollup
		packed := r.pack(nil)
		if err := back.merge(packed); err != nil {
			rt.Fatal(err)
		}
		if back.sum() != r.sum() {
			rt.Fatalf("%+v became %+v", r.sum(), back.sum())
		}
		var twice rollup
		for range 2 {
			if err := twice.merge(packed); err != nil {
				rt.Fatal(err)
			}
		}
		if twice.Total() != 2*r.Total() || twice.Max != r.Max {
			rt.Fatalf("%+v and the same again are %+v", r.Sum, twice.Sum)
		}
		r.reset()
		if r != (rollup{}) {
			rt.Fatal("something is left after a reset")
		}
	})
}

// FuzzRollups reads rows that may be damaged: it ends, whatever they hold.
func FuzzRollups(f *testing.F) {
	var r rollup
	r.count(&checker.Result{Status: checker.Up, Took: time.Second, Attempt: 2})
	r.count(&checker.Result{Status: checker.Down})
	f.Add(mergeRow(nil, nil, 7, []rollup{r, r}, false))
	f.Add([]byte{0, 3, 0x1f, 0xff, 0xff})
	f.Add([]byte{59, 4, 0, 1, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, row []byte) {
		var all rollup
		for _, packed := range rollups(row) {
			_ = all.merge(packed)
		}
		all.sum()
		fresh := make([]rollup, 60)
		fresh[3].count(&checker.Result{Status: checker.Down})
		found := false
		for slot, packed := range rollups(mergeRow(nil, row, 0, fresh, false)) {
			var one rollup
			if err := one.merge(packed); slot == 3 {
				found = err == nil && one.Failed > 0
			}
		}
		if !found {
			t.Error("what was added to a damaged row is not in it")
		}
	})
}
