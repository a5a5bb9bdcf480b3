package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sitrep/config"
	"sitrep/tui"
)

// TestWhoDecidesOnColours holds the order: the flag, NO_COLOR, the configuration,
// the terminal.
func TestWhoDecidesOnColours(t *testing.T) {
	term := []string{"TERM=xterm-256color", "LANG=C.UTF-8"}
	without := append(term[:2:2], "NO_COLOR=1")
	for _, c := range []struct {
		name          string
		environ       []string
		theme, colors string
		flag          colorFlag
		level         tui.Level
		ground        tui.Ground
	}{
		{"the terminal", term, "auto", "auto", "", tui.Level256, tui.GroundAsk},
		{"the configuration", term, "light", "true", "", tui.LevelTrue, tui.GroundLight},
		{"fewer than there are", term, "dark", "16", "", tui.Level16, tui.GroundDark},
		{"no theme", term, "none", "256", "", tui.LevelNone, tui.GroundAsk},
		{"NO_COLOR over the configuration", without, "dark", "true", "", tui.LevelNone, tui.GroundDark},
		{"the flag over NO_COLOR", without, "light", "auto", "256", tui.Level256, tui.GroundLight},
		{"the flag over the configuration", term, "none", "256", "true", tui.LevelTrue, tui.GroundAsk},
		{"never", term, "dark", "256", "never", tui.LevelNone, tui.GroundDark},
		{"auto is no flag", without, "dark", "256", "auto", tui.LevelNone, tui.GroundDark},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := &config.Config{Screen: config.Screen{Theme: c.theme, Colors: c.colors}}
			opt := screenOptions(cfg, c.environ, c.flag)
			if opt.Level != c.level || opt.Ground != c.ground {
				t.Errorf("%s on ground %d, want %s on %d", opt.Level, opt.Ground, c.level, c.ground)
			}
		})
	}
}

func TestColorFlagTakesItsWordsOnly(t *testing.T) {
	for _, word := range colorWords {
		var c colorFlag
		if err := c.Set(word); err != nil || c.String() != word {
			t.Errorf("%s: %v, %q", word, err, c)
		}
	}
	for _, word := range []string{"", "always", "24bit", "none"} {
		var c colorFlag
		if err := c.Set(word); err == nil {
			t.Errorf("%q is taken", word)
		}
	}
}

// TestPrintingInColour holds when what is printed has colours, with an output
// that is no terminal.
func TestPrintingInColour(t *testing.T) {
	for _, c := range []struct {
		name    string
		environ []string
		flag    colorFlag
		want    bool
	}{
		{"a pipe", []string{"TERM=xterm"}, "", false},
		{"the flag", []string{"TERM=xterm"}, "256", true},
		{"never", []string{"CLICOLOR_FORCE=1"}, "never", false},
		{"forced", []string{"CLICOLOR_FORCE=1"}, "", true},
		{"forced off", []string{"CLICOLOR_FORCE=0"}, "", false},
		{"forced, and NO_COLOR", []string{"CLICOLOR_FORCE=1", "NO_COLOR=1"}, "", false},
		{"an empty NO_COLOR", []string{"CLICOLOR_FORCE=1", "NO_COLOR="}, "auto", true},
	} {
		a := &app{environ: c.environ, color: c.flag}
		if got := a.paints(&bytes.Buffer{}); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestOnlyStatusesArePainted(t *testing.T) {
	const table = "STATUS    TARGET  WHY\n" +
		"down      api     503\n" +
		"degraded  login   cert: 9d left\n" +
		"unknown   ping    no right\n" +
		"up        web     down is a word\n"
	const want = "STATUS    TARGET  WHY\n" +
		"\x1b[1;31mdown\x1b[0m      api     503\n" +
		"\x1b[33mdegraded\x1b[0m  login   cert: 9d left\n" +
		"\x1b[35munknown\x1b[0m   ping    no right\n" +
		"up        web     down is a word\n"
	if diff := cmp.Diff(want, string(painted([]byte(table)))); diff != "" {
		t.Error(diff)
	}
}
