package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFullDiskIsNamedAndOutlived fills a file system of a MiB.
func TestFullDiskIsNamedAndOutlived(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("mounting a small file system: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	save(t, s, event(1))
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, bytes.Repeat([]byte{1}, 2<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	n := uint64(2)
	for err = nil; err == nil && n < 100; n++ { // the log may have some room left
		err = s.Append(t.Context(), event(n))
	}
	if n--; !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("saving on a full disk: %v", err)
	}
	wantSaved(t, s, n-1)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	save(t, s, event(n))
	wantSaved(t, s, n)
}
