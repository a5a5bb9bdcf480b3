package alert

import (
	"cmp"
	"time"
)

// flags are what holds an alert back.
type flags struct {
	silence, maintenance, inhibited, waiting string
	settling                                 bool
}

func (a *Alert) flags() flags {
	return flags{a.SilencedBy, a.Maintenance, a.Inhibited, a.Waiting, a.Settling}
}

// coverAll finds anew what holds each alert back.
func (m *Manager) coverAll(now time.Time, fx *Effects) {
	for _, sp := range m.sorted() {
		if sp.State != Resolved {
			m.coverNoted(sp, now, fx)
		}
	}
}

// cover finds what holds an alert back, and has who may hear of it settled if
// that changed.
func (m *Manager) cover(sp *spell, now time.Time) { m.coverAfter(sp, sp.flags(), now) }

// coverAfter is cover for an alert whose flags were others until now.
func (m *Manager) coverAfter(sp *spell, was flags, now time.Time) {
	sp.SilencedBy, sp.Maintenance = m.silencesOf(sp, now)
	m.explain(sp, now)
	sp.Settling = sp.lit && now.Before(m.settled)
	if was == sp.flags() {
		return
	}
	m.listed = nil
	if was.waiting != sp.Waiting {
		m.arm(sp)
	}
	m.touchClimbs(sp)
	if len(sp.climbs) > 0 && sp.Ack != nil { // whom a step called meanwhile may have to be told
		m.place(sp)
	}
	for _, b := range sp.members {
		m.touch(b.account)
	}
}

// coverNoted is cover, and says in the log when a parent begins or ceases to
// explain an alert that is believed.
func (m *Manager) coverNoted(sp *spell, now time.Time, fx *Effects) {
	was := sp.Inhibited
	m.cover(sp, now)
	m.noteInhibited(sp, was, now, fx)
}

func (m *Manager) noteInhibited(sp *spell, was string, now time.Time, fx *Effects) {
	if !sp.State.Active() || (was == "") == (sp.Inhibited == "") {
		return
	}
	kind := KindInhibited
	if sp.Inhibited == "" {
		kind = KindFreed
	}
	fx.event(sp, now, kind, sp.State).Text = cmp.Or(sp.Inhibited, was)
}
