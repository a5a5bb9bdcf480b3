package tui

import (
	"slices"

	"sitrep/incident"
)

// lesserMilestones are those that line 2 leaves out while they are not set, and
// where there is no room for all.
var lesserMilestones = []incident.Milestone{
	incident.RetroStarted, incident.ClosedAt, incident.Investigating, incident.Identified,
}

// milestoneCell is a milestone as line 2 shows it.
type milestoneCell struct {
	name              incident.Milestone
	word, when, after string
}

func (c *milestoneCell) width() int { return len(c.word) + len(c.when) + len(c.after) + 2 }

// newsTimeline is line 2: the milestones, on a wide screen with the time from
// the start. What does not fit is left out, the lesser ones first.
func (m *Model) newsTimeline(c *canvas) {
	inc := m.timeline.inc
	if inc == nil {
		return
	}
	cells := m.milestoneCells(inc, c.width() >= wideTimeline)
	for _, lesser := range lesserMilestones {
		if cellsWidth(cells) > c.left() {
			cells = slices.DeleteFunc(cells, func(p milestoneCell) bool { return p.name == lesser })
		}
	}
	for _, p := range cells {
		if c.left() < p.width()-1 {
			return
		}
		c.put(dim, p.word+" ")
		c.put(plain, p.when)
		c.put(dim, p.after+" ")
	}
}

// milestoneCells returns those that are to be shown if there is room.
func (m *Model) milestoneCells(inc *incident.Incident, wide bool) []milestoneCell {
	start := startOf(inc)
	var cells []milestoneCell
	for _, name := range incident.Milestones {
		at, set := inc.Milestones[name]
		p := milestoneCell{name: name, word: string(name), when: "-"}
		if name == incident.Acknowledged {
			p.word = "acked"
		}
		switch {
		case !set && slices.Contains(lesserMilestones, name):
			continue
		case set:
			p.when = m.clock(at, "15:04")
		}
		if wide {
			if p.after = " "; set && name != incident.Started {
				p.after = " (+" + age(at.Sub(start)) + ") "
			}
		}
		cells = append(cells, p)
	}
	return cells
}

func cellsWidth(cells []milestoneCell) int {
	n := 0
	for i := range cells {
		n += cells[i].width()
	}
	return n
}
