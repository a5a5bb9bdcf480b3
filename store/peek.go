package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Presence is what can be told of a state directory from outside.
type Presence struct {
	Alive     bool      // a process holds it now
	PID       int       // of that process, or of the last one; 0 if unknown
	Owner     string    // what it runs
	Since     time.Time // when it took the directory
	Heartbeat time.Time // when it last saved that it was alive; zero if never
}

// Peek tells who holds dir, beside whoever does and without changing anything.
// The error wraps fs.ErrNotExist if nobody ever did.
func Peek(dir string) (Presence, error) {
	file, err := os.Open(filepath.Join(dir, lockName))
	if err != nil {
		return Presence{}, err
	}
	defer file.Close()
	h := readHolder(file)
	p := Presence{PID: h.PID, Owner: h.Owner, Since: h.Since}
	// Closing the file gives the lock back, if it is had.
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if p.Alive = errors.Is(err, syscall.EWOULDBLOCK); err != nil && !p.Alive {
		return p, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	s, err := OpenReadOnly(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	} else if err != nil {
		return p, err
	}
	defer s.Close()
	err = s.reading(context.Background(), func(c *conn) error {
		us, err := c.meta("heartbeat")
		p.Heartbeat = timeOf(us)
		return err
	})
	return p, err
}
