package tui

import (
	"fmt"
	"strconv"
	"time"
)

// age writes how long something has been going on, in at most four cells up to
// 999 days: "20s", "18m", "9h", "2d4h", "21d". Less than nothing is "0s".
func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 0:
		return "0s"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < day:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d < 10*day && d%day >= time.Hour:
		h := int(d % day / time.Hour)
		if h < 10 {
			return strconv.Itoa(int(d/day)) + "d" + strconv.Itoa(h) + "h"
		}
	}
	return strconv.Itoa(int(d/day)) + "d"
}

// took writes a latency in at most five cells: "0.4ms", "412ms", "2.41s", "12.3s".
func took(d time.Duration) string {
	switch {
	case d <= 0:
		return "0ms"
	case d < time.Millisecond:
		return strconv.FormatFloat(max(d.Seconds()*1e3, 0.1), 'f', 1, 64) + "ms"
	case d < 999500*time.Microsecond:
		return strconv.Itoa(int((d+time.Millisecond/2)/time.Millisecond)) + "ms"
	case d < 9995*time.Millisecond:
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + "s"
	case d < 99950*time.Millisecond:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	return strconv.Itoa(int(d/time.Second)) + "s"
}

// limit writes a configured duration without the zero parts of Go's form: "1.5s",
// "10s", "5m".
func limit(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d >= time.Minute && d%time.Minute == 0:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	}
	return d.String()
}

// count writes a number with its noun: "1 target", "7 targets".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// hms writes a time of day to the second, with "Z" while times are UTC.
func (m *Model) hms(t time.Time) string { return m.clock(t, "15:04:05") + m.zulu() }

// hm writes a time of day to the minute.
func (m *Model) hm(t time.Time) string { return m.clock(t, "15:04") + m.zulu() }

// stamp writes a date and a time of day.
func (m *Model) stamp(t time.Time) string { return m.clock(t, "2006-01-02 15:04:05") + m.zulu() }

func (m *Model) zulu() string {
	if m.local {
		return ""
	}
	return "Z"
}

// since writes when something began and how long ago that is; the date is given
// unless it was today.
func (m *Model) since(t time.Time) string {
	layout := "15:04:05"
	if m.clock(t, time.DateOnly) != m.clock(m.now, time.DateOnly) {
		layout = "2006-01-02 15:04:05"
	}
	return fmt.Sprintf("%s%s (%s)", m.clock(t, layout), m.zulu(), age(m.now.Sub(t)))
}

// prefixed returns a text behind what joins it to the one before; "" stays "".
func prefixed(join, text string) string {
	if text == "" {
		return ""
	}
	return join + text
}
