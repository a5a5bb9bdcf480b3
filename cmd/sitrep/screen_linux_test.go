package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A screen of its own follows the window's size and gives the terminal back,
// whether its operator leaves or the process is told to end, and also where the
// terminal takes nothing then, as behind a connection that hangs.
func TestScreenGivesTheTerminalBack(t *testing.T) {
	for name, end := range map[string]func(*seat){
		"left":       func(s *seat) { s.types("q"); s.sees("quit"); s.types("quit", "\r") },
		"terminated": func(s *seat) { _ = s.cmd.Process.Signal(syscall.SIGTERM) },
		"hung up":    func(s *seat) { _ = s.cmd.Process.Signal(syscall.SIGHUP) },
		"hung": func(s *seat) {
			s.mu.Lock() // from here on nobody reads
			defer s.mu.Unlock()
			s.types(strings.Repeat(":redraw\r", 100)) // more than the kernel keeps
			time.Sleep(time.Second)
			_ = s.cmd.Process.Signal(syscall.SIGTERM)
			select {
			case err := <-s.done:
				s.done <- err
			case <-time.After(30 * time.Second):
				s.t.Error("stays, though it was told to end")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "config.toml")
			text := "[target]\nweb = \"tcp://127.0.0.1:1\"\n\n[receiver.log]\nlog = \"notified.log\"\n"
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := sit(t, name, "-c", file, "--state", filepath.Join(dir, "state"), "--as", "ana")
			s.sees("web", "enter open")
			s.resize(60, 20)
			s.mu.Lock()
			s.screen.Resize(60, 20)
			s.mu.Unlock()
			s.types("?") // a key after the signal: both arrive
			s.types("\x1b")
			s.sees("Z ana", "[1 board]") // line 1 as it is at this width
			end(s)
			if err := s.leaves(); err != nil && name == "left" {
				t.Error(err)
			}
			if !s.given() {
				t.Error("leaves the alternate screen on, or the cursor hidden")
			}
		})
	}
}

// given waits until what was written shows that the terminal is not the screen's
// any more.
func (s *seat) given() bool {
	for range 100 {
		s.mu.Lock()
		given := !s.screen.IsAltScreen() && !s.screen.CursorHidden()
		s.mu.Unlock()
		if given {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}
