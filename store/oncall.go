package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
)

// keepOnCall is how long overrides that are over, and who accepted a shift, are kept.
const keepOnCall = 400 * 24 * time.Hour

// saveEscalation keeps how far one has got, or forgets one that is over.
func (w *writer) saveEscalation(e *alert.Escalation) error {
	if e.Policy == "" {
		return w.exec(`DELETE FROM escalations WHERE alerts = ? AND route = ?`, e.Group, e.Route)
	}
	return w.execBody(`INSERT INTO escalations (alerts, route, body) VALUES (?, ?, ?)
		ON CONFLICT (alerts, route) DO UPDATE SET body = excluded.body`, e, e.Group, e.Route)
}

func (w *writer) saveOnCall(s *oncall.Saved) error {
	if err := each(s.Overrides, w.saveOverride); err != nil {
		return fmt.Errorf("overrides: %w", err)
	}
	if err := each(s.Revisions, w.saveRevision); err != nil {
		return fmt.Errorf("revisions: %w", err)
	}
	if err := each(s.Accepted, w.saveAcceptance); err != nil {
		return fmt.Errorf("acceptances: %w", err)
	}
	return nil
}

func (w *writer) saveOverride(o *oncall.Override) error {
	number, _ := strconv.Atoi(strings.TrimPrefix(o.ID, "o")) // 0 for an ID of the configuration
	return w.execBody(`INSERT INTO overrides (id, number, until, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET until = excluded.until, body = excluded.body`, o, o.ID, number, o.To)
}

func (w *writer) saveRevision(r *oncall.Revision) error {
	return w.execBody(`INSERT INTO revisions (schedule, place, since, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (schedule, place, since) DO UPDATE SET body = excluded.body`, r, r.Schedule, r.Place, r.From)
}

func (w *writer) saveAcceptance(a *oncall.Acceptance) error {
	return w.execBody(`INSERT INTO acceptances (schedule, since, operator, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (schedule, since, operator) DO UPDATE SET body = excluded.body`, a, a.Schedule, a.From, a.Operator)
}

func (st *State) loadEscalations(c *conn, _ time.Time) (err error) {
	st.Escalations, err = list[alert.Escalation](c, `SELECT body FROM escalations ORDER BY alerts, route`)
	return err
}

func (st *State) loadOnCall(c *conn, _ time.Time) (err error) {
	s := &st.OnCall
	if s.Overrides, err = list[oncall.Override](c, `SELECT body FROM overrides ORDER BY number, id`); err != nil {
		return err
	}
	if s.Revisions, err = list[oncall.Revision](c, `SELECT body FROM revisions ORDER BY schedule, place, since`); err != nil {
		return err
	}
	s.Accepted, err = list[oncall.Acceptance](c, `SELECT body FROM acceptances ORDER BY schedule, since, operator`)
	return err
}

// dropOverrides deletes the oldest overrides that were over before then, and
// returns how many.
func (w *writer) dropOverrides(before time.Time) (int64, error) {
	err := w.exec(`DELETE FROM overrides WHERE id IN
		(SELECT id FROM overrides WHERE until < ? AND number < max(1, (SELECT max(number) FROM overrides)) ORDER BY until LIMIT ?)`,
		before, retainRows)
	return w.db.Changes(), err
}

// dropAcceptances deletes the oldest acceptances of shifts that began before
// then, and returns how many.
func (w *writer) dropAcceptances(before time.Time) (int64, error) {
	err := w.exec(`DELETE FROM acceptances WHERE (schedule, since, operator) IN
		(SELECT schedule, since, operator FROM acceptances WHERE since < ? ORDER BY since LIMIT ?)`, before, retainRows)
	return w.db.Changes(), err
}
