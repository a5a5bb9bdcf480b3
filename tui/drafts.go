package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// drafts are what was typed and not sent, by place. Those of notes are kept by
// the monitor as well, and so outlive the session; a place is then what
// monitor.Draft calls one: an incident's ID, "target:NAME", or "field:ID:…" for
// a text that an incident has already. The others have one of their own, "ack:…".
type drafts struct {
	texts map[string]string
	turn  map[string]int       // grows with each change: only the last one's pause ends in a command …
	since map[string]time.Time // … or one that is long after the first that was not sent
}

const (
	draftPause    = 500 * time.Millisecond // after the last key, until a draft is sent
	draftMost     = 2 * time.Second        // after the first, however steadily somebody types
	draftPatience = 2 * time.Second        // with a monitor that does not answer: leaving waits for it
)

type (
	draftMsg struct {
		place string
		turn  int
	} // the pause after a change is over
	draftSaved struct{ err error }
)

// shared tells whether the monitor keeps the drafts of a place.
func shared(place string) bool {
	kind, _, other := strings.Cut(place, ":")
	return !other || kind == "target" || kind == "field"
}

// draft returns what was typed at a place, here or in another session.
func (m *Model) draft(place string) string {
	if text, ok := m.drafts.texts[place]; ok {
		return text
	}
	if m.snap == nil {
		return ""
	}
	return m.snap.Drafts[monitor.DraftKey{By: m.src.Actor().Name, Place: place}]
}

// drafted tells whether anything was typed and not sent.
func (m *Model) drafted() bool {
	for _, text := range m.drafts.texts {
		if strings.TrimSpace(text) != "" {
			return true
		}
	}
	if m.snap == nil {
		return false
	}
	for k, text := range m.snap.Drafts {
		if _, here := m.drafts.texts[k.Place]; !here && k.By == m.src.Actor().Name && text != "" {
			return true
		}
	}
	return false
}

// note that text is what now stands at a place; the command sends it once no
// other change has come for a while.
func (m *Model) typed(place, text string) tea.Cmd {
	if m.drafts.texts == nil {
		m.drafts = drafts{map[string]string{}, map[string]int{}, map[string]time.Time{}}
	}
	if m.draft(place) == text {
		return nil
	}
	m.drafts.texts[place] = text
	m.drafts.turn[place]++
	if !shared(place) {
		return nil
	}
	if m.drafts.since[place].IsZero() {
		m.drafts.since[place] = m.now
	}
	turn := m.drafts.turn[place]
	return tea.Tick(draftPause, func(time.Time) tea.Msg { return draftMsg{place, turn} })
}

// settleDraft sends a draft whose pause is over, or that has waited for long.
func (m *Model) settleDraft(msg draftMsg) tea.Cmd {
	first := m.drafts.since[msg.place]
	late := !first.IsZero() && m.now.Sub(first) >= draftMost
	if m.drafts.turn[msg.place] != msg.turn && !late {
		return nil
	}
	return m.sendDraft(msg.place)
}

// sendDraft sends what stands at a place at once, if there is anything to send.
func (m *Model) sendDraft(place string) tea.Cmd {
	text, ok := m.drafts.texts[place]
	if !ok || !shared(place) {
		return nil
	}
	m.drafts.turn[place]++
	delete(m.drafts.since, place)
	src, ctx := m.src, m.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, draftPatience)
		defer cancel()
		return draftSaved{src.Do(ctx, monitor.Draft{Place: place, Text: text})}
	}
}

// savedDraft says so if a draft is kept by this screen alone.
func (m *Model) savedDraft(err error) {
	if err != nil && !errors.Is(err, monitor.ErrUnsaved) {
		m.refuse("the draft is kept on this screen only: " + err.Error())
	}
}

// forget drops what stands at a place once it was sent for good.
func (m *Model) forget(place string) {
	delete(m.drafts.texts, place)
	delete(m.drafts.turn, place)
	delete(m.drafts.since, place)
}

// stopDraft lets the pause under way end in nothing: what was typed is sent otherwise.
func (m *Model) stopDraft(place string) {
	if m.drafts.turn != nil {
		m.drafts.turn[place]++
		delete(m.drafts.since, place)
	}
}
