package tui

import (
	"fmt"
	"time"

	"sitrep/incident"
)

// timelinePane is what stands beside the lines of a wide timeline.
func (m *Model) timelinePane(inc *incident.Incident) []boxRow {
	var b box
	head := func(title string) { b.row(piece{key, title}) }

	head("roles")
	who := b.row(piece{plain, "  commander  "}, piece{plain, pad(orDash(inc.Commander), 9)})
	if inc.Commander == "" {
		who.right = "R to take"
	} else if at := commanderSince(inc); !at.IsZero() {
		who.right = "since " + m.clock(at, "15:04")
	}
	head("alerts")
	for _, a := range inc.Alerts {
		m.paneAlert(&b, &a)
	}
	m.paneLatency(&b, inc)
	m.paneActions(&b, inc)
	if lint := incident.Lint(inc); len(lint) > 0 {
		head(fmt.Sprintf("lint (%d to fix before export)", len(lint)))
		for _, text := range lint {
			for i, row := range wrap(text, timelinePane-6) {
				mark := "  "
				if i == 0 {
					mark = "! "
				}
				b.row(piece{warn, "  " + mark}, piece{plain, row})
			}
		}
	}
	return b.rows
}

// commanderSince returns when the present commander took over.
func commanderSince(inc *incident.Incident) time.Time {
	var at time.Time
	for i := range inc.Entries {
		e := &inc.Entries[i]
		if e.Kind == incident.SetRole && e.Value == inc.Commander || e.Kind == incident.Declared && at.IsZero() {
			at = e.At
		}
	}
	return at
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
		axis.sparkline(row.cells, t)
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

// paneActions lists what is to be done.
func (m *Model) paneActions(b *box, inc *incident.Incident) {
	n := 0
	for i := range inc.Entries {
		l := &inc.Entries[i]
		if l.Kind != incident.Action {
			continue
		}
		if n++; n == 1 {
			b.row(piece{key, "actions"})
		}
		b.row(piece{plain, fmt.Sprintf("  %d %s", n, oneLine(l.Text))}, piece{dim, "  " + l.By})
	}
}
