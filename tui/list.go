package tui

// list is a cursor in rows of which some are on the screen: it remembers its row
// and the line of the screen that the row is on, so that rows that come and go
// move around it.
type list struct {
	at   int // row
	line int // line of the screen, from 0
}

// from returns the first row on the screen of n rows with body lines.
func (l *list) from(n, body int) int {
	line := min(max(l.line, 0), max(body-1, 0))
	return min(max(l.at-line, 0), max(n-body, 0))
}

// pin takes note of the line that the cursor is on now, for rows or lines may
// have become too few for the one that it was on.
func (l *list) pin(n, body int) {
	l.line = min(max(l.at-l.from(n, body), 0), max(body-1, 0))
}

// move puts the cursor on a row, and scrolls as little as that takes.
func (l *list) move(to, n, body int) {
	from := l.from(n, body)
	l.at = min(max(to, 0), max(n-1, 0))
	switch {
	case l.at < from:
		from = l.at
	case body > 0 && l.at >= from+body:
		from = l.at - body + 1
	}
	l.line = l.at - from
	l.pin(n, body)
}

// key moves the cursor as a key says, and tells whether it is one that does.
func (l *list) key(k string, n, body int) bool {
	switch k {
	case "j", "down":
		l.move(l.at+1, n, body)
	case "k", "up":
		l.move(l.at-1, n, body)
	case "g", "home":
		l.move(0, n, body)
	case "G", "end":
		l.move(n-1, n, body)
	case "ctrl+d":
		l.move(l.at+max(body/2, 1), n, body)
	case "ctrl+u":
		l.move(l.at-max(body/2, 1), n, body)
	case "pgdown":
		l.move(l.at+max(body-1, 1), n, body)
	case "pgup":
		l.move(l.at-max(body-1, 1), n, body)
	default:
		return false
	}
	return true
}
