package tui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

func TestNoKeyTwiceOnAScreen(t *testing.T) {
	for id := range nScreens {
		seen := map[string]string{}
		for _, b := range bindings() {
			if !b.where.has(id) {
				continue
			}
			for _, k := range b.keys {
				if other := seen[k]; other != "" {
					t.Errorf("%s: %s is %q and %q", id, k, other, b.help)
				}
				seen[k] = b.help
			}
		}
	}
}

// TestNoHarmfulKeys holds keys free that other programs delete with, or that
// multiplexers take.
func TestNoHarmfulKeys(t *testing.T) {
	for _, b := range bindings() {
		for _, k := range []string{"d", "x", "ctrl+x", "delete", "ctrl+a", "ctrl+b", "ctrl+h"} {
			if b.has(k) {
				t.Errorf("%s is bound to %q", k, b.help)
			}
		}
	}
}

// TestEveryKeyDoesSomething presses each key of the table on each of its screens:
// something changes, or something is said.
func TestEveryKeyDoesSomething(t *testing.T) {
	open := map[screenID][]string{
		screenBoard: {"j"}, screenAlerts: {"2", "k"}, screenIncidents: {"3", "j"}, screenTarget: {"j", "enter", "h"},
		screenTimeline: {"3", "enter", "k"}, screenOnCall: {"4", "j"}, screenTold: {"j", "w"}, screenDeliveries: {"D", "j"}, screenSilences: {"M", "j"},
		screenHelp: {"?", "j"}, screenCompare: {":", "compare docs search-api", "enter"},
	}
	for id := range nScreens {
		for _, b := range bindings() {
			if !b.where.has(id) {
				continue
			}
			for _, k := range b.keys {
				if k == "ctrl+c" || k == "q" {
					continue
				}
				synctest.Test(t, func(t *testing.T) {
					s := newConsole(t, newOnCallNight(t), 80, 24)
					s.press(open[id]...)
					s.toast = ""
					before, asked := s.render(), len(s.desk.asked)
					if s.screen != id {
						t.Fatalf("%v leads to %s, not %s", open[id], s.screen, id)
					}
					s.press(k)
					s.time, s.now = night, night
					if s.screen == id && len(s.desk.asked) == asked && s.dialog == nil && !s.filter.typing() && s.render() == before && !atEdge[k] {
						t.Errorf("%s on %s (%s): nothing happens", k, id, b.help)
					}
				})
			}
		}
	}
}

// atEdge are keys that rightly do nothing where the test presses them.
var atEdge = map[string]bool{
	"g": true, "home": true, "G": true, "end": true, "k": true, "up": true, "j": true, "down": true, "pgup": true, "pgdown": true,
	"ctrl+u": true, "ctrl+d": true, "1": true, "2": true, "3": true, "4": true, "[": true, "]": true,
}

func TestViewerAsksForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newNight(t)
		d.actor.Role = monitor.View
		s := newConsole(t, d, 80, 24)
		for _, b := range bindings() {
			if b.needs == monitor.View {
				continue
			}
			for _, screen := range []string{"1", "2", "3", "4"} {
				s.press("esc", screen, b.keys[0])
				if b.where.has(s.screen) && !strings.Contains(s.toast, "needs the role") {
					t.Errorf("%s on %s says %q", b.keys[0], s.screen, s.toast)
				}
			}
		}
		if len(d.asked) > 0 || s.dialog != nil {
			t.Errorf("a viewer asked for %v, dialog %v", d.asked, s.dialog)
		}
	})
}

func TestKeyLineIsCutInWholeEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		for id := range nScreens {
			s.screen = id
			for w := 6; w <= 200; w++ {
				c := newCanvas(s.theme, w, 1)
				s.drawKeys(c)
				line := ansi.Strip(c.String())
				if !strings.HasSuffix(line, "? help") {
					t.Fatalf("%s at %d: %q does not end in help", id, w, line)
				}
				entries := strings.SplitSeq(strings.TrimSpace(line), "  ")
				for e := range entries {
					if e = strings.TrimSpace(e); !slices.ContainsFunc(bindings(), func(b binding) bool {
						return e == b.label()+" "+b.short || e == b.label()+" acknowledge"
					}) {
						t.Fatalf("%s at %d: %q is no whole entry of %q", id, w, e, line)
					}
				}
			}
		}
	})
}

func TestHelpNamesEveryKeyOfTheScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 60)
		for id := range nScreens {
			if id == screenHelp {
				continue
			}
			s.help.of, s.screen = id, screenHelp
			page := ansi.Strip(s.render())
			for _, b := range bindings() {
				if b.where.has(id) && !strings.Contains(page, b.label()) {
					t.Errorf("help of %s does not name %s", id, b.label())
				}
			}
		}
	})
}

// ctrl+z stops no screen: the process that it would stop is the one that probes,
// whoever's terminal it was pressed on.
func TestCtrlZStopsNothing(t *testing.T) {
	for standalone, way := range map[bool]string{true: "tmux", false: "q leaves"} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 80, 24)
			s.opt.Standalone = standalone
			if s.Model.press(tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}) != nil {
				t.Errorf("standalone %v: something comes of it", standalone)
			}
			if !strings.Contains(s.toast, "stop the probing") || !strings.Contains(s.toast, way) {
				t.Errorf("standalone %v: says %q", standalone, s.toast)
			}
		})
	}
}

// The help page goes by pages, and shows what one looks for until esc.
func TestHelpPagesAndFinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("?")
		first := s.render()
		s.press("pgdown")
		if s.help.scroll.at != s.helpRoom()-1 {
			t.Errorf("a page on is line %d of %d", s.help.scroll.at, s.helpRoom())
		}
		s.press("G", "j", "k")
		if top := max(len(s.helpLines(80))-s.helpRoom(), 0); s.help.scroll.at != top-1 {
			t.Errorf("one up from the end is line %d, want %d", s.help.scroll.at, top-1)
		}
		s.press("/")
		s.write("UNDO")
		wantSeen(t, s, "undo my last action")
		if got := s.render(); strings.Contains(got, "acknowledge ") {
			t.Errorf("more is shown than what was looked for:\n%s", got)
		}
		s.press("enter", "esc")
		if _, body, _ := strings.Cut(first, "\n"); !strings.HasSuffix(s.render(), body) {
			t.Errorf("esc does not show the page again:\n%s", s.render())
		}
		s.press("esc")
		if s.screen != screenBoard {
			t.Error("esc does not leave")
		}
	})
}
