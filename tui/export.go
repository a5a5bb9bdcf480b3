package tui

import (
	"context"
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/safe"
)

// Exporter writes the report of an incident, by its ID, in one of ExportFormats,
// and returns the file that it is in.
type Exporter func(ctx context.Context, id, format string) (path string, err error)

// ExportFormats are those of a report; the first is the usual one.
func ExportFormats() []string { return []string{"md", "html", "json"} }

// exportedMsg says where a report is.
type exportedMsg struct {
	path string
	err  error
}

// runExport writes the report of the incident that is meant: "export",
// "export 0004", "export html", "export 0004 html".
func runExport(m *Model, args []string) tea.Cmd {
	format := ExportFormats()[0]
	if n := len(args); n > 0 && slices.Contains(ExportFormats(), args[n-1]) {
		format, args = args[n-1], args[:n-1]
	}
	id := m.incidentMeant(args)
	switch {
	case m.opt.Export == nil:
		m.refuse("nothing is kept here that a report could be made of")
		return nil
	case id == "":
		m.refuse("which incident? name it: its ID, or the end of it")
		return nil
	}
	m.say("writing the report of " + shortID(id) + " …")
	ctx, export := m.ctx, m.opt.Export
	return func() tea.Msg {
		path, err := export(ctx, id, format)
		return exportedMsg{path, err}
	}
}

// exported says where the report is.
func (m *Model) exported(msg exportedMsg) {
	if msg.err != nil {
		m.refuse("no report: " + safe.Line(msg.err.Error(), 200))
		return
	}
	m.say("report written: " + safe.Line(filepath.Base(msg.path)+" in "+filepath.Dir(msg.path), 400))
}

func (m *Model) reportNames() []string { return append(m.incidentNames(), ExportFormats()...) }

// readReport takes an incident, or a format: that of the one that is meant.
func (m *Model) readReport(word string) (string, error) {
	if slices.Contains(ExportFormats(), word) {
		return word, nil
	}
	return m.readIncident(word)
}
