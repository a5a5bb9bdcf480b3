package tui

import (
	"image/color"
	"math"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Ground is what the text of a terminal stands on.
type Ground uint8

// The grounds. With GroundAsk the terminal is asked, and whatever the environment
// hints at holds until it answers; many never do, and nothing waits for them.
const (
	GroundDark Ground = iota
	GroundLight
	GroundAsk
)

// lightAtFirst tells whether a ground is light as long as no terminal answered.
func (g Ground) lightAtFirst(environ []string) bool {
	return g == GroundLight || g == GroundAsk && hintsAtLight(environ)
}

// hintsAtLight reads COLORFGBG, "15;0" or "0;default;15", by which rxvt, Konsole
// and others tell the indices of their colours.
func hintsAtLight(environ []string) bool {
	parts := strings.Split(lookup(environ, "COLORFGBG"), ";")
	last := parts[len(parts)-1]
	return last == "7" || last == "15"
}

// askGround returns the command that asks the terminal for its background (OSC 11
// of xterm's control sequences), nil if it is not to be asked: some would print
// the question. The answer comes as a message, or not at all.
func (m *Model) askGround() tea.Cmd {
	term := lookup(m.opt.Environ, "TERM")
	if m.opt.Ground != GroundAsk || slices.Contains([]string{"", "dumb", "linux"}, term) || monochrome(term) {
		return nil
	}
	return tea.Raw(ansi.RequestBackgroundColor)
}

// onGround takes the terminal's answer. One that cannot be read is none.
func (m *Model) onGround(c color.Color) {
	if c == nil || m.opt.Ground != GroundAsk {
		return
	}
	m.answered, m.ground = true, c
	m.theme = m.theme.on(isLight(c))
}

// isLight tells whether black text is the easier to read on a colour.
func isLight(c color.Color) bool { return contrast(c, color.Black) > contrast(c, color.White) }

// contrast returns the ratio of two colours' luminance, 1 to 21, as WCAG 2
// defines it.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance returns the relative luminance of an sRGB colour, 0 to 1.
func luminance(c color.Color) float64 {
	r, g, b := linear(c)
	return 0.2126*r + 0.7152*g + 0.0722*b
}

// linear returns the parts of a colour as light, without sRGB's curve, 0 to 1.
func linear(c color.Color) (r, g, b float64) {
	part := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	ri, gi, bi, _ := c.RGBA()
	return part(ri), part(gi), part(bi)
}

// tornFor is how long the rest of an answer is waited for.
const tornFor = time.Second

// tornAnswer notices that an answer of the terminal came in pieces: over a bad
// link the beginning is given up, and what follows would be taken for keys.
func (m *Model) tornAnswer(sequence string) {
	if strings.HasPrefix(sequence, "\x1b]") {
		m.torn = m.now.Add(tornFor)
	}
}

// restOfAnswer tells whether a key is no key but a piece of a torn answer, up to
// the sign that ends one: BEL or ESC and a backslash.
func (m *Model) restOfAnswer(name string) bool {
	if !m.now.Before(m.torn) {
		return false
	}
	switch {
	case name == "ctrl+g" || name == `alt+\` || name == `\`:
		m.torn = time.Time{}
	case name == "esc":
	case len(name) != 1 || !strings.Contains("0123456789abcdefABCDEF;:/rgb", name):
		m.torn = time.Time{}
		return false
	}
	return true
}

// groundWord says which background the colours are for, and whether that is a
// guess.
func (m *Model) groundWord() string {
	word := "dark"
	if m.theme.light {
		word = "light"
	}
	if m.opt.Ground == GroundAsk && !m.answered {
		word += "?"
	}
	return word
}
