package config

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"sitrep/civil"
)

// What of a date and a time a value of TOML has.
const (
	isInstant = "an instant"
	isWall    = "a date and a time"
	isDate    = "a date"
	isClock   = "a time of day"
)

// moment is a date, a date and a time on the wall, or an instant.
type moment struct {
	t    time.Time // unless an instant, what a wall in no zone shows, as UTC
	form string    // one of the above; "" is nothing
}

// momentOf reads a time as the decoder has it: one that was written without an
// offset is in a zone of the decoder's own that says what was there.
func momentOf(t time.Time) moment {
	h, m, s := t.Clock()
	wall := time.Date(t.Year(), t.Month(), t.Day(), h, m, s, t.Nanosecond(), time.UTC)
	switch t.Location().String() {
	case "datetime-local":
		return moment{wall, isWall}
	case "date-local":
		return moment{wall, isDate}
	case "time-local":
		return moment{wall, isClock}
	}
	return moment{t.UTC(), isInstant}
}

// in returns the instant that a wall in loc shows it; a date is its first.
func (m moment) in(loc *time.Location) time.Time {
	if m.form == isInstant {
		return m.t
	}
	return civil.Resolve(m.t, loc)
}

// literal writes it as TOML does.
func (m moment) literal() string {
	switch m.form {
	case isInstant:
		return m.t.Format(time.RFC3339Nano)
	case isWall:
		return m.t.Format("2006-01-02T15:04:05.999999999")
	case isDate:
		return m.t.Format(time.DateOnly)
	case isClock:
		return m.t.Format("15:04:05.999999999")
	}
	return ""
}

// bind reads a date, with or without a time.
func (m *moment) bind(b *binder, path string, v *value) {
	t, ok := v.v.(time.Time)
	if x := momentOf(t); ok && x.form != isClock {
		*m = x
		return
	}
	_, name := lastPart(path)
	b.report(v, path, "want a date, without quotes, as in %s = 2026-12-24T09:00:00 or 2026-12-24T09:00:00+01:00; got %s",
		name, describeTime(v))
}

func describeTime(v *value) string {
	if t, ok := v.v.(time.Time); ok {
		return momentOf(t).form
	}
	return describe(v.v)
}

// clock is a time of day, since midnight.
type clock time.Duration

func (c *clock) bind(b *binder, path string, v *value) {
	t, ok := v.v.(time.Time)
	x := momentOf(t)
	if !ok || x.form != isClock {
		b.report(v, path, "want a time of day, without quotes, as in at = 02:00:00; got %s", describeTime(v))
		return
	}
	*c = clock(x.t.Sub(time.Date(x.t.Year(), x.t.Month(), x.t.Day(), 0, 0, 0, 0, time.UTC)))
}

// weekdays are days of the week.
type weekdays civil.Weekdays

func (w *weekdays) bind(b *binder, path string, v *value) {
	list := elements(v)
	if len(list) == 0 {
		b.report(v, path, `names no day; write "sun", "mon-fri" or "daily"`)
	}
	for i, x := range list {
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		s, ok := x.string()
		if !ok {
			b.report(x, at, `want days, as in "sun" or "mon-fri", got %s`, describeTime(x))
			continue
		}
		days, err := civil.ParseDays(s)
		if err != nil {
			b.report(x, at, "%v", err)
		}
		*w |= weekdays(days)
	}
}

// weeks is how many weeks lie between one week that counts and the next.
type weeks int

var someWeeks = regexp.MustCompile(`^([0-9]{1,2}) ?(?:w|weeks?)$`)

func (w *weeks) bind(b *binder, path string, v *value) {
	s, _ := v.string()
	m := someWeeks.FindStringSubmatch(s)
	if m == nil {
		b.report(v, path, `want weeks, as in "2 weeks", got %s; for anything else there is cron`, describeTime(v))
		return
	}
	n, _ := strconv.Atoi(m[1])
	if n < 1 || n > 52 {
		b.report(v, path, "%q is out of range: 1 to 52 weeks", s)
		return
	}
	*w = weeks(n)
}

// cronTimes are times as cron writes them.
type cronTimes struct{ c *civil.Cron }

func (c *cronTimes) bind(b *binder, path string, v *value) {
	s, ok := v.string()
	if !ok {
		b.report(v, path, `want the five fields of cron, as in "0 3 * * sun", got %s`, describeTime(v))
		return
	}
	parsed, err := civil.ParseCron(s)
	if err != nil {
		b.report(v, path, "%v", err)
		return
	}
	c.c = parsed
}
