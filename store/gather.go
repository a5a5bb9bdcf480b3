package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// What is asked of the past is read where it costs least: whole hours from the
// rollups by the hour, the minutes at both ends from those by the minute, and
// only what is left of a minute from the results themselves. What moved into
// blocks is in all three; what is still in the tail is in none and comes last.
// Of times of which results are not kept any more, a minute or an hour counts
// where it begins.

// span is a time from and before, in microseconds.
type span struct{ from, to int64 }

// within returns what two spans have in common; empty if nothing.
func (s span) within(o span) span { return span{max(s.from, o.from), min(s.to, o.to)} }

func (s span) empty() bool { return s.from >= s.to }

// hours are the first and the last one that s has a part in; s is not empty.
func (s span) hours() (first, last int64) {
	return floorDiv(s.from, byHour.unit), floorDiv(s.to-1, byHour.unit)
}

func spanOf(n, unit int64) span { return span{n * unit, (n + 1) * unit} }

// join appends s to a list that is in order, as part of the last one if it goes
// on from there.
func join(list []span, s span) []span {
	if n := len(list); n > 0 && list[n-1].to == s.from {
		list[n-1].to = s.to
		return list
	}
	if s.empty() {
		return list
	}
	return append(list, s)
}

// ceilMicros is micros, but rounded up: results are kept to the microsecond, so
// those from t are those from there.
func ceilMicros(t time.Time) int64 {
	us := t.UnixMicro()
	if t.Nanosecond()%1000 != 0 {
		us++
	}
	return us
}

// gather puts into g what target had from from and before to. step says how
// coarsely it is looked at: no rollup is used that does not fit into such a step.
func (s *Store) gather(ctx context.Context, target string, from, to time.Time, step time.Duration, g *gathering) error {
	err := s.reading(ctx, func(c *conn) error {
		id, err := c.number(`SELECT id FROM targets WHERE name = ?`, target)
		if err != nil || id == 0 {
			return err
		}
		r := rollReader{conn: c, id: id, target: target, into: g}
		asked := span{ceilMicros(from), ceilMicros(to)}
		if err := r.read(asked, step.Microseconds()); err != nil {
			return err
		}
		return c.tailOf(id, target, func(st *stream) {
			if asked.from <= st.at && st.at < asked.to {
				g.result(&st.last)
			}
		})
	})
	if err != nil {
		return fmt.Errorf("history of %s: read %s: %w", target, s.path, err)
	}
	return nil
}

// rollReader reads what moved out of the tail of one target.
type rollReader struct {
	*conn
	id       int64
	target   string
	unfilled int64
	into     *gathering
}

func (r *rollReader) read(asked span, step int64) (err error) {
	if r.unfilled, err = r.conn.unfilled(); err != nil {
		return err
	}
	kept, err := r.kept()
	if err != nil {
		return err
	}
	var rest []span
	rest = join(rest, asked.within(kept))
	for _, l := range []level{byHour, byMinute} {
		if step%l.unit != 0 {
			continue
		}
		var finer []span
		for _, s := range rest {
			if finer, err = r.wholes(l, s, finer); err != nil {
				return err
			}
		}
		rest = finer
	}
	for _, s := range rest {
		if err := r.singles(s); err != nil {
			return err
		}
	}
	return nil
}

// kept is the time of which there is anything, of whatever target.
func (r *rollReader) kept() (s span, err error) {
	err = r.query(func(row *sqlite3.Stmt) error {
		s = span{row.ColumnInt64(0) * byHour.unit, (row.ColumnInt64(1) + 1) * byHour.unit}
		if row.ColumnType(0) == sqlite3.NULL {
			s = span{}
		}
		return nil
	}, `SELECT min(first), max(last) FROM (
		SELECT (SELECT min(hour) FROM blocks) AS first, (SELECT max(hour) FROM blocks) AS last UNION ALL
		SELECT (SELECT min(id) FROM minutes) >> 32, (SELECT max(id) FROM minutes) >> 32 UNION ALL
		SELECT ((SELECT min(id) FROM hours) >> 32) * 24, ((SELECT max(id) FROM hours) >> 32) * 24 + 23)`)
	return s, err
}

// wholes takes the rollups of a level that are whole within s, and appends to
// rest what is to be looked for elsewhere.
func (r *rollReader) wholes(l level, s span, rest []span) ([]span, error) {
	whole := span{floorDiv(s.from+l.unit-1, l.unit) * l.unit, floorDiv(s.to, l.unit) * l.unit}
	if whole.empty() {
		return join(rest, s), nil
	}
	rest = join(rest, span{s.from, whole.from})
	first, last := whole.hours()
	have, err := r.rollups(l, first, last, whole)
	if err != nil {
		return rest, err
	}
	for i, known := range have {
		hour := first + int64(i)
		if !known && (l == byMinute || rowID(hour, r.id) < r.unfilled) {
			rest = join(rest, spanOf(hour, byHour.unit).within(whole))
		}
	}
	return join(rest, span{whole.to, s.to}), nil
}

// rollups takes the rollups of a level that begin within s, and tells of each
// hour from first to last whether there are any of it, within s or not.
func (r *rollReader) rollups(l level, first, last int64, s span) (have []bool, err error) {
	have = make([]bool, last-first+1)
	perRow := l.unit * l.slots
	from, to := floorDiv(first*byHour.unit, perRow), floorDiv(last*byHour.unit, perRow)
	err = r.query(func(row *sqlite3.Stmt) error {
		at := row.ColumnInt64(0) * perRow
		for slot, packed := range rollups(row.ColumnRawBlob(1)) {
			begin := at + int64(slot)*l.unit
			if i := floorDiv(begin, byHour.unit) - first; i >= 0 && i < int64(len(have)) {
				have[i] = true
			}
			if s.from <= begin && begin < s.to {
				r.into.rollup(begin, packed)
			}
		}
		return nil
	}, `WITH RECURSIVE n (n) AS (VALUES (?1) UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
		SELECT n, rollups FROM n CROSS JOIN `+l.table+` ON id = (n << 32) + ?3`, from, to, r.id)
	return have, err
}

// singles takes the results within s, or what is left of them.
func (r *rollReader) singles(s span) error {
	first, last := s.hours()
	have := make([]bool, last-first+1)
	err := r.blocks(r.id, r.target, first, last, func(hour int64, st *stream) {
		have[hour-first] = true
		if s.from <= st.at && st.at < s.to {
			r.into.result(&st.last)
		}
	})
	if err != nil {
		return err
	}
	var gone []span
	for i, known := range have {
		if !known {
			gone = join(gone, spanOf(first+int64(i), byHour.unit).within(s))
		}
	}
	for _, s := range gone {
		if err := r.remains(s); err != nil {
			return err
		}
	}
	return nil
}

// remains takes, of a time whose results are gone, the minutes that begin in it,
// and the hours of which there are no minutes.
func (r *rollReader) remains(s span) error {
	first, last := s.hours()
	have, err := r.rollups(byMinute, first, last, s)
	if err != nil {
		return err
	}
	var gone []span
	for i, known := range have {
		if !known {
			gone = join(gone, spanOf(first+int64(i), byHour.unit).within(s))
		}
	}
	for _, s := range gone {
		first, last := s.hours()
		if _, err := r.rollups(byHour, first, last, s); err != nil {
			return err
		}
	}
	return nil
}
