package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// maxSource is how long a file of a configuration may be, in bytes.
const maxSource = 16 << 20

// patience is how long a file may take: one on a mount whose server is gone
// never answers.
const patience = 10 * time.Second

// disk reads files and waits for none of them for ever. A read that does not
// come back is left behind, and until it does its path is not tried again: it
// costs one thread, however often it is asked for. It is safe for concurrent use.
type disk struct {
	mu    sync.Mutex
	stuck map[string]bool // guarded by mu: asked, and no answer yet
}

var errStuck = errors.New("no answer from the disk it is on")

// ask calls do, which is about path, and waits for it as long as patience lasts.
func ask[T any](d *disk, path string, do func() (T, error)) (none T, err error) {
	d.mu.Lock()
	if d.stuck[path] {
		d.mu.Unlock()
		return none, errStuck
	}
	if d.stuck == nil {
		d.stuck = map[string]bool{}
	}
	d.stuck[path] = true
	d.mu.Unlock()

	type answer struct {
		v   T
		err error
	}
	got := make(chan answer, 1)
	go func() {
		v, err := do()
		d.mu.Lock()
		delete(d.stuck, path)
		d.mu.Unlock()
		got <- answer{v, err}
	}()
	patient := time.NewTimer(patience)
	defer patient.Stop()
	select {
	case a := <-got:
		return a.v, a.err
	case <-patient.C:
		return none, errStuck
	}
}

// fileText is what a file holds.
type fileText struct {
	data []byte
	mode fs.FileMode
}

// read returns the text of a regular file of at most max bytes. Of a pipe or a
// device nobody knows when it ends, so it is not opened. The error says nothing
// of the content, and not the path.
func (d *disk) read(path string, max int64) (fileText, error) {
	return ask(d, path, func() (fileText, error) {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return fileText{}, withoutPath(err)
		case !info.Mode().IsRegular():
			return fileText{}, errors.New("it is no regular file")
		case info.Size() > max:
			return fileText{}, tooLong(max)
		}
		f, err := os.Open(path)
		if err != nil {
			return fileText{}, withoutPath(err)
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, max+1))
		if int64(len(data)) > max {
			return fileText{}, tooLong(max)
		}
		return fileText{data, info.Mode()}, withoutPath(err)
	})
}

func tooLong(max int64) error { return fmt.Errorf("it has more than %s", formatSize(max)) }

func withoutPath(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// glob returns the files that a pattern fits, in order.
func (d *disk) glob(pattern string) ([]string, error) {
	return ask(d, pattern, func() ([]string, error) { return filepath.Glob(pattern) })
}
