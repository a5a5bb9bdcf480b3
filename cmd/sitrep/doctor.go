package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"sitrep/tui"
)

// How long a terminal and a tmux may take to answer.
const (
	terminalPatience = time.Second
	tmuxPatience     = time.Second
)

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "say what this terminal can do, and what would be better",
		Long: `doctor asks the terminal for what a screen needs of it: colours, background,
width of glyphs, clipboard, and the options of a tmux around it. Each line says
how it is, and what to do where it could be better.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	t := tui.Terminal{Environ: a.environ, TTY: terminal(a.out)}
	in, out, err := a.terminals()
	if err == nil && !a.plain {
		if w, h, err := term.GetSize(out.Fd()); err == nil {
			t.Width, t.Height = w, h
		}
		askTerminal(in, out, &t)
	}
	if getenv(a.environ, "TMUX") != "" {
		t.Tmux = tmuxOptions(ctx)
	}
	_, err = io.WriteString(a.out, t.Report())
	return err
}

// questions are put to a terminal all at once: where the cursor is after a glyph
// whose width differs, its background, and last what it is, which nearly all
// answer: so one need not wait for those that know nothing of the others.
const questions = "\r■\x1b[6n\r\x1b[K\x1b]11;?\x07\x1b[c"

// askTerminal fills in what a terminal answers before its patience is over. What
// it is not known to swallow is not sent.
func askTerminal(in, out *os.File, t *tui.Terminal) {
	switch getenv(t.Environ, "TERM") {
	case "", "dumb", "linux":
		return
	}
	before, err := term.MakeRaw(in.Fd())
	if err != nil {
		return
	}
	defer func() { _ = term.Restore(in.Fd(), before) }()
	if _, err := out.WriteString(questions); err != nil {
		return
	}
	readAnswers(readUntil(in, terminalPatience, attributes), t)
}

// What answers look like: device attributes, the cursor's place, a colour.
var (
	attributes = regexp.MustCompile(`\x1b\[\?[0-9;]*c`)
	cursorAt   = regexp.MustCompile(`\x1b\[[0-9]+;([0-9]+)R`)
	colourIs   = regexp.MustCompile(`\x1b\]11;([^\x07\x1b]*)`)
)

// readAnswers takes the answers in.
func readAnswers(said []byte, t *tui.Terminal) {
	t.Answered = len(said) > 0
	if m := cursorAt.FindSubmatch(said); m != nil {
		if column, err := strconv.Atoi(string(m[1])); err == nil && column > 1 && column < 4 {
			t.Ambiguous = column - 1
		}
	}
	if m := colourIs.FindSubmatch(said); m != nil {
		t.SaysGround(string(m[1]))
	}
}

// readUntil reads what a terminal says until something matches, or the patience
// is over.
func readUntil(in *os.File, patience time.Duration, end *regexp.Regexp) []byte {
	var said []byte
	buf := make([]byte, 512)
	for until := time.Now().Add(patience); len(said) < 8192 && !end.Match(said); {
		left := time.Until(until).Milliseconds()
		if left <= 0 {
			break
		}
		ready := []unix.PollFd{{Fd: int32(in.Fd()), Events: unix.POLLIN}}
		if n, err := unix.Poll(ready, int(left)); err != nil && err != unix.EINTR || err == nil && n == 0 {
			break
		} else if err != nil {
			continue
		}
		n, err := in.Read(buf)
		if err != nil {
			break
		}
		said = append(said, buf[:n]...)
	}
	return said
}

// tmuxOptions asks the tmux around this process for all its options; what cannot
// be had is not in it.
func tmuxOptions(ctx context.Context) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, tmuxPatience)
	defer cancel()
	options := map[string]string{}
	for _, scope := range []string{"-s", "-g"} {
		out, err := exec.CommandContext(ctx, "tmux", "show-options", scope).Output()
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(out)) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
				options[name] = value
			}
		}
	}
	return options
}
