// Package store keeps what must outlive the process in one SQLite file.
package store

import (
	"context"
	"errors"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
)

// Options say how much is kept.
type Options struct {
	Retain  time.Duration // how long results are kept, ≥ 1 h; 0 is 14 days
	MaxSize int64         // bytes of the file beyond which the oldest results go first; 0 is 2 GiB
	Owner   string        // who holds the state, for whoever else wants it: "serve, config /etc/sitrep/config.toml"
}

// Store is the state directory of one process.
type Store struct{}

// HeldError says that another process holds the state directory.
type HeldError struct {
	Dir   string
	PID   int // 0 if not known
	Since time.Time
	Owner string
}

func (e *HeldError) Error() string { return "held" }

var errNotYet = errors.New("not yet")

// Open opens the state in dir for writing.
func Open(dir string, o Options) (*Store, error) { return nil, errNotYet }

// OpenReadOnly opens the state in dir beside a process that may hold it.
func OpenReadOnly(dir string) (*Store, error) { return nil, errNotYet }

// Close lets go of the state directory.
func (s *Store) Close() error { return nil }

// Append saves a batch.
func (s *Store) Append(ctx context.Context, b Batch) error { return errNotYet }

// Restore reads what a process starts with.
func (s *Store) Restore(ctx context.Context) (State, error) { return State{}, errNotYet }

// Run keeps the file in order until ctx ends.
func (s *Store) Run(ctx context.Context) error { return errNotYet }

// Buckets returns the results of target from from to before to, folded into buckets of step.
func (s *Store) Buckets(ctx context.Context, target string, from, to time.Time, step time.Duration) ([]Bucket, error) {
	return nil, errNotYet
}

// Results returns at most limit results of target, newest first.
func (s *Store) Results(ctx context.Context, target string, from, to time.Time, limit int) ([]checker.Result, error) {
	return nil, errNotYet
}

// Log returns at most n events before seq, oldest first.
func (s *Store) Log(ctx context.Context, before uint64, n int) ([]Event, error) {
	return nil, errNotYet
}

// Timeline returns the entries of an incident by Seq.
func (s *Store) Timeline(ctx context.Context, id string) ([]incident.Entry, error) {
	return nil, errNotYet
}

// Deliveries returns at most n attempts that were answered before before, newest first.
func (s *Store) Deliveries(ctx context.Context, before time.Time, n int) ([]alert.Delivery, error) {
	return nil, errNotYet
}

// Presence is what can be told of a state directory from outside.
type Presence struct {
	PID              int
	Alive            bool // a process holds it now
	Owner            string
	Since, Heartbeat time.Time
}

// Peek tells who holds dir.
func Peek(dir string) (Presence, error) { return Presence{}, errNotYet }
