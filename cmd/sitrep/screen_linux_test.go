package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A screen of its own follows the window's size and gives the terminal back,
// whether its operator leaves or the process is told to end.
func TestScreenGivesTheTerminalBack(t *testing.T) {
	for name, end := range map[string]func(*seat){
		"left":       func(s *seat) { s.types("q"); s.sees("quit"); s.types("quit", "\r") },
		"terminated": func(s *seat) { _ = s.cmd.Process.Signal(syscall.SIGTERM) },
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
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.screen.IsAltScreen() || s.screen.CursorHidden() {
				t.Error("leaves the alternate screen on, or the cursor hidden")
			}
		})
	}
}
