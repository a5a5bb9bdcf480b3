//go:build unix

package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"sitrep/alert"
)

// shell returns a notifier that runs a script. $1 is a directory, "said" in it a
// named pipe that mum receives from.
func shell(t *testing.T, script string, more ...string) (to Notifier, dir string, mum <-chan struct{}) {
	t.Helper()
	dir = t.TempDir()
	pipe := filepath.Join(dir, "said")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	heard := make(chan struct{}, 1)
	go func() {
		f, err := os.OpenFile(pipe, os.O_RDONLY, 0) // until somebody writes
		if err == nil {
			f.Close()
		}
		heard <- struct{}{}
	}()
	t.Cleanup(func() {
		if f, err := os.OpenFile(pipe, os.O_RDWR, 0); err == nil { // for whoever waits still
			f.Close()
		}
	})
	args := append([]string{"/bin/sh", "-c", script, "sh", dir}, more...)
	return mustNotifier(t)(NewExec(ExecOptions{Args: args})), dir, heard
}

func farExec(t *testing.T) far {
	const take = `cat > "$1/$SITREP_ATTEMPT-$$.json"; `
	scripts := map[behaviour]string{
		takes:           take,
		isBusy:          "echo not now; exit 75",
		refuses:         "printf 'no\\033[2J, never\\nreally' >&2; exit 1",
		keepsMum:        `cat >/dev/null; echo > "$1/said"; sleep 1000`,
		hangsUp:         "cat >/dev/null; kill -9 $$",
		floods:          "head -c 50000000 /dev/zero",
		refusesAtLength: "echo no; head -c 50000000 /dev/zero; exit 1",
	}
	// The far side lives in one directory, whatever it plays.
	play := filepath.Join(t.TempDir(), "play")
	to, dir, mum := shell(t, `. "$2"`, play, canary)
	return far{
		mum: mum,
		meet: func(t *testing.T, b behaviour) Notifier {
			if scripts[b] == "" {
				return nil
			}
			if err := os.WriteFile(play, []byte(scripts[b]), 0o600); err != nil {
				t.Fatal(err)
			}
			return to
		},
		arrived: func() []arrival {
			files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
			slices.Sort(files)
			var all []arrival
			for _, f := range files {
				raw, err := os.ReadFile(f)
				var d notice
				if err != nil || json.Unmarshal(raw, &d) != nil {
					t.Errorf("%s: %v", raw, err)
				}
				all = append(all, arrival{key: d.Key, text: wordsOfJSON(t, raw)})
			}
			return all
		},
	}
}

func TestExecIsGivenTheNoticeAndLittleElse(t *testing.T) {
	t.Setenv("SITREP_LEAK", canary)
	t.Setenv("AWS_SECRET_ACCESS_KEY", canary)
	to, dir, _ := shell(t, `env > "$1/env"; printf %s "$2" > "$1/arg"`, `$(touch "$1/hacked"); "*'`)
	n := outage(bad("a\nSITREP_EVIL=1", alert.Critical, "503"), bad("b", alert.Warning))
	n.Attempt, n.More, n.Repeat = 3, 5, true
	if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Accepted {
		t.Fatalf("got %v: %s", d.Outcome, d.Err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"SITREP_REASON=first", "SITREP_TARGET=a SITREP_EVIL=1", "SITREP_SEVERITY=critical", "SITREP_KEY=4b1dfeed", "SITREP_RECEIVER=chat",
		"SITREP_ROUTE=all", "SITREP_GROUP=all{group=shops}", "SITREP_ATTEMPT=3", "SITREP_ALERTS=7", "SITREP_ACTIVE=2", "SITREP_REPEAT=true",
		"PATH=" + os.Getenv("PATH"),
	} {
		if !slices.Contains(strings.Split(string(raw), "\n"), want) {
			t.Errorf("%s is not in\n%s", want, raw)
		}
	}
	if strings.Contains(string(raw), canary) {
		t.Errorf("it was given what is none of its business:\n%s", raw)
	}
	if arg, _ := os.ReadFile(filepath.Join(dir, "arg")); string(arg) != `$(touch "$1/hacked"); "*'` {
		t.Errorf("the argument arrived as %s", arg)
	}
	if _, err := os.Stat(filepath.Join(dir, "hacked")); err == nil {
		t.Error("a shell read the argument")
	}
}

func TestExecOutcomes(t *testing.T) {
	for script, want := range map[string]struct {
		outcome alert.Outcome
		err     string
	}{
		"exit 0":           {alert.Accepted, ""},
		"echo all is well": {alert.Accepted, ""},
		"exec <&-; exit 0": {alert.Accepted, ""},
		"exit 75":          {alert.Again, "exit status 75"},
		"echo; echo '  busy  '; echo later; exit 75": {alert.Again, "exit status 75: busy"},
		"exit 1": {alert.Dead, "exit status 1"},
		"printf '\\033[31mno\\033[0m\\a' >&2; exit 74": {alert.Dead, "exit status 74: no"},
		"kill -TERM $$": {alert.Ambiguous, "signal: terminated"},
	} {
		to, _, _ := shell(t, script)
		d := attempt(t.Context(), t, to, oneDown)
		if d.Outcome != want.outcome || d.Err != want.err {
			t.Errorf("%s: %v: %q, want %v: %q", script, d.Outcome, d.Err, want.outcome, want.err)
		}
	}
	for _, path := range []string{"/nowhere/" + "at-all", "sitrep-has-no-such-program", t.TempDir()} {
		d := attempt(t.Context(), t, mustNotifier(t)(NewExec(ExecOptions{Args: []string{path}})), oneDown)
		if d.Outcome != alert.Dead || !strings.HasPrefix(d.Err, "cannot start: ") {
			t.Errorf("%s: %v: %s", path, d.Outcome, d.Err)
		}
	}
}

// A notice that does not fit into a pipe, to a program that does not read.
func TestExecThatNeverReadsItsInput(t *testing.T) {
	var alerts []alert.Alert
	for i := range 50 {
		alerts = append(alerts, bad(fmt.Sprint(i), alert.Critical, strings.Repeat("x", 5000)))
	}
	for script, want := range map[string]alert.Outcome{"exit 0": alert.Accepted, "exit 75": alert.Again} {
		to, _, _ := shell(t, script)
		if d := attempt(t.Context(), t, to, outage(alerts...)); d.Outcome != want {
			t.Errorf("%s: %v: %s", script, d.Outcome, d.Err)
		}
	}
}

// A command is one that ends: what it leaves running is killed, whatever it said,
// and holds the attempt up with neither its output nor its input.
func TestExecLeavesNobodyBehind(t *testing.T) {
	for script, want := range map[string]alert.Delivery{
		`sleep 1000 & echo $! > "$1/pid"; exit 0`:                            {Outcome: alert.Accepted},
		`sleep 1000 & echo $! > "$1/pid"; echo busy; exit 75`:                {Outcome: alert.Again, Err: "exit status 75: busy"},
		`exec 3<&0; sleep 1000 <&3 & echo $! > "$1/pid"; echo no; exit 1`:    {Outcome: alert.Dead, Err: "exit status 1: no"},
		`trap "" TERM HUP; sleep 1000 & echo $! > "$1/pid"; kill -9 $$`:      {Outcome: alert.Ambiguous, Err: "signal: killed"},
		`sleep 1000 >/dev/null 2>&1 </dev/null & echo $! > "$1/pid"; exit 0`: {Outcome: alert.Accepted},
	} {
		to, dir, _ := shell(t, script)
		n := outage(bad("db", alert.Critical, strings.Repeat("x", 1<<20))) // more than a pipe holds
		d := attempt(t.Context(), t, to, n)
		if d.Outcome != want.Outcome || d.Err != want.Err {
			t.Errorf("%s: %v: %s", script, d.Outcome, d.Err)
		}
		gone(t, pidIn(t, dir))
	}
}

// Who leaves the group is not of it, and does not hold the attempt up either.
func TestExecDoesNotWaitForADaemon(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("there is no setsid")
	}
	to, dir, _ := shell(t, `setsid sh -c 'echo $$ > "$1/pid"; echo > "$1/up"; exec sleep 1000' sh "$1" & while [ ! -e "$1/up" ]; do :; done; echo hello; exit 75`)
	d := attempt(t.Context(), t, to, oneDown)
	if d.Outcome != alert.Again || d.Err != "exit status 75: hello" {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
	if d.Took > defaultTimeout/2 {
		t.Errorf("it waited for the daemon: %v", d.Took)
	}
	pid := pidIn(t, dir)
	if !alive(pid) {
		t.Error("the daemon is killed")
	}
	syscall.Kill(pid, syscall.SIGKILL)
}

func TestExecIsKilledWithAllThatItStarted(t *testing.T) {
	to, dir, mum := shell(t, `sleep 1000 & echo $! > "$1/pid"; echo > "$1/said"; wait`)
	ctx, cancel := contextEndedBy(t, mum)
	defer cancel()
	if d := attempt(ctx, t, to, oneDown); d.Outcome != alert.Ambiguous || !strings.Contains(d.Err, "stopped") {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
	gone(t, pidIn(t, dir))
}

func TestExecTimeout(t *testing.T) {
	to := mustNotifier(t)(NewExec(ExecOptions{Args: []string{"/bin/sh", "-c", "sleep 1000"}, Timeout: 50e6}))
	if d := attempt(context.Background(), t, to, oneDown); d.Outcome != alert.Ambiguous || !strings.Contains(d.Err, "timeout") {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
}

func TestExecKeepsTheHeadOfItsOutput(t *testing.T) {
	k := keptHead{max: 10}
	for _, s := range []string{"\n\n", " first\n", "second", strings.Repeat("x", 1000)} {
		if n, err := k.Write([]byte(s)); n != len(s) || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if k.buf.Len() != 10 || k.firstLine() != "first" {
		t.Errorf("%d bytes, %q", k.buf.Len(), k.firstLine())
	}
}

// gone waits until a process is no more: a signal takes its time.
func gone(t *testing.T, pid int) {
	t.Helper()
	for alive(pid) { // a test that never ends fails
		runtime.Gosched()
	}
}

func pidIn(t *testing.T, dir string) int {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// alive tells whether a process runs. One that is dead and waits for its parent,
// which may be a container's first process that never looks, does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func TestExecOptionsAreRefused(t *testing.T) {
	for name, o := range map[string]ExecOptions{
		"nothing":            {},
		"an empty name":      {Args: []string{""}},
		"a NUL":              {Args: []string{"/bin/true", "a\x00b"}},
		"a negative timeout": {Args: []string{"/bin/true"}, Timeout: -1},
	} {
		if _, err := NewExec(o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
