package tui

import (
	"fmt"
	"strings"
	"time"

	"sitrep/monitor"
)

// presentMost is how many of those who are here are named.
const presentMost = 4

// writingShown is how long after a key somebody is shown as writing.
const writingShown = 30 * time.Second

// person is somebody who looks at something, with all of their screens.
type person struct {
	name    string
	writing bool
}

// here returns who else looks at a place, by name, each once.
func (m *Model) here(place string) []person {
	var all []person
	for i := range m.snap.People {
		p := &m.snap.People[i]
		if p.Place != place || p.Actor.Name == m.src.Actor().Name {
			continue
		}
		if n := len(all); n == 0 || all[n-1].name != p.Actor.Name {
			all = append(all, person{name: p.Actor.Name})
		}
		last := &all[len(all)-1]
		last.writing = last.writing || !p.Writing.IsZero() && m.now.Sub(p.Writing) < writingShown
	}
	return all
}

// others counts the operators beside whoever looks who have a screen open.
func (m *Model) others() int {
	me := m.src.Actor().Name
	seen := map[string]bool{}
	for i := range m.snap.People {
		if name := m.snap.People[i].Actor.Name; name != me {
			seen[name] = true
		}
	}
	return len(seen)
}

// who is the end of line 1: whoever looks, and who else is there. In a timeline
// that is who looks at the same incident and who writes; elsewhere their number.
func (m *Model) who() string {
	me := m.src.Actor().Name
	if m.src.Actor().Role < monitor.Respond {
		me += " view only"
	}
	switch {
	case m.snap == nil:
		return me
	case m.screen == screenTimeline && m.timeline.inc != nil:
		return hereWords(me, m.here(m.timeline.id), m.w >= wideTimeline, m.theme.prompt)
	}
	if n := m.others(); n > 0 {
		me += fmt.Sprintf(" +%d", n)
	}
	return me
}

// hereWords name who is in an incident beside whoever looks: "here: ana, bo
// (writing)", or in short "ana +bo›", with the sign of whoever writes.
func hereWords(me string, others []person, wide bool, writes string) string {
	if len(others) == 0 {
		return me
	}
	more := ""
	if over := len(others) - presentMost; over > 0 {
		others, more = others[:presentMost], fmt.Sprintf(" +%d", over)
	}
	if wide {
		return "here: " + me + ", " + strings.Join(personNames(others), ", ") + more
	}
	var b strings.Builder
	b.WriteString(me)
	for _, p := range others {
		b.WriteString(" +" + p.name)
		if p.writing {
			b.WriteString(writes)
		}
	}
	return b.String() + more
}

// personNames are people's names, and who of them writes.
func personNames(people []person) []string {
	var all []string
	for _, p := range people {
		if p.writing {
			p.name += " (writing)"
		}
		all = append(all, p.name)
	}
	return all
}

// place is what the screen says of itself to others: an incident's ID,
// "target:NAME", or the name of a screen.
func (m *Model) place() string {
	switch m.screen {
	case screenTimeline:
		return m.timeline.id
	case screenTarget:
		return "target:" + m.target.name
	}
	return m.screen.String()
}

// look tells others what is looked at now.
func (m *Model) look() {
	if m.visit != nil {
		m.visit.At(m.place())
	}
}
