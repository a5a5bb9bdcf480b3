package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"sitrep/monitor"
	"sitrep/safe"
	"sitrep/store"
)

// How long a running process is waited for once it was told to read its
// configuration again.
const (
	reloadPatience = 10 * time.Second
	reloadLook     = 50 * time.Millisecond
)

func (a *app) reloadCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reload",
		Short: "have the running serve read its configuration again",
		Long: `reload checks the configuration, has the serve that holds its state read it again, and
says what changed. It agrees to a change that forgets more than half of the targets,
which a mere change of the files does not.

A screen that probes by itself reads its files again by itself.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.reload(cmd.Context()) },
	}
}

func (a *app) reload(ctx context.Context) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	cfg.Dialer.Close()
	dir, err := a.stateDir(cfg.File)
	if err != nil {
		return err
	}
	p, err := store.Peek(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !p.Alive:
		return exit{exitFailed, fmt.Errorf("no sitrep is running on %s", dir)}
	case err != nil:
		return exit{exitFailed, err}
	case !strings.HasPrefix(p.Owner, "serve"):
		return exit{exitFailed, fmt.Errorf("process %d is %s, which reads its configuration again by itself; ctrl+r there asks it to", p.PID, p.Owner)}
	}
	seen, err := lastEvent(ctx, dir)
	if err != nil {
		return err
	}
	if err := syscall.Kill(p.PID, syscall.SIGHUP); err != nil {
		return exit{exitFailed, fmt.Errorf("process %d (%s): %w", p.PID, p.Owner, err)}
	}
	answer, err := configEvent(ctx, dir, seen)
	if err != nil {
		return err
	}
	text := safe.Line(answer.Text, 0)
	if strings.HasPrefix(text, "not applied") {
		return exit{exitFailed, errors.New(text)}
	}
	fmt.Fprintf(a.out, "process %d: %s\n", p.PID, text)
	return nil
}

// lastEvent returns the number of the newest line of the log, 0 if there is none.
func lastEvent(ctx context.Context, dir string) (uint64, error) {
	events, err := readLog(ctx, dir, 1)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	return events[0].Seq, nil
}

// configEvent waits for what came of a reload. That one which the files' change
// brought waits to be confirmed is no answer: this is the confirmation.
func configEvent(ctx context.Context, dir string, after uint64) (monitor.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, reloadPatience)
	defer cancel()
	for {
		last, err := lastEvent(ctx, dir)
		var events []monitor.Event
		if err == nil && last > after {
			events, err = readLog(ctx, dir, int(last-after))
		}
		if err != nil && ctx.Err() == nil {
			return monitor.Event{}, err
		}
		for _, e := range events {
			if e.Seq > after && e.Kind == "config" && e.Target == "" && !strings.HasPrefix(e.Text, monitor.Unconfirmed) {
				return e, nil
			}
		}
		if !pause(ctx, reloadLook) {
			return monitor.Event{}, exit{exitFailed, errors.New("it was told to read its configuration again, and has not said what came of it; its log will")}
		}
	}
}

// readLog returns the newest lines of a running process's log, oldest first.
func readLog(ctx context.Context, dir string, n int) ([]monitor.Event, error) {
	st, err := store.OpenReadOnly(dir)
	if err != nil {
		return nil, err
	}
	events, err := st.Log(ctx, math.MaxUint64, n)
	return events, errors.Join(err, st.Close())
}
