package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// shut makes the lock of a state one that nobody can take, root included, and
// returns how to undo that.
func shut(t *testing.T, dir string) (open func()) {
	t.Helper()
	lock := filepath.Join(dir, lockName)
	_ = os.Remove(lock)
	if err := os.Mkdir(lock, 0o700); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := os.Remove(lock); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStateIsOpenedOnceItCanBe(t *testing.T) {
	_, vfs := newDisk(t)
	for name, before := range map[string]uint64{"a first start": 0, "after events": 3} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				var known State
				if before > 0 {
					s := open(t, dir, Options{vfs: vfs})
					restore(t, s)
					for n := range before {
						save(t, s, event(n+1))
					}
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
					read, err := OpenReadOnly(dir)
					if err != nil {
						t.Fatal(err)
					}
					known = restore(t, read)
					read.Close()
				}
				mend := shut(t, dir)
				_, why := Open(dir, Options{vfs: vfs})
				if why == nil {
					t.Fatal("it opens: the test does not test")
				}
				s := OpenLater(dir, Options{vfs: vfs}, known, why)
				defer s.Close()
				if err := s.Append(t.Context(), event(before+1)); !errors.Is(err, why) || !strings.Contains(err.Error(), "not opened yet") {
					t.Errorf("a shut state says %v, want why", err)
				}
				if _, err := s.Log(t.Context(), 9, 9); !errors.Is(err, why) {
					t.Errorf("its log says %v, want why", err)
				}
				time.Sleep(openEvery)
				if err := s.Append(t.Context(), event(before+1)); err == nil {
					t.Error("saved in a shut state")
				}
				mend()
				if err := s.Append(t.Context(), event(before+1)); err == nil {
					t.Error("tried again at once")
				}
				time.Sleep(openEvery)
				save(t, s, event(before+1))
				wantSaved(t, s, before+1)
				if _, err := Open(dir, Options{vfs: vfs}); err == nil {
					t.Error("another process may open it as well")
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				again := open(t, dir, Options{vfs: vfs})
				if st := restore(t, again); st.Boot != known.Boot+1 && st.Boot != 2 {
					t.Errorf("boot %d at the next start, after %d", st.Boot, known.Boot)
				}
			})
		})
	}
}

func TestAStateThatOthersWroteToStaysShut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir, Options{})
		restore(t, s)
		save(t, s, event(1))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		late := OpenLater(dir, Options{}, State{}, errIO) // it could not be read at the start
		time.Sleep(openEvery)
		if err := late.Append(t.Context(), event(1)); !errors.Is(err, errOther) {
			t.Errorf("an event in place of another: %v", err)
		}
		if err := late.Close(); err != nil {
			t.Error(err)
		}
		wantSaved(t, open(t, dir, Options{}), 1)
	})
}

func TestAStateThatNeverOpensCloses(t *testing.T) {
	s := OpenLater(t.TempDir(), Options{}, State{}, errFull)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Append(t.Context(), event(1)); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestOldAttemptsAndAuditGo(t *testing.T) {
	s := open(t, openBefore(t, 1), Options{})
	count := func(table string) (n int64) {
		t.Helper()
		if err := s.reading(t.Context(), func(c *conn) (err error) {
			n, err = c.number(`SELECT count(*) FROM ` + table)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	now := sometime.Add(keepAttempts + time.Hour)
	var b Batch
	for n := range 120 {
		one := full(now.Add(time.Duration(n) * time.Minute))
		b.Notifications, b.Deliveries = append(b.Notifications, one.Notifications...), append(b.Deliveries, one.Deliveries...)
		b.Audit = append(b.Audit, one.Audit...)
	}
	save(t, s, b)
	for _, c := range []struct {
		after           time.Duration
		attempts, audit int64
	}{{0, 120, 121}, {keepAttempts - time.Hour, 120, 121}, {keepAttempts + time.Hour, 60, 121}, {keepAudit - keepAttempts, 0, 120}, {keepAudit + 3*time.Hour, 0, 0}} {
		for more := true; more; {
			var err error
			if more, err = s.tidy(t.Context(), now.Add(c.after)); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := count("attempts"), count("audit"); a != c.attempts || b != c.audit {
			t.Errorf("%v later: %d attempts, %d lines of the audit; want %d, %d", c.after, a, b, c.attempts, c.audit)
		}
	}
}
