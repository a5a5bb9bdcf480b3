package tui

import (
	"bytes"
	"io"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// frame is all that a terminal is shown at a time.
type frame struct {
	content string // as render draws it: each line ends in the plain style
	w, h    int    // of the terminal
	title   string // of the window; "" leaves it alone
	mouse   bool   // clicks and the wheel are reported
	cursor  point  // where it stands; not set: it is hidden
}

// framed returns what a view shows on a terminal of w columns and h lines.
func framed(v tea.View, w, h int) frame {
	f := frame{content: v.Content, w: w, h: h, title: v.WindowTitle, mouse: v.MouseMode != tea.MouseModeNone}
	if c := v.Cursor; c != nil {
		f.cursor = point{x: c.X, y: c.Y, set: true}
	}
	return f
}

// painter puts frames on a terminal, and of each only what differs from the one
// before. It works when there is something to draw and not otherwise: Bubble
// Tea's own renderer looks for it many times a second, which on a screen that
// stands still is nearly all that it costs, or lets a key wait for the next look.
// A terminal that takes nothing holds up nobody: frames that come meanwhile
// replace each other.
type painter struct {
	out  io.Writer
	link *link

	wake chan struct{} // something below was changed; holds one
	mu   sync.Mutex
	next frame           // guarded by mu
	torn bool            // guarded by mu: what stands on the terminal is not known
	raw  strings.Builder // guarded by mu: sequences that go out beside the frames
	sync bool            // guarded by mu: frames go out as one (mode 2026)
	lost bool            // guarded by mu: others had the terminal since it was drawn on
	over bool            // guarded by mu: the terminal is to be given back

	// owned by run
	buf    bytes.Buffer
	term   *uv.TerminalRenderer
	screen uv.ScreenBuffer
	shown  frame
	lines  []string // of shown
	open   bool     // the terminal is ours
	titled bool     // and so was its title once
	styled bool     // and the look of its cursor
}

// newPainter returns one that draws on out, for a terminal as environ tells.
func newPainter(out io.Writer, link *link, environ []string) *painter {
	p := &painter{out: out, link: link, wake: make(chan struct{}, 1), screen: uv.NewScreenBuffer(0, 0)}
	p.term = uv.NewTerminalRenderer(&p.buf, environ)
	p.term.SetColorProfile(colorprofile.TrueColor) // as it is: each level names its own
	p.term.SetFullscreen(true)
	p.term.SetScrollOptim(true)
	return p
}

// show makes a frame the next one, and returns at once. torn says that the
// terminal no longer shows what was drawn, as after its size changed: that comes
// with the frame, or the one before would be drawn anew meanwhile.
func (p *painter) show(f frame, torn bool) {
	p.change(func() { p.next, p.torn = f, p.torn || torn })
}

// retake says that others had the terminal meanwhile, and set it for themselves.
func (p *painter) retake() { p.change(func() { p.lost = true }) }

// send sends a sequence that is no part of a frame.
func (p *painter) send(sequence string) { p.change(func() { p.raw.WriteString(sequence) }) }

// synchronize says that the terminal can show a frame all at once.
func (p *painter) synchronize() { p.change(func() { p.sync = true }) }

// close makes run give the terminal back and return.
func (p *painter) close() { p.change(func() { p.over = true }) }

// change changes what run looks at, and wakes it.
func (p *painter) change(what func()) {
	p.mu.Lock()
	what()
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run draws until close is called. What was sent before that still goes out.
func (p *painter) run() {
	for range p.wake {
		p.mu.Lock()
		next, torn, lost, raw, sync, over := p.next, p.torn, p.lost, p.raw.String(), p.sync, p.over
		p.torn, p.lost = false, false
		p.raw.Reset()
		p.mu.Unlock()
		if lost && p.open && !over {
			p.buf.WriteString(retakeSequence)
			p.shown, torn = frame{}, true
		}
		switch {
		case over:
			p.leave()
		case next.content != "" && (torn || next != p.shown):
			p.draw(next, torn, sync)
		}
		p.write(raw)
		if over {
			return
		}
	}
}

// draw brings the terminal from the frame that it shows to the next.
func (p *painter) draw(f frame, torn, sync bool) {
	if !p.open {
		p.open = true
		p.buf.WriteString(enterSequence)
		torn = true
	}
	p.setModes(f)
	if torn || f.w != p.shown.w || f.h != p.shown.h {
		p.buf.WriteString(plainSequence)
		p.screen.Resize(f.w, f.h)
		p.term.Resize(f.w, f.h)
		p.term.Erase()
		p.lines = p.lines[:0]
	}
	head := p.buf.Len()
	p.fill(f.content)
	p.term.Render(p.screen.RenderBuffer)
	if f.cursor.set {
		p.term.MoveTo(f.cursor.x, f.cursor.y)
	}
	_ = p.term.Flush() // into buf
	p.shown = f
	p.write(p.wrapped(head, f.cursor.set, sync))
}

// fill puts the lines that changed into the buffer of cells.
func (p *painter) fill(content string) {
	had := p.lines
	p.lines = make([]string, p.screen.Height())
	for y := range p.lines {
		p.lines[y], content, _ = strings.Cut(content, "\n")
		if y >= len(had) || had[y] != p.lines[y] {
			uv.NewStyledString(p.lines[y]).Draw(p.screen, uv.Rect(0, y, p.screen.Width(), 1))
		}
	}
}

// setModes writes what differs between the modes of two frames.
func (p *painter) setModes(f frame) {
	if f.title != p.shown.title {
		if !p.titled {
			p.titled = true
			p.buf.WriteString(pushTitle)
		}
		p.buf.WriteString(ansi.SetWindowTitle(f.title))
	}
	if f.mouse != p.shown.mouse {
		p.buf.WriteString(mouseSequence(f.mouse))
	}
	switch {
	case f.cursor.set && !p.shown.cursor.set:
		p.styled = true
		p.buf.WriteString(ansi.SetCursorStyle(steadyBlock) + ansi.SetModeTextCursorEnable)
	case !f.cursor.set && p.shown.cursor.set:
		p.buf.WriteString(ansi.ResetModeTextCursorEnable)
	}
}

// wrapped returns what is to be written for a frame, whose cells begin at head,
// in such a way that nobody sees half of it, or at least no cursor that runs
// about.
func (p *painter) wrapped(head int, cursor, sync bool) string {
	defer p.buf.Reset()
	modes, cells := string(p.buf.Bytes()[:head]), string(p.buf.Bytes()[head:])
	switch {
	case cells == "":
		return modes
	case sync:
		return modes + ansi.SetModeSynchronizedOutput + cells + ansi.ResetModeSynchronizedOutput
	case cursor:
		return modes + ansi.ResetModeTextCursorEnable + cells + ansi.SetModeTextCursorEnable
	}
	return modes + cells
}

// leave gives the terminal back as it was found.
func (p *painter) leave() {
	if !p.open {
		return
	}
	p.open = false
	p.buf.Reset() // of a frame that broke
	if p.shown.mouse {
		p.buf.WriteString(mouseSequence(false))
	}
	if p.titled {
		p.buf.WriteString(ansi.SetWindowTitle("") + popTitle)
	}
	if p.styled {
		p.buf.WriteString(ansi.SetCursorStyle(0))
	}
	p.titled, p.styled = false, false
	p.buf.WriteString(leaveSequence)
	p.write(p.buf.String())
	p.buf.Reset()
}

// write writes to the terminal. One that is gone is found out by whoever reads
// its keys.
func (p *painter) write(s string) {
	if s != "" {
		_, _ = p.link.write(p.out, s)
	}
}

// steadyBlock is a cursor that does not blink, of DECSCUSR.
const steadyBlock = 2

// The title that a window has is kept by the terminal, and taken back, of
// XTWINOPS. One that keeps none is left without a title.
const pushTitle, popTitle = "\x1b[22;2t", "\x1b[23;2t"

// What is on while a screen has a terminal: the alternate screen, pastes and a
// change of focus that can be told from keys, and keys that can be told from each
// other (xterm's modifyOtherKeys and the kitty protocol, each of which is no news
// to who does not know it). The cursor is hidden.
const (
	enterSequence  = modesSequence + "\x1b[>1u"
	retakeSequence = modesSequence + "\x1b[=1u" // in place of what was pushed
	modesSequence  = ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable + ansi.SetModeBracketedPaste + ansi.SetModeFocusEvent +
		ansi.SetModifyOtherKeys2
	leaveSequence = ansi.ResetModifyOtherKeys + "\x1b[<1u" + ansi.ResetModeFocusEvent + ansi.ResetModeBracketedPaste +
		ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable
)

// GiveBack is what whoever has a terminal writes to it if the screen on it was not
// ended in order, as when the process that draws it was killed: it takes back all
// that a screen may have set, and what a frame that was cut sets for a while
// (frames at once, wrapping, inserting, a region that scrolls, a style, a link).
const GiveBack = ansi.ResetModeSynchronizedOutput + ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr +
	"\x1b[0 q\x1b[r" + ansi.SetModeAutoWrap + ansi.ResetModeInsertReplace + "\x1b[m\x1b]8;;\a" + "\x1b]2;\a" + popTitle + leaveSequence + "\r\n"

// plainSequence takes back the style and the region that scrolls, which a frame
// begins with, should others have set them.
const plainSequence = ansi.ResetStyle + "\x1b[r"

// mouseSequence has clicks and the wheel reported, or no longer.
func mouseSequence(on bool) string {
	if on {
		return ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr
	}
	return ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr
}
