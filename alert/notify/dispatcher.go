package notify

import (
	"context"
	"sync"

	"sitrep/alert"
)

// Dispatcher makes the attempts.
type Dispatcher struct {
	handBack func(alert.Delivery)

	// guarded by mu
	mu        sync.Mutex
	receivers map[string]Notifier
	inbox     []alert.Notification
}

// NewDispatcher returns a dispatcher that reports to handBack, which may block.
func NewDispatcher(handBack func(alert.Delivery)) *Dispatcher {
	return &Dispatcher{handBack: handBack}
}

// SetReceivers replaces all receivers, by name.
func (d *Dispatcher) SetReceivers(receivers map[string]Notifier) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.receivers = receivers
}

// Dispatch hands in notifications and returns at once.
func (d *Dispatcher) Dispatch(ns ...alert.Notification) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inbox = append(d.inbox, ns...)
}

// Waiting returns how many notifications were handed in and not begun.
func (d *Dispatcher) Waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.inbox)
}

// Run makes attempts until ctx ends, and returns once all of them are over.
func (d *Dispatcher) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
