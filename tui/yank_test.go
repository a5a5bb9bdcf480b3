package tui

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// clipboardOf presses a key and returns what the terminal would have copied.
func (s *console) clipboardOf(t *testing.T, key string) string {
	t.Helper()
	_, cmd := s.Update(keysOf(key)[0])
	if cmd == nil {
		t.Fatalf("%s copies nothing: %s", key, s.toast)
	}
	raw, is := cmd().(tea.RawMsg)
	if !is {
		t.Fatalf("%s sends no sequence", key)
	}
	return decoded(t, fmt.Sprint(raw.Msg))
}

// decoded returns what an OSC 52 sequence copies.
func decoded(t *testing.T, sequence string) string {
	t.Helper()
	body, ok := strings.CutPrefix(sequence, "\x1b]52;c;")
	text, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(body, "\a"))
	if !ok || err != nil {
		t.Fatalf("%q is no copy: %v", sequence, err)
	}
	return string(text)
}

func TestLinesAreCopied(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want []string // in this order
	}{
		{"a target of the board", nil, []string{"2026-04-12 03:47:12Z DOWN mute", "502, want 200", "critical since", "https://mute.example.org/healthz"}},
		{"the target that is open", []string{"enter"}, []string{"DOWN mute", "https://"}},
		{"an event", []string{"2", "g"}, []string{"2026-04-11 02:14:20Z resolved payments"}},
		{"an incident", []string{"3"}, []string{"inc-2026-0004", "SEV2", "search 503 in eu1", "IC ana"}},
		{"a line of a timeline", []string{"3", "enter", "G"}, []string{"2026-04-12 "}},
		{"a line that is no more than drawn", []string{"M"}, []string{" "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newConsole(t, newQuietNight(t), 80, 24)
				s.press(c.keys...)
				text := s.clipboardOf(t, "y")
				t.Log(text)
				at := 0
				for _, want := range c.want {
					i := strings.Index(text[at:], want)
					if i < 0 {
						t.Fatalf("copied %q: without %q", text, want)
					}
					at += i + len(want)
				}
				if strings.ContainsAny(text, "\x1b▌") {
					t.Errorf("copied %q: with what only the screen needs", text)
				}
				if !strings.Contains(s.toast, "copied ") || !strings.Contains(s.toast, ":yank") {
					t.Errorf("says %q", s.toast)
				}
			})
		})
	}
}

func TestNothingSelectedIsNotCopied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("?", "y")
		if !strings.Contains(s.toast, "no line is selected") || s.copied.text != "" {
			t.Errorf("says %q", s.toast)
		}
	})
}

// TestScreenIsCopiedAsMarkdown: the lines of the screen in a block, without the
// tabs and keys.
func TestScreenIsCopiedAsMarkdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		text := s.clipboardOf(t, "Y")
		for _, want := range []string{"**prod-eu: board**, 2026-04-12T03:47:1", "\n```text\n", "UNACKED", "search-api", "\n```\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("without %q:\n%s", want, text)
			}
		}
		for _, not := range []string{"[1 board]", "? help", "\x1b"} {
			if strings.Contains(text, not) {
				t.Errorf("with %q:\n%s", not, text)
			}
		}
	})
}

// TestFenceIsLongerThanAnyInIt: what others wrote cannot end the block.
func TestFenceIsLongerThanAnyInIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.opt.Title = "a*b`c"
		s.republish(func(snap *monitor.Snapshot) {
			snap.Health.Troubles = []string{"```` # owned"}
		})
		text := s.clipboardOf(t, "Y")
		if !strings.Contains(text, "\n`````text\n") || !strings.HasPrefix(text, "**a\\*b\\`c: board**") {
			t.Errorf("copied:\n%s", text)
		}
	})
}

// TestCopiedTextIsHarmless: what is copied may be pasted into a shell.
func TestCopiedTextIsHarmless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newNight(t)
		d.haunt()
		s := newConsole(t, d, 80, 24)
		for range 30 {
			text := s.clipboardOf(t, "y")
			if strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x202e }) {
				t.Fatalf("copied %q", text)
			}
			s.press("j")
		}
	})
}

func TestCopiesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		cmd := s.copy("much", strings.Repeat("ä", mostCopied))
		text := decoded(t, fmt.Sprint(cmd().(tea.RawMsg).Msg))
		if len(text) > mostCopied || len(text) < mostCopied-8 || !utf8.ValidString(text) {
			t.Errorf("%d bytes, at most %d are allowed", len(text), mostCopied)
		}
		if !strings.Contains(s.toast, "66 kB") {
			t.Errorf("says %q", s.toast)
		}
	})
}

// TestSequencesByTerminal holds what goes out where.
func TestSequencesByTerminal(t *testing.T) {
	plain := ansi.SetSystemClipboard("text")
	for _, c := range []struct {
		name    string
		environ []string
		want    string
	}{
		{"a terminal", []string{"TERM=xterm-256color"}, plain},
		{"tmux", []string{"TERM=screen-256color", "TMUX=/tmp/t,1,0"}, plain + "\x1bPtmux;\x1b\x1b]52;c;dGV4dA==\a\x1b\\"},
		{"tmux before ssh", []string{"TERM=tmux-256color"}, plain + "\x1bPtmux;\x1b\x1b]52;c;dGV4dA==\a\x1b\\"},
		{"GNU screen", []string{"TERM=screen.xterm-256color", "STY=1.x"}, plain + "\x1bP\x1b]52;c;dGV4dA==\a\x1b\\"},
		{"something before ssh that calls itself screen", []string{"TERM=screen"}, plain + "\x1bP\x1b]52;c;dGV4dA==\a\x1b\\"},
		{"the console", []string{"TERM=linux"}, ""},
		{"a terminal of glass", []string{"TERM=vt220"}, ""},
		{"dumb", []string{"TERM=dumb"}, ""},
		{"none", nil, ""},
	} {
		if got := clipboardSequence(c.environ, "text"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	long := clipboardSequence([]string{"TERM=screen", "STY=1.x"}, strings.Repeat("x", 5000))
	for chunk := range strings.SplitSeq(long[strings.Index(long, "\x1bP"):], "\x1b\\") {
		if len(chunk) > screenString+2 {
			t.Errorf("GNU screen is given %d bytes at a time", len(chunk))
		}
	}
}

// TestYankPage shows what was copied from the left edge on, and nothing that was
// not: the terminal has no clipboard, or keeps it shut.
func TestYankPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.opt.Environ = []string{"TERM=linux"}
		s.press("y")
		if !strings.Contains(s.toast, "no clipboard") || !strings.Contains(s.toast, ":yank") {
			t.Errorf("says %q", s.toast)
		}
		s.press("j")
		s.openYank()
		screen := ansi.Strip(s.render())
		if !strings.Contains(screen, "\n2026-04-12 03:47:12Z DOWN search-api") || !strings.Contains(screen, "UNACKED") {
			t.Errorf("shows:\n%s", screen)
		}
		golden(t, "yank-80x24", s.render())
		s.press("esc")
		if s.dialog != nil {
			t.Error("esc does not leave")
		}
		s.press("Y")
		s.openYank()
		for _, key := range []string{"pgdown", "G", "j", "g", "k"} {
			s.press(key)
		}
		everySize(t, s)
		s.resize(80, 10)
		s.press("G")
		if screen := ansi.Strip(s.render()); !strings.Contains(screen, "```") {
			t.Errorf("the end is not reached:\n%s", screen)
		}
		s.press("q")
		if s.dialog != nil {
			t.Error("q does not leave")
		}
	})
}

func TestThemeCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.opt.Ground = GroundAsk
		for _, c := range []struct{ word, says string }{
			{"16", "16 colours, dark?"}, {"light", "16 colours, light"}, {"true", "true colour, light"}, {"none", "no colour, light"},
			{"256", "256 colours, light"}, {"dark", "256 colours, dark"},
		} {
			if cmd := runTheme(s.Model, []string{c.word}); cmd != nil {
				t.Errorf("%s asks the terminal", c.word)
			}
			if want := c.says + "; :theme auto goes back"; s.toast != want {
				t.Errorf("%s: says %q, want %q", c.word, s.toast, want)
			}
		}
		if cmd := runTheme(s.Model, []string{"auto"}); cmd == nil || s.toast != "256 colours, dark?" {
			t.Errorf("auto: says %q, asks %v", s.toast, cmd != nil)
		}
	})
}

// A line of a picture that is held is of then, and says so.
func TestHeldLineIsCopiedAsOfThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newQuietNight(t), 80, 24)
		was := s.clipboardOf(t, "y")
		s.press("f")
		s.goOn(5 * time.Minute)
		if got := s.clipboardOf(t, "y"); got != was {
			t.Errorf("five minutes after it was held, the line is copied as %q, want %q", got, was)
		}
	})
}
