package incident

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxFileName = 100

// FileName returns a readable name for a file about the incident, without an
// extension: its ID and its title, of letters, digits and single dashes only, at
// most 100 bytes. It is never a path, never hidden, never an option and never
// empty, whatever the title is.
func FileName(inc *Incident) string {
	name := strings.Trim(dashed(inc.ID)+"-"+dashed(inc.Title), "-")
	if name == "" {
		return "incident"
	}
	if len(name) <= maxFileName {
		return name
	}
	cut := maxFileName
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimRight(name[:cut], "-")
}

// dashed keeps the letters and digits of s in lower case, and makes a dash of
// whatever lies between them.
func dashed(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r == utf8.RuneError || !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)
	}), "-")
}
