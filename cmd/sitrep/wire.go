package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

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

// build puts a house together. With dir "" nothing is kept. owner says in the
// lock file what holds the state.
func build(cfg *config.Config, dir, owner string, log *slog.Logger) (*house, error) {
	k, err := keep(cfg, dir, owner)
	if err != nil {
		return nil, err
	}
	h := &house{cfg: cfg, store: k.store, results: newResultLog(log, cfg.Log.Results)}
	h.dispatcher = notify.NewDispatcher(func(d alert.Delivery) { h.monitor.Delivered(d) })
	h.dispatcher.SetReceivers(cfg.Receivers)
	h.monitor = monitor.New(monitor.Options{
		Journal: k.journal, Trouble: k.trouble, Dispatch: h.dispatcher.Dispatch, State: dir, Saved: k.saved, Told: k.told,
		Setup: monitor.Setup{Targets: cfg.Targets, Policy: cfg.Policy, Incident: cfg.Incident},
	})
	h.scheduler = checker.NewScheduler("local", k.saved.Boot, monitor.Beliefs(k.saved), func(r checker.Result) {
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
	report := func(what string, err error) {
		if !monitor.Stopped(err) {
			failed <- fmt.Errorf("%s: %w", what, err)
		}
	}
	deciding.Go(func() { report("monitor", h.monitor.Run(loop, h.scheduler)) })
	telling.Go(func() { report("dispatcher", h.dispatcher.Run(deliveries)) })
	probing.Go(func() { report("scheduler", h.scheduler.Run(ctx)) })
	if h.store != nil {
		probing.Go(func() { report("store", h.store.Run(ctx)) })
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
