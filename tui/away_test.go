package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// goOn lets time pass, with a monitor that goes on, and returns what a tick then
// asks for.
func (s *console) goOn(d time.Duration) tea.Cmd {
	s.time = s.time.Add(d)
	s.republish(func(snap *monitor.Snapshot) { snap.At = s.time })
	_, cmd := s.Update(tickMsg{})
	return cmd
}

// meanwhile is what happens while nobody looks: a target falls, its owner is
// told, and bo acknowledges another one.
func (s *console) meanwhile() {
	now := s.time
	events := s.desk.snap.Events()
	events = events[:len(events):len(events)]
	for _, e := range []monitor.Event{
		{Kind: "fired", Status: checker.Down, Target: "payments", Alert: "a-payments-2", Text: "critical: 502, want 200"},
		{Kind: "paged", Status: checker.Up, Target: "payments", Alert: "a-payments-2", Receiver: "pagerduty", Text: "pagerduty: first, accepted in 0.9s"},
		{Kind: "ack", Target: "ingest-worker", Alert: "a-ingest-worker", By: "bo", Text: "on it"},
		{Kind: "note", Target: "search-api", By: "ana", Text: "my own"},
	} {
		e.Seq, e.At = uint64(len(events)+1), now
		events = append(events, e)
	}
	var targets []*monitor.TargetStatus
	for _, t := range s.desk.snap.Targets() {
		c := *t
		switch t.Target.Name {
		case "payments":
			c.Believed, c.Since, c.InRow = checker.Down, now, 2
			c.Last.Status, c.Last.Code, c.Last.At = checker.Down, 502, now
			c.Last.Findings = []checker.Finding{{What: "status", Status: checker.Down, Text: "502, want 200"}}
			c.Alert = &alert.Alert{ID: "a-payments-2", Target: "payments", State: alert.Firing, Severity: alert.Critical, Started: now, Detected: now, Findings: c.Last.Findings}
		case "ingest-worker":
			a := *t.Alert
			a.Ack = &alert.Ack{By: "bo", At: now, Note: "on it"}
			c.Alert = &a
		}
		targets = append(targets, &c)
	}
	s.desk.show(s.desk.snap.Order+1, targets, events)
	s.desk.snap.At = now
}

// awayScenes are what one sees who comes back, or reads a picture that is held.
var awayScenes = []sight{
	{"back", func(s *console) { s.goAway(); s.Update(tea.FocusMsg{}) }},
	{"back-changed", func(s *console) { s.goAway(); s.Update(tea.FocusMsg{}); s.press("c") }},
	{"back-target", func(s *console) { s.goAway(); s.press("enter") }},
	{"frozen", func(s *console) { s.press("j", "f"); s.time = s.time.Add(4 * time.Minute); s.meanwhile(); s.goOn(0) }},
	{"frozen-ack", func(s *console) {
		s.press("f")
		s.time = s.time.Add(4 * time.Minute)
		s.meanwhile()
		s.goOn(0)
		s.press("a")
	}},
	{"thawed", func(s *console) {
		s.press("f")
		s.time = s.time.Add(4 * time.Minute)
		s.meanwhile()
		s.goOn(0)
		s.press("f")
	}},
}

// goAway has the terminal lose the focus, and things happen.
func (s *console) goAway() {
	s.Update(tea.BlurMsg{})
	s.time = s.time.Add(4 * time.Minute)
	s.meanwhile()
	s.goOn(0)
}

func TestAwayScreens(t *testing.T) {
	for _, sc := range awayScenes {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(t, sc)
				for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 20}} {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d", sc.name, size[0], size[1]), s.render())
				}
				everySize(t, s)
			})
		})
	}
}

// body returns what stands between the first lines and the last ones.
func (s *console) body() string {
	lines := strings.Split(ansi.Strip(s.render()), "\n")
	return strings.Join(lines[s.topLines():len(lines)-s.footLines()], "\n")
}

// A picture that is held shows the same bytes, whatever comes and however long it
// takes, on every screen; the first lines go on, and thawed it shows what came.
func TestFrozenPictureHoldsStill(t *testing.T) {
	for _, keys := range [][]string{nil, {"j", "j", "enter"}, {"2"}, {"3"}, {"3", "enter"}, {"4"}, {"M"}, {"D"}, {"/", "api", "enter"}} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 100, 30)
			s.press(keys...)
			s.press("f")
			held, head := s.body(), s.headLines()
			s.goOn(time.Minute)
			s.meanwhile()
			for range 4 {
				s.goOn(time.Minute)
			}
			if got := s.body(); got != held {
				t.Errorf("after %q the held picture moved:\n%s\nand was:\n%s", keys, got, held)
			}
			if got := s.headLines(); got == head || !strings.Contains(got, "FROZEN 03:47:1") || !strings.Contains(got, "4 events behind") {
				t.Errorf("after %q the first lines are\n%s", keys, got)
			}
			s.press("f")
			if s.frozen() {
				t.Errorf("after %q: f does not thaw", keys)
			}
		})
	}
}

func (s *console) headLines() string {
	return strings.Join(strings.SplitN(ansi.Strip(s.render()), "\n", 3)[:2], "\n")
}

// What is done on a picture that is held is about how things are now.
func TestFrozenActsOnTheLiveAlert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 100, 30)
		for s.board.cursor != "ingest-worker" {
			s.press("j")
		}
		s.press("f")
		s.meanwhile()
		s.goOn(time.Minute)
		s.press("a")
		if s.dialog != nil || !strings.Contains(s.toast, "bo acknowledged it") {
			t.Errorf("a on what bo has by now says %q", s.toast)
		}
		s.press("esc")
		if s.frozen() {
			t.Error("esc does not thaw")
		}
	})
}

// The ends of a freeze: esc goes out of it before the screen, and a filter first.
func TestEscLeavesTheFreezeBeforeTheScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 100, 30)
		s.press("enter", "f", "esc")
		if s.frozen() || s.screen != screenTarget {
			t.Errorf("esc: frozen %v, on %v", s.frozen(), s.screen)
		}
		s.press("esc", "/", "api", "enter", "f", "esc")
		if !s.frozen() || s.filter.active() {
			t.Errorf("esc with a filter: frozen %v, filter %v", s.frozen(), s.filter.active())
		}
	})
}

// plussed returns the rows that are marked as changed.
func (s *console) plussed() (names []string) {
	for line := range strings.Lines(s.body()) {
		if name, is := strings.CutPrefix(line, "+"); is {
			names = append(names, strings.Fields(string([]rune(name)[10:]))[0])
		}
	}
	return names
}

// Whoever looked away is told what others did and what happened, and not their own
// deeds, until they say that they saw it or half a minute passed.
func TestLookingAway(t *testing.T) {
	for _, c := range []struct {
		name  string
		leave func(s *console)
		back  func(s *console)
	}{
		{"focus", func(s *console) { s.Update(tea.BlurMsg{}) }, func(s *console) { s.Update(tea.FocusMsg{}) }},
		{"idle", func(s *console) { s.goOn(3 * time.Minute) }, func(s *console) { s.press("k") }},
		{"focus that a key tells of", func(s *console) { s.Update(tea.BlurMsg{}) }, func(s *console) { s.press("k") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newConsole(t, newNight(t), 120, 40)
				c.leave(s)
				s.meanwhile()
				s.goOn(time.Second)
				c.back(s)
				want := []string{"payments", "ingest-worker"}
				if got := s.plussed(); !slices.Equal(got, want) {
					t.Errorf("marked are %v, want %v", got, want)
				}
				screen := ansi.Strip(s.render())
				if !strings.Contains(screen, "1 fired, 1 paged, bo acked ingest-worker") || strings.Contains(screen, "ana wrote") {
					t.Errorf("the screen says\n%s", screen)
				}
				s.press("c")
				if got := len(s.board.rows); got != 2 {
					t.Errorf("c shows %d rows, want the 2 that changed", got)
				}
				s.goOn(time.Minute) // what one asks for does not go away under one's eyes
				if got := len(s.plussed()); got == 0 {
					t.Error("c shows rows that are not marked any more")
				}
				s.press("c")
				if got := s.plussed(); len(got) > 0 || s.filter.active() {
					t.Errorf("c again leaves %v marked, filter %v", got, s.filter.active())
				}
			})
		})
	}
}

func TestChangesAreSeenAfterHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		s.goAway()
		s.Update(tea.FocusMsg{})
		s.goOn(seenAfter - time.Second)
		if len(s.plussed()) == 0 {
			t.Error("the marks went too early")
		}
		s.goOn(time.Second)
		if got := s.plussed(); len(got) > 0 {
			t.Errorf("still marked: %v", got)
		}
	})
}

// Nothing is said of a time in which nothing happened.
func TestLookingAwayFromNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.Update(tea.BlurMsg{})
		s.goOn(time.Minute)
		s.Update(tea.FocusMsg{})
		if s.away.since != nil || strings.Contains(s.render(), "since") && strings.Contains(s.render(), "shows them") {
			t.Error("it tells of nothing")
		}
		s.press("c")
		if !strings.Contains(s.toast, "all is seen") {
			t.Errorf("c says %q", s.toast)
		}
	})
}

// However low or narrow the screen is, it says that it is frozen, and the count of
// what nobody acknowledged keeps its place.
func TestFrozenIsSaidAtEverySize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("f")
		for _, size := range [][2]int{{24, 1}, {24, 3}, {30, 6}, {40, 12}, {80, 24}, {200, 60}} {
			s.resize(size[0], size[1])
			if screen := ansi.Strip(s.render()); !strings.Contains(screen, "FROZEN") || !strings.Contains(screen, "3 UNACKED") {
				t.Errorf("at %dx%d:\n%s", size[0], size[1], screen)
			}
		}
	})
}
