package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"sitrep/config"
	"sitrep/monitor"
	"sitrep/safe"
	"sitrep/store"
	"sitrep/tui"
)

// watch is the command without a name: probes and one screen in one process.
// Of URLs, and of a part of the targets, nothing is kept: the alerts of the
// others are not ours to end.
func (a *app) watch(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && !anyURL(args) {
		if err := a.knownTargets(cmd, args); err != nil {
			return err
		}
	}
	cfg, names, err := a.configured(args)
	if err != nil {
		return err
	}
	choose := func(cfg *config.Config) (err error) {
		cfg.Targets, err = selectTargets(cmd, cfg.Targets, names)
		return err
	}
	if err := choose(cfg); err != nil {
		return err
	}
	dir := ""
	if len(args) == 0 {
		if dir, err = a.stateDir(cfg.File); err != nil {
			return err
		}
	}
	if err := a.drawable(); err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(a.errs, w.String())
	}
	err = a.screen(cmd.Context(), cfg, dir, titleOf(cfg), choose)
	if _, held := errors.AsType[*store.HeldError](err); held {
		if attached := a.attach(cmd.Context(), dir); !errors.Is(attached, errNoConsole) {
			return attached
		}
	}
	return err
}

// drawable refuses what no screen can be drawn on. A terminal that says that it
// is dumb is written lines to.
func (a *app) drawable() error {
	switch {
	case a.plain:
	case !terminal(a.in) || !terminal(a.out):
		return usage("a screen needs a terminal; without one: sitrep --plain, sitrep serve, or sitrep check")
	case os.Getenv("TERM") == "dumb":
		a.plain = true
	}
	return nil
}

// screen runs the house with a screen until the operator leaves or ctx ends.
// choose leaves out of a configuration what was not asked for; nil keeps all.
func (a *app) screen(ctx context.Context, cfg *config.Config, dir, title string, choose func(*config.Config) error) error {
	log, closeLog, err := openLog(cfg, a.errs, true, dir)
	if err != nil {
		return err
	}
	defer closeLog()
	h, err := build(cfg, dir, "a screen, "+cfg.File, title, a.errs, log)
	if err != nil {
		return err
	}
	running, stop := untilHangup(ctx)
	var working sync.WaitGroup
	var workErr error
	working.Go(func() { follow(running, h.monitor, log) })
	var again *reloader
	if cfg.File != "" {
		again = &reloader{house: h, log: log, cfg: cfg, choose: choose}
	}
	working.Go(func() {
		workErr = h.run(running, again)
		stop() // a house that fell takes the screen with it
	})
	err = a.draw(running, cfg, h, title)
	stop()
	working.Wait()
	if err == nil {
		err = workErr
	}
	if e := h.close(); err == nil {
		err = e
	}
	return err
}

// untilHangup returns a context that ends with ctx, when its terminal is gone, or
// when end is called. A process that is not to mind (nohup) does not.
func untilHangup(ctx context.Context) (until context.Context, end func()) {
	if signal.Ignored(syscall.SIGHUP) {
		return context.WithCancel(ctx)
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

// draw shows the screen. A panic in it leaves the terminal whole and its trace
// in a file.
func (a *app) draw(ctx context.Context, cfg *config.Config, h *house, title string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = saveTrace(fmt.Sprint(p), debug.Stack())
		}
	}()
	opt := screenOptions(cfg, a.environ, a.color)
	opt.Title, opt.Standalone, opt.Filter, opt.Export = title, true, string(a.filter), h.exporter(cfg)
	opt.Tmux = tmuxOptions // a visitor's tmux is not ours to ask
	src := source{h.monitor, h.store, monitor.Actor{Name: a.operator(), Role: monitor.Admin, From: "local"}}
	if a.plain {
		return tui.RunPlain(ctx, src, opt, a.out)
	}
	in, out, err := a.terminals()
	if err != nil {
		return err
	}
	err = tui.Run(ctx, src, opt, in, out)
	if trace, ok := errors.AsType[*tui.PanicError](err); ok {
		return saveTrace(trace.Error(), trace.Stack)
	}
	if monitor.Stopped(err) {
		return nil
	}
	return err
}

// saveTrace writes a panic's trace to a file and returns an error that says where.
func saveTrace(what string, stack []byte) error {
	f, err := os.CreateTemp("", "sitrep-panic-*.txt")
	if err != nil {
		return fmt.Errorf("the screen failed: %s; its trace could not be written: %w\n%s", what, err, stack)
	}
	defer f.Close()
	fmt.Fprintf(f, "sitrep %s, %s\n%s\n\n%s", version(), time.Now().UTC().Format(time.RFC3339), what, stack)
	return fmt.Errorf("the screen failed: %s; the trace is in %s", safe.Line(what, 200), f.Name())
}

// operator returns who looks at this screen, and whose name what they do has:
// --as, $SITREP_OPERATOR, or the account.
func (a *app) operator() string {
	account := ""
	if u, err := user.Current(); err == nil {
		account = u.Username
	}
	for _, name := range []string{a.asFlag, os.Getenv("SITREP_OPERATOR"), os.Getenv("SUDO_USER"), account} {
		if name = operatorName(name); name != "" {
			return name
		}
	}
	return "operator"
}

// operatorName makes a name that somebody gave themselves fit for everybody else.
func operatorName(name string) string { return safe.Line(strings.TrimSpace(name), 64) }

// titleOf names the fleet on screens: the folder of the configuration, since
// the file is nearly always called the same.
func titleOf(cfg *config.Config) string {
	abs, err := filepath.Abs(cfg.File)
	if cfg.File == "" || err != nil {
		return "sitrep"
	}
	name := filepath.Base(filepath.Dir(abs))
	if base := strings.TrimSuffix(filepath.Base(abs), ".toml"); base != "config" {
		name = base
	}
	return safe.Line(name, 24)
}
