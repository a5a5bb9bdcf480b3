package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/oncall"
)

const (
	aheadOf       = 24 * time.Hour   // a shift, when who has it next is told of it
	aheadExpires  = 12 * time.Hour   // after that it is too late to say that it is a day until then
	maxAhead      = 24               // shifts of a schedule that are told of ahead at once: one an hour
	onExpires     = 12 * time.Hour   // after a hand-over it is no news
	nudgeExpires  = 50 * time.Minute // the next one comes after an hour
	maxNotices    = 20               // owed to one addressee, the latest stay
	listedAlerts  = 200              // that a notice is about
	handoverGroup = "oncall{schedule="
	nudgeGroup    = "oncall{operator="
)

// handover is what the Manager knows of who is on call, to tell when that
// changes.
type handover struct {
	alive time.Time               // until when hand-overs were told
	on    map[string]oncall.Shift // by schedule: the shift as last looked at
	told  map[noticeKey]time.Time // notices made, until they are of no use
	timer timer
}

type noticeKey struct {
	kind, schedule, operator string
	from                     int64 // of the shift, Unix seconds
}

// SetRoster says who is on call from now on. Whoever a route or a step names by
// a schedule is looked up in it when that is due. A roster that puts somebody
// else on call now, or within a day, has them told.
func (m *Manager) SetRoster(now time.Time, r *oncall.Roster) Effects {
	var fx Effects
	m.roster = r
	m.watchShifts(now, &fx)
	m.settle(now, &fx)
	return fx
}

// watchShifts takes in who is on call now: routes lead to them, and hand-overs
// that came since it was last called are told. It comes again when that is next due.
func (m *Manager) watchShifts(now time.Time, fx *Effects) {
	if !m.configured {
		return
	}
	if m.resolveRoutes(now) {
		for _, a := range m.accounts {
			m.lead(a)
			m.touch(a)
		}
		for _, sp := range m.sorted() {
			m.place(sp)
		}
	}
	h := &m.handover
	if h.on == nil {
		h.on, h.told = map[string]oncall.Shift{}, map[noticeKey]time.Time{}
		h.timer = timer{rank: rankAlert, name: "hand-over", do: m.watchShifts}
		m.remember(now)
	}
	maps.DeleteFunc(h.told, func(_ noticeKey, until time.Time) bool { return !now.Before(until) })
	next := time.Time{}
	for _, name := range m.schedulesInUse() {
		next = earliest(next, m.watchSchedule(name, now, fx))
	}
	h.alive = now
	m.agenda.set(&h.timer, next)
}

// remember takes what an earlier run of the program was there to tell as told,
// and all of it if there was none: who installs sitrep is not paged for it.
func (m *Manager) remember(now time.Time) {
	seen := m.handover.alive
	if seen.IsZero() {
		seen = now
	}
	for _, name := range m.schedulesInUse() {
		shift := m.roster.At(name, seen)
		m.handover.on[name] = shift
		for _, who := range shift.On {
			m.noted("on", shift, who)
		}
		coming, _ := m.coming(name, seen)
		for _, next := range coming {
			for _, who := range next.On {
				m.noted("ahead", next, who)
			}
		}
	}
}

// coming returns the shifts of a schedule that begin within a day of now, and
// when there is another to look at: a shift begins, or is a day away. Zero is never.
func (m *Manager) coming(name string, now time.Time) (shifts []oncall.Shift, again time.Time) {
	for t := now; len(shifts) < maxAhead; {
		next, ok := m.roster.Next(name, t)
		if !ok {
			break
		}
		if ahead := next.From.Add(-aheadOf); ahead.After(now) {
			again = ahead
			break
		}
		shifts, t = append(shifts, next), next.From
	}
	if len(shifts) > 0 {
		again = earliest(again, shifts[0].From)
	}
	return shifts, again
}

// noted notes that a notice is made, and tells whether it had been already.
func (m *Manager) noted(kind string, s oncall.Shift, who string) bool {
	key := noticeKey{kind, s.Schedule, who, s.From.Unix()}
	_, had := m.handover.told[key]
	until := s.To
	if until.IsZero() {
		until = s.From.Add(aheadOf)
	}
	m.handover.told[key] = until
	return had
}

// watchSchedule tells of the hand-overs of a schedule, and returns when the next
// of these is due; zero if none is to be seen.
func (m *Manager) watchSchedule(name string, now time.Time, fx *Effects) time.Time {
	was, on := m.handover.on[name], m.roster.At(name, now)
	m.handover.on[name] = on
	if !slices.Equal(was.On, on.On) {
		m.handOver(name, was, on, now, fx)
	}
	coming, again := m.coming(name, now)
	before := on
	for _, next := range coming {
		for _, who := range next.On {
			if !slices.Contains(before.On, who) && !next.Fallback && !m.noted("ahead", next, who) {
				m.notify(who, m.handoverNotice("ahead", who, before, next, now, earlier(now.Add(aheadExpires), next.From)), now)
				fx.Alive = now
			}
		}
		before = next
	}
	return again
}

// handOver tells who comes and who goes.
func (m *Manager) handOver(name string, was, on oncall.Shift, now time.Time, fx *Effects) {
	text := name + ": " + people(on.On) + " on call, " + people(was.On) + " until now"
	fx.Events = append(fx.Events, Event{At: now, Kind: KindHandover, Text: text})
	fx.Alive = now
	expires := now.Add(onExpires)
	if !on.To.IsZero() && on.To.Before(expires) {
		expires = on.To
	}
	for _, who := range on.On {
		if !slices.Contains(was.On, who) && !on.Fallback && !m.noted("on", on, who) {
			n := m.handoverNotice("on", who, was, on, now, expires)
			if n.Accept = m.toBeAccepted(name); n.Accept {
				fx.Asked = append(fx.Asked, oncall.Acceptance{Schedule: name, Operator: who, From: on.From})
			}
			m.notify(who, n, now)
		}
	}
	for _, who := range was.On {
		if !slices.Contains(on.On, who) && !was.Fallback {
			n := m.handoverNotice("off", who, on, on, now, expires)
			m.notify(who, n, now)
		}
	}
}

// people writes names, "nobody" for none.
func people(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}

// handoverNotice is what an operator is told of a shift, with who has it before
// or, of one who goes, after them.
func (m *Manager) handoverNotice(kind, who string, other, s oncall.Shift, now, expires time.Time) Notice {
	return Notice{
		Kind: kind, Schedule: s.Schedule, Operator: who, Other: strings.Join(other.On, ", "),
		From: s.From, To: s.To, Due: now, Expires: expires,
	}
}

// toBeAccepted tells whether a policy that uses the schedule asks for it.
func (m *Manager) toBeAccepted(schedule string) bool {
	for _, p := range m.policies {
		if p.Accept && slices.ContainsFunc(p.Steps, func(s EscalationStep) bool { return uses(s.To, schedule) }) {
			return true
		}
	}
	return false
}

// schedulesInUse returns those that a route or a policy names, sorted.
func (m *Manager) schedulesInUse() []string {
	var names []string
	for _, r := range m.routes {
		names = append(names, schedulesOf(r.To)...)
	}
	for _, p := range m.policies {
		for _, s := range p.Steps {
			names = append(names, schedulesOf(s.To)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// notify has a notice owed to all contacts of its operator.
func (m *Manager) notify(who string, n Notice, now time.Time) {
	group := handoverGroup + n.Schedule + "}"
	if n.Schedule == "" {
		group = nudgeGroup + who + "}"
	}
	for _, name := range m.reachOne("operator:"+who, now) {
		if m.receiverNamed(name) == nil {
			continue
		}
		a := m.accounts[accountKey{group, name}]
		if a == nil {
			a = m.open(Ledger{Group: group, Route: group, Receiver: name})
		}
		a.addNotice(n)
		m.touch(a)
	}
}

// addNotice adds a notice, or to one of the same kind that was not begun yet.
func (a *account) addNotice(n Notice) {
	a.dirty = true
	list := slices.Clone(a.Notices)
	for i := range list {
		x := &list[i]
		if n.Kind == "stillack" && x.Kind == n.Kind && (a.Pending == nil || a.Pending.Key != x.key(&a.Ledger)) {
			x.Alerts = slices.Concat(x.Alerts, n.Alerts)
			a.Notices = list
			return
		}
	}
	list = append(list, n)
	a.Notices = list[max(0, len(list)-maxNotices):]
}

// nudge tells an operator that what they acknowledged goes on.
func (m *Manager) nudge(sp *spell, now time.Time) {
	if _, known := m.roster.Operator(sp.Ack.By); !known {
		return
	}
	m.notify(sp.Ack.By, Notice{
		Kind: "stillack", Operator: sp.Ack.By, From: sp.Ack.At, Due: now, Expires: now.Add(nudgeExpires), Alerts: []string{sp.ID},
	}, now)
}

// key is that of the content of a notice to a receiver. A hand-over is the same
// one whenever it is told; that an alert goes on is said each time anew.
func (n *Notice) key(l *Ledger) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %s %q %q %d", l.Receiver, l.Group, n.Kind, n.Schedule, n.Operator, n.From.Unix())
	if n.Schedule == "" {
		fmt.Fprintf(h, " %d", n.Due.Unix())
	}
	for _, id := range n.Alerts {
		fmt.Fprintf(h, " %s", id)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// noticeClaims returns what is owed that is about no change of an alert.
func (a *account) noticeClaims() []claim {
	var cs []claim
	for i := range a.Notices {
		cs = append(cs, claim{reason: Handover, notice: &a.Notices[i], due: a.Notices[i].Due})
	}
	return cs
}

// notice returns a copy of the notice of that key, nil if there is none.
func (a *account) notice(key string) *Notice {
	for i := range a.Notices {
		if a.Notices[i].key(&a.Ledger) == key {
			return new(a.Notices[i])
		}
	}
	return nil
}

// noticed drops a notice that was told.
func (a *account) noticed(key string) {
	a.Notices = slices.DeleteFunc(slices.Clone(a.Notices), func(n Notice) bool { return n.key(&a.Ledger) == key })
	a.dirty = true
}

// dropUnwanted drops what the receiver does not want to hear, and notices that
// came too late.
func (a *account) dropUnwanted(now time.Time) {
	tell := a.receiver.Tell
	if len(a.Calls) > 0 && !tell[Escalated] {
		a.Calls, a.dirty = nil, true
	}
	gone := func(n Notice) bool { return !tell[Handover] || !now.Before(n.Expires) }
	if slices.ContainsFunc(a.Notices, gone) {
		a.Notices, a.dirty = slices.DeleteFunc(slices.Clone(a.Notices), gone), true
	}
}

// noticesExpire returns when the first of the notices is not worth telling any
// more, zero if there is none.
func (a *account) noticesExpire() (at time.Time) {
	for i := range a.Notices {
		at = earliest(at, a.Notices[i].Expires)
	}
	return at
}

// listedIn returns the alerts that a notice lists: its own, or those that whoever
// comes on call takes over: what fires on a route or policy with the schedule.
func (m *Manager) listedIn(n *Notice) []string {
	var ids []string
	switch {
	case n == nil:
	case n.Schedule == "":
		for _, id := range n.Alerts {
			if sp := m.alerts[id]; sp != nil && sp.State.Active() {
				ids = append(ids, id)
			}
		}
	default:
		for _, sp := range m.sorted() {
			if sp.State.Active() && m.concernsSchedule(sp, n.Schedule) && len(ids) < listedAlerts {
				ids = append(ids, sp.ID)
			}
		}
	}
	return ids
}

// concernsSchedule tells whether a route leads from an alert to a schedule.
func (m *Manager) concernsSchedule(sp *spell, schedule string) bool {
	return slices.ContainsFunc(m.routes, func(r *route) bool {
		p := m.policies[r.Escalate]
		if !uses(r.To, schedule) && (p == nil || !slices.ContainsFunc(p.Steps, func(s EscalationStep) bool { return uses(s.To, schedule) })) {
			return false
		}
		return r.match.Match(sp.Labels, sp.Severity, sp.Findings)
	})
}
