package tui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"sitrep/monitor"
)

// TestPainterShowsAnyFrames draws frames of any lines one after the other, which
// scroll, change in part, get wider and lower: an emulator shows the last of them
// after each, and so it does after something else wrote on it and it was drawn
// anew, whichever of its terminals' abilities the renderer makes use of.
func TestPainterShowsAnyFrames(t *testing.T) {
	pieces := []string{"", " ", "ok", "\x1b[1mDOWN\x1b[m", "\x1b[48;5;236m▌\x1b[38;5;69m▁▂▃\x1b[m", "東京", "e\u0301", "……", "\x1b[7mX\x1b[m", "search-api.example.org",
		"\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\"}
	rapid.Check(t, func(rt *rapid.T) {
		var out bytes.Buffer
		kind := rapid.SampledFrom([]string{"xterm-256color", "tmux-256color", "screen", "linux", "alacritty"}).Draw(rt, "TERM")
		p := newPainter(&out, new(link), []string{"TERM=" + kind})
		term := newTerminal(t)
		w, h := 40, 10
		term.Resize(w, h)
		var lines []string
		for step := range rapid.IntRange(1, 12).Draw(rt, "frames") {
			torn := false
			switch rapid.IntRange(0, 9).Draw(rt, "what else") {
			case 0:
				w, h, torn = rapid.IntRange(1, 60).Draw(rt, "w"), rapid.IntRange(1, 14).Draw(rt, "h"), true
				term.Resize(w, h)
			case 1:
				_, _ = term.Write([]byte("\x1b[2;3HBroadcast message from root\r\nthe system goes down"))
				torn = true
			case 2:
				lines = append([]string{"new"}, lines...)
			case 3:
				lines = lines[min(len(lines), 1):]
			}
			for len(lines) < h {
				lines = append(lines, "")
			}
			lines = slices.Clone(lines[:h])
			for range rapid.IntRange(0, 3).Draw(rt, "changed lines") {
				line := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(rt, "line"), "")
				lines[rapid.IntRange(0, h-1).Draw(rt, "y")] = line
			}
			for y := range lines {
				lines[y] = ansi.Truncate(lines[y], w, "")
			}
			f := frame{content: strings.Join(lines, "\n"), w: w, h: h}
			if rapid.Bool().Draw(rt, "cursor") {
				f.cursor = point{rapid.IntRange(0, w-1).Draw(rt, "x"), rapid.IntRange(0, h-1).Draw(rt, "y"), true, false}
			}
			p.draw(f, torn, rapid.Bool().Draw(rt, "synchronized"))
			allowed(t, out.Bytes())
			_, _ = term.Write(out.Bytes())
			out.Reset()
			got := strings.Split(ansi.Strip(term.Render()), "\n")
			for y, want := range lines {
				if y >= len(got) || strings.TrimRight(got[y], " ") != strings.TrimRight(ansi.Strip(want), " ") {
					rt.Fatalf("frame %d, line %d of %d x %d: %q is shown as %q", step, y, w, h, want, slices.Concat(got, make([]string, h))[y])
				}
			}
			at := term.CursorPosition()
			if term.CursorHidden() == f.cursor.set || f.cursor.set && (at.X != f.cursor.x || at.Y != f.cursor.y) {
				rt.Fatalf("frame %d: the cursor is at %v, hidden %v, want %+v", step, at, term.CursorHidden(), f.cursor)
			}
		}
	})
}

// TestFrameThatIsShownAlreadyCostsNothing shows it again.
func TestFrameThatIsShownAlreadyCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &recorder{}
		p := newPainter(out, new(link), nil)
		go p.run()
		f := frame{content: "one\ntwo", w: 20, h: 2, title: "sitrep", mouse: true}
		for range 3 {
			p.show(f, false)
			synctest.Wait()
		}
		if n := out.count(); n != 1 {
			t.Errorf("%d writes for one frame", n)
		}
		p.show(f, true)
		synctest.Wait()
		if n := out.count(); n != 2 {
			t.Errorf("%d writes for a frame that is to be drawn again", n)
		}
		p.close()
	})
}

// TestResizeIsDrawnOnce draws nothing between the new size and the frame for it:
// the frame before is too large for the terminal, or too small.
func TestResizeIsDrawnOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		out, resized := &recorder{}, make(chan os.Signal, 1)
		in, keys := io.Pipe()
		defer in.Close()
		ctx, end := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer end()
		h := 40
		term := &tty{in: in, out: out, w: 120, h: h, resized: resized, size: func() (int, int) { h--; return 100, h }}
		go func() {
			_ = run(ctx, newFeed(newNight(t)), Options{Environ: []string{"TERM=xterm-256color"}}, term)
			keys.Close()
		}()
		synctest.Wait()
		for range 20 {
			before := out.count()
			resized <- syscall.SIGWINCH
			synctest.Wait()
			if n := out.count() - before; n != 1 {
				t.Fatalf("%d writes for a new size", n)
			}
		}
	})
}

// TestTerminalIsTakenAgain after the process was stopped and a shell had the
// terminal: what was on is on again, and all is drawn.
func TestTerminalIsTakenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		out, resumed := &recorder{}, make(chan os.Signal, 1)
		in, keys := io.Pipe()
		ctx, end := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer end()
		raw := 0
		of := &tty{in: in, out: out, w: 80, h: 24, resumed: resumed, retake: func() { raw++ }}
		go func() {
			_ = run(ctx, newFeed(newNight(t)), Options{Mouse: true, Cursor: true, Environ: []string{"TERM=xterm-256color"}}, of)
			keys.Close()
		}()
		synctest.Wait()
		term := newTerminal(t)
		first := string(out.taken())
		_, _ = io.WriteString(term, first)
		before := term.Render()
		for i := range 2 {
			_, _ = io.WriteString(term, "\x1b[?2004l\x1b[5;9r\x1b[41m\x1b[2J$ fg\r\n\x1b[?25l")
			resumed <- syscall.SIGCONT
			synctest.Wait()
			sent := string(out.taken())
			allowed(t, []byte(sent))
			for _, mode := range []string{"\x1b[?1049h", "\x1b[?2004h", "\x1b[?1004h", "\x1b[>4;2m", "\x1b[=1u", "\x1b[?1002h", "\x1b[?1006h", "\x1b[2 q", "\x1b[?25h"} {
				if !strings.Contains(sent, mode) {
					t.Errorf("%q is not set again", mode)
				}
			}
			_, _ = io.WriteString(term, sent)
			if after := term.Render(); after != before || raw != i+1 || strings.Contains(sent, "\x1b[>1u") || strings.Contains(sent, pushTitle) {
				t.Errorf("set to raw %d times, sent %q; it shows\n%s\nand not\n%s", raw, sent, after, before)
			}
		}
	})
}

// TestTerminalIsGivenBack compares the modes that were set with those that were
// taken back, whatever was on, also what is no longer when it is left.
func TestTerminalIsGivenBack(t *testing.T) {
	back := map[string]string{
		"\x1b[?1049h": "\x1b[?1049l", "\x1b[?25l": "\x1b[?25h", "\x1b[?2004h": "\x1b[?2004l", "\x1b[?1004h": "\x1b[?1004l", "\x1b[>4;2m": "\x1b[>4m",
		"\x1b[>1u": "\x1b[<1u", "\x1b[?1002h": "\x1b[?1002l", "\x1b[?1006h": "\x1b[?1006l", "\x1b[2 q": "\x1b[0 q",
		ansi.SetWindowTitle("title"): ansi.SetWindowTitle(""), "\x1b[22;2t": "\x1b[23;2t",
	}
	for set, reset := range back {
		if !strings.Contains(GiveBack, reset) {
			t.Errorf("%q is not taken back where a screen was cut off: %q is not in %q", set, reset, GiveBack)
		}
	}
	for i := range 16 {
		var out bytes.Buffer
		p := newPainter(&out, new(link), nil)
		f := frame{content: "one", w: 20, h: 1, mouse: i&1 != 0}
		if i&2 != 0 {
			f.title = "title"
		}
		f.cursor.set = i&4 != 0
		p.draw(f, false, false)
		if i&8 != 0 {
			p.draw(frame{content: "two", w: 20, h: 1, mouse: f.mouse}, false, false)
		}
		entered := out.String()
		out.Reset()
		p.leave()
		left := out.String()
		for set, reset := range back {
			was := strings.Contains(entered, set)
			if set == "\x1b[?25l" {
				was = true
			}
			if is := strings.Contains(left, reset); is != was {
				t.Errorf("%+v: %q set %v, %q on leaving %v", f, set, was, reset, is)
			}
		}
		out.Reset()
		p.leave()
		if out.Len() > 0 {
			t.Errorf("leaves twice: %q", out.String())
		}
	}
	var out bytes.Buffer
	newPainter(&out, new(link), nil).leave()
	if out.Len() > 0 {
		t.Errorf("a screen that drew nothing writes %q", out.String())
	}
}

// blocked is a terminal that takes nothing, as one whose connection hangs, until
// it is let go.
type blocked struct {
	*recorder
	hangs atomic.Bool
	free  chan struct{}
}

func (b *blocked) Write(p []byte) (int, error) {
	if b.hangs.Load() {
		<-b.free
	}
	return b.recorder.Write(p)
}

// TestTerminalThatHangsHoldsUpNobody has keys act while nothing can be drawn, and
// draws what is then once it can be, not each frame that was missed.
func TestTerminalThatHangsHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		f := newFeed(newNight(t))
		out := &blocked{recorder: &recorder{}, free: make(chan struct{})}
		s := startSessionOn(t, f, Options{Title: "prod-eu", Level: Level256}, out, out.recorder, 80, 24)
		out.hangs.Store(true)
		before := out.count()
		for i := range 40 {
			f.publish(func(snap *monitor.Snapshot) { allRowsChange(snap, i) })
			s.send("j")
		}
		s.send(":rate slow\r")
		for range 5 {
			s.send("k")
		}
		if n := out.count(); n != before {
			t.Errorf("%d writes went through", n-before)
		}
		out.hangs.Store(false)
		close(out.free)
		synctest.Wait()
		if n := out.count() - before; n != 2 {
			t.Errorf("%d writes once it takes some, want the one that hung and the newest", n)
		}
		if !bytes.Contains(out.taken(), []byte("slow")) {
			t.Error("what was typed meanwhile did not act")
		}
	})
}

// refusing is a terminal that takes a few bytes at a time and refuses the others
// for a while, as one that somebody set not to wait.
type refusing struct {
	*recorder
	full bool
}

func (r *refusing) Write(p []byte) (int, error) {
	if r.full = !r.full; !r.full {
		return 0, &os.PathError{Op: "write", Path: "terminal", Err: syscall.EAGAIN}
	}
	if len(p) <= 300 {
		return r.recorder.Write(p)
	}
	n, _ := r.recorder.Write(p[:300])
	return n, &os.PathError{Op: "write", Path: "terminal", Err: syscall.EAGAIN}
}

// TestTerminalThatRefusesIsWaitedFor shows all of a frame, and is given back.
func TestTerminalThatRefusesIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		d := newNight(t)
		out := &refusing{recorder: &recorder{}}
		s := startSessionOn(t, newFeed(d), Options{Level: Level256}, out, out.recorder, 80, 24)
		beside := newConsole(t, d, 80, 24)
		term := newTerminal(t)
		s.send("3")
		beside.press("3")
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(1500 * time.Millisecond)))
		_, _ = term.Write(s.out.taken())
		got, want := strings.Split(ansi.Strip(term.Render()), "\n"), strings.Split(ansi.Strip(beside.render()), "\n")
		for i := 1; i < len(want); i++ { // line 1 has the clock
			if strings.TrimRight(got[i], " ") != strings.TrimRight(want[i], " ") {
				t.Errorf("line %d is shown as %q, want %q", i, got[i], want[i])
			}
		}
		s.send("\x03")
		<-s.done
		_, _ = term.Write(s.out.taken())
		if term.IsAltScreen() || term.CursorHidden() {
			t.Error("leaves the alternate screen on, or the cursor hidden")
		}
	})
}

// TestFramesAreShownAtOnceWhereThatIsKnown answers the question for mode 2026.
func TestFramesAreShownAtOnceWhereThatIsKnown(t *testing.T) {
	const begin, end = ansi.SetModeSynchronizedOutput, ansi.ResetModeSynchronizedOutput
	for answer, want := range map[string]bool{"\x1b[?2026;2$y": true, "\x1b[?2026;0$y": false, "": false} {
		t.Run(fmt.Sprintf("%q", answer), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				atNight()
				s := startSession(t, newFeed(newNight(t)), Options{Title: "prod-eu", Level: Level256, Environ: []string{"TERM=xterm-256color"}}, 80, 24)
				if !bytes.Contains(s.out.taken(), []byte(ansi.RequestModeSynchronizedOutput)) {
					t.Fatal("was not asked")
				}
				if answer != "" {
					s.send(answer)
				}
				s.send("j")
				sent := string(s.out.taken())
				if is := strings.Count(sent, begin) > 0 && strings.Count(sent, begin) == strings.Count(sent, end); is != want || !want && strings.Contains(sent, begin) {
					t.Errorf("frames at once: %v, want %v: %q", is, want, sent)
				}
			})
		})
	}
	for environ, want := range map[string]bool{
		"TERM=xterm-256color": true, "TERM=tmux-256color": true, "TERM=xterm-kitty SSH_TTY=/dev/pts/3": true, "TERM=xterm-256color SSH_TTY=/dev/pts/3": false,
		"TERM=xterm-256color TERM_PROGRAM=Apple_Terminal": false, "TERM=linux": false, "TERM=vt220": false, "TERM=dumb": false, "": false,
	} {
		if got := asksForSync(strings.Fields(environ)); got != want {
			t.Errorf("%q is asked: %v, want %v", environ, got, want)
		}
	}
}

// TestRedrawDrawsAllOfIt has something else write over the screen.
func TestRedrawDrawsAllOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		f := newFeed(newNight(t))
		s := startSession(t, f, Options{Title: "prod-eu", Level: Level256}, 80, 24)
		term := newTerminal(t)
		_, _ = term.Write(s.out.taken())
		clean := ansi.Strip(term.Render())
		_, _ = io.WriteString(term, "\x1b[8;1HBroadcast message from root")
		s.send(":redraw\r")
		for range 4 { // until nothing is said of it any more
			f.publish(nil)
			time.Sleep(time.Second)
		}
		synctest.Wait()
		_, _ = term.Write(s.out.taken())
		was, is := strings.Split(clean, "\n"), strings.Split(ansi.Strip(term.Render()), "\n")
		if !slices.Equal(was[1:], is[1:]) { // line 1 has the clock
			t.Errorf("it shows\n%s\nand not\n%s", strings.Join(is, "\n"), clean)
		}
	})
}
