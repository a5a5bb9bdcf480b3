package incident

import "time"

// Style says how a post-mortem is written. The zero value is the full one.
type Style struct {
	Preset     string            // one of Presets; "" is "full"
	Version    string            // of sitrep, for the footer; "" leaves it out
	Severities map[string]string // meanings of the levels, as configured
	Series     []Series          // how its targets measured; one that is missing has no plot
	People     []string          // names that may not be in the root cause, see LintAt
	Zone       *time.Location    // whose nights and weekends are off hours; nil is UTC
	Exported   time.Time         // the only thing that differs between two exports; zero leaves it out
}

// Lint is LintAt as of the export, with what the style knows of people.
func (s *Style) Lint(inc *Incident) []Finding { return LintAt(inc, s.Exported, s.People...) }

// Series is how one target measured around an incident, for the plots and the
// figures of a report.
type Series struct {
	Target string
	Slow   time.Duration // its limit, 0 is none
	Points []Point       // oldest first, none overlapping; gaps are gaps
}

// Point is the results of a target in [From, To).
type Point struct {
	From, To time.Time
	// Median is of the latencies of the results that are up or degraded, and P95 too.
	Median, P95                           time.Duration
	Up, Degraded, Down, Unknown, Excluded int // results by status; those in maintenance under Excluded alone
}

// passed returns how many results have a latency.
func (p *Point) passed() int { return p.Up + p.Degraded }

// state returns the gravest of what the results were: one of the states of a
// Spell, "up", or "" if there are none.
func (p *Point) state() string {
	switch {
	case p.Down > 0:
		return SpellDown
	case p.Degraded > 0:
		return SpellDegraded
	case p.Unknown > 0:
		return SpellUnknown
	case p.Excluded > 0:
		return SpellExcluded
	case p.Up > 0:
		return stateUp
	}
	return ""
}

const stateUp = "up"
