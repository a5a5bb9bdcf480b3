package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"sitrep/alert"
	"sitrep/alert/notify"
	"sitrep/checker"
	"sitrep/config"
	"sitrep/monitor"
	"sitrep/store"
)

// house is the parts put together: what probes, decides, saves and tells.
type house struct {
	cfg        *config.Config
	store      *store.Store // nil: nothing is kept
	monitor    *monitor.Monitor
	scheduler  *checker.Scheduler
	dispatcher *notify.Dispatcher
	results    *resultLog
}

// recalled is how many of the latest deliveries a start looks at, for the
// timelines of incidents declared later.
const recalled = 500

// nowhere is the journal of a house that keeps nothing.
type nowhere struct{}

func (nowhere) Append(context.Context, store.Batch) error { return nil }

// build puts a house together. With dir "" nothing is kept. owner says in the
// lock file what holds the state.
func build(cfg *config.Config, dir, owner string, log *slog.Logger) (*house, error) {
	h := &house{cfg: cfg, results: newResultLog(log, cfg.Log.Results)}
	var saved store.State
	var told []alert.Delivery
	var journal monitor.Journal = nowhere{}
	if dir != "" {
		var err error
		h.store, err = store.Open(dir, store.Options{Retain: cfg.Storage.Results, MaxSize: cfg.Storage.MaxSize, Owner: owner})
		if err != nil {
			return nil, err
		}
		if saved, err = h.store.Restore(context.Background()); err != nil {
			return nil, errors.Join(fmt.Errorf("restore %s: %w", dir, err), h.store.Close())
		}
		if told, err = h.store.Deliveries(context.Background(), time.Now(), recalled); err != nil {
			return nil, errors.Join(fmt.Errorf("restore %s: %w", dir, err), h.store.Close())
		}
		journal = h.store
	}
	h.dispatcher = notify.NewDispatcher(func(d alert.Delivery) { h.monitor.Delivered(d) })
	h.dispatcher.SetReceivers(cfg.Receivers)
	h.monitor = monitor.New(monitor.Options{
		Journal: journal, Dispatch: h.dispatcher.Dispatch, State: dir, Saved: saved, Told: told,
		Setup: monitor.Setup{Targets: cfg.Targets, Policy: cfg.Policy, Incident: cfg.Incident},
	})
	h.scheduler = checker.NewScheduler("local", saved.Boot, monitor.Beliefs(saved), func(r checker.Result) {
		h.results.write(r)
		h.monitor.Observe(r)
	})
	return h, nil
}

// run keeps the house going until ctx ends, then ends it in the order in which
// things move through it: probes, then deliveries, then the loop, which saves
// the last batch.
func (h *house) run(ctx context.Context) error {
	var probing, telling, deciding sync.WaitGroup
	loop, stopLoop := context.WithCancel(context.WithoutCancel(ctx))
	deliveries, stopDeliveries := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLoop()
	defer stopDeliveries()
	failed := make(chan error, 4)
	keep := func(what string, err error) {
		if !monitor.Stopped(err) {
			failed <- fmt.Errorf("%s: %w", what, err)
		}
	}
	deciding.Go(func() { keep("monitor", h.monitor.Run(loop, h.scheduler)) })
	telling.Go(func() { keep("dispatcher", h.dispatcher.Run(deliveries)) })
	probing.Go(func() { keep("scheduler", h.scheduler.Run(ctx)) })
	if h.store != nil {
		probing.Go(func() { keep("store", h.store.Run(ctx)) })
	}
	probing.Wait()
	stopDeliveries()
	telling.Wait()
	stopLoop()
	deciding.Wait()
	h.cfg.Dialer.Close()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// close gives the state back. Call it after run.
func (h *house) close() error {
	if h.store == nil {
		return nil
	}
	return h.store.Close()
}
