package store

import (
	"time"

	"sitrep/checker"
)

// Results are added up as they move into blocks, in the same transaction: what
// minutes and hours say of an hour of a target is what its block holds, or they
// say nothing of it yet. They outlive the blocks.

// targetBits are those of a row's number that say whose it is. The others say of
// what hour, or day.
const targetBits = 32

func rowID(n, target int64) int64 { return n<<targetBits | target }

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
