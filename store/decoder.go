package store

import "encoding/binary"

// decoder reads varints and texts off src. After the first thing that is not
// there it gives zeros and err stays.
type decoder struct {
	src []byte
	err error
}

func (d *decoder) uvarint() uint64 {
	if len(d.src) > 0 && d.src[0] < 0x80 { // the usual case, inlined
		v := d.src[0]
		d.src = d.src[1:]
		return uint64(v)
	}
	return d.long()
}

func (d *decoder) long() uint64 {
	v, n := binary.Uvarint(d.src)
	if n <= 0 {
		d.src, d.err = nil, errDamaged
		return 0
	}
	d.src = d.src[n:]
	return v
}

func (d *decoder) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (d *decoder) byte() byte {
	if len(d.src) == 0 {
		d.err = errDamaged
		return 0
	}
	b := d.src[0]
	d.src = d.src[1:]
	return b
}

func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.src)) {
		d.src, d.err = nil, errDamaged
		return nil
	}
	b := d.src[:n]
	d.src = d.src[n:]
	return b
}

func (d *decoder) text() string { return string(d.bytes()) }

// makeList makes a list as long as the number that comes next says; nil if that
// is 0. An element takes a byte at least, so no number can ask for more memory
// than the source justifies.
func makeList[E any](d *decoder) []E {
	n := d.uvarint()
	if n > uint64(len(d.src)) {
		d.src, d.err = nil, errDamaged
		return nil
	}
	if n == 0 {
		return nil
	}
	return make([]E, n)
}
