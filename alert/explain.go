package alert

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/checker"
)

// Path is one way in which a receiver would hear of an alert.
type Path struct {
	Route    string
	Group    string // the key of the group that it would be in
	Receiver string
	Paging   bool
	Hears    bool          // of the first news; otherwise only what its "tell" lists
	Wait     time.Duration // from firing to the first notification, if its group is told of nothing yet
	Interval time.Duration // least time from one notification of the group to the next that is not urgent
	Remind   time.Duration // while nobody acknowledges; 0 is never
	// Fallbacks are told, one after the other, while those before do not accept:
	// of what is refused at once, of the rest after FailOver (0: never).
	Fallbacks []string
	FailOver  time.Duration
}

// Miss is a route that does not lead to an alert's being told, and why: a
// sentence for each alternative of its matcher, or one if it leads nowhere.
type Miss struct {
	Route string
	Why   []string
}

// Explain returns who would be told of an alert of a target with these labels,
// of that severity and with these findings, soonest first, and which routes do
// not mean it.
func (p *Policy) Explain(labels map[string]string, severity Severity, findings []checker.Finding) ([]Path, []Miss) {
	receivers := make(map[string]*Receiver, len(p.Receivers))
	for i := range p.Receivers {
		receivers[p.Receivers[i].Name] = &p.Receivers[i]
	}
	var paths []Path
	var misses []Miss
	for _, r := range p.Routes {
		ready := newRoute(r)
		if !ready.match.Match(labels, severity, findings) {
			misses = append(misses, Miss{r.Name, ready.match.misses(r.Match, labels, severity, findings)})
			continue
		}
		group, _ := ready.group(labels)
		before := len(paths)
		for _, name := range ready.To {
			if to := receivers[name]; to != nil {
				paths = append(paths, pathOf(&r, group, to, receivers, severity))
			}
		}
		if len(paths) == before {
			misses = append(misses, Miss{r.Name, []string{"it leads to no receiver"}})
		}
	}
	slices.SortStableFunc(paths, func(a, b Path) int {
		return cmp.Or(cmp.Compare(a.Wait, b.Wait), cmp.Compare(a.Route, b.Route), cmp.Compare(a.Receiver, b.Receiver))
	})
	slices.SortFunc(misses, func(a, b Miss) int { return cmp.Compare(a.Route, b.Route) })
	return paths, misses
}

func pathOf(r *Route, group string, to *Receiver, receivers map[string]*Receiver, severity Severity) Path {
	p := Path{
		Route: r.Name, Group: group, Receiver: to.Name, Paging: to.Paging, Hears: to.Tell[First],
		Wait: r.Wait, Interval: r.GroupInterval,
	}
	if to.Paging && severity == Critical {
		p.Wait = r.WaitPaging
	}
	if to.Tell[Remind] {
		p.Remind = to.Remind
		if severity == Critical && to.RemindCritical > 0 {
			p.Remind = to.RemindCritical
		}
	}
	if to.Paging && to.Fallback != "" {
		p.FailOver = failOverAfter
	}
	for next := receivers[to.Fallback]; next != nil && next != to && !slices.Contains(p.Fallbacks, next.Name); next = receivers[next.Fallback] {
		p.Fallbacks = append(p.Fallbacks, next.Name)
	}
	return p
}

// misses says of each alternative of m, which c was made of, what does not fit.
func (c *Compiled) misses(m Matcher, labels map[string]string, severity Severity, findings []checker.Finding) []string {
	var all []string
	for i, alternative := range c.alternatives {
		var why []string
		for _, t := range alternative {
			if matchAll([]term{t}, labels, severity, findings) {
				continue
			}
			why = append(why, fmt.Sprintf("%s is %s, want %s", t.label, said(t.label, labels, severity, findings), strings.Join(m[i][t.label], " or ")))
		}
		all = append(all, strings.Join(why, ", and "))
	}
	return all
}

// said is what a label is, in words.
func said(label string, labels map[string]string, severity Severity, findings []checker.Finding) string {
	switch label {
	case "severity":
		return severity.String()
	case "finding":
		names := map[string]bool{}
		for _, f := range findings {
			names[f.What] = true
		}
		if len(names) == 0 {
			return "not known"
		}
		return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
	}
	if v := labels[label]; v != "" {
		return fmt.Sprintf("%q", v)
	}
	return "not set"
}
