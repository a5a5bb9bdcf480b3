package main

import (
	"context"
	"time"

	"sitrep/checker"
	"sitrep/incident"
	"sitrep/monitor"
	"sitrep/store"
)

// source is what a local screen knows of the house: the monitor for what is
// now, the store for what was.
type source struct {
	*monitor.Monitor
	store *store.Store // nil: nothing is kept
	actor monitor.Actor
}

func (s source) Actor() monitor.Actor { return s.actor }

func (s source) Do(ctx context.Context, c monitor.Command) error {
	return s.Monitor.Do(ctx, s.actor, c)
}

func (s source) Results(ctx context.Context, target string, from, to time.Time, n int) ([]checker.Result, error) {
	if s.store == nil {
		return nil, nil
	}
	return s.store.Results(ctx, target, from, to, n)
}

func (s source) Buckets(ctx context.Context, target string, from, to time.Time, step time.Duration) ([]store.Bucket, error) {
	if s.store == nil {
		return nil, nil
	}
	return s.store.Buckets(ctx, target, from, to, step)
}

func (s source) Sum(ctx context.Context, target string, from, to time.Time) (store.Sum, error) {
	if s.store == nil {
		return store.Sum{}, nil
	}
	return s.store.Sum(ctx, target, from, to)
}

func (s source) Log(ctx context.Context, before uint64, n int) ([]monitor.Event, error) {
	if s.store == nil {
		return nil, nil
	}
	return s.store.Log(ctx, before, n)
}

func (s source) Timeline(ctx context.Context, id string) (*incident.Incident, error) {
	if inc := s.Snapshot().Incident(id); inc != nil {
		return inc, nil
	}
	if s.store == nil {
		return nil, incident.ErrUnknownIncident
	}
	return readIncident(ctx, s.store, id)
}
