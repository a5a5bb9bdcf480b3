package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// How the file is kept in order: a little each second, so that no save waits
// for more than a step.
const (
	stepEvery   = time.Second      // while there is something to do
	idleEvery   = 10 * time.Second // to see whether there is
	tidyEvery   = time.Minute      // retention and free pages, once there is nothing left to do
	retainRows  = 50               // blocks, attempts or lines of the audit deleted in a step
	spareHours  = 2                // blocks this young stay, however small MaxSize is
	freePages   = 1024             // free pages that are not worth giving back
	freeShare   = 4                // nor less than one part in so many
	vacuumPages = 256              // given back in a step
	logLimit    = 16 << 20         // bytes of the write-ahead log that make Run empty it
)

// Run keeps the file in order until ctx ends, and then returns why: results move
// from the tail into blocks, old ones are deleted, pages and log are given back.
// What goes wrong is tried again, and told by Trouble meanwhile.
func (s *Store) Run(ctx context.Context) error {
	if s.readOnly {
		return ErrReadOnly
	}
	timer := time.NewTimer(idleEvery)
	defer timer.Stop()
	for tidied := time.Now(); ; {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
		}
		if s.notYet() != nil { // Append opens it, and says why it cannot
			timer.Reset(idleEvery)
			continue
		}
		now := time.Now()
		busy, err := s.fold(ctx, now)
		if now.Sub(tidied) >= tidyEvery {
			more, tidyErr := s.tidy(ctx, now)
			if err = errors.Join(err, tidyErr); more {
				busy = true
			} else {
				tidied = now
			}
		}
		s.note(ctx, errors.Join(err, s.emptyLog(ctx)))
		timer.Reset(idleEvery)
		if busy {
			timer.Reset(stepEvery)
		}
	}
}

// Trouble returns what went wrong with the file in the last step of Run, nil if
// nothing did.
func (s *Store) Trouble() error {
	if err := s.trouble.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *Store) note(ctx context.Context, err error) {
	switch {
	case err == nil:
		s.trouble.Store(nil)
	case ctx.Err() == nil:
		s.trouble.Store(new(fmt.Errorf("maintenance of %s: %w", s.path, err)))
	}
}

// tidy deletes what is too old or too much, and gives back pages, one step of
// it; more tells whether there is another.
func (s *Store) tidy(ctx context.Context, now time.Time) (more bool, err error) {
	err = s.writing(ctx, func(w *writer) error {
		oldest := now.Add(-s.retain)
		for _, drop := range []func() (int64, error){
			func() (int64, error) { return w.dropBlocks(hourOf(oldest)) },
			func() (int64, error) { return w.dropRecent(oldest) },
			func() (int64, error) { return w.dropAttempts(now.Add(-keepAttempts)) },
			func() (int64, error) { return w.dropAudit(now.Add(-keepAudit)) },
			func() (int64, error) { return w.dropOverrides(now.Add(-keepOnCall)) },
			func() (int64, error) { return w.dropAcceptances(now.Add(-keepOnCall)) },
			func() (int64, error) { return w.dropOver(s.maxSize, hourOf(now)-spareHours) },
		} {
			n, err := drop()
			if err != nil {
				return err
			}
			more = more || n == retainRows
		}
		return nil
	})
	if err != nil || more {
		return more, err
	}
	return s.vacuum(ctx)
}

// dropBlocks deletes the oldest blocks before hour, and returns how many.
func (w *writer) dropBlocks(hour int64) (int64, error) {
	err := w.exec(`DELETE FROM blocks WHERE id IN (SELECT id FROM blocks WHERE hour < ? ORDER BY hour LIMIT ?)`,
		hour, retainRows)
	return w.db.Changes(), err
}

// dropRecent forgets targets that had no result since oldest, unless there may
// be some in the tail that go on from there, and returns how many.
func (w *writer) dropRecent(oldest time.Time) (int64, error) {
	err := w.exec(`DELETE FROM recent WHERE target IN (SELECT target FROM recent WHERE hour < ? LIMIT ?)
		AND NOT EXISTS (SELECT 1 FROM tail WHERE saved < ?)`, hourOf(oldest), retainRows, oldest)
	return w.db.Changes(), err
}

// How long is kept what only people look at. Events are kept for good.
const (
	keepAttempts = 30 * 24 * time.Hour
	keepAudit    = 400 * 24 * time.Hour
)

// dropAttempts deletes the oldest attempts made before then, and returns how many.
func (w *writer) dropAttempts(before time.Time) (int64, error) {
	err := w.exec(`DELETE FROM attempts WHERE (key, number, at) IN
		(SELECT key, number, at FROM attempts WHERE at < ? ORDER BY at LIMIT ?)`, before, retainRows)
	return w.db.Changes(), err
}

// dropAudit deletes the oldest lines of the audit if they are from before then,
// and returns how many. It looks at those alone: a line dated by a clock that was
// wrong holds the others up for as long as it was.
func (w *writer) dropAudit(before time.Time) (int64, error) {
	err := w.exec(`DELETE FROM audit WHERE id IN
		(SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT ?) WHERE at < ?)`, retainRows, before)
	return w.db.Changes(), err
}

// dropOver does what dropBlocks does if the file holds more than size bytes.
func (w *writer) dropOver(size, hour int64) (int64, error) {
	p, err := w.pages()
	if err != nil || (p.all-p.free)*p.size <= size {
		return 0, err
	}
	return w.dropBlocks(hour)
}

// pages is how many the file has, how many of them are free, and their size.
type pages struct{ all, free, size int64 }

func (c *conn) pages() (p pages, err error) {
	for sql, n := range map[string]*int64{
		`PRAGMA page_count`: &p.all, `PRAGMA freelist_count`: &p.free, `PRAGMA page_size`: &p.size,
	} {
		if *n, err = c.number(sql); err != nil {
			return p, err
		}
	}
	return p, nil
}

// vacuum gives free pages back to the file system if they are many: the few
// that come and go with the tail are used again.
func (s *Store) vacuum(ctx context.Context) (more bool, err error) {
	err = s.writing(ctx, func(w *writer) error {
		p, err := w.pages()
		if err != nil || p.free < freePages || p.free < p.all/freeShare {
			return err
		}
		more = true
		return w.exec(fmt.Sprintf(`PRAGMA incremental_vacuum(%d)`, vacuumPages))
	})
	return more, err
}

// emptyLog writes the log back into the file and cuts it to nothing once it is
// large. Readers that are in the way leave it for the next time.
func (s *Store) emptyLog(ctx context.Context) error {
	info, err := os.Stat(s.path + "-wal")
	if err != nil || info.Size() <= logLimit {
		return nil // no log is a small log
	}
	w, err := take(ctx, s.closed, s.writer)
	if err != nil {
		return err
	}
	defer func() { s.writer <- w }()
	if w.conn == nil {
		return nil // the next save connects anew
	}
	if err := w.db.BusyTimeout(0); err != nil { // saves would wait with us
		return err
	}
	_, _, err = w.db.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
	if errors.Is(err, sqlite3.BUSY) {
		err = nil
	}
	return errors.Join(err, w.db.BusyTimeout(busyTimeout))
}
