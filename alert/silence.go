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
	timer timer // it begins, or is over
}

// holds tells whether the silence applies now.
func (h *hold) holds(now time.Time) bool { return !now.Before(h.From) && now.Before(h.Until) }

// Silence makes a silence, and gives it its ID. It holds from s.From (zero is
// now) to s.Until. No alert that it matches is told of, or reminded of, while
// it does, except that one is over to who was told of it; when it ends, what is
// owed is asked again.
//
// The errors are ErrNoMatch (a silence never matches everything by oversight),
// ErrNoReason, ErrUntil, and what Matcher.Compile finds wrong.
func (m *Manager) Silence(now time.Time, s Silence) (Effects, error) {
	var fx Effects
	match, err := s.Match.Compile()
	if s.From.IsZero() {
		s.From = now
	}
	switch {
	case err != nil:
		return fx, err
	case match.All():
		return fx, ErrNoMatch
	case s.Reason == "":
		return fx, ErrNoReason
	case !s.Until.After(now) || !s.Until.After(s.From):
		return fx, ErrUntil
	}
	m.silenceSeq++
	s.ID, s.Ended, s.EndedBy = "s"+strconv.Itoa(m.silenceSeq), time.Time{}, ""
	h := m.hold(s, match)
	m.armSilence(h, now)
	fx.silence(h, now, KindSilenced, s.By)
	m.coverAll(now)
	m.settle(now, &fx)
	return fx, nil
}

// EditSilence gives a silence that has not ended another matcher, end and
// reason; what else s holds does not matter. Its errors are those of Silence
// and ErrUnknownSilence.
func (m *Manager) EditSilence(now time.Time, id, by string, s Silence) (Effects, error) {
	return Effects{}, ErrUnknownSilence
}

// EndSilence ends a silence before its time. The error is ErrUnknownSilence.
func (m *Manager) EndSilence(now time.Time, id, by string) (Effects, error) {
	var fx Effects
	i := slices.IndexFunc(m.silences, func(h *hold) bool { return h.ID == id })
	if i < 0 {
		return fx, ErrUnknownSilence
	}
	m.endSilence(m.silences[i], now, by, &fx)
	m.coverAll(now)
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
	h := &hold{Silence: s, match: match}
	h.timer = timer{rank: rankSilence, name: s.ID, do: func(now time.Time, fx *Effects) {
		if now.Before(h.Until) {
			m.armSilence(h, now)
		} else {
			m.endSilence(h, h.Until, "", fx)
		}
		m.coverAll(now)
	}}
	at, _ := slices.BinarySearchFunc(m.silences, h, compareHolds)
	m.silences = slices.Insert(m.silences, at, h)
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
	if now.Before(h.From) {
		m.agenda.set(&h.timer, h.From)
	} else {
		m.agenda.set(&h.timer, h.Until)
	}
}

// endSilence ends a silence. The alerts that it held back are not looked at yet.
func (m *Manager) endSilence(h *hold, at time.Time, by string, fx *Effects) {
	h.Ended, h.EndedBy = at, by
	m.agenda.set(&h.timer, time.Time{})
	m.silences = slices.DeleteFunc(m.silences, func(x *hold) bool { return x == h })
	fx.silence(h, at, KindUnsilenced, by)
}

// silence appends what happened to a silence.
func (e *Effects) silence(h *hold, at time.Time, kind Kind, by string) {
	s := h.Silence
	e.Silences = append(e.Silences, s)
	e.Events = append(e.Events, Event{At: at, Kind: kind, Silence: &s, By: by, Text: s.Reason})
}

// coverAll finds anew which silence holds each alert back.
func (m *Manager) coverAll(now time.Time) {
	for sp := range m.known {
		if sp.State != Resolved {
			m.cover(sp, now)
		}
	}
}

// cover finds the oldest silence that holds an alert back, if any.
func (m *Manager) cover(sp *spell, now time.Time) {
	by := ""
	for _, h := range m.silences {
		if h.holds(now) && h.match.Match(sp.Labels, sp.Severity, sp.Findings) {
			by = h.ID
			break
		}
	}
	if by == sp.SilencedBy {
		return
	}
	sp.SilencedBy = by
	m.listed = nil
	for _, b := range sp.members {
		m.touch(b.account)
	}
}
