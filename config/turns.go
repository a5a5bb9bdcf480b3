package config

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"sitrep/oncall"
)

// rotation is how long a slot of a layer is.
type rotation struct {
	n    int
	unit oncall.Unit
}

var someUnits = regexp.MustCompile(`^([0-9]{1,5}) ?(h|hours?|d|days?|w|weeks?|months?)$`)

// The longest slots, by unit: about a year.
var longestSlot = map[oncall.Unit]int{oncall.Hour: 24 * 366, oncall.Day: 366, oncall.Week: 53, oncall.Month: 12}

// bind reads "1 week", "12 hours", "3 days" or "1 month".
func (r *rotation) bind(b *binder, path string, v *value) {
	s, _ := v.string()
	m := someUnits.FindStringSubmatch(s)
	if m == nil {
		b.report(v, path, `want how long a turn is, as in "1 week", "12 hours", "3 days" or "1 month"; got %s`, describeTime(v))
		return
	}
	n, _ := strconv.Atoi(m[1])
	unit := map[byte]oncall.Unit{'h': oncall.Hour, 'd': oncall.Day, 'w': oncall.Week, 'm': oncall.Month}[m[2][0]]
	if n < 1 || n > longestSlot[unit] {
		b.report(v, path, "%q is out of range: a turn takes at least 1, and a year at most", s)
		return
	}
	*r = rotation{n, unit}
}

// clockRange is a part of the day, since midnight; both 0 is all of it.
type clockRange struct{ from, to time.Duration }

// bind reads "09:00-17:00"; "22:00-06:00" goes on into the day after.
func (c *clockRange) bind(b *binder, path string, v *value) {
	s, _ := v.string()
	first, last, ok := strings.Cut(s, "-")
	from, okFrom := clockText(first)
	to, okTo := clockText(last)
	switch {
	case !ok || !okFrom || !okTo || from == 24*time.Hour:
		b.report(v, path, `want a part of the day, as in "09:00-17:00" or "22:00-06:00"; got %s`, describeTime(v))
	case from == to:
		b.report(v, path, "%q begins and ends together; leave it out for the whole day", s)
	default:
		*c = clockRange{from, to}
	}
}

// clockText reads "09:00", up to "24:00".
func clockText(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil
}
