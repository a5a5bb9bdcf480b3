package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
)

// explain adds to an error of SQLite's what the operating system has to say.
// SQLite undoes a failed save with calls that succeed, by which the reason is
// forgotten: a full disk is left as "disk I/O error". So the disk is asked again.
func explain(path string, err error) error {
	if !errors.Is(err, sqlite3.IOERR) && !errors.Is(err, sqlite3.FULL) && !errors.Is(err, sqlite3.CANTOPEN) {
		return err
	}
	if cause := tryDisk(filepath.Dir(path)); cause != nil {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// tryDisk writes as much as a batch may take into a file of its own, and
// removes it.
func tryDisk(dir string) error {
	f, err := os.CreateTemp(dir, "sitrep-try-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(make([]byte, 256<<10))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
