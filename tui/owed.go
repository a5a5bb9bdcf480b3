package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"sitrep/alert"
	"sitrep/monitor"
)

// telling is what one receiver was told of one alert, by one route, and what it
// is owed.
type telling struct {
	ledger  alert.Ledger    // but for route and receiver zero while there is none
	route   *alert.Route    // nil if it is gone
	rec     *alert.Receiver // nil if it is gone
	word    alert.Word
	knows   bool   // word is set
	routed  bool   // the route means the alert now
	instead string // the receiver that this one stands in for; "" is none
}

// tellingsOf returns every account that names an alert, or would, since a route
// leads there: in the order of the routes, those of routes that are gone last.
func tellingsOf(snap *monitor.Snapshot, a *alert.Alert) []telling {
	var all []telling
	p := &snap.Policy
	for i := range p.Routes {
		r := &p.Routes[i]
		routed := r.Match.Match(a.Labels, a.Severity, a.Findings)
		for _, name := range r.To {
			t := telling{route: r, routed: routed, rec: receiverNamed(p, name)}
			t.ledger = alert.Ledger{Route: r.Name, Receiver: name}
			found := slices.IndexFunc(snap.Accounts, func(l alert.Ledger) bool {
				return l.Route == r.Name && l.Receiver == name && sameGroup(&l, r, a)
			})
			if found >= 0 {
				t.ledger = snap.Accounts[found]
			}
			t.word, t.knows = t.ledger.Told[a.ID]
			if routed || t.knows || mentions(&t.ledger, a.ID) {
				all = append(all, t)
			}
		}
	}
	for i := range snap.Accounts {
		l := &snap.Accounts[i]
		w, knows := l.Told[a.ID]
		if !knows && !mentions(l, a.ID) || slices.ContainsFunc(all, func(t telling) bool { return t.ledger.Group == l.Group && t.ledger.Receiver == l.Receiver }) {
			continue
		}
		t := telling{ledger: *l, rec: receiverNamed(p, l.Receiver), word: w, knows: knows}
		t.standIn(p, a)
		all = append(all, t)
	}
	return all
}

// standIn finds out whether the receiver is no stop of the route, but is told in
// place of one.
func (t *telling) standIn(p *alert.Policy, a *alert.Alert) {
	for i := range p.Routes {
		r := &p.Routes[i]
		if r.Name != t.ledger.Route {
			continue
		}
		for _, name := range r.To {
			if to := receiverNamed(p, name); to != nil && to.Fallback == t.ledger.Receiver {
				t.route, t.instead = r, name
				t.routed = r.Match.Match(a.Labels, a.Severity, a.Findings)
			}
		}
	}
}

func receiverNamed(p *alert.Policy, name string) *alert.Receiver {
	if i := slices.IndexFunc(p.Receivers, func(r alert.Receiver) bool { return r.Name == name }); i >= 0 {
		return &p.Receivers[i]
	}
	return nil
}

// sameGroup tells whether an alert is in the group of a route's account.
func sameGroup(l *alert.Ledger, r *alert.Route, a *alert.Alert) bool {
	return !slices.ContainsFunc(r.GroupBy, func(label string) bool { return l.Labels[label] != a.Labels[label] })
}

// mentions tells whether something on its way, or refused, names an alert.
func mentions(l *alert.Ledger, id string) bool {
	if l.Pending != nil {
		if _, ok := l.Pending.Words[id]; ok {
			return true
		}
	}
	for _, p := range l.Refused {
		if _, ok := p.Words[id]; ok {
			return true
		}
	}
	return false
}

// group names where a receiver hears of an alert: "all{group=shops}".
func (t *telling) group() string { return cmp.Or(t.ledger.Group, t.ledger.Route) }

// owes returns what the receiver must be told of an alert, Told if nothing.
func (t *telling) owes(a *alert.Alert) alert.Reason {
	w := t.word
	switch {
	case a.State == alert.Resolved:
		if w.Firing || w.Unsure {
			return alert.Over
		}
	case !a.State.Active() || t.route == nil || t.rec == nil || a.Held():
	case !w.Firing:
		if t.routed && firingTold(&t.ledger) == 0 {
			return alert.First
		} else if t.routed {
			return alert.New
		}
	case a.Severity > w.Severity:
		return alert.Worse
	case a.Severity < w.Severity:
		return alert.Better
	}
	return alert.Told
}

// toldWords say what the receiver was told last.
func (m *Model) toldWords(t *telling, a *alert.Alert) string {
	last := lastTold(m.snap, t.ledger.Receiver, func(d *alert.Delivery) bool {
		return d.Outcome == alert.Accepted && d.Notification.Group == t.ledger.Group && names(&d.Notification, a.ID)
	})
	when := ""
	switch {
	case last != nil:
		when = fmt.Sprintf(" at %s (%s)", m.shortTime(last.At), age(m.now.Sub(last.At)))
	case t.knows && !t.ledger.Accepted.IsZero():
		when = " by " + m.shortTime(t.ledger.Accepted)
	}
	unsure := mark(t.word.Unsure, "; what it was told since may have arrived or not", "")
	switch {
	case t.word.Silent:
		return "nothing: it does not want to hear such news" + unsure
	case t.word.Firing:
		return t.word.Severity.String() + when + unsure
	case t.knows && t.word.Unsure:
		return "perhaps, the answer was cut off" + when
	case last != nil && last.Notification.Reason == alert.Over:
		return "that it is over" + when
	case last != nil:
		return last.Notification.Reason.String() + when
	}
	return "nothing"
}

// owedWords say what the receiver is owed of an alert and why that is not sent
// yet; owed is false if it is owed nothing.
func (m *Model) owedWords(t *telling, a *alert.Alert) (text string, owed bool) {
	r := t.owes(a)
	if r == alert.Told {
		return "nothing: " + m.quietOwed(t, a), false
	}
	if t.rec != nil && !t.rec.Tell[r] && len(t.rec.Tell) > 0 {
		return "nothing: it does not want to hear of " + r.String(), false
	}
	return r.String() + ", " + m.whyNotYet(t, a, r), true
}

// quietOwed says why nothing is owed.
func (m *Model) quietOwed(t *telling, a *alert.Alert) string {
	switch {
	case t.route == nil || t.rec == nil:
		return "no route leads to it any more"
	case a.State == alert.Pending:
		return "the alert is not confirmed yet"
	case a.State == alert.Resolved && !t.knows:
		return "it was not told of it"
	case a.State.Active() && a.Held():
		return "held back, " + m.heldWords(a)
	case !a.State.Active():
		return "it knows that it is over"
	case !t.routed:
		return "the route does not mean it any more"
	case a.Ack != nil:
		return "it knows what is true; no reminder, " + a.Ack.By + " has it"
	}
	if due := t.reminder(a); !due.IsZero() {
		return "it knows what is true; reminder " + m.in(due)
	}
	return "it knows what is true"
}

// reminder returns when the receiver is reminded of an alert, zero if never.
func (t *telling) reminder(a *alert.Alert) time.Time {
	every := t.rec.Remind
	if a.Severity == alert.Critical && t.rec.RemindCritical > 0 {
		every = t.rec.RemindCritical
	}
	if every <= 0 || !t.rec.Tell[alert.Remind] || t.ledger.Accepted.IsZero() {
		return time.Time{}
	}
	return t.ledger.Accepted.Add(every)
}

// whyNotYet says what something that is owed waits for.
func (m *Model) whyNotYet(t *telling, a *alert.Alert, r alert.Reason) string {
	l := &t.ledger
	if p := l.Pending; p != nil {
		if _, about := p.Words[a.ID]; about {
			return m.attemptWords(l.Receiver, p)
		}
	}
	for _, p := range l.Refused {
		if _, about := p.Words[a.ID]; about {
			return m.attemptWords(l.Receiver, &p)
		}
	}
	switch {
	case l.Pending != nil && l.Pending.Flying:
		return "after what is being sent to it now"
	case l.NotBefore.After(m.now):
		return "it refused something else: again " + m.in(l.NotBefore)
	}
	due := t.due(a, r)
	switch {
	case due.IsZero():
		return "about to be sent"
	case due.After(m.now):
		return fmt.Sprintf("waits for the group until %s (%s)", m.shortTime(due), m.in(due))
	}
	return "due now"
}

// due returns when what is owed is sent if nothing stands in its way; zero if
// that is not known.
func (t *telling) due(a *alert.Alert, r alert.Reason) time.Time {
	l := &t.ledger
	pages := t.rec != nil && t.rec.Paging && a.Severity == alert.Critical
	switch {
	case t.route == nil || r == alert.Over || r == alert.Worse && pages:
		return time.Time{}
	case (r == alert.First || r == alert.New) && l.First.IsZero():
		return time.Time{}
	case (r == alert.First || r == alert.New) && pages:
		return l.First.Add(t.route.WaitPaging)
	case r == alert.First:
		return l.First.Add(t.route.Wait)
	}
	return l.Accepted.Add(t.route.GroupInterval)
}

// attemptWords say how far an attempt is: "retry in 12s after 3 attempts: 503".
func (m *Model) attemptWords(receiver string, p *alert.Attempt) string {
	tries := count(p.Number, "attempt")
	why := ""
	if d := lastTold(m.snap, receiver, func(d *alert.Delivery) bool { return d.Notification.Key == p.Key && d.Outcome != alert.Accepted }); d != nil {
		why = because(cmp.Or(d.Err, d.Outcome.String()))
	}
	switch {
	case p.Flying:
		return fmt.Sprintf("attempt %d is under way", p.Number)
	case p.Dead && p.Due.IsZero():
		return "given up after " + tries + why
	case p.Dead:
		return "refused, again " + m.in(p.Due) + why
	}
	return "retry " + m.in(p.Due) + " after " + tries + why
}
