package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/safe"
)

// mostCopied is how many bytes are copied at most: terminals drop what is longer
// than they have room for, most of them from 100 kB of base64 on.
const mostCopied = 64 << 10

// screenString is how many bytes of a sequence GNU screen hands on at a time.
const screenString = 768

// copied is what was copied last, for the page that shows it.
type copied struct {
	what string // "search-api"
	text string
}

// copy puts a text into the clipboard of whoever has the terminal, which may be
// many hops away: the terminal is asked to (OSC 52), and never says whether it
// did. What drives a terminal or hides in a text does not get that far.
func (m *Model) copy(what, text string) tea.Cmd {
	text = safe.Text(text, mostCopied)
	m.copied = copied{what, text}
	page := m.keyFor(":") + "yank"
	sequence := clipboardSequence(m.opt.Environ, text)
	if sequence == "" {
		m.refuse("this terminal has no clipboard: " + page + " shows the text")
		return nil
	}
	m.say(fmt.Sprintf("copied %s, %s (OSC 52); nothing there? %s", what, byteCount(len(text)), page))
	return tea.Raw(sequence)
}

// byteCount writes a number of bytes.
func byteCount(n int) string {
	if n < 10_000 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%d kB", (n+500)/1000)
}

// clipboardSequence returns what sets the clipboard on a terminal, "" if it has
// none or would show the sequence. Within tmux it goes out twice: for
// set-clipboard on, tmux takes it itself, and for allow-passthrough on, it hands
// on what is wrapped; each is ignored by the other. GNU screen only hands on.
func clipboardSequence(environ []string, text string) string {
	plain := ansi.SetSystemClipboard(text)
	term := lookup(environ, "TERM")
	switch {
	case slices.Contains([]string{"", "dumb", "linux"}, term) || monochrome(term):
		return ""
	case inTmux(environ):
		return plain + ansi.TmuxPassthrough(plain)
	case inScreen(environ):
		return plain + ansi.ScreenPassthrough(plain, screenString)
	}
	return plain
}

// inTmux tells whether the terminal is a tmux, on this machine or before it.
func inTmux(environ []string) bool {
	return lookup(environ, "TMUX") != "" || strings.HasPrefix(lookup(environ, "TERM"), "tmux")
}

// inScreen tells whether the terminal is a GNU screen, or a tmux on another
// machine that goes by its name.
func inScreen(environ []string) bool {
	return !inTmux(environ) && (lookup(environ, "STY") != "" || strings.HasPrefix(lookup(environ, "TERM"), "screen"))
}
