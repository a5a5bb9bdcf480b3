package incident

import (
	"cmp"
	"slices"
	"time"

	"sitrep/alert"
)

// Limits of what is remembered of alerts that are part of no open incident, in
// case one is declared.
const (
	maxPast  = 100 // entries an alert; the latest stay
	maxEnded = 500 // resolved alerts; the latest stay
)

// watched is an alert as last heard of.
type watched struct {
	alert alert.Alert
	past  []Entry // what to tell once it joins an incident; not written yet

	// alone tells that it fired without being part of an incident since: the
	// book may declare one for it. It counts from since, when it last fired or
	// got worse.
	alone bool
	since time.Time
}

// Recall tells a restored book of the alerts there are and of the latest
// deliveries, in any order: what it never wrote down, because it concerned no
// incident. What an open incident's timeline has already is passed over.
func (b *Book) Recall(alerts []alert.Alert, deliveries []alert.Delivery) {
	for i := range alerts {
		if a := &alerts[i]; a.ID != "" {
			b.recall(a)
		}
	}
	deliveries = slices.Clone(deliveries)
	slices.SortStableFunc(deliveries, func(x, y alert.Delivery) int { return x.At.Compare(y.At) })
	for i := range deliveries {
		e, ok := b.deliveryEntry(&deliveries[i])
		if !ok {
			continue
		}
		for _, a := range deliveries[i].Notification.Alerts {
			w := b.watched[a.ID]
			if w != nil && b.Of(a.ID) == nil && !(w.alert.Reopens > 0 && e.At.Before(w.alert.Started)) {
				w.remember(e)
			}
		}
	}
	for _, w := range b.watched {
		slices.SortStableFunc(w.past, func(x, y Entry) int { return x.At.Compare(y.At) })
	}
}

// recall watches an alert again, and remembers what can be told from itself:
// that it fired, who took it, and that it is over.
func (b *Book) recall(a *alert.Alert) {
	w := b.watch(*a)
	_, joined := b.homes[a.ID]
	w.alone = !joined && a.State.Active()
	w.since = a.Detected
	if b.Of(a.ID) != nil {
		return
	}
	events := []alert.Event{{Kind: alert.KindFired, At: a.Detected, Alert: *a}}
	if a.Reopens > 0 {
		events[0].Kind = alert.KindReopened
	}
	if a.Ack != nil {
		events = append(events, alert.Event{Kind: alert.KindAcked, At: a.Ack.At, Alert: *a})
	}
	if a.State == alert.Resolved {
		events = append(events, alert.Event{Kind: alert.KindResolved, At: cmp.Or(a.Confirmed, a.Resolved), Alert: *a})
	}
	for i := range events {
		if e, ok := alertEntry(&events[i]); ok {
			w.remember(e)
		}
	}
}

// watch keeps an alert as it is now.
func (b *Book) watch(a alert.Alert) *watched {
	w := b.watched[a.ID]
	if w == nil {
		w = &watched{since: a.Detected}
		b.watched[a.ID] = w
	}
	ended := w.alert.State != alert.Resolved && a.State == alert.Resolved
	w.alert = a
	if ended {
		b.end(a.ID)
	}
	return w
}

// end notes that an alert is over, and forgets the oldest of those that are.
func (b *Book) end(id string) {
	b.ended = slices.DeleteFunc(b.ended, func(other string) bool { return other == id })
	b.ended = append(b.ended, id)
	for len(b.ended) > maxEnded {
		if w := b.watched[b.ended[0]]; w != nil && w.alert.State == alert.Resolved {
			delete(b.watched, b.ended[0])
		}
		b.ended = slices.Delete(b.ended, 0, 1)
	}
}

// remember keeps an entry for the incident that the alert may become part of.
func (w *watched) remember(e Entry) {
	e.At = instant(e.At)
	if e.Kind == Failed && w.repeats(&e) {
		return
	}
	if len(w.past) == maxPast {
		w.past = slices.Delete(w.past, 0, 1)
	}
	w.past = append(w.past, e)
}

// repeats tells whether a failure is the same as that receiver's last word.
func (w *watched) repeats(e *Entry) bool {
	for _, old := range slices.Backward(w.past) {
		if old.Field == e.Field && (old.Kind == Failed || old.Kind == Paged) {
			return old.Kind == Failed && failure(&old) == failure(e)
		}
	}
	return false
}

// join makes alerts members of an incident: first what is remembered of them,
// then that they joined.
func (p *pen) join(id, by string, alerts ...alert.Alert) {
	for _, a := range alerts {
		p.leaveOver(a.ID, id, by)
		w := p.book.watch(a)
		for _, e := range w.past {
			e.Incident, e.Alert = id, a.ID
			if !p.book.records[id].has(&e) {
				p.write(e)
			}
		}
		w.past, w.alone = nil, false
	}
	for _, a := range alerts {
		e := joinEntry(&a, by)
		e.Incident = id
		p.write(e)
	}
}

// has tells whether the timeline says this already, of this alert or of another
// one that the same notification told of.
func (r *record) has(e *Entry) bool {
	return slices.ContainsFunc(r.lines, func(l Line) bool {
		return l.Kind == e.Kind && l.Field == e.Field && l.At.Equal(e.At) && l.value(refKey) == e.value(refKey) &&
			(l.Alert == e.Alert || e.Kind != AlertEntry)
	})
}
