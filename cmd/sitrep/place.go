package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sitrep/config"
)

// load finds and reads the configuration. The caller closes its dialer.
func (a *app) load() (*config.Config, error) {
	file, err := a.find()
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(file, loading(a.errs, nil))
	if _, ok := errors.AsType[config.Problems](err); err != nil && !ok {
		err = exit{exitConfig, err}
	}
	return cfg, err
}

// configured returns the configuration that arguments are about: one made of
// URLs, if they are URLs, else the operator's, and the arguments that are left.
func (a *app) configured(args []string) (cfg *config.Config, names []string, err error) {
	if !anyURL(args) {
		cfg, err = a.load()
		return cfg, args, err
	}
	if cfg, err = config.FromURLs(args, loading(a.errs, nil)); err != nil {
		err = exit{exitUsage, err}
	}
	return cfg, nil, err
}

// find returns the configuration file to use.
func (a *app) find() (string, error) {
	file, looked, err := config.Find(a.configFlag, nil)
	if errors.Is(err, fs.ErrNotExist) {
		err = noConfig{looked}
	}
	if err != nil {
		return "", exit{exitConfig, err}
	}
	return file, nil
}

// noConfig says that there is none, and where it was looked for.
type noConfig struct{ looked []string }

func (e noConfig) Error() string {
	var b strings.Builder
	b.WriteString("no configuration found; looked at\n")
	for _, l := range e.looked {
		b.WriteString("  " + l + "\n")
	}
	b.WriteString("begin with: sitrep init     or see one at work: sitrep demo")
	return b.String()
}

// stateDir returns where the state of a configuration is kept: the flag, the
// environment, the service's directory, or a folder of the user's named after
// the file's absolute path, so that two projects never share alerts.
func (a *app) stateDir(file string) (string, error) {
	if dir := cmp.Or(a.stateFlag, os.Getenv("SITREP_STATE")); dir != "" {
		return filepath.Abs(dir)
	}
	// systemd may give several, separated by colons
	if dir, _, _ := strings.Cut(os.Getenv("STATE_DIRECTORY"), ":"); dir != "" {
		return dir, nil
	}
	base, err := stateBase()
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if a.configFlag == "" && os.Getenv("SITREP_CONFIG") == "" && filepath.IsAbs(file) {
		return base, nil // the user's or the machine's own: there is one
	}
	sum := sha256.Sum256([]byte(abs))
	name := strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' || r == ':' {
			return '-'
		}
		return r
	}, strings.Trim(strings.TrimSuffix(abs, ".toml"), "/"))
	if len(name) > 60 {
		name = name[len(name)-60:]
	}
	return filepath.Join(base, name+"-"+hex.EncodeToString(sum[:4])), nil
}

// stateBase returns the user's folder for state.
func stateBase() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "sitrep"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no place for the state: %w; give one with --state", err)
	}
	return filepath.Join(home, ".local", "state", "sitrep"), nil
}
