package alert

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/checker"
	"sitrep/oncall"
)

// Path is one way in which a receiver would hear of an alert.
type Path struct {
	Route    string
	Group    string // the key of the group that it would be in
	Receiver string // of an account: see Notification; "" if To reaches nobody then
	To       string // what the route or the step says, if that is not Receiver: "schedule:primary"
	Step     int    // of the escalation, from 1; 0: the route tells them itself
	Policy   string // the escalation's
	Paging   bool
	Hears    bool          // of the first news; otherwise only what its "tell" lists
	Wait     time.Duration // from firing to the first notification, if its group is told of nothing yet and nobody acknowledges
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
// not mean it. Who is on call is looked up in the roster as of at, which for a
// later step may be somebody else by then; a nil roster has nobody on call.
func (p *Policy) Explain(roster *oncall.Roster, at time.Time, labels map[string]string, severity Severity, findings []checker.Finding) ([]Path, []Miss) {
	if roster == nil {
		roster = &oncall.Roster{}
	}
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
		e := explainer{p, roster, at, receivers, &r, group, severity}
		paths = append(paths, e.direct(ready.To)...)
		paths = append(paths, e.escalation()...)
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

// explainer is one route being explained.
type explainer struct {
	policy    *Policy
	roster    *oncall.Roster
	at        time.Time
	receivers map[string]*Receiver
	route     *Route
	group     string
	severity  Severity
}

// direct returns whom the route itself tells.
func (e *explainer) direct(to []string) (paths []Path) {
	for _, one := range to {
		paths = append(paths, e.reach(one, e.at)...)
	}
	return paths
}

// escalation returns whom the policy of the route calls, the first round and the
// last resort.
func (e *explainer) escalation() (paths []Path) {
	i := slices.IndexFunc(e.policy.Escalations, func(p EscalationPolicy) bool { return p.Name == e.route.Escalate })
	if e.route.Escalate == "" || i < 0 {
		return nil
	}
	policy := &e.policy.Escalations[i]
	var after time.Duration
	for n, step := range policy.Steps {
		reached := 0
		for _, one := range step.To {
			for _, p := range e.reach(one, e.at.Add(after)) {
				if p.Step, p.Policy = n+1, policy.Name; n > 0 {
					p.Wait = after
				}
				if p.Receiver != "" {
					reached++
				}
				paths = append(paths, p)
			}
		}
		if reached > 0 { // a step that reaches nobody is skipped at once
			after += step.Wait
		}
	}
	for _, p := range e.reach(policy.LastResort, e.at) {
		p.Step, p.Policy, p.Wait = len(policy.Steps)+1, policy.Name, after*time.Duration(max(1, policy.Repeat))
		paths = append(paths, p)
	}
	return paths
}

// reach returns the paths to all whom a "to" means at a time, or one to nobody.
func (e *explainer) reach(to string, at time.Time) (paths []Path) {
	names := []string{to}
	if strings.HasPrefix(to, "schedule:") || strings.HasPrefix(to, "operator:") {
		names = nil
		for _, a := range e.roster.Reach(to, at) {
			names = append(names, a.String())
		}
	}
	for _, name := range names {
		base := e.receivers[oncall.ParseAddressee(name).Receiver]
		if base == nil {
			continue
		}
		p := pathOf(e.route, e.group, base, e.receivers, e.severity)
		p.Receiver = name
		if name != to {
			p.To = to
		}
		paths = append(paths, p)
	}
	if len(paths) == 0 && len(names) == 0 {
		paths = append(paths, Path{Route: e.route.Name, Group: e.group, To: to})
	}
	return paths
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
