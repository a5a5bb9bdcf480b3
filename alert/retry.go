package alert

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

const (
	firstPause    = time.Second     // the longest pause after one attempt; doubles with each
	longestPause  = 5 * time.Minute // and no further
	longestAsked  = time.Hour       // of a pause that a receiver may ask for
	refusedPause  = time.Hour       // until a refused content is tried again unchanged
	giveUpPaging  = 24 * time.Hour
	giveUpOthers  = 6 * time.Hour
	shortestPause = 100 * time.Millisecond
	unbegunPause  = time.Minute // until an attempt is made that was never begun
)

// greylistPauses are how long a mail server that greylists is left alone, by attempt.
var greylistPauses = [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute}

// pause returns how long to wait before the attempt after the one that d tells of.
func pause(d *Delivery, attempt int) time.Duration {
	switch {
	case d.RetryAfter > 0:
		return min(d.RetryAfter, longestAsked)
	case d.Greylisted:
		return greylistPauses[min(max(attempt, 1), len(greylistPauses))-1]
	}
	return jitter(d.Notification.Key, attempt)
}

// jitter returns a pause between nothing and a limit that doubles with each
// attempt (full jitter), so that receivers which failed together are not asked
// together. It depends on key and attempt alone: the same history waits the same.
func jitter(key string, attempt int) time.Duration {
	limit := longestPause
	if n := max(attempt, 1) - 1; n < 9 { // 2⁹ s is more than the longest
		limit = min(firstPause<<n, longestPause)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", key, attempt))
	share := float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53) // in [0, 1)
	return max(time.Duration(share*float64(limit)), shortestPause)
}

// giveUp returns how long r is tried with one content.
func (r *Receiver) giveUp() time.Duration {
	switch {
	case r.GiveUp > 0:
		return r.GiveUp
	case r.Paging:
		return giveUpPaging
	}
	return giveUpOthers
}
