package oncall

import (
	"cmp"
	"slices"
	"time"
)

// plan is one schedule with all that changes it, ready to be asked.
type plan struct {
	schedule  Schedule
	layers    []layerPlan
	overrides []Override  // by From
	ends      []time.Time // of overrides[:i+1], the latest end
}

// layerPlan is what one place of a schedule was and is: revisions by From.
type layerPlan struct {
	revisions []Revision
	zones     []*time.Location // of each revision
}

func newPlan(s Schedule, revisions []Revision, overrides []Override) *plan {
	p := &plan{schedule: s, layers: make([]layerPlan, len(s.Layers))}
	for _, r := range revisions {
		if r.Schedule != s.Name {
			continue
		}
		for len(p.layers) <= r.Place {
			p.layers = append(p.layers, layerPlan{})
		}
		l := &p.layers[r.Place]
		zone, err := time.LoadLocation(r.Zone)
		if err != nil || r.Zone == s.Zone.String() {
			zone = s.Zone
		}
		l.revisions, l.zones = append(l.revisions, r), append(l.zones, zone)
	}
	for _, o := range overrides {
		if o.Schedule == s.Name && o.holds() {
			p.overrides = append(p.overrides, o)
		}
	}
	slices.SortStableFunc(p.overrides, func(a, b Override) int { return a.begin().Compare(b.begin()) })
	var latest time.Time
	for i := range p.overrides {
		if end := p.overrides[i].end(); end.After(latest) {
			latest = end
		}
		p.ends = append(p.ends, latest)
	}
	return p
}

// revision returns what a place was at t, nil if it was not there.
func (l *layerPlan) revision(t time.Time) (*Layer, *time.Location) {
	for i := len(l.revisions) - 1; i >= 0; i-- {
		if r := &l.revisions[i]; !r.From.After(t) {
			if r.Gone {
				return nil, nil
			}
			return &r.Layer, l.zones[i]
		}
	}
	return nil, nil
}

// at is who is on call at t, with no times.
func (p *plan) at(t time.Time) Shift {
	s := Shift{Schedule: p.schedule.Name}
	for i := range slices.Backward(p.layers) {
		if l, zone := p.layers[i].revision(t); l != nil {
			if who := l.at(t, zone); who != "" {
				s.On, s.Layer = []string{who}, l.Name
				break
			}
		}
	}
	for _, o := range p.overriding(t) {
		s = o.apply(s)
	}
	if len(s.On) == 0 && len(p.schedule.Fallback) > 0 {
		s.On, s.Fallback = p.schedule.Fallback, true
	}
	return s
}

// overriding returns the overrides that hold at t, the one that wins last.
func (p *plan) overriding(t time.Time) []*Override {
	n, _ := slices.BinarySearchFunc(p.overrides, t, func(o Override, t time.Time) int {
		if o.begin().After(t) {
			return 1
		}
		return -1
	})
	var all []*Override
	for i := n - 1; i >= 0 && p.ends[i].After(t); i-- {
		if p.overrides[i].end().After(t) {
			all = append(all, &p.overrides[i])
		}
	}
	slices.SortFunc(all, func(a, b *Override) int {
		return cmp.Or(a.Made.Compare(b.Made), compareIDs(a.ID, b.ID))
	})
	return all
}

// after returns the first time after t at which somebody else may be on; zero
// is never.
func (p *plan) after(t time.Time) time.Time {
	var next time.Time
	see := func(e time.Time) {
		if e.After(t) && (next.IsZero() || e.Before(next)) {
			next = e
		}
	}
	for i := range slices.Backward(p.layers) {
		l := &p.layers[i]
		for j := range l.revisions {
			see(l.revisions[j].From)
		}
		if now, zone := l.revision(t); now != nil {
			see(now.after(t, zone))
			if now.at(t, zone) != "" {
				break // it hides those before it
			}
		}
	}
	n, _ := slices.BinarySearchFunc(p.overrides, t, func(o Override, t time.Time) int {
		if o.begin().After(t) {
			return 1
		}
		return -1
	})
	if n < len(p.overrides) {
		see(p.overrides[n].begin())
	}
	for _, o := range p.overriding(t) {
		see(o.end())
	}
	return next
}

// before returns the last time before t at which somebody else may have come
// on; zero if there is none.
func (p *plan) before(t time.Time) time.Time {
	var last time.Time
	see := func(e time.Time) {
		if e.Before(t) && e.After(last) {
			last = e
		}
	}
	for i := range slices.Backward(p.layers) {
		l := &p.layers[i]
		for j := range l.revisions {
			see(l.revisions[j].From)
		}
		if was, zone := l.revision(t.Add(-1)); was != nil {
			see(was.before(t, zone))
			if was.at(t.Add(-1), zone) != "" {
				break // it hides those before it
			}
		}
	}
	for i := range p.overrides {
		see(p.overrides[i].begin())
		see(p.overrides[i].end())
	}
	return last
}

// same tells whether two shifts have the same people for the same reason.
func same(a, b *Shift) bool {
	return slices.Equal(a.On, b.On) && a.Layer == b.Layer && a.Override == b.Override && a.Fallback == b.Fallback
}

// The most that is looked through for the end or the beginning of a shift.
const (
	maxSteps = 20_000
	maxLook  = 400 * day
)

// shift is at with its times; zero where it is longer than was looked.
func (p *plan) shift(t time.Time) Shift {
	s := p.at(t)
	for e, n := p.after(t), 0; !e.IsZero() && n < maxSteps && e.Sub(t) < maxLook; e, n = p.after(e), n+1 {
		if next := p.at(e); !same(&s, &next) {
			s.To = e.UTC()
			break
		}
	}
	for e, n := p.before(t.Add(1)), 0; !e.IsZero() && n < maxSteps && t.Sub(e) < maxLook; e, n = p.before(e), n+1 {
		if was := p.at(e.Add(-1)); !same(&s, &was) {
			s.From = e.UTC()
			break
		}
	}
	return s
}

// tile returns the shifts of [from, to), as whoever is on by at says and after
// says when to ask again.
func tile(from, to time.Time, at func(time.Time) Shift, after func(time.Time) time.Time) []Shift {
	var all []Shift
	for t := from; t.Before(to); {
		s := at(t)
		next := after(t)
		if next.IsZero() || next.After(to) {
			next = to
		}
		if n := len(all); n > 0 && same(&all[n-1], &s) {
			all[n-1].To = next.UTC()
		} else {
			s.From, s.To = t.UTC(), next.UTC()
			all = append(all, s)
		}
		t = next
	}
	return all
}
