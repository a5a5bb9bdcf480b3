package incident

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
)

// Merge has an incident go on as part of another one: its alerts move there, and
// it is cancelled as a duplicate. What was written stays where it was written.
// It fails with ErrUnknownIncident, with ErrClosed if either is over (the one
// that goes on must be open), or with ErrInvalid if both are the same.
func (b *Book) Merge(now time.Time, incident, into, by string) ([]Entry, error) {
	from, err := b.unsealed(incident)
	if err != nil {
		return nil, err
	}
	if incident == into {
		return nil, fmt.Errorf("%w: %s cannot become part of itself", ErrInvalid, incident)
	}
	if _, err := b.open(into); err != nil {
		return nil, err
	}
	moving := b.at(from)
	p := b.pen(now)
	p.write(Entry{
		Incident: incident, Kind: Merged, By: by, Field: mergedInto, Value: into,
		Text: "goes on in " + into + withAlerts(moving),
	})
	e := Entry{
		Incident: into, Kind: Merged, By: by, Field: mergedFrom, Value: incident,
		Text: incident + " " + from.inc.Title + withAlerts(moving),
	}
	e.refTime(refPaged, from.inc.FirstPage())
	e.refTime(refAcked, from.inc.Milestones[Acknowledged])
	p.write(e)
	p.move(from, into, false, moving, by)
	p.status(from, "cancelled", by, "part of "+into)
	return p.out, nil
}

// Split declares an incident with some of another's alerts, which it has no more
// from then on, and returns the ID of the new one; an empty title is taken from
// the first of them. The severity is that of the other. At least one alert must
// stay. It fails with ErrUnknownIncident, ErrClosed, ErrNotMember, ErrEmpty (no
// alerts), ErrInvalid (none would stay) or ErrTooLong.
func (b *Book) Split(now time.Time, incident string, alerts []string, name, by string) (id string, es []Entry, err error) {
	from, err := b.open(incident)
	if err != nil {
		return "", nil, err
	}
	moving, err := b.some(from, alerts)
	if err != nil {
		return "", nil, err
	}
	if strings.TrimSpace(name) == "" {
		name = moving[0].Target
		if w := b.watched[moving[0].Alert]; w != nil {
			name = titleOf(&w.alert)
		}
	}
	if name, err = title(name); err != nil {
		return "", nil, err
	}
	p := b.pen(now)
	id = p.declare(name, from.inc.Severity, by, "")
	p.write(Entry{
		Incident: incident, Kind: Split, By: by, Field: splitTo, Value: id,
		Text: id + " " + name + withAlerts(moving),
	})
	e := Entry{
		Incident: id, Kind: Split, By: by, Field: splitFrom, Value: incident,
		Text: "was part of " + incident + " " + from.inc.Title,
	}
	e.refTime(refPaged, from.firstOf(moving, (*Entry).pages))
	e.refTime(refAcked, from.firstOf(moving, func(e *Entry) bool {
		return e.Kind == AlertEntry && e.Field == string(alert.KindAcked)
	}))
	p.write(e)
	p.move(from, id, true, moving, by)
	return id, p.out, nil
}

// firstOf returns the time of the first wanted entry about one of some members,
// zero if there is none.
func (r *record) firstOf(members []Member, wanted func(*Entry) bool) time.Time {
	for i := range r.lines {
		e := &r.lines[i].Entry
		about := func(m Member) bool { return m.Alert == e.Alert || slices.Contains(e.values(refAlert), m.Alert) }
		if wanted(e) && slices.ContainsFunc(members, about) {
			return e.At
		}
	}
	return time.Time{}
}

// at returns the members of an incident that joined no other one since.
func (b *Book) at(r *record) []Member {
	var here []Member
	for _, m := range r.inc.Alerts {
		if b.homes[m.Alert] == r.inc.ID {
			here = append(here, m)
		}
	}
	return here
}

// some returns those of them with these IDs, and not all.
func (b *Book) some(r *record, ids []string) ([]Member, error) {
	here := b.at(r)
	for _, id := range ids {
		if !slices.ContainsFunc(here, func(m Member) bool { return m.Alert == id }) {
			return nil, fmt.Errorf("%w: %q, %s", ErrNotMember, id, r.inc.ID)
		}
	}
	n := len(here)
	here = slices.DeleteFunc(here, func(m Member) bool { return !slices.Contains(ids, m.Alert) })
	switch len(here) {
	case 0:
		return nil, fmt.Errorf("%w: no alert is to be split off", ErrEmpty)
	case n:
		return nil, fmt.Errorf("%w: one of the alerts of %s must stay", ErrInvalid, r.inc.ID)
	}
	return here, nil
}

// move has alerts leave one incident and join another. What was measured of
// them so far goes with them.
func (p *pen) move(from *record, to string, split bool, moving []Member, by string) {
	log := from.inc.Log()
	for _, m := range moving {
		past := spellsOf(&m, log, p.now)
		p.write(Entry{
			Incident: from.inc.ID, Kind: Left, Alert: m.Alert, Target: m.Target, By: by,
			Value: to, Text: "is part of " + to,
		})
		e := m.joinEntry(by, from.inc.Group)
		if w := p.book.watched[m.Alert]; w != nil {
			w.past, w.alone = nil, false
			e = joinEntry(&w.alert, by)
		}
		if e.Incident = to; split && e.Value == from.inc.Group {
			e.Value = "" // what fires next in the group still joins where it did
		}
		for _, s := range past {
			e.ref(refSpell, s.text())
		}
		p.write(e)
	}
}

// leaveOver has an alert that is about to join an incident leave the one that it
// joined last: that is over, and would never hear of its end.
func (p *pen) leaveOver(id, to, by string) {
	r := p.book.records[p.book.homes[id]]
	if r == nil || r.inc.ID == to {
		return
	}
	i := r.member(id)
	if i < 0 || !r.inc.Alerts[i].Resolved.IsZero() {
		return
	}
	m, log := r.inc.Alerts[i], r.inc.Log()
	over := r.inc.end(log)
	if past := spellsUntil(&m, log, over); len(past) > 0 {
		over = past[len(past)-1].To
	}
	e := Entry{
		Incident: r.inc.ID, Kind: Left, Alert: id, Target: m.Target, By: by,
		Field: leftAgain, Value: to, Text: "goes on in " + to,
	}
	e.refTime(refResolved, over)
	p.write(e)
}

// joinEntry is that of an alert which was a member elsewhere.
func (m *Member) joinEntry(by, group string) Entry {
	e := Entry{Kind: Joined, Alert: m.Alert, Target: m.Target, By: by, Text: m.Severity, Field: groupField, Value: group}
	e.ref(refSeverity, m.Severity)
	e.ref(refState, m.State)
	e.refTime(refStarted, m.Started)
	e.refTime(refDetected, m.Detected)
	e.refTime(refResolved, m.Resolved)
	e.ref(refAckedBy, m.AckedBy)
	return e
}

// withAlerts names the targets of some members.
func withAlerts(members []Member) string {
	var names []string
	for _, m := range members {
		if !slices.Contains(names, m.Target) {
			names = append(names, m.Target)
		}
	}
	if n := len(names); n > 5 {
		names = append(names[:5:5], fmt.Sprintf("%d more", n-5))
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// merged notes what an incident went on in, or what came into it, with another
// one or split off it.
func (r *record) merged(e Entry) {
	if e.Kind == Merged && e.Field == mergedInto {
		r.inc.Into = e.Value
		return
	}
	r.earliest(Acknowledged, e.valueTime(refAcked))
}

// leave forgets an alert: from then on it is another incident's. One that was
// back after this one was over stays as what it was here.
func (r *record) leave(e Entry) {
	if i := r.member(e.Alert); e.Field == leftAgain && i >= 0 {
		r.inc.Alerts = slices.Clone(r.inc.Alerts)
		m := &r.inc.Alerts[i]
		m.State, m.Resolved = alert.Resolved.String(), cmp.Or(e.valueTime(refResolved), e.At)
		return
	}
	r.inc.Alerts = slices.DeleteFunc(slices.Clone(r.inc.Alerts), func(m Member) bool { return m.Alert == e.Alert })
}
