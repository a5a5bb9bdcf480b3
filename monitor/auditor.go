package monitor

import (
	"time"
)

const (
	auditEvery = time.Minute      // between two audits of the alert state
	mendedTold = 10 * time.Minute // for which it is a finding that one had to mend something
)

// auditor has the alert state audited now and then, and whoever watches sitrep
// told that it lives. Its times are by the clock that nobody sets.
type auditor struct {
	alive  func()       // never nil, as the next
	dead   func() error // why the last call of alive failed, nil if it did not
	due    time.Time
	mended time.Time // when something last had to be mended; zero is never
	wrong  string    // what that was
}

func newAuditor(alive func(), dead func() error) auditor {
	a := auditor{alive: alive, dead: dead, due: time.Now().Add(auditEvery)}
	if a.alive == nil {
		a.alive = func() {}
	}
	if a.dead == nil {
		a.dead = func() error { return nil }
	}
	return a
}

// inspect has the alert state audited. Only if nothing was wrong, and what
// happens is saved, is the outside told that sitrep lives: what does not page as
// it should must not say that all is well.
func (m *Monitor) inspect(now time.Time) {
	a := &m.auditor
	a.due = time.Now().Add(auditEvery)
	effects, wrong := m.alerts.Audit(now)
	m.follow(now, effects)
	switch {
	case len(wrong) > 0:
		a.mended, a.wrong = time.Now(), wrong[0]
	case !m.recorder.stuck():
		a.alive()
	}
}

// trouble says what the last audits had to mend, "" if that was nothing or is
// long ago.
func (a *auditor) trouble() string {
	if a.mended.IsZero() || time.Since(a.mended) >= mendedTold {
		return ""
	}
	return "mended: " + a.wrong
}
