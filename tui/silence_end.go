package tui

import "time"

// silenceEnd is when a silence is to end: so long from now, at a time that it
// had already, or when what it matches is over.
type silenceEnd struct {
	length time.Duration // from now, unless …
	fixed  time.Time     // … the end stands still
	over   bool          // with what it matches
}

const (
	shortestSilence = 15 * time.Minute
	longestSilence  = 30 * 24 * time.Hour
)

// at returns the end, zero if it is when what it matches is over.
func (e *silenceEnd) at(now time.Time) time.Time {
	switch {
	case e.over:
		return time.Time{}
	case !e.fixed.IsZero():
		return e.fixed
	}
	return now.Add(e.length)
}

// left returns how long it is until the end, 0 if that is not known.
func (e *silenceEnd) left(now time.Time) time.Duration {
	switch {
	case e.over:
		return 0
	case !e.fixed.IsZero():
		return max(e.fixed.Sub(now), 0)
	}
	return e.length
}

// key moves the end, in quarters of an hour up to two, then in hours up to half
// a day, then in days; space is for "until it is over", and back.
func (e *silenceEnd) key(k string, now time.Time) {
	switch was := e.left(now); k {
	case "space":
		e.over = !e.over
		if !e.over && e.fixed.IsZero() && e.length == 0 {
			e.length = time.Hour
		}
	case "right":
		if e.over {
			e.over = false
			return
		}
		e.move(was, min(was+silenceStep(was), longestSilence))
	case "left":
		if !e.over {
			e.move(was, max(was-silenceStep(was-1), shortestSilence))
		}
	}
}

func (e *silenceEnd) move(was, to time.Duration) {
	if e.fixed.IsZero() {
		e.length = to
		return
	}
	e.fixed = e.fixed.Add(to - was)
}

func silenceStep(d time.Duration) time.Duration {
	switch {
	case d < 2*time.Hour:
		return 15 * time.Minute
	case d < 12*time.Hour:
		return time.Hour
	case d < 24*time.Hour:
		return 12 * time.Hour
	}
	return 24 * time.Hour
}

// text is the end as a draft keeps it; "" is the one that was there.
func (e *silenceEnd) text(was silenceEnd) string {
	switch {
	case *e == was:
		return ""
	case e.over:
		return "over"
	case !e.fixed.IsZero():
		return e.fixed.Format(time.RFC3339Nano)
	}
	return e.length.String()
}

// read takes the end from a draft. What cannot be read changes nothing; false.
func (e *silenceEnd) read(text string) bool {
	if text == "over" {
		e.over = true
	} else if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		*e = silenceEnd{fixed: at}
	} else if d, err := time.ParseDuration(text); err == nil {
		*e = silenceEnd{length: d}
	} else {
		return false
	}
	return true
}

// words say when it ends: "04:47 UTC, 1h".
func (e *silenceEnd) words(m *Model) string {
	if e.over {
		return "until what it matches is over"
	}
	layout := "15:04"
	end := e.at(m.now)
	if m.clock(end, time.DateOnly) != m.clock(m.now, time.DateOnly) {
		layout = "01-02 15:04"
	}
	left := lasted(e.left(m.now))
	if !e.fixed.IsZero() {
		left = "in " + left
	}
	return m.clock(end, layout) + " " + m.zone() + ", " + left
}
