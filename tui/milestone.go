package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// milestoneDialog sets when an incident reached a milestone.
type milestoneDialog struct {
	form
	id   string
	at   int // place in incident.Milestones
	when field
}

// openMilestone lists an incident's milestones; the mark is on the first one
// that is not set and is not set by what happens either.
func (m *Model) openMilestone(id string) tea.Cmd {
	inc := m.incident(id)
	if inc == nil || !m.may(monitor.Respond) {
		return nil
	}
	d := &milestoneDialog{form: m.newForm(0), id: id}
	d.at = slices.Index(incident.Milestones, incident.Mitigated)
	for _, set := inc.Milestones[incident.Milestones[d.at]]; set && d.at < len(incident.Milestones)-1; {
		d.at++
		_, set = inc.Milestones[incident.Milestones[d.at]]
	}
	m.dialog = d
	return nil
}

func (d *milestoneDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch k.Keystroke() {
	case "up":
		d.at = max(d.at-1, 0)
	case "down":
		d.at = min(d.at+1, len(incident.Milestones)-1)
	default:
		d.when.key(k)
	}
	return nil
}

func (d *milestoneDialog) confirm(m *Model) tea.Cmd {
	at, err := m.moment(d.when.text)
	if err != nil {
		d.failure = err.Error()
		return nil
	}
	name := incident.Milestones[d.at]
	return m.send(&d.form, monitor.SetMilestone{Incident: d.id, Milestone: name, At: at}, string(name)+" is set")
}

func (d *milestoneDialog) paste(_ *Model, text string) tea.Cmd {
	d.fill(&d.when, text)
	return nil
}

func (d *milestoneDialog) follow(*Model) {}

func (d *milestoneDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.SetMilestone); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *milestoneDialog) draw(m *Model, w, h int) string {
	b := box{title: "milestones of " + shortID(d.id), enter: "enter set it to now", leave: "↑ ↓ which  esc leave"}
	inc := m.incident(d.id)
	if inc == nil {
		return b.draw(m, w, h)
	}
	for i, name := range incident.Milestones {
		row := b.item(m, i == d.at, piece{key, pad(string(name), 14)})
		at, set := inc.Milestones[name]
		if !set {
			row.pieces = append(row.pieces, piece{dim, "-"})
			continue
		}
		row.pieces = append(row.pieces, piece{plain, m.stamp(at)})
		if other := outOfOrder(inc, i, at); other != "" {
			row.pieces = append(row.pieces, piece{warn, "  before " + string(other)})
		}
	}
	b.input(w, "time", &d.when, true, d.whenHint(m, inc))
	if at, err := m.moment(d.when.text); err == nil && !at.IsZero() {
		b.enter = "enter set it to " + m.clock(at, "15:04:05")
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// whenHint says which time was typed, and what is odd about it.
func (d *milestoneDialog) whenHint(m *Model, inc *incident.Incident) string {
	at, err := m.moment(d.when.text)
	switch {
	case err != nil:
		return "no time yet: 03:24 or -20m"
	case at.IsZero():
		return "now; 03:24 or -20m dates it"
	}
	if other := outOfOrder(inc, d.at, at); other != "" {
		return m.stamp(at) + ", before " + string(other)
	}
	return m.stamp(at)
}

// outOfOrder returns a milestone that usually comes earlier and is set later;
// "" if there is none.
func outOfOrder(inc *incident.Incident, i int, at time.Time) incident.Milestone {
	for _, name := range incident.Milestones[:i] {
		if other, set := inc.Milestones[name]; set && other.After(at) {
			return name
		}
	}
	return ""
}
