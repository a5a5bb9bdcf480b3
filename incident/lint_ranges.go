package incident

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// span is a time that a line says something lasted.
type span struct {
	line     *Line
	subject  []string // what it is about: the first words that say something
	from, to time.Time
}

// overlaps tells whether two spans have a time in common and are not the same.
func (s *span) overlaps(o *span) bool {
	same := s.from.Equal(o.from) && s.to.Equal(o.to)
	return !same && s.from.Before(o.to) && o.from.Before(s.to)
}

func (s *span) String() string { return stamp(s.from) + " to " + stamp(s.to) }

// What is looked at, so that a pasted log keeps nobody waiting.
const (
	maxScanned     = 4 << 10 // bytes of a line's text
	maxSpans       = 200     // of all lines
	maxSpansOfLine = 5
)

// ranges finds times of the same thing that overlap, and an end of it that lies
// within a time for which it is said to have lasted.
func (l *linter) ranges() {
	var spans []span
	var ends []ending
	for i := range l.inc.Entries {
		line := &l.inc.Entries[i]
		if !line.Written() || !line.Retracted.IsZero() {
			continue
		}
		text := line.Text[:min(len(line.Text), maxScanned)]
		spans = append(spans, spansOf(line, text)...)
		if e, ok := endingOf(line, text); ok {
			ends = append(ends, e)
		}
	}
	spans = spans[:min(len(spans), maxSpans)]
	for i := range spans {
		s := &spans[i]
		if s.to.Before(s.from) {
			l.find(RuleRanges, "line %d ends before it begins: %s", s.line.ID(), s)
		}
		for k := range spans[:i] {
			if o := &spans[k]; o.line != s.line && about(s.subject, o.subject) != "" && s.overlaps(o) {
				l.find(RuleRanges, "two times of %q overlap: %s, and %s", about(s.subject, o.subject), o, s)
			}
		}
		for _, e := range ends {
			if word := about(s.subject, e.subject); word != "" && e.line != s.line && e.at.After(s.from) && e.at.Before(s.to) {
				l.find(RuleRanges, "%q is said to last from %s, and to be over at %s", word, s, stamp(e.at))
			}
		}
	}
}

// clocks is a range as people write it: 05:50–08:40, in UTC.
var clocks = regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?Z?\s*(?:-|–|—|to|until|till)\s*([01]?\d|2[0-3]):([0-5]\d)\b`)

// spansOf returns the times that a line says something lasted: its own, or those
// in its text, on its day.
func spansOf(l *Line, text string) []span {
	subject := telling(text)
	subject = subject[:min(3, len(subject))]
	if !l.Until.IsZero() {
		return []span{{l, subject, l.At, l.Until}}
	}
	var spans []span
	for _, at := range clocks.FindAllStringSubmatchIndex(text, maxSpansOfLine) {
		from, to := onDay(l.At, text[at[2]:at[5]]), onDay(l.At, text[at[6]:at[9]])
		if to.Before(from) {
			to = to.AddDate(0, 0, 1)
		}
		spans = append(spans, span{l, subject, from, to})
	}
	return spans
}

// onDay returns a time of the day of t, in UTC; t if there is none in the text.
func onDay(t time.Time, clock string) time.Time {
	c, err := time.Parse("15:4", clock)
	if err != nil {
		return t
	}
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, c.Hour(), c.Minute(), 0, 0, time.UTC)
}

// ending is a moment at which a line says that something was over.
type ending struct {
	line    *Line
	subject []string // the last words before that
	at      time.Time
}

var endWords = regexp.MustCompile(`(?i)\b(ended|ends|closed|finished|stopped|over)\b(?:\s+at)?(?:\s+(\d{1,2}:[0-5]\d))?`)

// endingOf returns what a line says to be over, false if it says no such thing.
func endingOf(l *Line, text string) (ending, bool) {
	at := endWords.FindStringSubmatchIndex(text)
	if at == nil {
		return ending{}, false
	}
	words := telling(text[:at[0]])
	e := ending{l, words[max(0, len(words)-3):], l.At}
	if at[4] >= 0 {
		e.at = onDay(l.At, text[at[4]:at[5]])
	}
	return e, true
}

// telling returns the words of a text that say what it is about, in lower case.
func telling(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	return slices.DeleteFunc(words, func(w string) bool {
		return len(w) < 4 || slices.Contains([]string{
			"with", "from", "until", "till", "this", "that", "then", "have", "been", "incident", "open", "opened", "started", "customer", "customers",
		}, w)
	})
}

// about returns the first word that both have, "" if none.
func about(a, b []string) string {
	for _, w := range a {
		if slices.Contains(b, w) {
			return w
		}
	}
	return ""
}
