package tui

import (
	"cmp"
	"fmt"
	"time"

	"sitrep/alert"
)

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
		if !w.Tried.IsZero() {
			return alert.Missed
		}
	case !a.State.Active() || t.route == nil || t.rec == nil || a.Held():
	case !w.Firing:
		if t.routed && firingTold(&t.ledger) == 0 {
			return alert.First
		} else if t.routed {
			return alert.New
		}
	case a.Flapping != w.Flapping:
		return alert.Flaps
	case a.Severity > w.Severity:
		return alert.Worse
	case a.Flapping: // whether it is better will show
	case a.Severity < w.Severity:
		return alert.Better
	}
	return alert.Told
}

// wants tells whether the receiver wants to hear what it is owed.
func (t *telling) wants(a *alert.Alert, r alert.Reason) bool {
	switch {
	case t.rec == nil:
		return true
	case r == alert.Missed:
		return t.rec.TellMissed && a.Worst == alert.Critical
	}
	return t.rec.Tell[r] && (r != alert.Over || !t.word.Silent)
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
	if !t.wants(a, r) {
		return "nothing: it does not want to hear of " + r.String(), false
	}
	text = r.String() + ", " + m.whyNotYet(t, a, r)
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
	if due := t.reminder(a); !due.IsZero() {
		return "it knows what is true; reminder " + m.in(due)
	}
	return "it knows what is true"
}

// reminder returns when the receiver is reminded of an alert, zero if never.
func (t *telling) reminder(a *alert.Alert) time.Time {
	if a.Flapping {
		return time.Time{} // such news have a pace of their own
	}
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

// endsGap is the least time between what was accepted and the next that is over.
const endsGap = 30 * time.Second

// due returns when what is owed is sent if nothing stands in its way; zero if
// that is at once, or not known yet.
func (t *telling) due(a *alert.Alert, r alert.Reason) time.Time {
	l := &t.ledger
	pages := t.rec != nil && t.rec.Paging && a.Severity == alert.Critical
	switch {
	case t.route == nil || r == alert.Missed || r == alert.Worse && pages || r == alert.Flaps && !a.Flapping:
		return time.Time{}
	case r == alert.Over:
		return t.endsDue()
	case r != alert.First && r != alert.New:
		return l.Accepted.Add(t.route.GroupInterval)
	case l.First.IsZero():
		return time.Time{}
	case t.instead != "":
		return l.First
	case pages:
		return l.First.Add(t.route.WaitPaging)
	case r == alert.First:
		return l.First.Add(t.route.Wait)
	}
	return l.Accepted.Add(t.route.GroupInterval)
}

// endsDue is due of what is over.
func (t *telling) endsDue() time.Time {
	l := &t.ledger
	if l.Ends.IsZero() || t.route.Wait == 0 {
		return time.Time{}
	}
	due, gap := l.Ends.Add(t.route.Wait), min(t.route.GroupInterval, endsGap)
	if next := l.Accepted.Add(gap); next.After(due) {
		due = due.Add(min(next.Sub(due), gap))
	}
	return due
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
