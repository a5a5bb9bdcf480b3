package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sitrep/checker"
	"sitrep/config"
	"sitrep/safe"
)

// How check goes about it.
const (
	checksAtOnce = 64
	checkAgain   = time.Second // between the rounds of --for
)

// checkOptions are the flags of check.
type checkOptions struct {
	output string        // "table", "json"
	failOn string        // "degraded", "down"
	until  time.Duration // keep trying this long until all are up
}

func (a *app) checkCommand() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [TARGET… | URL…]",
		Short: "probe everything once and say how it is",
		Long: `check probes targets once, keeps nothing, tells nobody, and exits with
0 all up, 1 something degraded, 2 something down, 3 something unknown and nothing worse.`,
		Example: `  sitrep check
  sitrep check 'shop-*' group=db -o json
  sitrep check --for 2m https://new.example.com/health    wait for a deploy`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.check(cmd, args, o) },
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "table", "table or json")
	cmd.Flags().StringVar(&o.failOn, "fail-on", "degraded", "least status that is not exit 0: degraded or down")
	cmd.Flags().DurationVar(&o.until, "for", 0, "keep trying this long until all is well")
	return cmd
}

func (a *app) check(cmd *cobra.Command, args []string, o checkOptions) error {
	switch {
	case o.output != "table" && o.output != "json":
		return usage("-o %q: one of table, json", o.output)
	case o.failOn != "degraded" && o.failOn != "down":
		return usage("--fail-on %q: one of degraded, down", o.failOn)
	case o.until < 0:
		return usage("--for %s: a time to wait is not negative", o.until)
	}
	cfg, targets, err := a.checked(cmd, args)
	if err != nil {
		return err
	}
	defer cfg.Dialer.Close()
	ctx := cmd.Context()
	started := time.Now()
	results := checkAll(ctx, targets)
	for exitOf(results, o.failOn) != exitOK && time.Since(started) < o.until && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(checkAgain):
			results = checkAll(ctx, targets)
		}
	}
	if ctx.Err() != nil {
		return exit{exitInterrupted, nil}
	}
	if o.output == "json" {
		err = writeJSON(a.out, started, targets, results)
	} else {
		err = a.printTable(targets, results)
	}
	if err != nil {
		return err
	}
	if len(results) == 0 {
		fmt.Fprintln(a.errs, "nothing was checked: there is no target, or all are paused")
	}
	if code := exitOf(results, o.failOn); code != exitOK {
		return exit{code, nil}
	}
	return nil
}

// checked returns the configuration, or one made of URLs, and the targets of it
// that the arguments mean.
func (a *app) checked(cmd *cobra.Command, args []string) (*config.Config, []checker.Target, error) {
	cfg, names, err := a.configured(args)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(a.errs, w.String())
	}
	targets, err := selectTargets(cmd, cfg.Targets, names)
	if err != nil {
		cfg.Dialer.Close()
		return nil, nil, err
	}
	return cfg, slices.DeleteFunc(targets, func(t checker.Target) bool { return t.Paused }), nil
}

// checkAll runs every target once, some at a time, and returns the results in
// the order of the targets.
func checkAll(ctx context.Context, targets []checker.Target) []checker.Result {
	results := make([]checker.Result, len(targets))
	slots := make(chan struct{}, checksAtOnce)
	var running sync.WaitGroup
	for i := range targets {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			results[i] = checker.Run(ctx, &targets[i], time.Time{})
		})
	}
	running.Wait()
	return results
}

// exitOf returns the Nagios code of the worst status: down before degraded
// before unknown. With failOn "down", degraded is well enough.
func exitOf(results []checker.Result, failOn string) int {
	seen := [4]bool{}
	for _, r := range results {
		seen[r.Status] = true
	}
	switch {
	case len(results) == 0: // nothing was checked, so nothing is known
		return 3
	case seen[checker.Down]:
		return 2
	case seen[checker.Degraded] && failOn == "degraded":
		return 1
	case seen[checker.Unknown]:
		return 3
	}
	return exitOK
}

// printTable writes the table to where it goes, in colour if that is to be.
func (a *app) printTable(targets []checker.Target, results []checker.Result) error {
	var table bytes.Buffer
	if err := writeTable(&table, targets, results); err != nil {
		return err
	}
	lines := table.Bytes()
	if a.paints(a.out) {
		lines = painted(lines)
	}
	_, err := a.out.Write(lines)
	return err
}

// writeTable writes a line a target, those with trouble first.
func writeTable(w io.Writer, targets []checker.Target, results []checker.Result) error {
	order := make([]int, len(results))
	for i := range order {
		order[i] = i
	}
	rank := [...]int{checker.Down: 0, checker.Degraded: 1, checker.Unknown: 2, checker.Up: 3}
	slices.SortStableFunc(order, func(a, b int) int { return rank[results[a].Status] - rank[results[b].Status] })
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "STATUS\tTARGET\tTOOK\tTRY\tWHY")
	var counts [4]int
	for _, i := range order {
		r := results[i]
		counts[r.Status]++
		why := make([]string, len(r.Findings))
		for j, f := range r.Findings {
			why[j] = f.Text
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%s\n", r.Status, safe.Line(targets[i].Name, 0), rounded(r.Took), r.Attempt, strings.Join(why, "; "))
	}
	fmt.Fprintf(tw, "\n%d up, %d degraded, %d down, %d unknown\n",
		counts[checker.Up], counts[checker.Degraded], counts[checker.Down], counts[checker.Unknown])
	return tw.Flush()
}

// rounded is a latency with three figures.
func rounded(d time.Duration) time.Duration {
	if d >= time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(100 * time.Microsecond)
}

// checkReport is what -o json writes. Fields are only ever added.
type checkReport struct {
	Schema  string        `json:"schema"`
	At      time.Time     `json:"at"`
	Status  string        `json:"status"` // the worst
	Targets []checkTarget `json:"targets"`
}

type checkTarget struct {
	Target   string             `json:"target"`
	Kind     string             `json:"kind"`
	URL      string             `json:"url"`
	Group    string             `json:"group,omitempty"`
	Status   checker.Status     `json:"status"`
	TookMS   float64            `json:"took_ms"`
	PhasesMS map[string]float64 `json:"phases_ms"`
	Attempts int                `json:"attempts"`
	Code     int                `json:"code,omitempty"`
	Peer     string             `json:"peer,omitempty"`
	NotAfter time.Time          `json:"not_after,omitzero"`
	Findings []checker.Finding  `json:"findings"`
	Facts    map[string]string  `json:"facts,omitempty"`
}

func writeJSON(w io.Writer, at time.Time, targets []checker.Target, results []checker.Result) error {
	report := checkReport{Schema: "sitrep.check/1", At: at.UTC(), Status: "up", Targets: make([]checkTarget, len(results))}
	words := map[int]string{0: "up", 1: "degraded", 2: "down", 3: "unknown"}
	report.Status = words[exitOf(results, "degraded")]
	for i, r := range results {
		t := checkTarget{
			Target: targets[i].Name, Kind: targets[i].Kind, URL: targets[i].Addr, Group: targets[i].Group,
			Status: r.Status, TookMS: ms(r.Took), PhasesMS: map[string]float64{}, Attempts: r.Attempt,
			Code: r.Code, Peer: r.Peer, NotAfter: r.NotAfter, Findings: r.Findings, Facts: map[string]string{},
		}
		if t.Findings == nil {
			t.Findings = []checker.Finding{}
		}
		for _, p := range r.Phases {
			t.PhasesMS[p.Name] = ms(p.Took)
		}
		for _, f := range r.Facts {
			t.Facts[f.Name] = f.Text
		}
		report.Targets[i] = t
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}
