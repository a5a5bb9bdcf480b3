package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// checkFor bounds how long a start looks for damage: it is reading the whole
// file, at some hundred MB a second.
const checkFor = 2 * time.Second

// openSound returns a connection to a file without known damage: if it has
// some, it is set aside and an empty one takes its place.
func (s *Store) openSound() (*conn, error) {
	c, err := s.openChecked()
	if !damaged(err) {
		return c, err
	}
	written := "at an unknown time"
	if info, statErr := os.Stat(s.path); statErr == nil {
		written = info.ModTime().UTC().Format("2006-01-02 15:04:05Z")
	}
	aside, moveErr := setAside(s.path, time.Now())
	if moveErr != nil {
		return nil, errors.Join(err, moveErr)
	}
	s.notes = append(s.notes, fmt.Sprintf("%s was damaged (%v) and last written %s: it is kept as %s, and an empty one "+
		"was begun: all alerts, incidents and history up to then are only in there", s.path, err, written, aside))
	return s.openChecked()
}

// openChecked makes the file if there is none, connects to it, and looks for damage.
func (s *Store) openChecked() (*conn, error) {
	if err := makePrivate(s.path); err != nil {
		return nil, err
	}
	c, err := connect(s.path, s.vfs, false)
	if err != nil {
		return nil, err
	}
	if err := check(c); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// check reads through the file, for as long as checkFor allows.
func check(c *conn) error {
	ctx, cancel := context.WithTimeout(context.Background(), checkFor)
	defer cancel()
	defer c.db.SetInterrupt(c.db.SetInterrupt(ctx))
	var found []string
	err := c.query(func(s *sqlite3.Stmt) error {
		if line := s.ColumnText(0); line != "ok" {
			found = append(found, line)
		}
		return nil
	}, `PRAGMA quick_check(3)`)
	if errors.Is(err, sqlite3.INTERRUPT) && ctx.Err() != nil {
		err = nil
	}
	if err == nil && len(found) > 0 {
		err = damageError(strings.Join(found, "; "))
	}
	return err
}

// damageError is what a check found.
type damageError string

func (e damageError) Error() string { return string(e) }

func damaged(err error) bool {
	_, found := errors.AsType[damageError](err)
	return found || errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB)
}

// setAside renames the file and its log, so that SQLite's own tools find them
// together, and returns the new path.
func setAside(path string, now time.Time) (string, error) {
	aside := path + ".corrupt-" + now.UTC().Format("20060102T150405Z")
	for n := 2; ; n++ { // never over an older one
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s.corrupt-%s-%d", path, now.UTC().Format("20060102T150405Z"), n)
	}
	if err := os.Rename(path+"-wal", aside+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.Remove(path + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return aside, os.Rename(path, aside)
}
