package safe

import (
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow a character.
const maxMarks = 2

const ellipsis = "…"

// Line makes s one line that drives no terminal: each character that breaks
// lines, and each tab, becomes a blank; escape sequences, control characters
// (C0, C1, DEL) and what turns the direction of text or cannot be seen go away;
// invalid UTF-8 becomes U+FFFD; at most two combining marks follow a character;
// and what is over max bytes is cut and ends with "…". max ≤ 0 is no limit.
// What Line returns, it leaves alone.
func Line(s string, max int) string { return clean(s, max, false) }

// Text is Line for a text of several lines: \n stays, \r\n and \r become \n.
func Text(s string, max int) string { return clean(s, max, true) }

func clean(s string, most int, lines bool) string {
	if (most <= 0 || len(s) <= most) && plain(s) {
		return s
	}
	out := make([]byte, 0, min(len(s), 512))
	fits := 0         // so much of out leaves room for the ellipsis
	marks := maxMarks // since the last character; at the start there is none to follow
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if skip := sequence(s[i:], r, n); skip > 0 {
			i += skip
			continue
		}
		if lines && r == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			n++
		}
		i += n
		r, ok := keep(r, lines, &marks)
		if !ok {
			continue
		}
		if out = utf8.AppendRune(out, r); most <= 0 {
			continue
		}
		if len(out) > most {
			if out = out[:fits]; len(ellipsis) <= most {
				out = append(out, ellipsis...)
			}
			break
		}
		if len(out) <= most-len(ellipsis) {
			fits = len(out)
		}
	}
	return string(out)
}

// keep returns what r is shown as, and false if it is left out.
func keep(r rune, lines bool, marks *int) (rune, bool) {
	switch r {
	case '\n', '\r':
		if lines {
			*marks = maxMarks
			return '\n', true
		}
		fallthrough
	case '\t', '\v', '\f', 0x85, 0x2028, 0x2029: // ends of lines, all but the first
		*marks = 0
		return ' ', true
	}
	switch {
	case unicode.IsControl(r), invisible(r):
		return 0, false
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc):
		*marks++
		return r, *marks <= maxMarks
	}
	*marks = 0
	return r, true
}

// invisible tells whether r turns the direction of text, joins what is beside
// it, or is there without being seen.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// maxSequence is how far the end of an escape sequence is looked for.
const maxSequence = 4 << 10

// sequence returns the length of the escape sequence (ECMA-48) that s begins
// with, so that its parameters do not stay behind as text; 0 if it begins with
// none. r is its first character, of n bytes. Of a sequence without an end only
// the introducer goes: what follows may be all that there is to read.
func sequence(s string, r rune, n int) int {
	kind := byte(0)
	switch {
	case r == 0x1b && len(s) > 1:
		kind, n = s[1], 2
	case r == 0x1b:
		return 1
	case r >= 0x80 && r < 0xa0 && n == 2: // C1 is ESC and a letter in one
		kind = byte(r) - 0x40
	default:
		return 0
	}
	switch kind {
	case '[':
		return n + control(s[n:])
	case ']', 'P', 'X', '^', '_':
		return n + controlString(s[n:])
	}
	switch {
	case r != 0x1b: // a single control character, left to keep
		return 0
	case kind < 0x20 || kind > 0x7e: // ESC before what is no part of a sequence
		return 1
	}
	return n
}

// control returns the length of the parameters and the final byte of a control
// sequence; what cannot be a part of it ends it.
func control(s string) int {
	for i := range len(s) {
		switch {
		case s[i] < 0x20 || s[i] > 0x7e:
			return i
		case s[i] >= 0x40:
			return i + 1
		}
	}
	return len(s)
}

// controlString returns the length of a string up to BEL or ST; 0 if it has no end.
func controlString(s string) int {
	for i := range min(len(s), maxSequence) {
		switch s[i] {
		case 0x07:
			return i + 1
		case '\n':
			return 0
		case 0x1b:
			if i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
			return 0
		case 0xc2: // perhaps C1, of which ST is one; any other begins something new
			if i+1 < len(s) && s[i+1] < 0xa0 {
				if s[i+1] == 0x9c {
					return i + 2
				}
				return 0
			}
		}
	}
	return 0
}

// plain tells whether s is printable ASCII, the usual case, which needs no copy.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
