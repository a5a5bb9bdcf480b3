package incident

import (
	"cmp"
	"slices"
	"time"
)

// Means are the figures of several incidents together. Cancelled ones are left
// out, and so is from each figure an incident of which it is not known.
type Means struct {
	Incidents                                       int // that count
	Detect, Acknowledge, Declare, Mitigate, Resolve Mean
}

// Mean is one figure of several incidents.
type Mean struct {
	N            int // incidents of which it is known; the rest is zero if there is none
	Median, Mean time.Duration
	// Outliers are those longer than the third quartile by more than one and a
	// half times what lies between the first and the third, longest first; none
	// of less than five.
	Outliers []Outlier
}

// Outlier is an incident that took much longer than the others.
type Outlier struct {
	Incident string
	Time     time.Duration
}

// minOutliers is of how many incidents at least one can stand out.
const minOutliers = 5

// MeansOf returns the figures of several incidents together.
func MeansOf(incidents []*Incident) Means {
	var m Means
	known := map[*Mean][]Outlier{}
	for _, inc := range incidents {
		if inc.Status == "cancelled" {
			continue
		}
		m.Incidents++
		t := inc.Times()
		for _, of := range []struct {
			mean *Mean
			took Elapsed
		}{
			{&m.Detect, t.Detect}, {&m.Acknowledge, t.Acknowledge}, {&m.Declare, t.Declare},
			{&m.Mitigate, t.Mitigate}, {&m.Resolve, t.Resolve},
		} {
			if of.took.Known {
				known[of.mean] = append(known[of.mean], Outlier{inc.ID, of.took.Duration})
			}
		}
	}
	for mean, all := range known {
		*mean = meanOf(all)
	}
	return m
}

func meanOf(all []Outlier) Mean {
	slices.SortFunc(all, func(a, b Outlier) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Incident, b.Incident))
	})
	m := Mean{N: len(all), Median: quantile(all, 0.5)}
	sum := 0.0 // of many years it is more than a Duration holds
	for _, o := range all {
		sum += float64(o.Time)
	}
	m.Mean = time.Duration(sum / float64(len(all)))
	if len(all) < minOutliers {
		return m
	}
	third := quantile(all, 0.75)
	limit := third + (third-quantile(all, 0.25))*3/2
	for _, o := range slices.Backward(all) {
		if o.Time > limit {
			m.Outliers = append(m.Outliers, o)
		}
	}
	return m
}

// quantile returns the time below which a part of the sorted ones lie, between
// two of them in proportion.
func quantile(sorted []Outlier, part float64) time.Duration {
	at := part * float64(len(sorted)-1)
	below := sorted[int(at)].Time
	above := sorted[min(int(at)+1, len(sorted)-1)].Time
	return below + time.Duration((at-float64(int(at)))*float64(above-below))
}

// Pages is how often somebody was paged.
type Pages struct {
	Who         string // an operator, or a receiver that is nobody's in particular
	Pages       int
	OffHours    int // of these from 22:00 to 06:00, or at a weekend
	First, Last time.Time
}

// Paged returns who was paged about the incident, in the order of the first page.
// Off hours are those of the zone, UTC if it is nil.
func (i *Incident) Paged(zone *time.Location) []Pages {
	if zone == nil {
		zone = time.UTC
	}
	var all []Pages
	for n := range i.Entries {
		e := &i.Entries[n].Entry
		if !e.pages() {
			continue
		}
		who := cmp.Or(e.operator(), e.Field)
		k := slices.IndexFunc(all, func(p Pages) bool { return p.Who == who })
		if k < 0 {
			all = append(all, Pages{Who: who, First: e.At, Last: e.At})
			k = len(all) - 1
		}
		p := &all[k]
		p.Pages++
		if offHours(e.At.In(zone)) {
			p.OffHours++
		}
		if e.At.Before(p.First) {
			p.First = e.At
		}
		if e.At.After(p.Last) {
			p.Last = e.At
		}
	}
	slices.SortStableFunc(all, func(a, b Pages) int { return a.First.Compare(b.First) })
	return all
}

func offHours(t time.Time) bool {
	return t.Hour() >= 22 || t.Hour() < 6 || t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
}

// PageLatency returns the time from the detection to the first accepted page.
func (i *Incident) PageLatency() Elapsed { return between(i.Milestones[Detected], i.FirstPage()) }

// Responder is somebody who did something about an incident.
type Responder struct {
	Who         string
	Entries     int // that they wrote, stars and edits too
	First, Last time.Time
}

// Responders returns everybody who wrote or did something, or had a role, in the
// order of when they first did. What was done before the declaration counts
// when it was done, what was dated back when it was written.
func (i *Incident) Responders() []Responder {
	var all []Responder
	for _, e := range i.Log() {
		if e.By == "" {
			continue
		}
		at := e.Recorded
		if e.Kind == AlertEntry && e.At.Before(at) {
			at = e.At
		}
		k := slices.IndexFunc(all, func(r Responder) bool { return r.Who == e.By })
		if k < 0 {
			all = append(all, Responder{Who: e.By, First: at, Last: at})
			k = len(all) - 1
		}
		r := &all[k]
		r.Entries++
		if at.Before(r.First) {
			r.First = at
		}
		if at.After(r.Last) {
			r.Last = at
		}
	}
	slices.SortStableFunc(all, func(a, b Responder) int { return a.First.Compare(b.First) })
	return all
}
