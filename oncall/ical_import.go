package oncall

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Imported returns the events of a calendar, as ReadICS gives them, as overrides
// of a schedule: none at the same time as another, in the order of time. Where
// events overlap, the one that begins later takes over until it ends, of two
// that begin together the later in the file. IDs are "NAME/#" and a hash of the
// event and of when it begins, so that they outlast a reload, and come before
// those of the overrides that a configuration has beside the calendar: these
// then win over it, as both win over the layers.
func Imported(schedule string, events []CalendarEvent) []Override {
	var list []Override
	add := func(e *CalendarEvent, from, to time.Time) {
		list = append(list, Override{
			ID: schedule + "/#" + shortHash(e.UID, e.From, from), Schedule: schedule,
			From: from, To: to, With: e.Who, Note: e.Summary,
		})
	}
	// Those under way that begin earlier, the one that began last at the end. Up
	// to the time done all is said.
	var open []*CalendarEvent
	var done time.Time
	advance := func(to time.Time) {
		for len(open) > 0 && done.Before(to) {
			top := open[len(open)-1]
			end := top.To
			if end.After(to) {
				end = to
			}
			if end.After(done) {
				add(top, done, end)
				done = end
			}
			if !top.To.After(done) {
				open = open[:len(open)-1]
			}
		}
	}
	var end time.Time
	for i := range events {
		e := &events[i]
		advance(e.From)
		done = e.From
		open = append(open, e)
		if e.To.After(end) {
			end = e.To
		}
	}
	advance(end)
	return slices.Clip(list)
}

// OfCalendar tells whether an override, by its ID, is an event that was imported:
// a part of the plan, rather than a change of it.
func OfCalendar(id string) bool {
	return strings.HasPrefix(id[strings.LastIndexByte(id, '/')+1:], "#")
}

// shortHash returns a name for what is made of parts, the same each time.
func shortHash(parts ...any) string {
	h := sha256.New()
	for _, part := range parts {
		if t, ok := part.(time.Time); ok {
			part = t.Unix()
		}
		fmt.Fprintf(h, "%v\x00", part)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
