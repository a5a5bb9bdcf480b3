package incident

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/safe"
)

// cut keeps the beginning of a text for a finding.
func cut(text string, most int) string { return safe.Line(text, most) }

// lookedFor are the words by which a root cause says that it is not known.
var lookedFor = regexp.MustCompile(`(?i)\b(still\s+)?(under|still|ongoing|continued?|pending|further)\s+(being\s+)?(investigat|analy[sz])\w*` +
	`|\b(being|is\s+to\s+be|to\s+be)\s+(investigated|determined|analy[sz]ed|confirmed)` +
	`|\binvestigation\s+(is\s+|still\s+)*(ongoing|open|pending|continues|in\s+progress|under\s*way)` +
	`|\bcause\s+(is\s+|still\s+|yet\s+)*(un(known|clear)|not\s+(yet\s+)?(known|clear|found|understood))` +
	`|\bunknown\s+(root\s+)?cause|\bnot\s+yet\s+(known|clear|found|understood)|\btb[dc]\b` +
	`|^\s*(unknown|unclear|\?+|-+|todo)\s*\.?\s*$`)

// noMore takes back what the words after it say.
var noMore = regexp.MustCompile(`(?i)\b(no\s+longer|not)\s+$`)

// cause looks at what is said of the root cause: whether it is known, and
// whether it blames somebody.
func (l *linter) cause() {
	text := l.inc.Fields[FieldCause]
	if l.over() {
		for _, at := range lookedFor.FindAllStringIndex(text, -1) {
			if !noMore.MatchString(text[:at[0]]) {
				l.find(RuleCauseUnknown, "it is %s, but the root cause says %q", l.inc.Status, strings.TrimSpace(cut(text[at[0]:at[1]], 60)))
				break
			}
		}
	}
	for _, field := range []string{FieldCause, FieldFactors} {
		for _, name := range l.people() {
			if containsWord(l.inc.Fields[field], name) {
				l.find(RuleNamed, "the %s names %s: causes are systems and habits, not people", field, name)
			}
		}
	}
}

// people returns the names of all who had a hand in it, sorted, and those given.
func (l *linter) people() []string {
	names := slices.Clone(l.names)
	for i := range l.log {
		e := &l.log[i]
		names = append(names, e.By, e.value(refAckedBy))
		switch {
		case e.Kind == SetRole:
			names = append(names, e.Value)
		case e.Kind == SetAction && e.Field == PartOwner:
			names = append(names, e.Value)
		case e.Kind == Paged:
			names = append(names, e.operator())
		case e.Kind == Handover:
			names = append(names, strings.Split(e.Value, ", ")...)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		// Accounts that are no people, and words that causes are full of.
		return name == "" || slices.Contains([]string{"root", "admin", "nobody", "sitrep", "system"}, strings.ToLower(name))
	})
}

// containsWord tells whether a text has a word, or several, in whatever case.
// What a dash joins is one word: a name may be a part of a host's.
func containsWord(text, word string) bool {
	text, word = strings.ToLower(text), strings.ToLower(word)
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' }
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 || word == "" {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		at += len(word)
		after, _ := utf8.DecodeRuneInString(text[at:])
		if !inWord(before) && !inWord(after) { // none is utf8.RuneError, which is no letter
			return true
		}
	}
}
