package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/x/ansi"
)

func TestWhatIsSaidToAKeyGoesWithTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("x")
		if !strings.Contains(s.lastLine(), "nothing is on x") {
			t.Errorf("x is answered by %q", s.lastLine())
		}
		s.press("j")
		if got := s.lastLine(); !strings.Contains(got, "open") {
			t.Errorf("after j the last line is %q, want the keys", got)
		}
		s.say("bo is down")
		s.press("j")
		if got := s.lastLine(); !strings.Contains(got, "bo is down") {
			t.Errorf("after j the last line is %q, want what no key had asked for", got)
		}
	})
}

func TestTheKeyLineNamesNoKeyThatADialogTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("a")
		if got := s.lastLine(); !strings.Contains(got, "esc closes it") || strings.Contains(got, "silence") {
			t.Errorf("below a dialog the last line is %q", got)
		}
		s.press("esc")
		if got := s.lastLine(); !strings.Contains(got, "silence") {
			t.Errorf("without a dialog the last line is %q, want the keys", got)
		}
	})
}

func TestTheTabLineNamesTheOrderAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("o")
		lines := strings.Split(s.View().Content, "\n")
		if got := lines[len(lines)-2]; !strings.Contains(got, s.board.by.String()) {
			t.Errorf("the tab line is %q, want %q in it", got, s.board.by)
		}
	})
}

// lastLine is the last line of the screen.
func (s *console) lastLine() string {
	content := s.View().Content
	return content[strings.LastIndexByte(content, '\n')+1:]
}

// A message that is too long for one line has both of the foot, and none of it is
// cut.
func TestLongMessageTakesBothLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 60, 20)
		s.press("W")
		lines := strings.Split(ansi.Strip(s.render()), "\n")
		got := strings.TrimSpace(lines[18]) + " " + strings.TrimSpace(lines[19])
		if want := s.toast; got != want || len(want) <= 60 {
			t.Errorf("of %q this is seen: %q", want, got)
		}
	})
}
