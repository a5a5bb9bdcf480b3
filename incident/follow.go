package incident

import (
	"slices"
	"time"

	"sitrep/alert"
)

// Apply takes in what happened to an alert or a silence, and writes it into the
// timelines that it concerns. An alert that fires may join an incident by it.
// What happens to alerts without an incident is remembered, for the case that
// one is declared.
func (b *Book) Apply(now time.Time, ev alert.Event) []Entry {
	p := b.pen(now)
	switch {
	case ev.Silence != nil:
		p.silence(&ev)
	case ev.Alert.ID != "":
		p.alert(&ev)
	}
	return p.out
}

func (p *pen) alert(ev *alert.Event) {
	b := p.book
	w := b.watch(ev.Alert)
	e, tells := alertEntry(ev)
	fires := ev.Kind == alert.KindFired || ev.Kind == alert.KindReopened
	if fires || ev.Kind == alert.KindWorse {
		w.since = ev.At
	}

	home := b.home(ev.Alert.ID)
	if fires && (home == nil || !home.inc.Open()) {
		if r := b.joinable(&ev.Alert, instant(ev.At)); r != nil {
			p.join(r.inc.ID, "", ev.Alert)
			home = r
		}
	}
	if home != nil && tells {
		e.Incident = home.inc.ID
		p.write(e)
	}
	if home != nil && home.inc.Open() {
		return
	}
	w.alone = w.alone || fires
	if tells {
		w.remember(e)
	}
}

// joinable returns the open incident that an alert joins by firing at the given
// moment: one of its group, to which the last alert came not too long before.
func (b *Book) joinable(a *alert.Alert, at time.Time) *record {
	if a.Group == "" || b.settings.JoinWithin <= 0 {
		return nil
	}
	var best *record
	for _, inc := range b.Incidents() {
		r := b.records[inc.ID]
		if !inc.Open() || inc.Group != a.Group || at.Sub(r.joined) > b.settings.JoinWithin {
			continue
		}
		if best == nil || r.joined.After(best.joined) {
			best = r
		}
	}
	return best
}

// Reloaded writes a new configuration into the timelines of the open incidents:
// it may be what helped, or what broke.
func (b *Book) Reloaded(now time.Time, text string) []Entry {
	p := b.pen(now)
	for _, inc := range slices.Clone(b.Incidents()) {
		if inc.Open() {
			p.write(Entry{Incident: inc.ID, Kind: Reloaded, Text: text})
		}
	}
	return p.out
}
