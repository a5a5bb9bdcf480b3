package tui

import (
	"image/color"
	"strings"
	"testing"
)

// TestDoctor holds what is said of terminals: a piece of the line, and of what to
// do; "" is that nothing is to be done.
func TestDoctor(t *testing.T) {
	good := Terminal{Environ: []string{"TERM=xterm-256color", "LANG=C.UTF-8", "VTE_VERSION=7600"}, TTY: true, Answered: true, Width: 120, Height: 40, Ambiguous: 1, Background: color.Black}
	for _, c := range []struct {
		name           string
		change         func(*Terminal)
		what, says, do string
	}{
		{"a good one", func(*Terminal) {}, "colours", "256 colours", ""},
		{"dark", func(*Terminal) {}, "background", "dark, as it answers", ""},
		{"light", func(t *Terminal) { t.Background = color.White }, "background", "light, as it answers", ""},
		{"silent", func(t *Terminal) { t.Background = nil }, "background", "did not say", `theme = "light"`},
		{"hint", func(t *Terminal) { t.Background = nil; t.Environ = append(t.Environ[:3:3], "COLORFGBG=0;15") }, "background", "COLORFGBG", ""},
		{"wide", func(t *Terminal) { t.Ambiguous = 2 }, "glyphs", "2 cells wide", `glyphs = "ascii"`},
		{"unmeasured", func(t *Terminal) { t.Ambiguous = 0 }, "glyphs", "not measured", `glyphs = "ascii"`},
		{"narrow", func(t *Terminal) { t.Width = 60 }, "size", "60 x 40", "80 x 24"},
		{"links", func(*Terminal) {}, "links", "addresses are links", ""},
		{"no terminal", func(t *Terminal) { t.TTY = false }, "terminal", "this is none", "--plain"},
		{"dumb", func(t *Terminal) { t.Environ = []string{"TERM=dumb"} }, "terminal", "TERM=dumb", "TERM=xterm-256color"},
		{"no UTF-8", func(t *Terminal) { t.Environ = []string{"TERM=xterm-256color"} }, "locale", "ASCII", "LANG=C.UTF-8"},
		{"16 colours", func(t *Terminal) { t.Environ = []string{"TERM=xterm"} }, "colours", "16 colours", `colors = "256"`},
		{"the console", func(t *Terminal) { t.Environ = []string{"TERM=linux"} }, "clipboard", "none", ":yank"},
		{"NO_COLOR", func(t *Terminal) { t.Environ = append(t.Environ[:3:3], "NO_COLOR=1") }, "colours", "NO_COLOR", ""},
		{"tmux that keeps copies", func(t *Terminal) { t.Tmux = map[string]string{"set-clipboard": "external"} }, "tmux", "external", "set -s set-clipboard on"},
		{"tmux as it should be", func(t *Terminal) { t.Tmux = map[string]string{"set-clipboard": "on"} }, "tmux", "on", ""},
		{"tmux that waits for esc", func(t *Terminal) { t.Tmux = map[string]string{"escape-time": "500"} }, "tmux", "500", "escape-time 10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			terminal := good
			c.change(&terminal)
			found := false
			for _, a := range terminal.Examine() {
				if a.What != c.what {
					continue
				}
				found = true
				if !strings.Contains(a.Is, c.says) || !strings.Contains(a.Do, c.do) || c.do == "" && a.Do != "" {
					t.Errorf("%s: %q, %q; want %q, %q", a.What, a.Is, a.Do, c.says, c.do)
				}
			}
			if !found {
				t.Errorf("nothing is said of %s", c.what)
			}
		})
	}
}
