package oncall

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Gaps returns the shifts of [from, to) in which nobody is on call, oldest
// first; those that a fallback covers are marked as such.
func (r *Roster) Gaps(schedule string, from, to time.Time) []Shift {
	return slices.DeleteFunc(r.Shifts(schedule, from, to), func(s Shift) bool { return len(s.On) > 0 && !s.Fallback })
}

// Load is how much an operator is on call.
type Load struct {
	Operator string
	Shifts   int
	Time     time.Duration
	Nights   time.Duration // of it between 22:00 and 06:00 in the operator's zone
	Weekends time.Duration // on Saturdays and Sundays there
}

// Balance returns how much each operator of a schedule is on call in [from, to),
// by name, and how even that is: the mean over all pairs of the shorter time
// over the longer one, 1 if all have the same. Whoever is in a layer counts, also
// with nothing.
func (r *Roster) Balance(schedule string, from, to time.Time) (loads []Load, score float64) {
	by := map[string]*Load{}
	if s, ok := r.Schedule(schedule); ok {
		for _, l := range s.Layers {
			for _, who := range l.Operators {
				by[who] = &Load{Operator: who}
			}
		}
	}
	for _, s := range r.Shifts(schedule, from, to) {
		for _, who := range s.On {
			if s.Fallback {
				continue
			}
			l := by[who]
			if l == nil {
				l = &Load{Operator: who}
				by[who] = l
			}
			l.Shifts++
			l.Time += s.To.Sub(s.From)
			nights, weekends := r.odd(who, s)
			l.Nights += nights
			l.Weekends += weekends
		}
	}
	for _, who := range slices.Sorted(maps.Keys(by)) {
		loads = append(loads, *by[who])
	}
	return loads, evenness(loads)
}

func evenness(loads []Load) float64 {
	sum, pairs := 0.0, 0
	for i := range loads {
		for j := range i {
			a, b := loads[i].Time, loads[j].Time
			pairs++
			if most := max(a, b); most > 0 {
				sum += float64(min(a, b)) / float64(most)
			} else {
				sum++
			}
		}
	}
	if pairs == 0 {
		return 1
	}
	return sum / float64(pairs)
}

// odd returns how much of a shift is at night and at weekends for an operator.
func (r *Roster) odd(who string, s Shift) (nights, weekends time.Duration) {
	zone := time.UTC
	if o, ok := r.Operator(who); ok && o.Zone != nil {
		zone = o.Zone
	}
	night := Layer{Start: 22 * time.Hour, End: 6 * time.Hour}
	weekend := Layer{Days: 1<<time.Saturday | 1<<time.Sunday}
	return night.within(s.From, s.To, zone), weekend.within(s.From, s.To, zone)
}

// within returns how much of [from, to) lies in the layer's windows.
func (l *Layer) within(from, to time.Time, zone *time.Location) (sum time.Duration) {
	for t := from; t.Before(to); {
		next := to
		l.windowEdges(t, zone, func(e time.Time) {
			if e.After(t) && e.Before(next) {
				next = e
			}
		})
		if l.active(t, zone) {
			sum += next.Sub(t)
		}
		t = next
	}
	return sum
}

// Clash is a time for which somebody is on call for two schedules.
type Clash struct {
	Operator  string
	Schedules [2]string
	From, To  time.Time
}

// Clashes returns those of [from, to), oldest first.
func (r *Roster) Clashes(from, to time.Time) []Clash {
	var all []Clash
	shifts := make([][]Shift, len(r.schedules))
	for i := range r.schedules {
		shifts[i] = r.Shifts(r.schedules[i].Name, from, to)
		for j := range i {
			all = append(all, clashes(shifts[j], shifts[i])...)
		}
	}
	slices.SortStableFunc(all, func(a, b Clash) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Operator, b.Operator)) })
	return all
}

// clashes finds who is in shifts of both lists at once; both are in order.
func clashes(as, bs []Shift) []Clash {
	var all []Clash
	for i, j := 0, 0; i < len(as) && j < len(bs); {
		a, b := &as[i], &bs[j]
		from, to := later(a.From, b.From), earlier(a.To, b.To)
		for _, who := range a.On {
			if !to.After(from) || !a.has(who) || !b.has(who) {
				continue
			}
			n := len(all) - 1
			if n >= 0 && all[n].Operator == who && all[n].To.Equal(from) {
				all[n].To = to
				continue
			}
			all = append(all, Clash{who, [2]string{a.Schedule, b.Schedule}, from, to})
		}
		if a.To.After(b.To) {
			j++
		} else {
			i++
		}
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Change is a time in which two rosters have different people on call.
type Change struct {
	Schedule      string
	From, To      time.Time
	Before, After []string
}

// Changes returns what differs between two rosters in [from, to), oldest first:
// what a new configuration, or new rules of a zone, mean for people.
func Changes(before, after *Roster, schedule string, from, to time.Time) []Change {
	var all []Change
	as, bs := before.Shifts(schedule, from, to), after.Shifts(schedule, from, to)
	for t := from; t.Before(to); {
		a, b := shiftAt(as, t), shiftAt(bs, t)
		end := to
		if !a.To.IsZero() {
			end = earlier(end, a.To)
		}
		if !b.To.IsZero() {
			end = earlier(end, b.To)
		}
		n := len(all) - 1
		switch {
		case slices.Equal(a.On, b.On):
		case n >= 0 && all[n].To.Equal(t) && slices.Equal(all[n].Before, a.On) && slices.Equal(all[n].After, b.On):
			all[n].To = end
		default:
			all = append(all, Change{schedule, t, end, a.On, b.On})
		}
		t = end
	}
	return all
}

func shiftAt(shifts []Shift, t time.Time) Shift {
	i, _ := slices.BinarySearchFunc(shifts, t, func(s Shift, t time.Time) int {
		if s.To.After(t) {
			return 1
		}
		return -1
	})
	if i < len(shifts) {
		return shifts[i]
	}
	return Shift{}
}
