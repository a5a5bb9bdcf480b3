package main

import (
	"sitrep/config"
	"sitrep/tui"
)

// screenOptions returns how a screen looks on a terminal with this environment:
// what the terminal can do, and what the configuration says about it.
func screenOptions(cfg *config.Config, environ []string) tui.Options {
	s := cfg.Screen
	level, ascii := tui.Detect(environ, true)
	switch s.Colors {
	case "256":
		level = tui.Level256
	case "true":
		level = tui.LevelTrue
	}
	if s.Theme == "none" {
		level = tui.LevelNone
	}
	return tui.Options{
		Level: level, ASCII: ascii || s.Glyphs == "ascii", Zone: s.Zone, Environ: environ,
		Attention: tui.Attention{Bell: s.Bell, Title: s.Title, Notify: notifies[s.Notify]},
	}
}

// notifies are the words of the configuration for how a terminal is asked to notify.
var notifies = map[string]tui.Notify{"osc9": tui.NotifyOSC9, "osc777": tui.NotifyOSC777}
