package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/x/ansi"
)

// TestWhatLeadsSomewhere holds which texts become links.
func TestWhatLeadsSomewhere(t *testing.T) {
	for _, c := range []struct{ text, to string }{
		{"https://search.example.org/healthz?a=1#b", "https://search.example.org/healthz?a=1#b"},
		{"http://10.0.0.1:8080", "http://10.0.0.1:8080"},
		{"HTTPS://example.org/", "https://example.org/"},
		{"https://[2001:db8::1]:8443/x;y", "https://[2001:db8::1]:8443/x;y"},
		{"tcp://db:5432", ""},
		{"file:///etc/passwd", ""},
		{"javascript:alert(1)", ""},
		{"https://", ""},
		{"https:example.org", ""},
		{"https://bank.example@evil.example/", ""},
		{"https://exаmple.org/", ""}, // a Cyrillic а
		{"https://example.org/ b", ""},
		{"https://example.org/\x1b]8;;https://evil.example\x1b\\", ""},
		{"see https://example.org/", ""},
		{"https://example.org/" + strings.Repeat("x", longestLink), ""},
		{"", ""},
	} {
		if got := leadsTo(c.text); got != c.to {
			t.Errorf("%q leads to %q, want %q", c.text, got, c.to)
		}
	}
}

func TestTerminalsWithLinks(t *testing.T) {
	for _, c := range []struct {
		environ string
		want    bool
	}{
		{"TERM=xterm-256color", false},
		{"TERM=linux", false},
		{"TERM=xterm-kitty", true},
		{"TERM=foot", true},
		{"TERM=xterm-256color VTE_VERSION=7600", true},
		{"TERM=xterm-256color VTE_VERSION=4800", false},
		{"TERM=xterm-256color KONSOLE_VERSION=220401", true},
		{"TERM=xterm-256color TERM_PROGRAM=iTerm.app", true},
		{"TERM=xterm-256color TERM_PROGRAM=Apple_Terminal", false},
		{"TERM=tmux-256color TMUX=/tmp/t TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.4", true},
		{"TERM=tmux-256color TMUX=/tmp/t TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.5a", true},
		{"TERM=tmux-256color TMUX=/tmp/t TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=3.3a", false},
		{"TERM=tmux-256color TMUX=/tmp/t TERM_PROGRAM=tmux TERM_PROGRAM_VERSION=next-3.6", false},
		{"TERM=screen-256color TMUX=/tmp/t VTE_VERSION=7600", false},
		{"TERM=screen STY=1.x VTE_VERSION=7600", false},
	} {
		if got := hasLinks(strings.Fields(c.environ)); got != c.want {
			t.Errorf("%s: %v, want %v", c.environ, got, c.want)
		}
	}
}

// TestAddressesAreLinks: where the terminal has them, and the text is the same as
// where it has not.
func TestAddressesAreLinks(t *testing.T) {
	const link = "\x1b]8;;https://search-api.example.org/healthz\x1b\\"
	for _, keys := range [][]string{nil, {"enter"}} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 80, 24)
			s.press(keys...)
			without := s.render()
			s.theme.links = true
			with := s.render()
			if strings.Contains(without, "\x1b]8") || !strings.Contains(with, link) {
				t.Errorf("after %v: link %v where there are none, %v where there are", keys, strings.Contains(without, "\x1b]8"), strings.Contains(with, link))
			}
			if ansi.Strip(with) != ansi.Strip(without) {
				t.Errorf("after %v the text differs", keys)
			}
		})
	}
}

// TestLinksEnd: at any width each one that begins ends on its line, below a dialog
// too.
func TestLinksEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.theme.links = true
		for _, key := range []string{"j", "a"} {
			for w := 1; w <= 130; w++ {
				s.resize(w, 24)
				for line := range strings.SplitSeq(s.render(), "\n") {
					open := false
					for rest := line; ; {
						_, after, found := strings.Cut(rest, "\x1b]8;;")
						if !found {
							break
						}
						open = !strings.HasPrefix(after, "\x1b\\")
						rest = after
					}
					if open {
						t.Fatalf("at %d columns a link does not end: %q", w, line)
					}
				}
			}
			s.press(key)
		}
	})
}
