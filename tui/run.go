package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// PanicError says that the screen broke. The terminal is restored by the time it
// is returned; Stack is for a file, not for the screen.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("the screen broke: %v", e.Value) }

// Run shows a screen on a terminal until the operator leaves, or ctx ends, which
// is no error. It returns a *PanicError if a bug stopped it, and an error if in or
// out is no terminal.
func Run(ctx context.Context, src Source, opt Options, in, out *os.File) error {
	tty, restore, err := openTTY(in, out, opt.Resized)
	if err != nil {
		return err
	}
	defer restore()
	return run(ctx, src, opt, tty)
}

func run(ctx context.Context, src Source, opt Options, tty *tty) error {
	session, end := context.WithCancelCause(ctx)
	defer end(nil)
	g := &guard{model: New(session, src, opt), tty: tty, session: session, broke: end}
	g.model.pace.link = new(link)
	g.painter = newPainter(tty.out, g.model.pace.link, g.model.opt.Environ)
	painted := make(chan struct{})
	go func() {
		defer close(painted)
		g.paint()
	}()
	program := tea.NewProgram(g,
		tea.WithInput(tty.in),
		tea.WithOutput(io.Discard), // the painter has the terminal
		tea.WithoutRenderer(),
		tea.WithFPS(1), // of the renderer that there is not
		tea.WithWindowSize(tty.w, tty.h),
		tea.WithEnvironment(g.model.opt.Environ),
		tea.WithoutSignalHandler(), // whoever runs the process decides; ctrl+c is a key here
	)
	// Told to leave it puts its reader of keys away in order, which it does not when
	// its context ends.
	asked := context.AfterFunc(session, program.Quit)
	_, err := program.Run()
	asked()
	g.painter.close()
	tty.part(painted)
	if broken, is := errors.AsType[*PanicError](context.Cause(session)); is {
		return broken
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// guard is the model with a terminal below it, and a net: a panic of the model, a
// command or the painter ends the session in order, so that the terminal is
// restored and the trace is not lost on the screen.
type guard struct {
	model   *Model
	tty     *tty
	painter *painter
	session context.Context
	broke   context.CancelCauseFunc
}

func (g *guard) caught() {
	if r := recover(); r != nil {
		g.broke(&PanicError{Value: r, Stack: debug.Stack()})
	}
}

// paint draws until the session is over. Should that break, the session ends, and
// the terminal is given back all the same.
func (g *guard) paint() {
	defer g.painter.leave()
	defer g.caught()
	g.painter.run()
}

// Init begins with what the terminal is asked. How large it is comes by itself.
func (g *guard) Init() tea.Cmd {
	if asksForSync(g.model.opt.Environ) {
		g.painter.send(ansi.RequestModeSynchronizedOutput)
	}
	return tea.Batch(g.tty.resume(g.session), g.cmd(g.model.Init()))
}

// Update lets the model take a message in, and has what it shows then painted.
func (g *guard) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	m = g
	defer g.caught()
	torn := false
	switch msg := msg.(type) {
	case tea.RawMsg:
		g.painter.send(fmt.Sprint(msg.Msg))
		return g, nil
	case tea.ModeReportMsg:
		if g.model.onMode(msg); g.model.frames == framesWhole {
			g.painter.synchronize()
		}
		return g, nil
	case redrawAllMsg:
		torn = true
	case resumedMsg:
		g.painter.retake()
		cmd = g.tty.resume(g.session)
	case tea.WindowSizeMsg:
		torn, cmd = true, g.tty.resize(g.session)
	}
	_, more := g.model.Update(msg)
	g.painter.show(framed(g.model.View(), g.model.w, g.model.h), torn)
	return g, tea.Batch(cmd, g.cmd(more))
}

// redrawAllMsg asks for the whole screen anew: a wall(1), or the kernel on a
// console, wrote over it.
type redrawAllMsg struct{}

// runRedraw asks for it.
func runRedraw(m *Model, _ []string) tea.Cmd {
	m.say("all of it drawn anew")
	return func() tea.Msg { return redrawAllMsg{} }
}

// View is for a renderer, which there is not.
func (g *guard) View() tea.View { return tea.View{} }

// cmd puts the net below a command, and those that it leads to.
func (g *guard) cmd(c tea.Cmd) tea.Cmd {
	if c == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.caught()
		msg = c()
		if batch, is := msg.(tea.BatchMsg); is {
			for i := range batch {
				batch[i] = g.cmd(batch[i])
			}
		}
		return msg
	}
}
