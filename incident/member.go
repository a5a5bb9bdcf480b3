package incident

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/alert"
)

// The words that Field holds in entries that set something of their own.
const (
	groupField  = "group" // Joined: Value is the alert's group
	silenceMade = "made"  // Silenced: Value is the silence's ID
	silenceOver = "ended"
	mergedInto  = "into" // Merged: Value is the other incident
	mergedFrom  = "from"
	splitTo     = "to" // Split: Value is the other incident
	splitFrom   = "from"
	leftAgain   = "again" // Left: it came back after the incident was over, and goes on in another one
)

// The names in Refs, "name=value". Times are RFC 3339 in UTC.
const (
	refSeverity = "severity"
	refState    = "state" // of an alert; of a role: see SetRole
	refFrom     = "from"  // of a role: who had it until now
	refStarted  = "started"
	refDetected = "detected"
	refResolved = "resolved"
	refAcked    = "acked"
	refAckedBy  = "acked_by"
	refKey      = "key"         // of a notification
	refPaging   = "paging"      // of one: "yes", or "no" if its receiver wakes nobody; none if that was not known
	refPaged    = "paged"       // of a merge or split: when the first page of what came from there was accepted
	refStep     = "step"        // of an escalation
	refEvent    = "event"       // of Escalated: the alert.Kind, if it is another than that a step called
	refSpell    = "spell"       // of a member that was one elsewhere: see spellText
	refHeld     = "maintenance" // of an alert: the ID of that which it is in; of a silence: that it is one
	refStale    = "stale"
	refAlert    = "alert"  // of a silence: a member that it holds back; of a notification: each that it tells of, if several
	refStatus   = "status" // of a declaration: "" is investigating
	refCounted  = "counted"
	refAudience = "audience"
	refChannel  = "channel"
)

// joinEntry is what makes an alert a member: all that the incident must know of
// it from then on.
func joinEntry(a *alert.Alert, by string) Entry {
	e := Entry{
		Kind: Joined, Alert: a.ID, Target: a.Target, By: by,
		Text: gravityText(a), Field: groupField, Value: a.Group,
	}
	e.ref(refSeverity, a.Severity.String())
	e.ref(refState, memberState(a))
	e.refTime(refStarted, a.Started)
	e.refTime(refDetected, a.Detected)
	e.refTime(refResolved, a.Resolved)
	if a.Ack != nil {
		e.refTime(refAcked, a.Ack.At)
		e.ref(refAckedBy, a.Ack.By)
	}
	e.heldRefs(a)
	return e
}

// alertEntry is what the timeline says of an event, false if it says nothing.
func alertEntry(ev *alert.Event) (Entry, bool) {
	a := &ev.Alert
	e := Entry{
		Kind: AlertEntry, At: ev.At, Alert: a.ID, Target: a.Target, By: ev.By,
		Field: string(ev.Kind), Value: a.Severity.String(),
	}
	switch ev.Kind {
	case alert.KindFired, alert.KindReopened:
		e.Text = gravityText(a) + a.HeldText()
		e.refTime(refStarted, a.Started)
		e.refTime(refDetected, a.Detected)
		e.heldRefs(a)
	case alert.KindWorse, alert.KindBetter:
		e.Text = gravityText(a) + a.HeldText()
	case alert.KindInhibited:
		e.Text = "explained: " + ev.Text + " is down"
	case alert.KindFreed:
		e.Text = "no longer explained by " + ev.Text
	case alert.KindFlapping:
		e.Text = "flaps"
	case alert.KindSteady:
		e.Text = "is steady again"
	case alert.KindStale:
		e.Text = "gives no result"
	case alert.KindFresh:
		e.Text = "gives results again"
	case alert.KindResolved:
		e.Text = endText(ev)
		e.refTime(refResolved, cmp.Or(a.Resolved, ev.At))
	case alert.KindAcked:
		e.Text = ev.Text
		if a.Ack != nil {
			e.Text = cmp.Or(a.Ack.Note, ev.Text)
			e.By = cmp.Or(ev.By, a.Ack.By)
		}
	case alert.KindUnacked:
		e.Text = ev.Text
	case alert.KindEscalated, alert.KindUncovered, alert.KindExhausted, alert.KindAudited:
		e.escalation(ev)
	default:
		return Entry{}, false
	}
	return e, true
}

// escalation makes an entry one of a step that called somebody, could not, or was
// mended.
func (e *Entry) escalation(ev *alert.Event) {
	e.Kind, e.Field, e.Value, e.Text = Escalated, "", "", ev.Text
	if c := ev.Escalation; c != nil {
		e.Field, e.Value = c.Route, strconv.Itoa(c.Step)
	}
	if ev.Kind != alert.KindEscalated {
		e.ref(refEvent, string(ev.Kind))
	}
}

// heldRefs notes why the time that an alert is bad may not count.
func (e *Entry) heldRefs(a *alert.Alert) {
	e.ref(refHeld, a.Maintenance)
	if a.Stale {
		e.ref(refStale, "yes")
	}
}

// gravityText is what is wrong with an alert's target: "critical: 503, want 200".
func gravityText(a *alert.Alert) string {
	if what := a.What(); what != "" {
		return a.Severity.String() + ": " + what
	}
	return a.Severity.String()
}

// memberState is the alert's state as a timeline knows it.
func memberState(a *alert.Alert) string {
	if a.State == alert.Resolved {
		return alert.Resolved.String()
	}
	return alert.Firing.String()
}

func (r *record) member(alertID string) int {
	return slices.IndexFunc(r.inc.Alerts, func(m Member) bool { return m.Alert == alertID })
}

// join takes in an alert. One that is a member already is as it now says.
func (r *record) join(e Entry) {
	m := Member{
		Alert: e.Alert, Target: e.Target,
		Severity: e.value(refSeverity),
		State:    cmp.Or(e.value(refState), alert.Firing.String()),
		Started:  e.valueTime(refStarted),
		Detected: e.valueTime(refDetected),
		Resolved: e.valueTime(refResolved),
		AckedBy:  e.value(refAckedBy),
	}
	if len(r.inc.Alerts) == 0 {
		r.inc.Group = e.Value
	}
	if i := r.member(e.Alert); i >= 0 {
		r.inc.Alerts = slices.Clone(r.inc.Alerts)
		r.inc.Alerts[i] = m
	} else {
		r.inc.Alerts = append(slices.Clip(r.inc.Alerts), m)
	}
	r.joined = e.At
	r.earliest(Started, m.Started)
	r.earliest(Detected, m.Detected)
	r.earliest(Acknowledged, e.valueTime(refAcked))
}

// alertEvent is what happened to an alert, member or not yet.
func (r *record) alertEvent(e Entry) {
	kind := alert.Kind(e.Field)
	if kind == alert.KindAcked {
		r.earliest(Acknowledged, e.At)
	}
	i := r.member(e.Alert)
	if i < 0 {
		return
	}
	r.inc.Alerts = slices.Clone(r.inc.Alerts)
	m := &r.inc.Alerts[i]
	switch kind {
	case alert.KindFired, alert.KindReopened, alert.KindWorse, alert.KindBetter:
		m.Severity = cmp.Or(e.Value, m.Severity)
		m.State = alert.Firing.String()
		m.Resolved = time.Time{}
		if kind == alert.KindReopened {
			m.AckedBy = ""
		}
	case alert.KindResolved:
		m.State = alert.Resolved.String()
		m.Resolved = cmp.Or(e.valueTime(refResolved), e.At)
	case alert.KindAcked:
		m.AckedBy = e.By
	case alert.KindUnacked:
		m.AckedBy = ""
	}
}

// ref notes "name=value" beside what the entry says; an empty value is left out.
func (e *Entry) ref(name, value string) {
	if value != "" {
		e.Refs = append(e.Refs, name+"="+value)
	}
}

func (e *Entry) refTime(name string, t time.Time) {
	if !t.IsZero() {
		e.ref(name, instant(t).Format(time.RFC3339Nano))
	}
}

// value returns what ref noted under a name, "" if nothing.
func (e *Entry) value(name string) string {
	for _, ref := range e.Refs {
		if v, ok := strings.CutPrefix(ref, name+"="); ok {
			return v
		}
	}
	return ""
}

// values returns all that ref noted under a name.
func (e *Entry) values(name string) []string {
	var all []string
	for _, ref := range e.Refs {
		if v, ok := strings.CutPrefix(ref, name+"="); ok {
			all = append(all, v)
		}
	}
	return all
}

func (e *Entry) valueTime(name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, e.value(name))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
