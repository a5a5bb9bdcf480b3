package incident

import "time"

// Series is how one target measured around an incident, for the plots and the
// figures of a report.
type Series struct {
	Target string
	Slow   time.Duration // its limit, 0 is none
	Points []Point       // oldest first, none overlapping; gaps are gaps
}

// Point is the results of a target in [From, To).
type Point struct {
	From, To time.Time
	// Median is of the latencies of the results that are up or degraded, and P95 too.
	Median, P95                           time.Duration
	Up, Degraded, Down, Unknown, Excluded int // results by status; those in maintenance under Excluded alone
}
