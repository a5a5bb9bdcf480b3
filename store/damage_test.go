package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	w := <-s.writer
	if err := w.db.Exec(`PRAGMA user_version = 1000`); err != nil {
		t.Fatal(err)
	}
	s.writer <- w
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "1000") {
		t.Errorf("open: %v, want ErrNewer", err)
	}
	if _, err := OpenReadOnly(dir); !errors.Is(err, ErrNewer) {
		t.Errorf("open for reading: %v, want ErrNewer", err)
	}
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		t.Errorf("the file is gone: %v", err)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"not a database":    func([]byte) []byte { return bytes.Repeat([]byte("no database\n"), 1000) },
		"pages of zeros":    func(b []byte) []byte { clear(b[4096 : len(b)-4096]); return b },
		"cut off":           func(b []byte) []byte { return b[:len(b)/2/4096*4096] },
		"damaged beginning": func(b []byte) []byte { copy(b[100:], bytes.Repeat([]byte{0xff}, 4000)); return b },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, fileName)
			s := open(t, dir, Options{})
			save(t, s, full(time.Now()))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := damage(data)
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}

			s = open(t, dir, Options{})
			st := restore(t, s)
			if len(st.Alerts) > 0 || st.Boot != 1 {
				t.Errorf("not begun anew: %+v", st)
			}
			aside, err := filepath.Glob(path + ".corrupt-*Z")
			if err != nil || len(aside) != 1 {
				t.Fatalf("set aside: %v, %v", aside, err)
			}
			if len(st.Notes) != 1 || !strings.Contains(st.Notes[0], aside[0]) {
				t.Errorf("notes %q do not name %s", st.Notes, aside[0])
			}
			kept, err := os.ReadFile(aside[0])
			if err != nil || !bytes.Equal(kept, damaged) {
				t.Errorf("what was set aside is not what was there (%v)", err)
			}
			save(t, s, full(time.Now()))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if st := restore(t, open(t, dir, Options{})); len(st.Notes) > 0 || len(st.Alerts) != 1 {
				t.Errorf("the start after: notes %q, %d alerts", st.Notes, len(st.Alerts))
			}
		})
	}
}

func TestSetAsideOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	seen := make(map[string]bool)
	for _, text := range []string{"one", "two", "three"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		aside, err := setAside(path, sometime)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(aside); err != nil || string(got) != text || seen[aside] {
			t.Errorf("%s holds %q (%v), want %q", aside, got, err, text)
		}
		seen[aside] = true
	}
}
