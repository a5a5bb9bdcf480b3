package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/monitor"
	"sitrep/oncall"
)

// onCallBubble runs f on the on-call night, on the screen of it, on primary.
func onCallBubble(t *testing.T, f func(t *testing.T, s *console)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		s.press("4", "j")
		f(t, s)
	})
}

func TestOverrideIsAskedForAndThenSeen(t *testing.T) {
	onCallBubble(t, func(t *testing.T, s *console) {
		s.press("O", "ctrl+u")
		s.write("bo")
		s.press("tab", "tab", "tab")
		s.write("2h")
		if !s.seen("bo instead of ana") {
			t.Fatalf("what it comes to is not said:\n%s", s.render())
		}
		s.press("enter")
		wantAsked(t, s, monitor.TakeOver{Schedule: "primary", With: "bo", To: s.now.Add(2 * time.Hour)})
		s.setRoster(func(r *oncall.Roster) *oncall.Roster {
			next, _, err := r.Override(s.now, oncall.Override{Schedule: "primary", With: "bo", From: s.now, To: s.now.Add(2 * time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			return next
		})
		if row := s.scheduleRowNow(); row.name != "primary" || !row.has("bo") {
			t.Errorf("on call for %s: %v, want bo", row.name, row.now.On)
		}
	})
}

func TestPageAsksForTheWord(t *testing.T) {
	onCallBubble(t, func(t *testing.T, s *console) {
		s.press("P", "enter")
		wantAsked(t, s)
		s.write("page")
		s.press("enter")
		wantAsked(t, s, monitor.CallNext{Group: "pages"})
	})
}

func TestSwapIsAnswered(t *testing.T) {
	for keys, accept := range map[string]bool{"enter": true, "r": false} {
		onCallBubble(t, func(t *testing.T, s *console) {
			s.setRoster(func(r *oncall.Roster) *oncall.Roster { return withSwap(t, r) })
			s.press("1")
			if !s.seen("bo asks you to swap: R") || !s.seen("UNACKED") {
				t.Fatalf("the board does not say what is asked:\n%s", s.render())
			}
			s.press("R", keys)
			wantAsked(t, s, monitor.AnswerSwap{Swap: s.onCall.you.swaps[0].Swap, Accept: accept})
		})
	}
}

func TestHandOverIsAccepted(t *testing.T) {
	onCallBubble(t, func(t *testing.T, s *console) {
		s.republish(handedOver)
		s.press("R", "enter")
		wantAsked(t, s, monitor.AcceptHandover{Schedule: "primary"})
	})
}

func TestViewerChangesNothingOnCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnCallNight(t)
		d.actor.Role = monitor.View
		s := newConsole(t, d, 80, 24)
		for _, k := range []string{"O", "A", "X", "P", "R"} {
			s.press("4", "j", k)
			if s.dialog != nil || !strings.Contains(s.toast, "needs the role") {
				t.Errorf("%s: %q", k, s.toast)
			}
		}
		wantAsked(t, s)
	})
}

func TestComingMoment(t *testing.T) {
	onCallBubble(t, func(t *testing.T, s *console) { // ana's zone is an hour ahead of UTC
		for text, want := range map[string]string{
			"05:00": "2026-04-12 04:00", "03:24": "2026-04-13 02:24", "2h": "2026-04-12 05:47", "+90m": "2026-04-12 05:17",
			"-20m": "2026-04-12 03:27", "2026-12-24": "2026-12-24 00:00", "2026-07-01 09:00": "2026-07-01 08:00",
		} {
			got, err := s.comingMoment(text, s.now, s.onCallZone())
			if err != nil || got.UTC().Format("2006-01-02 15:04") != want {
				t.Errorf("%s: %v, %v, want %s", text, got, err, want)
			}
		}
	})
}
