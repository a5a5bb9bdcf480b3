package monitor

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/oncall"
	"sitrep/safe"
	"sitrep/store"
)

// Bounds of what operators write, in bytes.
const (
	maxNote   = 65_536 // a note, and what of one is written so far
	maxLogged = 10_000 // of a note in an incident's timeline, in the log
	maxLine   = 1000   // of the log, about who is on call
	maxShort  = 400    // reasons and the like
	maxPlace  = 300    // where something is written
	maxName   = 100    // of an operator
)

// probeGap is how often an operator may probe one target.
const probeGap = 5 * time.Second

// permit refuses what an actor's role may not. A draft is nobody else's business.
func permit(a Actor, c Command) error {
	switch c.(type) {
	case Draft:
		return nil
	case Apply, Refuse, Halt:
		if a != Program {
			return fmt.Errorf("%s: %w: only sitrep itself may", nameOf(c), ErrNotAllowed)
		}
	}
	if a.Role >= Respond {
		return nil
	}
	return fmt.Errorf("%s: %w (it is %q, this needs %q)", nameOf(c), ErrNotAllowed, a.Role, Respond)
}

// nameOf is a command's name in errors and in the audit, "acknowledge".
func nameOf(c Command) string {
	_, name, _ := strings.Cut(fmt.Sprintf("%T", c), ".")
	return strings.ToLower(name)
}

// do carries out a command, publishes, and lets the recorder answer.
func (m *Monitor) do(req request) {
	now := m.clocks.now()
	err := permit(req.actor, req.command)
	if err == nil {
		err = m.apply(now, req.actor, req.command)
	}
	if _, draft := req.command.(Draft); !draft {
		m.audit(now, req, err)
	}
	m.changed = true
	m.publish()
	if err != nil {
		req.answer <- err
		return
	}
	m.flush(req.answer)
}

// audit writes down who asked for what.
func (m *Monitor) audit(now time.Time, req request, err error) {
	detail, _ := json.Marshal(detailOf(req.command))
	outcome := "ok"
	if err != nil {
		outcome = err.Error()
	}
	m.batch.Audit = append(m.batch.Audit, store.Audit{
		At: now, By: req.actor.Name, From: req.actor.From, What: nameOf(req.command), Detail: string(detail), Outcome: outcome,
	})
}

// detailOf is what the audit keeps of a command: all of it, but for a
// configuration, of which what changed is enough.
func detailOf(c Command) any {
	if a, ok := c.(Apply); ok {
		return struct{ Changes, Mended []string }{a.Changes, a.Mended}
	}
	return c
}

// apply is what each command does.
func (m *Monitor) apply(now time.Time, a Actor, c Command) error {
	switch c := c.(type) {
	case Acknowledge:
		return m.each(now, c.Alerts, func(id string) (alert.Effects, error) {
			ack := alert.Ack{At: now, By: a.Name, Note: safe.Line(c.Note, maxShort), Sticky: c.Sticky}
			if c.For > 0 {
				ack.Until = now.Add(c.For)
			}
			return m.alerts.Acknowledge(now, id, ack)
		})
	case Unacknowledge:
		return m.each(now, c.Alerts, func(id string) (alert.Effects, error) { return m.alerts.Unacknowledge(now, id, a.Name) })
	case Silence:
		s := alert.Silence{Match: c.Match, From: now, Maintenance: c.Maintenance, By: a.Name, Reason: safe.Line(c.Reason, maxShort)}
		if c.For != 0 {
			s.Until = now.Add(c.For)
		}
		return m.after(now)(m.alerts.Silence(now, s))
	case EditSilence:
		return m.after(now)(m.alerts.EditSilence(now, c.ID, a.Name, alert.Silence{
			Match: c.Match, Until: c.Until, Reason: safe.Line(c.Reason, maxShort),
		}))
	case EndSilence:
		return m.after(now)(m.alerts.EndSilence(now, c.ID, a.Name))
	case Retry:
		return m.retry(now, c.Receiver)
	case Reload:
		return m.readAgain(c)
	case Apply:
		m.replace(now, c)
		return nil
	case Halt:
		m.alerts.Halt()
		return nil
	case Refuse:
		m.refuse(now, c)
		return nil
	case ResolveAlert:
		return m.after(now)(m.alerts.Resolve(now, c.Alert, a.Name, safe.Line(c.Note, maxShort)))
	case ProbeNow:
		return m.probeNow(c.Targets)
	case Draft:
		return m.keepDraft(now, a, c)
	case CallNext:
		return m.after(now)(m.alerts.CallNext(now, c.Group, a.Name))
	case Page:
		return m.after(now)(m.alerts.Page(now, c.Alert, safe.Line(c.To, maxShort), a.Name))
	case Note:
		if c.Incident == "" {
			return m.noteTarget(now, a, c)
		}
	}
	if done, err := m.applyOnCall(now, a, c); done {
		return err
	}
	return m.applyIncident(now, a, c)
}

// retry has what is owed to a receiver tried now, or to one at an address or for
// an operator.
func (m *Monitor) retry(now time.Time, receiver string) error {
	name := oncall.ParseAddressee(receiver).Receiver
	if !slices.ContainsFunc(m.setup.Policy.Receivers, func(r alert.Receiver) bool { return r.Name == name }) {
		return fmt.Errorf("retry: no receiver %q", receiver)
	}
	m.follow(now, m.alerts.Retry(now, receiver))
	return nil
}

// each does something to several alerts. Those that can, do; the errors of the
// others are told together.
func (m *Monitor) each(now time.Time, ids []string, do func(id string) (alert.Effects, error)) error {
	if len(ids) == 0 {
		return errors.New("no alert is meant")
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, m.after(now)(do(id)))
	}
	return errors.Join(errs...)
}

// after follows the effects of a command that was not refused.
func (m *Monitor) after(now time.Time) func(alert.Effects, error) error {
	return func(e alert.Effects, err error) error {
		if err == nil {
			m.follow(now, e)
		}
		return err
	}
}

// written puts the entries of a command that was not refused on their way.
func (m *Monitor) written(entries []incident.Entry, err error) error {
	if err == nil {
		m.write(entries)
	}
	return err
}

// probeNow asks the prober for runs.
func (m *Monitor) probeNow(names []string) error {
	var errs []error
	for _, name := range names {
		w := m.byName[name]
		switch {
		case w == nil || name == Self:
			errs = append(errs, fmt.Errorf("%s: no such target to probe", name))
		case w.shown.Target.Paused:
			errs = append(errs, fmt.Errorf("%s is paused", name))
		case time.Since(w.probed) < probeGap:
			errs = append(errs, fmt.Errorf("%s was probed by hand less than %s ago", name, probeGap))
		default:
			w.probed, w.shown.Probing = time.Now(), true
			m.touch(w)
			m.prober.ProbeNow(name)
		}
	}
	return errors.Join(errs...)
}
