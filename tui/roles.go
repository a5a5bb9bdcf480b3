package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// rolesDialog lists who has which role of an incident: to take one, give it to
// somebody, give it back, and to accept or refuse one that one was asked for.
type rolesDialog struct {
	menu
	incident string
	giving   bool  // the keys go to name
	name     field // to whom
	known    []string
}

// roleRow is a role in the list: somebody has it, was asked, or nobody is.
type roleRow struct {
	role   string
	holder *incident.Holder // nil: nobody
}

// id names the row for the mark.
func (r *roleRow) id() string {
	if r.holder == nil {
		return r.role
	}
	return r.role + " " + r.holder.Operator
}

// several tells whether more than one operator may have a role.
func several(role string) bool { return role == incident.RoleSME || role == incident.RoleObserver }

// roleRows returns the list: each role at least once, and one of several with a
// row for the next.
func roleRows(inc *incident.Incident) []roleRow {
	var rows []roleRow
	for _, role := range incident.Roles {
		taken := false
		for i := range inc.Roles {
			if h := &inc.Roles[i]; h.Role == role {
				rows = append(rows, roleRow{role, h})
				taken = true
			}
		}
		if !taken || several(role) {
			rows = append(rows, roleRow{role: role})
		}
	}
	return rows
}

// openRoles lists the roles. The mark is on the first that one was asked for.
func (m *Model) openRoles(id string) tea.Cmd {
	inc := m.incident(id)
	if inc == nil || !m.may(monitor.Respond) {
		return nil
	}
	d := &rolesDialog{menu: menu{form: m.newForm(0)}, incident: id, known: append(m.operators(id), "")}
	d.follow(m)
	for i, r := range roleRows(inc) {
		if r.holder != nil && r.holder.Asked && r.holder.Operator == m.src.Actor().Name {
			d.mark(i)
			break
		}
	}
	m.dialog = d
	return nil
}

// openAsked lists the roles of the incident that asks whoever looks to take one.
func (m *Model) openAsked() tea.Cmd {
	if inc, _ := m.askedFor(); inc != nil {
		return m.openRoles(inc.ID)
	}
	if !m.openOnCallAsked() {
		m.refuse("nobody asks you for anything; the roles of an incident are in its timeline")
	}
	return nil
}

// askedFor returns the incident that whoever looks is asked to take a role of,
// and the role; nil if there is none.
func (m *Model) askedFor() (*incident.Incident, *incident.Holder) {
	if m.snap == nil {
		return nil, nil
	}
	me := m.src.Actor().Name
	for _, inc := range m.snap.Incidents {
		if !inc.Open() {
			continue
		}
		for i := range inc.Roles {
			if h := &inc.Roles[i]; h.Asked && h.Operator == me {
				return inc, h
			}
		}
	}
	return nil, nil
}

// askedWords say that somebody asks whoever looks to take a role, "" if nobody
// does.
func (m *Model) askedWords() string {
	inc, h := m.askedFor()
	if inc == nil {
		return m.onCallAsked()
	}
	return fmt.Sprintf(" %s asks you to be %s of %s: %s ", orNobody(h.By), h.Role, shortID(inc.ID), m.keyFor("R"))
}

func (d *rolesDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if d.giving {
		return d.keyName(m, k)
	}
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done || d.walk(k) {
		return cmd
	}
	r := d.row(m)
	switch l := d.letter(m, k, "g", "r"); {
	case r == nil:
	case l == "g":
		d.giving, d.failure = true, ""
		d.name.set("")
	case l == "r":
		return d.release(m, r)
	}
	return nil
}

// keyName takes the keys while a name is typed: enter gives the role, esc goes
// back to the list.
func (d *rolesDialog) keyName(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch d.press(m.now, k) {
	case formTaken:
		return nil
	case formLeave:
		d.giving = false
		return nil
	case formEnter:
		return d.give(m)
	}
	at := slices.Index(d.known, d.name.value())
	switch k.Keystroke() {
	case "up":
		d.name.set(d.known[(max(at, 0)+len(d.known)-1)%len(d.known)])
	case "down":
		d.name.set(d.known[(at+1)%len(d.known)])
	default:
		d.name.key(k)
	}
	return nil
}

// row returns the marked row, nil if it is gone.
func (d *rolesDialog) row(m *Model) *roleRow {
	inc := m.incident(d.incident)
	if inc == nil {
		return nil
	}
	rows := roleRows(inc)
	if i := slices.IndexFunc(rows, func(r roleRow) bool { return r.id() == d.marked() }); i >= 0 {
		return &rows[i]
	}
	return nil
}

// confirm accepts the marked role, or takes it.
func (d *rolesDialog) confirm(m *Model) tea.Cmd {
	me := m.src.Actor().Name
	switch r := d.row(m); {
	case r == nil:
		d.failure = "it changed meanwhile: choose again"
		d.mark(d.at)
	case r.mine(me) && r.holder.Asked:
		return m.send(&d.form, monitor.AcceptRole{Incident: d.incident, Role: r.role}, "you are "+r.role)
	case r.mine(me):
		d.failure = "you have it: g gives it to somebody, r gives it back"
	default:
		return m.send(&d.form, monitor.Assign{Incident: d.incident, Role: r.role, Operator: me}, "you are "+r.role)
	}
	return nil
}

// mine tells whether a row is about whoever looks.
func (r *roleRow) mine(me string) bool { return r.holder != nil && r.holder.Operator == me }

// release gives a role back, or refuses one that one was asked for.
func (d *rolesDialog) release(m *Model, r *roleRow) tea.Cmd {
	switch me := m.src.Actor().Name; {
	case r.holder == nil:
		d.failure = "nobody has it"
	case r.holder.Asked && r.mine(me):
		return m.send(&d.form, monitor.AcceptRole{Incident: d.incident, Role: r.role, Refuse: true}, "refused to be "+r.role)
	case r.holder.Asked && (several(r.role) || d.held(m, r.role)):
		d.failure = "only " + r.holder.Operator + " can answer"
	case several(r.role) && !r.mine(me):
		d.failure = "only " + r.holder.Operator + " can give it back"
	default:
		return m.send(&d.form, monitor.Assign{Incident: d.incident, Role: r.role}, r.role+": nobody")
	}
	return nil
}

// held tells whether somebody has a role that one operator has.
func (d *rolesDialog) held(m *Model, role string) bool {
	inc := m.incident(d.incident)
	return inc != nil && holderOf(inc, role) != ""
}

// give gives the marked role to whoever was typed.
func (d *rolesDialog) give(m *Model) tea.Cmd {
	r, who := d.row(m), d.name.value()
	switch {
	case r == nil:
		d.failure = "it changed meanwhile: choose again"
	case who == "":
		d.failure = "to whom? ↑ ↓ go through the operators"
	case who == m.src.Actor().Name:
		return d.confirm(m)
	default:
		return m.send(&d.form, monitor.Assign{Incident: d.incident, Role: r.role, Operator: who}, who+" is asked to be "+r.role)
	}
	return nil
}

func (d *rolesDialog) paste(_ *Model, text string) tea.Cmd {
	if d.giving {
		d.fill(&d.name, text)
	}
	return nil
}

func (d *rolesDialog) follow(m *Model) {
	var ids []string
	if inc := m.incident(d.incident); inc != nil {
		for _, r := range roleRows(inc) {
			ids = append(ids, r.id())
		}
	}
	d.list(ids)
}

func (d *rolesDialog) done(m *Model, c monitor.Command, err error) {
	switch c.(type) {
	case monitor.Assign, monitor.AcceptRole:
		if d.busy && d.settle(err) {
			m.shut(d)
		}
	}
}
