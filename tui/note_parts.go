package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/civil"
	"sitrep/incident"
)

// notePart is something that a kind of line is asked for beside its text. All of
// them may stay blank.
type notePart struct {
	name   string  // as shown; for an action item one of incident.Parts
	choice *choice // one of some words, or else …
	field  field   // … a text
}

// The parts of a communication.
const (
	partAudience = "to whom"
	partChannel  = "where"
)

// newNoteParts returns the parts of each kind of line that asks for some.
func newNoteParts() map[incident.Kind][]notePart {
	return map[incident.Kind][]notePart{
		incident.Comms:  {{name: partAudience}, {name: partChannel}},
		incident.Action: newItemParts(&incident.ActionItem{}),
	}
}

// newItemParts returns the parts of an action item but its state, as they are.
func newItemParts(a *incident.ActionItem) []notePart {
	words := func(all []string, now string) *choice {
		c := &choice{words: all}
		c.choose(now)
		return c
	}
	return []notePart{
		{name: incident.PartKind, choice: words(incident.ActionKinds, a.Kind)},
		{name: incident.PartHorizon, choice: words(incident.ActionHorizons, a.Horizon)},
		{name: incident.PartOwner, field: newField(a.Owner, false)},
		{name: incident.PartDue, field: newField(a.Due, false)},
		{name: incident.PartTicket, field: newField(a.Ticket, false)},
	}
}

// value returns what the part is set to, "" for what it is anyway.
func (p *notePart) value(m *Model) (string, error) {
	switch {
	case p.choice != nil && p.choice.at == 0:
		return "", nil
	case p.choice != nil:
		return p.choice.word(), nil
	case p.name == incident.PartDue:
		return m.dueDate(p.field.text)
	}
	return p.field.value(), nil
}

// text returns the part as it is kept in a draft.
func (p *notePart) text() string {
	if p.choice != nil {
		return p.choice.word()
	}
	return p.field.text
}

// set is the opposite of text.
func (p *notePart) set(text string) {
	if p.choice != nil {
		p.choice.choose(text)
		return
	}
	p.field.set(text)
}

// dueDate reads a date as people give one: 2026-04-30, or 14d from today. Blank
// is none.
func (m *Model) dueDate(text string) (string, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "+")
	if text == "" {
		return "", nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Format(time.DateOnly), nil
	}
	if d, err := civil.ParseDuration(text); err == nil && d >= 0 {
		return m.clock(m.now.Add(d), time.DateOnly), nil
	}
	return "", fmt.Errorf("due %q is no date: 2026-04-30, or 14d from today", text)
}

// partHint says what a part takes.
func (m *Model) partHint(p *notePart) string {
	switch p.name {
	case incident.PartDue:
		due, err := m.dueDate(p.field.text)
		switch {
		case err != nil || due == "":
			return "2026-04-30, or 14d"
		case due != p.field.value():
			return due
		}
	case incident.PartOwner:
		if p.field.value() == "" {
			return strings.Join(m.operators(""), ", ")
		}
	case partAudience:
		return "customers, support"
	case partChannel:
		return "status page, mail"
	}
	if p.choice != nil {
		return "← →"
	}
	return ""
}

// operators returns the names of those who may be given something: whoever looks
// first, then who is in the roster, here, or in an incident's timeline.
func (m *Model) operators(id string) []string {
	names := []string{m.src.Actor().Name}
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if m.snap == nil {
		return names
	}
	if m.snap.Roster != nil {
		for _, o := range m.snap.Roster.Operators() {
			add(o.Name)
		}
	}
	for i := range m.snap.People {
		add(m.snap.People[i].Actor.Name)
	}
	if inc := m.incident(id); inc != nil {
		for i := range inc.Entries {
			add(inc.Entries[i].By)
		}
	}
	return names
}
