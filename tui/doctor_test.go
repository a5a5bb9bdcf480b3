package tui

import (
	"context"
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
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
		{"frames at once", func(t *Terminal) { t.frames = framesWhole }, "frames", "all at once", ""},
		{"frames in parts", func(t *Terminal) { t.frames = framesAsTheyCome }, "frames", "as they come", ""},
		{"frames over SSH", func(t *Terminal) { t.Environ = append(t.Environ[:3:3], "SSH_TTY=/dev/pts/4") }, "frames", "not asked", ""},
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

// The ruler stands where it is not known how wide glyphs are.
func TestDoctorHasARuler(t *testing.T) {
	terminal := Terminal{Environ: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}, TTY: true}
	if !strings.Contains(terminal.Report(), "123456789|") {
		t.Error("no ruler, and nobody measured")
	}
	if terminal.Ambiguous = 1; strings.Contains(terminal.Report(), "123456789|") {
		t.Error("a ruler for what was measured")
	}
}

func TestDoctorOnTheScreen(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.opt.Environ = []string{"TERM=tmux-256color", "TMUX=/tmp/tmux-0/default,1,0", "LANG=C.UTF-8"}
		s.opt.Tmux = func(context.Context) map[string]string { return map[string]string{"set-clipboard": "external"} }
		s.onMode(tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
		s.press(":")
		s.write("doctor")
		s.press("enter")
		wantSeen(t, s, "within tmux", "shown all at once", "set -s set-clipboard on")
		s.press("esc")
		if s.dialog != nil {
			t.Error("esc does not leave")
		}
	})
}
