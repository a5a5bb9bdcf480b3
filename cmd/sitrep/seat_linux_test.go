package main

import (
	"fmt"
	"image/color"
	"io"
	"os"
	"os/exec"
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
	line *unix.Termios // how the terminal was before

	mu     sync.Mutex
	screen *vt.Emulator // guarded by mu
}

// sit opens a terminal of 100 columns and 30 lines and runs sitrep on it.
func sit(t *testing.T, name string, args ...string) *seat {
	t.Helper()
	return sitAt(t, name, 100, 30, nil, nil, args...)
}

// sitAt opens a terminal of a size, with something of an environment and a
// background of its own (nil is black), and runs sitrep on it.
func sitAt(t *testing.T, name string, w, h int, ground color.Color, environ []string, args ...string) *seat {
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
	s := &seat{t: t, name: name, pty: pty, done: make(chan error, 1), screen: vt.NewEmulator(w, h)}
	if ground != nil {
		s.screen.SetDefaultBackgroundColor(ground)
	}
	s.resize(uint16(w), uint16(h))
	if s.line, err = unix.IoctlGetTermios(fd, unix.TCGETS); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command("sitrep", args...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8"), environ...)
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
	for range 1200 {
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

// leaves waits until the command has ended, and returns how. The terminal must be
// as it was before.
func (s *seat) leaves() error {
	s.t.Helper()
	select {
	case err := <-s.done:
		if now, err := unix.IoctlGetTermios(int(s.pty.Fd()), unix.TCGETS); err != nil || *now != *s.line {
			s.t.Errorf("%s got the terminal back as %+v, %v, and it was %+v", s.name, now, err, s.line)
		}
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatalf("%s does not leave:\n%s", s.name, s.text())
		return nil
	}
}
