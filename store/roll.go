package store

import (
	"context"
	"time"

	"github.com/ncruces/go-sqlite3"

	"sitrep/checker"
)

// Results are added up as they move into blocks, in the same transaction: what
// minutes and hours say of an hour of a target is what its block holds, or they
// say nothing of it yet. They outlive the blocks.

// The rows of both tables are numbered alike: by the time of what they hold,
// then by target.
const rowTargets = 32 // bits

func rowID(n, target int64) int64 { return n<<rowTargets | target }

// level is one of the tables of rollups.
type level struct {
	table string
	unit  int64 // of one rollup, in microseconds
	slots int64 // rollups of a row
}

var (
	byMinute = level{"minutes", time.Minute.Microseconds(), 60}
	byHour   = level{"hours", time.Hour.Microseconds(), 24}
)

// floorDiv is a/b for b > 0, rounded down.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// rolling adds up the results of one target and hour.
type rolling struct {
	minutes [60]rollup
	hour    [1]rollup
}

func (r *rolling) count(res *checker.Result, hour int64) {
	minute := floorDiv(micros(res.At), byMinute.unit) - hour*60
	r.minutes[minute].count(res)
	r.hour[0].count(res)
}

func (r *rolling) reset() {
	for i := range r.minutes {
		r.minutes[i].reset()
	}
	r.hour[0].reset()
}

// countBlock adds what can be read of a block.
func (r *rolling) countBlock(block []byte, hour int64) {
	var st stream
	for rest := block; len(rest) > 0; {
		var err error
		if rest, err = st.next(rest); err != nil {
			return
		}
		if hourOf(st.last.At) == hour {
			r.count(&st.last, hour)
		}
	}
}

// saveRollups adds sums to what is known of an hour of a target, and empties it.
// It comes before results are added to the block: one that was never added up
// is now.
func (w *writer) saveRollups(hour, target int64, sums *rolling) error {
	defer sums.reset()
	id := rowID(hour, target)
	old, found, err := w.blob(`SELECT rollups FROM minutes WHERE id = ?`, id)
	if err != nil {
		return err
	}
	var whole bool // what is added up is all there is of the hour
	if !found {
		var block []byte
		block, whole, err = w.blob(`SELECT results FROM blocks WHERE hour = ? AND target = ?`, hour, target)
		if err != nil {
			return err
		}
		sums.countBlock(block, hour)
	}
	w.row = mergeRow(w.row[:0], old, 0, sums.minutes[:], whole)
	if len(w.row) == 0 {
		return nil
	}
	err = w.exec(`INSERT INTO minutes (id, rollups) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET rollups = excluded.rollups`,
		id, w.row)
	if err != nil {
		return err
	}
	day := floorDiv(hour, 24)
	id = rowID(day, target)
	if old, _, err = w.blob(`SELECT rollups FROM hours WHERE id = ?`, id); err != nil {
		return err
	}
	w.row = mergeRow(w.row[:0], old, int(hour-day*24), sums.hour[:], whole)
	return w.exec(`INSERT INTO hours (id, rollups) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET rollups = excluded.rollups`,
		id, w.row)
}

// How much of the blocks of an earlier version a step adds up.
const (
	fillBytes = 1 << 20
	fillRows  = 256
)

// fill adds up blocks that an earlier version wrote, one step of it; more tells
// whether there is another. Like fold, which it never runs beside.
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
		f.below>>rowTargets, f.below&(1<<rowTargets-1), fillRows)
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
