package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// pickDialog sets one property of an incident to one of some words.
type pickDialog struct {
	form
	title string
	id    string
	words []string // the command's values; the first key for each is its number
	shown []string // how they are shown
	at    int
	now   func(*incident.Incident) string // what it is at the moment
	what  string                          // what follows
	set   func(*Model, string) tea.Cmd
}

// openSeverity asks for an incident's severity.
func (m *Model) openSeverity(id string) tea.Cmd {
	return m.openPick(&pickDialog{
		title: "severity of " + shortID(id), id: id,
		words: append(slices.Clone(incident.Severities), ""),
		shown: append(slices.Clone(incident.Severities), unsetSeverity),
		now:   func(i *incident.Incident) string { return i.Severity },
		what:  "goes into the timeline; how long it had each severity goes into the report",
	}, func(d *pickDialog, word string) monitor.Command {
		return monitor.SetSeverity{Incident: d.id, Severity: word}
	})
}

// openStatus asks for an incident's status. What ends an incident asks again.
func (m *Model) openStatus(id string) tea.Cmd {
	return m.openPick(&pickDialog{
		title: "status of " + shortID(id), id: id, words: incident.Statuses, shown: incident.Statuses,
		now:  func(i *incident.Incident) string { return i.Status },
		what: "goes into the timeline; resolved asks for a word first, and one of those above it opens again what was over",
	}, func(d *pickDialog, word string) monitor.Command {
		return monitor.SetStatus{Incident: d.id, Status: word}
	})
}

// openPick opens the dialog with the mark on what holds now.
func (m *Model) openPick(d *pickDialog, command func(*pickDialog, string) monitor.Command) tea.Cmd {
	inc := m.incident(d.id)
	if inc == nil || !m.may(monitor.Respond) {
		return nil
	}
	d.form = m.newForm(0)
	d.at = max(slices.Index(d.words, d.now(inc)), 0)
	d.set = func(m *Model, word string) tea.Cmd {
		if word == "resolved" {
			m.shut(d)
			return m.openResolve(d.id)
		}
		return m.send(&d.form, command(d, word), strings.Fields(d.title)[0]+" is "+d.shown[d.at])
	}
	m.dialog = d
	return nil
}

func (d *pickDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, func(m *Model) tea.Cmd { return d.set(m, d.words[d.at]) }); done {
		return cmd
	}
	switch k.Keystroke() {
	case "up", "k", "left":
		d.at = max(d.at-1, 0)
	case "down", "j", "right":
		d.at = min(d.at+1, len(d.words)-1)
	}
	return nil
}

func (d *pickDialog) paste(*Model, string) tea.Cmd { return nil }
func (d *pickDialog) follow(*Model)                {}

func (d *pickDialog) done(m *Model, c monitor.Command, err error) {
	switch c.(type) {
	case monitor.SetSeverity, monitor.SetStatus:
		if d.busy && d.settle(err) {
			m.shut(d)
		}
	}
}

func (d *pickDialog) draw(m *Model, w, h int) string {
	b := box{title: d.title, enter: "enter " + d.shown[d.at], leave: "↑ ↓ which  esc leave"}
	now := ""
	if inc := m.incident(d.id); inc != nil {
		now = d.now(inc)
	}
	for i, word := range d.shown {
		row := b.item(m, i == d.at, piece{key, word})
		if d.words[i] == now {
			row.right = "now"
		}
	}
	b.say(dim, d.what, w)
	d.status(&b, w)
	return b.draw(m, w, h)
}
