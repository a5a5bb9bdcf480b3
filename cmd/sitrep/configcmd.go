package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "check or show the configuration",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("no command %q; one of: sitrep config check, sitrep config show", "config "+args[0])
			}
			return cmd.Help()
		},
	}
	var strict bool
	check := &cobra.Command{
		Use: "check", Short: "read the configuration as the daemon would, and say all that is wrong with it",
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.configCheck(strict) },
	}
	check.Flags().BoolVar(&strict, "strict", false, "warnings are errors")
	show := &cobra.Command{
		Use: "show", Short: "print the configuration after defaults, each value with its origin, secrets masked",
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			defer cfg.Dialer.Close()
			return cfg.Show(a.out)
		},
	}
	cmd.AddCommand(check, show)
	return cmd
}

func (a *app) configCheck(strict bool) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	defer cfg.Dialer.Close()
	for _, w := range cfg.Warnings {
		if terminal(a.errs) {
			_ = w.Render(a.errs, a.paints(a.errs))
		} else {
			fmt.Fprintln(a.errs, w.String())
		}
	}
	if strict && len(cfg.Warnings) > 0 {
		return exit{exitConfig, fmt.Errorf("%s: %d warnings, and --strict makes them errors", cfg.File, len(cfg.Warnings))}
	}
	fmt.Fprintf(a.out, "%s: good: %s, %s, %s\n", cfg.File,
		count(len(cfg.Targets), "target"), count(len(cfg.Receivers), "receiver"), count(len(cfg.Policy.Routes), "route"))
	return nil
}

// count says how many there are of something.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
