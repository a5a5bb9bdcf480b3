package civil

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// units are what a duration may be written in. A day is always 24 hours: an
// interval does not get longer because the clocks go back.
var units = map[string]time.Duration{
	"ns": time.Nanosecond,
	"us": time.Microsecond, "µs": time.Microsecond, "μs": time.Microsecond,
	"ms": time.Millisecond,
	"s":  time.Second,
	"m":  time.Minute,
	"h":  time.Hour,
	"d":  day,
	"w":  week,
}

// ParseDuration reads a duration as Go writes it, and days and weeks besides:
// "1h30m", "14d", "1w2d", "0.5s". Every number needs its unit, zero too ("0s"),
// and nothing is negative. The error says what is wrong and, where that can be
// guessed, what was meant.
func ParseDuration(s string) (time.Duration, error) {
	switch {
	case strings.TrimSpace(s) == "":
		return 0, fmt.Errorf("a duration is missing; write one like \"30s\" or \"1h30m\"")
	case strings.HasPrefix(s, "-"):
		return 0, fmt.Errorf("%q is negative; a duration cannot be", s)
	}
	var sum time.Duration
	for rest := s; rest != ""; {
		number, unit, tail := nextPart(rest)
		d, err := partOf(s, number, unit)
		if err != nil {
			return 0, err
		}
		if d > math.MaxInt64-sum {
			return 0, fmt.Errorf("%q is too long; at most 15250w", s)
		}
		sum, rest = sum+d, tail
	}
	return sum, nil
}

// nextPart cuts the first number and the unit after it off s.
func nextPart(s string) (number, unit, tail string) {
	n := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if n < 0 {
		return s, "", ""
	}
	number, s = s[:n], s[n:]
	u := strings.IndexFunc(s, func(r rune) bool { return r == '.' || r >= '0' && r <= '9' })
	if u < 0 {
		return number, s, ""
	}
	return number, s[:u], s[u:]
}

// partOf returns what one number with its unit amounts to; whole is the text
// that it is a part of, for the error.
func partOf(whole, number, unit string) (time.Duration, error) {
	switch {
	case number == "":
		return 0, fmt.Errorf("%q is no duration; write one like \"30s\" or \"1h30m\"", whole)
	case unit == "" && number == whole:
		return 0, fmt.Errorf("%q has no unit; did you mean %q?", whole, whole+"s")
	case unit == "":
		return 0, fmt.Errorf("%q has no unit after %s; did you mean %q?", whole, number, whole+"s")
	}
	size, ok := units[unit]
	if !ok {
		return 0, unknownUnit(whole, unit)
	}
	v, err := scale(number, size)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", whole, err)
	}
	return v, nil
}

// scale multiplies without the rounding of a float where whole numbers do.
func scale(number string, size time.Duration) (time.Duration, error) {
	intPart, frac, _ := strings.Cut(number, ".")
	if intPart == "" && frac == "" || strings.Contains(frac, ".") {
		return 0, fmt.Errorf("%q is no number", number)
	}
	n, err := strconv.ParseInt(cmp.Or(intPart, "0"), 10, 64)
	if err != nil || n > math.MaxInt64/int64(size) {
		return 0, fmt.Errorf("it is too long; at most 15250w")
	}
	d := time.Duration(n) * size
	if frac != "" {
		f, err := strconv.ParseFloat("0."+frac, 64)
		if err != nil {
			return 0, fmt.Errorf("%q is no number", number)
		}
		part := time.Duration(math.Round(f * float64(size)))
		if part > math.MaxInt64-d {
			return 0, fmt.Errorf("it is too long; at most 15250w")
		}
		d += part
	}
	return d, nil
}

// meant are units as people write them elsewhere.
var meant = map[string]string{
	"sec": "s", "secs": "s", "second": "s", "seconds": "s",
	"min": "m", "mins": "m", "minute": "m", "minutes": "m",
	"hr": "h", "hrs": "h", "hour": "h", "hours": "h",
	"day": "d", "days": "d",
	"week": "w", "weeks": "w",
	"msec": "ms", "millis": "ms",
}

func unknownUnit(whole, unit string) error {
	word := strings.ToLower(strings.TrimSpace(unit))
	short, ok := meant[word]
	if _, known := units[word]; !ok && known {
		short, ok = word, true
	}
	if ok {
		return fmt.Errorf("%q: unknown unit %q; did you mean %q?", whole, unit, strings.Replace(whole, unit, short, 1))
	}
	return fmt.Errorf("%q: unknown unit %q; known are ms, s, m, h, d and w", whole, unit)
}

// FormatDuration returns d as screens show it: its two largest units at most,
// a smaller one only if it is not zero ("20s", "18m", "1h12m", "2d4h"), what is
// smaller than that cut off, never rounded up. Below a second it is
// milliseconds, "0s" below one of these. A negative one has a "-" in front.
func FormatDuration(d time.Duration) string {
	if d < 0 {
		if d == math.MinInt64 {
			d++
		}
		if s := FormatDuration(-d); s != "0s" {
			return "-" + s
		}
		return "0s"
	}
	large, small := time.Second, time.Duration(0)
	large1, small1 := "s", ""
	switch {
	case d < time.Millisecond:
		return "0s"
	case d < time.Second:
		large, large1 = time.Millisecond, "ms"
	case d < time.Minute:
	case d < time.Hour:
		large, large1, small, small1 = time.Minute, "m", time.Second, "s"
	case d < day:
		large, large1, small, small1 = time.Hour, "h", time.Minute, "m"
	default:
		large, large1, small, small1 = day, "d", time.Hour, "h"
	}
	s := strconv.FormatInt(int64(d/large), 10) + large1
	if small > 0 {
		if n := d % large / small; n > 0 {
			s += strconv.FormatInt(int64(n), 10) + small1
		}
	}
	return s
}
