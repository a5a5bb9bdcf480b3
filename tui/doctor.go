package tui

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"sitrep/safe"
)

// Terminal is what is known of a terminal: from its environment, and what it
// answered when it was asked.
type Terminal struct {
	Environ       []string
	TTY           bool              // it is one
	Answered      bool              // it answers questions
	Width, Height int               // cells; 0 is not known
	Ambiguous     int               // cells that "■" takes, 0 is not known
	Background    color.Color       // nil is not known
	frames        frameWay          // unknown but while a screen is open
	Tmux          map[string]string // options of the tmux around it; nil if there is none, or none that answers
}

// Advice is one thing about a terminal, and what to do about it.
type Advice struct {
	What, Is string
	Do       string // "" is nothing: it is well
}

// Least size of a screen on which nothing of the board is left out.
const (
	leastWidth  = 80
	leastHeight = heightLower
)

// Examine tells what a screen makes of the terminal, and what would be better.
func (t *Terminal) Examine() []Advice {
	all := []Advice{t.kind(), t.size(), t.colours(), t.background(), t.locale(), t.glyphWidth(), t.clipboard(), t.hyperlinks()}
	if t.frames != framesUnknown || t.sshLine() {
		all = append(all, t.whole())
	}
	return append(all, t.tmux()...)
}

// Report is Examine as text, a line or two for each advice, and a ruler where it
// is not known how wide glyphs are.
func (t *Terminal) Report() string {
	var s strings.Builder
	for _, a := range t.Examine() {
		fmt.Fprintf(&s, "%-11s %s\n", a.What, safe.Line(a.Is, 200))
		if a.Do != "" {
			fmt.Fprintf(&s, "%-11s -> %s\n", "", a.Do)
		}
	}
	if _, ascii := Detect(t.Environ, t.TTY); t.TTY && t.Ambiguous == 0 && !ascii && utf8Locale(t.Environ) {
		g := unicodeGlyphs
		row := g.down + g.warn + g.ok + g.vline + g.hline + g.arrow + g.cross + g.more + g.blocks[8]
		fmt.Fprintf(&s, "\n%-11s %s|\n%-11s 123456789|   both ends stand below each other if glyphs are one cell wide\n", "ruler", row, "")
	}
	return s.String()
}

// SaysGround takes the background in as a terminal answers it, "rgb:1e1e/1e1e/2e2e".
// What cannot be read leaves it unknown.
func (t *Terminal) SaysGround(answer string) { t.Background = ansi.XParseColor(answer) }

func (t *Terminal) kind() Advice {
	a := Advice{What: "terminal", Is: "TERM=" + lookup(t.Environ, "TERM")}
	switch term := lookup(t.Environ, "TERM"); {
	case !t.TTY:
		a.Is, a.Do = "this is none", "start sitrep in a terminal, or use --plain"
	case term == "" || term == "dumb":
		a.Do = "a line an event is written in place of a screen; if it can do more, set TERM=xterm-256color"
	case inTmux(t.Environ):
		a.Is += ", within tmux"
	case inScreen(t.Environ):
		a.Is += ", within screen"
	}
	if t.TTY && !t.Answered {
		a.Is += "; it answers no question"
	}
	return a
}

func (t *Terminal) size() Advice {
	a := Advice{What: "size", Is: fmt.Sprintf("%d x %d", t.Width, t.Height)}
	switch {
	case t.Width == 0 || t.Height == 0:
		a.Is = "not known"
	case t.Width < leastWidth || t.Height < leastHeight:
		a.Do = fmt.Sprintf("columns and panes are left out below %d x %d", leastWidth, leastHeight)
	}
	return a
}

func (t *Terminal) colours() Advice {
	level, _ := Detect(t.Environ, t.TTY)
	a := Advice{What: "colours", Is: level.String()}
	switch {
	case lookup(t.Environ, "NO_COLOR") != "":
		a.Is += ", since NO_COLOR is set"
	case level == Level16 && lookup(t.Environ, "TERM") != "linux":
		a.Do = "if it has 256, set TERM=xterm-256color, or [screen] colors = \"256\""
	case level == Level256 && t.TTY:
		a.Is += "; true colour with --color true, or [screen] colors"
	}
	return a
}

func (t *Terminal) background() Advice {
	a := Advice{What: "background"}
	switch {
	case t.Background != nil && isLight(t.Background):
		a.Is = "light, as it answers"
	case t.Background != nil:
		a.Is = "dark, as it answers"
	default:
		a.Is = "taken for dark: it did not say (OSC 11)"
		if hintsAtLight(t.Environ) {
			a.Is = "light, as COLORFGBG says"
			break
		}
		a.Do = "if it is light, set [screen] theme = \"light\""
	}
	return a
}

func (t *Terminal) locale() Advice {
	if utf8Locale(t.Environ) {
		return Advice{What: "locale", Is: "UTF-8"}
	}
	return Advice{What: "locale", Is: "not UTF-8: glyphs are ASCII", Do: "set LANG=C.UTF-8"}
}

func (t *Terminal) glyphWidth() Advice {
	a := Advice{What: "glyphs"}
	switch _, ascii := Detect(t.Environ, t.TTY); {
	case ascii:
		a.Is = "ASCII"
	case t.Ambiguous == 0:
		a.Is = "not measured: it does not say where its cursor is"
		a.Do = "if the board's columns do not stand below each other, set [screen] glyphs = \"ascii\""
	case t.Ambiguous == 1:
		a.Is = "one cell wide, as they are to be"
	default:
		a.Is = fmt.Sprintf("%d cells wide: the board's columns do not stand below each other", t.Ambiguous)
		a.Do = "set ambiguous characters to narrow in the terminal, or [screen] glyphs = \"ascii\""
	}
	return a
}

func (t *Terminal) clipboard() Advice {
	if clipboardSequence(t.Environ, "") == "" {
		return Advice{What: "clipboard", Is: "none: y has nowhere to copy to", Do: ":yank shows what was copied, to be selected by hand"}
	}
	return Advice{What: "clipboard", Is: "y copies by OSC 52; whether it arrives only you can see: else :yank"}
}

func (t *Terminal) hyperlinks() Advice {
	if hasLinks(t.Environ) {
		return Advice{What: "links", Is: "addresses are links (OSC 8)"}
	}
	return Advice{What: "links", Is: "not known to have any; y copies addresses"}
}

// sshLine tells whether a terminal is not asked for mode 2026 since a connection
// is between it and the screen.
func (t *Terminal) sshLine() bool {
	return t.TTY && !asksForSync(t.Environ) && lookup(t.Environ, "SSH_TTY") != ""
}

func (t *Terminal) whole() Advice {
	a := Advice{What: "frames", Is: "shown all at once (mode 2026)"}
	switch t.frames {
	case framesAsTheyCome:
		a.Is = "shown as they come: it does not know mode 2026"
	case framesUnknown:
		a.Is = "shown as they come: over SSH it is not asked for mode 2026"
	}
	return a
}

// tmuxWants are the options of tmux that a screen is better with. The first value
// is the one to set.
var tmuxWants = []struct {
	option string
	good   []string
	set    string
	why    string
}{
	{"set-clipboard", []string{"on"}, "set -s set-clipboard on", "so that y reaches your clipboard"},
	{"focus-events", []string{"on"}, "set -g focus-events on", "so that sitrep knows when you look away"},
	{"escape-time", []string{"0", "1", "5", "10", "20", "25", "50"}, "set -s escape-time 10", "so that esc answers at once"},
}

// tmux tells which options of the tmux around it are in the way.
func (t *Terminal) tmux() (all []Advice) {
	for _, want := range tmuxWants {
		value, known := t.Tmux[want.option]
		if !known || value == "" {
			continue
		}
		a := Advice{What: "tmux", Is: want.option + " " + value}
		if !slices.Contains(want.good, strings.TrimSpace(value)) {
			a.Do = want.set + " in ~/.tmux.conf, " + want.why
		}
		all = append(all, a)
	}
	return all
}
