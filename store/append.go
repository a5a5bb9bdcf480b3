package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/incident"
)

// writer is the connection that writes, and what it remembers between batches.
type writer struct {
	*conn
	targets map[string]*known // by name: those that had results since the connection was made

	// Of the batch at hand, kept for their space.
	order  []placed
	row    []byte
	sample []byte
}

// Append saves b, all of it or nothing, and returns once it is on the disk to
// stay (an fsync later). After an error, which names the file, nothing of b was
// saved and it may be handed in again; no other remedy is needed than a disk
// that works. Batches are saved one after the other.
func (s *Store) Append(ctx context.Context, b Batch) error {
	if b.Empty() {
		return nil
	}
	boot := s.bootToSave.Load()
	err := s.writing(ctx, func(w *writer) error {
		if boot > 0 {
			if err := w.setMeta("boot", int64(boot)); err != nil {
				return err
			}
		}
		return w.save(&b)
	})
	if err != nil {
		return fmt.Errorf("save batch to %s: %w", s.path, err)
	}
	s.bootToSave.CompareAndSwap(boot, 0)
	return nil
}

func (w *writer) save(b *Batch) error {
	if len(b.Results) > 0 {
		if err := w.appendTail(b.Results, time.Now()); err != nil {
			return fmt.Errorf("results: %w", err)
		}
	}
	if err := each(b.Events, w.saveEvent); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	if err := each(b.Alerts, w.saveAlert); err != nil {
		return fmt.Errorf("alerts: %w", err)
	}
	if err := each(b.Silences, w.saveSilence); err != nil {
		return fmt.Errorf("silences: %w", err)
	}
	if err := each(b.Ledgers, w.saveLedger); err != nil {
		return fmt.Errorf("ledgers: %w", err)
	}
	if err := each(b.Notifications, w.saveNotification); err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	if err := each(b.Deliveries, w.saveDelivery); err != nil {
		return fmt.Errorf("deliveries: %w", err)
	}
	if err := each(b.Entries, w.saveEntry); err != nil {
		return fmt.Errorf("entries: %w", err)
	}
	if err := each(b.Escalations, w.saveEscalation); err != nil {
		return fmt.Errorf("escalations: %w", err)
	}
	if err := w.saveOnCall(&b.OnCall); err != nil {
		return err
	}
	if err := each(b.Drafts, w.saveDraft); err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	if err := each(b.Audit, w.saveAudit); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if !b.Heartbeat.IsZero() {
		return w.setMeta("heartbeat", micros(b.Heartbeat))
	}
	return nil
}

func each[T any](list []T, save func(*T) error) error {
	for i := range list {
		if err := save(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// execBody is exec with the JSON of v as the last argument.
func (w *writer) execBody(sql string, v any, args ...any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.exec(sql, append(args, string(body))...)
}

func (w *writer) saveEvent(e *Event) error {
	return w.execBody(`INSERT INTO events (seq, body) VALUES (?, ?)
		ON CONFLICT (seq) DO UPDATE SET body = excluded.body`, e, e.Seq)
}

func (w *writer) saveAlert(a *alert.Alert) error {
	if a.ID == "" {
		return nil
	}
	var ended time.Time
	if a.State == alert.Resolved {
		ended = a.Resolved
		if a.Confirmed.After(ended) {
			ended = a.Confirmed
		}
	}
	return w.execBody(`INSERT INTO alerts (id, target, ended, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET target = excluded.target, ended = excluded.ended, body = excluded.body`,
		a, a.ID, a.Target, ended)
}

func (w *writer) saveSilence(q *alert.Silence) error {
	number, _ := strconv.Atoi(strings.TrimPrefix(q.ID, "s")) // 0 for an ID of another make
	return w.execBody(`INSERT INTO silences (id, number, ended, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, body = excluded.body`,
		q, q.ID, number, q.Ended)
}

func (w *writer) saveLedger(l *alert.Ledger) error {
	return w.execBody(`INSERT INTO ledgers (alerts, receiver, body) VALUES (?, ?, ?)
		ON CONFLICT (alerts, receiver) DO UPDATE SET body = excluded.body`, l, l.Group, l.Receiver)
}

// brief leaves out of a notification what the alerts' own rows tell, so that
// each attempt to tell of a hundred of them does not save them again.
func brief(n alert.Notification) alert.Notification {
	alerts := make([]alert.Alert, len(n.Alerts))
	for i, a := range n.Alerts {
		alerts[i] = alert.Alert{ID: a.ID, Target: a.Target, State: a.State, Severity: a.Severity, Started: a.Started, Seq: a.Seq}
	}
	n.Alerts = alerts
	return n
}

func (w *writer) saveNotification(n *alert.Notification) error {
	return w.execBody(`INSERT INTO attempts (key, number, at, receiver, notification) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (key, number, at) DO UPDATE SET notification = excluded.notification`,
		brief(*n), n.Key, n.Attempt, n.At, n.Receiver)
}

func (w *writer) saveDelivery(d *alert.Delivery) error {
	n := d.Notification
	if err := w.saveNotification(&n); err != nil { // usually there already
		return err
	}
	answer := *d
	answer.Notification = alert.Notification{}
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return w.exec(`UPDATE attempts SET answered = ?, delivery = ? WHERE key = ? AND number = ? AND at = ?`,
		d.At, string(body), n.Key, n.Attempt, n.At)
}

func (w *writer) saveEntry(e *incident.Entry) error {
	err := w.execBody(`INSERT INTO entries (seq, incident, body) VALUES (?, ?, ?)
		ON CONFLICT (seq) DO UPDATE SET incident = excluded.incident, body = excluded.body`, e, e.Seq, e.Incident)
	if err != nil {
		return err
	}
	var status string // "" leaves it
	if e.Kind == incident.SetStatus {
		status = e.Value
	}
	return w.exec(`INSERT INTO incidents (id, first, last, status, changed) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last),
			status = iif(excluded.status = '', status, excluded.status), changed = max(changed, excluded.changed)`,
		e.Incident, e.Seq, e.Seq, status, e.Recorded)
}

func (w *writer) saveDraft(d *Draft) error {
	if d.Text == "" {
		return w.exec(`DELETE FROM drafts WHERE operator = ? AND place = ?`, d.By, d.Place)
	}
	return w.exec(`INSERT INTO drafts (operator, place, at, text) VALUES (?, ?, ?, ?)
		ON CONFLICT (operator, place) DO UPDATE SET at = excluded.at, text = excluded.text`, d.By, d.Place, d.At, d.Text)
}

func (w *writer) saveAudit(a *Audit) error {
	return w.exec(`INSERT INTO audit (at, operator, source, command, detail, outcome) VALUES (?, ?, ?, ?, ?, ?)`,
		a.At, a.By, a.From, a.What, a.Detail, a.Outcome)
}
