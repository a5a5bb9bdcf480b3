package tui

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
	"sitrep/oncall"
)

// onCallSights are the screens and dialogs of who is on call.
var onCallSights = []struct {
	name string
	do   func(*testing.T, *console)
}{
	{"oncall-board", func(t *testing.T, s *console) {}},
	{"oncall", func(t *testing.T, s *console) { s.press("4") }},
	{"oncall-gap", func(t *testing.T, s *console) { s.press("4", "g") }},
	{"oncall-override", func(t *testing.T, s *console) { s.press("4", "j") }},
	{"oncall-plan", func(t *testing.T, s *console) {
		s.republish(func(snap *monitor.Snapshot) { snap.Escalations = nil })
		s.press("4", "j")
	}},
	{"oncall-asked", func(t *testing.T, s *console) {
		s.setRoster(func(r *oncall.Roster) *oncall.Roster { return withSwap(t, r) })
		s.press("4", "G")
	}},
	{"oncall-accept", func(t *testing.T, s *console) {
		s.republish(handedOver)
		s.press("4")
	}},
	{"oncall-spring", func(t *testing.T, s *console) { s.lookAt("2026-03-26 12:00"); s.press("4", "j") }},
	{"oncall-autumn", func(t *testing.T, s *console) { s.lookAt("2026-10-22 12:00"); s.press("4", "j") }},
	{"oncall-none", func(t *testing.T, s *console) {
		s.setRoster(func(*oncall.Roster) *oncall.Roster { return new(oncall.Roster) })
		s.press("4")
	}},
	{"oncall-take-over", func(t *testing.T, s *console) {
		s.press("4", "j", "O", "tab", "tab")
		s.write("2h")
		s.press("tab")
		s.write("2026-04-14 09:00")
	}},
	{"oncall-take-over-wrong", func(t *testing.T, s *console) { s.press("4", "j", "O", "ctrl+u"); s.write("nobody-known") }},
	{"oncall-withdraw", func(t *testing.T, s *console) { s.press("4", "j", "A") }},
	{"oncall-swap", func(t *testing.T, s *console) { s.press("4", "j", "X", "tab", "right") }},
	{"oncall-answer", func(t *testing.T, s *console) {
		s.setRoster(func(r *oncall.Roster) *oncall.Roster { return withSwap(t, r) })
		s.press("4", "R")
	}},
	{"oncall-page", func(t *testing.T, s *console) { s.press("4", "P") }},
	{"oncall-ack", func(t *testing.T, s *console) { s.openAck(s.selectOnCall().alerts) }},
	{"oncall-told", func(t *testing.T, s *console) { s.openTold(s.selectOnCall()) }},
	{"oncall-target", func(t *testing.T, s *console) { s.openTarget(s.selectOnCall().target) }},
}

// lookAt moves the clock, in a fleet that nothing happens in.
func (s *console) lookAt(date string) {
	s.time = wall(date)
	s.now = s.time
	s.republish(func(snap *monitor.Snapshot) {
		snap.At, snap.Escalations, snap.Told = s.time, nil, nil
		snap.Roster, _ = oncall.NewRoster(s.time, nightOperators(), []oncall.Schedule{nightSchedules()[2], {
			Name: "primary", Zone: zoneOf("Europe/Berlin"), Layers: []oncall.Layer{
				{Name: "daily", Operators: []string{"ana", "bo"}, Every: 1, Unit: oncall.Day, From: wall("2026-01-05 09:00")},
			},
		}}, oncall.Saved{})
	})
}

// playOnCall brings a console to a sight of the on-call night.
func playOnCall(t *testing.T, do func(*testing.T, *console)) *console {
	t.Helper()
	s := newConsole(t, newOnCallNight(t), 80, 24)
	do(t, s)
	if s.now.Sub(night).Abs() < time.Minute { // what keys take is no part of the picture
		s.time, s.now = night, night
	}
	s.toast = ""
	return s
}

func TestOnCallScreens(t *testing.T) {
	for _, sc := range onCallSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playOnCall(t, sc.do)
				for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 20}, {40, 12}} {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d", sc.name, size[0], size[1]), s.render())
				}
			})
		})
	}
}

func TestOnCallScreensInRoles(t *testing.T) {
	for _, sc := range onCallSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playOnCall(t, sc.do)
				s.theme = newTheme(Level256, false)
				for _, size := range [][2]int{{80, 24}, {120, 40}} {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d-roles", sc.name, size[0], size[1]), roles(t, s.theme, s.render()))
				}
			})
		})
	}
}

// TestOnCallScreensInASCII holds that nothing beyond ASCII is left, and that the
// text is the same at all levels of colour.
func TestOnCallScreensInASCII(t *testing.T) {
	for _, sc := range onCallSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playOnCall(t, sc.do)
				texts := map[string]bool{}
				for _, level := range []Level{LevelNone, Level16, Level256, LevelTrue} {
					s.theme = newTheme(level, false)
					texts[ansi.Strip(s.render())] = true
				}
				if len(texts) != 1 {
					t.Error("the text differs between levels of colour")
				}
				s.theme = newTheme(LevelNone, true)
				s.onCall.escalation = escalationLines{}
				s.told.lines = nil
				for i, r := range ansi.Strip(s.render()) {
					if r > 0x7e {
						t.Fatalf("%q at byte %d is not ASCII", r, i)
					}
				}
			})
		})
	}
}

func TestOnCallScreensFitEverySize(t *testing.T) {
	for _, sc := range onCallSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playOnCall(t, sc.do)
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

// TestHostileNamesFitTheOnCallScreen names everybody and everything what tears
// other programs' tables.
func TestHostileNamesFitTheOnCallScreen(t *testing.T) {
	for _, name := range hostile {
		synctest.Test(t, func(t *testing.T) {
			d := newOnCallNight(t)
			operators, schedules := nightOperators(), nightSchedules()
			operators = append(operators, oncall.Operator{Name: name, Contact: []string{name}})
			for i := range schedules {
				schedules[i].Layers[0].Name, schedules[i].Layers[0].Operators = name, []string{name, "ana"}
			}
			schedules[3].Name = name
			d.snap.Roster, _ = oncall.NewRoster(night, operators, schedules, oncall.Saved{})
			d.snap.Escalations[0].Called = []string{name}
			d.snap.Policy.Escalations[0].LastResort = name
			s := newConsole(t, d, 80, 24)
			for _, keys := range [][]string{{"4"}, {"O"}, {"esc", "P"}} {
				s.press(keys...)
				for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 20}, {30, 8}, {20, 5}, {1, 1}} {
					s.resize(size[0], size[1])
					fits(t, s)
				}
			}
		})
	}
}
