package monitor

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"sitrep/safe"
)

const (
	maxVisits   = 1000             // screens that may be open at once
	writingLast = 30 * time.Second // since the last key, for which somebody counts as writing
)

// ErrCrowded says that more screens are open than are kept account of.
var ErrCrowded = errors.New("too many screens are open")

// people are the screens that are open. Whoever opens one writes to it, and the
// loop reads it. None of it is saved: who is here is here.
type people struct {
	mu     sync.Mutex // guards what follows
	visits []*Visit   // in the order in which they came
	lastID uint64
	listed []Presence // what the snapshot shows; never written to
	stale  bool       // it shows something else
}

// Visit is a screen that somebody has open, from Enter to Leave. Its methods
// return at once and may be called from anywhere.
type Visit struct {
	monitor *Monitor
	stop    func() bool // ends the waiting for its context
	shown   Presence    // guarded by people.mu, as the next
	typed   time.Time   // Writing, by the clock that nobody sets
}

// Enter says that somebody opened a screen: snapshots show them among People
// until Leave is called or ctx ends, whichever is first. It fails with ErrCrowded.
// Any role may. The screen says with At what it looks at, and what is written in
// it comes by Draft, from an actor of the same name.
func (m *Monitor) Enter(ctx context.Context, a Actor) (*Visit, error) {
	p := &m.people
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.visits) >= maxVisits {
		return nil, ErrCrowded
	}
	p.lastID++
	a.Name, a.From = safe.Line(a.Name, maxName), safe.Line(a.From, 200)
	v := &Visit{monitor: m, shown: Presence{ID: p.lastID, Actor: a, Since: m.clocks.now()}}
	v.stop = context.AfterFunc(ctx, v.Leave)
	p.visits, p.stale = append(p.visits, v), true
	m.rouse()
	return v, nil
}

// ID returns that of the screen's Presence.
func (v *Visit) ID() uint64 { return v.shown.ID }

// At says what the screen looks at from now on: a place as of Draft, or the name
// of a screen; "" is not known.
func (v *Visit) At(place string) {
	p := &v.monitor.people
	p.mu.Lock()
	defer p.mu.Unlock()
	if place = safe.Line(place, maxPlace); place == v.shown.Place {
		return
	}
	v.shown.Place, v.shown.Writing = place, time.Time{}
	p.stale = true
	v.monitor.rouse()
}

// Leave says that the screen is closed. Again is no error.
func (v *Visit) Leave() {
	p := &v.monitor.people
	p.mu.Lock()
	defer p.mu.Unlock()
	v.stop()
	if i := slices.Index(p.visits, v); i >= 0 {
		p.visits, p.stale = slices.Delete(p.visits, i, i+1), true
		v.monitor.rouse()
	}
}

// rouse wakes the loop.
func (m *Monitor) rouse() {
	select {
	case m.poke <- struct{}{}:
	default:
	}
}

// wrote notes that somebody pressed a key at a place, or, if still is not set,
// that what they wrote there is sent or thrown away.
func (p *people) wrote(name, place string, still bool, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range p.visits {
		if v.shown.Actor.Name != name || subject(v.shown.Place) != subject(place) {
			continue
		}
		v.typed, v.shown.Writing = time.Now(), time.Time{}
		if still {
			v.shown.Writing = now
		}
		p.stale = true
	}
}

// subject returns what a place is about: a text that belongs to an incident is
// written at the incident.
func subject(place string) string {
	kind, rest, ok := strings.Cut(place, ":")
	if ok && (kind == "field" || kind == "action") {
		place, _, _ = strings.Cut(rest, ":")
	}
	return place
}

// news tells whether somebody came, went, looks elsewhere, or writes no more.
func (p *people) news() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range p.visits {
		if !v.shown.Writing.IsZero() && time.Since(v.typed) >= writingLast {
			v.shown.Writing, p.stale = time.Time{}, true
		}
	}
	return p.stale
}

// list returns who is here, by name and then by when they came.
func (p *people) list() []Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stale {
		p.listed, p.stale = make([]Presence, len(p.visits)), false
		for i, v := range p.visits {
			p.listed[i] = v.shown
		}
		slices.SortFunc(p.listed, func(a, b Presence) int {
			return cmp.Or(cmp.Compare(a.Actor.Name, b.Actor.Name), cmp.Compare(a.ID, b.ID))
		})
	}
	return p.listed
}
