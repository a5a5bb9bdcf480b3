package config

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindLooksInOrder(t *testing.T) {
	const ours, theirs = "[target]\na = \"tcp://h:1\"\n", "[package]\nname = \"x\"\n"
	for name, c := range map[string]struct {
		explicit string
		here     string
		xdg      string
		env      map[string]string
		want     string // relative to the test's directory
		looked   string
	}{
		"explicit goes first":         {explicit: "x.toml", here: ours, want: "x.toml"},
		"then the environment's":      {here: ours, env: map[string]string{"SITREP_CONFIG": "e.toml"}, want: "e.toml"},
		"then the one here":           {here: ours, xdg: ours, want: "config.toml"},
		"then the user's":             {xdg: ours, want: "xdg/sitrep/config.toml", looked: "config.toml"},
		"another program's is passed": {here: theirs, xdg: ours, want: "xdg/sitrep/config.toml", looked: "none of sitrep's tables"},
		"a broken one may be ours":    {here: "[target\n", xdg: ours, want: "config.toml"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			vars := map[string]string{"XDG_CONFIG_HOME": filepath.Join(dir, "xdg")}
			maps.Copy(vars, c.env)
			for file, text := range map[string]string{"config.toml": c.here, "xdg/sitrep/config.toml": c.xdg} {
				if text == "" {
					continue
				}
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, looked, err := Find(c.explicit, environment(vars))
			if err != nil {
				t.Fatal(err)
			}
			if strings.TrimPrefix(got, dir+"/") != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if !strings.Contains(strings.Join(looked, "\n"), c.looked) {
				t.Errorf("looked at %q, want %q", looked, c.looked)
			}
		})
	}
}

func TestFindNamesThePlaces(t *testing.T) {
	if _, err := os.Stat("/etc/sitrep/config.toml"); err == nil {
		t.Skip("this machine has a configuration")
	}
	t.Chdir(t.TempDir())
	_, looked, err := Find("", environment(map[string]string{"HOME": "/none"}))
	if !errors.Is(err, fs.ErrNotExist) || len(looked) != 3 {
		t.Fatalf("%v, looked at %q", err, looked)
	}
	for _, place := range []string{"config.toml", "/none/.config/sitrep/config.toml", "/etc/sitrep/config.toml"} {
		if !strings.Contains(err.Error(), place) {
			t.Errorf("%v does not name %s", err, place)
		}
	}
}
