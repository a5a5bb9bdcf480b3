package oncall

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"sitrep/safe"
)

// CalendarHorizon is how far ahead a calendar tells who is on call, if nobody
// says otherwise.
const CalendarHorizon = 180 * 24 * time.Hour

// slotsBack is how long before a calendar begins the slots of its first shifts
// may have begun.
const slotsBack = 400 * 24 * time.Hour

// WriteICS writes who is on call in a schedule from a time on, for as long as
// horizon, as an iCalendar file (RFC 5545) to be subscribed to. horizon 0 is
// CalendarHorizon.
//
// Each shift of one operator is an event of its own, in UTC, so that no reader
// has to know a zone or a rule; that shift is whole, which is under way at the
// beginning. A time that nobody is on call, or only the fallback is told, has no
// event. An event's UID comes of the schedule, of the layer or override, and of
// when its slot began: it outlasts a change of who is on, and an override within
// the slot. Its SEQUENCE is the number of changes that are known of that slot.
//
// The same roster and times give the same bytes. It fails with
// ErrUnknownSchedule, or as w does.
func WriteICS(w io.Writer, r *Roster, schedule string, from time.Time, horizon time.Duration) error {
	s, ok := r.Schedule(schedule)
	if !ok {
		return fmt.Errorf("%q: %w", safe.Line(schedule, 80), ErrUnknownSchedule)
	}
	from = from.UTC().Truncate(time.Second)
	to := from.Add(cmp.Or(horizon, CalendarHorizon))
	cal := ics.NewCalendar()
	cal.SetProductId("-//sitrep//on call//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName("On call: " + safe.Line(s.Name, 200))
	cal.SetRefreshInterval("PT1H")
	cal.SetXPublishedTTL("PT1H")
	e := eventWriter{cal: cal, roster: r, schedule: &s, stamp: from, named: map[string]bool{}}
	e.changes(from)
	e.slots = e.layerSlots(from.Add(-slotsBack), to)
	for _, shift := range wholeShifts(r, schedule, from, to) {
		e.add(shift)
	}
	return cal.SerializeTo(w, ics.WithNewLineWindows)
}

// wholeShifts returns the shifts of [from, to), the first and the last of them
// from their beginning to their end, if they have one.
func wholeShifts(r *Roster, schedule string, from, to time.Time) []Shift {
	shifts := r.Shifts(schedule, from, to)
	if len(shifts) == 0 {
		return nil
	}
	first, last := &shifts[0], &shifts[len(shifts)-1]
	if whole := r.At(schedule, from); !whole.From.IsZero() {
		first.From = whole.From
	}
	if whole := r.At(schedule, last.From); !whole.To.IsZero() {
		last.To = whole.To
	}
	return shifts
}

// eventWriter makes events of the shifts of one schedule.
type eventWriter struct {
	cal      *ics.Calendar
	roster   *Roster
	schedule *Schedule
	stamp    time.Time
	slots    map[string][]Shift // by layer: its own shifts
	named    map[string]bool    // UIDs that were given
	edits    []edit
	why      map[string]string // by the ID of an override
}

// edit is a time for which something was changed, and how many times.
type edit struct {
	from, to time.Time // zero to: for good
	layer    string    // "" is all
	times    int
}

// layerSlots returns what each layer alone says, in the order of time.
func (e *eventWriter) layerSlots(from, to time.Time) map[string][]Shift {
	slots := map[string][]Shift{}
	for place := range e.schedule.Layers {
		for _, s := range e.roster.LayerShifts(e.schedule.Name, place, from, to) {
			slots[s.Layer] = append(slots[s.Layer], s)
		}
	}
	for _, some := range slots { // two layers may have one name
		slices.SortStableFunc(some, func(a, b Shift) int { return a.From.Compare(b.From) })
	}
	return slots
}

// changes lists all that is known to have been changed of the schedule.
func (e *eventWriter) changes(now time.Time) {
	e.why = map[string]string{}
	for _, o := range e.roster.Overrides(true) {
		if o.Schedule != e.schedule.Name {
			continue
		}
		e.why[o.ID] = e.explain(&o)
		if OfCalendar(o.ID) {
			continue
		}
		times := 1
		for _, change := range []time.Time{o.Accepted, o.Ended} {
			if !change.IsZero() && !change.After(now) {
				times++
			}
		}
		e.edits = append(e.edits, edit{o.From, o.To, "", times})
	}
	for _, v := range e.roster.Revisions(e.schedule.Name) {
		if !v.From.IsZero() { // the first is no change
			e.edits = append(e.edits, edit{v.From, time.Time{}, v.Layer.Name, 1})
		}
	}
}

// add makes the events of a shift.
func (e *eventWriter) add(s Shift) {
	if s.Fallback {
		return
	}
	for _, who := range s.On {
		begin, end := e.slot(s)
		uid := e.uid(s, begin)
		if len(s.On) > 1 {
			uid = shortHash(uid, who)
		}
		e.named[uid] = true
		event := e.cal.AddEvent(uid + "@sitrep")
		event.SetDtStampTime(e.stamp)
		event.SetStartAt(s.From)
		event.SetEndAt(s.To)
		event.SetSequence(e.sequence(s.Layer, begin, end))
		event.SetSummary("On call: " + e.title(who) + " (" + safe.Line(e.schedule.Name, 80) + ")")
		event.SetDescription(e.reason(s))
		event.SetTimeTransparency(ics.TransparencyTransparent) // one may be on call and in a meeting
		event.SetProperty(propOperator, safe.Line(who, 0))
	}
}

// slot returns the slot of its layer that a shift is of: an override may leave
// only a part of it. That of an override is the shift itself.
func (e *eventWriter) slot(s Shift) (from, to time.Time) {
	if s.Layer == "" || s.Override != "" {
		return s.From, s.To
	}
	slots := e.slots[s.Layer]
	i, found := slices.BinarySearchFunc(slots, s.From, func(slot Shift, t time.Time) int { return slot.From.Compare(t) })
	if !found {
		i--
	}
	if i < 0 || !s.From.Before(slots[i].To) {
		return s.From, s.To
	}
	if from = slots[i].From; from.Equal(e.stamp.Add(-slotsBack)) {
		from = time.Time{} // cut there: it has been so for longer, perhaps always
	}
	return from, slots[i].To
}

// uid names a shift. What is left of a slot before an override has the slot's
// own name, and so has what is left behind if nothing is left before.
func (e *eventWriter) uid(s Shift, slot time.Time) string {
	reason := "layer " + s.Layer
	if s.Override != "" {
		reason = "override " + s.Override
	}
	uid := shortHash(e.schedule.Name, reason, slot)
	if e.named[uid] {
		uid = shortHash(e.schedule.Name, reason, slot, s.From)
	}
	return uid
}

// sequence counts the changes of a slot.
func (e *eventWriter) sequence(layer string, from, to time.Time) int {
	n := 0
	for _, c := range e.edits {
		if c.from.Before(to) && (c.to.IsZero() || c.to.After(from)) && (c.layer == "" || c.layer == layer) {
			n += c.times
		}
	}
	return n
}

// title returns what people call an operator.
func (e *eventWriter) title(who string) string {
	o, _ := e.roster.Operator(who)
	return safe.Line(cmp.Or(o.Title, who), 200)
}

// reason says why somebody is on call.
func (e *eventWriter) reason(s Shift) string {
	if s.Override != "" {
		return e.why[s.Override]
	}
	return "Rotation " + safe.Line(s.Layer, 80)
}

// explain says what an override is.
func (e *eventWriter) explain(o *Override) string {
	text := "Takes over for " + cmp.Or(e.title(o.For), "whoever is on call")
	if OfCalendar(o.ID) {
		text = "By the calendar"
	}
	if o.Note != "" {
		text += ": " + o.Note
	}
	return strings.TrimSpace(safe.Text(text, 1000))
}
