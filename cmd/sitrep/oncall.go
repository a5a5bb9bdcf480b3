package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sitrep/civil"
	"sitrep/oncall"
	"sitrep/safe"
)

// How far oncall looks ahead for gaps, and to each side for how even the load is.
const (
	onCallAhead = 90 * 24 * time.Hour
	balanceDays = 28
)

func (a *app) onCallCommand() *cobra.Command {
	var at, output string
	cmd := &cobra.Command{
		Use:   "oncall [SCHEDULE]",
		Short: "tell who is on call now, who is next, and when nobody is",
		Long: `oncall tells who is on call by each schedule, until when, and who is next; when nobody
is in the next 90 days, and when one operator is for two schedules at once. Of one
SCHEDULE it also lists the coming shifts, the overrides, and how even the load is, four
weeks back and four ahead. Overrides made on a screen count: it may run beside a running
sitrep. -o ics writes a calendar of the next 180 days, to be imported elsewhere.`,
		Example: `  sitrep oncall
  sitrep oncall primary --at 2026-12-24T03:00
  sitrep oncall primary -o ics > primary.ics`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("oncall takes one schedule, or none for all of them")
			}
			return a.onCall(cmd, strings.Join(args, ""), at, output)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "`TIME` that is asked about, in UTC or with an offset (default now)")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "table, json or ics")
	return cmd
}

func (a *app) onCall(cmd *cobra.Command, schedule, at, output string) error {
	now := time.Now().UTC()
	when := now
	if at != "" {
		var err error
		if when, err = civil.ParseMoment(at, now, time.UTC); err != nil {
			return usage("--at: %v", err)
		}
	}
	if output != "table" && output != "json" && output != "ics" {
		return usage("-o %q: one of table, json, ics", output)
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	defer cfg.Dialer.Close()
	saved, stateErr := a.savedState(cmd.Context(), cfg)
	if stateErr != nil {
		fmt.Fprintln(a.errs, "the overrides of the state are not known: "+stateErr.Error())
	}
	roster, _ := oncall.NewRoster(now, cfg.Operators, cfg.Schedules, saved.OnCall)
	d := &duty{roster: roster, at: when, named: schedule != "", schedules: roster.Schedules()}
	if d.named {
		s, ok := roster.Schedule(schedule)
		if !ok {
			names := scheduleNames(roster.Schedules())
			return usage("no schedule %q%s; %s", safe.Line(schedule, 80), suggest(cmd, schedule, names), thereAre(names))
		}
		d.schedules = []oncall.Schedule{s}
	}
	switch output {
	case "ics":
		if len(d.schedules) != 1 {
			return usage("-o ics is of one schedule; %s", thereAre(scheduleNames(d.schedules)))
		}
		return oncall.WriteICS(a.out, roster, d.schedules[0].Name, when, 0)
	case "json":
		return d.json(a.out)
	}
	d.print(a.out)
	return nil
}

func scheduleNames(schedules []oncall.Schedule) []string {
	names := make([]string, len(schedules))
	for i := range schedules {
		names[i] = schedules[i].Name
	}
	return names
}

// thereAre says which schedules may be named.
func thereAre(names []string) string {
	switch len(names) {
	case 0:
		return "there is none in the configuration"
	case 1:
		return "there is " + names[0]
	}
	return "there are " + strings.Join(names, ", ")
}

// duty is what oncall was asked.
type duty struct {
	roster    *oncall.Roster
	at        time.Time
	schedules []oncall.Schedule // that are asked about, by name
	named     bool              // it is one, by its name
}

// gaps returns when nobody is on call by a schedule in the time that is looked
// at, and when only its fallback is told.
func (d *duty) gaps(schedule string) (nobody, fallback []oncall.Shift) {
	for _, g := range d.roster.Gaps(schedule, d.at, d.at.Add(onCallAhead)) {
		if g.Fallback {
			fallback = append(fallback, g)
		} else {
			nobody = append(nobody, g)
		}
	}
	return nobody, fallback
}

// clashes returns when an operator is on call for one of the schedules and for
// another, of all that there are, at once.
func (d *duty) clashes() []oncall.Clash {
	asked := map[string]bool{}
	for i := range d.schedules {
		asked[d.schedules[i].Name] = true
	}
	var some []oncall.Clash
	for _, c := range d.roster.Clashes(d.at, d.at.Add(onCallAhead)) {
		if asked[c.Schedules[0]] || asked[c.Schedules[1]] {
			some = append(some, c)
		}
	}
	return some
}

// overrides returns those of a schedule that hold, will hold, or wait for an answer.
func (d *duty) overrides(schedule string) []oncall.Override {
	var some []oncall.Override
	for _, o := range d.roster.Overrides(false) {
		if o.Schedule == schedule && o.To.After(d.at) {
			some = append(some, o)
		}
	}
	return some
}

// balance returns the load of each operator of a schedule, and how even it is.
func (d *duty) balance(schedule string) ([]oncall.Load, float64) {
	return d.roster.Balance(schedule, d.at.AddDate(0, 0, -balanceDays), d.at.AddDate(0, 0, balanceDays))
}
