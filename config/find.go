package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
)

// Find returns the configuration to use: the explicit one, else the first that
// exists of $SITREP_CONFIG, ./config.toml, $XDG_CONFIG_HOME/sitrep/config.toml
// and /etc/sitrep/config.toml. Looked says in words where it looked, in order,
// and what it passed over and why. If there is none, the error is
// fs.ErrNotExist and names those places. LookupEnv may be nil.
func Find(explicit string, lookupEnv func(string) (string, bool)) (path string, looked []string, err error) {
	if lookupEnv == nil {
		lookupEnv = os.LookupEnv
	}
	if explicit != "" {
		return explicit, []string{explicit}, nil
	}
	if named, ok := lookupEnv("SITREP_CONFIG"); ok && named != "" {
		return named, []string{named + " ($SITREP_CONFIG)"}, nil
	}
	for _, place := range places(lookupEnv) {
		switch info, err := os.Stat(place); {
		case errors.Is(err, fs.ErrNotExist):
			looked = append(looked, place)
		case err == nil && info.Mode().IsRegular() && place == here && !ours(place):
			looked = append(looked, place+" (passed over: it has none of sitrep's tables)")
		default:
			return place, append(looked, place), nil
		}
	}
	return "", looked, fmt.Errorf("no configuration: looked at %s: %w", strings.Join(looked, ", "), fs.ErrNotExist)
}

const here = "config.toml"

func places(lookupEnv func(string) (string, bool)) []string {
	list := []string{here}
	if dir, ok := lookupEnv("XDG_CONFIG_HOME"); ok && filepath.IsAbs(dir) {
		list = append(list, filepath.Join(dir, "sitrep", "config.toml"))
	} else if home, ok := lookupEnv("HOME"); ok && home != "" {
		list = append(list, filepath.Join(home, ".config", "sitrep", "config.toml"))
	}
	return append(list, "/etc/sitrep/config.toml")
}

// ours tells whether a file is meant for sitrep: other programs have a
// config.toml too. One that cannot be read as TOML may be ours, with a mistake.
func ours(path string) bool {
	var tree map[string]any
	if _, err := toml.DecodeFile(path, &tree); err != nil || len(tree) == 0 {
		return true
	}
	keys := keysOf(fileType)
	for name := range tree {
		if _, known := keys.byName[name]; known && name != "version" && name != "include" && name != "log" && name != "server" {
			return true
		}
	}
	return false
}
