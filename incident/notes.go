package incident

import (
	"fmt"
	"strconv"
	"time"
)

// Draft is what an operator adds to a timeline.
type Draft struct {
	Incident string
	Kind     Kind   // Note, Decision, Comms or Action; "" is a note
	Text     string // up to 65,536 bytes, several lines
	By       string
	At       time.Time // when it happened; zero is now
	Until    time.Time // when it was over, not before At; zero is at once

	Audience, Channel string            // of Comms: who was told, and where; one line each
	Parts             map[string]string // of Action: what it is, by one of Parts
}

// Add writes what an operator has to say, into an incident that is over too.
// Each part of an action item is an entry of its own. It fails with
// ErrUnknownIncident, ErrInvalid, ErrEmpty, ErrTooLong, ErrFuture or ErrOrder,
// and then nothing is written.
func (b *Book) Add(now time.Time, d Draft) ([]Entry, error) {
	if _, err := b.known(d.Incident); err != nil {
		return nil, err
	}
	p := b.pen(now)
	e, err := d.entry(p.now)
	if err != nil {
		return nil, err
	}
	parts, err := checkParts(d.Parts)
	if err != nil {
		return nil, err
	}
	p.write(e)
	item := actionOf(&Line{Entry: p.out[0]})
	for _, part := range Parts {
		if value, ok := parts[part]; ok {
			p.part(d.Incident, &item, part, value, d.By)
		}
	}
	return p.out, nil
}

// entry checks a draft.
func (d *Draft) entry(now time.Time) (Entry, error) {
	e := Entry{Incident: d.Incident, Kind: d.Kind, By: d.By, At: instant(d.At), Until: instant(d.Until)}
	if e.Kind == "" {
		e.Kind = Note
	}
	switch {
	case !e.Written():
		return e, fmt.Errorf("%w: kind %q; known are note, decision, comms and action", ErrInvalid, d.Kind)
	case len(d.Parts) > 0 && e.Kind != Action:
		return e, fmt.Errorf("%w: a %s has no owner, date or ticket; an action has", ErrInvalid, e.Kind)
	case (d.Audience != "" || d.Channel != "") && e.Kind != Comms:
		return e, fmt.Errorf("%w: a %s is told to nobody; comms are", ErrInvalid, e.Kind)
	}
	var err error
	if e.Text, err = note(d.Text); err != nil {
		return e, err
	}
	if err := past(e.At, now); err != nil {
		return e, err
	}
	if !e.Until.IsZero() {
		if err := past(e.Until, now); err != nil {
			return e, err
		}
		if e.At.IsZero() || e.Until.Before(e.At) {
			return e, fmt.Errorf("%w: it ends %s, before it begins", ErrInvalid, stamp(e.Until))
		}
	}
	for _, ref := range []struct{ name, value string }{{refAudience, d.Audience}, {refChannel, d.Channel}} {
		value, err := line(ref.value, maxLine)
		if err != nil {
			return e, fmt.Errorf("%s: %w", ref.name, err)
		}
		e.ref(ref.name, value)
	}
	return e, nil
}

// Edit gives one's own entry a new text; the old one is kept beside it. seq may
// be that of any text that the line had. It fails with ErrUnknownEntry,
// ErrNotYours, ErrRetracted, ErrEmpty or ErrTooLong. The same text again writes
// nothing.
func (b *Book) Edit(now time.Time, seq uint64, by, text string) ([]Entry, error) {
	old, err := b.own(seq, by)
	if err != nil {
		return nil, err
	}
	if !old.Retracted.IsZero() {
		return nil, retractedError(old)
	}
	if text, err = note(text); err != nil {
		return nil, err
	}
	if text == old.Text {
		return nil, nil
	}
	e := old.Entry
	e.Text, e.Replaces = text, old.Seq
	p := b.pen(now)
	p.write(e)
	return p.out, nil
}

// Retract takes one's own entry back: the line stays and is struck, for good.
// seq may be that of any text that it had. It fails with ErrUnknownEntry or
// ErrNotYours, and writes nothing if it was taken back already.
func (b *Book) Retract(now time.Time, seq uint64, by string) ([]Entry, error) {
	l, err := b.own(seq, by)
	if err != nil || !l.Retracted.IsZero() {
		return nil, err
	}
	p := b.pen(now)
	p.write(Entry{
		Incident: l.Incident, Kind: Retracted, By: by,
		Refs: []string{strconv.FormatUint(l.ID(), 10)},
	})
	return p.out, nil
}

func retractedError(l *Line) error {
	return fmt.Errorf("%w, by %s at %s", ErrRetracted, l.By, stamp(l.Retracted))
}

// Star marks a line for the report, or takes the mark away. It fails with
// ErrUnknownEntry, and writes nothing where nothing changes.
func (b *Book) Star(now time.Time, seq uint64, by string, on bool) ([]Entry, error) {
	l, err := b.line(seq)
	if err != nil || l.Starred == on {
		return nil, err
	}
	value := "off"
	if on {
		value = "on"
	}
	p := b.pen(now)
	p.write(Entry{
		Incident: l.Incident, Kind: Starred, By: by, Value: value,
		Refs: []string{strconv.FormatUint(l.ID(), 10)},
	})
	return p.out, nil
}

// line returns the line of any incident that an entry is, or was, the text of.
func (b *Book) line(seq uint64) (*Line, error) {
	for _, r := range b.records {
		if i := r.find(seq); i >= 0 {
			return &r.lines[i], nil
		}
	}
	return nil, fmt.Errorf("%w: %d", ErrUnknownEntry, seq)
}

// own is line for one that an operator wrote.
func (b *Book) own(seq uint64, by string) (*Line, error) {
	l, err := b.line(seq)
	switch {
	case err != nil:
		return nil, err
	case !l.Written():
		return nil, fmt.Errorf("%w: sitrep wrote this one", ErrNotYours)
	case l.By != by:
		return nil, fmt.Errorf("%w: this one is %s's", ErrNotYours, l.By)
	}
	return l, nil
}
