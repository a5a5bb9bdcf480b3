package store

import (
	"encoding/binary"
	"slices"
	"time"
)

// A start shows two hours of every target by the minute before anything was
// probed. To read them out of the blocks would take a second for a thousand
// targets, so each target's row in "recent" has them ready, with the values of
// the minute that is not over: folding goes on as if it had never stopped.
const (
	minute      = time.Minute
	minutesKept = 120
)

// pack writes the folder; step and keep are known to who reads it. What was in
// maintenance comes last, if anything was: rows of versions that did not know of
// it end before.
func (f *Folder) pack(dst []byte) []byte {
	dst = f.packCounted(dst)
	excluded := func(b Bucket) bool { return b.Excluded > 0 }
	if !excluded(f.open) && !slices.ContainsFunc(f.closed, excluded) {
		return dst
	}
	for i := range f.closed {
		dst = binary.AppendUvarint(dst, uint64(f.closed[i].Excluded))
	}
	return binary.AppendUvarint(dst, uint64(f.open.Excluded))
}

func (f *Folder) packCounted(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(f.closed)))
	var last int64
	for i := range f.closed {
		dst, last = f.closed[i].pack(dst, last, f.step)
	}
	if f.open.Start.IsZero() {
		return append(dst, 0)
	}
	dst, _ = f.open.pack(append(dst, 1), last, f.step)
	dst = binary.AppendUvarint(dst, f.seen)
	dst = binary.AppendUvarint(dst, uint64(len(f.values)))
	for _, v := range f.values {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	return dst
}

func (b *Bucket) pack(dst []byte, last, step int64) ([]byte, int64) {
	n := b.Start.UnixMicro() / step
	dst = binary.AppendVarint(dst, n-last)
	for _, c := range [...]uint16{b.Passed, b.Failed, b.Unknown, b.Slow, b.Retried} {
		dst = binary.AppendUvarint(dst, uint64(c))
	}
	for _, t := range [...]time.Duration{b.Median, b.P95, b.Max} {
		dst = binary.AppendUvarint(dst, uint64(max(t.Microseconds(), 0)))
	}
	return dst, n
}

func unpackFolder(src []byte, step time.Duration, keep int) (*Folder, error) {
	f := NewFolder(step, keep, nil)
	d := decoder{src: src}
	f.closed = makeList[Bucket](&d)
	var last int64
	for i := range f.closed {
		last = f.closed[i].unpack(&d, last, f.step)
	}
	if d.byte() == 1 {
		f.open.unpack(&d, last, f.step)
		f.seen = d.uvarint()
		f.values = makeList[uint32](&d)
		for i := range f.values {
			f.values[i] = uint32(d.uvarint())
		}
	}
	if d.err == nil && len(d.src) > 0 {
		for i := range f.closed {
			f.closed[i].Excluded = uint16(d.uvarint())
		}
		f.open.Excluded = uint16(d.uvarint())
	}
	return f, d.err
}

func (b *Bucket) unpack(d *decoder, last, step int64) int64 {
	n := last + d.varint()
	b.Start = time.UnixMicro(n * step).UTC()
	for _, c := range [...]*uint16{&b.Passed, &b.Failed, &b.Unknown, &b.Slow, &b.Retried} {
		*c = uint16(d.uvarint())
	}
	for _, t := range [...]*time.Duration{&b.Median, &b.P95, &b.Max} {
		*t = time.Duration(d.uvarint()) * time.Microsecond
	}
	return n
}

// history is a target as "recent" and the tail tell of it: the stream of its
// results up to some point, and their minutes.
type history struct {
	id      int64
	stream  stream
	minutes *Folder
}

// newHistory unpacks a row of "recent"; nil blobs are those of a target without
// one. A row that cannot be read is as good as none.
func newHistory(id int64, name string, last, minutes []byte) *history {
	h := &history{id: id, minutes: NewFolder(minute, minutesKept, nil)}
	if s, err := unpackStream(last); err == nil {
		h.stream = s
	}
	if f, err := unpackFolder(minutes, minute, minutesKept); err == nil {
		h.minutes = f
	}
	h.stream.last.Target = name
	return h
}

// next unpacks one result into h.stream.last, counts it, and returns what
// follows it.
func (h *history) next(src []byte) ([]byte, error) {
	rest, err := h.stream.next(src)
	if err == nil {
		h.minutes.Add(&h.stream.last)
	}
	return rest, err
}
