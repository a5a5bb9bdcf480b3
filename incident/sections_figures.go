package incident

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// metrics are the figures that incidents are compared by, and the milestones
// that they come from.
func (p *report) metrics() {
	at, t := p.inc.Milestones, p.times
	figures := table{heads: []string{"Figure", "Time", "From", "To"}}
	for _, f := range []struct {
		name     string
		took     Elapsed
		from, to string
	}{
		{"Time to detect (TTD)", t.Detect, "started " + moment(at[Started]), "detected " + moment(at[Detected])},
		{"Time to acknowledge (TTA)", t.Acknowledge, "first page accepted " + moment(p.inc.FirstPage()), "acknowledged " + moment(at[Acknowledged])},
		{"Time to declare", t.Declare, "started " + moment(at[Started]), "declared " + moment(at[DeclaredAt])},
		{"Time to mitigate (TTM)", t.Mitigate, "started " + moment(at[Started]), "mitigated " + moment(at[Mitigated])},
		{"Time to resolve (TTR)", t.Resolve, "started " + moment(at[Started]), "resolved " + moment(at[ResolvedAt])},
		{"Page latency", p.inc.PageLatency(), "detected " + moment(at[Detected]), "first page accepted " + moment(p.inc.FirstPage())},
	} {
		figures.add(f.name, elapsed(f.took), f.from, f.to)
	}
	p.put(figures)
	p.milestones()
}

// milestones lists those that are set, and how each came to be what it is.
func (p *report) milestones() {
	t := table{heads: []string{"Milestone", "Time (UTC)", "Set by", "Changes"}}
	for _, m := range Milestones {
		when, ok := p.inc.Milestones[m]
		if !ok {
			continue
		}
		t.add(string(m), stamp(when), cmp.Or(p.inc.SetBy[m], "sitrep"), strings.Join(p.changes(m), "\n"))
	}
	if len(t.rows) > 0 {
		p.put(t)
	}
}

// changes returns how a milestone was set by hand, each time in words.
func (p *report) changes(m Milestone) []string {
	var all []string
	for i := range p.log {
		e := &p.log[i]
		if e.Kind != SetMilestone || e.Field != string(m) || e.By == "" {
			continue
		}
		text := stamp(e.At)
		if e.Text != "" {
			text += ", " + e.Text
		}
		all = append(all, text+", set by "+e.By+" at "+stamp(e.Recorded))
	}
	return all
}

// affected are the alerts, target by target, and how long each was bad.
func (p *report) affected() {
	if len(p.inc.Alerts) == 0 {
		return
	}
	alerts := table{heads: []string{"Alert", "Target", "Severity", "State", "Started", "Detected", "Resolved", "Acknowledged by"}}
	for _, m := range p.inc.Alerts {
		alerts.add(m.Alert, m.Target, m.Severity, m.State, moment(m.Started), moment(m.Detected), moment(m.Resolved), m.AckedBy)
	}
	p.put(alerts)
	spells := p.inc.Spells()
	t := table{heads: []string{"Affected target", "Down", "Degraded", "Unknown", "Excluded", "First bad", "Last bad"}}
	for _, target := range p.targets() {
		var spent [4]time.Duration
		var first, last time.Time
		for _, s := range spells {
			if s.Target != target {
				continue
			}
			if first.IsZero() || s.From.Before(first) {
				first = s.From
			}
			if s.To.After(last) {
				last = s.To
			}
			if i := slices.Index(badStates, s.State); i >= 0 {
				spent[i] += s.To.Sub(s.From)
			}
		}
		t.add(target, exactly(spent[0]), exactly(spent[1]), exactly(spent[2]), exactly(spent[3]), moment(first), moment(last))
	}
	p.put(t)
}

// badStates are those of a Spell, gravest first.
var badStates = []string{SpellDown, SpellDegraded, SpellUnknown, SpellExcluded}

// measured has the figures that the plots show, for who cannot see them.
func (p *report) measured(series []Series) {
	t := table{heads: []string{
		"Measured target", "Results", "Up", "Degraded", "Down", "Unknown", "Excluded", "Slowest median", "Highest p95", "Limit",
	}}
	for i := range series {
		s := &series[i]
		var n Point
		for k := range s.Points {
			n.Up += s.Points[k].Up
			n.Degraded += s.Points[k].Degraded
			n.Down += s.Points[k].Down
			n.Unknown += s.Points[k].Unknown
			n.Excluded += s.Points[k].Excluded
			n.Median = max(n.Median, s.Points[k].Median)
			n.P95 = max(n.P95, s.Points[k].P95)
		}
		limit := "none"
		if s.Slow > 0 {
			limit = latency(s.Slow)
		}
		t.add(s.Target, strconv.Itoa(n.Up+n.Degraded+n.Down+n.Unknown+n.Excluded),
			strconv.Itoa(n.Up), strconv.Itoa(n.Degraded), strconv.Itoa(n.Down), strconv.Itoa(n.Unknown), strconv.Itoa(n.Excluded),
			latency(n.Median), latency(n.P95), limit)
	}
	p.put(t)
}

// plots are the pictures: one strip for all targets, and a plot for each that
// was measured.
func (p *report) plots() {
	series := p.series()
	ax := axisOf(p.inc, series)
	if ax.empty() || len(series) == 0 && len(p.inc.Alerts) == 0 {
		p.put(blank("plots that show it, linked or pasted."))
		return
	}
	p.put(paragraph("Milestones: " + ax.legend() + ".\n" + marks))
	p.put(figure{"State of the targets (UTC)", newStrips(ax, p.inc, series)})
	if len(series) == 0 {
		p.put(blank("plots of the latency: no results were stored."))
		return
	}
	shown := series
	if len(shown) > maxPlots {
		shown = shown[:maxPlots]
		p.put(paragraph("Plots of the first " + strconv.Itoa(maxPlots) + " targets; the figures are of all."))
	}
	for i := range shown {
		p.put(figure{"Latency of " + shown[i].Target + " (UTC)", newPlot(ax, &shown[i])})
	}
	p.measured(series)
}

// marks says how to read the pictures.
const marks = "The solid line is the median latency, the dotted one p95, the dashed one the limit. " +
	"X is failed, w warning, ? unknown, m maintenance; where nothing is drawn, no result is stored."

// maxPlots is of how many targets there are plots: of more, nobody looks at them.
const maxPlots = 24

// series returns those that have points, in order: of members first, as they
// joined, then the others.
func (p *report) series() []Series {
	var all []Series
	add := func(s Series) {
		s.Points = merged(s.Points)
		all = append(all, s)
	}
	targets := p.targets()
	for _, target := range targets {
		if i := slices.IndexFunc(p.style.Series, func(s Series) bool { return s.Target == target && len(s.Points) > 0 }); i >= 0 {
			add(p.style.Series[i])
		}
	}
	for _, s := range p.style.Series {
		if len(s.Points) > 0 && !slices.Contains(targets, s.Target) {
			add(s)
		}
	}
	return all
}
