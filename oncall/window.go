package oncall

import (
	"time"

	"sitrep/civil"
)

const day = 24 * time.Hour

// always tells whether the layer has somebody at all times of its slots.
func (l *Layer) always() bool {
	return (l.Days == 0 || l.Days == 1<<7-1) && l.wholeDay()
}

func (l *Layer) wholeDay() bool { return l.Start == 0 && (l.End == 0 || l.End >= day) }

// EverActive tells whether there is ever anybody. A window alone never keeps
// everybody out: one that begins and ends together is a whole day.
func (l *Layer) EverActive() bool { return len(l.Operators) > 0 && l.Every > 0 }

// onDay tells whether the window of a date, a wall clock's midnight, is one.
func (l *Layer) onDay(date time.Time) bool { return l.Days == 0 || l.Days.Has(date.Weekday()) }

// span returns when a day's window begins and ends, since its midnight.
func (l *Layer) span() (from, to time.Duration) {
	switch {
	case l.wholeDay():
		return 0, day
	case l.End <= l.Start:
		return l.Start, l.End + day
	}
	return l.Start, l.End
}

// window returns the wall clocks between which the window of a date lies.
func (l *Layer) window(date time.Time) (from, to time.Time) {
	a, b := l.span()
	return date.Add(a), date.Add(b)
}

func midnightOf(wall time.Time) time.Time {
	y, m, d := wall.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// active tells whether t is in one of the layer's windows.
func (l *Layer) active(t time.Time, zone *time.Location) bool {
	if l.always() {
		return true
	}
	today := midnightOf(wallOf(t, zone))
	for back := -1; back <= 1; back++ { // a date that a zone skips, or has twice, is a day off
		date := today.AddDate(0, 0, back)
		if !l.onDay(date) {
			continue
		}
		from, to := l.window(date)
		if !t.Before(civil.Resolve(from, zone)) && t.Before(civil.Resolve(to, zone)) {
			return true
		}
	}
	return false
}

// holds tells whether a span of wall clock holds active time; it begins so long
// after the midnight that a Sunday begins with.
func (l *Layer) holds(since, length time.Duration) bool {
	if l.always() {
		return true
	}
	from, to := l.span()
	for d := since/day - 1; d*day < since+length; d++ { // the window of the day before may last into this one
		weekday := time.Weekday((d + 7) % 7)
		if (l.Days == 0 || l.Days.Has(weekday)) && d*day+from < since+length && d*day+to > since {
			return true
		}
	}
	return false
}

// maxIdle is how many days may lie between two windows, and some.
const maxIdle = 9

// windowEdges calls yield with every begin and end of a window near t, within as
// many days as may lie between two.
func (l *Layer) windowEdges(t time.Time, zone *time.Location, yield func(time.Time)) {
	if l.always() {
		return
	}
	today := midnightOf(wallOf(t, zone))
	for d := -maxIdle; d <= maxIdle; d++ {
		date := today.AddDate(0, 0, d)
		if !l.onDay(date) {
			continue
		}
		from, to := l.window(date)
		yield(civil.Resolve(from, zone))
		yield(civil.Resolve(to, zone))
	}
}
