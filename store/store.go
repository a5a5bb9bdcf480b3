// Package store keeps what must outlive the process in one SQLite file:
// results, alerts, what receivers were told, incidents, the alert log. It is
// handed batches that it saves whole or not at all, and gives back at start
// what a process needs to go on as if it had never stopped.
//
// It decides nothing: what is in a batch is the monitor's business, and so is
// what to do while the disk takes no writes. Its calls block on the disk, so
// they are made by the recorder and by whoever reads history, never by the
// monitor's loop.
//
// Results are the bulk of it. They are saved packed (codec.go), a row a batch
// in the tail (tail.go), from which Run moves them into a row a target and hour
// (fold.go) and adds them up by the minute and by the hour (roll.go). Sums are
// kept for longer, and answer most of what is asked of the past (gather.go).
package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// fileName is the database in the state directory.
const fileName = "sitrep.db"

// Options say how much is kept, and for whom.
type Options struct {
	Retain  time.Duration // of results, ≥ 1 h; 0 is 14 days
	Rollups time.Duration // of what they add up to, by the hour; by the minute at most 35 days; ≥ Retain; 0 is 400 days
	MaxSize int64         // bytes beyond which the oldest results and rollups go; 0 is 2 GiB
	Owner   string        // what others are told of who holds the state: "serve, config /etc/sitrep/config.toml"

	vfs string // a file layer registered with SQLite; "" is the system's
}

var (
	// ErrClosed is what a closed store answers.
	ErrClosed = errors.New("the store is closed")
	// ErrNewer says that a later version of sitrep wrote the file.
	ErrNewer = errors.New("written by a newer sitrep")
	// ErrReadOnly is what a store of OpenReadOnly answers to what would write.
	ErrReadOnly = errors.New("opened for reading only")
)

// Store is the state directory of one process. Its methods may be called from
// several goroutines, Run from one.
type Store struct {
	path     string
	vfs      string
	keep     keep
	maxSize  int64
	readOnly bool
	lock     *lockFile // nil if only for reading; of a late one it is taken later, by who has the writer
	late     *late     // nil if it was opened at once
	notes    []string

	// A connection is used by one goroutine at a time: whoever has taken it
	// off the channel, and puts it back. There is one to write with, so that
	// waiting for it can be given up, which waiting for a mutex cannot.
	writer  chan *writer
	readers chan *conn // nil: not connected yet, or not any more
	closed  chan struct{}

	boot       atomic.Uint64         // of this start; 0 before Restore
	bootToSave atomic.Uint64         // the same while it is not saved; 0 once it is
	trouble    atomic.Pointer[error] // of the last step of Run
}

// readerConns is how many queries run at once.
const readerConns = 2

// Open makes the directory dir if need be, takes its lock and opens the file in
// it, which it brings up to this version's schema. The error is a *HeldError if
// another process has the lock, and wraps ErrNewer if the file is of a later
// version. A damaged file is set aside, never deleted, and an empty one begun:
// State.Notes then says so.
func Open(dir string, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	lock, err := takeLock(dir, o.Owner)
	if err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	s := newStore(dir, o)
	s.lock = lock
	if err := s.openWriter(); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", s.path, explain(s.path, err)), lock.release())
	}
	return s, nil
}

// OpenReadOnly opens the state in dir for queries, beside a process that may
// hold it. It takes no lock and changes nothing.
func OpenReadOnly(dir string) (*Store, error) {
	s := newStore(dir, Options{})
	s.readOnly = true
	err := s.reading(context.Background(), func(c *conn) error {
		v, err := c.number(`PRAGMA user_version`)
		return cmp.Or(err, checkVersion(v))
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", s.path, err)
	}
	return s, nil
}

func newStore(dir string, o Options) *Store {
	s := &Store{
		path:    filepath.Join(dir, fileName),
		vfs:     o.vfs,
		keep:    keepFor(o.Retain, o.Rollups),
		maxSize: cmp.Or(o.MaxSize, 2<<30),
		writer:  make(chan *writer, 1),
		readers: make(chan *conn, readerConns),
		closed:  make(chan struct{}),
	}
	for range readerConns {
		s.readers <- nil
	}
	return s
}

// openWriter makes, checks and upgrades the file, and connects the writer.
func (s *Store) openWriter() error {
	c, err := s.openSound()
	if err != nil {
		return err
	}
	if err := migrate(c); err != nil {
		return errors.Join(err, c.close())
	}
	s.writer <- &writer{conn: c}
	return nil
}

// Close waits for calls that are under way, writes what is in the log back into
// the file, and lets go of the lock. Run has ended by then.
func (s *Store) Close() error {
	select {
	case <-s.closed:
		return nil
	default:
	}
	close(s.closed)
	var errs []error
	for range readerConns {
		errs = append(errs, (<-s.readers).close())
	}
	if !s.readOnly {
		errs = append(errs, (<-s.writer).conn.close()) // the last one out empties the log
		if s.lock != nil {
			errs = append(errs, s.lock.release())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// reading runs fn in a transaction that sees the file as it is now. A failed
// connection is not used again.
func (s *Store) reading(ctx context.Context, fn func(*conn) error) error {
	c, err := take(ctx, s.closed, s.readers)
	if err != nil {
		return err
	}
	defer func() { s.readers <- c }()
	if err := s.notYet(); err != nil {
		return err
	}
	if c == nil {
		if c, err = connect(s.path, s.vfs, true); err != nil {
			return err
		}
	}
	if err = c.read(ctx, func() error { return fn(c) }); err != nil {
		c.close()
		c = nil
	}
	return err
}

// writing runs fn in a transaction: all it does is kept, or nothing. After a
// failure, which may have left anything behind in memory, the next call
// connects anew; so a disk that works again is all it takes.
func (s *Store) writing(ctx context.Context, fn func(*writer) error) error {
	if s.readOnly {
		return ErrReadOnly
	}
	w, err := take(ctx, s.closed, s.writer)
	if err != nil {
		return err
	}
	defer func() { s.writer <- w }()
	if err := s.openNow(w); err != nil {
		return err
	}
	if w.conn == nil {
		if w.conn, err = connect(s.path, s.vfs, false); err != nil {
			return explain(s.path, err)
		}
	}
	if err = w.write(ctx, func() error { return fn(w) }); err != nil {
		w.conn.close()
		*w = writer{}
		return explain(s.path, err)
	}
	return nil
}

// take waits for what is in pool.
func take[T any](ctx context.Context, closed <-chan struct{}, pool <-chan T) (none T, err error) {
	select {
	case <-closed:
		return none, ErrClosed
	default:
	}
	select {
	case one := <-pool:
		return one, nil
	case <-closed:
		return none, ErrClosed
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
