package tui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sitrep/checker"
	"sitrep/monitor"
	"sitrep/store"
)

// pastScenes are the screens that show more than a snapshot keeps.
var pastScenes = []sight{
	{"target-zoom", func(s *console) { s.press("enter", "-", "-") }},
	{"target-zoom-days", func(s *console) { s.press("enter", "-", "-", "-", "-", "-", "v") }},
	{"target-walked", func(s *console) {
		s.press("enter", "-", "-", "-")
		for range 64 {
			s.press("h")
		}
		s.time, s.now = night, night
	}},
	{"target-unread", func(s *console) { s.desk.archive.fails = true; s.press("enter", "-", "-") }},
	{"board-zoom", func(s *console) { s.press("-", "-") }},
	{"compare", func(s *console) { s.press(":", "compare docs search-api", "enter") }},
	{"compare-many", func(s *console) {
		s.press(":", "compare docs search-api recommend-api ingest-worker weaviate-eu1 payments", "enter", "-", "-", "h", "h")
	}},
}

func TestPastScreens(t *testing.T) {
	for _, sc := range pastScenes {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(t, sc)
				for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 20}} {
					s.resize(size[0], size[1])
					s.run(s.askPast())
					golden(t, fmt.Sprintf("%s-%dx%d", sc.name, size[0], size[1]), s.render())
				}
			})
		})
	}
}

// TestZoomIsThereAndBack: each step out has its step back in, on the board and the
// chart alike, and at both ends it says so.
func TestZoomIsThereAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("enter")
		usual, seen := s.shownStep(), []time.Duration{s.shownStep()}
		for s.toast == "" {
			s.press("-")
			if s.toast == "" {
				seen = append(seen, s.shownStep())
			}
		}
		if last := seen[len(seen)-1]; last != 24*time.Hour {
			t.Errorf("the widest column is %v", last)
		}
		for i := len(seen) - 2; i >= 0; i-- {
			s.toast = ""
			if s.press("+"); s.shownStep() != seen[i] {
				t.Errorf("back in: %v, want %v", s.shownStep(), seen[i])
			}
		}
		if s.axes.step != 0 || s.shownStep() != usual {
			t.Errorf("after all the way back a column is %v, not the usual %v", s.shownStep(), usual)
		}
		s.press("-", "1")
		if got, want := s.shownStep(), s.boardAxis(20).step; got != want || got == usual {
			t.Errorf("the board's column is %v, the one zoomed to %v", got, want)
		}
	})
}

// TestNothingIsAskedForWhatASnapshotHolds: a screen that nobody zooms or walks asks
// the store for no buckets.
func TestNothingIsAskedForWhatASnapshotHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		s.press("j", "k", "enter", "h", "h", "l", "esc", "esc")
		if len(s.desk.archive.asked) > 0 {
			t.Errorf("asked for %v", s.desk.archive.asked)
		}
	})
}

// TestOnlyVisibleRowsAreAskedFor holds zooming on the board to what is on the
// screen.
func TestOnlyVisibleRowsAreAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press(":", "zoom 5m", "enter")
		shown := s.shownNames()
		if asked := s.desk.archive.asked; len(asked) != len(shown) {
			t.Errorf("asked for %v, shown are %v", asked, shown)
		}
		s.desk.archive.asked = nil
		s.press("j", "k")
		if asked := s.desk.archive.asked; len(asked) > 0 {
			t.Errorf("moving among them asked for %v", asked)
		}
	})
}

// TestStaleAnswerIsDropped: what comes for a scale that is not shown any more
// changes nothing.
func TestStaleAnswerIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("enter")
		_, late := s.Update(keysOf("-")[0])
		s.press("-")
		before := len(s.past.of)
		s.run(late)
		if len(s.past.of) != before || s.pastOf("search-api", 5*time.Minute) != nil {
			t.Error("the answer to the scale before was taken in")
		}
		if s.pastOf("search-api", 15*time.Minute) == nil {
			t.Error("the answer to the scale that is shown was not")
		}
	})
}

// TestUnreadHistoryIsSaidAndAskedForAgain: what cannot be read is no gap, and is
// tried again, not at once.
func TestUnreadHistoryIsSaidAndAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.desk.archive.fails = true
		s.press("enter", "-")
		if text := ansi.Strip(s.render()); !strings.Contains(text, "history cannot be read") {
			t.Errorf("nothing is said:\n%s", text)
		}
		asked := len(s.desk.archive.asked)
		s.press("j", "k")
		if len(s.desk.archive.asked) != asked {
			t.Error("asked again at once")
		}
		s.desk.archive.fails = false
		s.time = s.time.Add(pastRetry)
		s.press("j")
		if text := ansi.Strip(s.render()); strings.Contains(text, "history cannot be read") {
			t.Errorf("said though it was read since:\n%s", text)
		}
	})
}

// TestWalkGoesBackAndComesBack: the axis moves on under the cursor into the past
// and back to now, a column a key.
func TestWalkGoesBackAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("enter")
		search := s.targetNamed("search-api")
		newest := s.targetAxis(search)
		const far = 200
		for i := range far {
			s.walkOn(s.targetAxis(search), -1)
			if want := newest.end - int64(i+1)*newest.step.Milliseconds(); s.axes.cross != want {
				t.Fatalf("step %d looks at %d, want %d", i+1, s.axes.cross, want)
			}
			if a := s.targetAxis(search); a.cross(s.axes.cross) < 0 {
				t.Fatalf("step %d is on no column", i+1)
			}
		}
		for range far {
			s.walkOn(s.targetAxis(search), 1)
		}
		if s.axes.cross != 0 || s.axes.until != 0 {
			t.Errorf("all the way back looks at %d, until %d", s.axes.cross, s.axes.until)
		}
	})
}

// TestZoomKeepsTheColumnInSight: what one looks at is still on the axis after it.
func TestZoomKeepsTheColumnInSight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("enter")
		for range 90 {
			s.press("h")
		}
		for _, k := range []string{"-", "-", "+", "+", "+", "+", "-"} {
			at := s.axes.cross
			s.press(k)
			if a := s.targetAxis(s.targetNamed("search-api")); s.axes.cross != at || a.cross(at) < 0 {
				t.Fatalf("after %s the column is not in sight", k)
			}
		}
	})
}

// TestGapStaysAGap: in the two hours in which nothing was measured nothing is
// drawn, whatever the scale.
func TestGapStaysAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		search := s.targetNamed("search-api")
		for _, step := range []time.Duration{time.Minute, 15 * time.Minute, time.Hour} {
			a := axis{step: step, n: 12, end: time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC).Add(2 * step).UnixMilli()}
			old := &past{from: a.time(0), to: a.time(12)}
			old.buckets, _ = s.desk.Buckets(t.Context(), "search-api", old.from, old.to, step)
			ch := chartOf(search, a, old)
			for i, shown := range ch.shown {
				at := a.time(i)
				if measured := at.Hour() < 2 || at.Hour() > 3; (shown >= 0) != measured {
					t.Errorf("a column of %v at %v: shown %d", step, at, shown)
				}
			}
		}
	})
}

// TestPastAndPresentMeet: where the store's answer ends and the snapshot goes on,
// each result counts once.
func TestPastAndPresentMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		docs := *s.targetNamed("docs")
		a := axisAt(night, time.Hour, 3)
		old := &past{from: a.time(0), to: night.Truncate(time.Minute).Add(-30 * time.Minute)}
		old.buckets, _ = s.desk.Buckets(t.Context(), "docs", old.from, old.to, a.step)
		ch := chartOf(&docs, a, old)
		perMinute := int(time.Minute / docs.Target.Interval)
		for i, minutes := range []int{60, 60, 48} { // 03:47 is under way
			if got, want := ch.slots[i].total(), minutes*perMinute; got != want {
				t.Errorf("column %d holds %d results, want %d", i, got, want)
			}
		}
	})
}

// TestElsewhereTellsWhatElseWasWrong holds the other targets that had trouble at
// the moment one looks at.
func TestElsewhereTellsWhatElseWasWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		search := s.targetNamed("search-api")
		near := s.elsewhereOf(search, s.targetAxis(search))
		var names []string
		for _, o := range near.seen {
			names = append(names, o.target)
		}
		if got := strings.Join(names, " "); got != "weaviate-eu1 recommend-api reports" {
			t.Errorf("when it began: %s", got)
		}
		s.axes.cross = at("02:30:00").UnixMilli()
		if near = s.elsewhereOf(search, s.targetAxis(search)); len(near.seen) > 0 {
			t.Errorf("in a calm minute: %+v", near.seen)
		}
		docs := s.targetNamed("docs")
		s.axes.cross = 0
		if near = s.elsewhereOf(docs, s.targetAxis(docs)); near != nil {
			t.Errorf("of a target that is well: %+v", near)
		}
	})
}

// TestElsewhereIsNotWorkedOutForEachFrame: a frame after the other asks nothing
// of the targets.
func TestElsewhereIsNotWorkedOutForEachFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		s.press("enter")
		s.render()
		found := s.target.elsewhere.found
		s.republish(func(snap *monitor.Snapshot) {})
		s.render()
		if found == nil || s.target.elsewhere.found != found {
			t.Error("a picture in which nothing moved was searched again")
		}
	})
}

// TestSharesNeverLookWhole holds how shares are written.
func TestSharesNeverLookWhole(t *testing.T) {
	for _, c := range []struct {
		share float64
		want  string
	}{{1, "100%"}, {0.99999, "99.99%"}, {0.9994, "99.94%"}, {0.987, "98.7%"}, {0.689, "68.9%"}, {0, "0.0%"}} {
		if got := percentWords(c.share); got != c.want {
			t.Errorf("%v is %s, want %s", c.share, got, c.want)
		}
	}
}

// TestZoomWithoutAnAxisIsRefused: a board whose columns have no sparkline says that
// there is nothing to zoom.
func TestZoomWithoutAnAxisIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("v")
		for _, k := range []string{"+", "-"} {
			s.press(k)
			if s.toast == "" || !s.toastBad || s.axes.step != 0 {
				t.Errorf("%s: said %q, a column is %v", k, s.toast, s.axes.step)
			}
		}
		if line := s.stateBoard(); strings.Contains(line, "1 col") {
			t.Errorf("the last line but one says %q", line)
		}
	})
}

// TestYoungTargetSaysSo: what is known of five minutes is not told as of a month.
func TestYoungTargetSaysSo(t *testing.T) {
	s := newConsole(t, newNight(t), 80, 24)
	young := &monitor.TargetStatus{Target: &checker.Target{Name: "young", Interval: 10 * time.Second}}
	u := &s.Model.target.uptime
	u.came = true
	for i := range u.sums {
		u.sums[i] = store.Sum{Passed: 30}
	}
	if got, want := s.uptimeWords(young), "1h 100% of 5m   24h 100% of 5m   7d 100% of 5m   30d 100% of 5m"; got != want {
		t.Errorf("five minutes old: %q, want %q", got, want)
	}
	for i, w := range uptimeWindows {
		u.sums[i] = store.Sum{Passed: uint64(w.long / (10 * time.Second))}
	}
	if got, want := s.uptimeWords(young), "1h 100%   24h 100%   7d 100%   30d 100%"; got != want {
		t.Errorf("a month old: %q, want %q", got, want)
	}
	clear(u.sums[:])
	if got, want := s.uptimeWords(young), "1h -   24h -   7d -   30d -"; got != want {
		t.Errorf("never probed: %q, want %q", got, want)
	}
}
