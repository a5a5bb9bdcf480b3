package monitor

import (
	"time"

	"golang.org/x/sys/unix"
)

// readClocks reads all three from the system, one right after the other, and
// not by package time, which knows nothing of a suspension.
func readClocks() reading {
	return reading{wall: readClock(unix.CLOCK_REALTIME), awake: readClock(unix.CLOCK_MONOTONIC), all: readClock(unix.CLOCK_BOOTTIME)}
}

// readClock returns 0 for a clock that the system does not have.
func readClock(id int32) time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(id, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}
