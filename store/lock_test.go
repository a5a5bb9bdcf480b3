package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSecondOpenerHearsWhoHoldsIt(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{Owner: "serve, config /etc/sitrep/config.toml"})
	_, err := Open(dir, Options{Owner: "screen"})
	held, ok := errors.AsType[*HeldError](err)
	if !ok {
		t.Fatalf("error %v, want a HeldError", err)
	}
	if held.PID != os.Getpid() || held.Owner != "serve, config /etc/sitrep/config.toml" || time.Since(held.Since) > time.Minute {
		t.Errorf("held by %+v", held)
	}
	if !strings.Contains(err.Error(), held.Owner) || !strings.Contains(err.Error(), dir) {
		t.Errorf("the error does not say who and where: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{})
}

func TestPeekTellsWhoIsThere(t *testing.T) {
	dir := t.TempDir()
	if _, err := Peek(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty directory: %v, want fs.ErrNotExist", err)
	}
	s := open(t, dir, Options{Owner: "serve"})
	peek := func(alive bool, beat time.Time) {
		t.Helper()
		p, err := Peek(dir)
		if err != nil {
			t.Fatal(err)
		}
		if p.Alive != alive || p.PID != os.Getpid() || p.Owner != "serve" || !p.Heartbeat.Equal(beat) || p.Since.IsZero() {
			t.Errorf("presence %+v, want alive %v, heartbeat %v", p, alive, beat)
		}
	}
	peek(true, time.Time{})
	save(t, s, Batch{Heartbeat: sometime})
	peek(true, sometime)
	save(t, s, Batch{Heartbeat: sometime.Add(time.Minute)})
	peek(true, sometime.Add(time.Minute))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	peek(false, sometime.Add(time.Minute))
	if err := os.Remove(filepath.Join(dir, fileName)); err != nil {
		t.Fatal(err)
	}
	peek(false, time.Time{})
}

func TestReadOnlyBesideARunningOne(t *testing.T) {
	dir, now := t.TempDir(), time.Now().UTC().Truncate(time.Microsecond)
	s := open(t, dir, Options{})
	want := full(now)
	save(t, s, want)
	check := func(when string) {
		t.Helper()
		r, err := OpenReadOnly(dir)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		checkFull(t, restore(t, r), want)
		if err := r.Append(t.Context(), want); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: append: %v", when, err)
		}
		if err := r.Run(t.Context()); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: run: %v", when, err)
		}
		if err := r.Close(); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	check("beside")
	save(t, s, Batch{Heartbeat: now})
	check("again")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check("after it")
	if _, err := OpenReadOnly(t.TempDir()); err == nil {
		t.Error("an empty directory: no error")
	}
}
