package tui

import (
	"strings"

	"sitrep/incident"
	"sitrep/monitor"
)

// lineOf returns the line of an open or recent incident that had this seq, nil if
// there is none.
func lineOf(s *monitor.Snapshot, seq uint64) *incident.Line {
	for _, inc := range s.Incidents {
		for i := range inc.Entries {
			l := &inc.Entries[i]
			if l.Seq == seq || l.ID() == seq {
				return l
			}
			for k := range l.Older {
				if l.Older[k].Seq == seq {
					return l
				}
			}
		}
	}
	return nil
}

// reverseLine is reverse for the lines that operators write.
func reverseLine(c monitor.Command, me string, was, is *monitor.Snapshot) reversal {
	switch c := c.(type) {
	case monitor.Note:
		if c.Incident == "" {
			return reversal{why: "a note on a target stays in the log; write another"}
		}
		made := newLine(c.Incident, me, was, is)
		return reversal{left: "it stays, struck", back: func(now *monitor.Snapshot) []monitor.Command {
			if l := lineOf(now, made); l == nil || !l.Retracted.IsZero() {
				return nil
			}
			return []monitor.Command{monitor.Retract{Seq: made}}
		}}
	case monitor.Star:
		return reversal{back: func(now *monitor.Snapshot) []monitor.Command {
			if l := lineOf(now, c.Seq); l == nil || l.Starred != c.On {
				return nil
			}
			return []monitor.Command{monitor.Star{Seq: c.Seq, On: !c.On}}
		}}
	case monitor.Edit:
		old := lineOf(was, c.Seq)
		if old == nil {
			return reversal{why: "the older text is not known here"}
		}
		id, text := old.ID(), old.Text
		return reversal{left: "both texts stay", back: func(now *monitor.Snapshot) []monitor.Command {
			if l := lineOf(now, id); l == nil || !l.Retracted.IsZero() || l.Text == text {
				return nil
			}
			return []monitor.Command{monitor.Edit{Seq: id, Text: text}}
		}}
	}
	old := lineOf(was, c.(monitor.Retract).Seq)
	if old == nil || old.Kind == incident.Action {
		return reversal{why: "write it again: a line that was taken back stays struck"}
	}
	again := monitor.Note{Incident: old.Incident, Kind: old.Kind, Text: old.Text, At: old.At}
	for _, ref := range old.Refs {
		if v, ok := strings.CutPrefix(ref, "audience="); ok {
			again.Audience = v
		}
		if v, ok := strings.CutPrefix(ref, "channel="); ok {
			again.Channel = v
		}
	}
	return reversal{left: "as a new line", back: func(*monitor.Snapshot) []monitor.Command { return []monitor.Command{again} }}
}

// newLine returns the ID of the line that an operator wrote between two pictures.
func newLine(id, me string, was, is *monitor.Snapshot) (made uint64) {
	inc, old := is.Incident(id), was.Incident(id)
	if inc == nil {
		return 0
	}
	known := uint64(0)
	if old != nil {
		known = old.Version
	}
	for i := range inc.Entries {
		if l := &inc.Entries[i]; l.By == me && l.Written() && l.ID() > known {
			made = max(made, l.ID())
		}
	}
	return made
}

// reverseValue is reverse for what has one value at a time: the old one is set
// again while the new one still stands.
func reverseValue(c monitor.Command, was *monitor.Snapshot) (reversal, bool) {
	switch c := c.(type) {
	case monitor.SetSeverity:
		return swapBack(was, c.Incident, func(i *incident.Incident) string { return i.Severity }, c.Severity,
			func(old string) monitor.Command { c.Severity = old; return c }), true
	case monitor.SetStatus:
		return swapBack(was, c.Incident, func(i *incident.Incident) string { return i.Status }, c.Status,
			func(old string) monitor.Command { c.Status = old; return c }), true
	case monitor.ResolveIncident:
		return swapBack(was, c.Incident, func(i *incident.Incident) string { return i.Status }, "resolved",
			func(old string) monitor.Command { return monitor.SetStatus{Incident: c.Incident, Status: old} }), true
	case monitor.SetTitle:
		return swapBack(was, c.Incident, func(i *incident.Incident) string { return i.Title }, c.Title,
			func(old string) monitor.Command { c.Title = old; return c }), true
	case monitor.SetField:
		return swapBack(was, c.Incident, func(i *incident.Incident) string { return i.Fields[c.Field] }, c.Value,
			func(old string) monitor.Command { c.Value = old; return c }), true
	case monitor.SetAction:
		return swapBack(was, c.Incident, func(i *incident.Incident) string { return partOf(i, c.Item, c.Part) }, c.Value,
			func(old string) monitor.Command { c.Value = old; return c }), true
	case monitor.SetMilestone:
		inc := was.Incident(c.Incident)
		if inc == nil || inc.Milestones[c.Milestone].IsZero() {
			return reversal{why: "a milestone is moved, not taken away: m"}, true
		}
		c.At = inc.Milestones[c.Milestone]
		return reversal{back: func(*monitor.Snapshot) []monitor.Command { return []monitor.Command{c} }}, true
	}
	return reversal{}, false
}

func swapBack(was *monitor.Snapshot, id string, get func(*incident.Incident) string, set string, back func(old string) monitor.Command) reversal {
	inc := was.Incident(id)
	if inc == nil {
		return reversal{why: "it is not known here what it was"}
	}
	old := get(inc)
	return reversal{back: func(now *monitor.Snapshot) []monitor.Command {
		if inc := now.Incident(id); inc == nil || get(inc) != set || old == set {
			return nil
		}
		return []monitor.Command{back(old)}
	}}
}

// partOf returns a part of an action item as text.
func partOf(inc *incident.Incident, item uint64, part string) string {
	for i := range inc.Actions {
		if a := &inc.Actions[i]; a.ID == item {
			switch part {
			case incident.PartKind:
				return a.Kind
			case incident.PartHorizon:
				return a.Horizon
			case incident.PartState:
				return a.State
			case incident.PartOwner:
				return a.Owner
			case incident.PartDue:
				return a.Due
			case incident.PartTicket:
				return a.Ticket
			}
		}
	}
	return ""
}
