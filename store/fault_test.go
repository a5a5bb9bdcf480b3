package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// event is a batch of one event and one result, so that both can be counted.
func event(seq uint64) Batch {
	rs := newHouse(1, time.Second).next()
	rs[0].Seq, rs[0].At = seq, rs[0].At.Add(time.Duration(seq)*time.Second)
	return Batch{Results: rs, Events: []Event{{Seq: seq, At: sometime, Kind: "fired"}}}
}

// wantSaved checks that events 1 to n, and as many results, are there.
func wantSaved(t *testing.T, s *Store, n uint64) {
	t.Helper()
	st := restore(t, s)
	if st.EventSeq != n {
		t.Errorf("events up to %d, want %d", st.EventSeq, n)
	}
	if got := len(all(t, s, "target-0000")); got != int(n) {
		t.Errorf("%d results, want %d", got, n)
	}
	agrees(t, s)
	from, to := time.Unix(0, 0), sometime.AddDate(10, 0, 0)
	sumsIn(t, s, "target-0000", all(t, s, "target-0000"), from, to, time.Minute)
}

func TestFailedSaveLeavesNothingAndTheNextWorks(t *testing.T) {
	for name, fault := range map[string]error{"full": errFull, "EIO": errIO} {
		t.Run(name, func(t *testing.T) {
			d, vfs := newDisk(t)
			dir := t.TempDir()
			s := open(t, dir, Options{vfs: vfs})
			n := uint64(0)
			for after := range 12 { // the fault strikes after so many writes
				n++
				save(t, s, event(n))
				d.fail(fault, after)
				err := s.Append(t.Context(), event(n+1))
				failed := err != nil
				if failed {
					if !strings.Contains(err.Error(), s.path) || !strings.Contains(err.Error(), "save batch") {
						t.Errorf("the error does not say what and where: %v", err)
					}
					if err := s.Append(t.Context(), event(n+1)); err == nil && after == 0 {
						t.Error("saved on a disk that fails")
					} else if err == nil {
						failed = false
					}
				} else if after == 0 {
					t.Error("saved on a disk that fails")
				}
				if !failed {
					n++
				}
				d.fail(nil, 0)
				wantSaved(t, s, n)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			wantSaved(t, open(t, dir, Options{vfs: vfs}), n)
		})
	}
}

func TestHistoryIsReadWhileTheDiskFails(t *testing.T) {
	d, vfs := newDisk(t)
	s := open(t, t.TempDir(), Options{vfs: vfs})
	save(t, s, event(1))
	d.fail(errFull, 0)
	if err := s.Append(t.Context(), event(2)); err == nil {
		t.Fatal("saved on a full disk")
	}
	if got := len(all(t, s, "target-0000")); got != 1 {
		t.Errorf("%d results, want 1", got)
	}
	st := restore(t, s)
	if st.EventSeq != 1 || st.Boot != 1 {
		t.Errorf("event %d, boot %d, want 1, 1", st.EventSeq, st.Boot)
	}
	if len(st.Notes) != 1 || !strings.Contains(st.Notes[0], "takes no writes") {
		t.Errorf("notes %q do not say that the disk takes no writes", st.Notes)
	}
	d.fail(nil, 0)
	save(t, s, event(2))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if st := restore(t, open(t, filepath.Dir(s.path), Options{})); st.Boot != 2 {
		t.Errorf("boot %d after one that was saved late, want 2", st.Boot)
	}
}

func TestFoldingFailsWhole(t *testing.T) {
	d, vfs := newDisk(t)
	s := open(t, t.TempDir(), Options{vfs: vfs})
	for n := range uint64(20) {
		save(t, s, event(n+1))
	}
	for after := range 30 {
		d.fail(errFull, after)
		if _, err := s.fold(t.Context(), foldTime); err == nil && after == 0 {
			t.Error("folded on a full disk")
		}
		d.fail(nil, 0)
		wantSaved(t, s, 20)
	}
}

// lived saves n events on a disk that remembers what was synced, and returns
// what a power cut leaves.
func lived(t *testing.T, n uint64, pragma string) *Store {
	t.Helper()
	d, vfs := newDisk(t)
	d.durable = make(map[string][]byte)
	s := open(t, t.TempDir(), Options{vfs: vfs})
	w := <-s.writer
	if err := w.db.Exec(pragma); err != nil {
		t.Fatal(err)
	}
	s.writer <- w
	for seq := range n {
		save(t, s, event(seq+1))
	}
	return open(t, d.cutPower(t), Options{})
}

func TestPowerCutLosesNothingSaved(t *testing.T) {
	for _, n := range []uint64{1, 2, 30} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			wantSaved(t, lived(t, n, ``), n)
		})
	}
	t.Run("and this test can tell", func(t *testing.T) {
		if st := restore(t, lived(t, 5, `PRAGMA synchronous = OFF`)); st.EventSeq == 5 {
			t.Error("nothing is lost without syncing either")
		}
	})
}

func TestKilledProcessLosesNothingSaved(t *testing.T) {
	if dir := os.Getenv("SITREP_TEST_SAVE_UNTIL_KILLED"); dir != "" {
		saveUntilKilled(t, dir)
	}
	dir, saved := t.TempDir(), uint64(0)
	for round := range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledProcessLosesNothingSaved$")
		cmd.Env = append(os.Environ(), "SITREP_TEST_SAVE_UNTIL_KILLED="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if saved, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			if n == 15+7*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // killed
		s := open(t, dir, Options{})
		st := restore(t, s)
		if st.EventSeq < saved || saved == 0 {
			t.Errorf("event %d was saved, %d is there", saved, st.EventSeq)
		}
		if got := len(all(t, s, "target-0000")); got != int(st.EventSeq) {
			t.Errorf("%d results beside %d events of the same batches", got, st.EventSeq)
		}
		agrees(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// saveUntilKilled saves events as fast as it can, and prints the number of each
// once it is saved.
func saveUntilKilled(t *testing.T, dir string) {
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	st := restore(t, s)
	for seq := st.EventSeq + 1; ; seq++ {
		save(t, s, event(seq))
		fmt.Println(seq)
		if seq%10 == 0 {
			if _, err := s.fold(t.Context(), foldTime); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestCopyOfLiveFilesIsWhole(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	s := open(t, dir, Options{})
	want := full(time.Now().UTC().Truncate(time.Microsecond))
	save(t, s, want)
	for _, name := range []string{fileName, fileName + "-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	checkFull(t, restore(t, open(t, copied, Options{})), want)
}
