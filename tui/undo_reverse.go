package tui

import (
	"slices"
	"time"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/monitor"
	"sitrep/oncall"
)

// reverse returns how a command of me is compensated that was carried out
// between two pictures; false if there is nothing to compensate.
func reverse(c monitor.Command, me string, was, is *monitor.Snapshot) (reversal, bool) {
	switch c := c.(type) {
	case monitor.Acknowledge:
		return reverseAck(c, me, was), true
	case monitor.Unacknowledge:
		return reverseUnack(c, me, was), true
	case monitor.Silence, monitor.EditSilence, monitor.EndSilence:
		return reverseSilence(c, me, was, is), true
	case monitor.ResolveAlert:
		return reversal{why: "if it is not over, its next bad result opens it again"}, true
	case monitor.TakeOver, monitor.EndOverride, monitor.Swap:
		return reverseOverride(c, me, was, is), true
	case monitor.AnswerSwap, monitor.AcceptHandover:
		return reversal{why: "they know your answer: ask them, or make an override"}, true
	case monitor.CallNext, monitor.Page:
		return reversal{why: "who was called stays called"}, true
	}
	return reverseIncident(c, me, was, is)
}

// reverseAck takes the acknowledgements away that were not there before, and
// gives one's own back that were.
func reverseAck(c monitor.Acknowledge, me string, was *monitor.Snapshot) reversal {
	var fresh []string
	var mine []monitor.Command
	others := ""
	for _, id := range c.Alerts {
		switch a := was.Alert(id); {
		case a == nil || a.Ack == nil:
			fresh = append(fresh, id)
		case a.Ack.By == me:
			mine = append(mine, ackAgain(id, a.Ack, was.At))
		default:
			others = a.Ack.By
		}
	}
	r := reversal{left: "whoever is owed a page is paged"}
	if others != "" {
		r.left = others + " had it before and has to acknowledge it again"
	}
	r.back = func(now *monitor.Snapshot) []monitor.Command {
		held := slices.DeleteFunc(slices.Clone(fresh), func(id string) bool { return !ackedBy(now, id, me) })
		if len(held) == 0 {
			return mine
		}
		return append([]monitor.Command{monitor.Unacknowledge{Alerts: held}}, mine...)
	}
	return r
}

// ackedBy tells whether an alert is active and this operator has it.
func ackedBy(now *monitor.Snapshot, id, who string) bool {
	a := now.Alert(id)
	return a != nil && a.State.Active() && a.Ack != nil && a.Ack.By == who
}

// ackAgain is the command that gives an acknowledgement as it was.
func ackAgain(id string, a *alert.Ack, now time.Time) monitor.Acknowledge {
	c := monitor.Acknowledge{Alerts: []string{id}, Note: a.Note, Sticky: a.Sticky}
	if !a.Until.IsZero() {
		c.For = max(a.Until.Sub(now), time.Minute)
	}
	return c
}

func reverseUnack(c monitor.Unacknowledge, me string, was *monitor.Snapshot) reversal {
	mine := make(map[string]*alert.Ack)
	others := ""
	for _, id := range c.Alerts {
		if a := was.Alert(id); a != nil && a.Ack != nil {
			if a.Ack.By != me {
				others = a.Ack.By
				continue
			}
			mine[id] = a.Ack
		}
	}
	if len(mine) == 0 {
		return reversal{why: "it was " + orNobody(others) + " who had it"}
	}
	return reversal{back: func(now *monitor.Snapshot) (back []monitor.Command) {
		for _, id := range c.Alerts {
			if a := now.Alert(id); a != nil && a.State.Active() && a.Ack == nil && mine[id] != nil {
				back = append(back, ackAgain(id, mine[id], now.At))
			}
		}
		return back
	}}
}

// silenceOf returns a silence that has not ended, nil if there is none.
func silenceOf(s *monitor.Snapshot, id string) *alert.Silence {
	i := slices.IndexFunc(s.Silences, func(x alert.Silence) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Silences[i]
}

func reverseSilence(c monitor.Command, me string, was, is *monitor.Snapshot) reversal {
	switch c := c.(type) {
	case monitor.EditSilence:
		old := silenceOf(was, c.ID)
		return reversal{back: func(now *monitor.Snapshot) []monitor.Command {
			if old == nil || silenceOf(now, c.ID) == nil || !old.Until.IsZero() && !old.Until.After(now.At) {
				return nil
			}
			return []monitor.Command{monitor.EditSilence{ID: c.ID, Match: old.Match, Until: old.Until, Reason: old.Reason}}
		}}
	case monitor.EndSilence:
		old := silenceOf(was, c.ID)
		return reversal{left: "under a new number", back: func(now *monitor.Snapshot) []monitor.Command {
			if old == nil {
				return nil
			}
			again := monitor.Silence{Match: old.Match, Reason: old.Reason, Maintenance: old.Maintenance}
			if !old.Until.IsZero() {
				if again.For = old.Until.Sub(now.At); again.For <= 0 {
					return nil
				}
			}
			return []monitor.Command{again}
		}}
	}
	made := ""
	for i := range is.Silences {
		if s := &is.Silences[i]; s.By == me && silenceOf(was, s.ID) == nil {
			made = s.ID
		}
	}
	return reversal{left: "what it held back is sent", back: func(now *monitor.Snapshot) []monitor.Command {
		if made == "" || silenceOf(now, made) == nil {
			return nil
		}
		return []monitor.Command{monitor.EndSilence{ID: made}}
	}}
}

// overrideOf returns an override, or the first half of a swap, that has not
// ended; nil if there is none.
func overrideOf(s *monitor.Snapshot, id string) *oncall.Override {
	if s.Roster == nil {
		return nil
	}
	all := s.Roster.Overrides(false)
	i := slices.IndexFunc(all, func(o oncall.Override) bool { return o.ID == id && o.Ended.IsZero() })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func reverseOverride(c monitor.Command, me string, was, is *monitor.Snapshot) reversal {
	if c, withdrawn := c.(monitor.EndOverride); withdrawn {
		old := overrideOf(was, c.ID)
		if old == nil || old.Swap != "" {
			return reversal{why: "a swap is asked for anew: X"}
		}
		return reversal{left: "under a new number", back: func(now *monitor.Snapshot) []monitor.Command {
			if !old.To.After(now.At) {
				return nil
			}
			again := monitor.TakeOver{Schedule: old.Schedule, With: old.With, For: old.For, Note: old.Note, From: old.From, To: old.To}
			if again.From.Before(now.At) {
				again.From = time.Time{} // now
			}
			return []monitor.Command{again}
		}}
	}
	made := ""
	if is.Roster != nil {
		for _, o := range is.Roster.Overrides(false) {
			if o.By == me && overrideOf(was, o.ID) == nil && (o.Swap == "" || o.Swap == o.ID) {
				made = o.ID
			}
		}
	}
	return reversal{back: func(now *monitor.Snapshot) []monitor.Command {
		if made == "" || overrideOf(now, made) == nil {
			return nil
		}
		return []monitor.Command{monitor.EndOverride{ID: made}}
	}}
}

// reverseIncident is reverse for what is asked of an incident.
func reverseIncident(c monitor.Command, me string, was, is *monitor.Snapshot) (reversal, bool) {
	switch c := c.(type) {
	case monitor.Declare:
		made := newIncident(was, is)
		return reversal{left: "who was told of it is not untold", back: func(now *monitor.Snapshot) []monitor.Command {
			if inc := now.Incident(made); inc == nil || !inc.Open() {
				return nil
			}
			return []monitor.Command{monitor.SetStatus{Incident: made, Status: "cancelled"}}
		}}, true
	case monitor.Split:
		made := newIncident(was, is)
		return reversal{back: func(now *monitor.Snapshot) []monitor.Command {
			if inc := now.Incident(made); inc == nil || !inc.Open() {
				return nil
			}
			return []monitor.Command{monitor.Merge{Incident: made, Into: c.Incident}}
		}}, true
	case monitor.Merge:
		return reversal{why: "merged incidents are told apart by splitting alerts off: K"}, true
	case monitor.Join:
		return reversal{why: "an alert leaves an incident by splitting it off: K"}, true
	case monitor.Assign:
		return reverseRole(c.Incident, c.Role, was, is), true
	case monitor.AcceptRole:
		if c.Refuse {
			return reversal{why: "they know your answer; R takes the role"}, true
		}
		return reverseRole(c.Incident, c.Role, was, is), true
	case monitor.AddLink, monitor.DropLink:
		return reverseLink(c, was, is), true
	case monitor.Note, monitor.Edit, monitor.Star, monitor.Retract:
		return reverseLine(c, me, was, is), true
	}
	return reverseValue(c, was)
}

// newIncident returns the ID of the incident that is new between two pictures.
func newIncident(was, is *monitor.Snapshot) string {
	for _, inc := range is.Incidents {
		if was.Incident(inc.ID) == nil {
			return inc.ID
		}
	}
	return ""
}

// roleHolder returns who has a role that only one may have, "" if nobody has.
func roleHolder(s *monitor.Snapshot, id, role string) string {
	if inc := s.Incident(id); inc != nil {
		return holderOf(inc, role)
	}
	return ""
}

func reverseRole(id, role string, was, is *monitor.Snapshot) reversal {
	if several(role) {
		return reversal{why: "R gives it back"}
	}
	before, after := roleHolder(was, id, role), roleHolder(is, id, role)
	r := reversal{back: func(now *monitor.Snapshot) []monitor.Command {
		if now.Incident(id) == nil || roleHolder(now, id, role) != after {
			return nil
		}
		return []monitor.Command{monitor.Assign{Incident: id, Role: role, Operator: before}}
	}}
	if before != "" && before != after {
		r.left = before + " is asked to take it again"
	}
	return r
}

func reverseLink(c monitor.Command, was, is *monitor.Snapshot) reversal {
	links := func(s *monitor.Snapshot, id string) []incident.Link {
		if inc := s.Incident(id); inc != nil {
			return inc.Links
		}
		return nil
	}
	has := func(all []incident.Link, id uint64) int {
		return slices.IndexFunc(all, func(l incident.Link) bool { return l.ID == id })
	}
	if c, dropped := c.(monitor.DropLink); dropped {
		old := links(was, c.Incident)
		i := has(old, c.Link)
		if i < 0 {
			return reversal{why: "it is not known any more what it was"}
		}
		l := old[i]
		return reversal{back: func(*monitor.Snapshot) []monitor.Command {
			return []monitor.Command{monitor.AddLink{Incident: c.Incident, Kind: l.Kind, To: l.To, Text: l.Text}}
		}}
	}
	id, made := c.(monitor.AddLink).Incident, uint64(0)
	for _, l := range links(is, id) {
		if has(links(was, id), l.ID) < 0 {
			made = l.ID
		}
	}
	return reversal{back: func(now *monitor.Snapshot) []monitor.Command {
		if has(links(now, id), made) < 0 {
			return nil
		}
		return []monitor.Command{monitor.DropLink{Incident: id, Link: made}}
	}}
}
