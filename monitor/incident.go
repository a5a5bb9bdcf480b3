package monitor

import (
	"fmt"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/safe"
)

// applyIncident is what the commands about incidents do.
func (m *Monitor) applyIncident(now time.Time, a Actor, c Command) error {
	switch c := c.(type) {
	case Declare:
		return m.declare(now, a, c)
	case Join:
		al, ok := m.alerts.Get(c.Alert)
		if !ok {
			return fmt.Errorf("join: %w: %q", alert.ErrUnknownAlert, c.Alert)
		}
		return m.written(m.book.Join(now, c.Incident, al, a.Name))
	case Note:
		err := m.written(m.book.Add(now, incident.Draft{
			Incident: c.Incident, Kind: c.Kind, Text: safe.Text(c.Text, 0), By: a.Name, At: c.At,
			Audience: safe.Line(c.Audience, maxShort), Channel: safe.Line(c.Channel, maxShort), Parts: safeParts(c.Parts),
		}))
		if err == nil {
			m.dropDraft(now, a, m.noteDraft(a, c))
		}
		return err
	case Edit:
		return m.written(m.book.Edit(now, c.Seq, a.Name, safe.Text(c.Text, 0)))
	case Star:
		return m.written(m.book.Star(now, c.Seq, a.Name, c.On))
	case Assign:
		return m.written(m.book.Assign(now, c.Incident, c.Role, c.Operator, a.Name))
	case SetSeverity:
		return m.written(m.book.SetSeverity(now, c.Incident, c.Severity, a.Name))
	case SetStatus:
		return m.written(m.book.SetStatus(now, c.Incident, c.Status, a.Name))
	case SetMilestone:
		at := c.At
		if at.IsZero() {
			at = now
		}
		return m.written(m.book.SetMilestone(now, c.Incident, c.Milestone, at, a.Name))
	case ResolveIncident:
		return m.written(m.book.Resolve(now, c.Incident, a.Name, safe.Text(c.Text, 0)))
	}
	return m.applyRecord(now, a, c)
}

// applyRecord is what the commands do that are about what people write of an
// incident, and about which alerts are its.
func (m *Monitor) applyRecord(now time.Time, a Actor, c Command) error {
	switch c := c.(type) {
	case AcceptRole:
		return m.written(m.book.AcceptRole(now, c.Incident, c.Role, a.Name, c.Refuse))
	case Retract:
		return m.written(m.book.Retract(now, c.Seq, a.Name))
	case SetField:
		err := m.written(m.book.SetField(now, c.Incident, c.Field, safe.Text(c.Value, 0), a.Name))
		if err == nil {
			m.dropDraft(now, a, "field:"+c.Incident+":"+c.Field)
		}
		return err
	case SetTitle:
		return m.written(m.book.SetTitle(now, c.Incident, safe.Line(c.Title, maxShort), a.Name))
	case SetAction:
		return m.written(m.book.SetAction(now, c.Incident, c.Item, c.Part, safe.Line(c.Value, maxShort), a.Name))
	case AddLink:
		return m.written(m.book.AddLink(now, c.Incident, c.Kind, safe.Line(c.To, 0), safe.Line(c.Text, maxShort), a.Name))
	case DropLink:
		return m.written(m.book.DropLink(now, c.Incident, c.Link, a.Name))
	case Merge:
		return m.written(m.book.Merge(now, c.Incident, c.Into, a.Name))
	case Split:
		_, entries, err := m.book.Split(now, c.Incident, c.Alerts, safe.Line(c.Title, maxShort), a.Name)
		return m.written(entries, err)
	}
	return fmt.Errorf("%s: no such command", nameOf(c))
}

// safeParts returns the parts of an action item, each one line.
func safeParts(parts map[string]string) map[string]string {
	clean := make(map[string]string, len(parts))
	for name, value := range parts {
		clean[name] = safe.Line(value, maxShort)
	}
	return clean
}

// incidentSettings are those of a setup, with which receivers page: only what
// these accepted is a page of anybody.
func incidentSettings(s *Setup) incident.Settings {
	settings := s.Incident
	settings.Paging = map[string]bool{}
	for i := range s.Policy.Receivers {
		r := &s.Policy.Receivers[i]
		settings.Paging[r.Name] = r.Paging
	}
	return settings
}

// declare opens an incident with the alerts it names.
func (m *Monitor) declare(now time.Time, a Actor, c Declare) error {
	alerts := make([]alert.Alert, 0, len(c.Alerts))
	for _, id := range c.Alerts {
		al, ok := m.alerts.Get(id)
		if !ok {
			return fmt.Errorf("declare: %w: %q", alert.ErrUnknownAlert, id)
		}
		alerts = append(alerts, al)
	}
	_, entries, err := m.book.Declare(now, incident.Declaration{
		Title: safe.Line(c.Title, maxShort), Severity: c.Severity, Commander: safe.Line(c.Commander, maxName),
		By: a.Name, Alerts: c.Alerts, Started: c.Started,
	}, alerts)
	return m.written(entries, err)
}

// entryLine is an operator's entry as the log tells it; false for those that
// the log has from elsewhere.
func entryLine(e incident.Entry) (Event, bool) {
	line := Event{At: e.At, Kind: string(e.Kind), Incident: e.Incident, Alert: e.Alert, Target: e.Target, By: e.By}
	if e.Replaces != 0 { // it stands where the older text stood, and is news now
		line.At = e.Recorded
	}
	switch e.Kind {
	case incident.Declared:
		line.Kind, line.Status, line.Text = "declare", checker.Degraded, e.Text
	case incident.Note, incident.Decision, incident.Comms, incident.Action:
		line.Text = e.Text
	case incident.SetSeverity, incident.SetStatus, incident.SetMilestone, incident.SetRole, incident.SetTitle,
		incident.SetField, incident.SetAction, incident.Linked, incident.Unlinked, incident.Merged, incident.Split, incident.Left, incident.Retracted:
		line.Text = strings.TrimSpace(e.Field + " " + e.Value)
		if e.Text != "" {
			line.Text = e.Text
		}
	default:
		return Event{}, false
	}
	line.Text = safe.Text(line.Text, maxLogged)
	return line, true
}
