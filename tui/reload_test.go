package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// screenLines are the lines of the screen as text.
func screenLines(s *console) []string { return strings.Split(ansi.Strip(s.render()), "\n") }

// contains tells whether a line has all of some texts in it.
func contains(line string, texts ...string) bool {
	for _, text := range texts {
		if !strings.Contains(line, text) {
			return false
		}
	}
	return true
}

// What is wrong with the configuration is to be seen from every screen, by place.
func TestConfigTroubleIsOnEveryScreen(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.wrongConfig()
		for id := range nScreens {
			s.screen = id
			for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 12}, {80, 8}} {
				s.resize(size[0], size[1])
				if !s.seen("config.toml:14:1") {
					t.Errorf("not on %s at %v:\n%s", id, size, ansi.Strip(s.render()))
				}
			}
		}
		s.republish(func(snap *monitor.Snapshot) { snap.Config.Error = "" })
		if s.seen("CONFIG") {
			t.Error("it stays though the configuration is right again")
		}
	})
}

func TestReloadShowsWhatCameOfIt(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("ctrl+r", "ctrl+r")
		wantAsked(t, s)
		s.press("enter")
		wantAsked(t, s, monitor.Reload{})
		wantSeen(t, s, "being read")
		s.republish(func(snap *monitor.Snapshot) { snap.Config.Checked = s.time })
		if s.dialog != nil || !strings.Contains(s.toast, "nothing has changed") {
			t.Errorf("after a file that is the same: dialog %v, said %q", s.dialog, s.toast)
		}
		s.press("ctrl+r", "enter")
		s.republish(func(snap *monitor.Snapshot) {
			snap.Config.Checked, snap.Config.Error, snap.Config.Problems = s.time, "config.toml:3:1: no", 1
		})
		wantSeen(t, s, "nothing of it is applied")
		s.press("enter")
		s.republish(func(snap *monitor.Snapshot) {
			snap.Config = monitor.Config{File: "config.toml", Loaded: s.time, Checked: s.time}
		})
		if s.dialog != nil || !strings.Contains(s.toast, "holds since") {
			t.Errorf("after one that was applied: dialog %v, said %q", s.dialog, s.toast)
		}
	})
}

// What would go is counted where it is to be seen first.
func TestWaitingSaysHowManyTargetsWouldGo(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.republish(func(snap *monitor.Snapshot) {
			snap.Config.Waiting, snap.Config.Removed = []string{"batch, gate, late and 17 more: removed"}, 20
		})
		for _, size := range [][2]int{{80, 24}, {60, 20}} {
			s.resize(size[0], size[1])
			wantSeen(t, s, " CONFIG WAITS  20 of 35 targets would be removed")
		}
		s.resize(80, 24)
		s.press("ctrl+r")
		wantSeen(t, s, "1 change to confirm: 20 of 35 targets would be removed")
		s.press("esc")
		s.republish(func(snap *monitor.Snapshot) { snap.Config.Removed = 0 })
		wantSeen(t, s, "1 change to confirm: batch, gate")
	})
}

func TestWaitingChangesAreConfirmedByTheWord(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.waitingConfig()
		s.press("ctrl+r", "enter", "enter")
		s.paste("apply")
		s.press("enter")
		wantAsked(t, s)
		s.press("down", "down")
		wantSeen(t, s, "3 to 10 of 12")
		s.write("apply")
		s.press("enter")
		wantAsked(t, s, monitor.Reload{Confirmed: true})
	})
}

// A viewer looks at all of it and asks for nothing.
func TestViewerLooksAtDeliveriesAndSilences(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.desk.actor.Role = monitor.View
		s.press("D", "r", "M", "s", "e", "A", "enter", "ctrl+r", "1", "p", "w", "p")
		wantAsked(t, s)
		if s.dialog != nil {
			t.Errorf("a viewer has %T open", s.dialog)
		}
	})
}
