package oncall

import (
	"cmp"
	"slices"
	"time"
)

// maxPlace is more layers than any schedule has: what says that it is of a
// later one is not of a roster.
const maxPlace = 1000

// history is what one place of a schedule was and is to be, by From.
type history []Revision

func sortRevisions(rs []Revision) {
	slices.SortStableFunc(rs, func(a, b Revision) int {
		return cmp.Or(cmp.Compare(a.Schedule, b.Schedule), cmp.Compare(a.Place, b.Place), a.From.Compare(b.From))
	})
}

// merge returns revisions with others added, of two of the same place and time
// the other.
func merge(rs, others []Revision) []Revision {
	all := slices.DeleteFunc(slices.Clone(rs), func(r Revision) bool {
		return slices.ContainsFunc(others, func(o Revision) bool {
			return o.Schedule == r.Schedule && o.Place == r.Place && o.From.Equal(r.From)
		})
	})
	all = append(all, others...)
	sortRevisions(all)
	return all
}

// at returns the revision in force at t, nil if there is none yet.
func (h history) at(t time.Time) *Revision {
	for i := range slices.Backward(h) {
		if !h[i].From.After(t) {
			return &h[i]
		}
	}
	return nil
}

// same tells whether two revisions say the same, from whenever they do.
func (r *Revision) same(o *Revision) bool {
	return r.Gone == o.Gone && (r.Gone || r.Zone == o.Zone && r.Layer.Equal(&o.Layer))
}

// revise returns the revisions that a configuration adds to those there are,
// which are in order.
func revise(now time.Time, operators []Operator, schedules []Schedule, have []Revision) []Revision {
	now = now.UTC().Round(0)
	known := map[string][]history{} // by schedule and place
	for _, r := range have {
		places := known[r.Schedule]
		for len(places) <= r.Place {
			places = append(places, nil)
		}
		places[r.Place] = append(places[r.Place], r)
		known[r.Schedule] = places
	}
	var added []Revision
	for i := range schedules {
		s := &schedules[i]
		places := known[s.Name]
		delete(known, s.Name)
		for n := range max(len(s.Layers), len(places)) {
			var h history
			if n < len(places) {
				h = places[n]
			}
			added = append(added, h.lacks(now, s.wanted(now, n, places, operators))...)
		}
	}
	for _, places := range known { // schedules that are no more
		for _, h := range places {
			if len(h) > 0 {
				was := h[len(h)-1]
				gone := Revision{Schedule: was.Schedule, Zone: was.Zone, Place: was.Place, From: now, Gone: true}
				added = append(added, h.lacks(now, []Revision{gone})...)
			}
		}
	}
	sortRevisions(added)
	return added
}

// wanted returns what a place is to be from now on, by From: the first from now
// or always, and perhaps another for the end of the slot that is under way.
func (s *Schedule) wanted(now time.Time, place int, places []history, operators []Operator) []Revision {
	r := Revision{Schedule: s.Name, Zone: s.Zone.String(), Place: place, From: now}
	if place >= len(s.Layers) {
		r.Gone = true
		return []Revision{r}
	}
	r.Layer = s.Layers[place]
	if len(places) == 0 {
		r.From = time.Time{}
		return []Revision{r}
	}
	was := s.predecessor(now, place, places)
	if was == nil || was.Gone || was.Zone != r.Zone || !was.Layer.sameRotation(&r.Layer) || slices.Equal(was.Layer.Operators, r.Layer.Operators) {
		return []Revision{r}
	}
	from := s.changeover(now, &was.Layer, operators)
	if !from.After(now) {
		return []Revision{r}
	}
	first := r
	first.Layer.Operators = was.Layer.Operators
	r.From = from
	return []Revision{first, r}
}

// predecessor returns what the layer at a place was until now: the one of its
// name, wherever that was, else the one at its place if that has a new name.
func (s *Schedule) predecessor(now time.Time, place int, places []history) *Revision {
	var named *Revision
	count := 0
	for _, h := range places {
		if was := h.at(now); was != nil && !was.Gone && was.Layer.Name == s.Layers[place].Name {
			named = was
			count++
		}
	}
	if count == 1 && s.named(s.Layers[place].Name) == 1 {
		return named
	}
	if place >= len(places) {
		return nil
	}
	was := places[place].at(now)
	if was != nil && was.Layer.Name != s.Layers[place].Name && s.named(was.Layer.Name) > 0 {
		return nil // it lives on elsewhere
	}
	return was
}

func (s *Schedule) named(name string) int {
	n := 0
	for i := range s.Layers {
		if s.Layers[i].Name == name {
			n++
		}
	}
	return n
}

// lacks returns the revisions by which a history becomes the wanted one from now
// on. What was to come and is wanted no more is replaced, and not left out: the
// revisions of a disk are only ever written over.
func (h history) lacks(now time.Time, wanted []Revision) []Revision {
	var added []Revision
	for _, w := range wanted {
		was := h.at(now)
		if w.From.After(now) {
			was = h.at(w.From)
			if was != nil && !was.From.Equal(w.From) {
				was = nil
			}
		}
		if (was == nil && !w.Gone) || (was != nil && !was.same(&w)) {
			added = append(added, w)
		}
	}
	for _, later := range h {
		if !later.From.After(now) || slices.ContainsFunc(wanted, func(w Revision) bool { return w.From.Equal(later.From) }) {
			continue
		}
		if w := *history(wanted).at(later.From); !later.same(&w) {
			w.From = later.From
			added = append(added, w)
		}
	}
	return added
}

// changeover returns from when a changed list of a layer's operators holds.
func (s *Schedule) changeover(now time.Time, was *Layer, operators []Operator) time.Time {
	if was.Every < 1 || len(was.Operators) == 0 || now.Before(was.edge(0, s.Zone)) {
		return now
	}
	k := was.slot(now, s.Zone)
	if !slices.ContainsFunc(operators, func(o Operator) bool { return o.Name == was.turn(k) }) {
		return now
	}
	return was.edge(k+1, s.Zone)
}

// recent leaves out what says nothing of the time since a while ago.
func recent(since time.Time, rs []Revision) []Revision {
	var kept []Revision
	for i, r := range rs {
		if r.Place < 0 || r.Place > maxPlace {
			continue
		}
		if i+1 < len(rs) {
			if next := &rs[i+1]; next.Schedule == r.Schedule && next.Place == r.Place && !next.From.After(since) {
				continue
			}
		}
		kept = append(kept, r)
	}
	return kept
}
