package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// The most bytes that operators may write.
const (
	maxNote     = 64 << 10
	maxTitle    = 200
	maxLine     = 500 // a ticket, an audience, a field of one line
	maxOperator = 100
)

// note makes a text of several lines harmless. Blank lines around it go; what is
// too long is refused and not cut, so that nobody loses the end of what they wrote.
func note(text string) (string, error) {
	text, err := remark(text)
	if err == nil && text == "" {
		return "", ErrEmpty
	}
	return text, err
}

// remark is a note that may be empty.
func remark(text string) (string, error) {
	text = strings.TrimRight(safe.Text(text, 0), " \n")
	for {
		line, rest, more := strings.Cut(text, "\n")
		if !more || strings.TrimSpace(line) != "" {
			break
		}
		text = rest
	}
	return fits(text, maxNote)
}

func title(text string) (string, error) {
	text, err := line(text, maxTitle)
	if err == nil && text == "" {
		return "", fmt.Errorf("%w: an incident needs a title", ErrEmpty)
	}
	return text, err
}

// titleOf names an incident after the alert that it began with.
func titleOf(a *alert.Alert) string {
	return safe.Line(a.Target+" "+gravityText(a), maxTitle)
}

func operator(name string) (string, error) { return line(name, maxOperator) }

// line makes a text of one line harmless. It may be empty.
func line(text string, limit int) (string, error) {
	return fits(strings.TrimSpace(safe.Line(text, 0)), limit)
}

func fits(text string, limit int) (string, error) {
	if len(text) > limit {
		return "", fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(text), limit)
	}
	return text, nil
}

func severity(value string) (string, error) {
	value = strings.ToUpper(strings.TrimSpace(value))
	switch {
	case value == "" || value == "UNSET":
		return "", nil
	case slices.Contains(Severities, value):
		return value, nil
	}
	return "", fmt.Errorf("%w: severity %q; known are %s and unset", ErrInvalid, value, strings.Join(Severities, ", "))
}

// past refuses what is after now, and what no operator can remember; a zero at is fine.
func past(at, now time.Time) error {
	switch {
	case at.IsZero():
		return nil
	case at.After(now):
		return fmt.Errorf("%w: %s is after now, %s", ErrFuture, stamp(at), stamp(now))
	case at.Year() < 1970:
		return fmt.Errorf("%w: the year %d", ErrInvalid, at.Year())
	}
	return nil
}

func orderError(started time.Time, m Milestone, at time.Time) error {
	return fmt.Errorf("%w: started %s is after %s %s", ErrOrder, stamp(started), m, stamp(at))
}

// stamp writes an instant with its date and zone, to the second.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
