package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// openEvery is how often a state that could not be opened is tried again.
const openEvery = 10 * time.Second

// late is a store that could not be opened at the start and is opened once it
// can be. Whoever has the writer may use it.
type late struct {
	dir   string
	owner string
	known State     // what the program started with in place of what is in the file
	tried time.Time // when it was last tried, by a clock that is not set
	open  atomic.Bool
	why   atomic.Pointer[error] // why it is not open; never nil
}

// OpenLater returns the store of a directory that could not be opened for the
// reason why: a disk that is full or may not be written to. All that is asked of
// it is refused with that reason; Append tries to open it again, every ten
// seconds, and once it is open it is a store like any other.
//
// known is what the program started with instead, the zero State or that of a
// Copy. A directory that by then holds something else stays shut: what the
// program numbered since would take the place of what is in there.
//
// Its lock is taken as soon as that can be had, so that no other process opens
// it meanwhile.
func OpenLater(dir string, o Options, known State, why error) *Store {
	s := newStore(dir, o)
	s.late = &late{dir: dir, owner: o.Owner, known: known, tried: time.Now()}
	s.late.why.Store(&why)
	s.lock, _ = takeLock(dir, o.Owner)
	s.boot.Store(max(known.Boot, 1))
	s.bootToSave.Store(s.boot.Load())
	s.writer <- &writer{}
	return s
}

// notYet returns why the store is not open, nil if it is.
func (s *Store) notYet() error {
	if s.late == nil || s.late.open.Load() {
		return nil
	}
	return fmt.Errorf("not opened yet: %w", *s.late.why.Load())
}

// openNow opens a store that is late, if it is time to try. Its caller has w,
// the writer.
func (s *Store) openNow(w *writer) error {
	err := s.notYet()
	if err == nil || time.Since(s.late.tried) < openEvery {
		return err
	}
	s.late.tried = time.Now()
	c, err := s.openKnown()
	if err != nil {
		err = explain(s.path, err)
		s.late.why.Store(&err)
		return s.notYet()
	}
	w.conn = c
	s.late.open.Store(true)
	return nil
}

// openKnown takes the lock and connects to a sound file that holds nothing but
// what the program started with. A damaged one is left to the next start.
func (s *Store) openKnown() (*conn, error) {
	if err := os.MkdirAll(s.late.dir, 0o700); err != nil {
		return nil, err
	}
	if s.lock == nil {
		lock, err := takeLock(s.late.dir, s.late.owner)
		if err != nil {
			return nil, err
		}
		s.lock = lock
	}
	c, err := s.openChecked()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(migrate(c), s.late.compare(c)); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// errOther says that a state is not the one that the program started with.
var errOther = errors.New("it holds what this process did not start with: restart it to go on from there")

// compare refuses a file that others have written to, or that could not be read
// at the start.
func (l *late) compare(c *conn) error {
	return c.read(context.Background(), func() error {
		var found State
		err := errors.Join(found.loadMeta(c, time.Time{}), found.loadEvents(c, time.Time{}))
		if err == nil && (found.Boot+1 != max(l.known.Boot, 1) || found.EventSeq != l.known.EventSeq) {
			err = errOther
		}
		return err
	})
}
