package alert

import (
	"slices"
	"time"

	"sitrep/checker"
)

// Observe takes a result: what it means for the alert of its target, and for
// the alerts that its target explains. It takes place when the result was had.
// A result that is unknown changes no alert, since absence never resolves; one
// of a target that is not watched changes nothing.
func (m *Manager) Observe(r checker.Result) Effects {
	var fx Effects
	s := m.targets[r.Target]
	if s == nil || !s.watched {
		return fx
	}
	now := r.Had()
	m.noteKnown(s, &r, now, &fx)
	if r.Status == checker.Unknown {
		return fx
	}
	switch {
	case s.current == nil && r.Status == checker.Up && r.Believed <= checker.Up:
		s.mended = s.mended || r.Believed == checker.Up
	case s.current != nil && s.current.State != Pending:
		m.observeActive(s.current, &r, now, &fx)
	default:
		m.observeQuiet(s, &r, now, &fx)
	}
	m.noteParent(s, &r, now, &fx)
	m.settle(now, &fx)
	return fx
}

// observeQuiet takes a result of a target without an active alert. One that
// flaps may never be believed bad, and is worth an alert all the same.
func (m *Manager) observeQuiet(s *subject, r *checker.Result, now time.Time, fx *Effects) {
	sp := s.current
	switch {
	case s.heldByHand(now):
	case bad(r.Believed), bad(r.Status) && r.Flapping:
		m.fire(s, r, now, fx)
	case !bad(r.Status):
		m.clear(sp, now, "", fx)
	case sp == nil:
		sp = m.begin(s, r, now)
		m.cover(sp, now)
		fx.event(sp, now, KindPending, None)
		m.askParents(sp, now, fx)
	default:
		m.noteBad(sp, r)
		sp.Severity = SeverityOf(r.Status)
		sp.Worst = max(sp.Worst, sp.Severity)
		m.cover(sp, now)
	}
}

// firstSeverity returns the severity of an alert that fires with r.
func firstSeverity(r *checker.Result) Severity {
	if bad(r.Believed) {
		return SeverityOf(r.Believed)
	}
	return SeverityOf(r.Status)
}

// bad tells whether a status is a judgement, and worse than up.
func bad(s checker.Status) bool { return s > checker.Up }

// heldByHand tells whether an operator's word that the last alert is over
// still stands against a target that never was better since.
func (s *subject) heldByHand(now time.Time) bool {
	return s.stillBad() && now.Before(s.last.over.Add(byHandHolds))
}

// stillBad tells whether the last alert was resolved by hand, and the target
// was not believed up since.
func (s *subject) stillBad() bool {
	return s.last != nil && s.last.Ending == endedByHand && !s.mended
}

// begin makes a target's next alert, pending.
func (m *Manager) begin(s *subject, r *checker.Result, now time.Time) *spell {
	sp := m.admit(s, Alert{
		Target: s.name, Group: s.group, Labels: s.labels, Runbook: s.runbook,
		State: Pending, Severity: SeverityOf(r.Status), Worst: SeverityOf(r.Status), Started: now,
	})
	if s.last != nil {
		sp.Previous = s.last.ID
	}
	s.current = sp
	m.noteBad(sp, r)
	return sp
}

// admit adds an alert to what is known.
func (m *Manager) admit(s *subject, a Alert) *spell {
	sp := &spell{Alert: a, subject: s}
	sp.timer = timer{rank: rankAlert, do: func(now time.Time, fx *Effects) { m.expire(sp, now, fx) }}
	m.keep(sp)
	return sp
}

// keep has an alert known, and found by its ID once it has one.
func (m *Manager) keep(sp *spell) {
	m.listed = nil
	m.known[sp] = struct{}{}
	if sp.ID != "" {
		sp.timer.name = sp.ID
		m.alerts[sp.ID] = sp
	}
}

// noteBad takes a bad result's findings, and tells whether a matcher may see
// them differently from those before.
func (m *Manager) noteBad(sp *spell, r *checker.Result) bool {
	m.listed = nil
	sp.Bad++
	same := slices.EqualFunc(sp.Findings, r.Findings, func(a, b checker.Finding) bool { return a.What == b.What })
	sp.Findings = r.Findings
	return !same
}

// clear ends what was never believed.
func (m *Manager) clear(sp *spell, now time.Time, why string, fx *Effects) {
	if sp == nil {
		return
	}
	m.listed = nil
	sp.subject.current = nil
	delete(m.known, sp)
	m.agenda.set(&sp.timer, time.Time{})
	sp.State = None
	m.loosen(sp)
	fx.event(sp, now, KindCleared, Pending).Text = why
	m.abandon(sp.subject)
}

// fire has a target's alert begin: the one that is pending, a new one, or the
// last one again if it is over since a short time only.
func (m *Manager) fire(s *subject, r *checker.Result, now time.Time, fx *Effects) {
	from, sp := None, s.current
	if sp != nil {
		from = Pending
	}
	if l := s.last; l != nil && (s.stillBad() || !now.After(l.over.Add(m.reopenWithin))) {
		l.Bad, l.Started = 0, now
		if sp != nil {
			l.Bad, l.Started = sp.Bad, sp.Started
			delete(m.known, sp)
			m.loosen(sp)
		}
		m.reopen(l, r, now, fx)
		return
	}
	if sp == nil {
		sp = m.begin(s, r, now)
	} else {
		m.noteBad(sp, r)
	}
	sp.ID, sp.State, sp.Severity, sp.Detected = m.newID(now), Firing, firstSeverity(r), now
	m.keep(sp)
	m.ignite(sp, r, now, fx)
	fx.event(sp, now, KindFired, from)
}

// reopen has an alert that was over go on. Nobody has it any more, and it counts
// from its new spell: of the time in between it was up.
func (m *Manager) reopen(sp *spell, r *checker.Result, now time.Time, fx *Effects) {
	s := sp.subject
	s.current, s.last = sp, nil
	sp.State, sp.Severity, sp.Detected, sp.Ack = Firing, firstSeverity(r), now, nil
	sp.Resolved, sp.Confirmed, sp.Recover, sp.Ending = time.Time{}, time.Time{}, time.Time{}, ""
	sp.Group, sp.Labels, sp.Runbook = s.group, s.labels, s.runbook
	sp.Inhibited, sp.freed = "", time.Time{}
	sp.Reopens++
	m.noteBad(sp, r)
	m.keep(sp)
	m.ignite(sp, r, now, fx)
	fx.event(sp, now, KindReopened, Resolved)
}

// ignite is what follows whenever an alert fires: its parents are asked, and
// what holds it back and who is to hear of it is found.
func (m *Manager) ignite(sp *spell, r *checker.Result, now time.Time, fx *Effects) {
	sp.Worst = max(sp.Worst, sp.Severity)
	sp.Flapping = r.Flapping
	sp.Seq++
	sp.fired, sp.lit, sp.asked = now, true, false
	m.askParents(sp, now, fx)
	m.cover(sp, now)
	m.arm(sp)
	m.place(sp)
}

// observeActive takes a result of a target whose alert is active.
func (m *Manager) observeActive(sp *spell, r *checker.Result, now time.Time, fx *Effects) {
	believed := r.Believed
	if believed == checker.Unknown { // nothing yet in this run of the program
		believed = statusOf(sp.Severity)
	}
	changed := m.noteRun(sp, r, believed, now)
	flapped := m.noteFlapping(sp, r, now, fx)
	if believed == checker.Up && !sp.Flapping && !bad(r.Status) {
		m.resolve(sp, sp.Recover, now, ending{}, fx)
		return
	}
	if believed == checker.Up { // held open
		believed = statusOf(sp.Severity)
	}
	inhibited := sp.Inhibited
	m.release(sp, r, now)
	from, was := sp.State, sp.Severity
	sp.Severity = SeverityOf(believed)
	if sp.Severity != was {
		sp.State = Firing
		sp.Seq++
		sp.Worst = max(sp.Worst, sp.Severity)
	}
	if changed || flapped || sp.Severity != was {
		m.cover(sp, now)
		m.place(sp)
	}
	m.noteInhibited(sp, inhibited, now, fx)
	m.noteCourse(sp, r, believed, from, was, now, fx)
}

// noteCourse says which way an active alert goes.
func (m *Manager) noteCourse(sp *spell, r *checker.Result, believed checker.Status, from State, was Severity, now time.Time, fx *Effects) {
	switch {
	case sp.Severity > was:
		fx.event(sp, now, KindWorse, from)
		if sp.Ack != nil && !sp.Ack.Sticky {
			m.unacknowledge(sp, now, "", "got worse", fx)
		}
	case sp.Severity < was:
		fx.event(sp, now, KindBetter, from)
	}
	switch better := r.Status < believed; {
	case better && sp.State == Firing:
		sp.State = Recovering
		fx.event(sp, now, KindRecovering, Firing)
	case !better && sp.State == Recovering:
		sp.State = Firing
		fx.event(sp, now, KindRelapsed, Recovering)
	}
}

// noteFlapping notes that a target begins or ceases to flap, and tells whether
// it does.
func (m *Manager) noteFlapping(sp *spell, r *checker.Result, now time.Time, fx *Effects) bool {
	if sp.Flapping == r.Flapping {
		return false
	}
	sp.Flapping = r.Flapping
	sp.Seq++
	kind := KindSteady
	if sp.Flapping {
		kind = KindFlapping
	}
	fx.event(sp, now, kind, sp.State)
	return true
}

// noteRun takes what a result says of how long the target has been better, and
// tells whether a matcher may see the alert differently from before. Recover
// becomes the first good result if there is a row of them, since that is when
// the spell was over.
func (m *Manager) noteRun(sp *spell, r *checker.Result, believed checker.Status, now time.Time) bool {
	m.listed = nil
	if !bad(r.Status) {
		if sp.Bad > 0 || sp.Recover.IsZero() {
			sp.Bad, sp.Recover = 0, now
		}
		return false
	}
	switch {
	case r.Status >= believed:
		sp.Recover = time.Time{}
	case sp.Recover.IsZero():
		sp.Recover = now
	}
	return m.noteBad(sp, r)
}

// statusOf returns what a target is believed to be whose alert has that severity.
func statusOf(s Severity) checker.Status {
	if s == Critical {
		return checker.Down
	}
	return checker.Degraded
}

// ending is how an alert came to be over.
type ending struct{ how, by, text string }

// The words of Alert.Ending.
const (
	endedByHand  = "by hand"
	endedRemoved = "removed"
	endedPaused  = "paused"
)

// resolve has an alert over since at, which is believed now.
func (m *Manager) resolve(sp *spell, at, now time.Time, end ending, fx *Effects) {
	from, s := sp.State, sp.subject
	if at.Before(sp.Started) { // the clock was set back in between
		at = sp.Started
	}
	sp.State, sp.Resolved, sp.Confirmed, sp.Ending, sp.Recover = Resolved, at, now, end.how, time.Time{}
	sp.Waiting, sp.Settling, sp.Flapping, sp.Stale = "", false, false, false
	sp.Seq++
	sp.over = now
	s.current, s.last, s.mended = nil, sp, false
	m.listed = nil
	m.arm(sp)
	m.place(sp)
	e := fx.event(sp, now, KindResolved, from)
	e.By, e.Text = end.by, end.text
	m.loosen(sp)
}

// arm sets the timer of an alert: the next of what depends on time alone.
func (m *Manager) arm(sp *spell) {
	var at time.Time
	switch {
	case sp.State == Resolved:
		at = m.keptUntil(sp)
	default:
		if sp.Ack != nil {
			at = earliest(sp.Ack.Until, sp.nudge)
		}
		if sp.Waiting != "" {
			at = earliest(at, sp.fired.Add(m.depGrace))
			if !sp.asked {
				at = earliest(at, m.proofFrom(sp))
			}
		}
		if sp.Settling {
			at = earliest(at, m.settled)
		}
	}
	m.agenda.set(&sp.timer, at)
}

// keptUntil returns how long an alert that is over is shown or may open again.
func (m *Manager) keptUntil(sp *spell) time.Time {
	return sp.over.Add(max(keepResolved, m.reopenWithin))
}

// expire does what the timer of an alert was armed for.
func (m *Manager) expire(sp *spell, now time.Time, fx *Effects) {
	if sp.State == Resolved {
		m.expireResolved(sp, now)
		return
	}
	if a := sp.Ack; a != nil {
		switch {
		case !a.Until.IsZero() && !a.Until.After(now):
			m.unacknowledge(sp, a.Until, "", "ran out", fx)
		case !sp.nudge.After(now):
			sp.nudge = nextNudge(sp.nudge, now)
			fx.event(sp, now, KindStillAcked, sp.State).By = a.By
			m.nudge(sp, now)
		}
	}
	if sp.Waiting != "" && !sp.asked && !now.Before(m.proofFrom(sp)) {
		sp.asked = true
		m.askParents(sp, now, fx)
	}
	m.cover(sp, now)
	m.arm(sp)
}

// nextNudge returns when who acknowledged is next reminded, those that passed
// while nobody looked left out.
func nextNudge(last, now time.Time) time.Time {
	return last.Add((now.Sub(last)/nudgeEvery + 1) * nudgeEvery)
}

// expireResolved forgets an alert that is over, or has it looked at later.
func (m *Manager) expireResolved(sp *spell, now time.Time) {
	for _, b := range sp.members {
		if a := b.account; m.configured && a.receiver == nil && now.Sub(sp.over) >= keepForGone {
			a.unlearn(sp.ID)
			m.touch(a)
		}
	}
	if !m.forget(sp, now) {
		m.agenda.set(&sp.timer, now.Add(keepResolved))
	}
}

// forget drops an alert that is over if it is neither shown any more, nor could
// open again, nor is owed to anybody, and tells whether it did.
func (m *Manager) forget(sp *spell, now time.Time) bool {
	if sp.State != Resolved || len(sp.members) > 0 || now.Before(m.keptUntil(sp)) {
		return false
	}
	m.listed = nil
	m.agenda.set(&sp.timer, time.Time{})
	delete(m.known, sp)
	delete(m.alerts, sp.ID)
	m.abandon(sp.subject)
	return true
}

// event appends what happened to an alert, as it is now.
func (e *Effects) event(sp *spell, at time.Time, kind Kind, from State) *Event {
	e.Events = append(e.Events, Event{At: at, Kind: kind, From: from, Alert: sp.Alert})
	return &e.Events[len(e.Events)-1]
}
