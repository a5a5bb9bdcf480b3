package tui

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"sitrep/incident"
)

// draftHead begins the first line of a draft that is more than the text of a
// note, and of a text that begins like one: kind, time and parts stand behind it,
// as in the query of a URL. The text follows on the next line.
const draftHead = "%sitrep "

// draftLimit is the longest draft that is kept, in bytes. Of a text that has no
// room left for a head, the text alone is.
const draftLimit = 64 << 10

// draft returns all that was typed, as one text.
func (d *noteDialog) draft(m *Model) string {
	text := d.text.text
	if !d.fresh() {
		return text
	}
	v := url.Values{}
	for kind, parts := range d.parts {
		for i, p := range parts {
			if value := p.text(); value != "" && (p.choice == nil || p.choice.at > 0) {
				v.Set(string(kind)+"."+parts[i].name, value)
			}
		}
	}
	if at := strings.TrimSpace(d.at.text); at != "" {
		if when, err := m.moment(at); err == nil { // -20m means something else tomorrow
			at = when.Format(time.RFC3339Nano)
		}
		v.Set("at", at)
	}
	if len(v) == 0 && strings.TrimSpace(text) == "" {
		return text // a kind alone is nothing that was typed
	}
	if d.kind != 0 {
		v.Set("kind", string(d.kindOf()))
	}
	if len(v) == 0 && !strings.HasPrefix(text, draftHead) {
		return text
	}
	if head := draftHead + v.Encode() + "\n"; len(head)+len(text) <= draftLimit {
		return head + text
	}
	return text
}

// restore takes up a draft. What it does not know of the head is left out.
func (m *Model) restore(d *noteDialog, draft string) {
	head, text, headed := strings.Cut(draft, "\n")
	query, is := strings.CutPrefix(head, draftHead)
	v, err := url.ParseQuery(query)
	if !headed || !is || err != nil {
		d.text.set(draft)
		return
	}
	d.text.set(text)
	d.kind = max(slices.Index(noteKinds, incident.Kind(v.Get("kind"))), 0)
	for kind, parts := range d.parts {
		for i := range parts {
			if value := v.Get(string(kind) + "." + parts[i].name); value != "" {
				parts[i].set(value)
			}
		}
	}
	if at := v.Get("at"); at != "" {
		if when, err := time.Parse(time.RFC3339Nano, at); err == nil {
			at = m.clock(when, time.DateTime)
		}
		d.at.set(at)
		d.dated = true
	}
}
