package store

import (
	"context"

	"github.com/ncruces/go-sqlite3"
)

// How much of the blocks of an earlier version a step adds up.
const (
	fillBytes = 1 << 20
	fillRows  = 256
)

// fill adds up blocks that an earlier version wrote, one step of it; more tells
// whether there is another. Nobody folds meanwhile: Run does both.
func (s *Store) fill(ctx context.Context) (more bool, err error) {
	var step fillStep
	err = s.reading(ctx, func(c *conn) error { return step.collect(c) })
	if err != nil || step.below == 0 {
		return false, err
	}
	err = s.writing(ctx, step.roll)
	return err == nil && len(step.rows) > 0, err
}

// fillStep is the hours and targets that come next, the newest first.
type fillStep struct {
	below int64 // where to go on; 0 if all is done
	rows  [][2]int64
}

func (f *fillStep) collect(c *conn) (err error) {
	if f.below, err = c.unfilled(); err != nil || f.below == 0 {
		return err
	}
	size := int64(0)
	return c.query(func(s *sqlite3.Stmt) error {
		if size < fillBytes {
			f.rows = append(f.rows, [2]int64{s.ColumnInt64(0), s.ColumnInt64(1)})
		}
		size += s.ColumnInt64(2)
		return nil
	}, `SELECT hour, target, length(results) FROM blocks WHERE (hour, target) < (?, ?) ORDER BY hour DESC, target DESC LIMIT ?`,
		f.below>>targetBits, f.below&(1<<targetBits-1), fillRows)
}

func (f *fillStep) roll(w *writer) error {
	sums := new(rolling)
	for _, row := range f.rows {
		f.below = rowID(row[0], row[1])
		if err := w.saveRollups(row[0], row[1], sums); err != nil {
			return err
		}
	}
	if len(f.rows) == 0 {
		return w.exec(`DELETE FROM meta WHERE key = 'unfilled'`)
	}
	return w.setMeta("unfilled", f.below)
}

// unfilled returns below which row the blocks may not be added up yet, 0 if all are.
func (c *conn) unfilled() (int64, error) { return c.meta("unfilled") }
