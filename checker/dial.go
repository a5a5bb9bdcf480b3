package checker

import (
	"context"
	"sync"
	"time"
)

// defaultDials is how many connections are being made at once, if nothing else is said.
const defaultDials = 256

// slotPatience is how long a connection being made counts. One that hangs
// costs nothing but a socket, and must not keep healthy targets waiting.
const slotPatience = 500 * time.Millisecond

// Dialer opens the connections of all probes. It bounds the dials and
// handshakes that are under way at once, since too many of them let each pass
// its timeout; waiting for an answer is free.
type Dialer struct {
	slots chan struct{}

	mu     sync.Mutex
	closed bool                   // guarded by mu
	kept   map[*httpConn]struct{} // guarded by mu: idle or in use, to be used again
}

// NewDialer returns a dialer that makes at most dials connections at once; 0 is
// 256.
func NewDialer(dials int) *Dialer {
	if dials <= 0 {
		dials = defaultDials
	}
	return &Dialer{slots: make(chan struct{}, dials), kept: map[*httpConn]struct{}{}}
}

// Close closes the connections that are kept for later; those in use end with
// their attempt. Probes still work afterwards, and keep nothing.
func (d *Dialer) Close() {
	d.mu.Lock()
	d.closed = true
	kept := d.kept
	d.kept = map[*httpConn]struct{}{}
	d.mu.Unlock()
	for c := range kept {
		c.closeIdle()
	}
}

// keep notes that c will be used again; false after Close.
func (d *Dialer) keep(c *httpConn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.kept[c] = struct{}{}
	}
	return !d.closed
}

// forget is the opposite of keep.
func (d *Dialer) forget(c *httpConn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.kept, c)
}

// acquire waits for the right to make a connection and returns what gives it
// back, which may be called more than once.
func (d *Dialer) acquire(ctx context.Context) (release func(), err error) {
	select {
	case d.slots <- struct{}{}:
	default:
		select {
		case d.slots <- struct{}{}:
		case <-ctx.Done():
			if ctx.Err() == context.DeadlineExceeded {
				return nil, cannotJudge(ctx.Err(), "too busy to dial")
			}
			return nil, errStopped
		}
	}
	give := sync.OnceFunc(func() { <-d.slots })
	timer := time.AfterFunc(slotPatience, give)
	return func() { timer.Stop(); give() }, nil
}
