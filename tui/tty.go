package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
)

// tty is what a screen is shown on and where its keys come from. What is written
// to it must arrive as it is.
type tty struct {
	in   io.Reader
	out  io.Writer
	w, h int // columns and lines at the start

	resized <-chan os.Signal // its size may have changed; nil: it never does
	resumed <-chan os.Signal // this process was stopped, and goes on; nil: nobody tells
	retake  func()           // sets it anew after that, since others had it meanwhile
	size    func() (w, h int)
	discard func() // throws away what it has not taken yet; nil: that cannot be done
}

// The size of a terminal that does not know its own, as on a serial line.
const usualWidth, usualHeight = 80, 24

// The largest screen that is drawn.
const mostWide, mostHigh = 1000, 500

// openTTY makes a terminal of two open files, and sets it so that keys come one by
// one, without an echo. restore sets it back. What tells of its size is resized,
// or SIGWINCH if that is nil: then it is this process's own, which is told as well
// when it goes on after it was stopped.
func openTTY(in, out *os.File, resized <-chan os.Signal) (t *tty, restore func(), err error) {
	before, err := term.MakeRaw(in.Fd())
	if err != nil {
		return nil, nil, fmt.Errorf("keys cannot be read one by one: %w", err)
	}
	t = &tty{in: in, out: out, resized: resized, size: func() (int, int) { return sizeOf(out) }}
	changed, resumed := make(chan os.Signal, 1), make(chan os.Signal, 1)
	if resized == nil {
		t.resized, t.resumed = changed, resumed
		signal.Notify(changed, syscall.SIGWINCH)
		signal.Notify(resumed, syscall.SIGCONT)
	}
	t.retake = func() { _, _ = term.MakeRaw(in.Fd()) }
	t.discard = func() { discard(out.Fd()) }
	t.w, t.h = t.size()
	return t, func() {
		signal.Stop(changed)
		signal.Stop(resumed)
		_ = term.Restore(in.Fd(), before)
	}, nil
}

// partingPatience is how long a terminal may take to be given back, twice.
const partingPatience = 500 * time.Millisecond

// part waits until the terminal has been given back, but not for ever: behind a
// connection that hangs there may be nobody, and the process, which was told to
// end, would stay. What the terminal has not taken by then is thrown away, for
// which it is given back after all if it is ever heard of again.
func (t *tty) part(given <-chan struct{}) {
	for range 2 {
		select {
		case <-given:
			return
		case <-time.After(partingPatience):
		}
		if t.discard != nil {
			t.discard()
		}
	}
}

// sizeOf asks a terminal for its size. What is larger than any screen is a
// mistake, and costs memory.
func sizeOf(out *os.File) (w, h int) {
	w, h, err := term.GetSize(out.Fd())
	if err != nil || w <= 0 || h <= 0 {
		return usualWidth, usualHeight
	}
	return min(w, mostWide), min(h, mostHigh)
}

// resize returns the command that ends when the size may have changed, or with
// its session; nil if that never happens.
func (t *tty) resize(ctx context.Context) tea.Cmd {
	return told(ctx, t.resized, func() tea.Msg {
		w, h := t.size()
		return tea.WindowSizeMsg{Width: w, Height: h}
	})
}

// resumedMsg comes when a process goes on that was stopped.
type resumedMsg struct{}

// resume returns the command that ends then, or with its session; nil if nobody
// tells.
func (t *tty) resume(ctx context.Context) tea.Cmd {
	return told(ctx, t.resumed, func() tea.Msg {
		t.retake()
		return resumedMsg{}
	})
}

// told returns the command that does something once a signal comes, and ends with
// ctx if none does; nil if nobody sends any.
func told(ctx context.Context, signals <-chan os.Signal, then func() tea.Msg) tea.Cmd {
	if signals == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case <-signals:
			return then()
		case <-ctx.Done():
			return nil
		}
	}
}

// asksForSync tells whether a terminal may be asked whether it can show a frame
// all at once (DECRQM of mode 2026). Most that do not know the question say
// nothing, but Apple's prints the end of it, and at the end of a connection any
// terminal may be.
func asksForSync(environ []string) bool {
	term := lookup(environ, "TERM")
	for _, name := range []string{"kitty", "alacritty", "wezterm", "ghostty", "rio", "foot", "contour"} {
		if strings.Contains(term, name) {
			return true
		}
	}
	return !slices.Contains([]string{"", "dumb", "linux"}, term) && !monochrome(term) &&
		lookup(environ, "SSH_TTY") == "" && lookup(environ, "TERM_PROGRAM") != "Apple_Terminal"
}
