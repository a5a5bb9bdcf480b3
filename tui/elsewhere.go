package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
	"sitrep/store"
)

// elsewhere is which other targets had trouble around a moment.
type elsewhere struct {
	moment time.Time
	known  bool // what a snapshot keeps reaches back so far
	seen   []sighting
}

// sighting is one target that had trouble around the moment.
type sighting struct {
	target string
	at     time.Time // its first bad minute, or when its alert started
	before bool      // it was bad before already
	sum    slot      // of the minutes around the moment
	near   string    // "needs it", "it needs this"; "" if neither
}

// elsewhereState is the last answer, and what it holds for.
type elsewhereState struct {
	target   string
	from, to int64
	order    uint64 // Snapshot.Order
	found    *elsewhere
}

// Around a moment is so long before and after it; so many lines are drawn.
const (
	elsewhereAround = 10 * time.Minute
	elsewhereLines  = 7
)

// elsewhereOf returns what had trouble at the moment under the cursor, or else
// when the target's alert started; nil if there is neither. It looks at all
// targets, so the answer is kept until the moment or the picture's order changes.
func (m *Model) elsewhereOf(t *monitor.TargetStatus, a axis) *elsewhere {
	var from, to time.Time
	switch at := a.cross(m.axes.cross); {
	case at >= 0:
		from, to = a.time(at), a.time(at+1)
	case t.Alert != nil && t.Alert.State.Active():
		from, to = t.Alert.Started, t.Alert.Started
	default:
		return nil
	}
	e := &m.target.elsewhere
	if e.found != nil && e.target == t.Target.Name && e.from == from.UnixMilli() && e.to == to.UnixMilli() && e.order == m.snap.Order {
		return e.found
	}
	*e = elsewhereState{t.Target.Name, from.UnixMilli(), to.UnixMilli(), m.snap.Order, m.troubleAround(t, from, to)}
	return e.found
}

// troubleAround looks at all targets but one.
func (m *Model) troubleAround(t *monitor.TargetStatus, from, to time.Time) *elsewhere {
	e := &elsewhere{moment: from, known: m.now.Sub(to) < minutesAge}
	from, to = from.Add(-elsewhereAround), to.Add(elsewhereAround)
	for _, o := range m.snap.Targets() {
		if o.Target.Name == t.Target.Name || o.Target.Name == monitor.Self {
			continue
		}
		if s, bad := troubleIn(o, from, to); bad {
			s.near = kinship(t.Target, o.Target)
			e.seen = append(e.seen, s)
		}
	}
	slices.SortStableFunc(e.seen, func(a, b sighting) int {
		return cmp.Or(compareBool(a.near == "", b.near == ""), compareBool(a.before, b.before), a.at.Compare(b.at))
	})
	return e
}

// compareBool sorts false before true.
func compareBool(a, b bool) int { return cmp.Compare(mark(a, 1, 0), mark(b, 1, 0)) }

// troubleIn tells whether a target had trouble in a time: a minute with failures or
// slow answers, or an alert that started or went on.
func troubleIn(t *monitor.TargetStatus, from, to time.Time) (s sighting, bad bool) {
	s = sighting{target: t.Target.Name}
	if a := t.Alert; a != nil && a.State.Active() && a.Started.Before(to) {
		s.at, bad = a.Started, true
	}
	i, _ := slices.BinarySearchFunc(t.Minutes, from.Truncate(time.Minute), bucketStart)
	around := axis{step: to.Sub(from.Truncate(time.Minute)) + time.Minute, n: 1}
	around.end = from.Truncate(time.Minute).Add(around.step).UnixMilli()
	var sum [1]slot
	for k := i; k < len(t.Minutes) && t.Minutes[k].Start.Before(to); k++ {
		b := &t.Minutes[k]
		around.add(sum[:], b)
		if !troubled(b) || bad && !b.Start.Before(s.at) {
			continue
		}
		s.at, bad = b.Start, true
		s.before = k == i && k > 0 && troubled(&t.Minutes[k-1])
	}
	s.before = s.before || bad && s.at.Before(from)
	s.sum = sum[0]
	return s, bad
}

func troubled(b *store.Bucket) bool { return b.Failed > 0 || b.Slow > 0 || b.Unknown > 0 }

// kinship says how a target stands to another one that something is told of.
func kinship(t, other *checker.Target) string {
	needs := func(a, b *checker.Target) bool {
		return slices.ContainsFunc(a.Parents, func(group []string) bool { return slices.Contains(group, b.Name) })
	}
	switch {
	case needs(t, other):
		return "needed by " + t.Name
	case needs(other, t):
		return "needs " + t.Name
	}
	return ""
}

// drawElsewhere draws n lines, the rule included.
func (m *Model) drawElsewhere(c *canvas, e *elsewhere, n int) {
	right := ""
	if more := len(e.seen) - (n - 1); more > 0 {
		right = fmt.Sprintf("%d more", more)
	}
	c.rule("same time elsewhere", cmp.Or(right, "within 10m of "+m.clock(e.moment, "15:04")))
	switch {
	case len(e.seen) > 0:
	case e.known:
		c.line(dim, "no other target had trouble within 10m")
	default:
		c.line(dim, "a picture holds two hours of every target: of then it knows nothing")
	}
	for i := range min(len(e.seen), n-1) {
		m.drawSighting(c, &e.seen[i])
	}
	for range n - 1 - max(len(e.seen), 1) {
		c.end()
	}
}

// drawSighting draws one line: "■ DOWN ai weaviate-eu1  03:29:16  2/3 nodes".
func (m *Model) drawSighting(c *canvas, s *sighting) {
	t := m.targetNamed(s.target)
	if t == nil {
		c.line(dim, s.target+" is no longer there")
		return
	}
	m.drawState(c, t)
	c.cell(plain, s.target, min(18, max(c.width()/4, 8)))
	c.put(plain, "  "+m.clock(s.at, "15:04")+" ")
	var parts []string
	if s.before {
		parts = append(parts, "since before")
	}
	if why := m.why(t); why != "" && t.Alert != nil && t.Alert.State.Active() {
		parts = append(parts, why)
	} else if s.sum.total() > 0 {
		parts = append(parts, slotWords(&s.sum))
	}
	if s.near != "" {
		parts = append(parts, s.near)
	}
	c.rest(plain, strings.Join(parts, ", "))
	c.end()
}
