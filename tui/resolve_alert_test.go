package tui

import (
	"fmt"
	"testing"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// What is still bad is mostly not meant to be resolved: that is said first, and
// what is meant instead is one enter away.
func TestResolvingWhatIsStillBadIsExplained(t *testing.T) {
	for right, want := range []string{"*tui.ackDialog", "*tui.silenceDialog"} {
		quietBubble(t, func(t *testing.T, s *console) {
			s.openResolveAlert(s.selectNamed("search-api"))
			wantSeen(t, s, "still bad: 503, want 200", "acknowledge or silence?")
			for range right {
				s.press("right")
			}
			s.press("enter")
			wantAsked(t, s)
			if got := typeOf(s.dialog); got != want {
				t.Errorf("%d to the right and enter lead to %s, want %s", right, got, want)
			}
		})
	}
}

func TestResolvingAnyway(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.openResolveAlert(s.selectNamed("search-api"))
		s.press("right", "right", "enter")
		s.write("switched off")
		s.press("enter")
		wantAsked(t, s)
		s.write("resolve")
		s.press("enter")
		wantAsked(t, s, monitor.ResolveAlert{Alert: "a-search-api", Note: "switched off"})
	})
}

func TestResolvingWhatIsWell(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.alter(func(targets map[string]*monitor.TargetStatus) {
			targets["search-api"].Last.Status = checker.Up
			targets["search-api"].Alert.State = alert.Recovering
		})
		s.openResolveAlert(s.selectNamed("search-api"))
		if s.seen("still bad") {
			t.Error("a target that is well is said to be bad")
		}
		s.write("all good")
		s.press("tab")
		s.write("resolve")
		s.press("enter")
		wantAsked(t, s, monitor.ResolveAlert{Alert: "a-search-api", Note: "all good"})
	})
}

func typeOf(v any) string { return fmt.Sprintf("%T", v) }
