package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockName is the file whose lock makes a state directory belong to one
// process. The lock goes with the process, however it ends; the file stays, and
// says who has the lock or had it last.
const lockName = "sitrep.lock"

// holder is what the lock file says.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	Owner string    `json:"owner"`
}

// HeldError says that another process has the state directory.
type HeldError struct {
	Dir   string
	PID   int       // 0 if it could not be told
	Since time.Time // zero if it could not be told
	Owner string    // what it runs; "" if it could not be told
}

func (e *HeldError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("%s is held by another sitrep", e.Dir)
	}
	return fmt.Sprintf("%s is held by another sitrep: process %d (%s), since %s",
		e.Dir, e.PID, e.Owner, e.Since.UTC().Format("2006-01-02 15:04:05Z"))
}

// lockFile is a lock that is held.
type lockFile struct{ file *os.File }

// takeLock takes the lock of dir, or returns a *HeldError. A Peek has the lock
// for an instant, so it asks for a tenth of a second.
func takeLock(dir, owner string) (*lockFile, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for range 5 {
		if err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
		}
		h := readHolder(file)
		return nil, &HeldError{Dir: dir, PID: h.PID, Since: h.Since, Owner: h.Owner}
	}
	l := &lockFile{file}
	// A full disk is no reason not to start: the lock holds without its text.
	_ = l.write(holder{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second), Owner: owner})
	return l, nil
}

func (l *lockFile) write(h holder) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err = l.file.WriteAt(append(text, '\n'), 0)
	return err
}

// release gives the lock back.
func (l *lockFile) release() error { return l.file.Close() }

// readHolder returns the zero value if the file says nothing.
func readHolder(file *os.File) (h holder) {
	text, err := io.ReadAll(io.LimitReader(file, 4096))
	if err != nil || json.Unmarshal(text, &h) != nil {
		return holder{}
	}
	return h
}
