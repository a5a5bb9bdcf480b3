package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

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
