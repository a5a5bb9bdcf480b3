package alert

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hold is a silence that has not ended, and what the Manager keeps beside it.
type hold struct {
	Silence
	match *Compiled
	begun bool  // From has come
	timer timer // it begins, or is over

	// of an open-ended one: the alerts that it lasts as long as
	matched map[*spell]struct{}
}

// openEnded tells whether the silence ends with what it matches.
func (h *hold) openEnded() bool { return h.Until.IsZero() }

// holds tells whether the silence applies now. That it has begun is no question
// of now: a result that was had a moment before it is no reason to forget it.
func (h *hold) holds(now time.Time) bool {
	return h.begun && (h.openEnded() || now.Before(h.Until))
}

// Silence makes a silence, and gives it its ID. It holds from s.From (zero is
// now) to s.Until, or, if that is zero, until every alert that it matches is
// over. No alert that it matches is told of, or reminded of, while it does,
// except that one is over to who was told of it; when it ends, what is owed is
// asked again.
//
// The errors are ErrNoMatch (a silence never matches everything by oversight),
// ErrNoReason, ErrUntil, ErrNothingToOutlast, and what Matcher.Compile finds wrong.
func (m *Manager) Silence(now time.Time, s Silence) (Effects, error) {
	var fx Effects
	if s.From.IsZero() {
		s.From = now
	}
	match, err := m.checkSilence(now, &s)
	if err != nil {
		return fx, err
	}
	s.Window, s.Planned, s.Edited = "", time.Time{}, false
	m.admitSilence(s, match, now, &fx)
	m.coverAll(now, &fx)
	m.settle(now, &fx)
	return fx, nil
}

// checkSilence returns what is wrong with a silence, or its matcher.
func (m *Manager) checkSilence(now time.Time, s *Silence) (*Compiled, error) {
	match, err := s.Match.Compile()
	switch {
	case err != nil:
		return nil, err
	case match.All():
		return nil, ErrNoMatch
	case s.Reason == "":
		return nil, ErrNoReason
	case s.Until.IsZero() && (s.From.After(now) || !m.matchesAny(match)):
		return nil, ErrNothingToOutlast
	case !s.Until.IsZero() && (!s.Until.After(now) || !s.Until.After(s.From)):
		return nil, ErrUntil
	}
	return match, nil
}

// matchesAny tells whether an alert that is not over is meant.
func (m *Manager) matchesAny(match *Compiled) bool {
	for sp := range m.known {
		if sp.State != Resolved && match.Match(sp.Labels, sp.Severity, sp.Findings) {
			return true
		}
	}
	return false
}

// admitSilence numbers a silence and has it hold. The alerts that it holds back
// are not looked at yet.
func (m *Manager) admitSilence(s Silence, match *Compiled, now time.Time, fx *Effects) {
	m.silenceSeq++
	s.ID, s.Ended, s.EndedBy = "s"+strconv.Itoa(m.silenceSeq), time.Time{}, ""
	h := m.hold(s, match)
	m.armSilence(h, now)
	fx.silence(h, now, KindSilenced, s.By, s.Reason)
}

// EditSilence gives a silence that has not ended another matcher, end and
// reason; what else s holds does not matter. Its errors are those of Silence
// and ErrUnknownSilence.
func (m *Manager) EditSilence(now time.Time, id, by string, s Silence) (Effects, error) {
	var fx Effects
	i := slices.IndexFunc(m.silences, func(h *hold) bool { return h.ID == id })
	if i < 0 {
		return fx, ErrUnknownSilence
	}
	h := m.silences[i]
	s.From = h.From
	match, err := m.checkSilence(now, &s)
	if err != nil {
		return fx, err
	}
	h.Match, h.match, h.Until, h.Reason, h.Edited = s.Match, match, s.Until, s.Reason, true
	m.armSilence(h, now)
	fx.silence(h, now, KindResilenced, by, s.Reason)
	m.coverAll(now, &fx)
	m.settle(now, &fx)
	return fx, nil
}

// EndSilence ends a silence before its time. That of a window stays ended until
// the window comes round again. The error is ErrUnknownSilence.
func (m *Manager) EndSilence(now time.Time, id, by string) (Effects, error) {
	var fx Effects
	i := slices.IndexFunc(m.silences, func(h *hold) bool { return h.ID == id })
	if i < 0 {
		return fx, ErrUnknownSilence
	}
	m.endSilence(m.silences[i], now, by, "", &fx)
	m.coverAll(now, &fx)
	m.settle(now, &fx)
	return fx, nil
}

// Silences returns those that have not ended, the oldest first.
func (m *Manager) Silences() []Silence {
	all := make([]Silence, len(m.silences))
	for i, h := range m.silences {
		all[i] = h.Silence
	}
	return all
}

// hold adds a silence, in its place by age.
func (m *Manager) hold(s Silence, match *Compiled) *hold {
	h := &hold{Silence: s, match: match, matched: map[*spell]struct{}{}}
	h.timer = timer{rank: rankSilence, name: s.ID, do: func(now time.Time, fx *Effects) {
		if h.openEnded() || now.Before(h.Until) {
			m.armSilence(h, now)
		} else {
			m.endSilence(h, h.Until, "", "", fx)
			m.openWindowOf(h, now, fx)
		}
		m.coverAll(now, fx)
	}}
	at, _ := slices.BinarySearchFunc(m.silences, h, compareHolds)
	m.silences = slices.Insert(m.silences, at, h)
	if h.Maintenance {
		m.maintained++
	}
	return h
}

func compareHolds(a, b *hold) int {
	return cmp.Or(a.From.Compare(b.From), cmp.Compare(silenceNumber(a.ID), silenceNumber(b.ID)))
}

// silenceNumber returns the number of a silence's ID, 0 if it is not one of ours.
func silenceNumber(id string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(id, "s"))
	return n
}

// armSilence sets the timer of a silence: when it begins, or when it is over.
func (m *Manager) armSilence(h *hold, now time.Time) {
	h.begun = !now.Before(h.From)
	if h.begun {
		m.agenda.set(&h.timer, h.Until)
	} else {
		m.agenda.set(&h.timer, h.From)
	}
}

// endSilence ends a silence. The alerts that it held back are not looked at yet.
func (m *Manager) endSilence(h *hold, at time.Time, by, why string, fx *Effects) {
	h.Ended, h.EndedBy = at, by
	m.agenda.set(&h.timer, time.Time{})
	m.silences = slices.DeleteFunc(m.silences, func(x *hold) bool { return x == h })
	if h.Maintenance {
		m.maintained--
	}
	m.skip(h)
	fx.silence(h, at, KindUnsilenced, by, cmp.Or(why, h.Reason))
}

// endOpenEnded ends the silences that were to last as long as what they match.
func (m *Manager) endOpenEnded(now time.Time, fx *Effects) {
	m.loosened = false
	ended := false
	for _, h := range slices.Clone(m.silences) {
		if h.openEnded() && len(h.matched) == 0 {
			m.endSilence(h, now, "", "all that it matched is over", fx)
			ended = true
		}
	}
	if ended {
		m.coverAll(now, fx)
	}
}

// loosen lets the open-ended silences know that an alert is over.
func (m *Manager) loosen(sp *spell) {
	for _, h := range m.silences {
		m.bind(h, sp, false)
	}
}

// bind notes whether an open-ended silence matches an alert.
func (m *Manager) bind(h *hold, sp *spell, matches bool) {
	if !h.openEnded() {
		return
	}
	if matches {
		h.matched[sp] = struct{}{}
	} else if _, did := h.matched[sp]; did {
		delete(h.matched, sp)
		m.loosened = m.loosened || len(h.matched) == 0
	}
}

// silence appends what happened to a silence.
func (e *Effects) silence(h *hold, at time.Time, kind Kind, by, why string) {
	s := h.Silence
	e.Silences = append(e.Silences, s)
	e.Events = append(e.Events, Event{At: at, Kind: kind, Silence: &s, By: by, Text: why})
}

// silencesOf returns the oldest silence and the oldest maintenance that hold an
// alert back, "" for none.
func (m *Manager) silencesOf(sp *spell, now time.Time) (silence, maintenance string) {
	for _, h := range m.silences {
		by := &silence
		if h.Maintenance {
			by = &maintenance
		}
		if *by != "" && !h.openEnded() || !h.holds(now) {
			continue
		}
		matches := h.match.Match(sp.Labels, sp.Severity, sp.Findings)
		m.bind(h, sp, matches)
		if matches && *by == "" {
			*by = h.ID
		}
	}
	return silence, maintenance
}
