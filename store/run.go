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
	stepEvery = time.Second      // while there is something to do
	idleEvery = 10 * time.Second // to see whether there is
	tidyEvery = time.Minute      // retention and free pages, once there is nothing left to do
	logLimit  = 16 << 20         // bytes of the write-ahead log that make Run empty it
)

// Run keeps the file in order until ctx ends, and then returns why: results move
// from the tail into blocks and are added up, old ones are deleted, pages and log
// are given back. What goes wrong is tried again, and told by Trouble meanwhile.
func (s *Store) Run(ctx context.Context) error {
	if s.readOnly {
		return ErrReadOnly
	}
	timer := time.NewTimer(idleEvery)
	defer timer.Stop()
	for tidied, filling := time.Now(), true; ; {
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
		if filling {
			more, fillErr := s.fill(ctx)
			filling = more || fillErr != nil
			busy, err = busy || more, errors.Join(err, fillErr)
		}
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
