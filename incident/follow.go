package incident

import (
	"slices"
	"strings"
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
	case ev.Kind == alert.KindHandover:
		p.everywhere(handoverEntry(&ev))
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
	if ev.Kind == alert.KindReopened {
		w.past = nil // of a spell that is over: an incident that begins now has no part in it
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
		if ev.Kind == alert.KindAcked {
			p.lookedAt(home, e.By)
		}
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
	p.everywhere(Entry{Kind: Reloaded, Text: text})
	return p.out
}

// everywhere writes an entry into the timelines of all open incidents.
func (p *pen) everywhere(e Entry) {
	for _, inc := range slices.Clone(p.book.Incidents()) {
		if inc.Open() {
			e.Incident = inc.ID
			p.write(e)
		}
	}
}

// handoverEntry says who is on call from now on: "primary: bo on call, ana until
// now", of which the schedule and who has it are kept apart.
func handoverEntry(ev *alert.Event) Entry {
	e := Entry{Kind: Handover, At: ev.At, Text: ev.Text}
	schedule, rest, found := strings.Cut(ev.Text, ": ")
	who, _, says := strings.Cut(rest, " on call")
	if found && says {
		e.Field, e.Value = schedule, who
	}
	return e
}

// lookedAt notes that somebody has begun with an incident that nobody had looked
// at until then.
func (p *pen) lookedAt(r *record, by string) {
	if r.inc.Status == "triage" && by != "" {
		p.status(r, "investigating", by, "")
	}
}
