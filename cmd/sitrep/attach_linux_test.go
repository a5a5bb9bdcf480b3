package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"
)

// seat is somebody at a terminal: a sitrep on one side, and what it draws and is
// typed on the other.
type seat struct {
	t    *testing.T
	name string
	pty  *os.File
	cmd  *exec.Cmd
	done chan error

	mu     sync.Mutex
	screen *vt.Emulator // guarded by mu
}

// sit opens a terminal of 100 columns and 30 lines and runs a command on it.
func sit(t *testing.T, name string, args ...string) *seat {
	t.Helper()
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	fd := int(pty.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	s := &seat{t: t, name: name, pty: pty, done: make(chan error, 1), screen: vt.NewEmulator(100, 30)}
	s.resize(100, 30)
	s.cmd = exec.Command("sitrep", args...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8")
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.read()
	go func() { _, _ = io.Copy(pty, s.screen) }() // what the terminal answers to questions
	go func() { s.done <- s.cmd.Wait() }()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		pty.Close()
		if c, is := s.screen.InputPipe().(io.Closer); is { // not Close, which a Read under way does not expect
			_ = c.Close()
		}
	})
	return s
}

func (s *seat) resize(w, h uint16) {
	if err := unix.IoctlSetWinsize(int(s.pty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: w, Row: h}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *seat) read() {
	buf := make([]byte, 4096)
	for {
		n, err := s.pty.Read(buf)
		if err != nil {
			return
		}
		s.mu.Lock()
		_, _ = s.screen.Write(buf[:n])
		s.mu.Unlock()
	}
}

func (s *seat) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

// sees waits until the screen shows all of some texts.
func (s *seat) sees(texts ...string) {
	s.t.Helper()
	for range 300 {
		missing := ""
		for _, text := range texts {
			if !strings.Contains(s.text(), text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("%s never saw %q:\n%s", s.name, texts, s.text())
}

// types sends keys, a pause after each as people make.
func (s *seat) types(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		if _, err := s.pty.WriteString(k); err != nil {
			s.t.Fatal(err)
		}
		time.Sleep(400 * time.Millisecond) // enter within 300 ms of a dialog's opening is dropped
	}
}

// opens goes to the timeline of the one incident there is.
func (s *seat) opens() {
	s.t.Helper()
	s.types("3")
	s.sees("[3 incidents]", "0001")
	s.types("\r")
	s.sees("all kinds")
}

// notes writes a note, which a key may follow only once it is shown.
func (s *seat) notes(text string) {
	s.t.Helper()
	s.types("n")
	s.sees("enter save")
	s.types(text)
	s.sees(text)
	s.types("\r")
	s.sees(s.name + ": " + text)
}

// leaves waits until the command has ended, and returns how.
func (s *seat) leaves() error {
	s.t.Helper()
	select {
	case err := <-s.done:
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatalf("%s does not leave:\n%s", s.name, s.text())
		return nil
	}
}

// serveOn starts a sitrep that probes something that is down, and waits until it
// takes visitors.
func serveOn(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	file := filepath.Join(dir, "config.toml")
	text := "[defaults]\ninterval = \"1s\"\nfail_after = 1\n\n[target]\nweb = \"tcp://127.0.0.1:1\"\n\n[receiver.log]\nlog = \"notified.log\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(filepath.Join(dir, "state", consoleName)) // of one that was killed
	serve := start(t, dir, file)
	t.Cleanup(func() { _ = serve.Process.Kill(); _ = serve.Wait() })
	for range 200 {
		if _, err := os.Stat(filepath.Join(dir, "state", consoleName)); err == nil {
			return serve
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it takes no visitors")
	return nil
}

// Two operators, each with a sitrep on a terminal of their own, work on one
// incident of a third that probes: both see what either does. What they did is
// there after it was killed and started again.
func TestTwoOperatorsOnOneConsole(t *testing.T) {
	dir := t.TempDir()
	serve := serveOn(t, dir)
	args := func(name string) []string {
		return []string{"-c", filepath.Join(dir, "config.toml"), "--state", filepath.Join(dir, "state"), "--as", name}
	}
	ana, bo := sit(t, "ana", args("ana")...), sit(t, "bo", args("bo")...)
	ana.sees("ana", "web", "DOWN")
	bo.sees("bo", "web", "DOWN")
	ana.types("i")
	ana.sees("declare an incident")
	ana.types("\r")
	bo.sees("0001", "IC ana")
	for _, s := range []*seat{ana, bo} {
		s.opens()
	}
	ana.notes("the disk of the database is full")
	bo.notes("growing it to 200 GiB")
	for _, s := range []*seat{ana, bo} {
		s.sees("ana: the disk of the database is full", "bo: growing it to 200 GiB")
	}
	bo.resize(80, 24)
	_ = bo.cmd.Process.Signal(syscall.SIGWINCH)
	bo.types("q", "q", "q")
	if err := bo.leaves(); err != nil {
		t.Errorf("bo left: %v", err)
	}
	_ = serve.Process.Kill()
	if err := ana.leaves(); err == nil {
		t.Error("ana's screen ended as if she had left")
	}
	ana.sees("is gone")
	_ = serve.Wait()

	serveOn(t, dir)
	cy := sit(t, "cy", args("cy")...)
	cy.sees("0001")
	cy.opens()
	cy.sees("ana: the disk of the database is full", "bo: growing it to 200 GiB")
	first, second := strings.Index(cy.text(), "the disk"), strings.Index(cy.text(), "growing")
	if first > second {
		t.Errorf("in another order:\n%s", cy.text())
	}
	_ = cy.cmd.Process.Signal(syscall.SIGHUP) // the connection is lost
	if err := cy.leaves(); err != nil {
		t.Errorf("cy was cut off: %v", err)
	}
}
