package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"sitrep/civil"
	"sitrep/oncall"
	"sitrep/safe"
)

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

// How much of a list is printed.
const (
	fewGaps   = 3
	fewShifts = 10
)

// print writes the answer for people.
func (d *duty) print(w io.Writer) {
	if len(d.schedules) == 0 {
		fmt.Fprint(w, noSchedule)
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SCHEDULE\tON CALL\tUNTIL\tNEXT\tNOBODY IN 90 DAYS\tONLY FALLBACK")
	for i := range d.schedules {
		s := &d.schedules[i]
		until, next := "a year from now, and perhaps longer", "-"
		if n, ok := d.roster.Next(s.Name, d.at); ok {
			until, next = local(n.From, s.Zone)+" ("+inUTC(n.From)+")", whoIs(n)
		}
		nobody, fallback := d.gaps(s.Name)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", safe.Line(s.Name, 0), whoIs(d.roster.At(s.Name, d.at)), until, next,
			total(nobody), total(fallback))
	}
	_ = table.Flush()
	for i := range d.schedules {
		s := &d.schedules[i]
		nobody, fallback := d.gaps(s.Name)
		printGaps(w, s, "nobody on call", nobody)
		printGaps(w, s, "only the fallback, "+strings.Join(s.Fallback, ", "), fallback)
	}
	d.printClashes(w)
	if d.named {
		d.printShifts(w, &d.schedules[0])
		d.printOverrides(w, &d.schedules[0])
		d.printBalance(w, &d.schedules[0])
	}
}

// printFew writes the first lines of a list, and how many more there are. Tabs
// in lines part columns.
func printFew[T any](w io.Writer, list []T, few int, line func(T) string) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, one := range list[:min(len(list), few)] {
		fmt.Fprintln(table, "  "+line(one))
	}
	_ = table.Flush()
	if more := len(list) - few; more > 0 {
		fmt.Fprintf(w, "  and %d more\n", more)
	}
}

func printGaps(w io.Writer, s *oncall.Schedule, what string, gaps []oncall.Shift) {
	if len(gaps) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s, %s:\n", safe.Line(s.Name, 0), safe.Line(what, 0))
	printFew(w, gaps, fewGaps, func(g oncall.Shift) string {
		return local(g.From, s.Zone) + " to " + local(g.To, s.Zone) + ", " + hours(g.To.Sub(g.From))
	})
}

func (d *duty) printClashes(w io.Writer) {
	clashes := d.clashes()
	if len(clashes) == 0 {
		return
	}
	fmt.Fprintln(w, "\nFor two schedules at once:")
	printFew(w, clashes, fewGaps, func(c oncall.Clash) string {
		return fmt.Sprintf("%s, %s and %s: %s to %s", c.Operator, c.Schedules[0], c.Schedules[1], inUTC(c.From), inUTC(c.To))
	})
}

func (d *duty) printShifts(w io.Writer, s *oncall.Schedule) {
	fmt.Fprintf(w, "\nShifts (%s):\n", s.Zone)
	printFew(w, d.roster.Shifts(s.Name, d.at, d.at.Add(onCallAhead)), fewShifts, func(shift oncall.Shift) string {
		return local(shift.From, s.Zone) + "\t" + whoIs(shift) + reasonOf(shift)
	})
}

func (d *duty) printOverrides(w io.Writer, s *oncall.Schedule) {
	overrides := slices.DeleteFunc(d.overrides(s.Name), func(o oncall.Override) bool { return oncall.OfCalendar(o.ID) })
	if len(overrides) == 0 {
		return
	}
	fmt.Fprintf(w, "\nOverrides:\n")
	printFew(w, overrides, fewShifts, func(o oncall.Override) string {
		text := o.ID + ": " + local(o.From, s.Zone) + " to " + local(o.To, s.Zone) + ", " + o.With + " for " + cmp.Or(o.For, "whoever is on")
		if o.Note != "" {
			text += ", " + safe.Line(o.Note, 200)
		}
		if o.Waiting() {
			text += ", waits for " + o.Asked
		}
		return text
	})
}

func (d *duty) printBalance(w io.Writer, s *oncall.Schedule) {
	loads, score := d.balance(s.Name)
	if len(loads) == 0 {
		return
	}
	fmt.Fprintf(w, "\nFour weeks back and ahead, balance %.2f (1 is even):\n", score)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  OPERATOR\tSHIFTS\tTIME\tNIGHTS\tWEEKENDS")
	for _, l := range loads {
		fmt.Fprintf(table, "  %s\t%d\t%s\t%s\t%s\n", l.Operator, l.Shifts, hours(l.Time), hours(l.Nights), hours(l.Weekends))
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
	case oncall.OfCalendar(s.Override):
		return ", calendar"
	case s.Override != "":
		return ", override " + s.Override
	case s.Layer != "":
		return ", " + safe.Line(s.Layer, 0)
	}
	return ""
}

// total says how many times there are, and how long they take.
func total(shifts []oncall.Shift) string {
	if len(shifts) == 0 {
		return "never"
	}
	return fmt.Sprintf("%d, %s", len(shifts), hours(sumOf(shifts)))
}

func sumOf(shifts []oncall.Shift) time.Duration {
	var sum time.Duration
	for i := range shifts {
		sum += shifts[i].To.Sub(shifts[i].From)
	}
	return sum
}

// hours writes a time to the minute.
func hours(d time.Duration) string {
	if d = d.Truncate(time.Minute); d == 0 {
		return "0h"
	}
	return civil.FormatDuration(d)
}

// local writes an instant in a schedule's zone, with its date.
func local(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon 2006-01-02 15:04 MST")
}

func inUTC(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }
