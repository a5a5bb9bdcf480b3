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

// ranges finds times of the same thing that overlap, and an end of it that lies
// within a time for which it is said to have lasted.
func (l *linter) ranges() {
	var spans []span
	for i := range l.inc.Entries {
		line := &l.inc.Entries[i]
		if line.Written() && line.Retracted.IsZero() {
			spans = append(spans, spansOf(line)...)
		}
	}
	for i := range spans {
		s := &spans[i]
		if s.to.Before(s.from) {
			l.find(RuleRanges, "line %d ends before it begins: %s", s.line.ID(), s)
		}
		for k := range spans[:i] {
			if o := &spans[k]; o.line.ID() != s.line.ID() && about(s.subject, o.subject) != "" && s.overlaps(o) {
				l.find(RuleRanges, "two times of %q overlap: %s, and %s", about(s.subject, o.subject), o, s)
			}
		}
		for n := range l.inc.Entries {
			line := &l.inc.Entries[n]
			at, words := ending(line)
			if word := about(s.subject, words); word != "" && at.After(s.from) && at.Before(s.to) && line.ID() != s.line.ID() {
				l.find(RuleRanges, "%q is said to last from %s, and to be over at %s", word, s, stamp(at))
			}
		}
	}
}

// clocks is a range as people write it: 05:50–08:40, in UTC.
var clocks = regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?Z?\s*(?:-|–|—|to|until|till)\s*([01]?\d|2[0-3]):([0-5]\d)\b`)

// spansOf returns the times that a line says something lasted: its own, or those
// in its text, on its day.
func spansOf(l *Line) []span {
	subject := telling(l.Text)
	if !l.Until.IsZero() {
		return []span{{l, subject[:min(3, len(subject))], l.At, l.Until}}
	}
	var spans []span
	for _, at := range clocks.FindAllStringSubmatchIndex(l.Text, -1) {
		from, to := onDay(l.At, l.Text[at[2]:at[5]]), onDay(l.At, l.Text[at[6]:at[9]])
		if to.Before(from) {
			to = to.AddDate(0, 0, 1)
		}
		spans = append(spans, span{l, subject[:min(3, len(subject))], from, to})
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

// over are the words that end something.
var over = regexp.MustCompile(`(?i)\b(ended|ends|closed|finished|stopped|over)\b(?:\s+at)?(?:\s+(\d{1,2}:[0-5]\d))?`)

// ending returns when a line says that something was over, and what: the words
// before that. It has no words if it says no such thing.
func ending(l *Line) (time.Time, []string) {
	if !l.Written() || !l.Retracted.IsZero() {
		return time.Time{}, nil
	}
	at := over.FindStringSubmatchIndex(l.Text)
	if at == nil {
		return time.Time{}, nil
	}
	words := telling(l.Text[:at[0]])
	when := l.At
	if at[4] >= 0 {
		when = onDay(l.At, l.Text[at[4]:at[5]])
	}
	return when, words[max(0, len(words)-3):]
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
