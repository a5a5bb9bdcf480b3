package store

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"sitrep/checker"
)

// A row of the tail is a list of samples by target id: how much greater the id
// is than the one before, the sample's length, the sample.

// hourOf returns the hour whose block a result belongs to.
func hourOf(at time.Time) int64 { return floorDiv(micros(at), byHour.unit) }

// known is what a writer remembers of a target: what the next result is told
// against. It holds for what was committed; after a failure it is forgotten.
type known struct {
	id     int64
	hour   int64
	stream stream
}

// appendTail saves results as one row of the tail.
func (w *writer) appendTail(results []checker.Result, now time.Time) error {
	w.order = w.order[:0]
	for i := range results {
		k, err := w.target(results[i].Target)
		if err != nil {
			return err
		}
		w.order = append(w.order, placed{k, i})
	}
	slices.SortStableFunc(w.order, func(a, b placed) int { return cmp.Compare(a.known.id, b.known.id) })
	row := w.row[:0]
	var last int64
	for _, p := range w.order {
		r := &results[p.index]
		hour := hourOf(r.At)
		w.sample = p.known.stream.append(w.sample[:0], r, hour != p.known.hour)
		p.known.hour = hour
		row = binary.AppendUvarint(row, uint64(p.known.id-last))
		row = append(binary.AppendUvarint(row, uint64(len(w.sample))), w.sample...)
		last = p.known.id
	}
	w.row = row
	return w.exec(`INSERT INTO tail (saved, results) VALUES (?, ?)`, now, row)
}

// placed is a result by its place in the batch, and its target.
type placed struct {
	known *known
	index int
}

// target returns what is known of a name, which gets an id if it is new.
func (w *writer) target(name string) (*known, error) {
	if k := w.targets[name]; k != nil {
		return k, nil
	}
	id, err := w.number(`SELECT id FROM targets WHERE name = ?`, name)
	if err != nil {
		return nil, err
	}
	if id == 0 {
		if err := w.exec(`INSERT INTO targets (name) VALUES (?)`, name); err != nil {
			return nil, err
		}
		id = w.db.LastInsertRowID()
	}
	if w.targets == nil {
		w.targets = make(map[string]*known)
	}
	k := &known{id: id}
	w.targets[name] = k
	return k, nil
}

// samples calls each for the samples in a row of targets after low and up to
// high. A sample is gone with the row.
func samples(row []byte, low, high int64, each func(id int64, sample []byte) error) error {
	d := decoder{src: row}
	for id := int64(0); len(d.src) > 0; {
		id += int64(d.uvarint())
		sample := d.bytes()
		switch {
		case d.err != nil:
			return d.err
		case id > high:
			return nil
		case id > low:
			if err := each(id, sample); err != nil {
				return err
			}
		}
	}
	return nil
}

// folded is how far the tail has moved into blocks: of its rows up to span,
// what is of targets up to target.
type folded struct {
	span, target int64
}

func (c *conn) folded() (f folded, err error) {
	if f.span, err = c.meta("fold_span"); err != nil {
		return f, err
	}
	f.target, err = c.meta("fold_target")
	return f, err
}

func (c *conn) meta(key string) (int64, error) {
	return c.number(`SELECT value FROM meta WHERE key = ?`, key)
}

func (c *conn) setMeta(key string, value int64) error {
	return c.exec(`INSERT INTO meta (key, value) VALUES (?, ?)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
}
