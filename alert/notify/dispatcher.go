package notify

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
	"sitrep/safe"
)

// grace is how long attempts under way may go on once Run is to end.
const grace = 5 * time.Second

// Dispatcher makes the attempts that the Manager decided on: one at a time for
// each group and receiver, in the order they came in, and not faster than a
// receiver can stand. It keeps nothing: what it had not begun when it ended it
// hands back, since that is still owed and comes again.
type Dispatcher struct {
	handBack func(alert.Delivery)
	wake     chan struct{} // holds one

	// guarded by mu, which is never held across an attempt
	mu        sync.Mutex
	receivers map[string]seat
	queue     []*alert.Notification // handed in, not begun, oldest first
	busy      map[stream]bool       // an attempt is under way
	lanes     map[string]*lane      // as many as there ever were receivers
	ended     bool                  // nobody is there to hand anything back
}

// seat is a receiver and its pace, which is asked for once and not at each pass.
type seat struct {
	to   Notifier // nil if there is none of this name
	pace pace
}

// stream is what has an order: what one receiver hears of one group.
type stream struct{ group, receiver string }

// lane counts what goes on towards one place.
type lane struct {
	flying int
	next   time.Time // not before
}

// NewDispatcher returns a dispatcher that reports to handBack: each notification
// that was handed in before Run ended exactly once, an attempt from a goroutine
// of its own. handBack may make it wait, and then the next of the same receiver
// waits too.
func NewDispatcher(handBack func(alert.Delivery)) *Dispatcher {
	return &Dispatcher{
		handBack: handBack, wake: make(chan struct{}, 1),
		busy: make(map[stream]bool), lanes: make(map[string]*lane),
	}
}

// SetReceivers replaces all receivers, by name. Attempts under way end with the
// notifier they began with; what one remembers of a receiver goes on in the next
// of its name.
func (d *Dispatcher) SetReceivers(receivers map[string]Notifier) {
	seats := make(map[string]seat, len(receivers))
	for name, to := range receivers {
		seats[name] = seat{to, paceOf(name, to)}
	}
	d.mu.Lock()
	for name, s := range seats {
		if h, ok := s.to.(heir); ok && d.receivers[name].to != nil && d.receivers[name].to != s.to {
			h.inherit(d.receivers[name].to)
		}
	}
	d.receivers = seats
	d.mu.Unlock()
	d.poke()
}

// Dispatch hands in notifications and returns at once. After Run has ended it
// forgets them.
func (d *Dispatcher) Dispatch(ns ...alert.Notification) {
	d.mu.Lock()
	if !d.ended {
		for _, n := range ns {
			d.queue = append(d.queue, &n)
		}
	}
	d.mu.Unlock()
	d.poke()
}

// Waiting returns how many notifications were handed in and not begun.
func (d *Dispatcher) Waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.queue)
}

// Run makes attempts until ctx ends. Those under way then have 5 s to finish
// and are cut: whoever was cut between call and answer is reported ambiguous.
// What was not begun is handed back as unbegun. Run returns nil once all of it
// is handed back, and is called once.
func (d *Dispatcher) Run(ctx context.Context) error {
	attempts, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var wg sync.WaitGroup
	for ctx.Err() == nil {
		var alarm <-chan time.Time
		if wait, ok := d.begin(attempts, &wg); ok {
			alarm = time.After(wait)
		}
		select {
		case <-ctx.Done():
		case <-d.wake:
		case <-alarm:
		}
	}
	defer time.AfterFunc(grace, cut).Stop()
	landed := make(chan struct{})
	go func() {
		wg.Wait()
		close(landed)
	}()
	for flying := true; flying; {
		d.giveBack(false)
		select {
		case <-d.wake:
		case <-landed:
			flying = false
		}
	}
	d.giveBack(true)
	return nil
}

// giveBack hands back what was not begun. The last time is for what came in
// until now: later ones are forgotten.
func (d *Dispatcher) giveBack(last bool) {
	d.mu.Lock()
	queue := d.queue
	d.queue, d.ended = nil, last
	d.mu.Unlock()
	for _, n := range queue {
		d.handBack(alert.Delivery{Notification: *n, At: time.Now().UTC(), Outcome: alert.Unbegun, Err: "the program ended before it was sent"})
	}
}

func (d *Dispatcher) poke() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// begin starts every attempt that may start now. It returns how long it takes
// until time alone lets the next one start; false if that needs something else.
func (d *Dispatcher) begin(ctx context.Context, wg *sync.WaitGroup) (wait time.Duration, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.queue = slices.DeleteFunc(d.queue, func(n *alert.Notification) bool {
		s := stream{n.Group, n.Receiver}
		seat := d.seatOf(n.Receiver)
		l := d.laneOf(seat.pace.lane)
		if d.busy[s] || l.flying >= seat.pace.width {
			return false
		}
		if pause := l.next.Sub(now); pause > 0 {
			if !ok || pause < wait {
				wait, ok = pause, true
			}
			return false
		}
		d.busy[s] = true
		l.flying++
		l.next = now.Add(seat.pace.every)
		wg.Go(func() { d.attempt(ctx, seat.to, *n, l) })
		return true
	})
	return wait, ok
}

// seatOf returns the receiver of that name, which may have an address or an
// operator with it; or a seat without a notifier.
func (d *Dispatcher) seatOf(receiver string) seat {
	if s, ok := d.receivers[receiver]; ok {
		return s
	}
	if s, ok := d.receivers[oncall.ParseAddressee(receiver).Receiver]; ok {
		return s
	}
	return seat{pace: paceOf(receiver, nil)}
}

// laneOf returns the lane of that name, which begins empty.
func (d *Dispatcher) laneOf(name string) *lane {
	l := d.lanes[name]
	if l == nil {
		l = new(lane)
		d.lanes[name] = l
	}
	return l
}

// attempt makes one attempt, hands it back, and only then lets the next of its
// stream and lane begin.
func (d *Dispatcher) attempt(ctx context.Context, to Notifier, n alert.Notification, l *lane) {
	defer func() {
		d.mu.Lock()
		delete(d.busy, stream{n.Group, n.Receiver})
		l.flying--
		d.mu.Unlock()
		d.poke()
	}()
	d.handBack(Attempt(ctx, to, n))
}

// Attempt makes one attempt within the time that the notifier is given, and
// completes the delivery: notification, time and duration. A notifier that
// panics, and one that is nil, is dead.
func Attempt(ctx context.Context, to Notifier, n alert.Notification) (out alert.Delivery) {
	start := time.Now()
	defer func() {
		if v := recover(); v != nil {
			out = dead("the notifier broke: " + panicText(v))
		}
		out.Notification, out.At, out.Took = n, time.Now().UTC(), time.Since(start)
	}()
	if to == nil {
		return dead("there is no receiver of this name")
	}
	ctx, cancel := context.WithTimeout(ctx, paceOf(n.Receiver, to).timeout)
	defer cancel()
	return to.Notify(ctx, n)
}

// panicText names what a notifier panicked with. Only the runtime's own words
// are known to hold no secret.
func panicText(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return safe.Line(err.Error(), maxErr)
	}
	return fmt.Sprintf("a panic with a %T", v)
}
