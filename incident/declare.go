package incident

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"sitrep/alert"
)

// Declaration is what an operator says when declaring an incident.
type Declaration struct {
	Title     string // one line; empty is taken from the first alert, if there is one
	Severity  string // "" is unset
	Commander string // has it at once if they declare it themselves, and is asked otherwise; "" is nobody
	By        string
	Alerts    []string  // IDs of those that it is about; the first one's group is the incident's
	Started   time.Time // zero: the earliest Started of the alerts, else now
}

// Declare opens an incident and returns its ID. The alerts are looked for among
// those given, then among those that the book heard of. It fails with
// ErrUnknownAlert, ErrMember, ErrFuture, ErrOrder, ErrEmpty, ErrTooLong or
// ErrInvalid, and then nothing is written.
func (b *Book) Declare(now time.Time, d Declaration, alerts []alert.Alert) (id string, es []Entry, err error) {
	members, err := b.choose(d.Alerts, alerts)
	if err != nil {
		return "", nil, err
	}
	if d.Title, err = titleFor(d.Title, members); err != nil {
		return "", nil, err
	}
	if d.Severity, err = severity(d.Severity); err != nil {
		return "", nil, err
	}
	if d.Commander, err = operator(d.Commander); err != nil {
		return "", nil, err
	}
	d.Started = instant(d.Started)
	if err := startable(d.Started, instant(now), members); err != nil {
		return "", nil, err
	}

	p := b.pen(now)
	id = p.declare(d.Title, d.Severity, d.By, "")
	if d.Commander != "" {
		p.assign(b.records[id], RoleCommander, d.Commander, d.By)
	}
	p.join(id, d.By, members...)
	if !d.Started.IsZero() {
		p.milestone(id, Started, d.Started, d.By, b.records[id].was(Started))
	}
	return id, p.out, nil
}

// declare writes the entry that an incident begins with; status "" is investigating.
func (p *pen) declare(title, severity, by, status string) (id string) {
	id, counts := p.book.newID(p.now)
	e := Entry{Incident: id, Kind: Declared, By: by, Text: title, Field: "severity", Value: severityWord(severity)}
	e.ref(refStatus, status)
	for _, year := range slices.Sorted(maps.Keys(counts)) {
		e.ref(refCounted, fmt.Sprintf("%d:%d", year, counts[year]))
	}
	p.write(e)
	return id
}

// choose returns the alerts with these IDs, none of them part of an open incident.
func (b *Book) choose(ids []string, alerts []alert.Alert) ([]alert.Alert, error) {
	var chosen []alert.Alert
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		a, err := b.find(id, alerts)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, a)
	}
	return chosen, nil
}

func (b *Book) find(id string, alerts []alert.Alert) (alert.Alert, error) {
	if inc := b.Of(id); inc != nil {
		return alert.Alert{}, fmt.Errorf("%w: %s", ErrMember, inc.ID)
	}
	if id != "" {
		if i := slices.IndexFunc(alerts, func(a alert.Alert) bool { return a.ID == id }); i >= 0 {
			return alerts[i], nil
		}
		if w := b.watched[id]; w != nil {
			return w.alert, nil
		}
	}
	return alert.Alert{}, fmt.Errorf("%w: %q", ErrUnknownAlert, id)
}

func titleFor(given string, members []alert.Alert) (string, error) {
	if given == "" && len(members) > 0 {
		given = titleOf(&members[0])
	}
	return title(given)
}

// startable refuses a start that is not the first of all that is known.
func startable(started, now time.Time, members []alert.Alert) error {
	if started.IsZero() {
		return nil
	}
	if err := past(started, now); err != nil {
		return err
	}
	for _, a := range members {
		if !a.Detected.IsZero() && a.Detected.Before(started) {
			return orderError(started, Detected, a.Detected)
		}
		if a.Ack != nil && a.Ack.At.Before(started) {
			return orderError(started, Acknowledged, a.Ack.At)
		}
	}
	return nil
}

// Join makes an alert part of an open incident. It fails with ErrUnknownIncident,
// ErrUnknownAlert, ErrClosed or ErrMember.
func (b *Book) Join(now time.Time, incident string, a alert.Alert, by string) ([]Entry, error) {
	if _, err := b.open(incident); err != nil {
		return nil, err
	}
	a, err := b.find(a.ID, []alert.Alert{a})
	if err != nil {
		return nil, err
	}
	p := b.pen(now)
	p.join(incident, by, a)
	return p.out, nil
}
