package monitor

import (
	"slices"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/store"
)

// How much of a target's past a snapshot holds.
const (
	maxSamples  = 512
	minSamples  = 32
	sampleAge   = 20 * time.Minute
	maxMinutes  = 120 // two hours
	maxFailures = 16
)

// watched is a target as the loop keeps it. What screens see of it is made
// anew, by status, when it changed since the last snapshot.
type watched struct {
	shown    TargetStatus // the lists in it are filled by status
	samples  window[Sample]
	minutes  *store.Folder
	failures []Failure
	place    int // in the monitor's list and the snapshot's pages
	dirty    bool
	class    class
	probed   time.Time // when an operator last asked for a run, by the clock that nobody sets
}

// class is where a target counts in line 1.
type class uint8

const (
	classFresh class = iota
	classUp
	classSoft
	classUnknown
	classDegraded
	classDown
	classHeld
	classPaused
	classes
)

// take brings a result in. The alert comes by the manager's way.
func (w *watched) take(r checker.Result) {
	s := &w.shown
	if r.Believed != s.Believed || s.Since.IsZero() {
		s.Since = r.At
	}
	if len(r.Facts) == 0 { // kept when they did not change
		r.Facts = s.Last.Facts
	}
	s.Last, s.Believed, s.Restored, s.Probing = r, r.Believed, false, false
	w.samples.add(Sample{
		At: r.At.UnixMilli(), Took: uint32(min(r.Took.Microseconds(), 1<<32-1)),
		Code: uint16(min(max(r.Code, 0), 1<<16-1)), Status: uint8(r.Status), Attempt: uint8(min(r.Attempt, 255)),
	})
	w.forget(r.At)
	w.minutes.Add(&r)
	if r.Status == checker.Up {
		s.InRow = 0
	} else {
		s.InRow++
		w.failures = slices.Insert(slices.Clone(w.failures[:min(len(w.failures), maxFailures-1)]), 0, FailureOf(r))
	}
}

// forget drops the samples that are too many or too old.
func (w *watched) forget(now time.Time) {
	live := w.samples.live
	n := max(len(live)-maxSamples, 0)
	for old := now.Add(-sampleAge).UnixMilli(); n < len(live)-minSamples && live[n].At < old; {
		n++
	}
	w.samples.drop(n)
}

// FailureOf is a result that was not up, as the list of failures shows it.
func FailureOf(r checker.Result) Failure {
	f := Failure{At: r.At, Took: r.Took, Status: r.Status, Code: r.Code, Peer: r.Peer}
	if len(r.Findings) > 0 {
		f.Text = r.Findings[0].Text
	}
	for _, fact := range r.Facts {
		if fact.Name == "body" {
			f.Body = fact.Text
		}
	}
	return f
}

// status returns what screens see: a value of its own, sharing what is only
// ever appended to.
func (w *watched) status() *TargetStatus {
	s := w.shown
	s.Samples, s.Minutes, s.Failures = w.samples.view(), slices.Clip(w.minutes.Closed()), w.failures
	s.Minute, _ = w.minutes.Open()
	return &s
}

// classify returns where the target counts now.
func (w *watched) classify() class {
	s := &w.shown
	switch {
	case s.Target.Paused:
		return classPaused
	case s.Alert != nil && s.Alert.Held() && s.Alert.State.Active():
		return classHeld
	case s.Believed == checker.Down:
		return classDown
	case s.Believed == checker.Degraded && s.Last.Status != checker.Down:
		return classDegraded
	case s.Last.At.IsZero():
		return classFresh
	case s.Last.Status == checker.Unknown:
		return classUnknown
	case s.Last.Status > checker.Up:
		return classSoft
	}
	return classUp
}

// add counts a target of this class n times more.
func (c *Counts) add(k class, n int) {
	*[classes]*int{
		classFresh: &c.Fresh, classUp: &c.Up, classSoft: &c.Soft, classUnknown: &c.Unknown,
		classDegraded: &c.Degraded, classDown: &c.Down, classHeld: &c.Silenced, classPaused: &c.Paused,
	}[k] += n
}

// countUnacked returns how many alerts wait for somebody.
func countUnacked(alerts []alert.Alert) int {
	n := 0
	for i := range alerts {
		if a := &alerts[i]; a.State.Active() && a.Ack == nil && !a.Held() {
			n++
		}
	}
	return n
}
