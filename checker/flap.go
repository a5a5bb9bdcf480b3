package checker

import "math/bits"

// flapWindow is how many changes from one known result to the next are looked at.
const flapWindow = 20

// The thresholds of flapping in percent, where a target has none of its own.
const (
	defaultFlapHigh = 30
	defaultFlapLow  = 25
)

// Flap tells whether the results of one target change too often to be told one
// by one. It is plain state: no clock, no lock, no allocation.
//
// Each of the last 20 known results is a change or is not. A change weighs the
// more the later it was, from 0.80 for the oldest to 1.18 for the latest in
// steps of 0.02, and the value is 100 times their sum divided by 20: at most
// 99 %. Flapping begins above the high threshold and ends at the low one or
// below. Results that are unknown are not seen at all. With fewer results than
// that, the missing older ones were no changes.
type Flap struct {
	high, low float64
	changes   uint32 // bit k: the k-th result before the latest was a change
	latest    Status // Unknown before the first
	flapping  bool
}

// NewFlap returns one that has seen nothing. Thresholds are in percent; 0 is 30
// and 25, and a high one of 100 or more is never reached.
func NewFlap(high, low float64) Flap {
	var f Flap
	f.Retune(high, low)
	return f
}

// Retune changes the thresholds and keeps what was seen; they count from the
// next result on. A low one above the high one is taken to be that.
func (f *Flap) Retune(high, low float64) {
	if high <= 0 {
		high = defaultFlapHigh
	}
	if low <= 0 {
		low = defaultFlapLow
	}
	f.high, f.low = high, min(low, high)
}

// Add takes the status of one more result and tells whether the target flaps
// now. The end needs no change: a result like the one before brings it nearer.
func (f *Flap) Add(s Status) bool {
	if s == Unknown {
		return f.flapping
	}
	f.changes <<= 1
	if f.latest != Unknown && s != f.latest {
		f.changes |= 1
	}
	f.changes &= 1<<flapWindow - 1
	f.latest = s
	f.flapping = f.flaps()
	return f.flapping
}

// flaps applies the thresholds.
func (f *Flap) flaps() bool {
	limit := f.high
	if f.flapping && f.high < 100 {
		limit = f.low
	}
	return f.Value() > limit
}

// Value returns how much the results change, in percent, from 0 to 99.
func (f *Flap) Value() float64 {
	sum := 0 // in hundredths, which a float would not add up exactly
	for rest := f.changes; rest != 0; rest &= rest - 1 {
		sum += 118 - 2*bits.TrailingZeros32(rest)
	}
	return float64(sum) / flapWindow
}

// recall has f see what an earlier run of the program saw, and believe as it
// did that the target flaps, unless that has ended since.
func (f *Flap) recall(p *Past) {
	for _, s := range p.Recent {
		f.Add(s)
	}
	f.flapping = f.flapping || p.Flapping
	f.flapping = f.flaps()
}
