package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Level is how many colours a terminal shows.
type Level uint8

// The levels. LevelNone uses bold, faint and reverse only, Level16 the colours
// that the terminal's user chose.
const (
	LevelNone Level = iota
	Level16
	Level256
	LevelTrue
	nLevels
)

// String returns the words for it.
func (l Level) String() string {
	return [...]string{"no colour", "16 colours", "256 colours", "true colour"}[min(l, LevelTrue)]
}

// LevelNamed returns the level that a word of the configuration or of the command
// line means: 16, 256, true, never or none; false if it means none of them, as
// "auto" does.
func LevelNamed(word string) (Level, bool) {
	switch word {
	case "16":
		return Level16, true
	case "256":
		return Level256, true
	case "true":
		return LevelTrue, true
	case "never", "none":
		return LevelNone, true
	}
	return LevelNone, false
}

// Detect tells from an environment what its terminal shows, and whether it is
// better left to ASCII. NO_COLOR wins.
func Detect(environ []string, isTTY bool) (level Level, ascii bool) {
	term := lookup(environ, "TERM")
	ascii = !utf8Locale(environ) || slices.Contains([]string{"", "dumb", "linux", "vt100"}, term)
	if !isTTY || lookup(environ, "NO_COLOR") != "" || monochrome(term) {
		return LevelNone, ascii
	}
	switch p := colorprofile.Env(environ); {
	case p >= colorprofile.TrueColor:
		return LevelTrue, ascii
	case p >= colorprofile.ANSI256:
		return Level256, ascii
	case p >= colorprofile.ANSI:
		return Level16, ascii
	}
	return LevelNone, ascii
}

// monochrome tells whether a terminal has no colours by its name: those made of
// glass, and what calls itself so.
func monochrome(term string) bool {
	return strings.HasPrefix(term, "vt1") || strings.HasPrefix(term, "vt2") ||
		strings.HasSuffix(term, "-m") || strings.HasSuffix(term, "-mono")
}

// utf8Locale tells whether the first of LC_ALL, LC_CTYPE and LANG that is set
// names UTF-8. With none of them set the locale is C.
func utf8Locale(environ []string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(lookup(environ, name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

// lookup returns the last value of a variable, "" if it is not set.
func lookup(environ []string, name string) string {
	for _, kv := range slices.Backward(environ) {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			return v
		}
	}
	return ""
}
