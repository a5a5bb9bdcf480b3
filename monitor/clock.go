package monitor

import (
	"time"

	"sitrep/checker"
	"sitrep/civil"
)

const (
	// stepLimit is how far the wall clock and the time that went by may come
	// apart between two looks before the clock counts as set.
	stepLimit = 2 * time.Second
	// stallLimit is how long the loop may be away before that is a gap: it looks
	// every lookEvery, so the process was stopped, or starved.
	stallLimit = 10 * time.Second
	// lookEvery is the longest that the loop sleeps. Its timers stand still while
	// the machine is suspended, and do not know of a clock that was set.
	lookEvery = time.Second
)

// clocks are where the loop has the time from. What is decided, saved and shown
// is dated by wall times; the loop's own timers count by a clock that nobody sets.
type clocks struct {
	now  func() time.Time // the wall clock, in UTC and without a monotonic reading
	read func() reading   // what a watch looks at
}

// systemClocks are the ones of this machine.
var systemClocks = clocks{
	now:  func() time.Time { return time.Now().UTC().Round(0) },
	read: readClocks,
}

// reading is what three clocks show at one moment.
type reading struct {
	wall  time.Duration // since 1970, as it is set
	awake time.Duration // since some moment, without the time that the machine was suspended
	all   time.Duration // the same with that time; 0 if the system has no such clock
}

// watch compares readings. The zero value has seen none.
type watch struct {
	last reading
	seen bool
}

// look takes the next reading. step is how far the wall clock was set, forward
// or back, 0 if it was not; gap is how long nothing was done although time went
// by, 0 if that is not worth telling. Without a clock that counts the time of a
// suspension, that is a step forward.
func (w *watch) look(r reading) (step, gap time.Duration) {
	last, seen := w.last, w.seen
	w.last, w.seen = r, true
	if !seen {
		return 0, 0
	}
	awake := r.awake - last.awake
	suspended := max((r.all-last.all)-awake, 0)
	step = (r.wall - last.wall) - awake - suspended
	if step.Abs() <= stepLimit {
		step = 0
	}
	if gap = awake + suspended; suspended <= stepLimit && gap <= stallLimit {
		gap = 0
	}
	return step, gap
}

// mind looks at the clocks before anything else is done with what came in.
func (m *Monitor) mind() {
	step, gap := m.watch.look(m.clocks.read())
	if gap > 0 {
		m.log(Event{
			At: m.clocks.now(), Kind: "gap", Status: checker.Degraded,
			Text: "nothing was done for " + civil.FormatDuration(gap.Round(time.Second)) + ": this machine was suspended, or the program stopped",
		})
	}
	if step != 0 {
		m.stepped(m.clocks.now(), step)
	}
}

// stepped follows a wall clock that was set: what counts from something moves
// with it, what names a time of day stays.
func (m *Monitor) stepped(now time.Time, step time.Duration) {
	m.floor = now
	way := "forward"
	if step < 0 {
		way = "back"
	}
	m.log(Event{At: now, Kind: "clock", Status: checker.Degraded, Text: "the clock of this machine was set " + way + " by " + civil.FormatDuration(step.Abs().Round(time.Second))})
	m.book.Step(step)
	m.follow(now, m.alerts.Step(now, step))
}

// dated moves the time of something that came in to where it can have happened:
// not before the clock was last set, and not after now. A run or an attempt that
// the setting of the clock cut in two is dated by both clocks.
func (m *Monitor) dated(at, now time.Time) time.Time {
	switch at = at.UTC().Round(0); {
	case at.After(now):
		return now
	case at.Before(m.floor):
		return m.floor
	}
	return at
}

// redate does the same for when a result was had, and moves its start along.
func (m *Monitor) redate(r *checker.Result, now time.Time) {
	r.At = r.At.UTC().Round(0)
	had := r.Had()
	r.At = r.At.Add(m.dated(had, now).Sub(had))
}
