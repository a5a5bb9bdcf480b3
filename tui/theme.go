package tui

import "strings"

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

// glyphs are the signs of one repertoire; each is one cell wide.
type glyphs struct {
	down, warn, unknown, ok   string
	bar, vline, hline         string // selected row, separators
	arrow, cross, times, more string // paged, failed delivery, multiplication, cut here
	prompt, up                string
	folded, mark              string // group that shows its header alone, marked row
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
	prompt: "›", up: "↑", folded: "►", mark: "*",
	cornerTL: "┌", cornerTR: "┐", cornerBL: "└", cornerBR: "┘",
	blocks: [9]string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	fill:   [9]string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	middot: "·",
}

var asciiGlyphs = glyphs{
	down: "#", warn: "!", unknown: "?", ok: ".",
	bar: ">", vline: "|", hline: "-",
	arrow: ">", cross: "x", times: "x", more: "~",
	prompt: ">", up: "^", folded: "+", mark: "*",
	cornerTL: "+", cornerTR: "+", cornerBL: "+", cornerBR: "+",
	blocks: [9]string{" ", "_", ".", "-", "=", "+", "*", "#", "@"},
	fill:   [9]string{" ", "_", "_", ".", ".", ":", ":", "#", "#"},
	middot: "-",
}

// theme is how roles look on one terminal: for each a ready-made sequence that
// sets all of the style, so that changing from any to any is one sequence.
type theme struct {
	level Level
	light bool
	ascii bool
	links bool              // addresses may be links
	sgr   [2][nRoles]string // on a usual row, on the selected one
	glyphs
}

// newTheme makes the styles of a level, for a dark background.
func newTheme(level Level, ascii bool) *theme {
	t := &theme{level: level, ascii: ascii, glyphs: unicodeGlyphs}
	if ascii {
		t.glyphs = asciiGlyphs
	}
	t.style()
	return t
}

// on returns the theme for a light background, or for a dark one.
func (t *theme) on(light bool) *theme {
	if t.light == light {
		return t
	}
	other := *t
	other.light = light
	other.style()
	return &other
}

func (t *theme) style() {
	for r := range nRoles {
		t.sgr[0][r] = t.sequence(r, false)
		t.sgr[1][r] = t.sequence(r, true)
	}
}

// sequence returns what sets a role's style and nothing else. Whatever is not
// plain differs from it without colour too, except where a glyph or a word says
// it anyway: bold and faint are not seen everywhere.
func (t *theme) sequence(r role, onSelected bool) string {
	p := palettes[t.ground()].codes(t.level, r, onSelected)
	if len(p) == 0 {
		return "\x1b[m"
	}
	return "\x1b[0;" + strings.Join(p, ";") + "m"
}

// ground returns the index of the palette.
func (t *theme) ground() int {
	if t.light {
		return 1
	}
	return 0
}
