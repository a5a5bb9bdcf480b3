package incident

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

// record is an incident as the book keeps it: what is handed out, and beside it
// what only folding needs. All of it follows from the entries alone.
type record struct {
	inc *Incident // replaced, never written to

	lines []Line      // inc.Entries with room to grow: what was handed out is a prefix of it
	order []time.Time // where each line stands: its At, less what the clock was set back
	ahead time.Time   // the latest moment at which something was written live

	hand, auto map[Milestone]time.Time // set by operators, and by what happened
	by         map[Milestone]string    // who set those of hand
	joined     time.Time               // when the last alert did
	silences   map[string]bool         // IDs of those that the timeline tells of and that hold
	failures   map[string]string       // by receiver: what its last failure said, while nothing was accepted since
}

func newRecord(id string) *record {
	return &record{
		inc:      &Incident{ID: id, Status: "investigating"},
		hand:     map[Milestone]time.Time{},
		by:       map[Milestone]string{},
		auto:     map[Milestone]time.Time{},
		silences: map[string]bool{},
		failures: map[string]string{},
	}
}

// fold makes the incident that there is once e is part of it.
func (r *record) fold(e Entry) {
	next := *r.inc
	next.Version = max(next.Version, e.Seq)
	if next.Seq == 0 {
		next.Seq = e.Seq
	}
	r.inc = &next

	r.place(e)
	r.effect(e)

	next.Entries = r.lines[:len(r.lines):len(r.lines)]
	r.setMilestones()
}

// effect is what an entry does besides being a line.
func (r *record) effect(e Entry) {
	switch e.Kind {
	case Declared:
		r.inc.Title = e.Text
		r.inc.Severity = unsetIsEmpty(e.Value)
		r.earliest(DeclaredAt, e.At)
		r.earliest(Started, e.At)
		r.inc.Status = cmp.Or(e.value(refStatus), "investigating")
		r.reach(e.At)
	case SetTitle:
		r.inc.Title = e.Value
	case SetSeverity:
		r.inc.Severity = unsetIsEmpty(e.Value)
	case SetRole:
		r.setRole(e)
	case SetStatus:
		r.setStatus(e)
	case SetField:
		r.setField(e)
	case Action, SetAction, Retracted:
		r.setActions()
	case Linked:
		r.link(e)
	case Unlinked:
		r.unlink(e)
	case Merged, Split:
		r.merged(e)
	case Left:
		r.leave(e)
	case SetMilestone:
		r.setMilestone(e)
	case Joined:
		r.join(e)
		r.heldBack(e)
	case AlertEntry:
		r.alertEvent(e)
		r.heldBack(e)
	case Silenced:
		if e.Field == silenceMade {
			r.silences[e.Value] = true
		} else {
			delete(r.silences, e.Value)
		}
	case Paged:
		delete(r.failures, e.Field)
	case Failed:
		r.failures[e.Field] = failure(&e)
	}
}

// heldBack notes the maintenance that an alert is in: its end is told of too.
func (r *record) heldBack(e Entry) {
	if id := e.value(refHeld); id != "" && r.member(e.Alert) >= 0 {
		r.silences[id] = true
	}
}

func unsetIsEmpty(severity string) string {
	if severity == "unset" {
		return ""
	}
	return severity
}

// place puts an entry where it belongs in the timeline.
func (r *record) place(e Entry) {
	if e.marks() && r.mark(e) || e.Replaces != 0 && r.replace(e) {
		return
	}
	at := r.standing(e)
	i := len(r.order)
	for i > 0 && r.order[i-1].After(at) {
		i--
	}
	r.order = slices.Insert(r.order, i, at)
	if i == len(r.lines) {
		// Whoever has the old incident has a shorter slice of the same array,
		// and does not see what is written behind its end.
		r.lines = append(r.lines, Line{Entry: e})
		return
	}
	r.lines = slices.Insert(slices.Clone(r.lines), i, Line{Entry: e})
}

// standing returns the moment by which an entry is sorted. That is its At, but
// when the clock was set back meanwhile, what is written as it happens stands
// where it would without that: after what was written before it.
func (r *record) standing(e Entry) time.Time {
	if !r.live(&e) {
		return e.At
	}
	back := r.ahead.Sub(e.Recorded)
	if back <= 0 {
		r.ahead = e.Recorded
		return e.At
	}
	return e.At.Add(back)
}

// live tells whether an entry was written as it happened, and not about the past.
func (r *record) live(e *Entry) bool {
	switch e.Kind {
	case AlertEntry, Paged, Failed, Escalated:
		// What is told of an alert before it is a member was remembered from
		// the time before the incident.
		return r.member(e.Alert) >= 0
	}
	return e.At.Equal(e.Recorded)
}

// find returns the index of the line that an entry is, or was, the text of; -1
// if there is none.
func (r *record) find(seq uint64) int {
	return slices.IndexFunc(r.lines, func(l Line) bool {
		return l.Seq == seq || slices.ContainsFunc(l.Older, func(e Entry) bool { return e.Seq == seq })
	})
}

// change replaces the line at i by what f makes of it, leaving the lines that
// were handed out alone.
func (r *record) change(i int, f func(*Line)) {
	r.lines = slices.Clone(r.lines)
	f(&r.lines[i])
}

// marks tells whether an entry says something of another one.
func (e *Entry) marks() bool { return e.Kind == Starred || e.Kind == SetAction || e.Kind == Retracted }

// about returns the seq of the entry that this one says something of.
func (e *Entry) about() (seq uint64, ok bool) {
	if len(e.Refs) == 0 {
		return 0, false
	}
	seq, err := strconv.ParseUint(e.Refs[0], 10, 64)
	return seq, err == nil
}

// mark notes what an entry says of a line. It is false if there is no such line.
func (r *record) mark(e Entry) bool {
	seq, ok := e.about()
	i := r.find(seq)
	if !ok || i < 0 {
		return false
	}
	r.change(i, func(l *Line) {
		switch e.Kind {
		case Starred:
			l.Starred = e.Value == "on"
		case Retracted:
			l.Retracted = e.At
		}
		l.Marks = append(slices.Clip(l.Marks), e)
	})
	return true
}

// replace gives a line a new text. It is false if there is no such line.
func (r *record) replace(e Entry) bool {
	i := r.find(e.Replaces)
	if i < 0 {
		return false
	}
	r.change(i, func(l *Line) {
		l.Older = append(slices.Clip(l.Older), l.Entry)
		l.Entry = e
	})
	return true
}

func (r *record) setStatus(e Entry) {
	r.inc.Status = e.Value
	switch e.Value {
	case "closed":
		r.auto[ClosedAt] = e.At
	case "resolved", "post-incident":
		r.unset(ClosedAt)
	case "cancelled":
	default: // open, perhaps again: it is not over, whoever said so
		r.unset(ResolvedAt, RetroStarted, ClosedAt)
		r.inc.Into = ""
	}
	r.reach(e.At)
}

func (r *record) unset(ms ...Milestone) {
	for _, m := range ms {
		delete(r.hand, m)
		delete(r.by, m)
		delete(r.auto, m)
	}
}

// reached are the milestones that a status is the first sign of.
var reached = map[string]Milestone{
	"investigating": Investigating, "identified": Identified, "monitoring": Mitigated, "post-incident": RetroStarted,
}

// reach sets the milestone of the status that the incident has now, the first time.
func (r *record) reach(at time.Time) {
	m, ok := reached[r.inc.Status]
	if _, set := r.auto[m]; ok && !set {
		r.auto[m] = at
	}
}

func (r *record) setMilestone(e Entry) {
	if m := Milestone(e.Field); e.By == "" {
		r.auto[m] = e.At
	} else {
		r.hand[m], r.by[m] = e.At, e.By
	}
}

// earliest moves an automatic milestone back to at, if that is earlier.
func (r *record) earliest(m Milestone, at time.Time) {
	if old, ok := r.auto[m]; !at.IsZero() && (!ok || at.Before(old)) {
		r.auto[m] = at
	}
}

// setMilestones hands out what is set; what an operator set outlives the rest.
func (r *record) setMilestones() {
	set := maps.Clone(r.auto)
	maps.Copy(set, r.hand)
	if !maps.EqualFunc(set, r.inc.Milestones, time.Time.Equal) {
		r.inc.Milestones = set
	}
	if !maps.Equal(r.by, r.inc.SetBy) {
		r.inc.SetBy = maps.Clone(r.by)
	}
}
