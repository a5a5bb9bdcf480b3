package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sitrep/alert"
	"sitrep/alert/notify"
	"sitrep/checker"
)

func (a *app) notifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "notify", Short: "try out receivers",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("no command %q; there is: sitrep notify test RECEIVER", "notify "+args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "test RECEIVER",
		Short: "send one real notification, marked as a test, and say what came of it",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("notify test takes one receiver")
			}
			return a.notifyTest(cmd.Context(), args[0])
		},
	})
	return cmd
}

func (a *app) notifyTest(ctx context.Context, name string) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	defer cfg.Dialer.Close()
	notifier, ok := cfg.Receivers[name]
	if !ok {
		return usage("no receiver %q; there are: %s", name, strings.Join(slices.Sorted(maps.Keys(cfg.Receivers)), ", "))
	}
	d := notify.Attempt(ctx, notifier, testNotification(name, time.Now().UTC()))
	fmt.Fprintf(a.out, "%s: %s in %s", name, d.Outcome, rounded(d.Took))
	if d.Err != "" {
		fmt.Fprintf(a.out, ": %s", d.Err)
	}
	fmt.Fprintln(a.out)
	if d.Outcome != alert.Accepted {
		return exit{exitFailed, nil}
	}
	return nil
}

// testNotification is about nothing, and says so.
func testNotification(receiver string, now time.Time) alert.Notification {
	return alert.Notification{
		Key: fmt.Sprintf("test-%d", now.UnixNano()), Group: "test", Route: "test", Receiver: receiver, At: now,
		Attempt: 1, Reason: alert.First, Active: 1, Test: true,
		Alerts: []alert.Alert{{
			ID: fmt.Sprintf("test-%d", now.UnixNano()), Target: "test", State: alert.Firing, Severity: alert.Warning,
			Started: now, Detected: now, Labels: map[string]string{"name": "test"},
			Findings: []checker.Finding{{What: "status", Status: checker.Degraded, Text: "a test by an operator: nothing is wrong"}},
		}},
	}
}
