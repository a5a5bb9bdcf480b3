package checker

import "time"

// Stats is how well the schedule is kept.
type Stats struct {
	// Late is by how much the worst run of the last 10 s or so began after its
	// slot, or a run that is due has not begun yet.
	Late    time.Duration
	Skipped uint64 // slots skipped because the run before was under way
	Runs    uint64 // runs that were handed in
}

// lateFor is for how long a late run is seen, at least; it is gone after twice that.
const lateFor = 5 * time.Second

// lateness keeps the worst of the last while in two parts, of which the older
// one is dropped when the younger is full: no list, and nothing to do in between.
type lateness struct {
	until         time.Time // when the younger part is full
	older, recent time.Duration
}

func (l *lateness) add(now time.Time, late time.Duration) {
	l.turn(now)
	l.recent = max(l.recent, late)
}

func (l *lateness) worst(now time.Time) time.Duration {
	l.turn(now)
	return max(l.older, l.recent)
}

func (l *lateness) turn(now time.Time) {
	if now.Before(l.until) {
		return
	}
	l.older, l.recent = l.recent, 0
	if now.Sub(l.until) >= lateFor { // nothing was asked of it for as long
		l.older = 0
	}
	l.until = now.Add(lateFor)
}
