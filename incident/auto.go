package incident

import (
	"cmp"
	"slices"
	"time"

	"sitrep/alert"
)

// Advance declares incidents for the alerts that nobody took, if the settings
// say so. Alerts of the same group that fired within Settings.JoinWithin of
// such a one come along.
func (b *Book) Advance(now time.Time) []Entry {
	p := b.pen(now)
	for _, w := range b.waiting() {
		if b.due(w).After(now) {
			break
		}
		if w.alone { // not taken along by the one before
			p.declareFor(w)
		}
	}
	return p.out
}

// Next returns when Advance next has something to do, false if never.
func (b *Book) Next() (time.Time, bool) {
	first, ok := time.Time{}, false
	for _, w := range b.watched {
		if b.waits(w) && (!ok || b.due(w).Before(first)) {
			first, ok = b.due(w), true
		}
	}
	return first, ok
}

// waiting returns the alerts that an incident is to be declared for unless
// somebody takes them, soonest first.
func (b *Book) waiting() []*watched {
	var all []*watched
	for _, w := range b.watched {
		if b.waits(w) {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(x, y *watched) int {
		return cmp.Or(b.due(x).Compare(b.due(y)), cmp.Compare(x.alert.ID, y.alert.ID))
	})
	return all
}

func (b *Book) waits(w *watched) bool {
	a := &w.alert
	return b.settings.Declare && w.alone && a.State.Active() && b.grave(a) &&
		a.Ack == nil && a.SilencedBy == "" && a.Maintenance == "" && a.Inhibited == ""
}

// grave tells whether an alert is one that incidents are declared for.
func (b *Book) grave(a *alert.Alert) bool {
	if b.settings.Match == nil {
		return a.Severity == alert.Critical
	}
	return b.match != nil && b.match.Match(a.Labels, a.Severity, a.Findings)
}

// Refresh takes in what holds the alerts back by now. A silence that begins
// later, or ends while another holds, is no event of its own: whoever is about to
// call Advance says it.
func (b *Book) Refresh(alerts []alert.Alert) {
	for i := range alerts {
		a := &alerts[i]
		if w := b.watched[a.ID]; w != nil {
			w.alert.SilencedBy, w.alert.Maintenance, w.alert.Inhibited = a.SilencedBy, a.Maintenance, a.Inhibited
		}
	}
}

// Step notes that the wall clock was set by d: what counts from when an alert
// fired goes on counting.
func (b *Book) Step(d time.Duration) {
	for _, w := range b.watched {
		w.since = w.since.Add(d)
	}
}

func (b *Book) due(w *watched) time.Time { return w.since.Add(b.settings.DeclareAfter) }

func (p *pen) declareFor(w *watched) {
	first := w.alert
	id := p.declare(titleOf(&first), "", "", "triage") // nobody has looked yet
	p.join(id, "", first)
	if first.Group == "" || p.book.settings.JoinWithin <= 0 {
		return
	}
	var along []alert.Alert
	for _, other := range p.book.watched {
		if other.alone && other.alert.State.Active() && other.alert.Group == first.Group &&
			other.since.Sub(w.since).Abs() <= p.book.settings.JoinWithin {
			along = append(along, other.alert)
		}
	}
	slices.SortFunc(along, func(x, y alert.Alert) int {
		return cmp.Or(x.Detected.Compare(y.Detected), cmp.Compare(x.ID, y.ID))
	})
	p.join(id, "", along...)
}
