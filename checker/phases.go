package checker

import "time"

// phase is a step of an attempt, in the order that it takes place.
type phase uint8

const (
	resolving phase = iota
	connecting
	handshaking
	waiting // for the first byte of the answer
	reading // the rest of it
	phaseCount
)

var phaseNames = [phaseCount]string{"resolve", "connect", "handshake", "first byte", "body"}

func (p phase) String() string { return phaseNames[p] }

// stopwatch adds up what each phase of an attempt took. A phase that takes
// place again, after a redirect, adds to the first.
type stopwatch struct {
	took [phaseCount]time.Duration
	seen [phaseCount]bool
}

// add says that p took d once more.
func (w *stopwatch) add(p phase, d time.Duration) {
	w.took[p] += d
	w.seen[p] = true
}

// phases returns those that took place, in order; nil if none did.
func (w *stopwatch) phases() []Phase {
	n := 0
	for _, seen := range w.seen {
		if seen {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	list := make([]Phase, 0, n)
	for p, seen := range w.seen {
		if seen {
			list = append(list, Phase{Name: phaseNames[p], Took: w.took[p]})
		}
	}
	return list
}
