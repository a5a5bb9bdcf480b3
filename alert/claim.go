package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

const (
	maxTold = 50               // alerts in one notification, if the receiver does not say
	endsGap = 30 * time.Second // between what was accepted and the next that is over, unless the group interval is shorter
)

// claim is one content that is owed, and when.
type claim struct {
	reason Reason
	spells []*spell
	due    time.Time
	round  string  // tells reminders, and calls of a step, apart
	notice *Notice // of Handover
}

// claims returns what a receiver is owed, the most urgent first; a reminder,
// which is owed only if nothing else can be told, is the last.
func (a *account) claims(v *survey, s *storm, now time.Time) []claim {
	var cs []claim
	add := func(r Reason, spells []*spell, due time.Time) {
		if len(spells) > 0 {
			cs = append(cs, claim{reason: r, spells: spells, due: due})
		}
	}
	add(Over, v.owed[Over], a.endsDue(now))
	add(Missed, v.owed[Missed], now)
	cs = append(cs, a.noticeClaims()...)
	if a.route == nil {
		return cs
	}
	fresh := v.owed[New]
	if v.calls > v.heldCalls {
		add(Escalated, slices.Concat(v.called, fresh), now)
		cs[len(cs)-1].round = a.roundOf(a.lastCall())
		fresh = nil // told along
	}
	interval := a.Accepted.Add(a.route.GroupInterval)
	pages := func(spells []*spell) bool {
		return a.receiver.Paging && slices.ContainsFunc(spells, (*spell).critical)
	}
	add(a.newness(v), fresh, a.freshDue(v, pages(fresh), s))
	if pages(v.owed[Worse]) {
		add(Worse, v.owed[Worse], now)
	} else {
		add(Worse, v.owed[Worse], interval)
	}
	flaps := v.owed[Flaps]
	if slices.ContainsFunc(flaps, func(sp *spell) bool { return !sp.Flapping }) {
		add(Flaps, flaps, now) // what is steady and bad needs somebody
	} else {
		add(Flaps, flaps, interval)
	}
	add(Better, v.owed[Better], interval)
	return append(cs, a.reminders(v, now)...)
}

// freshDue returns when alerts are told that were not told before. Who stands
// in for another tells at once, since the other's time has passed.
func (a *account) freshDue(v *survey, pages bool, s *storm) time.Time {
	due := a.Accepted.Add(a.route.GroupInterval)
	switch {
	case a.standsIn:
		due = a.First
	case pages:
		due = a.First.Add(a.route.WaitPaging)
	case v.firing == 0:
		due = a.First.Add(a.route.Wait)
	}
	if s != nil && a.wide() && s.gathered().After(due) {
		return s.gathered()
	}
	return due
}

// endsDue returns when it is told that alerts are over: those that end together
// are told together.
func (a *account) endsDue(now time.Time) time.Time {
	if a.named == nil || a.named.Wait == 0 {
		return now
	}
	due := a.Ends.Add(a.named.Wait)
	gap := min(a.named.GroupInterval, endsGap)
	if next := a.Accepted.Add(gap); next.After(due) {
		return earliest(next, due.Add(gap)) // however much else is told
	}
	return due
}

// newness returns what telling of alerts not yet told is called.
func (a *account) newness(v *survey) Reason {
	if v.firing == 0 {
		return First
	}
	return New
}

// silently moves told over what the receiver does not want to hear, and tells
// whether there was something of that kind.
func (a *account) silently(v *survey, now time.Time) bool {
	words := map[string]Word{}
	for r, spells := range v.owed {
		reason := Reason(r)
		if reason == New {
			reason = a.newness(v)
		}
		if reason == Told || reason == Remind {
			continue
		}
		for _, sp := range spells {
			was := a.Told[sp.ID]
			if a.wants(&sp.Alert, reason, was) {
				continue
			}
			w := a.word(sp, reason)
			w.Silent = was.Silent || !was.Firing && !was.Unsure
			w.Flapped = was.Flapped
			if reason == Flaps {
				w.Severity = was.Severity // that it is worse may be worth a word
			}
			words[sp.ID] = w
		}
	}
	if len(words) == 0 {
		return false
	}
	a.say(words)
	if a.Accepted.IsZero() {
		a.Accepted = now // reminders and intervals count from something
	}
	return true
}

// wants tells whether a notification about an alert is worth one to the
// receiver, who has the word w of it.
func (a *account) wants(x *Alert, r Reason, w Word) bool {
	switch r {
	case Over:
		return a.receiver.Tell[Over] && !w.Silent
	case Missed:
		return a.route != nil && a.receiver.TellMissed && x.Worst == Critical
	}
	return a.receiver.Tell[r]
}

// choose returns the first claim that is due as an attempt to make, which counts
// from then on, or when to look again: zero is when something changes. Swamped
// says that there is one, and that it must be told together with what other
// groups tell.
func (m *Manager) choose(a *account, claims []claim, now time.Time) (next time.Time, _ *Attempt, swamped bool) {
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
		ready := m.paceFor(a).ready(a.wide(), now)
		if a.Pending == nil && len(a.Refused) == 0 && ready.After(now) {
			next = earliest(next, ready) // whatever it is: it costs no look at each alert
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
			return time.Time{}, again(&refused), false
		}
		if a.Pending != nil && a.Pending.Key == p.Key {
			return time.Time{}, again(a.Pending), false
		}
		if ready.After(now) {
			next = earliest(next, ready)
			continue
		}
		if ready.IsZero() {
			return time.Time{}, nil, true
		}
		p.Number, p.Since, p.Flying = 1, now, true
		if a.Pending != nil {
			p.Number = a.Pending.Number + 1
		}
		m.paceFor(a).count(a.wide(), now)
		return time.Time{}, p, false
	}
	return next, nil, false
}

// attempt returns c as content, number 0.
func (a *account) attempt(c *claim) *Attempt {
	if c.notice != nil {
		return &Attempt{Key: c.notice.key(&a.Ledger), Reason: Handover, Words: map[string]Word{}}
	}
	words := make(map[string]Word, len(c.spells))
	for _, sp := range c.spells {
		words[sp.ID] = a.word(sp, c.reason)
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
	if a.Failing.IsZero() {
		a.Failing = now
	}
	n := Notification{
		Key: p.Key, Group: a.Group, Route: a.Route, Labels: a.Labels, Receiver: a.Receiver,
		At: now, Attempt: p.Number, Reason: p.Reason, Active: active, Repeat: p.Unsure, For: m.standsInFor(a),
		Quiet: p.Reason == Remind && a.keeps(),
	}
	m.onCall(a, &n)
	ids := slices.Collect(maps.Keys(p.Words))
	if p.Reason == Handover {
		n.Notice = a.notice(p.Key)
		ids = m.listedIn(n.Notice)
	}
	alerts := make([]Alert, 0, len(ids))
	for _, id := range ids {
		sp := m.alerts[id]
		x := sp.Alert
		x.Behind = sp.behind()
		alerts = append(alerts, x)
		if tried := a.Told[id].Tried; p.Reason == Missed {
			n.Since = earliest(n.Since, tried)
		}
	}
	slices.SortFunc(alerts, func(x, y Alert) int { return gravest(&x, &y) })
	if m.digests(a, len(alerts), now) {
		n.Storm, n.Counts, n.Shared = true, countBySeverity(alerts), sharedLabels(alerts)
	}
	if n.Counts == nil && len(alerts) > a.most() {
		n.Counts = countBySeverity(alerts)
	}
	alerts = append(alerts, m.kept(a, p)...)
	told := min(len(alerts), a.most())
	n.Alerts, n.More = slices.Clip(alerts[:told]), len(alerts)-told
	fx.Notifications = append(fx.Notifications, n)
	m.noteSent(a, p, now)
}

// most returns how many alerts one notification to the receiver lists.
func (a *account) most() int {
	if a.receiver == nil {
		return maxTold
	}
	return cmp.Or(a.receiver.Most, maxTold)
}

// kept returns what goes along with an attempt to a receiver that forgets what
// it is not reminded of: all else that it was told fires, and still does.
func (m *Manager) kept(a *account, p *Attempt) []Alert {
	if !a.keeps() {
		return nil
	}
	var along []Alert
	for id, w := range a.Told {
		if _, told := p.Words[id]; !told && w.Firing && m.alerts[id].State.Active() {
			along = append(along, m.alerts[id].Alert)
		}
	}
	slices.SortFunc(along, func(x, y Alert) int { return gravest(&x, &y) })
	return along
}

// behind returns how many active alerts are explained by this one.
func (sp *spell) behind() int {
	n := 0
	for _, c := range sp.subject.children {
		if c.current != nil && c.current.State.Active() && c.current.Inhibited == sp.Target {
			n++
		}
	}
	return n
}
