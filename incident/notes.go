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
	Text     string // up to 10,000 bytes, several lines
	By       string
	At       time.Time // when it happened; zero is now
}

// Add writes what an operator has to say, into a closed incident too. It fails
// with ErrUnknownIncident, ErrInvalid (the kind), ErrEmpty, ErrTooLong or ErrFuture.
func (b *Book) Add(now time.Time, d Draft) ([]Entry, error) {
	if _, err := b.known(d.Incident); err != nil {
		return nil, err
	}
	e := Entry{Incident: d.Incident, Kind: d.Kind, By: d.By, At: instant(d.At)}
	if e.Kind == "" {
		e.Kind = Note
	}
	if !e.Written() {
		return nil, fmt.Errorf("%w: kind %q; known are note, decision, comms and action", ErrInvalid, d.Kind)
	}
	var err error
	if e.Text, err = note(d.Text); err != nil {
		return nil, err
	}
	if err := past(e.At, instant(now)); err != nil {
		return nil, err
	}
	p := b.pen(now)
	p.write(e)
	return p.out, nil
}

// Edit gives one's own entry a new text; the old one is kept beside it. seq may
// be that of any text that the line had. It fails with ErrUnknownEntry,
// ErrNotYours, ErrEmpty or ErrTooLong. The same text again writes nothing.
func (b *Book) Edit(now time.Time, seq uint64, by, text string) ([]Entry, error) {
	old, err := b.line(seq)
	if err != nil {
		return nil, err
	}
	switch {
	case !old.Written():
		return nil, fmt.Errorf("%w: sitrep wrote this one", ErrNotYours)
	case old.By != by:
		return nil, fmt.Errorf("%w: this one is %s's", ErrNotYours, old.By)
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
