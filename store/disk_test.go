package store

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
)

// disk is a file layer that fails when told, and that knows what of its files
// would survive a power cut: what was there at the last sync. It does not sync
// the real files, which makes it fast.
type disk struct {
	vfs.VFSFilename

	mu      sync.Mutex
	fault   error // of writes, syncs and truncations
	after   int   // that many of them still work
	writes  int
	durable map[string][]byte // by path; nil if not asked for
}

// newDisk registers a disk; the name goes into Options.
func newDisk(t testing.TB) (*disk, string) {
	d := &disk{VFSFilename: vfs.Find("").(vfs.VFSFilename)}
	name := strings.NewReplacer("/", "-", "#", "-").Replace(t.Name())
	vfs.Register(name, d)
	t.Cleanup(func() { vfs.Unregister(name) })
	return d, name
}

// fail makes all writes but the next few fail with err; nil mends the disk.
func (d *disk) fail(err error, after int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault, d.after = err, after
}

// write is asked before anything is changed.
func (d *disk) write() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writes++
	if d.fault != nil && d.after <= 0 {
		return d.fault
	}
	d.after--
	return nil
}

func (d *disk) sync(path string) error {
	if err := d.write(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.durable == nil {
		return nil
	}
	data, err := os.ReadFile(path)
	d.durable[filepath.Base(path)] = data
	return err
}

// cutPower writes what would be there after a power cut into a new directory.
func (d *disk) cutPower(t testing.TB) string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	dir := t.TempDir()
	for name, data := range d.durable {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (d *disk) Delete(name string, _ bool) error { return d.VFSFilename.Delete(name, false) }

func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := d.VFSFilename.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &diskFile{f, d, name.String()}, flags, nil
}

type diskFile struct {
	vfs.File
	disk *disk
	path string
}

func (f *diskFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.disk.write(); err != nil {
		return 0, err
	}
	return f.File.WriteAt(p, off)
}

func (f *diskFile) Truncate(size int64) error {
	if err := f.disk.write(); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *diskFile) Sync(vfs.SyncFlag) error { return f.disk.sync(f.path) }

func (f *diskFile) SharedMemory() vfs.SharedMemory {
	return f.File.(vfs.FileSharedMemory).SharedMemory()
}

// errFull and errIO are what a real file answers.
var (
	errFull = &os.PathError{Op: "write", Path: "sitrep.db", Err: syscall.ENOSPC}
	errIO   = &os.PathError{Op: "write", Path: "sitrep.db", Err: syscall.EIO}
)
