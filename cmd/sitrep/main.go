// Command sitrep is a situation room in a terminal: it probes what people run,
// shows it live, pages whoever a route names, and keeps the timeline of
// incidents.
//
// This package is the door: a file a command, and wire.go, where the parts are
// put together. It holds flags, signals, exit codes and what is printed, and
// decides nothing about alerts.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // zones work without a system database

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"sitrep/config"
)

// Exit codes. Those of sysexits.h where it has one; 0 to 3 are the Nagios codes
// in check.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 64
	exitUnavailable = 75
	exitConfig      = 78
	exitInterrupted = 130
)

// exit is an error that says how the process ends. A nil err prints nothing.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// usage returns the error of a wrong command line.
func usage(format string, args ...any) error { return exit{exitUsage, fmt.Errorf(format, args...)} }

// app is what every command has: flags for all, and the process's ends.
type app struct {
	configFlag string
	stateFlag  string
	asFlag     string
	plain      bool // a line an event in place of a screen
	color      colorFlag
	filter     filterFlag
	in         io.Reader
	out, errs  io.Writer
	environ    []string
}

func main() {
	a := &app{in: os.Stdin, out: os.Stdout, errs: os.Stderr, environ: os.Environ()}
	os.Exit(a.main(os.Args[1:]))
}

// main runs a command line and returns the exit code. The first SIGINT or
// SIGTERM ends gently, a second at once.
func (a *app) main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal has its usual effect
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code := a.report(err)
	if code == exitOK && ctx.Err() != nil && a.interruptible(root, args) {
		return exitInterrupted
	}
	return code
}

// interruptible tells whether a command that a signal ended was cut short.
// Screens and serve are meant to be ended so.
func (a *app) interruptible(root *cobra.Command, args []string) bool {
	cmd, _, err := root.Find(args)
	return err == nil && cmd.Name() == "check"
}

// report prints an error for the operator and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	code := exitFailed
	problems, wrong := errors.AsType[config.Problems](err)
	if wrong {
		code = exitConfig
	}
	if e, ok := errors.AsType[exit](err); ok {
		if code = e.code; e.err == nil {
			return code
		}
	}
	switch {
	case wrong && terminal(a.errs):
		_ = problems.Render(a.errs, a.paints(a.errs))
	case wrong:
		fmt.Fprintln(a.errs, problems.Error())
	default:
		fmt.Fprintln(a.errs, "sitrep: "+err.Error())
	}
	return code
}

// root builds the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "sitrep [TARGET… | URL…]",
		Short: "a situation room in a terminal",
		Long: `sitrep probes what you run, shows it live, tells who is to know, and keeps the
incident's timeline. Without a command it opens the screen: on the targets of
the configuration, or on the URLs given.`,
		Example: `  sitrep demo                                 a small company that breaks and recovers
  sitrep https://example.com tcp://db:5432    watch just these, write nothing
  sitrep init && sitrep                       with a configuration of your own`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
		Version:                    version(),
		RunE:                       a.watch,
	}
	root.SetOut(a.out)
	root.SetErr(a.errs)
	root.SetIn(a.in)
	root.SetVersionTemplate("sitrep {{.Version}}\n")
	root.PersistentFlags().StringVarP(&a.configFlag, "config", "c", "", "configuration `FILE` (else $SITREP_CONFIG, ./config.toml, the XDG place, /etc/sitrep)")
	root.PersistentFlags().StringVar(&a.stateFlag, "state", "", "state `DIR` (else $SITREP_STATE, $STATE_DIRECTORY, the XDG place)")
	root.PersistentFlags().Var(&a.color, "color", "colours: auto, 16, 256, true or never (else $NO_COLOR, the configuration, what the terminal says)")
	root.Flags().StringVar(&a.asFlag, "as", "", "`NAME` that what you do here has (else $SITREP_OPERATOR, or the account)")
	root.Flags().BoolVar(&a.plain, "plain", false, "no screen: a line an event, in words (as with TERM=dumb)")
	a.filterOf(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%v (see %s --help)", err, cmd.CommandPath())
	})
	root.AddCommand(
		a.serveCommand(), a.checkCommand(), a.demoCommand(), a.initCommand(), a.healthCommand(),
		a.configCommand(), a.routeCommand(), a.reloadCommand(), a.onCallCommand(), a.exportCommand(), a.lintCommand(), a.verifyCommand(), a.doctorCommand(), a.notifyCommand(), a.versionCommand(), keysTopic(),
	)
	return root
}

// noArgs refuses arguments with the usual code.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no argument, got %q", cmd.CommandPath(), strings.Join(args, " "))
	}
	return nil
}

// terminal tells whether w is one.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}
