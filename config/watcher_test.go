package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// watched returns a watcher of files, by name below a directory of their own,
// the main one being config.toml.
func watched(t *testing.T, files map[string]string) (w *Watcher, dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		put(t, filepath.Join(dir, name), text)
	}
	c, err := Load(filepath.Join(dir, "config.toml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return NewWatcher(c, Options{Dialer: c.Dialer}), dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// twice looks two times, and tells whether either saw a change.
func twice(w *Watcher) bool {
	first := w.Changed()
	return w.Changed() || first
}

const including = `
include = "config.d/*.toml"
[target.web]
url    = "https://example.com"
bearer = "file:token"
tls    = { ca = "ca.pem" }
`

func TestEveryFileThatWasReadIsWatched(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, dir string){
		"the main file":        func(t *testing.T, dir string) { put(t, dir+"/config.toml", including+"attempts = 3\n") },
		"an include":           func(t *testing.T, dir string) { put(t, dir+"/config.d/a.toml", "[target]\na = \"tcp://h:2\"\n") },
		"a new include":        func(t *testing.T, dir string) { put(t, dir+"/config.d/b.toml", "[target]\nb = \"tcp://h:2\"\n") },
		"a secret":             func(t *testing.T, dir string) { put(t, dir+"/token", "two") },
		"what was not there":   func(t *testing.T, dir string) { put(t, dir+"/ca.pem", "x") },
		"an include that goes": func(t *testing.T, dir string) { _ = os.Remove(dir + "/config.d/a.toml") },
		"a link that is swapped": func(t *testing.T, dir string) {
			put(t, dir+"/token2", "two")
			_ = os.Remove(dir + "/token")
			if err := os.Symlink("token2", dir+"/token"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, dir := watched(t, map[string]string{
				"config.toml": including, "config.d/a.toml": "[target]\na = \"tcp://h:1\"\n", "token": "one",
			})
			if twice(w) {
				t.Fatal("changed before anything has")
			}
			change(t, dir)
			if w.Changed() {
				t.Error("changed at the first look: it may still be written to")
			}
			if !w.Changed() {
				t.Fatal("not changed at the second look")
			}
			if _, err := w.Load(); err != nil {
				t.Fatal(err)
			}
			if twice(w) {
				t.Error("changed after it was read")
			}
		})
	}
}

func TestWrittenAgainAsItWasIsNoChange(t *testing.T) {
	w, dir := watched(t, map[string]string{"config.toml": including, "token": "one"})
	put(t, dir+"/token", "one")
	if twice(w) {
		t.Error("changed, and holds what it did")
	}
}

func TestWhatChangesBetweenLooksIsLeftInPeace(t *testing.T) {
	w, dir := watched(t, map[string]string{"config.toml": including, "token": "one"})
	for _, text := range []string{"a", "ab", "abc"} {
		put(t, dir+"/token", text)
		if w.Changed() {
			t.Errorf("changed while it is written to, at %q", text)
		}
	}
	if !w.Changed() {
		t.Error("not changed once it is still")
	}
}

// TestAFileThatIsWrongIsWatchedToo holds that a refused reading is followed by
// another once the files are different, those only it referred to as well.
func TestAFileThatIsWrongIsWatchedToo(t *testing.T) {
	w, dir := watched(t, map[string]string{"config.toml": "[target]\na = \"tcp://h:1\"\n"})
	main := filepath.Join(dir, "config.toml")
	read := func(want string) {
		t.Helper()
		for range 2 {
			w.Changed()
		}
		if _, err := w.Load(); err == nil && want != "" || err != nil && (want == "" || !strings.Contains(err.Error(), want)) {
			t.Errorf("read: %v, want %q", err, want)
		}
		if twice(w) {
			t.Error("changed right after it was read")
		}
	}
	put(t, main, "[target]\na = ") // half of a file
	read("config.toml:2:4:")
	if err := os.Remove(main); err != nil {
		t.Fatal(err)
	}
	if !twice(w) {
		t.Error("not changed by its end")
	}
	if _, err := w.Load(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read: %v, want that there is none", err)
	}
	put(t, main, "[target]\na = \"tcp://h:1\"\n[receiver.mail]\nslack = \"file:hook\"\n")
	if !twice(w) {
		t.Error("not changed by being there again")
	}
	read("file:hook: no such file")
	put(t, dir+"/hook", "https://hooks.slack.com/x")
	if !twice(w) {
		t.Error("not changed by the secret that was missing")
	}
	read("")
}

func TestAFileThatIsTooLongIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	put(t, path, "")
	if err := os.Truncate(path, maxSource+1); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, Options{}); err == nil || !strings.Contains(err.Error(), "it has more than 16MiB") {
		t.Errorf("got %v", err)
	}
}
