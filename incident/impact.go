package incident

import (
	"slices"
	"time"
)

// Impact is what an incident cost, as far as its entries say. Each moment counts
// once: as down if one of the alerts was critical then, else as degraded if one
// was a warning, else as unknown, else as excluded. All are to the second, from
// Started on.
type Impact struct {
	Down, Degraded time.Duration
	Unknown        time.Duration // what was bad gave no results
	Excluded       time.Duration // what was bad was in maintenance
	// Until is how far this reaches, if an alert is not over: when the incident
	// was resolved, else the time of the last entry. Zero if all are.
	Until time.Time
	// Severities are the times spent in each severity that the incident had,
	// from its declaration until it was resolved, gravest first, unset last.
	Severities []TimeIn
}

// TimeIn is the time that an incident spent in a severity; "" is unset.
type TimeIn struct {
	Severity string
	Time     time.Duration
}

// Impact sums up the alerts and the severities of the incident.
func (i *Incident) Impact() Impact {
	log := i.Log()
	end := i.end(log)
	var im Impact
	in := map[string][]interval{}
	for n := range i.Alerts {
		if i.Alerts[n].Resolved.IsZero() {
			im.Until = end
		}
		for _, s := range spellsUntil(&i.Alerts[n], log, end) {
			if s.From.Before(i.Milestones[Started]) {
				s.From = i.Milestones[Started]
			}
			in[s.State] = append(in[s.State], interval{s.From, s.To})
		}
	}
	var all []interval
	var before time.Duration
	for _, of := range []struct {
		state string
		sum   *time.Duration
	}{{SpellDown, &im.Down}, {SpellDegraded, &im.Degraded}, {SpellUnknown, &im.Unknown}, {SpellExcluded, &im.Excluded}} {
		all = append(all, in[of.state]...)
		sum := union(all)
		*of.sum = (sum - before).Truncate(time.Second)
		before = sum
	}
	im.Severities = i.timesIn(log, end)
	return im
}

// Budget returns which part of an error budget a time of being bad spends, 1
// being all of it, and what is left then, negative if that is overspent. The
// objective is a part of the window, 0.999; of one that leaves no budget, any
// time spends all.
func Budget(bad, window time.Duration, objective float64) (spent float64, left time.Duration) {
	budget := time.Duration((1 - objective) * float64(window))
	switch {
	case bad <= 0:
		return 0, max(0, budget)
	case budget <= 0:
		return 1, -bad
	}
	return float64(bad) / float64(budget), budget - bad
}

func lastWritten(log []Entry) time.Time {
	var last time.Time
	for i := range log {
		if log[i].Recorded.After(last) {
			last = log[i].Recorded
		}
	}
	return last
}

type interval struct{ from, to time.Time }

// union returns how long at least one of the intervals lasted.
func union(all []interval) time.Duration {
	slices.SortFunc(all, func(a, b interval) int { return a.from.Compare(b.from) })
	var sum time.Duration
	var reached time.Time
	for _, v := range all {
		if v.from.Before(reached) {
			v.from = reached
		}
		if v.to.After(v.from) {
			sum += v.to.Sub(v.from)
			reached = v.to
		}
	}
	return sum
}

// timesIn returns the time spent in each severity until the incident was over.
func (i *Incident) timesIn(log []Entry, end time.Time) []TimeIn {
	if at, ok := i.Milestones[ResolvedAt]; ok {
		end = at
	} else if at, ok := i.Milestones[ClosedAt]; ok {
		end = at
	}
	spent := map[string]time.Duration{}
	severity, since, declared := "", time.Time{}, false
	cut := func(to time.Time) {
		if to.After(end) {
			to = end
		}
		if declared {
			spent[severity] += max(0, to.Truncate(time.Second).Sub(since.Truncate(time.Second)))
		}
	}
	for n := range log {
		e := &log[n]
		if e.Kind != Declared && e.Kind != SetSeverity {
			continue
		}
		cut(e.At)
		severity, since, declared = unsetIsEmpty(e.Value), e.At, true
	}
	cut(end)
	var out []TimeIn
	for _, s := range append(slices.Clone(Severities), "") {
		if d, ok := spent[s]; ok {
			out = append(out, TimeIn{s, d})
		}
	}
	return out
}
