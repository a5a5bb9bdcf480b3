package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// role is what a piece of text is, and so how it looks. Plain text is the
// terminal's own foreground on its own background, always.
type role uint8

// The roles. Colour is never the only sign: each state has a glyph and a word too.
const (
	plain       role = iota
	down             // confirmed down, and its glyph
	warn             // degraded, and bars over the limit
	unknown          // no judgement
	ok               // bars under the limit; words of healthy rows are plain
	failed           // a failed cell that nobody acknowledged
	failedQuiet      // a failed cell that somebody has, or that is over
	dim              // labels, ids, silenced and gone rows
	selected         // the bar of the selected row
	urgent           // unacked, STALE, UNSAVED
	key              // keys and headings
	nRoles
)

// Level is how many colours a terminal shows.
type Level uint8

// The levels of this build. LevelNone uses bold, faint and reverse only.
const (
	LevelNone Level = iota
	Level256
	LevelTrue
)

// String returns the word for it.
func (l Level) String() string {
	return [...]string{"no colour", "256 colours", "true colour"}[min(l, LevelTrue)]
}

// profile is what Bubble Tea calls the level.
func (l Level) profile() colorprofile.Profile {
	return [...]colorprofile.Profile{colorprofile.ASCII, colorprofile.ANSI256, colorprofile.TrueColor}[min(l, LevelTrue)]
}

// Detect tells from an environment what its terminal shows, and whether it is
// better left to ASCII. NO_COLOR wins; a terminal of 16 colours gets none, since
// what those look like is up to its theme.
func Detect(environ []string, isTTY bool) (level Level, ascii bool) {
	term := lookup(environ, "TERM")
	ascii = !utf8Locale(environ) || slices.Contains([]string{"", "dumb", "linux", "vt100"}, term)
	if !isTTY || lookup(environ, "NO_COLOR") != "" {
		return LevelNone, ascii
	}
	switch p := colorprofile.Env(environ); {
	case p >= colorprofile.TrueColor:
		return LevelTrue, ascii
	case p >= colorprofile.ANSI256:
		return Level256, ascii
	}
	return LevelNone, ascii
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

// glyphs are the signs of one repertoire; each is one cell wide.
type glyphs struct {
	down, warn, unknown, ok   string
	bar, vline, hline         string // selected row, separators
	arrow, cross, times, more string // paged, failed delivery, multiplication, cut here
	prompt, up                string
	cornerTL, cornerTR        string
	cornerBL, cornerBR        string
	blocks                    [9]string // sparkline: blank, then eight heights
	fill                      [9]string // chart: blank, then eighths of a row
	middot                    string    // between facts
}

var unicodeGlyphs = glyphs{
	down: "■", warn: "▲", unknown: "?", ok: "·",
	bar: "▌", vline: "│", hline: "─",
	arrow: "→", cross: "×", times: "×", more: "…",
	prompt: "›", up: "↑",
	cornerTL: "┌", cornerTR: "┐", cornerBL: "└", cornerBR: "┘",
	blocks: [9]string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	fill:   [9]string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	middot: "·",
}

var asciiGlyphs = glyphs{
	down: "#", warn: "!", unknown: "?", ok: ".",
	bar: ">", vline: "|", hline: "-",
	arrow: ">", cross: "x", times: "x", more: "~",
	prompt: ">", up: "^",
	cornerTL: "+", cornerTR: "+", cornerBL: "+", cornerBR: "+",
	blocks: [9]string{" ", "_", ".", "-", "=", "+", "*", "#", "@"},
	fill:   [9]string{" ", "_", "_", ".", ".", ":", ":", "#", "#"},
	middot: "-",
}

// theme is how roles look on one terminal: for each a ready-made sequence that
// sets all of the style, so that changing from any to any is one sequence.
type theme struct {
	level Level
	ascii bool
	sgr   [2][nRoles]string // on a usual row, on the selected one
	glyphs
}

// colours of the roles on a dark background: index of 256, then true colour.
// Chosen so that the states stay apart in normal, deutan, protan and tritan
// sight; healthy is blue and not green for that reason. Each level is named by
// hand: automatic down-sampling turns the selection's grey into teal.
var colours = [nRoles][2]string{
	down:        {"38;5;203", "38;2;246;90;103"},
	warn:        {"38;5;228", "38;2;255;242;128"},
	unknown:     {"38;5;218", "38;2;250;158;204"},
	ok:          {"38;5;69", "38;2;81;149;246"},
	failed:      {"38;5;203", "38;2;246;90;103"},
	failedQuiet: {"38;5;203", "38;2;246;90;103"},
	dim:         {"38;5;246", "38;2;134;142;154"},
}

var selectedGround = [2]string{"48;5;236", "48;2;38;51;67"}

// newTheme makes the styles of a level.
func newTheme(level Level, ascii bool) *theme {
	t := &theme{level: level, ascii: ascii, glyphs: unicodeGlyphs}
	if ascii {
		t.glyphs = asciiGlyphs
	}
	for r := range nRoles {
		t.sgr[0][r] = sgr(level, r, false)
		t.sgr[1][r] = sgr(level, r, true)
	}
	return t
}

// sgr returns the sequence that sets a role's style and nothing else.
func sgr(level Level, r role, onSelected bool) string {
	var p []string
	switch r {
	case down, selected, key:
		p = append(p, "1")
	case failed:
		p = append(p, "7")
	case urgent:
		p = append(p, "1", "7")
	case dim:
		if level == LevelNone {
			p = append(p, "2")
		}
	}
	if level > LevelNone && colours[r][0] != "" {
		p = append(p, colours[r][level-Level256])
	}
	switch {
	case onSelected && level > LevelNone:
		p = append(p, selectedGround[level-Level256])
	case onSelected && !slices.Contains(p, "1") && !slices.Contains(p, "2"):
		p = append(p, "1")
	}
	if len(p) == 0 {
		return "\x1b[m"
	}
	return "\x1b[0;" + strings.Join(p, ";") + "m"
}
