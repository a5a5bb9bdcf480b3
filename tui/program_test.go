package tui

import (
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"sitrep/monitor"
)

// TestTerminalShowsTheView puts the program's bytes into an emulator: its screen
// is what render says and its cursor where the view has it, for each screen and
// some dialogs, at several sizes, with hostile names too.
func TestTerminalShowsTheView(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 20}, {120, 40}, {200, 60}} {
		for _, haunted := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) { showsTheView(t, size[0], size[1], haunted) })
		}
	}
}

func showsTheView(t *testing.T, w, h int, haunted bool) {
	atNight()
	d := newNight(t)
	if haunted {
		d.haunt()
	}
	f := newFeed(d)
	s := startSession(t, f, Options{Title: "prod-eu", Level: Level256}, w, h)
	term := newTerminal(t)
	term.Resize(w, h)
	beside := newConsole(t, d, w, h) // does the same
	beside.opt.Now, beside.theme = time.Now, newTheme(Level256, false)
	for _, keys := range []string{
		"", "j", "\r", "h", "\x1b", "w", "\x1b", "2", "k", "D", "\x1b", "M", "\x1b", "3", "\r", "j", "\x1b", "4", "?", "1", "y", "Y", "/", "\x1b", "G", "s", "x", "\x1b", "a", "y", "\x1b",
	} {
		if keys != "" {
			s.send(keys)
			beside.press(map[string]string{"\r": "enter", "\x1b": "esc"}[keys] + strings.Trim(keys, "\r\x1b"))
		}
		f.publish(nil)
		beside.take(f.Snapshot())
		// Well after a tick both have the same second.
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(1500 * time.Millisecond)))
		synctest.Wait()
		beside.Update(tickMsg{})
		sent := s.out.taken()
		allowed(t, sent)
		_, _ = term.Write(sent)
		assertShows(t, keys, term, beside.render())
		assertCursor(t, keys, term, beside.View().Cursor)
	}
	s.send("\x03")
	if err := <-s.done; err != nil {
		t.Errorf("ctrl+c: %v", err)
	}
	sent := s.out.taken()
	allowed(t, sent)
	_, _ = term.Write(sent)
	if term.IsAltScreen() || term.CursorHidden() {
		t.Error("leaves the alternate screen on, or the cursor hidden")
	}
}

// assertCursor holds the emulator's cursor against the view's.
func assertCursor(t *testing.T, keys string, term *vt.Emulator, want *tea.Cursor) {
	t.Helper()
	at := term.CursorPosition()
	if hidden := term.CursorHidden(); hidden != (want == nil) || want != nil && (at.X != want.X || at.Y != want.Y) {
		t.Errorf("after %q the cursor is at %v, hidden %v; the view has %+v", keys, at, hidden, want)
	}
}

// newTerminal returns an emulator whose answers nobody hears.
func newTerminal(t *testing.T) *vt.Emulator {
	term := vt.NewEmulator(80, 24)
	go io.Copy(io.Discard, term)
	t.Cleanup(func() { // not Close, which a Read under way does not expect
		if c, is := term.InputPipe().(io.Closer); is {
			_ = c.Close()
		}
	})
	return term
}

// assertShows holds the emulator's screen against what was drawn.
func assertShows(t *testing.T, keys string, term *vt.Emulator, drawn string) {
	t.Helper()
	got, want := strings.Split(ansi.Strip(term.Render()), "\n"), strings.Split(ansi.Strip(drawn), "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || strings.TrimRight(got[i], " ") != strings.TrimRight(want[i], " ") {
			t.Fatalf("after %q the terminal shows:\n%s\nand not:\n%s", keys, strings.Join(got, "\n"), ansi.Strip(drawn))
		}
	}
}

// allowed fails if anything but text, styles, cursor moves, erasing, the modes
// that a screen needs and a window title went out.
func allowed(t *testing.T, sent []byte) {
	t.Helper()
	const csi = "mABCDGHJKXdfSTLMPrb@`aIZ" // styles, moves, erase, scroll, insert and delete, repeat, tabs
	for rest := string(sent); rest != ""; {
		seq, _, n, _ := ansi.DecodeSequence(rest, ansi.NormalState, nil)
		rest = rest[n:]
		if !strings.HasPrefix(seq, "\x1b") {
			if len(seq) == 1 && seq[0] < 0x20 && !strings.Contains("\r\n\b\t", seq) || seq == "\x7f" || seq >= "\x80" && seq < "\xa0" {
				t.Errorf("control character %q went out", seq)
			}
			continue
		}
		switch last := seq[len(seq)-1]; {
		case strings.HasPrefix(seq, "\x1b[?"), strings.HasPrefix(seq, "\x1b[>"), strings.HasPrefix(seq, "\x1b[="), strings.HasPrefix(seq, "\x1b[<"):
			if !modes[seq] {
				t.Errorf("mode %q went out", seq)
			}
		case strings.HasPrefix(seq, "\x1b[") && strings.IndexByte(csi, last) >= 0:
		case strings.HasPrefix(seq, "\x1b]2;"), strings.HasPrefix(seq, "\x1b]0;"):
			if strings.ContainsFunc(seq[4:len(seq)-1], func(r rune) bool { return r < 0x20 && r != 0x1b }) {
				t.Errorf("title %q", seq)
			}
		case seq == "\x1b]11;?\a": // which background there is
		case seq == "\x1b[22;2t", seq == "\x1b[23;2t": // the title as it was, kept and taken back
		case seq == "\x1b[2 q", seq == "\x1b[0 q": // a cursor that does not blink, and as it was
		case strings.HasPrefix(seq, "\x1b]8;;"): // a link
		case strings.HasPrefix(seq, "\x1b]52;c;"):
			if _, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(seq[len("\x1b]52;c;"):], "\a")); err != nil {
				t.Errorf("clipboard %q: %v", seq, err)
			}
		case seq == "\x1bM", seq == "\x1b7", seq == "\x1b8": // reverse index, save and restore the cursor
		default:
			t.Errorf("%q went out", seq)
		}
	}
}

// modes are those that are set and taken back: wrapping, alternate screen, cursor,
// bracketed paste, focus, mouse, frames at once, key reports.
var modes = map[string]bool{
	"\x1b[?7h": true, "\x1b[?7l": true, "\x1b[?1049h": true, "\x1b[?1049l": true, "\x1b[?25h": true, "\x1b[?25l": true, "\x1b[?2004h": true, "\x1b[?2004l": true,
	"\x1b[?1004h": true, "\x1b[?1004l": true, "\x1b[?1002h": true, "\x1b[?1002l": true, "\x1b[?1006h": true, "\x1b[?1006l": true, "\x1b[?2026h": true, "\x1b[?2026l": true,
	"\x1b[>1u": true, "\x1b[<1u": true, "\x1b[=1u": true, "\x1b[>4;2m": true, "\x1b[>4m": true,
}

// breaking is a source that panics once it is told to.
type breaking struct {
	*feed
	now atomic.Bool
}

func (b *breaking) Actor() monitor.Actor {
	if b.now.Load() {
		panic("a bug")
	}
	return b.feed.Actor()
}

// wantGivenBack holds that what was written leaves a terminal as a shell needs it.
func wantGivenBack(t *testing.T, written []byte) {
	t.Helper()
	term := newTerminal(t)
	_, _ = term.Write(written)
	if term.IsAltScreen() || term.CursorHidden() {
		t.Error("leaves the alternate screen on, or the cursor hidden")
	}
}

// TestPanicRestoresTheTerminal breaks the view in the middle of a session.
func TestPanicRestoresTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		src := &breaking{feed: newFeed(newNight(t))}
		s := startSession(t, src, Options{}, 80, 24)
		src.now.Store(true)
		s.send("j")
		err := <-s.done
		broken, is := errors.AsType[*PanicError](err)
		if !is || !strings.Contains(string(broken.Stack), "guard") {
			t.Fatalf("run returned %v", err)
		}
		wantGivenBack(t, s.out.taken())
	})
}

// brittle is a terminal at which one write breaks the program, once it is told to.
type brittle struct {
	*recorder
	now atomic.Bool
}

func (b *brittle) Write(p []byte) (int, error) {
	if b.now.CompareAndSwap(true, false) {
		panic("a bug")
	}
	return b.recorder.Write(p)
}

// TestPanicOfThePainterRestoresTheTerminal breaks what draws, and not the process:
// that may be the one that probes, and draws for somebody who looks on.
func TestPanicOfThePainterRestoresTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		out := &brittle{recorder: &recorder{}}
		s := startSessionOn(t, newFeed(newNight(t)), Options{}, out, out.recorder, 80, 24)
		out.now.Store(true)
		s.send("j")
		err := <-s.done
		broken, is := errors.AsType[*PanicError](err)
		if !is || !strings.Contains(string(broken.Stack), "painter") {
			t.Fatalf("run returned %v", err)
		}
		wantGivenBack(t, s.out.taken())
	})
}

// TestRunEndsWithItsContext is no error, and leaves nothing running.
func TestRunEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		s := startSession(t, newFeed(newNight(t)), Options{}, 80, 24)
		s.end()
		if err := <-s.done; err != nil {
			t.Errorf("run returned %v", err)
		}
		time.Sleep(2 * time.Second)
	})
}
