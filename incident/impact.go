package incident

import (
	"slices"
	"time"

	"sitrep/alert"
)

// Impact is what an incident cost, as far as it was measured.
type Impact struct {
	// Down is how long at least one of the alerts was critical, Degraded how
	// long one was a warning and none critical; to the second, from Started on.
	Down, Degraded time.Duration
	// Until is how far this reaches, if an alert is not over: the time of the
	// last entry. Zero if all are.
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
	end := lastWritten(log)
	var critical, all []interval
	var im Impact
	for n := range i.Alerts {
		m := &i.Alerts[n]
		if m.Resolved.IsZero() {
			im.Until = end
		}
		for _, s := range spells(m, log, end) {
			if s.from.Before(i.Milestones[Started]) {
				s.from = i.Milestones[Started]
			}
			all = append(all, s.interval)
			if s.severity == alert.Critical.String() {
				critical = append(critical, s.interval)
			}
		}
	}
	down := union(critical)
	im.Down = down.Truncate(time.Second)
	im.Degraded = (union(all) - down).Truncate(time.Second)
	im.Severities = i.timesIn(log, end)
	return im
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

// spell is a time for which an alert had one severity.
type spell struct {
	interval
	severity string
}

// spells returns when a member was bad, and how bad; until end if it still is.
func spells(m *Member, log []Entry, end time.Time) []spell {
	var out []spell
	from, severity, known := m.Started, "", false
	cut := func(to time.Time, next string) {
		if severity != "" && to.After(from) {
			out = append(out, spell{interval{from, to}, severity})
		}
		from, severity, known = to, next, true
	}
	for i := range log {
		e := &log[i]
		if e.Alert != m.Alert {
			continue
		}
		switch {
		case e.Kind == Joined:
			if known {
				break // what came before says more
			}
			severity, known = e.value(refSeverity), true
			if over := e.valueTime(refResolved); !over.IsZero() {
				cut(over, "")
			}
		case e.Kind != AlertEntry:
		case e.Field == string(alert.KindFired):
			severity, known = e.Value, true
		case e.Field == string(alert.KindWorse), e.Field == string(alert.KindBetter):
			if !known {
				severity = otherSeverity(e.Value)
			}
			cut(e.At, e.Value)
		case e.Field == string(alert.KindReopened):
			if severity == "" {
				cut(e.At, e.Value)
			}
		case e.Field == string(alert.KindResolved):
			if !known {
				severity = e.Value
			}
			over := e.valueTime(refResolved)
			if over.IsZero() {
				over = e.At
			}
			cut(over, "")
		}
	}
	cut(end, "")
	return out
}

// otherSeverity is what an alert was before it got worse, or better, to s.
func otherSeverity(s string) string {
	if s == alert.Critical.String() {
		return alert.Warning.String()
	}
	return alert.Critical.String()
}

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
