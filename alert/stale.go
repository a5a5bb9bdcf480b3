package alert

import (
	"maps"
	"slices"
	"time"

	"sitrep/checker"
)

// noteKnown takes what a result says of how long nothing has been known of a
// target. Silence of a target is no news of it: an alert stays as it is, with
// the word that it is stale.
func (m *Manager) noteKnown(s *subject, r *checker.Result, now time.Time, fx *Effects) {
	switch {
	case r.Status != checker.Unknown:
		s.known = now
		m.setStale(s, false, now, fx)
	case s.known.IsZero():
		s.known = now
	case now.Sub(s.known) >= time.Duration(m.staleAfter)*s.interval:
		m.setStale(s, true, now, fx)
	}
}

func (m *Manager) setStale(s *subject, stale bool, now time.Time, fx *Effects) {
	if sp := s.current; sp != nil && sp.State.Active() && sp.Stale != stale { // also one that fired since
		sp.Stale = stale
		m.listed = nil
	}
	if m.stale[s.name] == stale {
		return
	}
	kind := KindFresh
	if stale {
		kind = KindStale
		m.stale[s.name] = true
	} else {
		delete(m.stale, s.name)
	}
	e := Event{At: now, Kind: kind, Alert: Alert{Target: s.name, Group: s.group, Labels: s.labels}}
	if sp := s.current; sp != nil {
		e.From, e.Alert = sp.State, sp.Alert
	}
	fx.Events = append(fx.Events, e)
}

// Stale returns the names of the targets that have had nothing but unknown
// results since a while, sorted.
func (m *Manager) Stale() []string { return slices.Sorted(maps.Keys(m.stale)) }
