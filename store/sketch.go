package store

import (
	"encoding/binary"
	"math/bits"
)

// sketch counts latencies in bins that get wider as they do: 32 to each
// doubling, so that whatever is in a bin is within 1/64 (1.6 %) of what the bin
// stands for; below 64 µs it is exact. What was counted apart and put together
// later is the same as if it had been counted together. The zero value is empty.
type sketch struct {
	n         [sketchBins]uint32
	low, high int // the bins that are in use are from low and before high
}

const (
	binBits    = 5
	perDouble  = 1 << binBits
	latentBits = 42 // of a latency in µs: what takes longer than 50 days counts as that
	sketchBins = perDouble * (latentBits - binBits + 1)
)

// binOf returns the bin of a latency in microseconds.
func binOf(us uint64) int {
	us = min(us, 1<<latentBits-1)
	if us < perDouble {
		return int(us)
	}
	shift := bits.Len64(us) - 1 - binBits
	return shift*perDouble + int(us>>shift)
}

// binFrom returns the least latency of a bin, and how many there are in it.
func binFrom(i int) (us, width uint64) {
	if i < perDouble {
		return uint64(i), 1
	}
	shift := i/perDouble - 1
	return uint64(i-shift*perDouble) << shift, 1 << shift
}

func (s *sketch) add(us uint64) { s.addBin(binOf(us), 1) }

func (s *sketch) addBin(i int, n uint32) {
	if s.low == s.high {
		s.low, s.high = i, i+1
	}
	s.low, s.high = min(s.low, i), max(s.high, i+1)
	s.n[i] += n
}

func (s *sketch) reset() {
	clear(s.n[s.low:s.high])
	s.low, s.high = 0, 0
}

// rank returns the k-th smallest latency, from 1, as what its bin stands for;
// the last bin's if there are fewer.
func (s *sketch) rank(k uint64) (us uint64) {
	last := s.low
	for i := s.low; i < s.high; i++ {
		if s.n[i] == 0 {
			continue
		}
		last = i
		if uint64(s.n[i]) >= k {
			break
		}
		k -= uint64(s.n[i])
	}
	from, width := binFrom(last)
	return from + (width-1)/2
}

// pack writes the bins in use: how much greater each one's number is than that
// of the one before, doubled, plus 1 if how many there are beyond two follows.
func (s *sketch) pack(dst []byte) []byte {
	last := 0
	for i := s.low; i < s.high; i++ {
		n := s.n[i]
		switch {
		case n == 0:
			continue
		case n == 1:
			dst = binary.AppendUvarint(dst, uint64(i-last)<<1)
		default:
			dst = binary.AppendUvarint(dst, uint64(i-last)<<1|1)
			dst = binary.AppendUvarint(dst, uint64(n-2))
		}
		last = i
	}
	return dst
}

// unpack adds what is left of d to s, and returns how many latencies that are
// and the number of the greatest bin.
func (s *sketch) unpack(d *decoder) (total uint64, last int) {
	for len(d.src) > 0 {
		v, n := d.uvarint(), uint64(1)
		if v&1 != 0 {
			n = d.uvarint() + 2
		}
		if v>>1 >= uint64(sketchBins-last) || n > 1<<32-1 {
			d.src, d.err = nil, errDamaged
		}
		if d.err != nil {
			return total, last
		}
		last += int(v >> 1)
		s.addBin(last, uint32(n))
		total += n
	}
	return total, last
}
