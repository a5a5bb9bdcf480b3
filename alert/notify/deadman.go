package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// deadManPatience is how long a call of a dead man's switch may take.
const deadManPatience = 10 * time.Second

// DeadMan calls a URL of somebody else's for as long as all is well here. When
// no call comes any more, it is they who page: no program can tell of its own
// death.
type DeadMan struct {
	wake chan struct{} // holds one

	mu   sync.Mutex
	post *poster // guarded by mu; nil: there is nobody to call
	err  error   // guarded by mu
}

// NewDeadMan returns one without anybody to call.
func NewDeadMan() *DeadMan { return &DeadMan{wake: make(chan struct{}, 1)} }

// SetURL says whom to call from now on; a zero one is nobody. It fails if it is no
// URL of the web.
func (d *DeadMan) SetURL(url safe.Secret) error {
	var p *poster
	if !url.IsZero() {
		var err error
		if p, err = newPoster(url, http.MethodGet); err != nil {
			return fmt.Errorf("dead man's switch: %w", err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.post, d.err = p, nil
	return nil
}

// Alive has the URL called, and returns at once. While a call is under way, one
// more is made after it, however often that was asked for.
func (d *DeadMan) Alive() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Err returns why the last call was not taken, nil if it was or none was made.
// It shows no part of the URL but its host.
func (d *DeadMan) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Run makes the calls until ctx ends.
func (d *DeadMan) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-d.wake:
		}
		d.mu.Lock()
		p := d.post
		d.mu.Unlock()
		if p == nil {
			continue
		}
		err := call(ctx, p)
		d.mu.Lock()
		if d.post == p && ctx.Err() == nil {
			d.err = err
		}
		d.mu.Unlock()
	}
}

func call(ctx context.Context, p *poster) error {
	ctx, cancel := context.WithTimeout(ctx, deadManPatience)
	defer cancel()
	if got := p.post(ctx, http.Header{}, nil); got.Outcome != alert.Accepted {
		return errors.New("the dead man's switch does not answer: " + got.Err)
	}
	return nil
}
