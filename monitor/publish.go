package monitor

import (
	"context"
	"slices"
	"time"

	"sitrep/alert"
)

// How often a snapshot is made: for whoever waits, and if nobody does. One that
// says nothing new is made every proofOfLife, so that a screen can tell a calm
// monitor from a dead one.
const (
	publishWatched = 50 * time.Millisecond
	publishAlone   = time.Second
	proofOfLife    = 2 * time.Second
)

// Snapshot returns the latest picture. It never blocks.
func (m *Monitor) Snapshot() *Snapshot { return m.snap.Load() }

// Wait returns the latest snapshot once it is newer than seq. Whoever is slow
// skips those between. It is for screens: while one waits, what changed is
// published at their pace.
func (m *Monitor) Wait(ctx context.Context, seq uint64) (*Snapshot, error) {
	m.screens.Add(1)
	defer m.screens.Add(-1)
	m.rouse() // the loop may be publishing slowly
	return m.Follow(ctx, seq)
}

// Follow is Wait for whoever only writes down what happened: if nobody else
// waits, snapshots come at most once a second, and none without news.
func (m *Monitor) Follow(ctx context.Context, seq uint64) (*Snapshot, error) {
	for {
		m.mu.Lock()
		news := m.news
		m.mu.Unlock()
		if s := m.snap.Load(); s.Seq > seq {
			return s, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-m.stopped:
			if s := m.snap.Load(); s.Seq > seq {
				return s, nil
			}
			return nil, ErrStopped
		}
	}
}

// show publishes if it is time, and returns how long until it may be.
func (m *Monitor) show() time.Duration {
	every := publishAlone
	watched := m.screens.Load() > 0
	if watched {
		every = publishWatched
	}
	if !m.changed {
		if !watched {
			return time.Hour
		}
		every = proofOfLife
	}
	if wait := time.Until(m.published.Add(every)); wait > 0 {
		return wait
	}
	m.publish()
	if watched {
		return proofOfLife
	}
	return time.Hour
}

// publish makes a snapshot of how things stand and wakes who waits for one.
func (m *Monitor) publish() {
	s := &Snapshot{}
	if old := m.snap.Load(); old != nil {
		*s = *old
	}
	s.Seq, s.At = s.Seq+1, m.clocks.now()
	if alerts := m.alerts.Alerts(); m.alertsChanged || m.incidentsChanged || !shared(alerts, s.Alerts) {
		s.Alerts, s.Silences = alerts, m.alerts.Silences()
		if s.byID == nil || !shared(s.byID.list, alerts) {
			s.byID = &alertIndex{list: alerts}
		}
		s.Incidents = m.book.Incidents()
		m.counts.Unacked = countUnacked(s.Alerts)
		m.attach(s.Alerts)
	}
	s.Accounts, s.Owed = m.alerts.Accounts(), m.alerts.Owed()
	if m.listChanged {
		m.makePages(s)
	} else {
		m.turnPages(s)
	}
	s.Counts, s.Order, s.Drafts, s.events, s.Told = m.counts, m.order, m.drafts, m.events.view(), m.told.view()
	s.Policy, s.Config = m.setup.Policy, m.config.Config
	s.Roster, s.Escalations, s.People = m.roster, m.alerts.Escalations(), m.people.list()
	m.measureHealth(s.Owed)
	s.Health = m.health
	m.listChanged, m.alertsChanged, m.incidentsChanged, m.changed = false, false, false, false
	m.published = time.Now()

	m.snap.Store(s)
	m.mu.Lock()
	close(m.news)
	m.news = make(chan struct{})
	m.mu.Unlock()
}

// shared tells whether two lists are one and the same.
func shared[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// attach gives every target the alert that it has now.
func (m *Monitor) attach(alerts []alert.Alert) {
	before := m.alerting
	m.alerting = nil
	for _, w := range before {
		w.shown.Alert, w.shown.Incident = nil, ""
		m.touch(w)
	}
	for i := range alerts {
		a := &alerts[i]
		w := m.byName[a.Target]
		if w == nil || a.State == alert.Resolved {
			continue
		}
		w.shown.Alert = a
		if inc := m.book.Of(a.ID); inc != nil {
			w.shown.Incident = inc.ID
		}
		m.alerting = append(m.alerting, w)
		m.touch(w)
	}
}

// makePages begins pages and index anew, and counts the targets.
func (m *Monitor) makePages(s *Snapshot) {
	s.index = make(map[string]int, len(m.watched))
	all := make([]*TargetStatus, len(m.watched))
	m.counts = Counts{Unacked: m.counts.Unacked}
	for i, w := range m.watched {
		w.dirty, w.class = false, w.classify()
		m.counts.add(w.class, 1)
		s.index[w.shown.Target.Name] = i
		all[i] = w.status()
	}
	s.pages = slices.Collect(slices.Chunk(all, pageSize))
	m.dirty = m.dirty[:0]
	m.order++
}

// turnPages replaces the pages of targets that changed, and counts them.
func (m *Monitor) turnPages(s *Snapshot) {
	if len(m.dirty) == 0 {
		return
	}
	s.pages = slices.Clone(s.pages)
	copied := make([]bool, len(s.pages))
	for _, w := range m.dirty {
		w.dirty = false
		p := w.place / pageSize
		if !copied[p] {
			s.pages[p], copied[p] = slices.Clone(s.pages[p]), true
		}
		at := &s.pages[p][w.place%pageSize]
		fresh := w.status()
		if moved(*at, fresh) {
			m.order++
		}
		*at = fresh
		if k := w.classify(); k != w.class {
			m.counts.add(w.class, -1)
			m.counts.add(k, 1)
			w.class = k
		}
	}
	m.dirty = m.dirty[:0]
}

// moved tells whether a target may have another place among the others.
func moved(a, b *TargetStatus) bool {
	if a.Target != b.Target || a.Believed != b.Believed || a.Last.Status != b.Last.Status ||
		!a.Since.Equal(b.Since) || a.Incident != b.Incident || (a.Alert == nil) != (b.Alert == nil) ||
		a.Last.At.IsZero() != b.Last.At.IsZero() {
		return true
	}
	return a.Alert != nil && (a.Alert.ID != b.Alert.ID || a.Alert.State != b.Alert.State ||
		a.Alert.Severity != b.Alert.Severity || (a.Alert.Ack == nil) != (b.Alert.Ack == nil) || flagsOf(a.Alert) != flagsOf(b.Alert))
}

// flags are the marks of an alert that a list may sort, group or filter by.
type flags struct {
	silencedBy, maintenance, inhibited, waiting string
	settling, flapping, stale                   bool
}

func flagsOf(a *alert.Alert) flags {
	return flags{a.SilencedBy, a.Maintenance, a.Inhibited, a.Waiting, a.Settling, a.Flapping, a.Stale}
}
