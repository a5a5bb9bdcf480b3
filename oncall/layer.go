package oncall

import (
	"slices"
	"time"

	"sitrep/civil"
)

// Equal tells whether two layers say the same.
func (l *Layer) Equal(o *Layer) bool {
	return l.Name == o.Name && l.sameRotation(o) && slices.Equal(l.Operators, o.Operators)
}

// sameRotation tells whether two layers hand over at the same times, and have
// the same windows.
func (l *Layer) sameRotation(o *Layer) bool {
	return l.Every == o.Every && l.Unit == o.Unit && l.From.Equal(o.From) && l.Last == o.Last &&
		l.Active == o.Active && l.Days == o.Days && l.Start == o.Start && l.End == o.End
}

// every is Every within bounds: nothing a person means is longer.
func (l *Layer) every() int64 { return int64(min(max(l.Every, 1), 100_000)) }

// edge returns when slot k begins, in a zone. Slot k ends where k+1 begins.
func (l *Layer) edge(k int64, zone *time.Location) time.Time {
	if l.Unit == Hour {
		first := civil.Resolve(l.From, zone)
		return time.Unix(first.Unix()+k*l.every()*3600, int64(first.Nanosecond())).UTC() // a Duration ends after 292 years
	}
	return civil.Resolve(l.wall(k), zone)
}

// wall returns the wall clock at which slot k begins, of other units than Hour.
func (l *Layer) wall(k int64) time.Time {
	n := k * l.every()
	switch l.Unit {
	case Month:
		return l.month(n)
	case Week:
		n *= 7
	}
	return l.From.AddDate(0, 0, int(n))
}

// month returns the wall clock of a hand-over n months after the first.
func (l *Layer) month(n int64) time.Time {
	y, m, d := l.From.Date()
	h, mi, s := l.From.Clock()
	if l.Last {
		return time.Date(y, m+time.Month(n)+1, 0, h, mi, s, 0, time.UTC)
	}
	first := time.Date(y, m+time.Month(n), 1, h, mi, s, 0, time.UTC)
	last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return first.AddDate(0, 0, min(d, last)-1) // a day past 28, which the configuration refuses, is the last one
}

// slot returns the number of the slot that t is in, negative before the first.
func (l *Layer) slot(t time.Time, zone *time.Location) int64 {
	k := l.guess(t, zone)
	for l.edge(k, zone).After(t) {
		k--
	}
	for !l.edge(k+1, zone).After(t) {
		k++
	}
	return k
}

// guess is slot by plain arithmetic, at most a few off.
func (l *Layer) guess(t time.Time, zone *time.Location) int64 {
	wall := wallOf(t, zone)
	switch l.Unit {
	case Hour:
		return floorDiv(t.Unix()-civil.Resolve(l.From, zone).Unix(), 3600*l.every())
	case Month:
		months := int64(wall.Year()-l.From.Year())*12 + int64(wall.Month()-l.From.Month())
		return floorDiv(months, l.every())
	case Week:
		return floorDiv(wall.Unix()-l.From.Unix(), 7*86400*l.every())
	}
	return floorDiv(wall.Unix()-l.From.Unix(), 86400*l.every())
}

// wallOf returns what a clock in a zone shows at t, written as if in UTC.
func wallOf(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	y, m, d := t.Date()
	h, mi, s := t.Clock()
	return time.Date(y, m, d, h, mi, s, t.Nanosecond(), time.UTC)
}

// alone tells whether nobody but one operator is ever on.
func (l *Layer) alone() bool {
	return !slices.ContainsFunc(l.Operators, func(who string) bool { return who != l.Operators[0] })
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// turn returns whose turn slot k is, "" before the first.
func (l *Layer) turn(k int64) string {
	n := int64(len(l.Operators))
	if k < 0 || n == 0 {
		return ""
	}
	if l.Active {
		_, k = l.turns(k)
	}
	return l.Operators[k%n]
}

// turns tells whether slot k holds active time, and how many before it do. What
// is active is counted on wall clocks, as if there were no nights on which they
// change: those give or take nobody a turn. Active time that they move into a
// slot that has none otherwise belongs to the turn after it.
func (l *Layer) turns(k int64) (active bool, before int64) {
	hours := l.every()
	if l.Unit == Day {
		hours *= 24
	}
	if l.Unit > Day || hours >= 7*24 { // longer than any window is away
		return true, k
	}
	const week = int64(7 * day)
	length := hours * int64(time.Hour)
	first := int64(l.From.Sub(midnightOf(l.From))) + int64(l.From.Weekday())*int64(day)
	period := week / gcd(week, length) // slots after which all is the same again
	var inPeriod, inRest int64
	for i := range period {
		if !l.holds(time.Duration((first+i*length)%week), time.Duration(length)) {
			continue
		}
		inPeriod++
		switch {
		case i < k%period:
			inRest++
		case i == k%period:
			active = true
		}
	}
	return active, k/period*inPeriod + inRest
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Skipped returns the first hand-over in [from, to) whose wall clock the zone
// skips, with the time at which it takes place instead; false if there is none.
// Turns of hours have no wall clock to keep.
func (l *Layer) Skipped(zone *time.Location, from, to time.Time) (wall, at time.Time, ok bool) {
	if l.Unit == Hour || l.Every < 1 {
		return time.Time{}, time.Time{}, false
	}
	for k := max(0, l.slot(from, zone)); ; k++ {
		at = l.edge(k, zone)
		if !at.Before(to) {
			return time.Time{}, time.Time{}, false
		}
		wall = l.wall(k)
		if !at.Before(from) && !wallOf(at, zone).Equal(wall) {
			return wall, at, true
		}
	}
}
