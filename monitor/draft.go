package monitor

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"sitrep/incident"
	"sitrep/safe"
	"sitrep/store"
)

// maxDrafts is how many texts an operator may have begun and not sent.
const maxDrafts = 100

// noteTarget writes a note about a target into the log.
func (m *Monitor) noteTarget(now time.Time, a Actor, c Note) error {
	if _, ok := m.byName[c.Target]; !ok {
		return fmt.Errorf("note: no target %q", c.Target)
	}
	text := strings.TrimSpace(safe.Text(c.Text, 0))
	switch {
	case text == "":
		return fmt.Errorf("note: %w", incident.ErrEmpty)
	case len(text) > maxNote: // refused and not cut: nobody is to lose the end of what they wrote
		return fmt.Errorf("note: %w: %d bytes, at most %d", incident.ErrTooLong, len(text), maxNote)
	}
	m.log(Event{At: now, Kind: string(incident.Note), Target: c.Target, By: a.Name, Text: text})
	m.dropDraft(now, a, "target:"+c.Target)
	return nil
}

// keepDraft replaces what an operator is writing in one place.
func (m *Monitor) keepDraft(now time.Time, a Actor, d Draft) error {
	key := DraftKey{a.Name, safe.Line(d.Place, maxPlace)}
	text := safe.Text(d.Text, maxNote)
	_, begun := m.drafts[key]
	if text != "" && !begun && m.begun(a.Name) >= maxDrafts {
		return fmt.Errorf("draft: %d texts of yours are begun and not sent: send or drop one", maxDrafts)
	}
	m.people.wrote(a.Name, key.Place, text != "", now)
	if m.drafts[key] == text {
		return nil
	}
	drafts := maps.Clone(m.drafts)
	if text == "" {
		delete(drafts, key)
	} else {
		drafts[key] = text
	}
	m.drafts, m.changed = drafts, true
	m.batch.Drafts = append(m.batch.Drafts, store.Draft{By: key.By, Place: key.Place, Text: text, At: now})
	return nil
}

// dropDraft drops what an operator was writing in a place: it is sent.
func (m *Monitor) dropDraft(now time.Time, a Actor, place string) {
	_ = m.keepDraft(now, a, Draft{Place: place}) // nothing refuses an empty one
}

// begun returns how many drafts an operator has.
func (m *Monitor) begun(name string) (n int) {
	for key := range m.drafts {
		if key.By == name {
			n++
		}
	}
	return n
}

// noteDraft returns where the draft of a note was written: that of an action
// item may have a place of its own.
func (m *Monitor) noteDraft(a Actor, c Note) string {
	if own := "action:" + c.Incident; c.Kind == incident.Action && m.drafts[DraftKey{a.Name, own}] != "" {
		return own
	}
	return c.Incident
}
