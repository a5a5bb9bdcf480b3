package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/config"
	"sitrep/monitor"
	"sitrep/store"
)

// kept is where a house keeps what happens, and what it found there.
type kept struct {
	store   *store.Store // nil: nothing is kept
	journal monitor.Journal
	saved   store.State
	told    []alert.Delivery
}

// recalled is how many of the latest deliveries a start looks at, for the
// timelines of incidents declared later.
const recalled = 500

// keep opens the state in dir; "" is none. A disk that cannot be used is no
// reason not to probe and page: then all goes on in memory, Health says so, and
// once the state can be opened what happened meanwhile is saved. What stops a
// start is a state that another process holds, or that a newer version wrote.
func keep(cfg *config.Config, dir, owner string) (kept, error) {
	if dir == "" {
		return kept{journal: nowhere{}}, nil
	}
	o := store.Options{Retain: cfg.Storage.Results, Rollups: cfg.Storage.Rollups, MaxSize: cfg.Storage.MaxSize, Owner: owner}
	k, err := openState(dir, o)
	if err == nil {
		return k, nil
	}
	if _, held := errors.AsType[*store.HeldError](err); held {
		return kept{}, exit{exitUnavailable, err}
	}
	if errors.Is(err, store.ErrNewer) {
		return kept{}, err
	}
	return openLater(dir, o, err), nil
}

// openLater is what there is of a state that takes no writes: what it says is
// believed, so that nobody is told again, and is added to once that is possible.
func openLater(dir string, o store.Options, why error) kept {
	var k kept
	if read, err := readCopy(dir); err == nil {
		k.saved, k.told = read.saved, read.told
	}
	k.store = store.OpenLater(dir, o, k.saved, why)
	k.journal = k.store
	return k
}

func readCopy(dir string) (kept, error) {
	tmp, err := os.MkdirTemp("", "sitrep-state-")
	if err != nil {
		return kept{}, err
	}
	defer os.RemoveAll(tmp)
	if err := store.Copy(dir, tmp); err != nil {
		return kept{}, err
	}
	st, err := store.OpenReadOnly(tmp)
	if err != nil {
		return kept{}, err
	}
	defer st.Close()
	return restore(st)
}

func openState(dir string, o store.Options) (kept, error) {
	st, err := store.Open(dir, o)
	if err != nil {
		return kept{}, err
	}
	k, err := restore(st)
	if err != nil {
		return kept{}, errors.Join(err, st.Close())
	}
	k.store, k.journal = st, st
	return k, nil
}

func restore(st *store.Store) (k kept, err error) {
	ctx := context.Background()
	if k.saved, err = st.Restore(ctx); err == nil {
		k.told, err = st.Deliveries(ctx, time.Now(), recalled)
	}
	return k, err
}

// trouble returns what else is wrong with keeping, nil if nothing is.
func (k kept) trouble() error {
	if k.store == nil {
		return nil
	}
	return k.store.Trouble()
}

// nowhere is the journal of a house that is to keep nothing.
type nowhere struct{}

func (nowhere) Append(context.Context, store.Batch) error { return nil }

// flapRecent is how many results of a target flapping looks at.
const flapRecent = 21

// past returns what the state knows of each target, for the scheduler. The
// results before the last are looked at for targets that flapped alone.
func past(k kept) map[string]checker.Past {
	all := make(map[string]checker.Past, len(k.saved.Believed))
	for name, t := range k.saved.Believed {
		p := checker.Past{Believed: t.Believed, Flapping: t.Last.Flapping}
		if p.Flapping && k.store != nil {
			p.Recent = recent(k.store, name, t.Last.At)
		}
		all[name] = p
	}
	return all
}

// recent returns the last known statuses of a target up to a result, oldest first.
func recent(st *store.Store, target string, last time.Time) []checker.Status {
	results, err := st.Results(context.Background(), target, last.Add(-24*time.Hour), last.Add(time.Second), 2*flapRecent)
	if err != nil {
		return nil // then it is what it was until enough results say otherwise
	}
	var statuses []checker.Status
	for _, r := range results {
		if r.Status != checker.Unknown && len(statuses) < flapRecent {
			statuses = append(statuses, r.Status)
		}
	}
	slices.Reverse(statuses)
	return statuses
}
