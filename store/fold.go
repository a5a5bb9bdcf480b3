package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// Folding moves results from the tail into blocks, and adds them up. A pass takes all that is in
// the tail when it begins, and moves some targets at a time, so that no step
// takes long and a block is written again a few times an hour and not with each
// save. Moving is copying: a block goes on where the samples of the tail begin.
const (
	foldAfter   = 10 * time.Minute // age of the oldest row that begins a pass
	foldBytes   = 1 << 20          // about how much a step takes out of the tail
	foldTargets = 256              // at most, of how many targets
	dropRows    = 64               // rows of the tail a step deletes, once all is moved
)

// fold does one step; more tells whether there is another to do at once. Only
// one goroutine folds: between its reading and its writing nobody else changes
// blocks, or rows of the tail that are there already.
func (s *Store) fold(ctx context.Context, now time.Time) (more bool, err error) {
	var step foldStep
	err = s.reading(ctx, func(c *conn) error { return step.collect(c, now) })
	if err != nil || step.idle {
		return false, err
	}
	err = s.writing(ctx, func(w *writer) error {
		if step.high > step.done.target {
			return step.move(w, now.Add(-s.keep.results))
		}
		more, err = step.drop(w)
		return err
	})
	return more || step.high > step.done.target, err
}

// foldStep is the targets after done.target and up to high, and their samples.
type foldStep struct {
	idle    bool // nothing to do yet
	done    folded
	high    int64
	targets map[int64]*history
	samples map[int64][]byte
}

// collect decides on the step and reads what it moves.
func (f *foldStep) collect(c *conn, now time.Time) (err error) {
	if f.done, err = c.folded(); err != nil {
		return err
	}
	if f.done.span == 0 {
		oldest, err := c.number(`SELECT saved FROM tail ORDER BY seq LIMIT 1`)
		if err != nil {
			return err
		}
		if oldest == 0 || now.Sub(timeOf(oldest)) < foldAfter && !now.Before(timeOf(oldest)) {
			f.idle = true
			return nil
		}
		if f.done.span, err = c.number(`SELECT max(seq) FROM tail`); err != nil {
			return err
		}
	}
	if err := f.choose(c); err != nil {
		return err
	}
	f.samples = make(map[int64][]byte)
	return c.query(func(s *sqlite3.Stmt) error {
		return samples(s.ColumnRawBlob(0), f.done.target, f.high, func(id int64, sample []byte) error {
			f.samples[id] = append(f.samples[id], sample...)
			return nil
		})
	}, `SELECT results FROM tail WHERE seq <= ? ORDER BY seq`, f.done.span)
}

// choose takes the next targets, as many as have about foldBytes in the tail.
func (f *foldStep) choose(c *conn) error {
	size, err := c.number(`SELECT sum(length(results)) FROM tail WHERE seq <= ?`, f.done.span)
	if err != nil {
		return err
	}
	all, err := c.number(`SELECT count(*) FROM targets`)
	if err != nil {
		return err
	}
	n := int64(foldTargets)
	if size > foldBytes {
		n = min(n, max(all*foldBytes/size, 1))
	}
	f.high, f.targets = f.done.target, make(map[int64]*history)
	return c.query(func(s *sqlite3.Stmt) error {
		f.high = s.ColumnInt64(0)
		f.targets[f.high] = newHistory(f.high, s.ColumnText(1), s.ColumnRawBlob(2), s.ColumnRawBlob(3))
		return nil
	}, `SELECT id, name, last, minutes FROM targets LEFT JOIN recent ON target = id WHERE id > ? ORDER BY id LIMIT ?`,
		f.done.target, n)
}

// move appends the samples to their blocks, and adds them up; of those that
// began before oldest, whose blocks may be gone, only the sums are kept. Samples
// that cannot be read are dropped with all that follows of their target; they
// must not keep the others from moving.
func (f *foldStep) move(w *writer, oldest time.Time) error {
	sums := new(rolling)
	for id, src := range f.samples {
		err := moveTarget(w, f.targets[id], sums, src, hourOf(oldest))
		if errors.Is(err, errDamaged) {
			err = w.exec(`DELETE FROM recent WHERE target = ?`, id)
		}
		if err != nil {
			return fmt.Errorf("fold results of %s: %w", f.targets[id].stream.last.Target, err)
		}
	}
	if err := w.setMeta("fold_span", f.done.span); err != nil {
		return err
	}
	return w.setMeta("fold_target", f.high)
}

// moveTarget appends the samples in src to the blocks and rollups of their hours.
func moveTarget(w *writer, h *history, sums *rolling, src []byte, oldest int64) error {
	defer sums.reset()
	begin, hour := src, oldest-1
	for rest := src; len(rest) > 0; {
		sample := rest
		var err error
		if rest, err = h.next(sample); err != nil {
			return err
		}
		if at := hourOf(h.stream.last.At); at != hour {
			if err := w.appendHour(hour, h.id, sums, begin[:len(begin)-len(sample)], oldest); err != nil {
				return err
			}
			begin, hour = sample, at
		}
		sums.count(&h.stream.last, hour)
	}
	if err := w.appendHour(hour, h.id, sums, begin, oldest); err != nil {
		return err
	}
	return w.exec(`INSERT INTO recent (target, hour, last, minutes) VALUES (?, ?, ?, ?) ON CONFLICT (target)
		DO UPDATE SET hour = excluded.hour, last = excluded.last, minutes = excluded.minutes`,
		h.id, hour, h.stream.pack(nil), h.minutes.pack(nil))
}

// appendHour appends results of one hour to their block, and sums, which is what
// they add up to, to its rollups.
func (w *writer) appendHour(hour, target int64, sums *rolling, results []byte, oldest int64) error {
	if len(results) == 0 {
		return nil
	}
	if err := w.saveRollups(hour, target, sums); err != nil || hour < oldest {
		return err
	}
	return w.exec(`INSERT INTO blocks (hour, target, results) VALUES (?, ?, ?) ON CONFLICT (hour, target)
		DO UPDATE SET results = CAST(results || excluded.results AS BLOB)`, hour, target, results)
}

// drop deletes rows of the tail that have moved, and with the last of them ends
// the pass.
func (f *foldStep) drop(w *writer) (more bool, err error) {
	err = w.exec(`DELETE FROM tail WHERE seq IN (SELECT seq FROM tail WHERE seq <= ? ORDER BY seq LIMIT ?)`,
		f.done.span, dropRows)
	if err != nil {
		return false, err
	}
	if w.db.Changes() == dropRows {
		return true, nil
	}
	return false, w.exec(`DELETE FROM meta WHERE key IN ('fold_span', 'fold_target')`)
}
