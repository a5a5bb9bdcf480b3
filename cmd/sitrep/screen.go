package main

import (
	"sitrep/config"
	"sitrep/tui"
)

// screenOptions returns how a screen looks on a terminal with this environment:
// what the terminal can do, what the configuration says about it, and what the
// command line says, in that order. NO_COLOR is stronger than a file and weaker
// than a flag, as no-color.org has it.
func screenOptions(cfg *config.Config, environ []string, color colorFlag) tui.Options {
	s := cfg.Screen
	level, ascii := tui.Detect(environ, true)
	if !noColor(environ) {
		for _, word := range []string{s.Colors, s.Theme} {
			if named, is := tui.LevelNamed(word); is {
				level = named
			}
		}
	}
	if named, is := tui.LevelNamed(string(color)); is {
		level = named
	}
	return tui.Options{
		Level: level, Ground: groundOf(s.Theme), ASCII: ascii || s.Glyphs == "ascii", Zone: s.Zone, Environ: environ,
		Mouse: s.Mouse, Cursor: s.Cursor,
		Start: s.Start, Order: s.Order, GroupBy: s.GroupBy, Columns: s.Columns,
		Attention: tui.Attention{Bell: s.Bell, Title: s.Title, Notify: notifies[s.Notify]},
	}
}

// groundOf returns the background that a theme is for.
func groundOf(theme string) tui.Ground {
	switch theme {
	case "dark":
		return tui.GroundDark
	case "light":
		return tui.GroundLight
	}
	return tui.GroundAsk
}

// notifies are the words of the configuration for how a terminal is asked to notify.
var notifies = map[string]tui.Notify{"osc9": tui.NotifyOSC9, "osc777": tui.NotifyOSC777}
