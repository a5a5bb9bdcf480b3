package civil

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shorthands are the words that stand for five fields, as in crontab(5).
var shorthands = map[string]string{
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
	"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}

// cronField is what one of the five fields may hold.
type cronField struct {
	name     string
	min, max int
	names    []string // from min on; nil if there are only numbers
	allowed  string   // for the error
}

var cronFields = [...]cronField{
	{name: "minute", min: 0, max: 59, allowed: "0-59"},
	{name: "hour", min: 0, max: 23, allowed: "0-23"},
	{name: "day of the month", min: 1, max: 31, allowed: "1-31, L (the last)"},
	{name: "month", min: 1, max: 12, allowed: "1-12, JAN-DEC", names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{name: "day of the week", min: 0, max: 7, allowed: "0-7 (0 and 7 are Sunday), SUN-SAT, TUE#2 (the second Tuesday)", names: []string{
		"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
}

// Places of the fields that are more than a set of numbers.
const daysField, weekdaysField = 2, 4

// ParseCron reads the five fields of crontab(5), with lists, ranges, steps, names
// and the words @yearly, @annually, @monthly, @weekly, @daily, @midnight and
// @hourly. Beyond it, the day of the month may be L, the last one, and the day of
// the week TUE#2, the second Tuesday of the month; both count as restricted. The
// error names the field and what may stand there.
func ParseCron(text string) (*Cron, error) {
	text = strings.Join(strings.Fields(text), " ")
	c := &Cron{text: text}
	written := text
	if strings.HasPrefix(text, "@") {
		known, ok := shorthands[strings.ToLower(text)]
		if !ok {
			return nil, fmt.Errorf("cron: unknown word %q; known are @yearly, @monthly, @weekly, @daily and @hourly", text)
		}
		written = known
	}
	fields := strings.Fields(written)
	if len(fields) != len(cronFields) {
		return nil, fmt.Errorf("cron: %q has %d fields, want 5: minute, hour, day of the month, month, day of the week",
			text, len(fields))
	}
	sets := [...]*uint64{&c.minutes, &c.hours, &c.days, &c.months, &c.weekdays}
	for i := range cronFields {
		for part := range strings.SplitSeq(fields[i], ",") {
			if err := c.add(i, part, sets[i]); err != nil {
				return nil, err
			}
		}
	}
	if c.weekdays>>7&1 != 0 { // 7 is Sunday, as 0 is
		c.weekdays = c.weekdays&(1<<7-1) | 1
	}
	c.either = !strings.Contains(fields[daysField], "*") && !strings.Contains(fields[weekdaysField], "*")
	return c, nil
}

// add reads one part of the list that is the i-th field into set, or into what
// c has beside its sets.
func (c *Cron) add(i int, part string, set *uint64) error {
	f := &cronFields[i]
	switch {
	case i == daysField && strings.EqualFold(part, "L"):
		c.last = true
		return nil
	case i == weekdaysField && strings.Contains(part, "#"):
		return c.addNth(f, part)
	}
	some, err := f.parse(part)
	*set |= some
	return err
}

// parse reads one part of a list: "*", "5", "1-5", "*/15" or "1-30/5".
func (f *cronField) parse(part string) (uint64, error) {
	span, stepText, stepped := strings.Cut(part, "/")
	lo, hi, err := f.span(span)
	if err != nil {
		return 0, err
	}
	step := 1
	if stepped {
		if span != "*" && !strings.Contains(span, "-") {
			return 0, fmt.Errorf("cron: %s: %q steps from a single value; write \"%s-%d/%s\"", f.name, part, span, f.max, stepText)
		}
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > f.max {
			return 0, fmt.Errorf("cron: %s: %q has no step that fits; allowed are 1-%d", f.name, part, f.max)
		}
	}
	var set uint64
	for v := lo; v <= hi; v += step {
		set |= 1 << v
	}
	return set, nil
}

// span reads "*", "5" or "1-5": both ends belong to it.
func (f *cronField) span(text string) (lo, hi int, err error) {
	sundays := f.max == 7 // is both 0 and 7
	if text == "*" {
		if sundays {
			return 0, 6, nil
		}
		return f.min, f.max, nil
	}
	first, last, isRange := strings.Cut(text, "-")
	if lo, err = f.value(first); err != nil || !isRange {
		return lo, lo, err
	}
	if hi, err = f.value(last); err != nil {
		return 0, 0, err
	}
	if sundays && hi == 0 && lo > 0 {
		hi = 7 // SAT-SUN
	}
	if lo > hi {
		return 0, 0, fmt.Errorf("cron: %s: %q runs backwards; write \"%s-%d,%d-%s\"", f.name, text, first, f.max, f.min, last)
	}
	return lo, hi, nil
}

// value reads one number or name.
func (f *cronField) value(text string) (int, error) {
	if i := slices.Index(f.names, strings.ToUpper(text)); i >= 0 {
		return f.min + i, nil
	}
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || int(n) < f.min || int(n) > f.max {
		return 0, fmt.Errorf("cron: %s: %q is none; allowed are *, %s, lists, ranges and steps", f.name, text, f.allowed)
	}
	return int(n), nil
}

// addNth reads "TUE#2" of the days of the week.
func (c *Cron) addNth(f *cronField, part string) error {
	dayText, nText, _ := strings.Cut(part, "#")
	d, err := f.value(dayText)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(nText, 10, 8)
	if err != nil || n < 1 || n > 5 {
		return fmt.Errorf("cron: %s: %q: a month has its days of the week from #1 to #5", f.name, part)
	}
	c.nth[time.Weekday(d%7)] |= 1 << n
	return nil
}
