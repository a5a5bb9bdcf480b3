package incident

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
)

// The states that a spell may have. What was in planned maintenance is excluded,
// whatever else it was; while an alert gave no results it is unknown.
const (
	SpellDown     = "down"
	SpellDegraded = "degraded"
	SpellUnknown  = "unknown"
	SpellExcluded = "excluded"
)

// Spell is a time for which an alert of an incident was bad in one way.
type Spell struct {
	Alert, Target string
	State         string // SpellDown, …
	From, To      time.Time
}

// Spells returns when the incident's alerts were bad, and how, as far as its
// entries say: alerts in the order of joining, each with its spells in order. One
// that is not over reaches to the last entry. What came after the incident was
// resolved is no part of it.
func (i *Incident) Spells() []Spell {
	log := i.Log()
	end := i.end(log)
	var all []Spell
	for n := range i.Alerts {
		all = append(all, spellsUntil(&i.Alerts[n], log, end)...)
	}
	return all
}

// end returns how far the figures of an incident reach: to when it was resolved,
// to its last entry if it is not.
func (i *Incident) end(log []Entry) time.Time {
	if at, ok := i.Milestones[ResolvedAt]; ok && !i.Open() {
		return at
	}
	return lastWritten(log)
}

// spellsUntil is spellsOf without what lies after end.
func spellsUntil(m *Member, log []Entry, end time.Time) []Spell {
	all := slices.DeleteFunc(spellsOf(m, log, end), func(s Spell) bool { return !s.From.Before(end) })
	for i := range all {
		all[i].To = minTime(all[i].To, end)
	}
	return all
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// tracker follows one alert through a log.
type tracker struct {
	member *Member
	out    []Spell

	from     time.Time       // since when it is as it is now
	severity string          // "" is over
	known    bool            // an entry told what it was
	stale    bool            // gives no results
	held     map[string]bool // IDs of the maintenance that it is in
}

// spellsOf returns when a member was bad, and how; until end if it still is.
func spellsOf(m *Member, log []Entry, end time.Time) []Spell {
	t := &tracker{member: m, from: m.Started}
	for i := range log {
		e := &log[i]
		switch {
		case e.Kind == Silenced:
			t.hold(e.At, e.Value, e.value(refHeld) != "" && slices.Contains(e.values(refAlert), m.Alert))
		case e.Alert != m.Alert:
		case e.Kind == Left && e.Field == leftAgain:
			t.cut(e.At)
			t.severity = ""
		case e.Kind == Left:
			*t = tracker{member: m, from: m.Started}
		case e.Kind == Joined && !t.known: // otherwise what came before says more
			t.joined(e)
		case e.Kind == AlertEntry:
			t.happened(e)
		}
	}
	t.cut(end)
	return t.out
}

// state is what it is now, "" if that is not bad.
func (t *tracker) state() string {
	switch {
	case t.severity == "":
		return ""
	case len(t.held) > 0:
		return SpellExcluded
	case t.stale:
		return SpellUnknown
	case t.severity == alert.Critical.String():
		return SpellDown
	}
	return SpellDegraded
}

// cut ends what it was until then.
func (t *tracker) cut(to time.Time) {
	if state := t.state(); state != "" && to.After(t.from) {
		t.out = append(t.out, Spell{Alert: t.member.Alert, Target: t.member.Target, State: state, From: t.from, To: to})
	}
	t.from = to
}

// hold begins or ends maintenance.
func (t *tracker) hold(at time.Time, id string, on bool) {
	if t.held[id] == on {
		return
	}
	if t.known {
		t.cut(at)
	}
	if t.held = maps.Clone(t.held); t.held == nil {
		t.held = map[string]bool{}
	}
	if t.held[id] = true; !on {
		delete(t.held, id)
	}
}

// joined takes in what an alert was when it became a member.
func (t *tracker) joined(e *Entry) {
	t.begin(e, e.value(refSeverity))
	for _, text := range e.values(refSpell) {
		if s, ok := parseSpell(text); ok {
			s.Alert, s.Target = t.member.Alert, t.member.Target
			t.out, t.from = append(t.out, s), e.At
		}
	}
	if over := e.valueTime(refResolved); !over.IsZero() {
		t.cut(over)
		t.severity = ""
	}
}

// begin takes in what the first entry of an alert says of it.
func (t *tracker) begin(e *Entry, severity string) {
	if id := e.value(refHeld); id != "" {
		t.hold(t.from, id, true)
	}
	t.severity, t.stale, t.known = severity, e.value(refStale) != "", true
}

func (t *tracker) happened(e *Entry) {
	switch alert.Kind(e.Field) {
	case alert.KindFired:
		t.begin(e, e.Value)
	case alert.KindWorse, alert.KindBetter:
		if !t.known {
			t.begin(e, otherSeverity(e.Value))
		}
		t.cut(e.At)
		t.severity = e.Value
	case alert.KindReopened:
		if t.severity == "" {
			t.cut(e.At)
			if from := e.valueTime(refStarted); t.out == nil || from.After(t.out[len(t.out)-1].To) {
				t.from = minTime(cmp.Or(from, e.At), e.At)
			}
			t.begin(e, e.Value)
		}
	case alert.KindStale, alert.KindFresh:
		if t.known {
			t.cut(e.At)
		}
		t.stale = e.Field == string(alert.KindStale)
	case alert.KindResolved:
		if !t.known {
			t.begin(e, e.Value)
		}
		over := e.valueTime(refResolved)
		if over.IsZero() {
			over = e.At
		}
		t.cut(over)
		t.severity = ""
	}
}

// otherSeverity is what an alert was before it got worse, or better, to s.
func otherSeverity(s string) string {
	if s == alert.Critical.String() {
		return alert.Warning.String()
	}
	return alert.Critical.String()
}

// text is the spell as entries keep it of an alert that was a member elsewhere.
func (s *Spell) text() string {
	return s.State + " " + instant(s.From).Format(time.RFC3339Nano) + " " + instant(s.To).Format(time.RFC3339Nano)
}

func parseSpell(text string) (Spell, bool) {
	words := strings.Fields(text)
	if len(words) != 3 {
		return Spell{}, false
	}
	from, err := time.Parse(time.RFC3339Nano, words[1])
	if err != nil {
		return Spell{}, false
	}
	to, err := time.Parse(time.RFC3339Nano, words[2])
	if err != nil || to.Before(from) {
		return Spell{}, false
	}
	return Spell{State: words[0], From: from.UTC(), To: to.UTC()}, true
}
