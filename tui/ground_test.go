package tui

import (
	"image/color"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// xterm is the environment of a usual terminal.
var xterm = []string{"TERM=xterm-256color", "LANG=C.UTF-8", "SSH_TTY=/dev/pts/0"}

func TestGroundAtFirst(t *testing.T) {
	for _, c := range []struct {
		ground    Ground
		colorfgbg string
		light     bool
	}{
		{GroundDark, "0;15", false},
		{GroundLight, "15;0", true},
		{GroundAsk, "", false},
		{GroundAsk, "15;0", false},
		{GroundAsk, "0;15", true},
		{GroundAsk, "0;default;15", true},
		{GroundAsk, "0;7", true},
		{GroundAsk, "12;8", false},
		{GroundAsk, "nonsense", false},
	} {
		environ := append(xterm[:len(xterm):len(xterm)], "COLORFGBG="+c.colorfgbg)
		if got := c.ground.lightAtFirst(environ); got != c.light {
			t.Errorf("ground %d, COLORFGBG=%s: light %v, want %v", c.ground, c.colorfgbg, got, c.light)
		}
	}
}

func TestWhatIsLight(t *testing.T) {
	for _, c := range []struct {
		rgb   uint32
		light bool
	}{{0x000000, false}, {0x1e1e2e, false}, {0x002b36, false}, {0x0000ee, false}, {0x606060, false},
		{0xffffff, true}, {0xfdf6e3, true}, {0xffff00, true}, {0xa0a0a0, true}} {
		if got := isLight(rgb(c.rgb)); got != c.light {
			t.Errorf("#%06x: light %v, want %v", c.rgb, got, c.light)
		}
	}
}

// TestTerminalIsAskedForItsBackground holds where the question goes out, and that
// the screen is drawn without waiting for the answer.
func TestTerminalIsAskedForItsBackground(t *testing.T) {
	for _, c := range []struct {
		name    string
		ground  Ground
		environ []string
		asked   bool
	}{
		{"a usual terminal", GroundAsk, xterm, true},
		{"told by the configuration", GroundLight, xterm, false},
		{"the console, which would print it", GroundAsk, []string{"TERM=linux"}, false},
		{"a terminal of glass", GroundAsk, []string{"TERM=vt100"}, false},
		{"dumb", GroundAsk, []string{"TERM=dumb"}, false},
		{"nothing is known", GroundAsk, []string{"LANG=C"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				atNight()
				s := startSession(t, newFeed(newNight(t)), Options{Level: Level256, Ground: c.ground, Environ: c.environ}, 80, 24)
				sent := string(s.out.taken())
				if asked := strings.Contains(sent, "\x1b]11;?"); asked != c.asked {
					t.Errorf("asked: %v, want %v", asked, c.asked)
				}
				if !strings.Contains(sent, "search-api") {
					t.Error("unanswered, nothing is drawn")
				}
			})
		})
	}
}

// TestAnswerChangesTheColours answers late, over a link.
func TestAnswerChangesTheColours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		s := startSession(t, newFeed(newNight(t)), Options{Level: Level256, Ground: GroundAsk, Environ: xterm}, 80, 24)
		if sent := string(s.out.taken()); !strings.Contains(sent, "38;5;203") {
			t.Error("before an answer the colours are not those for a dark background")
		}
		time.Sleep(2 * time.Second)
		s.out.taken()
		s.send("\x1b]11;rgb:ffff/ffff/ffff\x07")
		if sent := string(s.out.taken()); !strings.Contains(sent, "38;5;125") || strings.Contains(sent, "38;5;203") {
			t.Error("after it they are not those for a light one")
		}
	})
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		ground Ground
		answer color.Color
		word   string
	}{
		{"light", GroundAsk, color.White, "light"},
		{"dark", GroundAsk, color.Black, "dark"},
		{"none", GroundAsk, nil, "dark?"},
		{"nobody asked", GroundLight, color.Black, "light"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := New(t.Context(), newNight(t), Options{Level: Level256, Ground: c.ground, Environ: xterm})
				m.Update(tea.BackgroundColorMsg{Color: c.answer})
				if got := m.groundWord(); got != c.word {
					t.Errorf("%s, want %s", got, c.word)
				}
			})
		})
	}
}

// TestTornAnswerIsNoKeys cuts an answer where each byte may be the last one for
// a while: no filter is opened and no other screen is gone to.
func TestTornAnswerIsNoKeys(t *testing.T) {
	const answer = "\x1b]11;rgb:1e1e/2e2e/3e3e\x07"
	for i := 3; i < len(answer); i++ {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 80, 24)
			before := s.render()
			s.Update(uv.UnknownEvent(answer[:i]))
			for _, r := range answer[i:] {
				key := tea.KeyPressMsg{Code: r, Text: string(r)}
				if r == '\a' {
					key = tea.KeyPressMsg{Code: 'g', Mod: tea.ModCtrl}
				}
				s.Update(key)
			}
			if s.render() != before {
				t.Errorf("cut behind %q it is taken for keys", answer[:i])
			}
			s.press("2")
			if s.screen != screenAlerts {
				t.Errorf("cut behind %q, the next key is swallowed", answer[:i])
			}
		})
	}
}

// TestTornAnswerIsSoonForgotten: what never comes does not hold keys back for long.
func TestTornAnswerIsSoonForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.Update(uv.UnknownEvent("\x1b]11;rgb:"))
		s.time = s.time.Add(tornFor)
		s.press("2")
		if s.screen != screenAlerts {
			t.Error("a key is swallowed")
		}
		s.press("1")
		s.Update(uv.UnknownEvent("\x1b]11;rgb:"))
		s.press("j")
		if s.board.cursor == "search-api" {
			t.Error("a key that is in no answer is swallowed")
		}
	})
}
