package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// axis is the time that the pictures of an incident span: one for all of them, so
// that what happened at once stands in one column.
type axis struct {
	from, to time.Time
	marks    []milestoneMark // by time
}

// milestoneMark is a milestone on the axis; its number names it in the pictures.
type milestoneMark struct {
	n    int
	name Milestone
	at   time.Time
}

// axisOf returns what spans the incident until it was resolved, its bad spells
// and what was measured.
func axisOf(inc *Incident, series []Series) axis {
	var ax axis
	reach := func(t time.Time) {
		if t.IsZero() {
			return
		}
		t = t.UTC()
		if ax.from.IsZero() || t.Before(ax.from) {
			ax.from = t
		}
		if t.After(ax.to) {
			ax.to = t
		}
	}
	for _, s := range inc.Spells() {
		reach(s.From)
		reach(s.To)
	}
	for i := range series {
		reach(series[i].Points[0].From)
		reach(series[i].Points[len(series[i].Points)-1].To)
	}
	for _, m := range Milestones {
		at, ok := inc.Milestones[m]
		if !ok || m == RetroStarted || m == ClosedAt { // days later
			continue
		}
		reach(at)
		ax.marks = append(ax.marks, milestoneMark{name: m, at: at.UTC()})
	}
	slices.SortStableFunc(ax.marks, func(a, b milestoneMark) int { return a.at.Compare(b.at) })
	for i := range ax.marks {
		ax.marks[i].n = i + 1
	}
	return ax
}

func (a *axis) empty() bool { return !a.to.After(a.from) }

// at returns where a time lies between 0 and width.
func (a *axis) at(t time.Time, width float64) float64 {
	part := float64(t.Sub(a.from)) / float64(a.to.Sub(a.from))
	return min(max(part, 0), 1) * width
}

// legend names the milestones by their numbers.
func (a *axis) legend() string {
	var all []string
	for _, m := range a.marks {
		all = append(all, fmt.Sprintf("%d %s %s", m.n, m.name, stamp(m.at)))
	}
	return strings.Join(all, ", ")
}

// steps are those that an axis is cut at.
var steps = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour,
}

// tick is a named time of an axis.
type tick struct {
	at   time.Time
	text string
}

// ticks returns at most n round times of the axis; a new
// date is named with the first time that it has.
func (a *axis) ticks(n int) []tick {
	span := a.to.Sub(a.from)
	step := (span / time.Duration(n)).Truncate(24*time.Hour) + 24*time.Hour
	if i := slices.IndexFunc(steps, func(s time.Duration) bool { return int(span/s) < n }); i >= 0 {
		step = steps[i]
	}
	var all []tick
	day := ""
	for t := a.from.Truncate(step); !t.After(a.to); t = t.Add(step) {
		if t.Before(a.from) {
			continue
		}
		layout := "15:04"
		if step < time.Minute {
			layout = "15:04:05"
		}
		if d := t.Format(time.DateOnly); d != day {
			day, layout = d, "2006-01-02 "+layout
		}
		all = append(all, tick{t, t.Format(layout)})
	}
	return all
}

// run is a time for which a target was in one state.
type run struct {
	state    string // of a Spell, or "up"
	from, to time.Time
	results  int
}

// runsOf joins what is alike and without a gap.
func runsOf(points []Point) []run {
	var all []run
	for i := range points {
		p := &points[i]
		state := p.state()
		if state == "" {
			continue
		}
		n := p.passed() + p.Down + p.Unknown + p.Excluded
		if k := len(all) - 1; k >= 0 && all[k].state == state && !p.From.After(all[k].to) {
			all[k].to = p.To
			all[k].results += n
			continue
		}
		all = append(all, run{state, p.From, p.To, n})
	}
	return all
}

// maxPoints is how many points a plot has: no screen shows more.
const maxPoints = 600

// merged returns points of which there are at most maxPoints: those that began
// in the same part of the time are one. Its median is the mean of theirs by how
// many results they have, its p95 their highest.
func merged(points []Point) []Point {
	if len(points) <= maxPoints {
		return points
	}
	from := points[0].From
	span := points[len(points)-1].From.Sub(from)
	slot := -1
	var out []Point
	for i := range points {
		p := points[i]
		at := int(float64(p.From.Sub(from)) / float64(span+1) * maxPoints)
		if at == slot {
			out[len(out)-1].merge(&p)
			continue
		}
		slot = at
		out = append(out, p)
	}
	return out
}

func (p *Point) merge(o *Point) {
	n, m := float64(p.passed()), float64(o.passed())
	if n+m > 0 {
		p.Median = time.Duration((float64(p.Median)*n + float64(o.Median)*m) / (n + m))
	}
	p.P95 = max(p.P95, o.P95)
	p.To = o.To
	p.Up += o.Up
	p.Degraded += o.Degraded
	p.Down += o.Down
	p.Unknown += o.Unknown
	p.Excluded += o.Excluded
}

// latency writes a latency as figures of a plot are written.
func latency(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
