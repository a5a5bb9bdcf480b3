package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"sitrep/checker"
	"sitrep/config"
	"sitrep/incident"
	"sitrep/store"
)

// archive is what a state directory has of incidents, and what a configuration
// says of how to tell of them.
type archive struct {
	*store.Store
	cfg *config.Config // nil if none was found, or it does not hold
}

// openArchive opens the state read-only, beside whoever writes it. The state may be
// named outright; then no configuration is needed.
func (a *app) openArchive() (*archive, error) {
	file, err := a.find()
	if err != nil && a.stateFlag == "" && os.Getenv("SITREP_STATE") == "" && os.Getenv("STATE_DIRECTORY") == "" {
		return nil, err
	}
	p := &archive{}
	if err == nil {
		cfg, err := config.Load(file, loading(a.errs, nil))
		if err != nil {
			fmt.Fprintf(a.errs, "! %s does not hold (sitrep config check): the report has no limits and no meanings from it\n", file)
		} else {
			cfg.Dialer.Close()
			p.cfg = cfg
		}
	}
	dir, err := a.stateDir(file)
	if err != nil {
		return nil, err
	}
	p.Store, err = store.OpenReadOnly(dir)
	return p, err
}

// manner returns how incidents are told of now, as configured.
func (p *archive) manner() incident.Style {
	style := incident.Style{Version: version(), Exported: time.Now()}
	if p.cfg != nil {
		style.Preset, style.Severities = p.cfg.Template, p.cfg.Incident.Severities
		for _, o := range p.cfg.Operators {
			style.People = append(style.People, o.Name)
		}
	}
	return style
}

// style returns how an incident is told of: as configured, and as its targets
// measured.
func (p *archive) style(ctx context.Context, inc *incident.Incident) (incident.Style, error) {
	style := p.manner()
	from, to := around(inc)
	for _, target := range members(inc) {
		results, err := p.Results(ctx, target, from, to, maxResults)
		if err != nil {
			return style, err
		}
		slices.Reverse(results)
		if points := pointsOf(results); len(points) > 0 {
			style.Series = append(style.Series, incident.Series{Target: target, Slow: p.limit(target), Points: points})
		}
	}
	return style, nil
}

// limit returns how slow a target may be, 0 if that is not known.
func (p *archive) limit(target string) time.Duration {
	if p.cfg == nil {
		return 0
	}
	i := slices.IndexFunc(p.cfg.Targets, func(t checker.Target) bool { return t.Name == target })
	if i < 0 {
		return 0
	}
	return p.cfg.Targets[i].Slow
}

// members returns the names of the first targets of an incident.
func members(inc *incident.Incident) []string {
	var names []string
	for _, m := range inc.Alerts {
		if !slices.Contains(names, m.Target) && len(names) < maxSeries {
			names = append(names, m.Target)
		}
	}
	return names
}

const (
	maxSeries  = 50      // targets that a report has figures of
	maxResults = 100_000 // of one target: more than a day at a result a second
	maxAround  = 7 * 24 * time.Hour
)

// around returns the time that plots show: the incident and, before and after,
// a quarter of it, at least ten minutes; at most a week, its first.
func around(inc *incident.Incident) (from, to time.Time) {
	from, to = inc.Milestones[incident.Started], inc.Milestones[incident.ResolvedAt]
	for _, s := range inc.Spells() {
		if from.IsZero() || s.From.Before(from) {
			from = s.From
		}
		if s.To.After(to) {
			to = s.To
		}
	}
	if to.Before(from) {
		to = from
	}
	more := max(to.Sub(from)/4, 10*time.Minute)
	from, to = from.Add(-more), to.Add(more)
	return from, from.Add(min(to.Sub(from), maxAround))
}

// pointsOf makes a point of each result, as long as until the next one was due.
func pointsOf(results []checker.Result) []incident.Point {
	usual := interval(results)
	var all []incident.Point
	for i := range results {
		r := &results[i]
		to := r.At.Add(usual)
		if i+1 < len(results) {
			next := results[i+1].At
			if !next.After(r.At) {
				continue // the clock was set back: they would overlap
			}
			if next.Sub(r.At) < 2*usual {
				to = next
			}
		}
		p := incident.Point{From: r.At, To: to}
		countResult(&p, r)
		all = append(all, p)
	}
	return all
}

func countResult(p *incident.Point, r *checker.Result) {
	switch {
	case r.Excluded:
		p.Excluded = 1
	case r.Status == checker.Up:
		p.Up = 1
	case r.Status == checker.Degraded:
		p.Degraded = 1
	case r.Status == checker.Down:
		p.Down = 1
	default:
		p.Unknown = 1
	}
	if p.Up+p.Degraded > 0 {
		p.Median, p.P95 = r.Took, r.Took
	}
}

// interval returns the usual time between two results: the median.
func interval(results []checker.Result) time.Duration {
	var all []time.Duration
	for i := 1; i < len(results); i++ {
		if d := results[i].At.Sub(results[i-1].At); d > 0 {
			all = append(all, d)
		}
	}
	if len(all) == 0 {
		return time.Minute
	}
	slices.Sort(all)
	return all[len(all)/2]
}
