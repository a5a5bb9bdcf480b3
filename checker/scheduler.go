package checker

import (
	"container/heap"
	"context"
	"hash/fnv"
	"maps"
	"sync"
	"time"
)

// tick is the grain of the schedule: what is due within one is begun together,
// since wake-ups cost more than requests do. It moves a target's phase, never
// its period.
const tick = 50 * time.Millisecond

// Scheduler runs every target when its turn comes: on a grid of its own that
// its name decides, without drift, and never twice at once. A run that outlasts
// its interval skips slots, and they are counted.
//
// Waiting costs nothing but a goroutine; what is dialled at once is bounded by
// the Dialer that the probes share.
type Scheduler struct {
	vantage string
	boot    uint64
	hand    func(Result)
	base    time.Time     // start of the monotonic clock that slots are counted by
	wake    chan struct{} // one place: something may be due earlier than thought

	mu       sync.Mutex // guards what follows; never held across a probe, a hand or the guard
	guard    *Guard
	past     map[string]Past // of those that had no turn yet
	slots    map[string]*slot
	leaving  map[string]*slot // gone from slots, with a run still under way
	due      dueHeap
	seq      uint64
	stats    Stats
	lateness lateness
}

// slot is one target's place in the schedule.
type slot struct {
	target  *Target
	verdict Verdict
	flap    Flap
	due     time.Time
	at      int // place in the heap
	running bool
	stale   bool      // what runs is of a target that went meanwhile
	again   bool      // asked for while running
	missed  time.Time // the last slot that came while running
}

// Past is what an earlier run of the program knew of a target.
type Past struct {
	Believed Status   // Unknown for nothing
	Recent   []Status // its last known results, oldest first; 21 are enough. Only flapping looks at them
	Flapping bool     // what its last result said
}

// NewScheduler returns a scheduler whose results carry this boot number and
// vantage, and are handed to hand from goroutines of their own, those of one
// target in order. believed is what an earlier run of the program believed.
func NewScheduler(vantage string, boot uint64, believed map[string]Status, hand func(Result)) *Scheduler {
	s := &Scheduler{
		vantage: vantage, boot: boot, hand: hand, base: time.Now(),
		wake: make(chan struct{}, 1), past: map[string]Past{}, slots: map[string]*slot{}, leaving: map[string]*slot{},
	}
	for name, b := range believed {
		s.past[name] = Past{Believed: b}
	}
	return s
}

// Recall says what an earlier run of the program knew, instead of what
// NewScheduler was told. It is called before SetTargets.
func (s *Scheduler) Recall(past map[string]Past) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.past = maps.Clone(past)
}

// SetGuard has g asked about every failure before it counts; nil is none.
func (s *Scheduler) SetGuard(g *Guard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guard = g
}

// SetTargets replaces the targets, from now on. A target whose name stays keeps
// its verdict and its grid; a run under way of one that went is not handed in.
// The first runs of new targets are spread over one of their faster intervals,
// or less if they are few, so that a newcomer sees results at once.
func (s *Scheduler) SetTargets(targets []Target) {
	s.mu.Lock()
	now := s.now()
	slots := make(map[string]*slot, len(targets))
	fresh := 0
	for i := range targets {
		t := &targets[i]
		if t.Paused || t.Probe == nil && t.Broken == "" {
			continue
		}
		e, ok := s.slots[t.Name]
		if ok {
			e.retune(t, now)
		} else {
			e = s.newSlot(t)
			e.due = now.Add(min(time.Duration(fresh)*firstGap, splay(t.Name, t.RetryInterval)))
			fresh++
		}
		slots[t.Name] = e
	}
	for name, e := range s.slots {
		if slots[name] != e && e.running {
			s.leaving[name] = e
		}
	}
	s.slots = slots
	s.due = s.due[:0]
	for _, e := range slots {
		e.at = len(s.due)
		s.due = append(s.due, e)
	}
	heap.Init(&s.due)
	s.mu.Unlock()
	s.rouse()
}

// newSlot returns a place for a target that has none. If it went and came back
// while it was running, that is its old place, so that it never runs twice at once.
func (s *Scheduler) newSlot(t *Target) *slot {
	e, running := s.leaving[t.Name]
	if running {
		delete(s.leaving, t.Name)
		e.stale = true
	} else {
		e = new(slot)
	}
	past := s.past[t.Name]
	delete(s.past, t.Name) // the next one of that name knows nothing of this one
	e.target = t
	e.verdict = NewVerdict(t.FailAfter, t.RecoverAfter, past.Believed)
	e.flap = NewFlap(t.FlapHigh, t.FlapLow)
	e.flap.recall(&past)
	return e
}

// retune gives a slot what a reload made of its target.
func (e *slot) retune(t *Target, now time.Time) {
	old := e.target
	e.target = t
	e.verdict.Retune(t.FailAfter, t.RecoverAfter)
	e.flap.Retune(t.FlapHigh, t.FlapLow)
	if old.Interval != t.Interval || old.RetryInterval != t.RetryInterval {
		e.due = e.next(now)
	}
}

// firstGap spreads the first runs of a few targets; many are spread by name.
const firstGap = 10 * time.Millisecond

// ProbeNow runs a target at once, whatever its turn; if it is running, once
// more right after, since a run that began before it was asked for proves
// nothing. However often that is asked meanwhile, it is one run. A name that is
// not there is nothing to do.
func (s *Scheduler) ProbeNow(name string) {
	s.mu.Lock()
	if e := s.slots[name]; e != nil {
		if e.running {
			e.again = true
		} else {
			e.due = s.now()
			heap.Fix(&s.due, e.at)
		}
	}
	s.mu.Unlock()
	s.rouse()
}

// Stats returns how well the schedule is kept.
func (s *Scheduler) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, stats := s.now(), s.stats
	stats.Late = s.lateness.worst(now)
	if len(s.due) > 0 {
		stats.Late = max(stats.Late, now.Sub(s.due[0].due))
	}
	return stats
}

// Run keeps the schedule until ctx ends, and returns once every run that it
// began has ended; those that ctx cut are not handed in.
func (s *Scheduler) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
		case <-s.wake:
		}
		timer.Reset(s.begin(ctx, &running))
	}
}

// begin starts what is due and returns how long nothing will be.
func (s *Scheduler) begin(ctx context.Context, running *sync.WaitGroup) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for len(s.due) > 0 && !s.due[0].due.After(now) {
		e := s.due[0]
		slot := e.due
		e.due = e.next(now)
		heap.Fix(&s.due, 0)
		if e.running {
			s.stats.Skipped++
			e.missed = slot
			continue
		}
		s.lateness.add(now, now.Sub(slot))
		e.running = true
		until := time.Now().Add(e.due.Sub(now))
		t := e.target
		running.Go(func() { s.run(ctx, e, t, until) })
	}
	if len(s.due) == 0 {
		return time.Hour
	}
	return s.due[0].due.Sub(now)
}

// run makes one run of a target, stamps its result and hands it in.
func (s *Scheduler) run(ctx context.Context, e *slot, t *Target, until time.Time) {
	r := Run(ctx, t, until)
	s.excuse(ctx, e, t, &r)
	if ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	known := s.slots[t.Name] == e && !e.stale
	if known && (e.target.Addr != t.Addr || e.target.Kind != t.Kind) { // what was asked is not what is meant by now
		known, e.again = false, true
	}
	if known {
		s.seq++
		s.stats.Runs++
		r.Vantage, r.Boot, r.Seq = s.vantage, s.boot, s.seq
		r.Believed = e.verdict.Add(r.Status)
		r.Flapping = e.flap.Add(r.Status)
	}
	s.mu.Unlock()
	if known {
		s.hand(r)
	}
	s.settle(e)
}

// excuse makes a failure unknown if it may be this machine's own.
func (s *Scheduler) excuse(ctx context.Context, e *slot, t *Target, r *Result) {
	s.mu.Lock()
	guard, believed := s.guard, e.verdict.Believed()
	s.mu.Unlock()
	if guard == nil || t.Local || r.Status <= Up {
		return
	}
	fresh := r.Had()
	if r.Status <= believed {
		fresh = fresh.Add(-guard.pause()) // it says nothing new: what was found lately will do
	}
	if down, why := guard.Judge(ctx, r.At, fresh); down {
		r.Status = Unknown
		r.Findings = []Finding{{What: "connect", Status: Unknown, Text: why}}
	}
}

// settle gives the target its next turn, now that its grid is known.
func (s *Scheduler) settle(e *slot) {
	s.mu.Lock()
	e.running, e.stale = false, false
	name := e.target.Name
	if s.leaving[name] == e {
		delete(s.leaving, name)
	}
	if s.slots[name] != e {
		s.mu.Unlock()
		return
	}
	now := s.now()
	earlier := false
	// A run that ended a hair after its next slot, as one with a timeout of a
	// whole interval does, has not missed it.
	caught := now.Sub(e.missed) <= tick
	if caught {
		s.stats.Skipped--
	}
	if due := e.next(now); e.again || caught || due.Before(e.due) {
		if e.again || caught {
			due = now
		}
		e.due, e.again, e.missed, earlier = due, false, time.Time{}, true
		heap.Fix(&s.due, e.at)
	}
	s.mu.Unlock()
	if earlier {
		s.rouse()
	}
}

// next returns the target's first slot after now on the grid that it is on. At
// the start, and when the grid changes, that may be sooner than an interval.
func (e *slot) next(now time.Time) time.Time {
	interval := e.target.Interval
	if !e.verdict.Settled() && e.target.RetryInterval > 0 {
		interval = e.target.RetryInterval
	}
	interval = max(interval, tick)
	offset := splay(e.target.Name, interval)
	since := time.Duration(now.UnixNano()) - offset
	return now.Add(interval - since%interval)
}

// now is the wall clock at the start plus monotonic time since, so that a step
// of the wall clock neither delays a run nor makes many due.
func (s *Scheduler) now() time.Time { return s.base.Add(time.Since(s.base)) }

// rouse makes Run look again.
func (s *Scheduler) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// splay returns where in its interval a target is probed, in whole ticks. It
// depends on the name alone, so that a restart does not move every chart, and
// targets do not all start together.
func splay(name string, interval time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(name))
	x := h.Sum64()
	x ^= x >> 32 // the low bits of FNV alone are uneven for names that differ in their last digit
	x *= 0x9e3779b97f4a7c15
	ticks := max(uint64(interval/tick), 1)
	return time.Duration((x>>16)%ticks) * tick
}

// dueHeap orders slots by when they are due, the earliest first.
type dueHeap []*slot

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}

// Push is called by nobody: slots come and go by SetTargets alone.
func (h *dueHeap) Push(any) { panic("checker: a slot is never pushed") }

// Pop is called by nobody either.
func (h *dueHeap) Pop() any { panic("checker: a slot is never popped") }
