package civil

import "time"

// wallTimes are the times on the wall at which something recurs, each given as
// that date and time in UTC. Both calls look a bounded way and say false if
// there is nothing.
type wallTimes interface {
	from(wall time.Time) (time.Time, bool) // the first that is not before wall
	upTo(wall time.Time) (time.Time, bool) // the last that is not after wall
}

// occurrences are wall times in a zone, as instants: each is counted on the
// calendar and then resolved, never made by adding a duration to another.
type occurrences struct {
	walls wallTimes
	loc   *time.Location
}

// from returns the first that is not before t.
func (o occurrences) from(t time.Time) (time.Time, bool) {
	// What the clock shows at t, or a change just before it skipped: nothing
	// that is earlier on the wall than both resolves to t or later.
	wall := shownBy(t, o.loc)
	if skipped := shownBy(t.Add(-1), o.loc); skipped.Before(wall) {
		wall = skipped.Add(1)
	}
	for {
		w, ok := o.walls.from(wall)
		if !ok {
			return time.Time{}, false
		}
		if at := Resolve(w, o.loc); !at.Before(t) {
			return at, true
		}
		wall = w.Add(1) // the clock shows it for the second time, and only the first one counts
	}
}

// upTo returns the last that is not after t.
func (o occurrences) upTo(t time.Time) (time.Time, bool) {
	// When the clocks have gone back, the latest wall time that was reached is
	// ahead of what they show.
	ahead := max(offset(t, o.loc), offset(t.Add(-36*time.Hour), o.loc))
	wall := t.UTC().Add(ahead)
	for {
		w, ok := o.walls.upTo(wall)
		if !ok {
			return time.Time{}, false
		}
		if at := Resolve(w, o.loc); !at.After(t) {
			return at, true
		}
		wall = w.Add(-1)
	}
}

// weekly are the wall times at one time of day, of some days of every so many weeks.
type weekly struct {
	days   Weekdays // not none
	every  int      // ≥ 1
	anchor time.Time
	at     time.Duration
}

func (k weekly) from(wall time.Time) (time.Time, bool) {
	date := midnight(wall)
	if date.Add(k.at).Before(wall) {
		date = date.Add(day)
	}
	if n := k.weeksPast(date); n > 0 {
		date = monday(date).AddDate(0, 0, 7*(k.every-n))
	}
	for !k.days.Has(date.Weekday()) {
		if date = date.Add(day); date.Weekday() == time.Monday {
			date = date.AddDate(0, 0, 7*(k.every-1))
		}
	}
	return date.Add(k.at), true
}

func (k weekly) upTo(wall time.Time) (time.Time, bool) {
	date := midnight(wall)
	if date.Add(k.at).After(wall) {
		date = date.Add(-day)
	}
	if n := k.weeksPast(date); n > 0 {
		date = monday(date).AddDate(0, 0, -7*(n-1)-1)
	}
	for !k.days.Has(date.Weekday()) {
		if date = date.Add(-day); date.Weekday() == time.Sunday {
			date = date.AddDate(0, 0, -7*(k.every-1))
		}
	}
	return date.Add(k.at), true
}

// weeksPast returns how many weeks before date's the last week lies that counts.
func (k weekly) weeksPast(date time.Time) int {
	if k.every == 1 {
		return 0
	}
	const weekSeconds = int64(week / time.Second)
	n := int((monday(date).Unix() - monday(midnight(k.anchor)).Unix()) / weekSeconds)
	return (n%k.every + k.every) % k.every
}

// monday returns the first day of date's week.
func monday(date time.Time) time.Time {
	return date.Add(-time.Duration((date.Weekday()+6)%7) * day)
}
