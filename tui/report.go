package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// reportDialog lists what people write of an incident for its report, what of it
// is blank, and below what else is missing.
type reportDialog struct {
	menu
	incident string
}

func (m *Model) openReport(id string) tea.Cmd {
	if m.incident(id) == nil {
		return nil
	}
	d := &reportDialog{menu: menu{form: m.newForm(0)}, incident: id}
	d.follow(m)
	m.dialog = d
	return nil
}

// lintID names a finding for the mark: one can go there, to read it.
func lintID(i int) string { return "!" + strconv.Itoa(i) }

func (d *reportDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done || d.walk(k) {
		return cmd
	}
	d.letter(m, k)
	return nil
}

// confirm opens the marked field to be written.
func (d *reportDialog) confirm(m *Model) tea.Cmd {
	inc := m.incident(d.incident)
	if inc == nil || !m.may(monitor.Respond) {
		return nil
	}
	name := d.marked()
	if !slices.Contains(incident.Fields, name) {
		return nil
	}
	f := m.newNote(noteDialog{
		incident: d.incident, report: name, was: inc.Fields[name], place: "field:" + d.incident + ":" + name, from: d,
	})
	f.text.lines = !incident.OneLine(name)
	m.rewrite(f)
	return nil
}

func (d *reportDialog) paste(*Model, string) tea.Cmd        { return nil }
func (d *reportDialog) done(*Model, monitor.Command, error) {}

func (d *reportDialog) follow(m *Model) {
	ids := slices.Clone(incident.Fields)
	if inc := m.incident(d.incident); inc != nil {
		for i := range m.lint(inc) {
			ids = append(ids, lintID(i))
		}
	}
	d.list(ids)
}

func (d *reportDialog) draw(m *Model, w, h int) string {
	b := box{title: m.titled("report of", d.incident), enter: "enter write it", leave: "↑ ↓ which  esc leave"}
	inc := m.incident(d.incident)
	if inc == nil {
		return b.draw(m, w, h)
	}
	for i, name := range incident.Fields {
		row := b.item(m, d.is(i), piece{key, pad(name, fieldNameRoom(w))})
		switch text := inc.Fields[name]; {
		case m.draft("field:"+d.incident+":"+name) != "":
			row.pieces = append(row.pieces, piece{warn, "draft, not saved"})
		case text != "":
			row.pieces = append(row.pieces, piece{plain, oneLine(firstOf(text))})
			row.right = "written"
		default:
			row.pieces = append(row.pieces, piece{dim, "blank"})
		}
	}
	d.drawLint(m, &b, inc, w)
	d.warn(m, &b, w)
	d.status(&b, w)
	return b.draw(m, w, h)
}

// drawLint lists what else is missing.
func (d *reportDialog) drawLint(m *Model, b *box, inc *incident.Incident, w int) {
	found := m.lint(inc)
	b.row(piece{dim, "  " + count(len(found), "thing") + " to mend before it is exported"})
	for i, text := range found {
		on := d.marked() == lintID(i)
		for k, row := range wrap(text, max(boxInner(w)-4, 1)) {
			mark := "! "
			if k > 0 {
				mark = "  "
			}
			b.item(m, on && k == 0, piece{warn, mark}, piece{plain, row})
		}
		if on {
			b.enter = ""
		}
	}
}

// fieldNameRoom is the room for the names of fields on a screen of w columns.
func fieldNameRoom(w int) int {
	if w < 60 {
		return 14
	}
	return 24
}

// firstOf is as much of a text as a row can show: the rest of one of many lines
// costs nothing.
func firstOf(text string) string {
	const most = 2000
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

// fieldHelp says what belongs into a field.
func fieldHelp(name string) string {
	switch name {
	case incident.FieldSummary:
		return "two or three sentences for somebody who reads nothing else"
	case incident.FieldCustomers:
		return "who was affected, one a line"
	case incident.FieldImpact:
		return "what they could not do, in their words, from when to when"
	case incident.FieldPriority:
		return "how urgent it was, one line"
	case incident.FieldVisibility:
		return "who may read the report, one line"
	case incident.FieldDetection:
		return "how it was noticed, and whether it could have been sooner"
	case incident.FieldTrigger:
		return "what set it off"
	case incident.FieldTechnical:
		return "what happened, in technical detail"
	case incident.FieldWorkaround:
		return "what helped before it was mended"
	case incident.FieldResolution:
		return "what mended it"
	case incident.FieldCause:
		return "why it could happen; of systems and not of people"
	case incident.FieldFactors:
		return "what made it worse or longer, one a line"
	case incident.FieldWell, incident.FieldPoorly, incident.FieldLucky:
		return "what " + name + ", one a line"
	case incident.FieldInternal, incident.FieldExternal:
		return "what was said to whom"
	case incident.FieldStatement:
		return "what customers are told, word for word"
	case incident.FieldLessons:
		return "what we know now"
	case incident.FieldSupporting:
		return "logs, plots, commands: what the report rests on"
	case incident.FieldOwner:
		return "who sees to it that the report is written and its actions done"
	case incident.FieldReview:
		return "when and where it is gone through, one line"
	}
	return "goes into the report"
}
