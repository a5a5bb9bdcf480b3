package tui

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// quietSights are the screens and dialogs of what keeps alerts quiet and of what
// receivers are told.
var quietSights = []sight{
	{"quiet-board", func(s *console) {}},
	{"quiet-target", func(s *console) { s.openTarget("many-holds") }},
	{"quiet-log", func(s *console) { s.press("2") }},
	{"told-held", func(s *console) { s.openTold(s.selectNamed("many-holds")) }},
	{"told-owed", func(s *console) { s.openTold(s.selectNamed("search-api")) }},
	{"told-gate", func(s *console) { s.openTold(s.selectNamed("gate")) }},
	{"told-retry", func(s *console) { s.openTold(s.selectNamed("mute")) }},
	{"told-nothing", func(s *console) { s.openTold(s.selectNamed("docs")) }},
	{"deliveries", func(s *console) { s.press("D", "j") }},
	{"deliveries-attempt", func(s *console) { s.press("D", "G", "k", "k") }},
	{"deliveries-one", func(s *console) { s.press("D", "enter") }},
	{"deliveries-empty", func(s *console) {
		s.republish(func(snap *monitor.Snapshot) { snap.Told, snap.Accounts, snap.Owed = nil, nil, nil })
		s.press("D")
	}},
	{"retry", func(s *console) { s.press("D", "r") }},
	{"quiet-silences", func(s *console) { s.press("M", "j", "j") }},
	{"quiet-silences-window", func(s *console) { s.press("M", "G", "k") }},
	{"quiet-silences-none", func(s *console) {
		s.republish(func(snap *monitor.Snapshot) { snap.Silences, snap.Policy.Maintenance = nil, nil })
		s.press("M")
	}},
	{"silence-edit", func(s *console) { s.press("M", "e") }},
	{"silence-edit-more", func(s *console) { s.press("M", "e", "shift+tab", "shift+tab", "ctrl+u"); s.write("team=web") }},
	{"silence-end", func(s *console) { s.press("M", "A") }},
	{"silence-new", func(s *console) { s.press("M", "s"); s.write(`kind="ht`) }},
	{"silence-maintenance", func(s *console) {
		s.press("M", "s")
		s.write("name=m*")
		s.press("tab", "space", "tab", "tab", "right")
	}},
	{"silence-typed", func(s *console) {
		s.openSilence(s.targetNamed("docs"))
		s.write("rack 4")
		s.press("shift+tab")
		s.write("2026-04-13 09:00")
	}},
	{"silence-no-end", func(s *console) {
		s.openSilence(s.targetNamed("search-api"))
		s.write("rack 4")
		s.press("shift+tab")
		s.write("tomorr")
		s.press("enter")
	}},
	{"doctor", func(s *console) {
		s.opt.Environ = []string{"TERM=tmux-256color", "TMUX=/tmp/tmux-0/default,1,0", "LANG=C.UTF-8"}
		s.opt.Tmux = func(context.Context) map[string]string { return map[string]string{"set-clipboard": "external"} }
		s.press(":")
		s.write("doctor")
		s.press("enter")
	}},
	{"config-wrong", func(s *console) { s.wrongConfig() }},
	{"config-wrong-reload", func(s *console) { s.wrongConfig(); s.press("ctrl+r") }},
	{"config-waits", func(s *console) { s.waitingConfig(); s.press("ctrl+r") }},
	{"config-reload", func(s *console) { s.press("ctrl+r") }},
	{"resolve-bad", func(s *console) { s.openResolveAlert(s.selectNamed("search-api")) }},
	{"resolve-anyway", func(s *console) {
		s.openResolveAlert(s.selectNamed("search-api"))
		s.press("right", "right", "tab")
		s.write("switched off for good")
	}},
}

func (s *console) wrongConfig() {
	s.republish(func(snap *monitor.Snapshot) {
		snap.Config.Error, snap.Config.Problems = `config.toml:14:1: target.db.intervall: unknown key "intervall"; did you mean "interval"?`, 3
	})
}

func (s *console) waitingConfig() {
	s.republish(func(snap *monitor.Snapshot) {
		snap.Config.Removed = 12
		for i := range 12 {
			snap.Config.Waiting = append(snap.Config.Waiting, fmt.Sprintf("−db-%02d: removed", i))
		}
	})
}

// playQuiet brings a console to a sight on the quiet night.
func playQuiet(t *testing.T, sc sight) *console {
	t.Helper()
	s := newConsole(t, newQuietNight(t), 80, 24)
	sc.do(s)
	s.time, s.now = night, night
	return s
}

func TestQuietScreens(t *testing.T) {
	for _, sc := range quietSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playQuiet(t, sc)
				for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 20}} {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d", sc.name, size[0], size[1]), s.render())
				}
			})
		})
	}
}

// TestQuietScreensInRoles holds the roles of each cell, but of dialogs, which are
// laid over the others' cells.
func TestQuietScreensInRoles(t *testing.T) {
	for _, sc := range quietSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playQuiet(t, sc)
				s.theme = newTheme(Level256, false)
				golden(t, sc.name+"-80x24-roles", roles(t, s.theme, s.render()))
			})
		})
	}
}

// TestQuietScreensInASCII holds that nothing beyond ASCII is left, and that
// colour says nothing alone: the text is the same at all levels.
func TestQuietScreensInASCII(t *testing.T) {
	for _, sc := range quietSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playQuiet(t, sc)
				texts := map[string]bool{}
				for _, level := range []Level{LevelNone, Level16, Level256, LevelTrue} {
					s.theme = newTheme(level, false)
					texts[ansi.Strip(s.render())] = true
				}
				if len(texts) != 1 {
					t.Error("the text differs between levels of colour")
				}
				s.theme = newTheme(LevelNone, true)
				screen := s.render()
				golden(t, sc.name+"-80x24-ascii", screen)
				for i, r := range ansi.Strip(screen) {
					if r > 0x7e {
						t.Fatalf("%q at byte %d is not ASCII", r, i)
					}
				}
			})
		})
	}
}

func TestQuietScreensFitEverySize(t *testing.T) {
	for _, sc := range quietSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playQuiet(t, sc)
				for w := 1; w <= 130; w += 1 + w/8 {
					for h := 1; h <= 44; h += 1 + h/8 {
						s.resize(w, h)
						fits(t, s)
					}
				}
			})
		})
	}
}

// TestHostileTextFitsQuietScreens puts what tears other programs' tables wherever
// text from outside is shown.
func TestHostileTextFitsQuietScreens(t *testing.T) {
	k := 0
	next := func() string { k++; return hostile[k%len(hostile)] }
	for _, sc := range quietSights {
		synctest.Test(t, func(t *testing.T) {
			d := newQuietNight(t)
			for i := range d.snap.Silences {
				d.snap.Silences[i].Reason, d.snap.Silences[i].By = next(), next()
			}
			for i := range d.snap.Told {
				d.snap.Told[i].Err = next()
			}
			d.snap.Config.File = next()
			s := newConsole(t, d, 80, 24)
			sc.do(s)
			for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 20}, {30, 8}, {20, 5}, {1, 1}} {
				s.resize(size[0], size[1])
				fits(t, s)
			}
		})
	}
}
