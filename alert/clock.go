package alert

import (
	"cmp"
	"time"
)

// setSettings takes over what the policy says of alerts, and not of receivers.
func (m *Manager) setSettings(now time.Time, p *Policy, fx *Effects) {
	m.reopenWithin = cmp.Or(p.ReopenWithin, reopenWithin)
	m.settleFor = cmp.Or(p.Settle, settleFor)
	m.depGrace = cmp.Or(p.DepGrace, depGrace)
	m.staleAfter = cmp.Or(p.StaleAfter, staleAfter)
	if !m.configured {
		m.settled = now.Add(min(m.round(), m.settleFor))
	}
	for sp := range m.known {
		m.arm(sp) // how long it is kept, or waits for a parent, may have changed
	}
	m.setWindows(now, p.Maintenance, fx)
	m.coverAll(now, fx)
}

// round returns how long it takes until every target was probed once.
func (m *Manager) round() time.Duration {
	var longest time.Duration
	for _, s := range m.targets {
		if s.watched && s.probed && !s.itself {
			longest = max(longest, s.interval)
		}
	}
	return longest
}

// Step notes that the wall clock was set by d, and shows now. Deadlines that
// count from something move with it; those that name a time of day or a date,
// such as the end of a silence, of an acknowledgement or of maintenance, stay.
func (m *Manager) Step(now time.Time, d time.Duration) Effects {
	var fx Effects
	shift := func(t *time.Time) {
		if !t.IsZero() {
			*t = t.Add(d)
		}
	}
	shift(&m.settled)
	for _, s := range m.targets {
		for _, t := range []*time.Time{&s.known, &s.begun, &s.upBegun, &s.asked} {
			shift(t)
		}
		if s.again.index > 0 {
			m.agenda.set(&s.again, s.again.at.Add(d))
		}
	}
	for sp := range m.known {
		for _, t := range []*time.Time{&sp.fired, &sp.freed, &sp.over, &sp.nudge, &sp.dropped} {
			shift(t)
		}
		m.arm(sp)
	}
	for _, w := range m.windows {
		m.openWindow(w, now, &fx)
	}
	for _, h := range m.silences {
		if h.begun && h.From.After(now) { // it goes on, also after a restart
			h.From = now
			fx.Silences = append(fx.Silences, h.Silence)
		}
		m.armSilence(h, now)
	}
	m.shiftAccounts(d)
	m.runDue(now, &fx)
	m.coverAll(now, &fx)
	m.watchShifts(now, &fx)
	m.settle(now, &fx)
	return fx
}
