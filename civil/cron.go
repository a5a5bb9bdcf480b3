package civil

import (
	"math/bits"
	"time"
)

// Cron is a set of wall times, as crontab(5) writes it: minute, hour, day of the
// month, month, day of the week. ParseCron makes one. It never changes and is
// compared with reflect.DeepEqual.
type Cron struct {
	text     string
	minutes  uint64 // bit n is minute n; the others likewise
	hours    uint64
	days     uint64
	months   uint64
	weekdays uint64
	last     bool     // the last day of the month too
	nth      [7]uint8 // for each time.Weekday, bit n: the n-th of the month too
	// Either of the two day fields is enough, since both are restricted: "If both
	// fields are restricted (i.e., do not contain the "*" character), the command
	// will be run when either field matches the current time" (crontab(5)).
	either bool
}

// String returns the text that it was read from.
func (c *Cron) String() string { return c.text }

// yearsAhead is how far a matching day is looked for: the 29th of February is on
// a given day of the week every 28 years, or 40 over a century that is no leap year.
const yearsAhead = 41

// from returns the first time of the set that is not before wall.
func (c *Cron) from(wall time.Time) (time.Time, bool) {
	if cut := wall.Truncate(time.Minute); cut.Before(wall) {
		wall = cut.Add(time.Minute)
	}
	date, horizon := midnight(wall), wall.AddDate(yearsAhead, 0, 0)
	if c.onDay(date) {
		if at, ok := c.fromClock(wall.Hour(), wall.Minute()); ok {
			return date.Add(at), true
		}
	}
	for date = date.Add(day); date.Before(horizon); {
		if y, m, _ := date.Date(); c.months>>m&1 == 0 {
			date = time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC)
			continue
		}
		if c.onDay(date) {
			at, ok := c.fromClock(0, 0)
			return date.Add(at), ok
		}
		date = date.Add(day)
	}
	return time.Time{}, false
}

// upTo returns the last time of the set that is not after wall.
func (c *Cron) upTo(wall time.Time) (time.Time, bool) {
	date, horizon := midnight(wall), wall.AddDate(-yearsAhead, 0, 0)
	if c.onDay(date) {
		if at, ok := c.upToClock(wall.Hour(), wall.Minute()); ok {
			return date.Add(at), true
		}
	}
	for date = date.Add(-day); date.After(horizon); {
		if y, m, _ := date.Date(); c.months>>m&1 == 0 {
			date = time.Date(y, m, 0, 0, 0, 0, 0, time.UTC) // the last day of the month before
			continue
		}
		if c.onDay(date) {
			at, ok := c.upToClock(23, 59)
			return date.Add(at), ok
		}
		date = date.Add(-day)
	}
	return time.Time{}, false
}

// onDay tells whether a date is one of the set's.
func (c *Cron) onDay(date time.Time) bool {
	_, m, d := date.Date()
	if c.months>>m&1 == 0 {
		return false
	}
	w := date.Weekday()
	ofMonth := c.days>>d&1 != 0 || c.last && date.Add(day).Day() == 1
	ofWeek := c.weekdays>>w&1 != 0 || c.nth[w]>>((d-1)/7+1)&1 != 0
	if c.either {
		return ofMonth || ofWeek
	}
	return ofMonth && ofWeek
}

// fromClock returns the first time of a day that is not before h:m.
func (c *Cron) fromClock(h, m int) (time.Duration, bool) {
	if c.hours>>h&1 != 0 {
		if minutes := c.minutes >> m << m; minutes != 0 {
			return clock(h, bits.TrailingZeros64(minutes)), true
		}
	}
	hours := c.hours >> (h + 1) << (h + 1)
	if hours == 0 {
		return 0, false
	}
	return clock(bits.TrailingZeros64(hours), bits.TrailingZeros64(c.minutes)), true
}

// upToClock returns the last time of a day that is not after h:m.
func (c *Cron) upToClock(h, m int) (time.Duration, bool) {
	if c.hours>>h&1 != 0 {
		if minutes := c.minutes & (1<<(m+1) - 1); minutes != 0 {
			return clock(h, bits.Len64(minutes)-1), true
		}
	}
	hours := c.hours & (1<<h - 1)
	if hours == 0 {
		return 0, false
	}
	return clock(bits.Len64(hours)-1, bits.Len64(c.minutes)-1), true
}

func clock(h, m int) time.Duration {
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}
