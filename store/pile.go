package store

import (
	"maps"
	"math"
	"slices"
	"time"

	"sitrep/checker"
)

// exactValues is how many latencies of single results percentiles are exact
// for. Of more, and of rollups, they are those of a sketch.
const exactValues = 4096

// gathering is what was found of a target, piled up by the bucket that it
// belongs to, in whatever order it comes.
type gathering struct {
	step    int64 // microseconds; 0 is one bucket for all
	piles   map[int64]*pile
	at      int64 // number of the last pile, which is usually the next one's
	last    *pile
	scratch rollup
}

// pile is one bucket's: single results, and rollups as they are in the file.
type pile struct {
	Sum    // of the single ones
	took   []uint64
	packed [][]byte
}

func newGathering(step time.Duration) *gathering {
	return &gathering{step: step.Microseconds(), piles: make(map[int64]*pile)}
}

// pile returns that of a time in microseconds.
func (g *gathering) pile(us int64) *pile {
	var n int64
	if g.step > 0 {
		n = floorDiv(us, g.step)
	}
	if g.last == nil || g.at != n {
		if g.piles[n] == nil {
			g.piles[n] = new(pile)
		}
		g.at, g.last = n, g.piles[n]
	}
	return g.last
}

// rollup takes one that is packed, of a time that begins at us, and copies it.
func (g *gathering) rollup(us int64, packed []byte) {
	p := g.pile(us)
	p.packed = append(p.packed, slices.Clone(packed))
}

// result takes a single one.
func (g *gathering) result(r *checker.Result) {
	p := g.pile(micros(r.At))
	if !p.count(r) {
		return
	}
	if p.took = append(p.took, tookOf(r)); len(p.took) > exactValues {
		g.sketch(p)
		p.packed = append(p.packed, g.scratch.pack(nil))
		p.Sum, p.took = Sum{}, p.took[:0]
	}
}

// sketch makes scratch the rollup of the single results of p.
func (g *gathering) sketch(p *pile) {
	g.scratch.reset()
	g.scratch.Sum = p.Sum
	for _, us := range p.took {
		g.scratch.took.add(us)
	}
}

// add returns what all of p adds up to.
func (g *gathering) add(p *pile) Sum {
	if len(p.packed) == 0 {
		s := p.Sum
		if len(p.took) > 0 {
			slices.Sort(p.took)
			at := func(percent uint64) time.Duration {
				return time.Duration(p.took[rankOf(s.Passed, percent)-1]) * time.Microsecond
			}
			s.Median, s.P95, s.P99 = at(50), at(95), at(99)
		}
		return s
	}
	g.sketch(p)
	for _, packed := range p.packed {
		_ = g.scratch.merge(packed) // what is lost of it is lost
	}
	return g.scratch.sum()
}

// sum returns what all there is adds up to, if step is 0.
func (g *gathering) sum() Sum {
	if g.last == nil {
		return Sum{}
	}
	return g.add(g.last)
}

// buckets returns those that hold anything, oldest first.
func (g *gathering) buckets() []Bucket {
	all := make([]Bucket, 0, len(g.piles))
	for _, n := range slices.Sorted(maps.Keys(g.piles)) {
		s := g.add(g.piles[n])
		stop := func(n uint64) uint16 { return uint16(min(n, math.MaxUint16)) }
		all = append(all, Bucket{
			Start:  time.UnixMicro(n * g.step).UTC(),
			Passed: stop(s.Passed), Failed: stop(s.Failed), Unknown: stop(s.Unknown), Excluded: stop(s.Excluded),
			Slow: stop(s.Slow), Retried: stop(s.Retried),
			Median: s.Median, P95: s.P95, Max: s.Max,
		})
	}
	return all
}
