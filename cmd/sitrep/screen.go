package main

import (
	"cmp"
	"io"

	"sitrep/checker"
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
		Mouse: s.Mouse, Cursor: s.Cursor, Keys: s.Keys, Views: views(cfg),
		Start: s.Start, Order: s.Order, GroupBy: s.GroupBy, Columns: s.Columns,
		Attention: tui.Attention{Bell: s.Bell, Title: s.Title, Notify: notifies[s.Notify]},
	}
}

// screenRules are what a configuration may say of keys and views.
var screenRules = config.Console{Actions: tui.Actions(), Misbound: tui.MisboundKeys, View: checkView}

func checkView(name, filter string) error {
	return cmp.Or(tui.CheckViewName(name), tui.CheckFilter(filter))
}

// loading returns how a configuration is loaded: stderr is what a receiver's
// log = "stderr" means, dialer that of the probes, nil for one of its own.
func loading(stderr io.Writer, dialer *checker.Dialer) config.Options {
	return config.Options{Stderr: stderr, Dialer: dialer, Console: screenRules}
}

// views are those of the configuration.
func views(cfg *config.Config) (all []tui.View) {
	for _, v := range cfg.Screen.Views {
		all = append(all, tui.View(v))
	}
	return all
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
