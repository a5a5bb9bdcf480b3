package oncall

import (
	"cmp"
	"slices"
	"time"
)

func sortRevisions(rs []Revision) {
	slices.SortStableFunc(rs, func(a, b Revision) int {
		return cmp.Or(cmp.Compare(a.Schedule, b.Schedule), cmp.Compare(a.Place, b.Place), a.From.Compare(b.From))
	})
}

// merge returns revisions with others added, of two of the same time the other.
func merge(rs, others []Revision) []Revision {
	all := slices.DeleteFunc(slices.Clone(rs), func(r Revision) bool {
		return slices.ContainsFunc(others, func(o Revision) bool {
			return o.Schedule == r.Schedule && o.Place == r.Place && !r.From.Before(o.From)
		})
	})
	all = append(all, others...)
	sortRevisions(all)
	return all
}

// revise returns the revisions that a configuration adds to those there are,
// which are in order.
func revise(now time.Time, operators []Operator, schedules []Schedule, have []Revision) []Revision {
	now = now.UTC().Round(0)
	var added []Revision
	last := map[string][]*Revision{} // by schedule and place, the latest
	for i := range have {
		r := &have[i]
		places := last[r.Schedule]
		for len(places) <= r.Place {
			places = append(places, nil)
		}
		places[r.Place] = r
		last[r.Schedule] = places
	}
	for i := range schedules {
		s := &schedules[i]
		places := last[s.Name]
		delete(last, s.Name)
		for n := range max(len(s.Layers), len(places)) {
			var was *Revision
			if n < len(places) {
				was = places[n]
			}
			if r, changed := s.revision(now, n, was, len(places) > 0, operators); changed {
				added = append(added, r)
			}
		}
	}
	for _, places := range last { // schedules that are no more
		for _, was := range places {
			if was != nil && !was.Gone {
				added = append(added, Revision{Schedule: was.Schedule, Zone: was.Zone, Place: was.Place, From: now, Gone: true})
			}
		}
	}
	sortRevisions(added)
	return added
}

// revision returns what is new of a place of a schedule, false if nothing is.
// seen tells whether anything of the schedule was known before.
func (s *Schedule) revision(now time.Time, place int, was *Revision, seen bool, operators []Operator) (Revision, bool) {
	r := Revision{Schedule: s.Name, Zone: s.Zone.String(), Place: place, From: now}
	if place >= len(s.Layers) {
		r.Gone = true
		return r, was != nil && !was.Gone
	}
	r.Layer = s.Layers[place]
	switch {
	case was == nil && !seen:
		r.From = time.Time{}
		return r, true
	case was == nil || was.Gone || was.Zone != r.Zone || !was.Layer.sameButOperators(&r.Layer):
		return r, true
	case slices.Equal(was.Layer.Operators, r.Layer.Operators):
		return r, false
	}
	r.From = s.changeover(now, was, operators)
	return r, true
}

// changeover returns from when a changed list of operators holds.
func (s *Schedule) changeover(now time.Time, was *Revision, operators []Operator) time.Time {
	l := &was.Layer
	if was.From.After(now) { // that was to change soon anyway
		return was.From
	}
	if l.Every < 1 || len(l.Operators) == 0 || now.Before(l.edge(0, s.Zone)) {
		return now
	}
	k := l.slot(now, s.Zone)
	who := l.turn(k)
	if who != "" && !slices.ContainsFunc(operators, func(o Operator) bool { return o.Name == who }) {
		return now
	}
	return l.edge(k+1, s.Zone)
}
