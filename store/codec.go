package store

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"slices"
	"time"

	"sitrep/checker"
)

// Results are packed as a stream a target: a result tells only how it differs
// from the one before. The clock and the sequence number advance by nearly the
// same step each time, so what is coded is the change of the step; durations
// are varints in microseconds; everything else is there when it changed. A
// plain result takes about ten bytes.
//
// A stream can begin anew at any result (partWhole). It does with each hour, so
// that every block can be read by itself, with each start of the process, and
// after a failed save.

// The parts that a result may bring, as bits of the varint it begins with. The
// rarest come last, so that one byte is the rule.
const (
	partWhole  = 1 << iota // the stream begins anew: nothing is carried over
	partStatus             // status, believed, attempt
	partCode
	partFindings
	partPhases // the names of the phases
	partFacts
	partPeer
	partNotAfter
	partValues // names and units
	partOrigin // vantage and boot
	partMarks  // flapping, excluded
)

// The marks of a result, as bits of a byte.
const (
	markFlapping = 1 << iota
	markExcluded
)

var errDamaged = errors.New("packed results are damaged")

// stream is where a target's stream has come to: what the next result is told
// against. The zero value is one that has not begun. One that packs does not
// unpack: its lists belong to whoever made the results.
type stream struct {
	at, step int64 // microseconds: of the last result, and between the last two
	seq, hop int64 // the same of its sequence number
	last     checker.Result
	begun    bool
}

// append packs r, whose target is known from elsewhere, and moves on to it. A
// part of r that is a list is kept, not copied.
func (s *stream) append(dst []byte, r *checker.Result, whole bool) []byte {
	if whole || !s.begun {
		*s = stream{}
	}
	parts := s.changed(r)
	dst = binary.AppendUvarint(dst, parts)
	dst = appendParts(dst, parts, r)
	dst = s.appendNumbers(dst, r)
	s.last, s.begun = *r, true
	return dst
}

// changed returns the parts of r that are not as they were.
func (s *stream) changed(r *checker.Result) (parts uint64) {
	was := &s.last
	mark := func(part uint64, same bool) {
		if !same {
			parts |= part
		}
	}
	mark(partWhole, s.begun)
	mark(partStatus, was.Status == r.Status && was.Believed == r.Believed && was.Attempt == r.Attempt)
	mark(partCode, was.Code == r.Code)
	mark(partFindings, slices.Equal(was.Findings, r.Findings))
	mark(partPhases, slices.EqualFunc(was.Phases, r.Phases, func(a, b checker.Phase) bool { return a.Name == b.Name }))
	mark(partFacts, slices.Equal(was.Facts, r.Facts))
	mark(partPeer, was.Peer == r.Peer)
	mark(partNotAfter, was.NotAfter.Equal(r.NotAfter))
	mark(partValues, slices.EqualFunc(was.Values, r.Values, func(a, b checker.Value) bool {
		return a.Name == b.Name && a.Unit == b.Unit
	}))
	mark(partOrigin, was.Vantage == r.Vantage && was.Boot == r.Boot)
	mark(partMarks, was.Flapping == r.Flapping && was.Excluded == r.Excluded)
	return parts
}

// appendParts writes the parts of r, in the order of their bits.
func appendParts(dst []byte, parts uint64, r *checker.Result) []byte {
	if parts&partStatus != 0 {
		dst = append(dst, byte(r.Status)|byte(r.Believed)<<4)
		dst = binary.AppendUvarint(dst, uint64(max(r.Attempt, 0)))
	}
	if parts&partCode != 0 {
		dst = binary.AppendVarint(dst, int64(r.Code))
	}
	if parts&partFindings != 0 {
		dst = binary.AppendUvarint(dst, uint64(len(r.Findings)))
		for _, f := range r.Findings {
			dst = appendText(append(dst, byte(f.Status)), f.What, f.Text)
		}
	}
	if parts&partPhases != 0 {
		dst = binary.AppendUvarint(dst, uint64(len(r.Phases)))
		for _, p := range r.Phases {
			dst = appendText(dst, p.Name)
		}
	}
	if parts&partFacts != 0 {
		dst = binary.AppendUvarint(dst, uint64(len(r.Facts)))
		for _, f := range r.Facts {
			dst = appendText(dst, f.Name, f.Text)
		}
	}
	if parts&partPeer != 0 {
		dst = appendText(dst, r.Peer)
	}
	if parts&partNotAfter != 0 {
		dst = binary.AppendVarint(dst, micros(r.NotAfter))
	}
	if parts&partValues != 0 {
		dst = binary.AppendUvarint(dst, uint64(len(r.Values)))
		for _, v := range r.Values {
			dst = appendText(dst, v.Name, v.Unit)
		}
	}
	if parts&partOrigin != 0 {
		dst = binary.AppendUvarint(appendText(dst, r.Vantage), r.Boot)
	}
	if parts&partMarks != 0 {
		dst = append(dst, marksOf(r))
	}
	return dst
}

// marksOf returns the marks of a result.
func marksOf(r *checker.Result) (marks byte) {
	if r.Flapping {
		marks |= markFlapping
	}
	if r.Excluded {
		marks |= markExcluded
	}
	return marks
}

// appendNumbers writes what nearly every result has anew. How long it took is
// told against the sum of its phases, which says most of it already.
func (s *stream) appendNumbers(dst []byte, r *checker.Result) []byte {
	dst = s.appendClock(dst, micros(r.At), int64(r.Seq))
	took := r.Took.Microseconds()
	for _, p := range r.Phases {
		us := max(p.Took.Microseconds(), 0)
		took -= us
		dst = binary.AppendUvarint(dst, uint64(us))
	}
	dst = binary.AppendVarint(dst, took)
	for _, v := range r.Values { // the low bits of a round number are zero
		dst = binary.AppendUvarint(dst, bits.ReverseBytes64(math.Float64bits(v.V)))
	}
	return dst
}

func (s *stream) appendClock(dst []byte, at, seq int64) []byte {
	step, hop := at-s.at, seq-s.seq
	dst = binary.AppendVarint(dst, step-s.step)
	dst = binary.AppendVarint(dst, hop-s.hop)
	s.advance(at, seq, step, hop)
	return dst
}

// advance takes the steps between two results as those to expect next; the way
// from nothing to the first one tells nothing about the next.
func (s *stream) advance(at, seq, step, hop int64) {
	s.at, s.seq = at, seq
	if s.begun {
		s.step, s.hop = step, hop
	}
}

func appendText(dst []byte, texts ...string) []byte {
	for _, t := range texts {
		dst = append(binary.AppendUvarint(dst, uint64(len(t))), t...)
	}
	return dst
}

// next unpacks one result into s.last and returns what follows it. The lists of
// phases and values are written over by the next call, the others are not.
func (s *stream) next(src []byte) ([]byte, error) {
	d := decoder{src: src}
	parts := d.uvarint()
	if parts&partWhole != 0 {
		*s = stream{last: checker.Result{Target: s.last.Target}}
	} else if !s.begun {
		return nil, errDamaged
	}
	s.readParts(&d, parts)
	step, hop := d.varint()+s.step, d.varint()+s.hop
	s.advance(s.at+step, s.seq+hop, step, hop)
	s.last.At, s.last.Seq = timeOf(s.at), uint64(s.seq)
	s.readDurations(&d)
	s.begun = true
	return d.src, d.err
}

func (s *stream) readParts(d *decoder, parts uint64) {
	r := &s.last
	if parts&partStatus != 0 {
		b := d.byte()
		r.Status, r.Believed, r.Attempt = checker.Status(b&15), checker.Status(b>>4), int(d.uvarint())
	}
	if parts&partCode != 0 {
		r.Code = int(d.varint())
	}
	if parts&partFindings != 0 {
		r.Findings = makeList[checker.Finding](d)
		for i := range r.Findings {
			r.Findings[i] = checker.Finding{Status: checker.Status(d.byte()), What: d.text(), Text: d.text()}
		}
	}
	if parts&partPhases != 0 {
		r.Phases = makeList[checker.Phase](d)
		for i := range r.Phases {
			r.Phases[i].Name = d.text()
		}
	}
	if parts&partFacts != 0 {
		r.Facts = makeList[checker.Fact](d)
		for i := range r.Facts {
			r.Facts[i] = checker.Fact{Name: d.text(), Text: d.text()}
		}
	}
	if parts&partPeer != 0 {
		r.Peer = d.text()
	}
	if parts&partNotAfter != 0 {
		r.NotAfter = timeOf(d.varint())
	}
	if parts&partValues != 0 {
		r.Values = makeList[checker.Value](d)
		for i := range r.Values {
			r.Values[i].Name, r.Values[i].Unit = d.text(), d.text()
		}
	}
	if parts&partOrigin != 0 {
		r.Vantage, r.Boot = d.text(), d.uvarint()
	}
	if parts&partMarks != 0 {
		marks := d.byte()
		r.Flapping, r.Excluded = marks&markFlapping != 0, marks&markExcluded != 0
	}
}

func (s *stream) readDurations(d *decoder) {
	r := &s.last
	var took time.Duration
	for i := range r.Phases {
		r.Phases[i].Took = time.Duration(d.uvarint()) * time.Microsecond
		took += r.Phases[i].Took
	}
	r.Took = took + time.Duration(d.varint())*time.Microsecond
	for i := range r.Values {
		r.Values[i].V = math.Float64frombits(bits.ReverseBytes64(d.uvarint()))
	}
}

// result returns the last result as one that the next call leaves alone.
func (s *stream) result() checker.Result {
	r := s.last
	r.Phases, r.Values = slices.Clone(r.Phases), slices.Clone(r.Values)
	return r
}

// pack writes s whole, so that unpackStream makes the same of it.
func (s *stream) pack(dst []byte) []byte {
	var whole stream
	dst = binary.AppendVarint(dst, s.step)
	dst = binary.AppendVarint(dst, s.hop)
	return whole.append(dst, &s.last, true)
}

func unpackStream(src []byte) (stream, error) {
	d := decoder{src: src}
	step, hop := d.varint(), d.varint()
	if d.err != nil {
		return stream{}, d.err
	}
	var s stream
	_, err := s.next(d.src)
	s.step, s.hop = step, hop
	return s, err
}
