package tui

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// What is asked of a palette.
const (
	leastContrast = 4.5 // WCAG 2.2, 1.4.3: text against what it stands on
	leastDark     = 35. // between two states, ΔE of CIE 1976, on a dark background …
	leastLight    = 30. // … and on a light one
)

// backgrounds are those that people have: black, Catppuccin Mocha, Solarized dark;
// white, Solarized light.
var backgrounds = [2][]uint32{{0x000000, 0x1e1e2e, 0x002b36}, {0xffffff, 0xfdf6e3}}

func rgb(v uint32) color.Color {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

// seen returns the colour that a level shows for a hue of a palette.
func (h hue) seen(level Level) color.Color {
	if level == Level256 {
		return ansi.IndexedColor(h.index)
	}
	return rgb(h.rgb)
}

// TestTextCanBeRead holds each role's text against each background that it is
// drawn on: the terminal's, and the selected row's. Reversed it is the same pair.
func TestTextCanBeRead(t *testing.T) {
	for i, p := range palettes {
		for _, level := range []Level{Level256, LevelTrue} {
			grounds := []color.Color{p.selected.seen(level)}
			for _, b := range backgrounds[i] {
				grounds = append(grounds, rgb(b))
			}
			for r := range nRoles {
				if p.text[r] == (hue{}) {
					continue
				}
				for _, ground := range grounds {
					if got := contrast(p.text[r].seen(level), ground); got < leastContrast {
						t.Errorf("palette %d, %s: %c on %v has %.2f:1, at least %.1f is wanted", i, level, roleLetters[r], ground, got, leastContrast)
					}
				}
			}
		}
	}
}

// TestPlainTextCanBeReadOnTheSelectedRow holds the text colours that terminals
// come with against the one ground that is ours.
func TestPlainTextCanBeReadOnTheSelectedRow(t *testing.T) {
	texts := [2][]uint32{{0xffffff, 0xcdd6f4, 0xe5e5e5, 0xc0c0c0}, {0x000000, 0x333333, 0x4c4f69}}
	for i, p := range palettes {
		for _, level := range []Level{Level256, LevelTrue} {
			for _, text := range texts[i] {
				if got := contrast(rgb(text), p.selected.seen(level)); got < leastContrast {
					t.Errorf("palette %d, %s: #%06x has %.2f:1", i, level, text, got)
				}
			}
		}
	}
}

// sights are the ways that people see colours, as matrices on linear light:
// Machado, Oliveira and Fernandes 2009, with severity 1.
var sights = []struct {
	name   string
	matrix [3][3]float64
}{
	{"normal", [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protan", [3][3]float64{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
	{"deutan", [3][3]float64{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
	{"tritan", [3][3]float64{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
}

// lab returns a colour as somebody sees it, in CIE L*a*b* under D65.
func lab(c color.Color, matrix [3][3]float64) [3]float64 {
	r, g, b := linear(c)
	var l [3]float64
	for i, row := range matrix {
		l[i] = min(max(row[0]*r+row[1]*g+row[2]*b, 0), 1)
	}
	f := func(v float64) float64 {
		if v > 216./24389 {
			return math.Cbrt(v)
		}
		return (24389./27*v + 16) / 116
	}
	x := f((0.4124564*l[0] + 0.3575761*l[1] + 0.1804375*l[2]) / 0.95047)
	y := f(0.2126729*l[0] + 0.7151522*l[1] + 0.0721750*l[2])
	z := f((0.0193339*l[0] + 0.1191920*l[1] + 0.9503041*l[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func distance(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// TestStatesStayApart holds the colours of the four states apart, however
// somebody sees them.
func TestStatesStayApart(t *testing.T) {
	states := []role{down, warn, unknown, ok}
	for i, p := range palettes {
		least := leastDark
		if i == 1 {
			least = leastLight
		}
		for _, level := range []Level{Level256, LevelTrue} {
			for _, sight := range sights {
				for k, a := range states {
					for _, b := range states[k+1:] {
						got := distance(lab(p.text[a].seen(level), sight.matrix), lab(p.text[b].seen(level), sight.matrix))
						if got < least {
							t.Errorf("palette %d, %s, %s sight: %c and %c are ΔE %.1f apart, at least %.0f is wanted",
								i, level, sight.name, roleLetters[a], roleLetters[b], got, least)
						}
					}
				}
			}
		}
	}
}

// TestSixteenColoursAreTheTerminalsOwn: which they are is up to whoever chose them,
// so no ground is set, the states differ in number, and none is black, white, or
// colour 8, which in Solarized is the background.
func TestSixteenColoursAreTheTerminalsOwn(t *testing.T) {
	for i, p := range palettes {
		var used []uint8
		for _, r := range []role{down, warn, unknown, ok} {
			n := p.text[r].basic
			if n == 0 || n == 7 || n == 8 || n == 15 || slices.Contains(used, n) {
				t.Errorf("palette %d: %c has colour %d", i, roleLetters[r], n)
			}
			used = append(used, n)
		}
		th := newTheme(Level16, false).on(i == 1)
		for _, ground := range th.sgr {
			for r, sequence := range ground {
				if strings.Contains(sequence, "48;") || strings.Contains(sequence, "38;") {
					t.Errorf("palette %d: %c is %q", i, roleLetters[r], sequence)
				}
			}
		}
	}
}

// TestRolesDifferInEachTheme: what is drawn in one cell by one role or another
// looks different in every theme, with the exceptions that a glyph, a word or a
// letter tells apart.
func TestRolesDifferInEachTheme(t *testing.T) {
	pairs := [][2]role{{failed, failedQuiet}, {urgent, plain}, {urgent, key}, {key, plain}, {selected, plain}, {dim, plain}, {failed, plain}}
	for _, light := range []bool{false, true} {
		for level := range nLevels {
			th := newTheme(level, false).on(light)
			for _, pair := range pairs {
				if th.sgr[0][pair[0]] == th.sgr[0][pair[1]] {
					t.Errorf("%s, light %v: %c and %c are both %q", level, light, roleLetters[pair[0]], roleLetters[pair[1]], th.sgr[0][pair[0]])
				}
			}
			for r := range nRoles {
				if level > LevelNone && r != dim && th.sgr[0][r] == th.sgr[1][r] && !strings.Contains(th.sgr[0][r], "1") {
					t.Errorf("%s, light %v: %c looks the same on the selected row: %q", level, light, roleLetters[r], th.sgr[0][r])
				}
			}
		}
	}
}

// TestSequencesSetEverything: each begins with a reset, so that none depends on
// the one before.
func TestSequencesSetEverything(t *testing.T) {
	for level := range nLevels {
		for _, light := range []bool{false, true} {
			for i, ground := range newTheme(level, false).on(light).sgr {
				for r, sequence := range ground {
					if sequence != "\x1b[m" && !strings.HasPrefix(sequence, "\x1b[0;") {
						t.Errorf("%s, light %v, ground %d: %c is %q", level, light, i, roleLetters[r], sequence)
					}
				}
			}
		}
	}
	if got, want := newTheme(LevelTrue, false).on(true).sgr[1][down], "\x1b[0;1;38;2;129;14;33;48;2;235;242;249m"; got != want {
		t.Errorf("down on the selected row of a light terminal is %q, want %q", got, want)
	}
	if got, want := newTheme(Level16, false).sgr[1][warn], "\x1b[0;93;1m"; got != want {
		t.Errorf("warn on the selected row in 16 colours is %q, want %q", got, want)
	}
	if got := fmt.Sprint(newTheme(LevelNone, false).on(true).sgr == newTheme(LevelNone, false).sgr); got != "true" {
		t.Error("without colour the background matters")
	}
}
