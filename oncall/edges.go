package oncall

import "time"

// at returns whose turn it is by a layer at t, "" if it is nobody's.
func (l *Layer) at(t time.Time, zone *time.Location) string {
	if l.Every < 1 || len(l.Operators) == 0 || t.Before(l.edge(0, zone)) || !l.active(t, zone) {
		return ""
	}
	return l.turn(l.slot(t, zone))
}

// after returns the first time after t at which somebody else may be on by the
// layer; it may be one at which nothing changes. Zero is never.
func (l *Layer) after(t time.Time, zone *time.Location) time.Time {
	if l.Every < 1 || len(l.Operators) == 0 {
		return time.Time{}
	}
	if first := l.edge(0, zone); t.Before(first) {
		return first
	}
	var next time.Time
	if !l.alone() {
		next = l.edge(l.slot(t, zone)+1, zone)
	}
	l.windowEdges(t, zone, func(e time.Time) {
		if e.After(t) && (next.IsZero() || e.Before(next)) {
			next = e
		}
	})
	return next
}

// before returns the last time before t at which somebody else may have been on
// before; zero if there is none.
func (l *Layer) before(t time.Time, zone *time.Location) time.Time {
	if l.Every < 1 || len(l.Operators) == 0 || !l.edge(0, zone).Before(t) {
		return time.Time{}
	}
	last := l.edge(0, zone)
	if !l.alone() {
		last = l.edge(l.slot(t.Add(-1), zone), zone)
	}
	l.windowEdges(t, zone, func(e time.Time) {
		if e.Before(t) && e.After(last) {
			last = e
		}
	})
	return last
}
