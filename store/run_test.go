package store

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestSizeLevelsOff lives through three days with a day's retention: what the
// file holds after the second is what it holds after the third.
func TestSizeLevelsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, vfs := newDisk(t)
		s := open(t, t.TempDir(), Options{Retain: 24 * time.Hour, Rollups: 24 * time.Hour, vfs: vfs})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		h := newHouse(20, time.Minute)
		h.round = int(time.Since(sometime) / h.step)
		gone := newHouse(1, time.Minute)
		gone.names, gone.round = []string{"gone"}, h.round
		save(t, s, Batch{Results: gone.next()})
		var sizes []int64
		for range 3 {
			for range 24 * 6 {
				var b Batch
				for range 10 {
					b.Results = append(b.Results, h.next()...)
				}
				save(t, s, b)
				time.Sleep(10 * time.Minute)
			}
			synctest.Wait()
			sizes = append(sizes, pagesUsed(t, s))
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
		if err := s.Trouble(); err != nil {
			t.Errorf("trouble: %v", err)
		}
		if d := sizes[2] - sizes[1]; d > sizes[1]/10 {
			t.Errorf("pages in use after one, two and three days: %v", sizes)
		}
		oldest := all(t, s, h.names[0])[0].At
		if age := time.Since(oldest); age > 26*time.Hour || age < 23*time.Hour {
			t.Errorf("the oldest result is %v old, want about 24 h", age)
		}
		if _, ok := restore(t, s).Believed["gone"]; ok {
			t.Error("a target without a result for two days is still restored")
		}
	})
}

func pagesUsed(t *testing.T, s *Store) int64 {
	t.Helper()
	var p pages
	if err := s.reading(t.Context(), func(c *conn) (err error) {
		p, err = c.pages()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return p.all - p.free
}

func TestOldestResultsGoWhenTheFileIsFull(t *testing.T) {
	s := open(t, t.TempDir(), Options{MaxSize: 1 << 20, Retain: 1000 * 24 * time.Hour})
	h := newHouse(20, 10*time.Second)
	events := []Event{{Seq: 1, At: sometime, Kind: "fired"}}
	save(t, s, Batch{Events: events})
	for range 24 {
		var b Batch
		for range 360 {
			b.Results = append(b.Results, h.next()...)
		}
		save(t, s, b)
	}
	foldAll(t, s)
	now := sometime.Add(24 * time.Hour)
	for more, n := true, 0; more; n++ {
		var err error
		if more, err = s.tidy(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if n > 1000 {
			t.Fatal("tidying does not end")
		}
	}
	if size := pagesUsed(t, s) * 4096; size > 1<<20 {
		t.Errorf("%d bytes are in use, want at most a MiB", size)
	}
	if info, err := os.Stat(s.path); err != nil || info.Size() > 8<<20 {
		t.Errorf("the file has %d bytes (%v): free pages were not given back", info.Size(), err)
	}
	left := all(t, s, h.names[0])
	if len(left) == 0 || !left[len(left)-1].At.After(now.Add(-time.Minute)) {
		t.Error("the newest results are gone")
	}
	same(t, "events", restore(t, s).Events, events)
}

// TestLogShrinksOnceAReaderIsDone holds up the log with a query that does not
// end, as a slow export would.
func TestLogShrinksOnceAReaderIsDone(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	save(t, s, event(1))
	slow, err := OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	size := func() int64 {
		info, err := os.Stat(s.path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	note := strings.Repeat("x", 1<<20)
	if err := slow.reading(t.Context(), func(c *conn) error {
		if _, err := c.number(`SELECT count(*) FROM events`); err != nil { // from here on it sees the file as it is
			return err
		}
		for seq := range uint64(20) {
			if err := s.Append(t.Context(), Batch{Events: []Event{{Seq: seq + 1, Text: note}}}); err != nil {
				return err
			}
		}
		if size() <= logLimit {
			t.Fatal("the log did not grow: the test does not test")
		}
		return s.emptyLog(t.Context()) // cannot yet, and says nothing
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.emptyLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := size(); n > 0 {
		t.Errorf("the log has %d bytes", n)
	}
}

func TestReadersWriterAndRunTogether(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	beside, err := OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	h := newHouse(10, time.Second)
	save(t, s, Batch{Results: h.next()})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	again := func(what string, do func() error) {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := do(); err != nil {
					t.Errorf("%s: %v", what, err)
					return
				}
			}
		})
	}
	ctx := t.Context()
	for _, r := range []*Store{s, s, s, beside} {
		again("buckets", func() error {
			_, err := r.Buckets(ctx, "target-0003", sometime, sometime.Add(time.Hour), time.Minute)
			return err
		})
	}
	again("fold", func() error {
		_, err := s.fold(ctx, foldTime)
		return err
	})
	again("peek", func() error {
		_, err := Peek(dir)
		return err
	})
	for range 50 {
		save(t, s, Batch{Results: h.next(), Heartbeat: time.Now()})
	}
	close(stop)
	wg.Wait()
	if got := len(all(t, s, "target-0003")); got != 51 {
		t.Errorf("%d results, want 51", got)
	}
}

func TestTroubleIsToldAndPasses(t *testing.T) {
	d, vfs := newDisk(t)
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir(), Options{vfs: vfs})
		save(t, s, event(1))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go s.Run(ctx)
		d.fail(errIO, 0)
		time.Sleep(foldAfter + 2*idleEvery)
		synctest.Wait()
		if err := s.Trouble(); err == nil || !strings.Contains(err.Error(), s.path) {
			t.Errorf("on a failing disk: trouble %v", err)
		}
		d.fail(nil, 0)
		time.Sleep(2 * idleEvery)
		synctest.Wait()
		if err := s.Trouble(); err != nil {
			t.Errorf("on a mended disk: trouble %v", err)
		}
		cancel()
		synctest.Wait()
	})
}

// TestAFullFileShortensAllAlike: none of results, minutes and hours is lost for
// the sake of the others.
func TestAFullFileShortensAllAlike(t *testing.T) {
	const day = 24 * time.Hour
	s := open(t, t.TempDir(), Options{Retain: 8 * day, Rollups: 16 * day})
	h := newHouse(5, 2*time.Minute)
	for range 8 {
		var b Batch
		for range 30 * 24 {
			b.Results = append(b.Results, h.next()...)
		}
		save(t, s, b)
		foldAll(t, s)
	}
	now := sometime.Add(8 * day)
	s.keep.minutes = 12 * day
	s.maxSize = pagesUsed(t, s) * 4096 / 3
	for more, n := true, 0; more; n++ {
		var err error
		if more, err = s.tidy(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if n > 1000 {
			t.Fatal("tidying does not end")
		}
	}
	share := func(oldest string, keep time.Duration) float64 {
		return now.Sub(time.UnixMicro(count(t, s, oldest)*byHour.unit)).Hours() / keep.Hours()
	}
	results := share(`SELECT min(hour) FROM blocks`, s.keep.results)
	minutes := share(`SELECT min(id) >> 32 FROM minutes`, s.keep.minutes)
	hours := share(`SELECT (min(id) >> 32) * 24 FROM hours`, s.keep.hours)
	if most, least := max(results, minutes, hours), min(results, minutes, hours); most > 0.5 || most-least > 0.15 {
		t.Errorf("kept of results, minutes and hours: %.2f, %.2f, %.2f of the time", results, minutes, hours)
	}
}
