package store

import "time"

// Bucket sums up the results that began in one span of time. Its spans are cut
// at wall-clock multiples of their length, so those of all targets line up.
// Counts stop at 65,535: one at a result a second holds 18 hours.
type Bucket struct {
	Start                                  time.Time     // UTC
	Passed, Failed, Unknown, Slow, Retried uint16        // Passed counts up and degraded; Slow the degraded, Retried those that passed on a retry, both among Passed
	Median, P95, Max                       time.Duration // of the passed ones, nearest rank; 0 if none passed
}
