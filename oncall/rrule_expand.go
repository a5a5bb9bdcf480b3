package oncall

import (
	"iter"
	"slices"
	"time"
)

// effort is how much may still be worked out for one file, in instances.
type effort int

// spend takes n away and tells whether that was still there.
func (e *effort) spend(n int) bool {
	*e -= effort(n)
	return *e >= 0
}

// walls returns the wall times that a rule has from its start on, in order and
// none twice, without regard to COUNT and UNTIL, until effort is spent. Periods
// that begin after to are not looked at, nor, without COUNT, those that end
// before from. The start is among them only if the rule says so.
func (r *rule) walls(start, from, to time.Time, work *effort) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		k := 0
		if r.count == 0 {
			k = r.periodsBefore(start, from)
		}
		for ; ; k++ {
			period := r.period(start, k)
			if period.After(to) || !work.spend(r.cost()) {
				return
			}
			walls := r.within(period, start)
			if !work.spend(len(walls)) {
				return
			}
			for _, w := range walls {
				if !w.Before(start) && !yield(w) {
					return
				}
			}
		}
	}
}

// cost returns what it takes to look at a period.
func (r *rule) cost() int {
	dates := [...]int{hourly: 1, daily: 1, weekly: 7, monthly: 31, yearly: 366}[r.freq]
	return 1 + dates*max(1, len(r.days))/16
}

// period returns the beginning of the k-th period: an hour, a day, a week, a
// month or a year.
func (r *rule) period(start time.Time, k int) time.Time {
	y, m, d := start.Date()
	n := k * r.interval
	switch r.freq {
	case hourly:
		return time.Date(y, m, d, start.Hour()+n, 0, 0, 0, time.UTC)
	case daily:
		return dateOf(y, m, d+n)
	case weekly:
		back := int(start.Weekday()-r.weekStart+7) % 7
		return dateOf(y, m, d-back+7*n)
	case monthly:
		return dateOf(y, m+time.Month(n), 1)
	}
	return dateOf(y+n, time.January, 1)
}

// periodsBefore returns how many periods end before from for sure.
func (r *rule) periodsBefore(start, from time.Time) int {
	// Two more than enough: weeks begin earlier than their start, months differ in length.
	hours := int(from.Unix()-start.Unix()) / 3600 // a Duration holds 292 years
	length := [...]int{hourly: 1, daily: 24, weekly: 7 * 24, monthly: 31 * 24, yearly: 366 * 24}[r.freq]
	return max(0, hours/length/r.interval-2)
}

// dateOf returns a date; what is over the end of a month goes on in the next.
func dateOf(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// within returns the instances of one period, in order.
func (r *rule) within(period, start time.Time) []time.Time {
	hours, minutes := r.hours, r.minutes
	if r.freq == hourly {
		if len(hours) > 0 && !slices.Contains(hours, period.Hour()) {
			return nil
		}
		hours = []int{period.Hour()}
	}
	if len(hours) == 0 {
		hours = []int{start.Hour()}
	}
	if len(minutes) == 0 {
		minutes = []int{start.Minute()}
	}
	var walls []time.Time
	for _, d := range r.dates(period, start) {
		for _, h := range hours {
			for _, m := range minutes {
				walls = append(walls, time.Date(d.Year(), d.Month(), d.Day(), h, m, start.Second(), 0, time.UTC))
			}
		}
	}
	return r.choose(walls)
}

// choose applies BYSETPOS.
func (r *rule) choose(walls []time.Time) []time.Time {
	if len(r.positions) == 0 {
		return walls
	}
	var chosen []time.Time
	for i, w := range walls {
		if slices.Contains(r.positions, i+1) || slices.Contains(r.positions, i-len(walls)) {
			chosen = append(chosen, w)
		}
	}
	return chosen
}

// dates returns the dates of one period, in order and none twice: the table of
// RFC 5545 section 3.3.10, of what expands and what limits.
func (r *rule) dates(period, start time.Time) []time.Time {
	y, m, d := period.Date()
	var dates []time.Time
	switch r.freq {
	case hourly, daily:
		dates = []time.Time{dateOf(y, m, d)}
		if !r.onMonthDay(dates[0]) || len(r.days) > 0 && !r.onWeekday(dates[0]) {
			return nil
		}
	case weekly:
		for i := range 7 {
			date := dateOf(y, m, d+i)
			if len(r.days) == 0 && date.Weekday() == start.Weekday() || r.onWeekday(date) {
				dates = append(dates, date)
			}
		}
	case monthly:
		dates = r.monthDates(y, m, start)
	case yearly:
		return r.yearDates(y, start)
	}
	return slices.DeleteFunc(dates, func(t time.Time) bool { return !r.inMonth(t) })
}

// yearDates returns the dates of a year.
func (r *rule) yearDates(y int, start time.Time) []time.Time {
	switch {
	case len(r.months) > 0:
		var dates []time.Time
		for _, m := range r.months {
			dates = append(dates, r.monthDates(y, time.Month(m), start)...)
		}
		return dates
	case len(r.days) > 0: // numbered within the year
		dates := r.nthDates(dateOf(y, time.January, 1), dateOf(y+1, time.January, 1))
		return slices.DeleteFunc(dates, func(t time.Time) bool { return !r.onMonthDay(t) })
	case len(r.monthDays) > 0:
		var dates []time.Time
		for m := time.January; m <= time.December; m++ {
			dates = append(dates, r.monthDates(y, m, start)...)
		}
		return dates
	}
	return existing(y, start.Month(), start.Day())
}

// monthDates returns the dates of a month.
func (r *rule) monthDates(y int, m time.Month, start time.Time) []time.Time {
	first, next := dateOf(y, m, 1), dateOf(y, m+1, 1)
	switch {
	case len(r.days) > 0:
		return slices.DeleteFunc(r.nthDates(first, next), func(t time.Time) bool { return !r.onMonthDay(t) })
	case len(r.monthDays) > 0:
		var dates []time.Time
		for t := first; t.Before(next); t = t.AddDate(0, 0, 1) {
			if r.onMonthDay(t) {
				dates = append(dates, t)
			}
		}
		return dates
	}
	return existing(y, m, start.Day())
}

// existing returns a date, none if the month is not that long.
func existing(y int, m time.Month, d int) []time.Time {
	t := dateOf(y, m, d)
	if t.Day() != d {
		return nil
	}
	return []time.Time{t}
}

// nthDates returns the dates in [first, next) that BYDAY means, numbered there.
func (r *rule) nthDates(first, next time.Time) []time.Time {
	total := int(next.Sub(first) / (24 * time.Hour))
	var dates []time.Time
	for i := range total {
		t := first.AddDate(0, 0, i)
		fits := func(d nthDay) bool {
			return d.day == t.Weekday() && (d.n == 0 || d.n == i/7+1 || d.n == -((total-1-i)/7+1))
		}
		if slices.ContainsFunc(r.days, fits) {
			dates = append(dates, t)
		}
	}
	return dates
}

func (r *rule) inMonth(t time.Time) bool {
	return len(r.months) == 0 || slices.Contains(r.months, int(t.Month()))
}

func (r *rule) onWeekday(t time.Time) bool {
	return slices.ContainsFunc(r.days, func(d nthDay) bool { return d.day == t.Weekday() })
}

// onMonthDay tells whether BYMONTHDAY has the date, or there is none.
func (r *rule) onMonthDay(t time.Time) bool {
	fromEnd := t.Day() - dateOf(t.Year(), t.Month()+1, 0).Day() - 1
	return len(r.monthDays) == 0 || slices.Contains(r.monthDays, t.Day()) || slices.Contains(r.monthDays, fromEnd)
}
