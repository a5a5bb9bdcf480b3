package incident

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What SetRole entries hold in their ref "state"; none is that the operator has
// the role from then on.
const (
	roleAsked    = "asked"
	roleRefused  = "refused"
	roleReleased = "released" // by one of several
)

// several tells whether more than one operator may have a role.
func several(role string) bool { return role == RoleSME || role == RoleObserver }

// Assign gives one of Roles to an operator. Who takes it themselves has it at
// once, and whoever had it before has not; anybody else is asked, and has it
// when they accept. "" takes a role from who has it, or was asked to, and of a
// role that several have, from who says so: see Release. It writes nothing where
// nothing changes, and fails with ErrUnknownIncident, ErrClosed, ErrInvalid (the
// role) or ErrTooLong.
func (b *Book) Assign(now time.Time, incident, role, who, by string) ([]Entry, error) {
	r, role, err := b.roleOf(incident, role)
	if err != nil {
		return nil, err
	}
	if who, err = operator(who); err != nil {
		return nil, err
	}
	p := b.pen(now)
	switch {
	case who == "" && several(role):
		p.release(r, role, by, by)
	case who == "":
		p.release(r, role, "", by)
	default:
		p.assign(r, role, who, by)
	}
	return p.out, nil
}

// Release takes a role from one operator who has it, or was asked to. It writes
// nothing if they were not, and fails like Assign.
func (b *Book) Release(now time.Time, incident, role, who, by string) ([]Entry, error) {
	r, role, err := b.roleOf(incident, role)
	if err != nil {
		return nil, err
	}
	p := b.pen(now)
	p.release(r, role, who, by)
	return p.out, nil
}

// AcceptRole is the answer of an operator who was asked to take a role: it is
// theirs from then on, or they refuse it and nothing else changes. It fails with
// ErrUnknownIncident, ErrClosed, ErrInvalid (the role) or ErrNotAsked.
func (b *Book) AcceptRole(now time.Time, incident, role, by string, refuse bool) ([]Entry, error) {
	r, role, err := b.roleOf(incident, role)
	if err != nil {
		return nil, err
	}
	h := r.inc.holder(role, by)
	switch {
	case h == nil || !h.Asked && refuse:
		return nil, fmt.Errorf("%w be %s of %s", ErrNotAsked, role, incident)
	case !h.Asked: // a second answer
		return nil, nil
	}
	p := b.pen(now)
	if refuse {
		p.role(r, role, by, by, roleRefused, "does not take "+role)
	} else {
		p.assign(r, role, by, by)
	}
	return p.out, nil
}

func (b *Book) roleOf(incident, role string) (*record, string, error) {
	r, err := b.unsealed(incident)
	if err != nil {
		return nil, "", err
	}
	role = strings.ToLower(strings.TrimSpace(role))
	if !slices.Contains(Roles, role) {
		return nil, "", fmt.Errorf("%w: role %q; known are %s", ErrInvalid, role, strings.Join(Roles, ", "))
	}
	return r, role, nil
}

// assign has an operator take a role, or asks them to.
func (p *pen) assign(r *record, role, who, by string) {
	h := r.inc.holder(role, who)
	if h != nil && (!h.Asked || who != by) {
		return // has it, or was asked already
	}
	if who != by {
		p.role(r, role, who, by, roleAsked, "asks "+who+" to be "+role)
		return
	}
	text := ""
	if old := r.inc.held(role); old != "" && !several(role) {
		text = role + " " + who + ", until now " + old
	}
	p.role(r, role, who, by, "", text)
	if role == RoleCommander {
		p.lookedAt(r, by)
	}
}

// release takes a role from who has it, or was asked; who is "" for anybody.
func (p *pen) release(r *record, role, who, by string) {
	h := r.inc.holder(role, who)
	switch {
	case h == nil:
	case several(role):
		p.role(r, role, h.Operator, by, roleReleased, h.Operator+" is "+role+" no more")
	case who == "":
		p.role(r, role, "", by, "", "no "+role+" any more, until now "+h.Operator)
	case h.Asked:
		p.role(r, role, h.Operator, by, roleReleased, h.Operator+" is not asked to be "+role+" any more")
	default:
		p.role(r, role, "", by, "", "no "+role+" any more, until now "+h.Operator)
	}
}

func (p *pen) role(r *record, role, who, by, state, text string) {
	e := Entry{Incident: r.inc.ID, Kind: SetRole, By: by, Field: role, Value: who, Text: text}
	e.ref(refState, state)
	if old := r.inc.held(role); state == "" && !several(role) && old != who {
		e.ref(refFrom, old)
	}
	p.write(e)
}

// held returns who has a role, "" if nobody does.
func (i *Incident) held(role string) string {
	for n := range i.Roles {
		if h := &i.Roles[n]; h.Role == role && !h.Asked {
			return h.Operator
		}
	}
	return ""
}

// holder returns an operator in a role, or asked to be; any for "", rather one
// who has it. It is nil if there is none.
func (i *Incident) holder(role, who string) (found *Holder) {
	for n := range i.Roles {
		if h := &i.Roles[n]; h.Role == role && (who == "" || h.Operator == who) && (found == nil || found.Asked) {
			found = h
		}
	}
	return found
}

// setRole folds who has a role by now.
func (r *record) setRole(e Entry) {
	state := e.value(refState)
	r.inc.Roles = slices.DeleteFunc(slices.Clone(r.inc.Roles), func(h Holder) bool {
		same := h.Operator == e.Value
		switch {
		case h.Role != e.Field:
			return false
		case state == roleAsked:
			return h.Asked && (same || !several(h.Role))
		case state == roleRefused:
			return h.Asked && same
		case state == roleReleased:
			return same
		}
		return same || e.Value == "" || !several(h.Role) // who takes it settles who is asked
	})
	if e.Value != "" && state != roleRefused && state != roleReleased {
		h := Holder{Role: e.Field, Operator: e.Value, Since: e.At, Asked: state == roleAsked}
		if e.By != e.Value {
			h.By = e.By
		}
		r.inc.Roles = append(r.inc.Roles, h)
	}
	slices.SortStableFunc(r.inc.Roles, func(a, b Holder) int {
		return cmp.Or(cmp.Compare(slices.Index(Roles, a.Role), slices.Index(Roles, b.Role)), a.Since.Compare(b.Since))
	})
	r.inc.Commander = r.inc.held(RoleCommander)
}

// RoleSpan is a time for which an operator had a role.
type RoleSpan struct {
	Role, Operator string
	From           time.Time
	To             time.Time // zero: they still have it
}

// RoleSpans returns who had which role and when, in the order in which they
// took them. Who was asked and did not accept is not in it.
func (i *Incident) RoleSpans() []RoleSpan {
	var spans []RoleSpan
	end := func(e *Entry, who string) {
		for n := range spans {
			if s := &spans[n]; s.Role == e.Field && s.To.IsZero() && (who == "" || s.Operator == who) {
				s.To = e.At
			}
		}
	}
	for _, e := range i.Log() {
		state := e.value(refState)
		switch {
		case e.Kind != SetRole || state == roleAsked || state == roleRefused:
		case state == roleReleased:
			end(&e, e.Value)
		case e.Value == "":
			end(&e, "")
		default:
			if !several(e.Field) {
				end(&e, "")
			}
			spans = append(spans, RoleSpan{Role: e.Field, Operator: e.Value, From: e.At})
		}
	}
	return spans
}
