package tui

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"sitrep/alert"
)

// group names where a receiver hears of an alert: "all{group=shops}".
func (t *telling) group() string { return cmp.Or(t.ledger.Group, t.ledger.Route) }

// owes returns what the receiver must be told of an alert, Told if nothing.
func (t *telling) owes(a *alert.Alert) alert.Reason {
	r := alert.Owes(a, t.word, t.routed, t.route != nil && t.rec != nil)
	if r == alert.New && firingTold(&t.ledger) == 0 {
		return alert.First
	}
	return r
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
	text = r.String()
	if when := m.whenSent(&t.ledger, a.ID); when != "" {
		text += ", " + when
	}
	if t.ledger.FailedOver && t.rec != nil {
		text += fmt.Sprintf("; failed over to %s since %s", t.rec.Fallback, m.shortTime(m.failedOver(&t.ledger)))
	}
	return text, true
}

// failedOver returns since when another is told in place of an account's
// receiver, as well as that is known.
func (m *Model) failedOver(l *alert.Ledger) time.Time {
	since := l.Failing
	for i := len(m.snap.Told) - 1; i >= 0; i-- {
		if d := &m.snap.Told[i]; d.Notification.For == l.Receiver && d.At.After(l.Failing) {
			since = d.At
		}
	}
	return since
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
	if next := t.ledger.Next; !next.IsZero() && !m.owing(&t.ledger) {
		return "it knows what is true; reminder " + m.in(next)
	}
	return "it knows what is true"
}

// owing tells whether anything is owed with an account.
func (m *Model) owing(l *alert.Ledger) bool {
	return slices.ContainsFunc(m.snap.Owed, func(o alert.Ledger) bool { return o.Group == l.Group && o.Receiver == l.Receiver })
}

// whenSent says when what is owed of an alert with an account is sent, as far as
// that is known; "" if it is not.
func (m *Model) whenSent(l *alert.Ledger, id string) string {
	if p := attemptOf(l, id); p != nil {
		return m.attemptWords(l.Receiver, p)
	}
	switch p := l.Pending; {
	case p != nil && p.Flying:
		return "after what is being sent to it now"
	case p != nil && !p.Due.IsZero():
		return "after something else, which is tried again " + m.in(p.Due)
	case l.Next.IsZero():
		return ""
	}
	return "sent " + m.in(l.Next)
}

// attemptOf returns what is on its way of an alert with an account, or else what
// is refused; nil if nothing is.
func attemptOf(l *alert.Ledger, id string) *alert.Attempt {
	if p := l.Pending; p != nil {
		if _, about := p.Words[id]; about {
			return p
		}
	}
	for _, k := range slices.Sorted(maps.Keys(l.Refused)) {
		p := l.Refused[k]
		if _, about := p.Words[id]; about {
			return &p
		}
	}
	return nil
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
