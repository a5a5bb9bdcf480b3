package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

const (
	execTimeout   = 30 * time.Second
	execOutput    = 64 << 10               // bytes that are read of what a command writes; the rest is thrown away
	execLinger    = 100 * time.Millisecond // how long its output may stay open once it and its group have ended
	exitTempFail  = 75                     // EX_TEMPFAIL of sysexits.h
	maxExecAlerts = 1000
)

// command runs a program for each attempt.
type command struct {
	args    []string
	timeout time.Duration
	wording Wording
}

// NewExec returns a notifier that runs a command, with the notice as JSON on its
// standard input and the most needed of it in its environment, as SITREP_*.
// Exit status 0 is accepted, 75 is again, every other is dead. A command is one
// that ends: what it started and left running in its process group is killed
// when it exits. What is to outlive it belongs to a service manager.
func NewExec(o ExecOptions) (Notifier, error) {
	switch {
	case len(o.Args) == 0 || o.Args[0] == "":
		return nil, errors.New("exec: there is no command")
	case slices.ContainsFunc(o.Args, func(a string) bool { return strings.ContainsRune(a, 0) }):
		return nil, errors.New("exec: an argument holds a NUL")
	case o.Timeout < 0:
		return nil, errors.New("exec: the timeout is negative")
	}
	return &command{args: slices.Clone(o.Args), timeout: cmp.Or(o.Timeout, execTimeout), wording: o.Wording}, nil
}

// Format shows the command without its arguments, which may be secrets.
func (c *command) Format(f fmt.State, _ rune) { fmt.Fprint(f, "exec ", safe.Line(c.args[0], maxName)) }

func (c *command) pace() pace { return pace{timeout: c.timeout} }

func (c *command) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	if ctx.Err() != nil {
		return again(explain(ctx, ctx.Err(), false))
	}
	d := noticeOf(c.wording.say(n), maxExecAlerts)
	input, err := encode(d)
	if err != nil {
		return dead(safe.Line(err.Error(), maxErr))
	}
	run := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	run.Env = environment(d)
	said, err := runGroup(run, append(input, '\n'))
	if run.Process == nil {
		why := safe.Line("cannot start: "+cause(err), maxErr)
		if slices.ContainsFunc(shortages, func(short error) bool { return errors.Is(err, short) }) {
			return again(why)
		}
		return dead(why)
	}
	return verdict(ctx, run.ProcessState, err, said)
}

// shortages keep a command from being started, and pass.
var shortages = []error{syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE}

// verdict says what came of a command that was started. What else broke, such
// as input that it did not read or output that a child of it holds open, is
// nothing beside its exit status.
func verdict(ctx context.Context, state *os.ProcessState, err error, said string) alert.Delivery {
	code := -1
	if state != nil {
		code = state.ExitCode()
	}
	switch {
	case code == 0:
		return alert.Delivery{Outcome: alert.Accepted}
	case code == -1 && ctx.Err() != nil:
		return ambiguous(explain(ctx, ctx.Err(), true))
	case code == -1: // by a signal that is not ours: nobody knows how far it came
		return ambiguous(safe.Line(withWords(cause(err), said), maxErr))
	case code == exitTempFail:
		return again(safe.Line(withWords("exit status 75", said), maxErr))
	}
	return dead(safe.Line(withWords(fmt.Sprintf("exit status %d", code), said), maxErr))
}

func withWords(s, said string) string {
	if said == "" {
		return s
	}
	return s + ": " + said
}

// cause is an error without the command, which the receiver's name stands for.
func cause(err error) string {
	if e, ok := errors.AsType[*exec.Error](err); ok {
		return e.Err.Error()
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// environment is what a command is given: where programs and the home are, the
// language, and the notice. Nothing else of ours, where secrets may be.
func environment(d notice) []string {
	var env []string
	for _, k := range []string{"PATH", "HOME", "LANG"} {
		if v, ok := os.LookupEnv(k); ok {
			env = append(env, k+"="+v)
		}
	}
	target, severity := "", "resolved"
	if len(d.Alerts) > 0 {
		target = d.Alerts[0].Target
	}
	if i := slices.IndexFunc(d.Alerts, func(a noticeAlert) bool { return a.State != alert.Resolved.String() }); i >= 0 {
		severity = d.Alerts[i].Severity // gravest first
	}
	for _, v := range []struct{ name, value string }{
		{"REASON", d.Reason},
		{"TEXT", d.Text},
		{"TARGET", target}, // of the first alert
		{"SEVERITY", severity},
		{"ALERTS", strconv.Itoa(len(d.Alerts) + d.More)},
		{"ACTIVE", strconv.Itoa(d.Active)},
		{"KEY", d.Key},
		{"RECEIVER", d.Receiver},
		{"TO", d.To},
		{"OPERATOR", d.Operator},
		{"STEP", strconv.Itoa(d.Step)},
		{"ROUTE", d.Route},
		{"GROUP", d.Group},
		{"ATTEMPT", strconv.Itoa(d.Attempt)},
		{"FOR", d.For},
		{"REPEAT", strconv.FormatBool(d.Repeat)},
		{"TEST", strconv.FormatBool(d.Test)},
	} {
		env = append(env, "SITREP_"+v.name+"="+safe.Line(v.value, 4<<10))
	}
	return env
}
