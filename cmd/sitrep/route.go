package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/config"
	"sitrep/monitor"
	"sitrep/oncall"
	"sitrep/safe"
	"sitrep/store"
)

func (a *app) routeCommand() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "route TARGET [severity=down] [finding=NAME]",
		Short: "tell who would be told if a target went down, by what, after how long",
		Long: `route tells who would be told of a target's alert: by which route, which receiver, after
how long, and who stands in for one that does not accept. It says what would hold that
back at the time (maintenance, silences of the state, targets that explain it), and of
every other route why it does not mean the alert.`,
		Example: `  sitrep route api
  sitrep route api severity=degraded finding=slow
  sitrep route api --at 2026-12-24T03:00`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.route(cmd, args, at) },
	}
	cmd.Flags().StringVar(&at, "at", "", "`TIME` that is asked about, in UTC or with an offset (default now)")
	return cmd
}

// question is what route was asked.
type question struct {
	target   checker.Target
	severity alert.Severity
	findings []checker.Finding
	at       time.Time
}

func (a *app) route(cmd *cobra.Command, args []string, at string) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	defer cfg.Dialer.Close()
	q, err := parseQuestion(cmd, cfg, args, at)
	if err != nil {
		return err
	}
	saved, stateErr := a.savedState(cmd.Context(), cfg)
	roster, _ := oncall.NewRoster(time.Now(), cfg.Operators, cfg.Schedules, saved.OnCall)
	answerQuestion(a.out, cfg, q, saved.Silences, roster)
	if stateErr != nil {
		fmt.Fprintln(a.errs, "the silences and overrides of the state are not known: "+stateErr.Error())
	}
	return nil
}

func parseQuestion(cmd *cobra.Command, cfg *config.Config, args []string, at string) (question, error) {
	q := question{severity: alert.Critical, at: time.Now().UTC()}
	if at != "" {
		var err error
		if q.at, err = civil.ParseMoment(at, q.at, time.UTC); err != nil {
			return q, usage("--at: %v", err)
		}
	}
	var names []string
	for _, arg := range args {
		key, value, pair := strings.Cut(arg, "=")
		switch {
		case !pair:
			names = append(names, arg)
		case key == "severity" && (value == "down" || value == "critical"):
			q.severity = alert.Critical
		case key == "severity" && (value == "degraded" || value == "warning"):
			q.severity = alert.Warning
		case key == "finding" && slices.Contains(checker.Findings, value):
			q.findings = append(q.findings, checker.Finding{What: value})
		case key == "finding":
			return q, usage("there is no finding %q; there are %s", value, strings.Join(checker.Findings, ", "))
		default:
			return q, usage("%s: only severity=down, severity=degraded and finding=NAME can be supposed", arg)
		}
	}
	if len(names) != 1 {
		return q, usage("route takes one target")
	}
	for _, t := range append(slices.Clip(cfg.Targets), *monitor.SelfTarget()) {
		if t.Name == names[0] {
			q.target = t
			return q, nil
		}
	}
	return q, usage("no target %q%s", names[0], suggest(cmd, names[0], targetNames(cfg.Targets)))
}

// savedState returns what the state says, if there is one.
func (a *app) savedState(ctx context.Context, cfg *config.Config) (store.State, error) {
	dir, err := a.stateDir(cfg.File)
	if err != nil {
		return store.State{}, err
	}
	if p, err := store.Peek(dir); err != nil || p.Since.IsZero() {
		return store.State{}, nil // nothing was ever kept
	}
	st, err := store.OpenReadOnly(dir)
	if err != nil {
		return store.State{}, err
	}
	defer st.Close()
	return st.Restore(ctx)
}

// answerQuestion prints who would be told.
func answerQuestion(w io.Writer, cfg *config.Config, q question, silences []alert.Silence, roster *oncall.Roster) {
	word := "down (critical)"
	if q.severity == alert.Warning {
		word = "degraded (warning)"
	}
	fmt.Fprintf(w, "%s, believed %s after %d results in a row, at %s:\n\n", safe.Line(q.target.Name, 0), word,
		max(q.target.FailAfter, 1), q.at.Format("2006-01-02 15:04Z"))
	for _, h := range heldThen(cfg, q, silences) {
		fmt.Fprintln(w, "  "+h)
	}
	paths, misses := cfg.Policy.Explain(roster, q.at, q.target.Labels, q.severity, q.findings)
	if len(paths) == 0 {
		fmt.Fprintln(w, "  Nobody would be told.")
	} else {
		printPaths(w, paths)
	}
	for _, miss := range misses {
		fmt.Fprintf(w, "  not by route %s: %s\n", miss.Route, safe.Line(strings.Join(miss.Why, "; or "), 0))
	}
}

func printPaths(w io.Writer, paths []alert.Path) {
	steps := slices.ContainsFunc(paths, func(p alert.Path) bool { return p.Step > 0 })
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(route, step string, rest ...string) {
		cells := []string{route}
		if steps {
			cells = append(cells, step)
		}
		fmt.Fprintln(table, "  "+strings.Join(append(cells, rest...), "\t"))
	}
	row("ROUTE", "STEP", "RECEIVER", "FIRST", "REMINDS", "IF IT DOES NOT ACCEPT", "GROUP")
	for i := range paths {
		p := &paths[i]
		group := safe.Line(p.Group, 0)
		if p.Receiver == "" {
			row(p.Route, stepOf(p), "nobody: "+p.To, "", "", "", group)
			continue
		}
		receiver := p.Receiver
		if p.To != "" {
			receiver += " (" + p.To + ")"
		}
		row(p.Route, stepOf(p), receiver, firstOf(p), remindsOf(p), insteadOf(p), group)
	}
	_ = table.Flush()
}

func firstOf(p *alert.Path) string {
	switch {
	case !p.Hears:
		return "not of first news"
	case p.Wait > 0:
		return "after " + civil.FormatDuration(p.Wait)
	}
	return "at once"
}

func remindsOf(p *alert.Path) string {
	if p.Remind > 0 {
		return "every " + civil.FormatDuration(p.Remind)
	}
	return "never"
}

// stepOf says by which step of an escalation, "-" if the route tells them itself.
func stepOf(p *alert.Path) string {
	if p.Step == 0 {
		return "-"
	}
	return fmt.Sprintf("%s %d", p.Policy, p.Step)
}

// insteadOf says who is told while a receiver does not accept.
func insteadOf(p *alert.Path) string {
	if len(p.Fallbacks) == 0 {
		return "it is tried again"
	}
	text := strings.Join(p.Fallbacks, ", then ")
	if p.FailOver > 0 {
		return text + ", after " + civil.FormatDuration(p.FailOver)
	}
	return text + ", if it refuses"
}

// heldThen lists what would hold the notifications back at that time, or may.
func heldThen(cfg *config.Config, q question, silences []alert.Silence) []string {
	var held []string
	until := func(t time.Time) string {
		if t.IsZero() {
			return "until what it matches is over"
		}
		return "until " + t.UTC().Format("2006-01-02 15:04Z")
	}
	for _, m := range cfg.Policy.Maintenance {
		span, ok := m.When.Next(q.at)
		if ok && span.Holds(q.at) && m.Match.Match(q.target.Labels, q.severity, q.findings) {
			held = append(held, fmt.Sprintf("Held back by maintenance %s %s.", m.Name, until(span.Until)))
		}
	}
	for i := range silences {
		s := &silences[i]
		holds := s.Ended.IsZero() && s.Window == "" && !q.at.Before(s.From) && (s.Until.IsZero() || q.at.Before(s.Until))
		if holds && s.Match.Match(q.target.Labels, q.severity, q.findings) {
			held = append(held, fmt.Sprintf("Held back by silence %s of %s %s: %s", s.ID, safe.Line(s.By, 64), until(s.Until), safe.Line(s.Reason, 200)))
		}
	}
	for _, group := range q.target.Parents {
		verb := "is"
		if len(group) > 1 {
			verb = "are all"
		}
		held = append(held, fmt.Sprintf("Held back while %s %s down.", safe.Line(strings.Join(group, ", "), 200), verb))
	}
	return held
}
