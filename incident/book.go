package incident

import (
	"cmp"
	"slices"
	"time"

	"sitrep/alert"
)

// Settings are what an operator configures of incidents. The zero value opens
// none by itself and lets no alert join one.
type Settings struct {
	// Declare opens an incident for an alert that Match means and that nobody
	// acknowledged for DeclareAfter since it fired or got worse. A silenced one
	// waits for the end of its silence.
	Declare      bool
	DeclareAfter time.Duration
	// Match says of which alerts that holds; nil is of critical ones. One that is
	// not valid means none.
	Match alert.Matcher
	// ID makes the names of incidents: {year} is that of their declaration in
	// UTC, {n} counts within it, or over all years if there is no {year}, and
	// {n:4} has four digits at least. "" is "inc-{year}-{n:4}", and so is one that
	// CheckID refuses. No name comes twice, whatever it was changed from.
	ID string
	// Paging tells which receivers wake somebody, by name; nil takes all for such.
	// The time to acknowledge counts from the first page that one accepted.
	Paging map[string]bool
	// JoinWithin lets an alert that fires join an open incident of the same
	// group if it does so within this time after the last alert joined; 0 is never.
	JoinWithin time.Duration
	// Severities are the meanings of the levels, by name: SEV1 … SEV5.
	Severities map[string]string
}

// Book is every incident. The same entries always add up to the same incidents:
// Restore is all that a restart needs, and Recall for what never became an entry.
type Book struct {
	settings Settings
	seq      uint64
	match    *alert.Compiled // of settings.Match; nil if that is nil or not valid
	counts   map[int]int     // incidents of a year so far
	records  map[string]*record
	homes    map[string]string // alert ID → the incident that it joined last
	listed   []*Incident       // what Incidents returns; nil once something changed

	watched map[string]*watched // alerts, by ID
	ended   []string            // of these the resolved ones, in that order
}

// NewBook returns an empty book.
func NewBook(s Settings) *Book {
	b := &Book{
		counts:  map[int]int{},
		records: map[string]*record{},
		homes:   map[string]string{},
		watched: map[string]*watched{},
	}
	b.SetSettings(s)
	return b
}

// SetSettings changes what happens from now on.
func (b *Book) SetSettings(s Settings) {
	b.settings, b.match = s, nil
	if s.Match == nil {
		return
	}
	if c, err := s.Match.Compile(); err == nil {
		b.match = c
	}
}

// Restore adds entries that were written before, in the order of their Seq.
// Incidents that are not needed may stay away, but for the one that was declared
// last and the one with the last entry: from these the numbers go on.
func (b *Book) Restore(entries []Entry) {
	for _, e := range entries {
		b.fold(e)
	}
}

// Seq returns the seq of the last entry, 0 if there is none.
func (b *Book) Seq() uint64 { return b.seq }

// Incidents returns the open ones, gravest first, then the others; newest first
// where nothing else decides. The slice must not be written to.
func (b *Book) Incidents() []*Incident {
	if b.listed == nil {
		b.listed = make([]*Incident, 0, len(b.records))
		for _, r := range b.records {
			b.listed = append(b.listed, r.inc)
		}
		slices.SortFunc(b.listed, byUrgency)
	}
	return b.listed
}

func byUrgency(x, y *Incident) int {
	switch {
	case x.Open() && !y.Open():
		return -1
	case !x.Open() && y.Open():
		return 1
	case x.Open():
		if c := cmp.Compare(gravity(x.Severity), gravity(y.Severity)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(y.Seq, x.Seq), cmp.Compare(y.ID, x.ID))
}

// gravity returns the place of a severity, gravest first, unset last.
func gravity(severity string) int {
	if i := slices.Index(Severities, severity); i >= 0 {
		return i
	}
	return len(Severities)
}

// Get returns an incident by its ID, nil if there is none.
func (b *Book) Get(id string) *Incident {
	if r := b.records[id]; r != nil {
		return r.inc
	}
	return nil
}

// Of returns the open incident that an alert is part of, nil if there is none.
func (b *Book) Of(alertID string) *Incident {
	if r := b.home(alertID); r != nil && r.inc.Open() {
		return r.inc
	}
	return nil
}

// home returns the record of the incident that an alert's events belong to: the
// one it joined last, unless that is over.
func (b *Book) home(alertID string) *record {
	r := b.records[b.homes[alertID]]
	if r == nil || r.inc.over() {
		return nil
	}
	return r
}

// fold takes in one entry, new or restored.
func (b *Book) fold(e Entry) {
	r := b.records[e.Incident]
	if r == nil {
		r = newRecord(e.Incident)
		b.records[e.Incident] = r
	}
	b.count(&e, r.inc.Seq == 0)
	e.At, e.Recorded, e.Until = instant(e.At), instant(e.Recorded), instant(e.Until)
	r.fold(e)
	switch {
	case e.Kind == Joined:
		b.homes[e.Alert] = e.Incident
	case e.Kind == Left && b.homes[e.Alert] == e.Incident:
		delete(b.homes, e.Alert)
	}
	b.seq = max(b.seq, e.Seq)
	b.listed = nil
}

// pen writes what follows from one call into the book, and keeps it for the
// caller to save.
type pen struct {
	book *Book
	now  time.Time
	out  []Entry
}

func (b *Book) pen(now time.Time) *pen { return &pen{book: b, now: instant(now)} }

// write completes an entry and takes it in. A zero At is now.
func (p *pen) write(e Entry) {
	e.Seq = p.book.seq + 1
	e.Recorded = p.now
	if e.At.IsZero() {
		e.At = p.now
	}
	e.At = instant(e.At)
	p.book.fold(e)
	p.out = append(p.out, e)
}

// instant returns t as entries hold it, the same before and after a restart: in
// UTC, without a reading of the monotonic clock.
func instant(t time.Time) time.Time { return t.UTC().Round(0) }

// severityWord is how entries spell a severity: "unset" for none.
func severityWord(s string) string { return cmp.Or(s, "unset") }
