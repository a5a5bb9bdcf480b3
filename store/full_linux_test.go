package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// smallDisk mounts a file system of a MiB, and returns how to fill and to free it.
func smallDisk(t *testing.T) (dir string, fill, free func()) {
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("mounting a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(dir, "ballast")
	fill = func() {
		t.Helper()
		if err := os.WriteFile(ballast, bytes.Repeat([]byte{1}, 2<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("filling the disk: %v", err)
		}
	}
	free = func() {
		t.Helper()
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	}
	return dir, fill, free
}

func TestFullDiskIsNamedAndOutlived(t *testing.T) {
	dir, fill, free := smallDisk(t)
	s := open(t, dir, Options{})
	save(t, s, event(1))
	fill()
	n, err := uint64(2), error(nil)
	for ; err == nil && n < 100; n++ { // the log may have some room left
		err = s.Append(t.Context(), event(n))
	}
	if n--; !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("saving on a full disk: %v", err)
	}
	wantSaved(t, s, n-1)
	free()
	save(t, s, event(n))
	wantSaved(t, s, n)
}

func TestOpeningOnAFullDiskSaysSo(t *testing.T) {
	dir, fill, free := smallDisk(t)
	s := open(t, dir, Options{})
	save(t, s, event(1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fill()
	if _, err := Open(dir, Options{}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("opening on a full disk: %v", err)
	}
	free()
	wantSaved(t, open(t, dir, Options{}), 1)
}
