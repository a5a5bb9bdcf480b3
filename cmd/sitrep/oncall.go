package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sitrep/civil"
	"sitrep/oncall"
	"sitrep/safe"
)

// onCallAhead is how far ahead gaps are looked for.
const onCallAhead = 90 * 24 * time.Hour

func (a *app) onCallCommand() *cobra.Command {
	var at, output string
	cmd := &cobra.Command{
		Use:   "oncall [SCHEDULE]",
		Short: "tell who is on call now, who is next, and when nobody is",
		Long: `oncall tells who is on call by each schedule, until when, and who is next, and in the
next 90 days when nobody is. Of one SCHEDULE it also lists the coming shifts, the
overrides, and how even the load is. Overrides made on a screen count: it may run
beside a running sitrep. -o ics writes a calendar of the next 180 days.`,
		Example: `  sitrep oncall
  sitrep oncall primary --at 2026-12-24T03:00
  sitrep oncall primary -o ics > primary.ics`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
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
	duty := &duty{roster: roster, at: when, named: schedule != ""}
	for _, s := range roster.Schedules() {
		if schedule == "" || s.Name == schedule {
			duty.schedules = append(duty.schedules, s)
		}
	}
	if schedule != "" && len(duty.schedules) == 0 {
		return usage("no schedule %q; there is %s", schedule, namesOf(roster.Schedules()))
	}
	switch output {
	case "ics":
		if len(duty.schedules) != 1 {
			return usage("-o ics is of one schedule; there is %s", namesOf(roster.Schedules()))
		}
		return oncall.WriteICS(a.out, roster, duty.schedules[0].Name, when, 0)
	case "json":
		return duty.json(a.out)
	}
	duty.print(a.out)
	return nil
}

func namesOf(schedules []oncall.Schedule) string {
	if len(schedules) == 0 {
		return "none in the configuration"
	}
	names := make([]string, len(schedules))
	for i := range schedules {
		names[i] = schedules[i].Name
	}
	return strings.Join(names, ", ")
}

// duty is what oncall was asked.
type duty struct {
	roster    *oncall.Roster
	at        time.Time
	schedules []oncall.Schedule
	named     bool // it is of one schedule
}

// noSchedule says how to have one.
const noSchedule = `There is no schedule in the configuration. One of two operators by the week:

  [operator.ana]
  contact = "pager"
  [operator.bo]
  contact = "pager"
  [schedule.primary]
  zone = "Europe/Berlin"
  [[schedule.primary.layer]]
  operators = ["ana", "bo"]
  every = "1 week"
  from = 2026-01-05
`

func (d *duty) print(w io.Writer) {
	if len(d.schedules) == 0 {
		fmt.Fprint(w, noSchedule)
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SCHEDULE\tON CALL\tUNTIL\tNEXT\tGAPS IN 90 DAYS")
	for i := range d.schedules {
		s := &d.schedules[i]
		now := d.roster.At(s.Name, d.at)
		next := "-"
		if n, ok := d.roster.Next(s.Name, d.at); ok {
			next = whoIs(n)
		}
		gaps := d.roster.Gaps(s.Name, d.at, d.at.Add(onCallAhead))
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", safe.Line(s.Name, 0), whoIs(now), untilOf(now, s.Zone), next, gapsOf(gaps))
	}
	_ = table.Flush()
	for i := range d.schedules {
		d.printGaps(w, &d.schedules[i])
		if d.named {
			d.printShifts(w, &d.schedules[i])
		}
	}
	d.printClashes(w)
}

// printClashes lists who is on call for two schedules at once.
func (d *duty) printClashes(w io.Writer) {
	clashes := slices.DeleteFunc(d.roster.Clashes(d.at, d.at.Add(onCallAhead)), func(c oncall.Clash) bool {
		return !d.asks(c.Schedules[0]) && !d.asks(c.Schedules[1])
	})
	for i, c := range clashes {
		if i == 0 {
			fmt.Fprintln(w, "\nFor two schedules at once:")
		}
		if i == 3 {
			fmt.Fprintf(w, "  and %d more\n", len(clashes)-i)
			return
		}
		fmt.Fprintf(w, "  %s, %s and %s: %s to %s\n", c.Operator, c.Schedules[0], c.Schedules[1], utc(c.From), utc(c.To))
	}
}

func (d *duty) asks(schedule string) bool {
	for i := range d.schedules {
		if d.schedules[i].Name == schedule {
			return true
		}
	}
	return false
}

func firstFew[T any](list []T, n int) []T { return list[:min(len(list), n)] }

// printGaps lists the first times when nobody is on call.
func (d *duty) printGaps(w io.Writer, s *oncall.Schedule) {
	gaps := d.roster.Gaps(s.Name, d.at, d.at.Add(onCallAhead))
	for i, g := range gaps {
		if i == 3 {
			fmt.Fprintf(w, "  and %d more\n", len(gaps)-i)
			break
		}
		instead := "nobody"
		if g.Fallback {
			instead = "only the fallback, " + strings.Join(g.On, ", ")
		}
		if i == 0 {
			fmt.Fprintf(w, "\n%s, nobody on call:\n", safe.Line(s.Name, 0))
		}
		fmt.Fprintf(w, "  %s to %s: %s\n", local(g.From, s.Zone), local(g.To, s.Zone), instead)
	}
}

// printShifts lists what is to come of one schedule, and how even it is.
func (d *duty) printShifts(w io.Writer, s *oncall.Schedule) {
	fmt.Fprintf(w, "\nShifts (%s):\n", s.Zone)
	for _, shift := range firstFew(d.roster.Shifts(s.Name, d.at, d.at.Add(onCallAhead)), 10) {
		fmt.Fprintf(w, "  %s  %s%s\n", local(shift.From, s.Zone), whoIs(shift), reasonOf(shift))
	}
	for _, o := range d.roster.Overrides(false) {
		if o.Schedule != s.Name || !o.To.After(d.at) {
			continue
		}
		state := ""
		if o.Waiting() {
			state = ", waits for " + o.Asked
		}
		fmt.Fprintf(w, "Override %s: %s to %s, %s%s%s\n", o.ID, local(o.From, s.Zone), local(o.To, s.Zone), o.With, forWhom(o), state)
	}
	loads, score := d.roster.Balance(s.Name, d.at.AddDate(0, 0, -28), d.at.AddDate(0, 0, 28))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\nFour weeks back and ahead, balance %.2f (1 is even):\nOPERATOR\tSHIFTS\tHOURS\tNIGHTS\tWEEKENDS\n", score)
	for _, l := range loads {
		fmt.Fprintf(table, "%s\t%d\t%.0f\t%.0f\t%.0f\n", l.Operator, l.Shifts, l.Time.Hours(), l.Nights.Hours(), l.Weekends.Hours())
	}
	_ = table.Flush()
}

func whoIs(s oncall.Shift) string {
	switch who := safe.Line(strings.Join(s.On, ", "), 0); {
	case who == "":
		return "- nobody -"
	case s.Fallback:
		return who + " (fallback)"
	default:
		return who
	}
}

func reasonOf(s oncall.Shift) string {
	switch {
	case s.Override != "":
		return ", override " + s.Override
	case s.Layer != "":
		return ", " + safe.Line(s.Layer, 0)
	}
	return ""
}

func forWhom(o oncall.Override) string {
	text := ""
	if o.For != "" {
		text = " for " + o.For
	}
	if o.Note != "" {
		text += ", " + safe.Line(o.Note, 0)
	}
	return text
}

func gapsOf(gaps []oncall.Shift) string {
	if len(gaps) == 0 {
		return "none"
	}
	var sum time.Duration
	for _, g := range gaps {
		sum += g.To.Sub(g.From)
	}
	return fmt.Sprintf("%d, %s", len(gaps), civil.FormatDuration(sum.Truncate(time.Minute)))
}

func untilOf(s oncall.Shift, zone *time.Location) string {
	if s.To.IsZero() {
		return "always"
	}
	return local(s.To, zone) + " (" + utc(s.To) + ")"
}

// local writes an instant in a schedule's zone, with its date.
func local(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon 2006-01-02 15:04 MST")
}

func utc(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// shiftJSON is a shift as programs read it.
type shiftJSON struct {
	On       []string  `json:"on"` // never null
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Layer    string    `json:"layer,omitempty"`
	Override string    `json:"override,omitempty"`
	Fallback bool      `json:"fallback,omitempty"`
}

func shiftOf(s oncall.Shift) shiftJSON {
	return shiftJSON{append([]string{}, s.On...), s.From, s.To, s.Layer, s.Override, s.Fallback}
}

type dutyJSON struct {
	Schedule string      `json:"schedule"`
	Zone     string      `json:"zone"`
	At       time.Time   `json:"at"`
	Now      shiftJSON   `json:"now"`
	Next     *shiftJSON  `json:"next"` // null: nobody else within a year
	Gaps     []shiftJSON `json:"gaps"` // within 90 days; never null
}

func (d *duty) json(w io.Writer) error {
	out := []dutyJSON{}
	for i := range d.schedules {
		s := &d.schedules[i]
		one := dutyJSON{Schedule: s.Name, Zone: s.Zone.String(), At: d.at, Now: shiftOf(d.roster.At(s.Name, d.at)), Gaps: []shiftJSON{}}
		if n, ok := d.roster.Next(s.Name, d.at); ok {
			one.Next = new(shiftOf(n))
		}
		for _, g := range d.roster.Gaps(s.Name, d.at, d.at.Add(onCallAhead)) {
			one.Gaps = append(one.Gaps, shiftOf(g))
		}
		out = append(out, one)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
