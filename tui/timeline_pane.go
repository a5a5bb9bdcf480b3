package tui

import (
	"cmp"
	"fmt"
	"time"

	"sitrep/incident"
)

// timelinePane is what stands beside the lines of a wide timeline.
func (m *Model) timelinePane(inc *incident.Incident) []boxRow {
	var b box
	head := func(title string) { b.row(piece{key, title}) }

	head("roles")
	m.paneRoles(&b, inc)
	head("alerts")
	for _, a := range inc.Alerts {
		m.paneAlert(&b, &a)
	}
	m.paneLatency(&b, inc)
	m.paneActions(&b, inc)
	m.paneLinks(&b, inc)
	if found := len(m.lint(inc)); found > 0 {
		head(fmt.Sprintf("lint (%d to fix before export)", found))
		m.lintRows(&b, inc, 0, timelinePane-2)
	}
	return b.rows
}

// paneRoles lists who has which role; of those that nobody has the commander's
// alone.
func (m *Model) paneRoles(b *box, inc *incident.Incident) {
	for _, h := range inc.Roles {
		word := "since "
		if h.Asked {
			word = "asked "
		}
		b.row(piece{plain, "  " + pad(h.Role, 11)}, piece{plain, pad(h.Operator, 9)}).right = word + m.clock(h.Since, "15:04")
	}
	if inc.Commander == "" {
		b.row(piece{plain, "  " + pad(incident.RoleCommander, 11)}, piece{dim, "-"}).right = "R to take"
	}
}

func (m *Model) paneAlert(b *box, a *incident.Member) {
	sign := piece{warn, m.theme.warn}
	if a.Severity == "critical" {
		sign = piece{down, m.theme.down}
	}
	state, end := "unacked", m.now
	switch {
	case !a.Resolved.IsZero():
		sign, state, end = piece{plain, m.theme.ok}, "ok", a.Resolved
	case a.AckedBy != "":
		state = a.AckedBy
	}
	name, _ := cut(a.Target, 16, m.theme.more)
	b.row(piece{plain, "  "}, sign, piece{plain, " " + pad(name, 17)}, piece{dim, pad(age(end.Sub(a.Started)), 5)}, piece{plain, state})
}

// paneLatency shows how the members did in the last half hour, all on one axis.
func (m *Model) paneLatency(b *box, inc *incident.Incident) {
	const cells = 20
	if len(inc.Alerts) == 0 {
		return
	}
	axis := axisAt(m.now, paneStep(m.now.Sub(startOf(inc)), cells), cells)
	b.row(piece{key, "latency, 1 col = " + limit(axis.step)})
	shown := map[string]bool{}
	for _, a := range inc.Alerts {
		t := m.targetNamed(a.Target)
		if t == nil || shown[a.Target] {
			continue
		}
		shown[a.Target] = true
		name, _ := cut(a.Target, 9, m.theme.more)
		row := b.row(piece{plain, "  " + pad(name, 10)})
		row.cells = make([]cell, axis.n)
		axis.sparkline(row.cells, t, nil)
	}
}

// paneStep returns the shortest step with which so many columns show the whole
// incident and something of the time before.
func paneStep(age time.Duration, cells int) time.Duration {
	for _, step := range []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute} {
		if age*5/4 < step*time.Duration(cells) {
			return step
		}
	}
	return 5 * time.Minute
}

// paneActions lists what is to be done, what is open first.
func (m *Model) paneActions(b *box, inc *incident.Incident) {
	if len(inc.Actions) == 0 {
		return
	}
	b.row(piece{key, "actions " + actionCount(inc)})
	for _, done := range []bool{false, true} {
		for i := range inc.Actions {
			a := &inc.Actions[i]
			if closed := a.State != incident.ActionStates[0]; closed != done {
				continue
			}
			text := plain
			if done {
				text = dim
			}
			owner, _ := cut(orDash(a.Owner), 6, m.theme.more)
			row := b.row(piece{dim, "  " + stateBox(a)}, piece{text, pad(owner, 7) + oneLine(firstOf(a.Text))})
			if a.Due != "" {
				row.right = a.Due[min(len(a.Due), 5):]
			} else if a.Owner == "" {
				row.right = "no owner"
			}
		}
	}
}

// paneLinks lists what else belongs to the incident.
func (m *Model) paneLinks(b *box, inc *incident.Incident) {
	if len(inc.Links) == 0 {
		return
	}
	b.row(piece{key, "links"})
	for i := range inc.Links {
		l := &inc.Links[i]
		b.row(piece{dim, "  " + pad(l.Kind, 10)}, piece{plain, cmp.Or(l.Text, l.To)})
	}
}
