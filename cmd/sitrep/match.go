package main

import (
	"strings"

	"github.com/spf13/cobra"

	"sitrep/alert"
	"sitrep/checker"
)

// anyURL tells whether one of the arguments is a URL: then all must be.
func anyURL(args []string) bool {
	for _, a := range args {
		if strings.Contains(a, "://") {
			return true
		}
	}
	return false
}

// knownTargets refuses an argument that is neither a target of the
// configuration nor anything else, so that a mistyped command is no empty screen.
func (a *app) knownTargets(cmd *cobra.Command, args []string) error {
	if _, err := a.find(); err == nil {
		return nil // selectTargets will say it better
	}
	if near := suggest(cmd, args[0], nil); near != "" {
		return usage("no target or command %q%s", args[0], near)
	}
	if strings.Contains(args[0], ".") || strings.Contains(args[0], ":") {
		return usage("no target or command %q, and no configuration; a URL has a scheme: https://%s", args[0], args[0])
	}
	return usage("no target or command %q, and no configuration", args[0])
}

// selectTargets returns the targets that one of the arguments means: a name, in
// which * is a wildcard, or a matcher such as team=db. An argument that fits
// nothing is an error.
func selectTargets(cmd *cobra.Command, targets []checker.Target, args []string) ([]checker.Target, error) {
	if len(args) == 0 {
		return targets, nil
	}
	var matchers []alert.Matcher
	for _, arg := range args {
		text := arg
		if !strings.Contains(arg, "=") {
			text = "name=" + arg
		}
		m, err := alert.ParseMatcher(text)
		if err != nil {
			return nil, usage("%s: %v", arg, err)
		}
		matchers = append(matchers, m)
	}
	used := make([]bool, len(args))
	var chosen []checker.Target
	for _, t := range targets {
		hit := false
		for i, m := range matchers {
			if m.Match(t.Labels, alert.Info, nil) {
				used[i], hit = true, true
			}
		}
		if hit {
			chosen = append(chosen, t)
		}
	}
	for i, ok := range used {
		if !ok {
			return nil, usage("no target or command %q%s", args[i], suggest(cmd, args[i], targetNames(targets)))
		}
	}
	return chosen, nil
}

// suggest returns "; did you mean …?" if one of the names, or a command, is near.
func suggest(cmd *cobra.Command, arg string, names []string) string {
	known := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, name := range names {
		known.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	near := known.SuggestionsFor(arg)
	if cmd == cmd.Root() {
		near = append(near, cmd.SuggestionsFor(arg)...)
	}
	if len(near) == 0 {
		return ""
	}
	return `; did you mean "` + near[0] + `"?`
}

func targetNames(targets []checker.Target) []string {
	names := make([]string, len(targets))
	for i := range targets {
		names[i] = targets[i].Name
	}
	return names
}
