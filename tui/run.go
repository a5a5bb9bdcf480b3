package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// framesASecond is how often Bubble Tea looks for something to write: a key
// waits for the next look, 11 ms at most. More often costs processor time also
// when nothing changes, less often is felt.
const framesASecond = 90

// PanicError says that the screen broke. The terminal is restored by the time it
// is returned; Stack is for a file, not for the screen.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("the screen broke: %v", e.Value) }

// Run shows a screen on a terminal until the operator leaves, or ctx ends, which
// is no error. It returns a *PanicError if a bug stopped it.
func Run(ctx context.Context, src Source, opt Options, in io.Reader, out io.Writer) error {
	return run(ctx, src, opt, in, out)
}

func run(ctx context.Context, src Source, opt Options, in io.Reader, out io.Writer, more ...tea.ProgramOption) error {
	session, end := context.WithCancelCause(ctx)
	defer end(nil)
	g := &guard{model: New(session, src, opt), broke: end}
	g.model.pace.link = new(link)
	options := append([]tea.ProgramOption{
		tea.WithInput(in),
		tea.WithOutput(g.model.pace.link.timed(out)),
		tea.WithContext(session),
		tea.WithFPS(framesASecond),
		tea.WithColorProfile(colorprofile.TrueColor), // as it is: each level names its own
		tea.WithoutSignalHandler(),                   // whoever runs the process decides; ctrl+c is a key here
	}, more...)
	if opt.Environ != nil {
		options = append(options, tea.WithEnvironment(opt.Environ))
	}
	_, err := tea.NewProgram(g, options...).Run()
	if broken, is := errors.AsType[*PanicError](context.Cause(session)); is {
		return broken
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// guard is the model with a net below it: a panic ends the session in order, so
// that the terminal is restored and the trace is not lost on the screen.
type guard struct {
	model *Model
	broke context.CancelCauseFunc
}

func (g *guard) caught() {
	if r := recover(); r != nil {
		g.broke(&PanicError{Value: r, Stack: debug.Stack()})
	}
}

func (g *guard) Init() tea.Cmd { return g.cmd(g.model.Init()) }

func (g *guard) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	m = g
	defer g.caught()
	_, cmd = g.model.Update(msg)
	return g, g.cmd(cmd)
}

func (g *guard) View() (v tea.View) {
	defer g.caught()
	return g.model.View()
}

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
