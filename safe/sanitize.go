package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes s one line that drives no terminal: line breaks and tabs become a
// blank, control characters (C0, C1, DEL) and what turns the direction of text
// or has no width go away, invalid UTF-8 becomes U+FFFD, at most two combining
// marks follow a character, and what is over max bytes is cut with "…".
// max ≤ 0 is no limit.
func Line(s string, max int) string { return clean(s, max, false) }

// Text is Line for a text of several lines: \n stays, \r\n becomes \n.
func Text(s string, max int) string { return clean(s, max, true) }

func clean(s string, max int, lines bool) string {
	if plain(s) && (max <= 0 || len(s) <= max) {
		return s
	}
	var b strings.Builder
	marks := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == 0x1b {
			i += escapeLen(s[i:])
			continue
		}
		i += n
		r, ok := keep(r, lines, &marks)
		if !ok {
			continue
		}
		if max > 0 && b.Len()+utf8.RuneLen(r) > max-len("…") && i < len(s) {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// keep returns what r is shown as, and false if it is left out.
func keep(r rune, lines bool, marks *int) (rune, bool) {
	switch {
	case r == '\n' && lines:
		*marks = 0
		return r, true
	case r == '\n' || r == '\t' || r == '\r' && !lines:
		*marks = 0
		return ' ', true
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == 0x2028, r == 0x2029:
		return 0, false
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc):
		*marks++
		return r, *marks <= 2
	}
	*marks = 0
	return r, true
}

// escapeLen returns the length of the escape sequence that s begins with, so
// that its parameters do not stay behind as text.
func escapeLen(s string) int {
	if len(s) < 2 {
		return len(s)
	}
	switch s[1] {
	case '[': // CSI: up to a final byte
		for i := 2; i < len(s) && i < 64; i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
			if s[i] < 0x20 || s[i] > 0x7e {
				return i
			}
		}
		return min(len(s), 64)
	case ']', 'P', 'X', '^', '_': // a string: up to BEL or ST
		for i := 2; i < len(s); i++ {
			if s[i] == 0x07 {
				return i + 1
			}
			if s[i] == 0x1b {
				if i+1 < len(s) && s[i+1] == '\\' {
					return i + 2
				}
				return i
			}
			if s[i] == '\n' {
				return i
			}
		}
		return len(s)
	}
	if s[1] < 0x80 && s[1] >= 0x20 {
		return 2
	}
	return 1
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
