package oncall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/safe"
)

// frequency is what a recurrence rule counts in.
type frequency uint8

const (
	hourly frequency = iota
	daily
	weekly
	monthly
	yearly
)

var frequencies = map[string]frequency{
	"HOURLY": hourly, "DAILY": daily, "WEEKLY": weekly, "MONTHLY": monthly, "YEARLY": yearly,
}

// rule is a recurrence rule (RFC 5545 section 3.3.10). It speaks of what a
// clock on the wall shows and knows no zone.
type rule struct {
	freq      frequency
	interval  int      // ≥ 1
	count     int      // instances, that of DTSTART among them; 0 is no limit
	until     *stamp   // of the last instance, inclusive; nil is no limit
	months    []int    // 1 to 12
	monthDays []int    // 1 to 31, or -1 to -31 from the end
	days      []nthDay // days of the week
	hours     []int    // 0 to 23
	minutes   []int    // 0 to 59
	positions []int    // which of the instances of one period, from 1, or from the end -1
	weekStart time.Weekday
}

// nthDay is the n-th such day of the month or year, from the end if n is
// negative; every one if n is 0.
type nthDay struct {
	n   int
	day time.Weekday
}

var weekdayCodes = map[string]time.Weekday{
	"SU": time.Sunday, "MO": time.Monday, "TU": time.Tuesday, "WE": time.Wednesday,
	"TH": time.Thursday, "FR": time.Friday, "SA": time.Saturday,
}

// Bounds of what a rule may ask for: beyond them nobody plans a rotation.
const (
	maxInterval = 10_000
	maxCount    = 100_000
	maxRuleList = 400 // values of one part
)

// parseRule reads the value of an RRULE. What it does not know how to expand it
// refuses by name.
func parseRule(text string) (*rule, error) {
	r := &rule{interval: 1, weekStart: time.Monday}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.TrimSuffix(text, ";"), ";") {
		key, value, ok := strings.Cut(part, "=")
		key = strings.ToUpper(strings.TrimSpace(key))
		if !ok || value == "" {
			return nil, fmt.Errorf("RRULE: %q is no part of a rule", safe.Line(part, 40))
		}
		if seen[key] {
			return nil, fmt.Errorf("RRULE: %s is there twice", safe.Line(key, 40))
		}
		seen[key] = true
		if err := r.set(key, strings.ToUpper(strings.TrimSpace(value))); err != nil {
			return nil, fmt.Errorf("RRULE: %w", err)
		}
	}
	if !seen["FREQ"] {
		return nil, fmt.Errorf("RRULE: FREQ is missing")
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("RRULE: %w", err)
	}
	return r, nil
}

// set takes one part of a rule.
func (r *rule) set(key, value string) (err error) {
	switch key {
	case "FREQ":
		var ok bool
		if r.freq, ok = frequencies[value]; !ok {
			err = fmt.Errorf("FREQ=%s is not supported; YEARLY, MONTHLY, WEEKLY, DAILY and HOURLY are", safe.Line(value, 40))
		}
	case "INTERVAL":
		r.interval, err = ruleNumber(key, value, 1, maxInterval)
	case "COUNT":
		r.count, err = ruleNumber(key, value, 1, maxCount)
	case "UNTIL":
		var s stamp
		if s, err = parseStamp(value); err != nil {
			err = fmt.Errorf("UNTIL: %w", err)
		}
		r.until = &s
	case "BYMONTH":
		r.months, err = ruleNumbers(key, value, 12, false)
	case "BYMONTHDAY":
		r.monthDays, err = ruleNumbers(key, value, 31, true)
	case "BYDAY":
		r.days, err = nthDays(value)
	case "BYHOUR":
		r.hours, err = fromZero(key, value, 23)
	case "BYMINUTE":
		r.minutes, err = fromZero(key, value, 59)
	case "BYSETPOS":
		r.positions, err = ruleNumbers(key, value, 366, true)
	case "WKST":
		var ok bool
		if r.weekStart, ok = weekdayCodes[value]; !ok {
			err = fmt.Errorf("WKST=%s is no day of the week", safe.Line(value, 40))
		}
	default:
		err = fmt.Errorf("%s is not supported", safe.Line(key, 40))
	}
	return err
}

// check refuses parts that do not go together (RFC 5545 section 3.3.10).
func (r *rule) check() error {
	nth := slices.ContainsFunc(r.days, func(d nthDay) bool { return d.n != 0 })
	by := len(r.months)+len(r.monthDays)+len(r.days)+len(r.hours)+len(r.minutes) > 0
	switch {
	case r.count > 0 && r.until != nil:
		return fmt.Errorf("COUNT and UNTIL exclude each other")
	case nth && r.freq != monthly && r.freq != yearly:
		return fmt.Errorf("a number before a day in BYDAY needs FREQ=MONTHLY or FREQ=YEARLY")
	case len(r.monthDays) > 0 && r.freq == weekly:
		return fmt.Errorf("BYMONTHDAY does not go with FREQ=WEEKLY")
	case len(r.positions) > 0 && !by:
		return fmt.Errorf("BYSETPOS needs another BY part to choose from")
	}
	return nil
}

// ruleNumber reads a number within bounds.
func ruleNumber(key, value string, lo, hi int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < lo || n > hi {
		return 0, fmt.Errorf("%s=%s: want %d to %d", key, safe.Line(value, 40), lo, hi)
	}
	return n, nil
}

// ruleNumbers reads a list of numbers from 1 to hi, and from -hi to -1 if the end
// may be counted from.
func ruleNumbers(key, value string, hi int, negative bool) ([]int, error) {
	lo := 1
	if negative {
		lo = -hi
	}
	list, err := listOf(key, value, lo, hi)
	if err == nil && slices.Contains(list, 0) {
		err = fmt.Errorf("%s: there is no 0", key)
	}
	return list, err
}

func fromZero(key, value string, hi int) ([]int, error) { return listOf(key, value, 0, hi) }

// listOf reads a list of numbers within bounds, and sorts it.
func listOf(key, value string, lo, hi int) ([]int, error) {
	if strings.Count(value, ",") >= maxRuleList {
		return nil, fmt.Errorf("%s: more than %d values", key, maxRuleList)
	}
	var list []int
	for part := range strings.SplitSeq(value, ",") {
		n, err := ruleNumber(key, strings.TrimPrefix(part, "+"), lo, hi)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// nthDays reads the value of BYDAY: "MO,2TU,-1FR".
func nthDays(value string) ([]nthDay, error) {
	if strings.Count(value, ",") >= maxRuleList {
		return nil, fmt.Errorf("BYDAY: more than %d values", maxRuleList)
	}
	var list []nthDay
	for part := range strings.SplitSeq(value, ",") {
		day, ok := weekdayCodes[part[max(0, len(part)-2):]]
		d := nthDay{day: day}
		if n := strings.TrimPrefix(part[:max(0, len(part)-2)], "+"); ok && n != "" {
			var err error
			d.n, err = strconv.Atoi(n)
			ok = err == nil && d.n != 0 && d.n >= -53 && d.n <= 53
		}
		if !ok {
			return nil, fmt.Errorf("BYDAY: %q is no day of the week", safe.Line(part, 40))
		}
		list = append(list, d)
	}
	return list, nil
}
