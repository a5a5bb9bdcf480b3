// Package tui is the screen: one Bubble Tea model, a file a screen, a file a
// widget. It reads snapshots and sends commands; it never edits what it was
// shown, and its View depends on the model alone.
package tui

import (
	"context"
	"time"

	"sitrep/checker"
	"sitrep/incident"
	"sitrep/monitor"
	"sitrep/store"
)

// Source is what a screen knows of the monitor, bound to one actor.
type Source interface {
	// Actor returns who looks and acts here.
	Actor() monitor.Actor
	// Enter says that a screen of the actor is open, until ctx ends: others see it
	// among Snapshot.People.
	Enter(ctx context.Context, a monitor.Actor) (*monitor.Visit, error)
	// Snapshot returns the latest one. It never blocks.
	Snapshot() *monitor.Snapshot
	// Wait returns the latest snapshot once it is newer than seq.
	Wait(ctx context.Context, seq uint64) (*monitor.Snapshot, error)
	// Do carries out a command. Once it returns nil, Snapshot shows it and it is
	// saved; monitor.ErrUnsaved says that it shows and is not saved yet.
	Do(ctx context.Context, c monitor.Command) error
	// Results returns a target's results in a time, newest first, at most n.
	Results(ctx context.Context, target string, from, to time.Time, n int) ([]checker.Result, error)
	// Buckets returns a target's results in a time, folded into buckets of step,
	// oldest first; those without a result are left out.
	Buckets(ctx context.Context, target string, from, to time.Time, step time.Duration) ([]store.Bucket, error)
	// Sum returns what a target's results in a time add up to.
	Sum(ctx context.Context, target string, from, to time.Time) (store.Sum, error)
	// Log returns events older than the one with this Seq, oldest first.
	Log(ctx context.Context, before uint64, n int) ([]monitor.Event, error)
	// Timeline returns a whole incident, open or closed.
	Timeline(ctx context.Context, id string) (*incident.Incident, error)
}
