package incident

import (
	"fmt"
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
	case ev.Kind == alert.KindSilenced || ev.Kind == alert.KindUnsilenced:
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

// silence writes a silence, made or ended, into the timelines of the open
// incidents that it concerns.
func (p *pen) silence(ev *alert.Event) {
	s := ev.Silence
	if s == nil {
		return
	}
	e := Entry{Kind: Silenced, At: ev.At, By: ev.By, Value: s.ID}
	if ev.Kind == alert.KindSilenced {
		e.Field, e.Text, e.Until = silenceMade, silenceText(s), instant(s.Until)
	} else {
		e.Field, e.Text = silenceOver, s.ID+" is over"
	}
	hit := p.book.hush(ev)
	for _, inc := range slices.Clone(p.book.Incidents()) {
		if !inc.Open() {
			continue
		}
		concerns := p.book.records[inc.ID].silences[s.ID]
		if ev.Kind == alert.KindSilenced {
			concerns = slices.ContainsFunc(inc.Alerts, func(m Member) bool { return hit[m.Alert] })
		}
		if concerns {
			e.Incident = inc.ID
			p.write(e)
		}
	}
}

// hush notes on the alerts whether a silence holds them back, and returns those
// that one that was made does.
func (b *Book) hush(ev *alert.Event) map[string]bool {
	hit := map[string]bool{}
	for id, w := range b.watched {
		switch {
		case ev.Kind == alert.KindUnsilenced:
			if w.alert.SilencedBy == ev.Silence.ID {
				w.alert.SilencedBy = ""
			}
		case w.alert.State.Active() && matches(ev.Silence.Match, &w.alert):
			w.alert.SilencedBy = ev.Silence.ID
			hit[id] = true
		}
	}
	return hit
}

func silenceText(s *alert.Silence) string {
	text := fmt.Sprintf("%s until %s", s.ID, instant(s.Until).Format("2006-01-02 15:04Z"))
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return text
}

// Delivered takes in what came of a notification, for every incident that has
// one of its alerts. A receiver that fails again with the same words is not
// written down again.
func (b *Book) Delivered(d alert.Delivery) []Entry {
	e, ok := deliveryEntry(&d)
	if !ok {
		return nil
	}
	p := b.pen(d.At)
	told := map[string]string{} // incident → the first of its alerts
	var order []string
	for _, a := range d.Notification.Alerts {
		home := b.home(a.ID)
		if home == nil || !home.inc.Open() {
			if w := b.watched[a.ID]; w != nil {
				w.remember(e)
			}
		}
		if home != nil && told[home.inc.ID] == "" {
			told[home.inc.ID] = a.ID
			order = append(order, home.inc.ID)
		}
	}
	for _, id := range order {
		if e.Kind == Failed && b.records[id].failures[e.Field] == failure(&e) {
			continue
		}
		e.Incident, e.Alert = id, told[id]
		p.write(e)
	}
	return p.out
}

// deliveryEntry is what a timeline says of a delivery; tests are no part of any.
func deliveryEntry(d *alert.Delivery) (Entry, bool) {
	n := &d.Notification
	if n.Test || len(n.Alerts) == 0 {
		return Entry{}, false
	}
	e := Entry{At: d.At, Field: n.Receiver}
	e.ref(refKey, n.Key)
	if d.Outcome == alert.Accepted {
		e.Kind, e.Value = Paged, n.Reason.String()
		e.Text = fmt.Sprintf("%s (%s), %s, accepted in %s", n.Receiver, targetsText(n.Alerts), n.Reason, tookText(d.Took))
		if n.Attempt > 1 {
			e.Text += fmt.Sprintf(", attempt %d", n.Attempt)
		}
		return e, true
	}
	e.Kind, e.Value = Failed, d.Outcome.String()
	e.Text = fmt.Sprintf("%s (%s)", n.Receiver, targetsText(n.Alerts))
	if d.Err != "" {
		e.Text += ": " + d.Err
	}
	switch d.Outcome {
	case alert.Again:
		e.Text += ", will be tried again"
	case alert.Ambiguous:
		e.Text += ", may have arrived, will be sent again"
	case alert.Dead:
		e.Text += ", will not be accepted"
	}
	return e, true
}

// failure is what makes two failures of a receiver the same.
func failure(e *Entry) string {
	return strings.Join(append([]string{e.Value, e.Text}, e.Refs...), "\n")
}

func targetsText(alerts []alert.Alert) string {
	if n := len(alerts) - 1; n > 0 {
		return fmt.Sprintf("%s +%d", alerts[0].Target, n)
	}
	return alerts[0].Target
}

// tookText keeps three digits of how long a delivery took.
func tookText(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond).String()
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
