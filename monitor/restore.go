package monitor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/safe"
	"sitrep/store"
)

// restore takes in what an earlier run of the program left, and the
// configuration of this one. What was never probed since is shown as it was,
// with its age.
func (m *Monitor) restore(now time.Time, told []alert.Delivery) {
	s := &m.saved
	m.alerts.Restore(now, alert.Saved{
		Alerts: s.Alerts, Silences: s.Silences, Ledgers: s.Ledgers, Escalations: s.Escalations, Alive: s.Heartbeat, SilenceSeq: s.SilenceSeq,
	})
	m.onCall = s.OnCall
	m.book.Restore(s.Entries)
	m.book.Recall(m.alerts.Alerts(), told)
	m.seq = s.EventSeq
	for _, e := range s.Events {
		m.events.add(e)
	}
	for _, d := range s.Drafts {
		m.drafts[DraftKey{d.By, d.Place}] = d.Text
	}
	for _, n := range s.Notes {
		m.notes = append(m.notes, safe.Line(n, 400))
	}
	m.told = window[alert.Delivery]{slices.SortedStableFunc(slices.Values(told), func(a, b alert.Delivery) int { return a.At.Compare(b.At) })}
	m.told.drop(len(m.told.live) - maxTold)
	m.list(now)
	m.logStart(now)
	m.loadRoster(now)
	m.follow(now, m.alerts.SetTargets(now, m.targets()))
	m.follow(now, m.alerts.SetPolicy(now, m.setup.Policy))
	for _, r := range m.setup.Policy.Receivers { // who was refused may have been mended since
		m.follow(now, m.alerts.Retry(now, r.Name))
	}
	m.alertsChanged, m.incidentsChanged = true, true
	m.saved = store.State{Believed: s.Believed, Boot: s.Boot}
}

// logStart says that sitrep is back, and how long nothing was measured.
func (m *Monitor) logStart(now time.Time) {
	text := fmt.Sprintf("watching %d targets", len(m.setup.Targets))
	if len(m.setup.Targets) == 1 {
		text = "watching 1 target"
	}
	if !m.saved.Heartbeat.IsZero() {
		text += fmt.Sprintf("; nothing was measured for %s, since %s",
			civil.FormatDuration(now.Sub(m.saved.Heartbeat)), m.saved.Heartbeat.UTC().Format("2006-01-02 15:04:05Z"))
	}
	m.log(Event{At: now, Kind: "start", Text: text})
	for _, n := range m.notes {
		m.log(Event{At: now, Kind: "self", Status: checker.Degraded, Text: n})
	}
}

// list makes the list that results are kept in from what is configured. A name
// that stays keeps all that is known of it.
func (m *Monitor) list(now time.Time) {
	before := m.byName
	sorted := sortedByName(m.setup.Targets)
	m.watched, m.byName = make([]*watched, len(sorted)), make(map[string]*watched, len(sorted))
	var moved []Event
	for i, t := range sorted {
		w := before[t.Name]
		if w == nil {
			w = m.newWatched(t)
		} else {
			moved = append(moved, retarget(w, t, now)...)
		}
		w.place = i
		m.watched[i], m.byName[t.Name] = w, w
	}
	for name := range before {
		if m.byName[name] == nil {
			delete(m.saved.Believed, name) // it has had results since
		}
	}
	gone := func(w *watched) bool { return m.byName[w.shown.Target.Name] != w }
	m.dirty, m.alerting = slices.DeleteFunc(m.dirty, gone), slices.DeleteFunc(m.alerting, gone)
	m.listChanged, m.alertsChanged, m.changed = true, true, true
	m.logMoved(now, moved)
}

// newWatched returns a target as it was last known.
func (m *Monitor) newWatched(t *checker.Target) *watched {
	w := &watched{shown: TargetStatus{Target: t}, minutes: store.NewFolder(time.Minute, maxMinutes, m.saved.Buckets[t.Name])}
	if was, ok := m.saved.Believed[t.Name]; ok {
		w.shown.Believed, w.shown.Last, w.shown.Restored, w.shown.Since = was.Believed, was.Last, true, was.Last.At
	}
	if !t.Paused && t.Broken != "" {
		w.shown.Last = checker.Result{Target: t.Name, Detail: checker.Detail{Findings: []checker.Finding{{What: "connect", Text: t.Broken}}}}
	}
	return w
}

// targets returns every target as the alert state must know it.
func (m *Monitor) targets() []checker.Target {
	ts := make([]checker.Target, len(m.watched))
	for i, w := range m.watched {
		ts[i] = *w.shown.Target
	}
	return ts
}

// retarget has a name that stays watched mean what it is configured as now, and
// returns what the log says of that: that its history goes on with that of
// another place, if it does.
func retarget(w *watched, t *checker.Target, now time.Time) []Event {
	old := w.shown.Target
	w.shown.Target = t
	if old.Addr == t.Addr && old.Kind == t.Kind {
		return nil
	}
	text := fmt.Sprintf("it is %s from here on, and was %s", place(t), place(old))
	return []Event{{At: now, Kind: "config", Target: t.Name, Text: safe.Line(text, 400)}}
}

// maxMoved is how many targets at another place get a line of their own.
const maxMoved = 20

func (m *Monitor) logMoved(now time.Time, moved []Event) {
	for i, e := range moved {
		if i == maxMoved {
			m.log(Event{At: now, Kind: "config", Text: fmt.Sprintf("and %d more targets are elsewhere from here on", len(moved)-i)})
			return
		}
		m.log(e)
	}
}

// place is what a target watches, in words.
func place(t *checker.Target) string { return strings.TrimSpace(t.Kind + " " + t.Addr) }
