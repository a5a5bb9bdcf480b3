package monitor

import (
	"cmp"
	"iter"
	"slices"
	"sync"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/oncall"
	"sitrep/store"
)

// Event is one line of the alert log.
type Event = store.Event

// Self is the name of the built-in target, whose results say how sitrep itself is.
const Self = "sitrep"

// Snapshot is the whole picture at one instant. Nothing it points to ever
// changes, so that any number of screens may read it in their own time.
type Snapshot struct {
	Seq         uint64    // grows with each one published, from 1
	At          time.Time // UTC
	Order       uint64    // changes when a target came or went, or went from one believed status, alert or flag to another
	Counts      Counts
	Alerts      []alert.Alert    // pending, active, and lately resolved; gravest first, then oldest
	Silences    []alert.Silence  // those that have not ended, maintenance included; oldest first
	Policy      alert.Policy     // routes, receivers and maintenance windows: shared, not to be changed
	Accounts    []alert.Ledger   // every account: what each receiver was told
	Told        []alert.Delivery // the last 200 attempts that ended, oldest first; shared
	Config      Config
	Owed        []alert.Ledger       // accounts with something owed or under way
	Incidents   []*incident.Incident // open first, then the others, newest first
	Drafts      map[DraftKey]string  // what operators have typed and not sent
	Roster      *oncall.Roster       // who is on call, when; never nil
	Escalations []alert.Escalation   // those that are not over, by group; shared
	People      []Presence           // who looks, by name and then by when they came; shared
	Health      Health

	pages  [][]*TargetStatus // by name; shared between snapshots but for what changed
	index  map[string]int    // name → place in pages; shared
	byID   *alertIndex       // of Alerts; shared
	events []Event           // the tail of the log, oldest first, without holes; shared
}

// Counts is line 1 of every screen. A target is counted once.
type Counts struct {
	Down, Degraded, Unknown int // believed and not held back; unknown by the last result
	Soft                    int // last result worse than what is believed
	Silenced                int // bad and held back: silenced, in maintenance, explained by a parent, or waiting to be sure
	Up, Paused, Fresh       int // Fresh: not probed yet
	Unacked                 int // active alerts that nobody acknowledged and nothing holds back
}

// Presence is a screen that somebody has open.
type Presence struct {
	ID      uint64 // of the screen, from 1
	Actor   Actor
	Since   time.Time
	Place   string    // what they look at, as of Drafts, or a screen's name; "" is not known
	Writing time.Time // the last key of something that they write at Place; zero if they write nothing
}

// DraftKey says whose draft it is and where it is being written.
type DraftKey struct{ By, Place string }

// TargetStatus is one target as it stands.
type TargetStatus struct {
	Target   *checker.Target
	Last     checker.Result // At is zero if there never was one
	Restored bool           // Last is from an earlier run of the program
	Believed checker.Status // Unknown while nothing is believed
	Since    time.Time      // when Believed began; zero if unknown
	Alert    *alert.Alert   // pending or active; nil if none
	Incident string         // ID of the open incident that Alert is part of
	Samples  []Sample       // the last ones, oldest first: at most 512, none but the last 32 older than 20 min
	Minutes  []store.Bucket // whole minutes, oldest first, at most two hours
	Minute   store.Bucket   // the one that is being filled
	Failures []Failure      // the last 16 results that were not up, newest first
	InRow    int            // results not up in a row until now
	Probing  bool           // asked for by an operator and not back yet
}

// Sample is one result as charts need it.
type Sample struct {
	At      int64  // Unix milliseconds
	Took    uint32 // microseconds
	Code    uint16
	Status  uint8 // a checker.Status
	Attempt uint8
}

// Failure is a result that was not up.
type Failure struct {
	At     time.Time
	Took   time.Duration
	Status checker.Status
	Code   int
	Peer   string
	Text   string // of the worst finding
	Body   string // a piece of the answer, "" if none
}

// Config is how the configuration stands.
type Config struct {
	File     string
	Loaded   time.Time // when the one that holds was applied
	Checked  time.Time // when it was last read
	Error    string    // why the file as it is now is not applied: the first problem, with its place; "" if it is
	Problems int       // how many there are
	Waiting  []string  // changes that wait to be confirmed; nil if none
	Removed  int       // how many targets would go by these
}

// Health is how sitrep itself is.
type Health struct {
	Started     time.Time
	Link        string        // why this machine's own link is taken to be down; "" if it is not
	Late        time.Duration // how late the latest run began against its slot
	Skipped     uint64        // runs skipped because the one before was still under way
	Unsaved     int           // events, entries and ledgers that are applied and not on the disk yet
	Dropped     uint64        // samples given up because the disk did not take them
	Undelivered int           // notifications whose receiver has refused or failed, not accepted yet
	Saved       time.Time     // the last batch on disk
	SaveError   string        // why the last one is not; "" if it is
	StoreError  string        // what else is wrong with the file; "" if nothing is
	Troubles    []string      // what does not work and why, gravest first; "" never in it
	State       string        // the state directory
}

// Targets returns every target by name, with its place for Target.
func (s *Snapshot) Targets() iter.Seq2[int, *TargetStatus] {
	return func(yield func(int, *TargetStatus) bool) {
		i := 0
		for _, page := range s.pages {
			for _, t := range page {
				if !yield(i, t) {
					return
				}
				i++
			}
		}
	}
}

// Len returns the number of targets.
func (s *Snapshot) Len() int { return len(s.index) }

// Target returns the i-th target by name, 0 ≤ i < Len.
func (s *Snapshot) Target(i int) *TargetStatus { return s.pages[i/pageSize][i%pageSize] }

// Find returns the place of a target, false if there is none of this name.
func (s *Snapshot) Find(name string) (int, bool) {
	i, ok := s.index[name]
	return i, ok
}

// Alert returns the alert of an ID, nil if it is not in the snapshot.
func (s *Snapshot) Alert(id string) *alert.Alert {
	if s.byID != nil && shared(s.byID.list, s.Alerts) {
		return s.byID.find(id)
	}
	for i := range s.Alerts { // somebody put other ones into a copy
		if s.Alerts[i].ID == id {
			return &s.Alerts[i]
		}
	}
	return nil
}

// alertIndex finds the alerts of a list, which many snapshots may share. It is
// made when somebody first looks for one: most snapshots are not looked at.
type alertIndex struct {
	list []alert.Alert
	once sync.Once
	at   map[string]int // guarded by once
}

func (x *alertIndex) find(id string) *alert.Alert {
	x.once.Do(func() {
		x.at = make(map[string]int, len(x.list))
		for i := range x.list {
			x.at[x.list[i].ID] = i
		}
	})
	if i, ok := x.at[id]; ok {
		return &x.list[i]
	}
	return nil
}

// Incident returns the incident of an ID, nil if it is not in the snapshot.
func (s *Snapshot) Incident(id string) *incident.Incident {
	for _, inc := range s.Incidents {
		if inc.ID == id {
			return inc
		}
	}
	return nil
}

// Events returns the tail of the log, oldest first. The slice must not be
// written to.
func (s *Snapshot) Events() []Event { return s.events }

// LastEvent returns the Seq of the newest event; 0 if there is none.
func (s *Snapshot) LastEvent() uint64 {
	if len(s.events) == 0 {
		return 0
	}
	return s.events[len(s.events)-1].Seq
}

// EventsAfter returns the events newer than the one with this Seq, oldest
// first, and how many of them are no longer in the tail.
func (s *Snapshot) EventsAfter(seq uint64) (events []Event, missed uint64) {
	n := len(s.events)
	if n == 0 || s.events[n-1].Seq <= seq {
		return nil, 0
	}
	first := s.events[0].Seq
	if seq+1 < first {
		return s.events, first - seq - 1
	}
	return s.events[seq+1-first:], 0
}

// pageSize is how many targets share a page: publishing copies a page for each
// target that changed, and one pointer a page for those that did not.
const pageSize = 64

// Parts is what a snapshot is made of, for whoever makes one without a
// monitor: tests of screens, and a look at a stored state.
type Parts struct {
	Snapshot                 // its exported fields are taken over
	Targets  []*TargetStatus // any order
	Events   []Event         // oldest first, Seq without holes
}

// NewSnapshot puts the parts together. Targets are sorted by name.
func NewSnapshot(p Parts) *Snapshot {
	s := p.Snapshot
	s.Roster = cmp.Or(s.Roster, new(oncall.Roster))
	sorted := slices.SortedFunc(slices.Values(p.Targets), func(a, b *TargetStatus) int {
		return cmp.Compare(a.Target.Name, b.Target.Name)
	})
	s.index = make(map[string]int, len(sorted))
	for i, t := range sorted {
		s.index[t.Target.Name] = i
	}
	s.pages = slices.Collect(slices.Chunk(sorted, pageSize))
	s.events = p.Events
	s.byID = &alertIndex{list: s.Alerts}
	return &s
}
