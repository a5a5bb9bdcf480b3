package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// fits fails unless the screen has at most as many lines and columns as it was
// given, and still says how many alerts nobody has acknowledged.
func fits(t interface{ Fatalf(string, ...any) }, s *console) {
	screen := s.render()
	lines := strings.Split(screen, "\n")
	if len(lines) > max(s.h, 1) {
		t.Fatalf("%d lines at %dx%d:\n%s", len(lines), s.w, s.h, ansi.Strip(screen))
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n > s.w {
			t.Fatalf("line %d is %d cells at %dx%d:\n%s", i, n, s.w, s.h, ansi.Strip(screen))
		}
	}
	if n := s.unacked(); n > 0 && s.w >= 12 && s.h >= 1 && !strings.Contains(ansi.Strip(screen), "UNACKED") {
		t.Fatalf("%d unacked are not on the screen at %dx%d:\n%s", n, s.w, s.h, ansi.Strip(screen))
	}
}

func TestIncidentScreensFitEverySize(t *testing.T) {
	for _, scene := range incidentScenes {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newDesk(t), 80, 24)
			scene.do(s)
			for w := 1; w <= 130; w += 1 + w/6 {
				for h := 1; h <= 44; h += 1 + h/8 {
					s.Update(tea.WindowSizeMsg{Width: w, Height: h})
					fits(t, s)
				}
			}
		})
	}
}
