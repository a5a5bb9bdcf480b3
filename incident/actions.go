package incident

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// partWords returns what a part may be, the default first; nil if that is free.
func partWords(part string) []string {
	switch part {
	case PartKind:
		return ActionKinds
	case PartHorizon:
		return ActionHorizons
	case PartState:
		return ActionStates
	}
	return nil
}

// partValue checks what a part of an action item is to be. "" takes away what is
// free, and makes the others what they are if nobody says.
func partValue(part, value string) (string, error) {
	if !slices.Contains(Parts, part) {
		return "", fmt.Errorf("%w: part %q; known are %s", ErrInvalid, part, strings.Join(Parts, ", "))
	}
	if words := partWords(part); words != nil {
		value = cmp.Or(strings.ToLower(strings.TrimSpace(value)), words[0])
		if !slices.Contains(words, value) {
			return "", fmt.Errorf("%w: %s %q; known are %s", ErrInvalid, part, value, strings.Join(words, ", "))
		}
		return value, nil
	}
	switch value = strings.TrimSpace(value); part {
	case PartOwner:
		return operator(value)
	case PartDue:
		if value == "" {
			return "", nil
		}
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", fmt.Errorf("%w: due %q is no date; write it as 2026-04-30", ErrInvalid, value)
		}
		return value, nil
	}
	return line(value, maxLine)
}

// SetAction sets one of Parts of an action item, whoever wrote it and also of an
// incident that is over; item is the ID of its line. A kind, horizon or state is
// one of ActionKinds, ActionHorizons and ActionStates, a due date is written
// 2026-04-30, owner and ticket are one line. It writes nothing where nothing
// changes, and fails with ErrUnknownIncident, ErrUnknownEntry, ErrRetracted,
// ErrInvalid or ErrTooLong.
func (b *Book) SetAction(now time.Time, incident string, item uint64, part, value, by string) ([]Entry, error) {
	r, err := b.known(incident)
	if err != nil {
		return nil, err
	}
	i := r.find(item)
	if i < 0 || r.lines[i].Kind != Action {
		return nil, fmt.Errorf("%w: %s has no action item %d", ErrUnknownEntry, incident, item)
	}
	if !r.lines[i].Retracted.IsZero() {
		return nil, retractedError(&r.lines[i])
	}
	if value, err = partValue(part, value); err != nil {
		return nil, err
	}
	a := actionOf(&r.lines[i])
	p := b.pen(now)
	p.part(incident, &a, part, value, by)
	return p.out, nil
}

// part writes what a part is, unless it is that already.
func (p *pen) part(incident string, a *ActionItem, part, value, by string) {
	old := *a.part(part)
	if value == old {
		return
	}
	e := Entry{
		Incident: incident, Kind: SetAction, By: by, Field: part, Value: value,
		Text: part + " " + value, Refs: []string{strconv.FormatUint(a.ID, 10)},
	}
	if value == "" {
		e.Text = "no " + part
	}
	if old != "" {
		e.Text += ", was " + old
	}
	p.write(e)
}

// checkParts checks what the parts of a new action item are to be.
func checkParts(parts map[string]string) (map[string]string, error) {
	checked := maps.Clone(parts)
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		value, err := partValue(part, parts[part])
		if err != nil {
			return nil, err
		}
		checked[part] = value
	}
	return checked, nil
}

// part returns where an action item has a part; nil if there is no such part.
func (a *ActionItem) part(name string) *string {
	switch name {
	case PartKind:
		return &a.Kind
	case PartHorizon:
		return &a.Horizon
	case PartState:
		return &a.State
	case PartOwner:
		return &a.Owner
	case PartDue:
		return &a.Due
	case PartTicket:
		return &a.Ticket
	}
	return nil
}

// actionOf reads an action item from its line.
func actionOf(l *Line) ActionItem {
	a := ActionItem{
		ID: l.ID(), Text: l.Text, At: l.At, By: l.By,
		Kind: ActionKinds[0], Horizon: ActionHorizons[0], State: ActionStates[0],
	}
	for i := range l.Marks {
		if m := &l.Marks[i]; m.Kind == SetAction {
			if at := a.part(m.Field); at != nil {
				*at = m.Value
			}
		}
	}
	return a
}

// setActions lists the action items anew.
func (r *record) setActions() {
	var all []ActionItem
	for i := range r.lines {
		if l := &r.lines[i]; l.Kind == Action && l.Retracted.IsZero() {
			all = append(all, actionOf(l))
		}
	}
	slices.SortFunc(all, func(a, b ActionItem) int { return cmp.Compare(a.ID, b.ID) })
	r.inc.Actions = all
}
