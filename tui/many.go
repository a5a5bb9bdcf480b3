package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// manyTargets is how many a key acts on without asking for their number.
const manyTargets = 10

// selectMarks returns what the keys that act mean while something is marked. It
// is worked out anew only if the marks or the picture are others.
func (m *Model) selectMarks() selection {
	names := m.marked()
	l := &m.board.marks.list
	if l.of == m.snap.Seq && len(l.sel.targets) == len(names) {
		return l.sel
	}
	s := selection{targets: names}
	if len(names) == 1 {
		s = m.selectNamed(names[0])
		s.targets = names
	}
	for i, name := range names {
		one := m.selectNamed(name)
		if i == 0 {
			s.incident = one.incident
		} else if s.incident != one.incident {
			s.incident = ""
		}
		if len(names) > 1 {
			s.alerts = append(s.alerts, one.alerts...)
		}
		s.unacked = s.unacked || one.unacked
	}
	l.sel, l.of = s, m.snap.Seq
	return s
}

// many tells whether a selection is of more than one target.
func (s *selection) many() bool { return len(s.targets) > 1 }

// keysForMany are the keys that act on marks. The others are about the row one is
// on, as few or many as are marked.
var keysForMany = []string{"a", "A", "s", "i", "n", "r", "p"}

// actOnMany does what one of keysForMany means for several targets.
func (m *Model) actOnMany(name string, sel selection) tea.Cmd {
	switch name {
	case "a":
		return m.sure("acknowledge", m.targetsOf(sel.alerts), func() tea.Cmd { return m.acknowledge(sel) })
	case "A":
		return m.sure("take acknowledgements back", m.targetsOf(sel.alerts), func() tea.Cmd { return m.unacknowledge(sel) })
	case "s":
		m.openSilenceOf(sel.targets)
	case "i":
		return m.sure("one incident", m.targetsOf(sel.alerts), func() tea.Cmd { return m.openIncidentOrDeclare(sel.alerts) })
	case "n":
		return m.sure("one note", sel.targets, func() tea.Cmd { return m.openNotes(sel.targets) })
	case "r":
		return m.sure("probe", sel.targets, func() tea.Cmd {
			return m.do(monitor.ProbeNow{Targets: sel.targets}, "probing "+count(len(sel.targets), "target"))
		})
	case "p":
		return m.sure("resolve by hand", m.targetsOf(sel.alerts), func() tea.Cmd { return m.openResolveMany(sel.alerts) })
	}
	return nil
}

// targetsOf returns the targets of alerts.
func (m *Model) targetsOf(alerts []string) []string {
	var names []string
	for _, id := range alerts {
		if a := m.snap.Alert(id); a != nil {
			names = append(names, a.Target)
		}
	}
	return names
}

// manyDialog asks for the number of targets to be typed before a key acts on all
// of them.
type manyDialog struct {
	form
	what   string
	names  []string
	number field
	then   func() tea.Cmd
}

// sure does what a key means for some targets; where they are more than a few,
// once their number was typed.
func (m *Model) sure(what string, names []string, then func() tea.Cmd) tea.Cmd {
	if len(names) <= manyTargets {
		return then()
	}
	if m.may(monitor.Respond) {
		m.dialog = &manyDialog{form: m.newForm(1), what: what, names: names, then: then}
	}
	return nil
}

func (d *manyDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	d.number.key(k)
	return nil
}

func (d *manyDialog) confirm(m *Model) tea.Cmd {
	if n := strconv.Itoa(len(d.names)); d.number.value() != n {
		d.failure = "type " + n + " first"
		return nil
	}
	m.shut(d)
	return d.then()
}

func (d *manyDialog) paste(*Model, string) tea.Cmd {
	d.pasteConfirms()
	return nil
}

func (d *manyDialog) follow(*Model) {}

func (d *manyDialog) done(*Model, monitor.Command, error) {}

func (d *manyDialog) draw(m *Model, w, h int) string {
	n := len(d.names)
	b := box{title: fmt.Sprintf("%s: %s", d.what, count(n, "target")), enter: "enter go on", leave: "esc cancel"}
	b.say(plain, namedOf(d.names, n, 4*boxInner(w), m.theme), w)
	b.row(piece{warn, "!! " + count(n, "target") + " at once"}).keep = true
	b.confirm(w, strconv.Itoa(n), &d.number, true)
	d.status(&b, w)
	return b.draw(m, w, h)
}

// notePlace is where a note is written: an incident, or else a target.
type notePlace struct{ incident, target string }

// openNotes begins one note about several targets: into the open incidents that
// they are part of, each once, and on the targets that are in none.
func (m *Model) openNotes(targets []string) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	var places, incidents []notePlace
	for _, name := range targets {
		t := m.targetNamed(name)
		if t == nil {
			continue
		}
		if in := (notePlace{incident: t.Incident}); t.Incident == "" {
			places = append(places, notePlace{target: name})
		} else if !slices.Contains(incidents, in) {
			incidents = append(incidents, in)
		}
	}
	places = append(places, incidents...)
	switch len(places) {
	case 0:
		m.refuse("nothing is selected to write about")
		return nil
	case 1:
		return m.openNote(places[0].incident, places[0].target)
	}
	d := m.newNote(noteDialog{incident: places[0].incident, target: places[0].target, also: places[1:], place: "notes:" + strings.Join(targets, " ")})
	m.restore(d, m.draft(d.place))
	m.dialog = d
	return nil
}

// placesWords names where a note to several places goes.
func (d *noteDialog) placesWords() string {
	var targets, incidents []string
	for _, p := range append([]notePlace{{d.incident, d.target}}, d.also...) {
		if p.incident != "" {
			incidents = append(incidents, shortID(p.incident))
		} else {
			targets = append(targets, p.target)
		}
	}
	var words []string
	if len(targets) > 0 {
		words = append(words, "on "+count(len(targets), "target")+": "+strings.Join(targets, " "))
	}
	if len(incidents) > 0 {
		words = append(words, "into "+strings.Join(incidents, " "))
	}
	return strings.Join(words, ", ")
}

// written has a note go on with the places that it is not written to yet.
func (d *noteDialog) written(n int) {
	if n > 0 && n <= len(d.also) {
		next := d.also[n-1]
		d.incident, d.target, d.also = next.incident, next.target, d.also[n:]
	}
}

// loose returns those of some alerts that are in no open incident.
func (m *Model) loose(alerts []string) []string {
	return slices.DeleteFunc(slices.Clone(alerts), func(id string) bool {
		return slices.ContainsFunc(m.snap.Incidents, func(inc *incident.Incident) bool {
			return inc.Open() && slices.ContainsFunc(inc.Alerts, func(a incident.Member) bool { return a.Alert == id })
		})
	})
}
