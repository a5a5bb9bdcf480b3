package civil

import (
	"fmt"
	"time"
)

// sinceMidnight returns what the clock of wall shows.
func sinceMidnight(wall time.Time) time.Duration {
	h, m, s := wall.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second +
		time.Duration(wall.Nanosecond())
}

// formatClock writes a time of day, "23:00", with seconds only if there are any.
func formatClock(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%02d:%02d", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%02d:%02d:%02d", d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second)
}

// shownBy returns what a clock in loc shows at t, as a wall time: that date and
// time in UTC, since nothing is skipped there when days are counted.
func shownBy(t time.Time, loc *time.Location) time.Time {
	return t.UTC().Add(offset(t, loc))
}

// midnight returns the beginning of the date that wall shows.
func midnight(wall time.Time) time.Time {
	y, m, d := wall.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
