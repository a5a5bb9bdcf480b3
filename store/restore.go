package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
)

// How far back a start looks.
const (
	restoreAlerts    = 24 * time.Hour
	restoreIncidents = 90 * 24 * time.Hour
	restoreEvents    = 500
	restoreBuckets   = 2 * time.Hour
)

// Restore reads what a process starts with, as of one instant. On a store that
// was opened for writing the first call also counts the start: if the disk takes
// no writes, State.Notes says so, and State.Boot is saved with the first batch
// that can be.
func (s *Store) Restore(ctx context.Context) (State, error) {
	st := State{Notes: slices.Clone(s.notes)}
	now := time.Now()
	if err := s.reading(ctx, func(c *conn) error { return st.load(c, now) }); err != nil {
		return State{}, fmt.Errorf("restore from %s: %w", s.path, err)
	}
	st.Boot++
	if s.readOnly {
		return st, nil
	}
	if s.boot.CompareAndSwap(0, st.Boot) {
		s.bootToSave.Store(st.Boot)
		if err := s.saveBoot(ctx); err != nil {
			st.Notes = append(st.Notes, fmt.Sprintf("%s takes no writes: %v", s.path, err))
		}
	}
	st.Boot = s.boot.Load()
	return st, nil
}

func (s *Store) saveBoot(ctx context.Context) error {
	boot := s.bootToSave.Load()
	err := s.writing(ctx, func(w *writer) error { return w.setMeta("boot", int64(boot)) })
	if err == nil {
		s.bootToSave.CompareAndSwap(boot, 0)
	}
	return err
}

func (st *State) load(c *conn, now time.Time) error {
	for _, part := range []struct {
		what string
		load func(*conn, time.Time) error
	}{
		{"silences", st.loadSilences},
		{"ledgers", st.loadLedgers},
		{"alerts", st.loadAlerts},
		{"escalations", st.loadEscalations},
		{"who is on call", st.loadOnCall},
		{"incidents", st.loadEntries},
		{"events", st.loadEvents},
		{"drafts", st.loadDrafts},
		{"targets", st.loadTargets},
		{"numbers", st.loadMeta},
	} {
		if err := part.load(c, now); err != nil {
			return fmt.Errorf("%s: %w", part.what, err)
		}
	}
	return nil
}

// list reads the first column of each row as the JSON of a T.
func list[T any](c *conn, sql string, args ...any) ([]T, error) {
	var all []T
	err := c.query(func(s *sqlite3.Stmt) error {
		var v T
		if err := json.Unmarshal(s.ColumnRawText(0), &v); err != nil {
			return err
		}
		all = append(all, v)
		return nil
	}, sql, args...)
	return all, err
}

func (st *State) loadSilences(c *conn, now time.Time) (err error) {
	st.Silences, err = list[alert.Silence](c, `SELECT body FROM silences WHERE ended = 0 OR ended >= ? ORDER BY number, id`,
		now.Add(-restoreAlerts))
	if err != nil {
		return err
	}
	n, err := c.number(`SELECT max(number) FROM silences`)
	st.SilenceSeq = int(n)
	return err
}

func (st *State) loadLedgers(c *conn, _ time.Time) (err error) {
	st.Ledgers, err = list[alert.Ledger](c, `SELECT body FROM ledgers ORDER BY alerts, receiver`)
	return err
}

// loadAlerts follows loadLedgers: an alert that a receiver was told of, and may
// have to be told the end of, is needed however old it is.
func (st *State) loadAlerts(c *conn, now time.Time) (err error) {
	st.Alerts, err = list[alert.Alert](c, `SELECT body FROM alerts WHERE ended = 0 OR ended >= ?`, now.Add(-restoreAlerts))
	if err != nil {
		return err
	}
	have := make(map[string]bool)
	for i := range st.Alerts {
		have[st.Alerts[i].ID] = true
	}
	for _, id := range toldOf(st.Ledgers) {
		if have[id] {
			continue
		}
		have[id] = true
		older, err := list[alert.Alert](c, `SELECT body FROM alerts WHERE id = ?`, id)
		if err != nil {
			return err
		}
		st.Alerts = append(st.Alerts, older...)
	}
	slices.SortFunc(st.Alerts, func(a, b alert.Alert) int {
		if d := a.Started.Compare(b.Started); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	return nil
}

// toldOf returns the IDs of the alerts in ledgers.
func toldOf(ledgers []alert.Ledger) (ids []string) {
	for _, l := range ledgers {
		for id := range l.Told {
			ids = append(ids, id)
		}
		if l.Pending != nil {
			for id := range l.Pending.Words {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// loadEntries also takes the incident that was declared last and the one that
// was changed last, so that their numbers go on however long they are over.
func (st *State) loadEntries(c *conn, now time.Time) (err error) {
	st.Entries, err = list[incident.Entry](c, `SELECT body FROM entries WHERE incident IN (
		SELECT id FROM incidents WHERE status NOT IN ('resolved', 'post-incident', 'closed', 'cancelled') OR changed >= ?
			OR first = (SELECT max(first) FROM incidents) OR last = (SELECT max(last) FROM incidents))
		ORDER BY seq`, now.Add(-restoreIncidents))
	return err
}

func (st *State) loadEvents(c *conn, _ time.Time) (err error) {
	if st.Events, err = c.log(math.MaxInt64, restoreEvents); err != nil {
		return err
	}
	if n := len(st.Events); n > 0 {
		st.EventSeq = st.Events[n-1].Seq
	}
	return nil
}

func (st *State) loadDrafts(c *conn, _ time.Time) error {
	return c.query(func(s *sqlite3.Stmt) error {
		st.Drafts = append(st.Drafts, Draft{
			By: s.ColumnText(0), Place: s.ColumnText(1), At: timeOf(s.ColumnInt64(2)), Text: s.ColumnText(3),
		})
		return nil
	}, `SELECT operator, place, at, text FROM drafts ORDER BY operator, place`)
}

func (st *State) loadMeta(c *conn, _ time.Time) error {
	beat, err := c.meta("heartbeat")
	if err != nil {
		return err
	}
	boot, err := c.meta("boot")
	st.Heartbeat, st.Boot = timeOf(beat), uint64(boot)
	return err
}

// loadTargets takes what has been folded of each target from its row in
// "recent", and goes on through the tail.
func (st *State) loadTargets(c *conn, now time.Time) error {
	known := make(map[int64]*history)
	err := c.query(func(s *sqlite3.Stmt) error {
		h := newHistory(s.ColumnInt64(0), s.ColumnText(1), s.ColumnRawBlob(2), s.ColumnRawBlob(3))
		known[h.id] = h
		return nil
	}, `SELECT id, name, last, minutes FROM targets LEFT JOIN recent ON target = id`)
	if err != nil {
		return err
	}
	damaged := make(map[string]bool)
	err = c.tail(0, math.MaxInt64, func(id int64, sample []byte) error {
		h := known[id]
		if h == nil {
			return errDamaged
		}
		if _, err := h.next(sample); err != nil { // goes on with the next that begins anew
			damaged[h.stream.last.Target] = true
			h.stream = stream{last: checker.Result{Target: h.stream.last.Target}}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(damaged)) {
		st.Notes = append(st.Notes, fmt.Sprintf("some results of %s cannot be read", name))
	}
	st.Believed = make(map[string]Target, len(known))
	st.Buckets = make(map[string][]Bucket, len(known))
	for _, h := range known {
		if !h.stream.begun {
			continue
		}
		r := h.stream.result()
		st.Believed[r.Target] = Target{Believed: r.Believed, Last: r}
		all := h.minutes.Buckets()
		if i := slices.IndexFunc(all, func(b Bucket) bool { return b.Start.After(now.Add(-restoreBuckets)) }); i >= 0 {
			st.Buckets[r.Target] = all[i:]
		}
	}
	return nil
}
