package tui

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// slowly is a terminal on a slow link: each write takes a while.
type slowly struct {
	*recorder
	takes atomic.Int64 // nanoseconds
}

func (s *slowly) Write(p []byte) (int, error) {
	time.Sleep(time.Duration(s.takes.Load()))
	return s.recorder.Write(p)
}

// TestSlowLinkGetsFewerFrames drives a board of which every row changes every
// second over a slow link: it gets a frame a second, then one in five, and again
// four once the link is better.
func TestSlowLinkGetsFewerFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		f := newFeed(newNight(t))
		out := &slowly{recorder: &recorder{}}
		out.takes.Store(int64(200 * time.Millisecond))
		s := startSessionOn(t, f, Options{Title: "prod-eu"}, out, out.recorder, 80, 24)
		time.Sleep(5 * time.Second)
		writes := func(seconds int) int {
			before := s.out.count()
			for i := range seconds * 4 {
				time.Sleep(250 * time.Millisecond)
				f.publish(func(snap *monitor.Snapshot) { allRowsChange(snap, i) })
			}
			synctest.Wait()
			return s.out.count() - before
		}
		if n := writes(5); n > 6 {
			t.Errorf("%d frames in 5 s of a slow link, want one a second", n)
		}
		writes(10)
		s.out.taken()
		if n := writes(20); n > 5 {
			t.Errorf("%d frames in 20 s of a link that stays slow, want one in five", n)
		}
		out.takes.Store(0)
		writes(70)
		if n := writes(5); n < 18 || n > 21 {
			t.Errorf("%d frames in 5 s of a link that is fast again, want four a second", n)
		}
	})
}

// On a slow link a key is answered at once, with what is known then.
func TestSlowLinkAnswersKeysAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		s := newConsole(t, newNight(t), 80, 24)
		s.setPace(true)
		s.View()
		s.goOn(300 * time.Millisecond)
		before := s.View().Content
		s.goOn(300 * time.Millisecond)
		if s.View().Content != before {
			t.Error("data is drawn more often than once a second")
		}
		s.press("j")
		if s.View().Content == before {
			t.Error("a key is not answered at once")
		}
		if line, _, _ := strings.Cut(ansi.Strip(s.View().Content), "\n"); !strings.HasSuffix(line, "slow 03:47Z ana") {
			t.Errorf("line 1 is %q", line)
		}
		s.setPace(false)
		if got := s.View().Content; strings.Contains(got, "slow 03") {
			t.Error("the pace does not go back")
		}
	})
}

// TestFrameThatWaitsIsDrawn holds that data which came too soon is shown when its
// time comes, though nothing else comes.
func TestFrameThatWaitsIsDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.View()
		s.meanwhile()
		s.time = s.time.Add(10 * time.Millisecond)
		_, cmd := s.Update(snapMsg{snap: s.desk.snap})
		if strings.Contains(s.View().Content, "4 DOWN") {
			t.Fatal("it was drawn at once")
		}
		if cmd == nil || !s.pace.coming {
			t.Fatal("nothing will draw it")
		}
		s.time = s.time.Add(paceFull.every())
		s.Update(redrawMsg{})
		if !strings.Contains(s.View().Content, "4 DOWN") {
			t.Error("it is not drawn when its time comes")
		}
	})
}
