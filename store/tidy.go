package store

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// What a step of tidying deletes, and what it leaves alone.
const (
	retainRows  = 50   // blocks, rollups, attempts or lines of the audit deleted in a step
	spareHours  = 2    // blocks this young stay, however small MaxSize is
	freePages   = 1024 // free pages that are not worth giving back
	freeShare   = 4    // nor less than one part in so many
	vacuumPages = 256  // given back in a step
)

// keep is how long results are kept, and what they add up to. Each is kept at
// least as long as the one before: what is not in the coarser is nowhere.
type keep struct{ results, minutes, hours time.Duration }

// keepMinutes is how long minutes are kept if hours are kept for longer.
const keepMinutes = 35 * 24 * time.Hour

func keepFor(results, rollups time.Duration) (k keep) {
	k.results = max(cmp.Or(results, 14*24*time.Hour), time.Hour)
	k.hours = max(cmp.Or(rollups, 400*24*time.Hour), k.results)
	k.minutes = max(min(k.hours, keepMinutes), k.results)
	return k
}

// tidy deletes what is too old or too much, and gives back pages, one step of
// it; more tells whether there is another.
func (s *Store) tidy(ctx context.Context, now time.Time) (more bool, err error) {
	err = s.writing(ctx, func(w *writer) error {
		oldest := now.Add(-s.keep.results)
		for _, drop := range []func() (int64, error){
			func() (int64, error) { return w.dropBlocks(hourOf(oldest)) },
			func() (int64, error) { return w.dropRollups(byMinute, now.Add(-s.keep.minutes)) },
			func() (int64, error) { return w.dropRollups(byHour, now.Add(-s.keep.hours)) },
			func() (int64, error) { return w.dropRecent(oldest) },
			func() (int64, error) { return w.dropAttempts(now.Add(-keepAttempts)) },
			func() (int64, error) { return w.dropAudit(now.Add(-keepAudit)) },
			func() (int64, error) { return w.dropOverrides(now.Add(-keepOnCall)) },
			func() (int64, error) { return w.dropAcceptances(now.Add(-keepOnCall)) },
		} {
			n, err := drop()
			if err != nil {
				return err
			}
			more = more || n == retainRows
		}
		n, err := w.dropOver(s.maxSize, s.keep, now)
		more = more || n > 0
		return err
	})
	if err != nil || more {
		return more, err
	}
	return s.vacuum(ctx)
}

// dropBlocks deletes the oldest blocks before hour, and returns how many.
func (w *writer) dropBlocks(hour int64) (int64, error) {
	err := w.exec(`DELETE FROM blocks WHERE id IN (SELECT id FROM blocks WHERE hour < ? ORDER BY hour LIMIT ?)`,
		hour, retainRows)
	return w.db.Changes(), err
}

// dropRecent forgets targets that had no result since oldest, unless there may
// be some in the tail that go on from there, and returns how many.
func (w *writer) dropRecent(oldest time.Time) (int64, error) {
	err := w.exec(`DELETE FROM recent WHERE target IN (SELECT target FROM recent WHERE hour < ? LIMIT ?)
		AND NOT EXISTS (SELECT 1 FROM tail WHERE saved < ?)`, hourOf(oldest), retainRows, oldest)
	return w.db.Changes(), err
}

// How long is kept what only people look at. Events are kept for good.
const (
	keepAttempts = 30 * 24 * time.Hour
	keepAudit    = 400 * 24 * time.Hour
)

// dropAttempts deletes the oldest attempts made before then, and returns how many.
func (w *writer) dropAttempts(before time.Time) (int64, error) {
	err := w.exec(`DELETE FROM attempts WHERE (key, number, at) IN
		(SELECT key, number, at FROM attempts WHERE at < ? ORDER BY at LIMIT ?)`, before, retainRows)
	return w.db.Changes(), err
}

// dropAudit deletes the oldest lines of the audit if they are from before then,
// and returns how many. It looks at those alone: a line dated by a clock that was
// wrong holds the others up for as long as it was.
func (w *writer) dropAudit(before time.Time) (int64, error) {
	err := w.exec(`DELETE FROM audit WHERE id IN
		(SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT ?) WHERE at < ?)`, retainRows, before)
	return w.db.Changes(), err
}

// dropRollups deletes the oldest rows of a level that were over before then, and
// returns how many.
func (w *writer) dropRollups(l level, before time.Time) (int64, error) {
	row := floorDiv(before.UnixMicro(), l.unit*l.slots)
	err := w.exec(`DELETE FROM `+l.table+` WHERE id IN (SELECT id FROM `+l.table+` WHERE id < ? ORDER BY id LIMIT ?)`,
		rowID(row, 0), retainRows)
	return w.db.Changes(), err
}

// dropOver deletes some of the oldest blocks or rollups if the file holds more
// than size bytes, and returns how many: of what reaches back furthest, measured
// by how long it is to be kept. So all of them get shorter alike, and none is
// lost for the sake of the others.
func (w *writer) dropOver(size int64, k keep, now time.Time) (int64, error) {
	p, err := w.pages()
	if err != nil || (p.all-p.free)*p.size <= size {
		return 0, err
	}
	spare := now.Add(-spareHours * time.Hour)
	worst, drop := 0.0, func() (int64, error) { return 0, nil }
	for _, c := range []struct {
		oldest string // its hour
		keep   time.Duration
		drop   func() (int64, error)
	}{
		{`SELECT min(hour) FROM blocks`, k.results, func() (int64, error) { return w.dropBlocks(hourOf(spare)) }},
		{`SELECT min(id) >> 32 FROM minutes`, k.minutes, func() (int64, error) { return w.dropRollups(byMinute, spare) }},
		{`SELECT (min(id) >> 32) * 24 FROM hours`, k.hours, func() (int64, error) { return w.dropRollups(byHour, spare) }},
	} {
		hour, err := w.number(c.oldest)
		if err != nil {
			return 0, err
		}
		age := now.Sub(time.UnixMicro(hour * byHour.unit))
		if share := float64(age) / float64(c.keep); hour > 0 && share > worst {
			worst, drop = share, c.drop
		}
	}
	return drop()
}

// pages is how many the file has, how many of them are free, and their size.
type pages struct{ all, free, size int64 }

func (c *conn) pages() (p pages, err error) {
	for sql, n := range map[string]*int64{
		`PRAGMA page_count`: &p.all, `PRAGMA freelist_count`: &p.free, `PRAGMA page_size`: &p.size,
	} {
		if *n, err = c.number(sql); err != nil {
			return p, err
		}
	}
	return p, nil
}

// vacuum gives free pages back to the file system if they are many: the few
// that come and go with the tail are used again.
func (s *Store) vacuum(ctx context.Context) (more bool, err error) {
	err = s.writing(ctx, func(w *writer) error {
		p, err := w.pages()
		if err != nil || p.free < freePages || p.free < p.all/freeShare {
			return err
		}
		more = true
		return w.exec(fmt.Sprintf(`PRAGMA incremental_vacuum(%d)`, vacuumPages))
	})
	return more, err
}
