package alert

import (
	"errors"
	"slices"
	"time"
)

// What commands answer with, to be told apart by errors.Is.
var (
	ErrUnknownAlert     = errors.New("no such alert")
	ErrNotActive        = errors.New("the alert is not active")
	ErrNotAcknowledged  = errors.New("the alert is not acknowledged")
	ErrUnknownSilence   = errors.New("no such silence")
	ErrNoNote           = errors.New("a note is missing: say why")
	ErrNoReason         = errors.New("a reason is missing: say why")
	ErrNoMatch          = errors.New("a matcher is missing: say what to silence")
	ErrNothingToOutlast = errors.New("it matches no alert now: give it an end")
	ErrUntil            = errors.New("the end is missing, or not in the future")
)

// active returns the active alert with that ID.
func (m *Manager) active(id string) (*spell, error) {
	sp := m.alerts[id]
	switch {
	case sp == nil:
		return nil, ErrUnknownAlert
	case !sp.State.Active():
		return nil, ErrNotActive
	}
	return sp, nil
}

// Acknowledge notes that somebody is on an alert, who is the one to ask from now
// on. Nobody is reminded of it until that ends: when the alert is over, gets worse
// (unless it is sticky), at a.Until, or when it is taken back. If others have it as
// well, it ends no sooner than any of them said; who has it alone may say something
// else. What a says of At, Also and Enough does not matter.
//
// The errors are ErrUnknownAlert, ErrNotActive and ErrUntil.
func (m *Manager) Acknowledge(now time.Time, id string, a Ack) (Effects, error) {
	var fx Effects
	sp, err := m.active(id)
	if err != nil {
		return fx, err
	}
	if !a.Until.IsZero() && !a.Until.After(now) {
		return fx, ErrUntil
	}
	a.At, a.Also = now, nil
	if was := sp.Ack; was != nil {
		a.join(was)
	}
	a.Enough = sp.enough(&a)
	sp.Ack, sp.nudge = &a, now.Add(nudgeEvery)
	m.acknowledged(sp)
	e := fx.event(sp, now, KindAcked, sp.State)
	e.By, e.Text = a.By, a.Note
	m.settle(now, &fx)
	return fx, nil
}

// join has an acknowledgement hold beside that of others which was there before.
func (a *Ack) join(was *Ack) {
	others := slices.DeleteFunc(append(slices.Clone(was.Also), was.By), func(who string) bool { return who == a.By })
	if len(others) == 0 {
		return // their own: only the last word counts
	}
	a.Also = others
	a.Sticky = a.Sticky || was.Sticky
	if was.Until.IsZero() || !a.Until.IsZero() && was.Until.After(a.Until) {
		a.Until = was.Until
	}
}

// Unacknowledge takes an acknowledgement back.
//
// The errors are ErrUnknownAlert, ErrNotActive and ErrNotAcknowledged.
func (m *Manager) Unacknowledge(now time.Time, id, by string) (Effects, error) {
	var fx Effects
	sp, err := m.active(id)
	if err != nil {
		return fx, err
	}
	if sp.Ack == nil {
		return fx, ErrNotAcknowledged
	}
	m.unacknowledge(sp, now, by, "taken back", &fx)
	m.settle(now, &fx)
	return fx, nil
}

// unacknowledge ends an acknowledgement.
func (m *Manager) unacknowledge(sp *spell, at time.Time, by, why string, fx *Effects) {
	sp.Ack, sp.nudge, sp.dropped = nil, time.Time{}, at
	m.acknowledged(sp)
	e := fx.event(sp, at, KindUnacked, sp.State)
	e.By, e.Text = by, why
}

// acknowledged has follow what does when an acknowledgement begins or ends.
func (m *Manager) acknowledged(sp *spell) {
	m.listed = nil
	m.arm(sp)
	m.touchClimbs(sp)
	if len(sp.climbs) > 0 { // whom nobody told yet need not be told, or has to be
		m.place(sp)
	}
	for _, b := range sp.members {
		m.touch(b.account)
	}
}

// Resolve ends an alert by hand. Whoever was told of it is told that it is
// over. A target that is still bad ten minutes later opens it again.
//
// The errors are ErrUnknownAlert, ErrNotActive and ErrNoNote.
func (m *Manager) Resolve(now time.Time, id, by, note string) (Effects, error) {
	var fx Effects
	sp, err := m.active(id)
	if err != nil {
		return fx, err
	}
	if note == "" {
		return fx, ErrNoNote
	}
	m.resolve(sp, now, now, ending{endedByHand, by, note}, &fx)
	m.settle(now, &fx)
	return fx, nil
}
