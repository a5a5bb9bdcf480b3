package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"

	"sitrep/safe"
	"sitrep/tui"
)

// partingPatience is how long an attached screen that is to end may take to give
// the terminal back.
const partingPatience = 3 * time.Second

// attach shows the screen of the sitrep that holds a state, on this terminal. It
// fails with errNoConsole if that one takes no visitors.
func (a *app) attach(ctx context.Context, dir string) error {
	path, done, err := consolePath(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoConsole, err)
	}
	conn, err := net.Dial("unix", path)
	done()
	if err != nil {
		return fmt.Errorf("%w: %w", errNoConsole, err)
	}
	defer conn.Close()
	in, out, err := a.terminals()
	if err != nil {
		return err
	}
	if !a.plain {
		before, err := term.GetState(in.Fd())
		if err != nil {
			return err
		}
		defer func() { _ = term.Restore(in.Fd(), before) }() // should the other be killed
	}
	// Before there is a screen: from then on the terminal must be given back.
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)
	ctx, stop := untilHangup(ctx)
	defer stop()
	if err := sayHello(conn.(*net.UnixConn), hello{As: a.operator(), Environ: screenEnviron(a.environ), Color: a.color, Filter: string(a.filter), Plain: a.plain}, in, out); err != nil {
		return err
	}
	bye, err := waitForEnd(ctx, conn.(*net.UnixConn), resized)
	switch {
	case err != nil:
		if !a.plain {
			fmt.Fprint(out, tui.GiveBack)
		}
		return exit{exitUnavailable, errors.New("the sitrep that probes is gone")}
	case bye.Trace != "":
		return saveTrace(safe.Line(bye.Error, 400), []byte(bye.Trace))
	case bye.Error != "":
		return exit{exitUnavailable, errors.New(safe.Line(bye.Error, 400))}
	}
	return nil
}

var errNoConsole = errors.New("its screen cannot be shared")

// waitForEnd tells the other of each change of the window's size, until it says
// that the screen is over. When ctx ends it hangs up and waits for the terminal.
func waitForEnd(ctx context.Context, conn *net.UnixConn, resized <-chan os.Signal) (bye goodbye, err error) {
	ended := make(chan error, 1)
	go func() { ended <- json.NewDecoder(conn).Decode(&bye) }()
	for {
		select {
		case err := <-ended:
			return bye, err
		case <-resized:
			_, _ = conn.Write([]byte{'w'})
		case <-ctx.Done():
			_ = conn.CloseWrite()
			_ = conn.SetReadDeadline(time.Now().Add(partingPatience))
			err := <-ended
			return bye, err
		}
	}
}

// terminals returns where keys come from and where the screen goes to.
func (a *app) terminals() (in, out *os.File, err error) {
	in, inOK := a.in.(*os.File)
	out, outOK := a.out.(*os.File)
	if !inOK || !outOK || !a.plain && (!terminal(in) || !terminal(out)) {
		return nil, nil, usage("a screen needs a terminal")
	}
	return in, out, nil
}

// sayHello sends who one is, and one's terminal with it.
func sayHello(conn *net.UnixConn, h hello, in, out *os.File) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, _, err = conn.WriteMsgUnix(text, unix.UnixRights(int(in.Fd()), int(out.Fd())), nil)
	return err
}

// screenEnviron returns what of an environment says how a terminal is drawn on,
// and nothing else of it.
func screenEnviron(environ []string) []string {
	var kept []string
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		switch name {
		case "TERM", "COLORTERM", "COLORFGBG", "VTE_VERSION", "KONSOLE_VERSION", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "LANG",
			"TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX", "STY", "SSH_TTY", "WT_SESSION":
			if len(value) <= 256 {
				kept = append(kept, kv)
			}
		}
	}
	return kept
}
