package alert

import (
	"slices"
	"time"
)

const maxTold = 50 // alerts in one notification

// claim is one content that is owed, and when.
type claim struct {
	reason Reason
	spells []*spell
	due    time.Time
	round  string // tells reminders apart
}

// claims returns what a receiver is owed, the most urgent first; a reminder,
// which is owed only if nothing else can be told, is the last.
func (a *account) claims(v *survey, now time.Time) []claim {
	var cs []claim
	add := func(r Reason, spells []*spell, due time.Time) {
		if len(spells) > 0 {
			cs = append(cs, claim{reason: r, spells: spells, due: due})
		}
	}
	add(Over, v.owed[Over], now)
	if a.route == nil {
		return cs
	}
	interval := a.Accepted.Add(a.route.GroupInterval)
	pages := func(spells []*spell) bool {
		return a.receiver.Paging && slices.ContainsFunc(spells, func(sp *spell) bool { return sp.Severity == Critical })
	}
	fresh := v.owed[New]
	switch {
	case pages(fresh):
		add(a.newness(v), fresh, a.First.Add(a.route.WaitPaging))
	case v.firing == 0:
		add(First, fresh, a.First.Add(a.route.Wait))
	default:
		add(New, fresh, interval)
	}
	if pages(v.owed[Worse]) {
		add(Worse, v.owed[Worse], now)
	} else {
		add(Worse, v.owed[Worse], interval)
	}
	add(Better, v.owed[Better], interval)
	return append(cs, a.reminder(v, now)...)
}

// newness returns what telling of alerts not yet told is called.
func (a *account) newness(v *survey) Reason {
	if v.firing == 0 {
		return First
	}
	return New
}

// reminder returns the reminder that is owed at some time, if any. Each time
// that its interval passes makes another content.
func (a *account) reminder(v *survey, now time.Time) []claim {
	every := a.receiver.Remind
	if v.critical && a.receiver.RemindCritical > 0 {
		every = a.receiver.RemindCritical
	}
	if every <= 0 || len(v.owed[Remind]) == 0 || !a.receiver.Tell[Remind] {
		return nil
	}
	due := a.Accepted.Add(every)
	if passed := now.Sub(due); passed > 0 {
		due = due.Add(passed / every * every)
	}
	return []claim{{reason: Remind, spells: v.owed[Remind], due: due, round: due.UTC().Format(time.RFC3339Nano)}}
}

// silently moves told over what the receiver does not want to hear, and tells
// whether there was something of that kind.
func (a *account) silently(v *survey, now time.Time) bool {
	var words map[string]Word
	for r, spells := range v.owed {
		reason := Reason(r)
		if reason == New {
			reason = a.newness(v)
		}
		if reason == Told || reason == Remind || a.receiver.Tell[reason] && reason != Over {
			continue
		}
		for _, sp := range spells {
			was := a.Told[sp.ID]
			if reason == Over && a.receiver.Tell[Over] && !was.Silent {
				continue
			}
			if words == nil {
				words = map[string]Word{}
			}
			w := wordOf(&sp.Alert, reason)
			w.Silent = was.Silent || !was.Firing && !was.Unsure
			words[sp.ID] = w
		}
	}
	if words == nil {
		return false
	}
	a.Told, a.dirty = move(a.Told, words), true
	if a.Accepted.IsZero() {
		a.Accepted = now // reminders and intervals count from something
	}
	return true
}

// choose returns the first claim that is due as an attempt to make, or when to
// look again: zero is when something changes.
func (a *account) choose(claims []claim, now time.Time) (next time.Time, _ *Attempt) {
	refusals := 0
	for i := range claims {
		c := &claims[i]
		if c.reason == Remind && refusals < i {
			continue
		}
		if c.due.After(now) {
			next = earliest(next, c.due)
			continue
		}
		p := a.attempt(c)
		if refused, ok := a.Refused[p.Key]; ok {
			if refused.Due.IsZero() || refused.Due.After(now) {
				refusals++
				next = earliest(next, refused.Due)
				continue
			}
			a.unrefuse(p.Key)
			return time.Time{}, again(&refused)
		}
		if a.Pending != nil && a.Pending.Key == p.Key {
			return time.Time{}, again(a.Pending)
		}
		p.Number, p.Since, p.Flying = 1, now, true
		if a.Pending != nil {
			p.Number = a.Pending.Number + 1
		}
		return time.Time{}, p
	}
	return next, nil
}

// attempt returns c as content, number 0.
func (a *account) attempt(c *claim) *Attempt {
	words := make(map[string]Word, len(c.spells))
	for _, sp := range c.spells {
		words[sp.ID] = wordOf(&sp.Alert, c.reason)
	}
	key := contentKey(a.Receiver, a.Group, c.reason, words, c.round)
	return &Attempt{Key: key, Reason: c.reason, Words: words}
}

// again returns the attempt after p of the same content.
func again(p *Attempt) *Attempt {
	next := *p
	next.Number++
	next.Flying, next.Dead, next.Due = true, false, time.Time{}
	return &next
}

// earliest returns the earlier of two times, of which zero is never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// send hands an attempt out.
func (m *Manager) send(a *account, p *Attempt, active int, now time.Time, fx *Effects) {
	a.Pending, a.dirty = p, true
	alerts := make([]Alert, 0, len(p.Words))
	for id := range p.Words {
		alerts = append(alerts, m.alerts[id].Alert)
	}
	slices.SortFunc(alerts, func(x, y Alert) int { return gravest(&x, &y) })
	told := min(len(alerts), maxTold)
	fx.Notifications = append(fx.Notifications, Notification{
		Key: p.Key, Group: a.Group, Route: a.Route, Labels: a.Labels, Receiver: a.Receiver,
		At: now, Attempt: p.Number, Reason: p.Reason,
		Alerts: slices.Clip(alerts[:told]), More: len(alerts) - told, Active: active, Repeat: p.Unsure,
	})
}
