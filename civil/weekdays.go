package civil

import (
	"fmt"
	"strings"
	"time"
)

// Weekdays is a set of them: bit d is time.Weekday d.
type Weekdays uint8

const everyDay Weekdays = 1<<7 - 1

// fromMonday are the days in the order in which people count them.
var fromMonday = [...]time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

// ParseDays reads days as an operator writes them, "sun", "sat,sun", "mon-fri",
// "fri-mon", "daily", in small or capital letters, the names whole or their
// first three letters.
func ParseDays(text string) (Weekdays, error) {
	if strings.EqualFold(strings.TrimSpace(text), "daily") {
		return everyDay, nil
	}
	var days Weekdays
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, err := parseDay(first)
		if err != nil {
			return 0, err
		}
		until := from
		if isRange {
			if until, err = parseDay(last); err != nil {
				return 0, err
			}
		}
		for d := from; ; d = (d + 1) % 7 {
			days |= 1 << d
			if d == until {
				break
			}
		}
	}
	return days, nil
}

func parseDay(text string) (time.Weekday, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	for _, d := range fromMonday {
		if word == shortDay(d) || word == strings.ToLower(d.String()) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is no day; write \"sun\", \"sat,sun\", \"mon-fri\" or \"daily\"", strings.TrimSpace(text))
}

// shortDay returns "mon" for Monday.
func shortDay(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }

// Has tells whether d is one of them.
func (w Weekdays) Has(d time.Weekday) bool { return w>>d&1 != 0 }

// String returns the days as ParseDays reads them, from Monday on: "mon-fri",
// "sat,sun", "daily"; "" if there are none.
func (w Weekdays) String() string {
	if w&everyDay == everyDay {
		return "daily"
	}
	var parts []string
	for i := 0; i < len(fromMonday); i++ {
		if !w.Has(fromMonday[i]) {
			continue
		}
		first := i
		for i+1 < len(fromMonday) && w.Has(fromMonday[i+1]) {
			i++
		}
		parts = append(parts, shortDay(fromMonday[first]))
		switch i - first {
		case 0:
		case 1:
			parts = append(parts, shortDay(fromMonday[i]))
		default:
			parts[len(parts)-1] += "-" + shortDay(fromMonday[i])
		}
	}
	return strings.Join(parts, ",")
}
