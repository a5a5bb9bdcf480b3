package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ncruces/go-sqlite3"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
)

// Buckets returns the results of target that began from from and before to,
// folded into buckets of step (≥ 1 µs), oldest first. Buckets without a result
// are left out; an unknown target has none.
//
// Counts and Max are exact. So are percentiles of single results, of which there
// are at most 4,096 in a bucket; but if step is a multiple of a minute, what was
// saved more than minutes ago is taken from sums by the minute or hour, of which
// they are within 1/64. Where single results are not kept any more, the sum of a
// minute, and later of an hour, counts in the bucket in which that began.
func (s *Store) Buckets(ctx context.Context, target string, from, to time.Time, step time.Duration) ([]Bucket, error) {
	step = max(step, time.Microsecond)
	g := newGathering(step)
	if err := s.gather(ctx, target, from, to, step, g); err != nil {
		return nil, err
	}
	return g.buckets(), nil
}

// Results returns the last limit results (0 is all) of target that began from
// from and before to, newest first. Their times are kept to the microsecond.
func (s *Store) Results(ctx context.Context, target string, from, to time.Time, limit int) ([]checker.Result, error) {
	var found []checker.Result
	err := s.each(ctx, target, from, to, func(st *stream) {
		found = append(found, st.result())
		if limit > 0 && len(found) >= 2*limit { // let go of what is too old
			found = slices.Delete(found, 0, len(found)-limit)
		}
	})
	if err != nil {
		return nil, err
	}
	if limit > 0 && len(found) > limit {
		found = found[len(found)-limit:]
	}
	slices.Reverse(found)
	return found, nil
}

// each calls use for the results of target that began from from and before to,
// in the order in which they came. What cannot be read is left out, as if it had
// never been measured.
func (s *Store) each(ctx context.Context, target string, from, to time.Time, use func(*stream)) error {
	within := func(st *stream) {
		if at := st.last.At; !at.Before(from) && at.Before(to) {
			use(st)
		}
	}
	err := s.reading(ctx, func(c *conn) error {
		id, err := c.number(`SELECT id FROM targets WHERE name = ?`, target)
		if err != nil || id == 0 {
			return err
		}
		err = c.blocks(id, target, hourOf(from), hourOf(to), func(_ int64, st *stream) { within(st) })
		if err != nil {
			return err
		}
		return c.tailOf(id, target, within)
	})
	if err != nil {
		return fmt.Errorf("results of %s: read %s: %w", target, s.path, err)
	}
	return nil
}

// blocks unpacks the blocks of a target from one hour to another, both included.
// A block is looked up by its hour and target: to go through those of a time
// would be to go through those of all targets.
func (c *conn) blocks(id int64, target string, from, to int64, use func(hour int64, st *stream)) error {
	return c.query(func(s *sqlite3.Stmt) error {
		hour := s.ColumnInt64(0)
		st := stream{last: checker.Result{Target: target}}
		for rest := s.ColumnRawBlob(1); len(rest) > 0; {
			var err error
			if rest, err = st.next(rest); err != nil {
				return nil // the rest of the hour is lost, the others are not
			}
			use(hour, &st)
		}
		return nil
	}, `WITH RECURSIVE n (n) AS (
			SELECT max((SELECT min(hour) FROM blocks), ?1) UNION ALL
			SELECT n + 1 FROM n WHERE n < min((SELECT max(hour) FROM blocks), ?2))
		SELECT n, results FROM n CROSS JOIN blocks ON hour = n AND target = ?3 WHERE n <= ?2`, from, to, id)
}

// tailOf unpacks what is of a target in the tail and not in blocks yet.
func (c *conn) tailOf(id int64, target string, use func(*stream)) error {
	st := stream{last: checker.Result{Target: target}}
	err := c.query(func(s *sqlite3.Stmt) error {
		if last, err := unpackStream(s.ColumnRawBlob(0)); err == nil {
			st = last
			st.last.Target = target
		}
		return nil
	}, `SELECT last FROM recent WHERE target = ?`, id)
	if err != nil {
		return err
	}
	return c.tail(id-1, id, func(_ int64, sample []byte) error {
		if _, err := st.next(sample); err != nil { // goes on with the next that begins anew
			st = stream{last: checker.Result{Target: target}}
			return nil
		}
		use(&st)
		return nil
	})
}

// tail calls each for the samples of targets after low and up to high that have
// not moved into blocks.
func (c *conn) tail(low, high int64, each func(id int64, sample []byte) error) error {
	done, err := c.folded()
	if err != nil {
		return err
	}
	return c.query(func(s *sqlite3.Stmt) error {
		after := low
		if s.ColumnInt64(0) <= done.span {
			after = max(after, done.target)
		}
		return samples(s.ColumnRawBlob(1), after, high, each)
	}, `SELECT seq, results FROM tail ORDER BY seq`)
}

// Log returns at most n events with a Seq below before, oldest first.
func (s *Store) Log(ctx context.Context, before uint64, n int) (events []Event, err error) {
	err = s.reading(ctx, func(c *conn) error {
		events, err = c.log(int64(min(before, math.MaxInt64)), n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("alert log: read %s: %w", s.path, err)
	}
	return events, nil
}

func (c *conn) log(before int64, n int) ([]Event, error) {
	events, err := list[Event](c, `SELECT body FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?`, before, n)
	slices.Reverse(events)
	return events, err
}

// Timeline returns the entries of an incident, open or closed, by Seq; none if
// there is no such incident.
func (s *Store) Timeline(ctx context.Context, id string) (entries []incident.Entry, err error) {
	err = s.reading(ctx, func(c *conn) error {
		entries, err = list[incident.Entry](c, `SELECT body FROM entries WHERE incident = ? ORDER BY seq`, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("timeline of %s: read %s: %w", id, s.path, err)
	}
	return entries, nil
}

// Incidents returns the IDs of all incidents, in the order in which they were
// declared.
func (s *Store) Incidents(ctx context.Context) ([]string, error) {
	var ids []string
	err := s.reading(ctx, func(c *conn) error {
		return c.query(func(s *sqlite3.Stmt) error {
			ids = append(ids, s.ColumnText(0))
			return nil
		}, `SELECT id FROM incidents ORDER BY first`)
	})
	if err != nil {
		return nil, fmt.Errorf("incidents: read %s: %w", s.path, err)
	}
	return ids, nil
}

// Deliveries returns at most n attempts that were answered before before,
// newest first. Of the alerts that they told of they have ID, target, state,
// severity, start and Seq.
func (s *Store) Deliveries(ctx context.Context, before time.Time, n int) ([]alert.Delivery, error) {
	var found []alert.Delivery
	err := s.reading(ctx, func(c *conn) error {
		return c.query(func(s *sqlite3.Stmt) error {
			var d alert.Delivery
			if err := json.Unmarshal(s.ColumnRawText(1), &d); err != nil {
				return err
			}
			if err := json.Unmarshal(s.ColumnRawText(0), &d.Notification); err != nil {
				return err
			}
			found = append(found, d)
			return nil
		}, `SELECT notification, delivery FROM attempts WHERE answered < ? ORDER BY answered DESC LIMIT ?`, before, n)
	})
	if err != nil {
		return nil, fmt.Errorf("deliveries: read %s: %w", s.path, err)
	}
	return found, nil
}
