package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxCopy bounds what Copy takes: a start must not wait for gigabytes.
const maxCopy = 512 << 20

// Copy puts the state in dir, which nobody writes meanwhile, into another
// directory. SQLite cannot read a file whose log is not empty where it may not
// write: a copy elsewhere it can. The error says what is missing or too large.
func Copy(dir, to string) error {
	for _, name := range []string{fileName, fileName + "-wal"} {
		err := copyFile(filepath.Join(dir, name), filepath.Join(to, name))
		if err != nil && (name == fileName || !errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil || info.Size() > maxCopy {
		return errors.Join(err, fmt.Errorf("%s is too large to copy at a start", from))
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
