package tui

import (
	"fmt"
	"strings"

	"sitrep/monitor"
)

// news adds up what happened, for one line.
type news struct {
	counts [len(countedKinds)]int
	deeds  []string // what other operators did, the latest last
	missed uint64   // events that are no longer at hand
	other  int      // what has no word of its own
}

// newsDeeds is how many deeds of others are named.
const newsDeeds = 4

// countedKinds are what is told by number, gravest first, and its word.
var countedKinds = [...]struct{ kind, word string }{
	{"fired", "fired"},
	{"reopened", "fired again"},
	{"worse", "got worse"},
	{"escalated", "escalated"},
	{"exhausted", "at the last resort"},
	{"failed", "not delivered"},
	{"stale", "stale"},
	{"unknown", "unknown"},
	{"soft", "soft"},
	{"flapping", "flapping"},
	{"paged", "paged"},
	{"better", "got better"},
	{"resolved", "resolved"},
}

// toldKinds are about who was told, and no change of a target.
var toldKinds = map[string]bool{"paged": true, "failed": true, "failover": true, "mended": true, "storm": true, "handover": true, "oncall": true}

// deedWords are how what an operator did is told.
var deedWords = map[string]string{
	"ack": "acked", "unack": "unacked", "silence": "silenced", "unsilence": "ended a silence on", "resilence": "changed a silence on",
	"declare": "declared", "note": "wrote on", "decision": "decided on", "comms": "told of", "action": "wants done on",
	"resolved": "resolved", "oncall": "changed the roster", "config": "reloaded",
}

// add takes in an event.
func (n *news) add(e *monitor.Event) {
	if word := deedWords[e.Kind]; e.By != "" && word != "" {
		what := e.Target
		if e.Incident != "" && (what == "" || e.Kind != "ack") {
			what = shortID(e.Incident)
		}
		n.deeds = append(n.deeds, strings.TrimSpace(e.By+" "+word+" "+what))
		if over := len(n.deeds) - newsDeeds; over > 0 {
			n.other += over
			n.deeds = append(n.deeds[:0], n.deeds[over:]...)
		}
		return
	}
	for i := range countedKinds {
		if countedKinds[i].kind == e.Kind {
			n.counts[i]++
			return
		}
	}
	n.other++
}

// empty tells whether nothing happened.
func (n *news) empty() bool { return n.parts() == nil }

// parts are what happened, gravest first.
func (n *news) parts() []string {
	var all []string
	for i, c := range n.counts {
		if c > 0 {
			all = append(all, fmt.Sprintf("%d %s", c, countedKinds[i].word))
		}
	}
	all = append(all, n.deeds...)
	if more := uint64(n.other) + n.missed; more > 0 {
		all = append(all, fmt.Sprintf("%d more", more))
	}
	return all
}

// changeWords is what happened since one looked: "since 03:39 (4m): 1 fired, 2
// paged, bo acked weaviate-eu1".
func (m *Model) changeWords() string {
	a := &m.away
	return "since " + m.hm(a.since.at) + " (" + age(m.now.Sub(a.since.at)) + "): " + strings.Join(a.news.parts(), ", ")
}

// changesShown tells whether what changed has a line of its own: from when one
// comes back until it is seen, on a screen that is not too low.
func (m *Model) changesShown() bool {
	a := &m.away
	return m.h >= heightTabs && a.since != nil && !a.away && !m.frozen() && m.snap != nil && !a.news.empty()
}

// drawChanges draws that line.
func (m *Model) drawChanges(c *canvas) {
	hint := m.keyFor("c") + " shows them"
	if m.filter.asksChanged() {
		hint = m.keyFor("c") + " seen"
	}
	c.glyph(key, "+")
	c.put(plain, " ")
	c.until(c.width() - len(hint) - 2)
	c.rest(plain, m.changeWords())
	c.until(c.width())
	if c.col+len(hint)+1 <= c.width() {
		c.fill(c.width() - len(hint))
		c.put(key, hint)
	}
	c.end()
}
