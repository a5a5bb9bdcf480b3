package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"sitrep/checker"
	"sitrep/oncall"
)

const (
	reopenWithin = 10 * time.Minute // of the end, if the policy does not say
	settleFor    = 30 * time.Second // likewise: after a start, and after a parent is up again
	depGrace     = 15 * time.Second // likewise: for parents to be probed
	staleAfter   = 3                // likewise: intervals
	nudgeEvery   = time.Hour        // whoever acknowledged is reminded that it goes on
	byHandHolds  = 10 * time.Minute // until a target that is still bad opens what was resolved by hand
	keepResolved = time.Hour        // on screens
	keepForGone  = 24 * time.Hour   // what a receiver that is gone was told, once that is over
)

// Manager is every alert, silence and ledger. The zero value is of no use: see
// NewManager. Methods that change something return what follows from it, and
// are called with times that do not go back.
type Manager struct {
	newID func(now time.Time) string

	// what there is
	targets    map[string]*subject  // by name
	known      map[*spell]struct{}  // pending, active, and over but not forgotten
	alerts     map[string]*spell    // those of known that have an ID
	silences   []*hold              // not ended, oldest first
	silenceSeq int                  // number of the last one made
	maintained int                  // silences that are maintenance
	loosened   bool                 // an open-ended silence may be over
	skipped    map[string]time.Time // window → until when it was ended early
	stale      map[string]bool      // targets
	books
	climbs    map[climbKey]*climb // escalations
	climbing  []*climb            // to be looked at before the call ends
	escalated []Escalation        // what Escalations returns; nil if it must be made anew

	// of the policy; nothing is owed before the first one
	configured   bool
	routes       []*route // by name
	receivers    map[string]*Receiver
	policies     map[string]*EscalationPolicy
	windows      []*window // by name
	reopenWithin time.Duration
	settleFor    time.Duration
	depGrace     time.Duration
	staleAfter   int
	settled      time.Time // the first round after the start is over

	// of who is on call
	roster   *oncall.Roster
	handover handover

	halted bool // no attempt is handed out any more
	agenda agenda
	listed []Alert // what Alerts returns; nil if it must be made anew
}

// subject is a target and its alerts.
type subject struct {
	name, group string
	labels      map[string]string
	runbook     string
	interval    time.Duration
	watched     bool // it is among the targets
	paused      bool
	itself      bool      // it is the built-in one
	current     *spell    // pending or active, nil if none
	last        *spell    // the one before, which is over; nil if none
	mended      bool      // it was believed up since the last was resolved by hand
	known       time.Time // the last known result, or the first unknown one of this run of the program
	dependence
}

// spell is an alert and what the Manager keeps beside it.
type spell struct {
	Alert
	subject *subject
	members []*member // its places in accounts
	climbs  []*climb  // the escalations that it is part of
	moved   bool      // to be placed anew
	swept   bool      // likewise, because of a storm
	timer   timer     // the next of what depends on time alone, see arm

	// Times that move when the clock is set. Those that a restart does not bring
	// back are zero then: what waited for them is over.
	fired   time.Time // when it last began to fire
	freed   time.Time // since when no parent that is down explains it; zero while one does
	over    time.Time // Confirmed
	dropped time.Time // when it last ceased to be acknowledged
	nudge   time.Time // when who acknowledged it is next reminded
	lit     bool      // it fired in this run of the program
	asked   bool      // its parents were asked for what counts as proof
}

// NewManager returns a Manager without targets and alerts. newID gives each
// alert its ID, which no other ever has; it is called when the alert fires.
func NewManager(newID func(now time.Time) string) *Manager {
	return &Manager{
		newID:        newID,
		targets:      map[string]*subject{},
		known:        map[*spell]struct{}{},
		alerts:       map[string]*spell{},
		books:        newBooks(),
		climbs:       map[climbKey]*climb{},
		roster:       &oncall.Roster{},
		skipped:      map[string]time.Time{},
		stale:        map[string]bool{},
		reopenWithin: reopenWithin,
		settleFor:    settleFor,
		depGrace:     depGrace,
		staleAfter:   staleAfter,
	}
}

// SetTargets says which targets there are, the built-in one included: results
// of others are dropped. The alert of a target that is gone or paused is
// resolved, as removed or as paused. At start it comes after Restore and before
// SetPolicy, so that nobody is reminded of a target that is gone.
func (m *Manager) SetTargets(now time.Time, ts []checker.Target) Effects {
	var fx Effects
	m.listed = nil
	for _, s := range m.targets {
		s.watched = false
	}
	for i := range ts {
		t := &ts[i]
		s := m.subject(t.Name)
		s.watched, s.paused, s.probed = true, t.Paused, !t.Paused && t.Broken == ""
		s.interval, s.pace, s.itself = t.Interval, m.paceOf(t), t.Kind == selfKind
		m.relabel(s, t, now)
	}
	m.wire(ts)
	for _, name := range slices.Sorted(maps.Keys(m.targets)) {
		switch s := m.targets[name]; {
		case !s.watched:
			m.leave(s, endedRemoved, "no longer monitored", now, &fx)
		case s.paused:
			m.leave(s, endedPaused, "paused", now, &fx)
		case !s.probed:
			s.unlearn()
		}
	}
	m.coverAll(now, &fx)
	m.endOpenEnded(now, &fx)
	m.settle(now, &fx)
	return fx
}

// selfKind is the kind of the built-in target, which no probe asks.
const selfKind = "sitrep"

// leave ends what is known of a target that is not probed any more.
func (m *Manager) leave(s *subject, how, why string, now time.Time, fx *Effects) {
	switch sp := s.current; {
	case sp == nil:
	case sp.State == Pending:
		m.clear(sp, now, why, fx)
	default:
		m.resolve(sp, now, now, ending{how, "", why}, fx)
	}
	m.agenda.set(&s.again, time.Time{})
	m.setStale(s, false, now, fx)
	s.known = time.Time{}
	s.unlearn()
	m.abandon(s)
}

// subject returns what is known of a target, which may be nothing yet.
func (m *Manager) subject(name string) *subject {
	s := m.targets[name]
	if s == nil {
		s = &subject{name: name}
		s.again = timer{rank: rankAlert, name: "parent " + name, do: func(now time.Time, fx *Effects) { m.ask(s, now, fx) }}
		m.targets[name] = s
	}
	return s
}

// abandon forgets a target that is gone and whose alerts are forgotten.
func (m *Manager) abandon(s *subject) {
	if s.watched || s.current != nil {
		return
	}
	if s.last != nil {
		if _, ok := m.known[s.last]; ok {
			return
		}
	}
	delete(m.targets, s.name)
}

// relabel gives a target, and the alert that it has, the labels it has now.
func (m *Manager) relabel(s *subject, t *checker.Target, now time.Time) {
	same := s.group == t.Group && s.runbook == t.Runbook && maps.Equal(s.labels, t.Labels)
	s.group, s.labels, s.runbook = t.Group, t.Labels, t.Runbook
	if sp := s.current; sp != nil && (!same || sp.Group != t.Group || sp.Runbook != t.Runbook || !maps.Equal(sp.Labels, t.Labels)) {
		sp.Group, sp.Labels, sp.Runbook = t.Group, t.Labels, t.Runbook
		m.listed = nil
		m.cover(sp, now)
		m.place(sp)
	}
}

// Advance does what is due: silences and acknowledgements that run out, and
// notifications whose time has come.
func (m *Manager) Advance(now time.Time) Effects {
	var fx Effects
	m.runDue(now, &fx)
	m.settle(now, &fx)
	return fx
}

func (m *Manager) runDue(now time.Time, fx *Effects) {
	for _, t := range m.agenda.due(now) {
		t.do(now, fx)
	}
}

// Halt has no attempt handed out from now on: the program ends. What is owed is
// sent after the next start.
func (m *Manager) Halt() { m.halted = true }

// Next returns when Advance next has something to do, false if only a result,
// a delivery or an operator can change that.
func (m *Manager) Next() (due time.Time, ok bool) { return m.agenda.next() }

// Alerts returns the alerts that are active, pending, and resolved within the
// last hour or while a receiver is owed the end: in this order, of each the
// gravest and then the oldest first. The list is shared and not to be changed.
func (m *Manager) Alerts() []Alert {
	if m.listed == nil {
		spells := m.sorted()
		m.listed = make([]Alert, len(spells))
		for i, sp := range spells {
			m.listed[i] = sp.Alert
		}
	}
	return m.listed
}

// sorted returns what is known in the order of lists.
func (m *Manager) sorted() []*spell {
	return slices.SortedFunc(maps.Keys(m.known), func(a, b *spell) int {
		return cmp.Or(cmp.Compare(listRank[a.State], listRank[b.State]), gravest(&a.Alert, &b.Alert))
	})
}

// listRank is the order of the states in lists.
var listRank = [...]int{None: 3, Pending: 1, Firing: 0, Recovering: 0, Resolved: 2}

// gravest orders alerts by severity, then by age.
func gravest(a, b *Alert) int {
	return cmp.Or(cmp.Compare(b.Severity, a.Severity), a.Started.Compare(b.Started),
		cmp.Compare(a.ID, b.ID), cmp.Compare(a.Target, b.Target))
}

// Get returns the alert with that ID, false if there is none or it is forgotten.
func (m *Manager) Get(id string) (Alert, bool) {
	sp := m.alerts[id]
	if sp == nil {
		return Alert{}, false
	}
	return sp.Alert, true
}

// Owed returns the ledgers with something owed or under way, by group and
// receiver. Their maps and attempts are shared and not to be changed.
func (m *Manager) Owed() []Ledger {
	var owed []Ledger
	for _, a := range m.accounts {
		if a.owing || a.Pending != nil {
			owed = append(owed, a.Ledger)
		}
	}
	slices.SortFunc(owed, compareLedgers)
	return owed
}

func compareLedgers(a, b Ledger) int {
	return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Receiver, b.Receiver))
}
