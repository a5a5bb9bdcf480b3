package tui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/x/ansi"
)

// wideSights are the lists of a wide screen, with what stands beside them.
var wideSights = []sight{
	{"wide-board", func(s *console) {}},
	{"wide-board-ok", func(s *console) { s.press("G") }},
	{"wide-board-pane", func(s *console) { s.press("tab", "g") }},
	{"wide-alerts", func(s *console) { s.press("2") }},
	{"wide-incidents", func(s *console) { s.press("3") }},
	{"wide-back", func(s *console) { s.goAway(); s.press("k") }},
	{"wide-frozen", func(s *console) { s.press("f"); s.goAway() }},
	{"wide-board-calm", func(s *console) { s.desk.calm(); s.take(s.desk.snap) }},
}

func TestWideScreens(t *testing.T) {
	for _, sc := range wideSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newConsole(t, newNight(t), 160, 50)
				sc.do(s)
				for _, size := range [][2]int{{160, 50}, {200, 50}} {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d", sc.name, size[0], size[1]), s.render())
				}
				for w := 155; w < 320; w += 5 {
					for h := 1; h < 80; h += 3 {
						s.resize(w, h)
						fits(t, s)
					}
				}
			})
		})
	}
}

// The keys that move move in the pane after tab, and in the list again after tab
// or esc; what acts acts on the row all the time.
func TestTabGoesToThePaneAndBack(t *testing.T) {
	for _, back := range []string{"tab", "esc"} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 200, 40)
			first := s.render()
			s.press("tab", "k", "k", "k")
			if s.board.at != 0 || s.pane.back != 3 || s.render() == first {
				t.Errorf("in the pane k moves the list to %d, the pane by %d", s.board.at, s.pane.back)
			}
			s.press(back, "j")
			if s.board.at != 1 {
				t.Errorf("after %s j moves to row %d", back, s.board.at)
			}
		})
	}
}

// On a screen without a pane, tab says from when on there is one.
func TestTabSaysWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 120, 40)
		s.press("tab", "j")
		if s.board.at != 1 {
			t.Error("tab took the keys of the list")
		}
		s.press("tab")
		if !strings.Contains(ansi.Strip(s.render()), "from 160 columns on") {
			t.Errorf("tab says %q", s.toast)
		}
		s.resize(200, 40)
		s.press("tab")
		s.resize(120, 40)
		s.press("j")
		if s.board.at != 2 {
			t.Error("the keys stay in a pane that is gone")
		}
	})
}
