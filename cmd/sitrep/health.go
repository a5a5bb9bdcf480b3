package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"sitrep/civil"
	"sitrep/store"
)

// startsWithin is how long a start may take to its first heartbeat.
const startsWithin = 5 * time.Second

// healthyFor is how old the last heartbeat may be: three of them.
const healthyFor = 30 * time.Second

func (a *app) healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "health",
		Short: "tell whether a sitrep is running and well (exit 0), for health checks",
		Long: `health looks for the process that holds the state (of --state, of the
configuration found, or else any of this user's) and at its last heartbeat, which
is written every 10 s. Exit 0 if there is one and it is younger than 30 s.`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.health() },
	}
}

func (a *app) health() error {
	dirs, err := a.stateDirs()
	if err != nil {
		return err
	}
	found := 0
	var sick error
	for _, dir := range dirs {
		p, err := store.Peek(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			sick = exit{exitFailed, fmt.Errorf("%s: %w", dir, err)}
		}
		if err != nil || !p.Alive {
			continue
		}
		found++
		// one from before this process is the last word of the process before it
		age := time.Since(later(p.Heartbeat, p.Since))
		state := "healthy"
		if age > healthyFor || p.Heartbeat.Before(p.Since) && age > startsWithin {
			state = "NOT WELL"
			sick = exit{exitFailed, fmt.Errorf("process %d: no heartbeat for %s", p.PID, civil.FormatDuration(age))}
		}
		fmt.Fprintf(a.out, "%s: process %d (%s), up %s, last heartbeat %s ago, state %s\n",
			state, p.PID, p.Owner, civil.FormatDuration(time.Since(p.Since)), civil.FormatDuration(age), dir)
	}
	if found == 0 && sick == nil {
		return exit{exitFailed, fmt.Errorf("no sitrep is running on %s", describe(dirs))}
	}
	return sick
}

// stateDirs returns the state directories that health is about: the one named,
// that of the configuration found, or else any of this user's.
func (a *app) stateDirs() ([]string, error) {
	file, err := a.find()
	if a.stateFlag != "" || os.Getenv("SITREP_STATE") != "" || os.Getenv("STATE_DIRECTORY") != "" || err == nil {
		dir, err := a.stateDir(file)
		return []string{dir}, err
	}
	if a.configFlag != "" || os.Getenv("SITREP_CONFIG") != "" {
		return nil, err
	}
	base, err := stateBase()
	if err != nil {
		return nil, err
	}
	below, err := filepath.Glob(filepath.Join(base, "*", "sitrep.lock"))
	if err != nil {
		return nil, err
	}
	dirs := []string{base}
	for _, lock := range below {
		dirs = append(dirs, filepath.Dir(lock))
	}
	return dirs, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func describe(dirs []string) string {
	if len(dirs) == 1 {
		return dirs[0]
	}
	return fmt.Sprintf("%s or any of the %d states in it", dirs[0], len(dirs)-1)
}
