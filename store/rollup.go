package store

import (
	"encoding/binary"
	"iter"
	"math"
	"time"

	"sitrep/checker"
)

// rollup is what results add up to. It can be added to another: how results were
// split up before makes no difference. The zero value is that of none.
type rollup struct {
	Sum  // but for its percentiles, which are worked out by sum
	took sketch
}

// count adds one result.
func (r *rollup) count(res *checker.Result) {
	if r.Sum.count(res) {
		r.took.add(tookOf(res))
	}
}

// tookOf returns how long a result took, in microseconds.
func tookOf(r *checker.Result) uint64 { return uint64(max(r.Took.Microseconds(), 0)) }

func (r *rollup) reset() {
	r.Sum = Sum{}
	r.took.reset()
}

// sum returns what there is, with percentiles by nearest rank. What the sketch
// makes of them is never more than the greatest, which is known.
func (r *rollup) sum() Sum {
	s := r.Sum
	at := func(percent uint64) time.Duration {
		k := rankOf(s.Passed, percent)
		if k == s.Passed {
			return s.Max
		}
		return min(time.Duration(r.took.rank(k))*time.Microsecond, s.Max)
	}
	s.Median, s.P95, s.P99 = at(50), at(95), at(99)
	return s
}

// rankOf returns which of n sorted values is their percentile, from 1; 0 of none.
func rankOf(n, percent uint64) uint64 { return (n*percent + 99) / 100 }

// pack writes the counts that are not 0, which ones being the first byte's bits,
// then how much the greatest latency is into its bin, and the sketch. Passed is
// the sketch's total.
func (r *rollup) pack(dst []byte) []byte {
	at := len(dst)
	dst = append(dst, 0)
	for i, n := range r.counts() {
		if *n > 0 {
			dst[at] |= 1 << i
			dst = binary.AppendUvarint(dst, *n)
		}
	}
	if r.Passed == 0 {
		return dst
	}
	from, _ := binFrom(r.took.high - 1)
	dst = binary.AppendUvarint(dst, uint64(r.Max.Microseconds())-from)
	return r.took.pack(dst)
}

// counts are those of a rollup that are written as such, in order.
func (s *Sum) counts() [5]*uint64 {
	return [...]*uint64{&s.Failed, &s.Unknown, &s.Excluded, &s.Slow, &s.Retried}
}

// merge adds one that was packed. Of one that cannot be read it adds what comes
// before the damage.
func (r *rollup) merge(packed []byte) error {
	d := decoder{src: packed}
	which := d.byte()
	for i, n := range r.counts() {
		if which&(1<<i) != 0 {
			*n += d.uvarint()
		}
	}
	if d.err != nil || len(d.src) == 0 {
		return d.err
	}
	over := d.uvarint()
	passed, bin := r.took.unpack(&d)
	r.Passed += passed
	from, _ := binFrom(bin)
	r.Max = max(r.Max, time.Duration(min(from+over, math.MaxInt64/1000))*time.Microsecond)
	return d.err
}

// A row of rollups is a list by slot, the minute of an hour or the hour of a
// day: the slot, the length of the rollup, the rollup.
const rowSlots = 60

// rollups are those of a row, by slot, oldest first. What cannot be read ends it.
func rollups(row []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for d := (decoder{src: row}); len(d.src) > 0; {
			slot, packed := d.byte(), d.bytes()
			if d.err != nil || slot >= rowSlots || !yield(int(slot), packed) {
				return
			}
		}
	}
}

// mergeRow writes a row with what is in old and in fresh, which is by slot from
// first on. It adds what is in old to those of fresh that are not empty, or lets
// those take its place.
func mergeRow(dst, old []byte, first int, fresh []rollup, replace bool) []byte {
	var was [rowSlots][]byte
	for slot, packed := range rollups(old) {
		was[slot] = packed
	}
	var body []byte
	for slot := range was {
		packed := was[slot]
		if i := slot - first; i >= 0 && i < len(fresh) && fresh[i].Total() > 0 {
			if packed != nil && !replace {
				_ = fresh[i].merge(packed) // what is lost of it is lost
			}
			body = fresh[i].pack(body[:0])
			packed = body
		}
		if packed != nil {
			dst = append(dst, byte(slot))
			dst = binary.AppendUvarint(dst, uint64(len(packed)))
			dst = append(dst, packed...)
		}
	}
	return dst
}
