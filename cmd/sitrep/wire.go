package main

import (
	"context"
	"fmt"
	"io"
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
	dialer     *checker.Dialer
	stderr     io.Writer // of receivers that log
	guard      *checker.Guard
	asked      chan bool    // to have the configuration read again; holds one
	store      *store.Store // nil: nothing is kept
	monitor    *monitor.Monitor
	scheduler  *checker.Scheduler
	dispatcher *notify.Dispatcher
	results    *resultLog
	deadMan    *notify.DeadMan
	console    *console // nil: nothing is kept, so nobody would look for it
}

// build puts a house together. With dir "" nothing is kept. owner says in the
// lock file what holds the state, stderr is what receivers that log call so.
func build(cfg *config.Config, dir, owner, title string, stderr io.Writer, log *slog.Logger) (*house, error) {
	k, err := keep(cfg, dir, owner)
	if err != nil {
		return nil, err
	}
	h := &house{
		dialer: cfg.Dialer, stderr: stderr, store: k.store, results: newResultLog(log, cfg.Log.Results), asked: make(chan bool, 1),
		guard: checker.NewGuard(cfg.Connectivity.Anchors, cfg.Connectivity.Need, cfg.Connectivity.Interval),
	}
	h.deadMan = notify.NewDeadMan()
	if err := h.deadMan.SetURL(cfg.DeadMan); err != nil {
		log.Warn("config", "text", err.Error())
	}
	h.dispatcher = notify.NewDispatcher(func(d alert.Delivery) { h.monitor.Delivered(d) })
	h.dispatcher.SetReceivers(cfg.Receivers)
	o := monitor.Options{
		Journal: k.journal, Trouble: k.trouble, Dispatch: h.dispatcher.Dispatch, Link: h.linkTrouble,
		File: cfg.File, State: dir, Saved: k.saved, Told: k.told, Setup: setupOf(cfg),
		Alive: h.deadMan.Alive, Dead: h.deadMan.Err,
	}
	if cfg.File != "" {
		o.Reload = h.ask
	}
	h.monitor = monitor.New(o)
	h.scheduler = checker.NewScheduler("local", k.saved.Boot, nil, func(r checker.Result) {
		h.results.write(r)
		h.monitor.Observe(r)
	})
	h.scheduler.Recall(past(k))
	h.scheduler.SetGuard(h.guard)
	if dir != "" {
		h.console = &console{house: h, cfg: cfg, dir: dir, title: title, log: log}
	}
	return h, nil
}

// run keeps the house going until ctx ends, then ends it in the order in which
// things move through it: probes, then deliveries, then the loop, which saves
// the last batch. r reads the configuration again meanwhile; nil if there is none.
func (h *house) run(ctx context.Context, r *reloader) error {
	var probing, telling, deciding sync.WaitGroup
	loop, stopLoop := context.WithCancel(context.WithoutCancel(ctx))
	deliveries, stopDeliveries := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLoop()
	defer stopDeliveries()
	failed := make(chan error, 6)
	report := func(what string, err error) {
		if !monitor.Stopped(err) {
			failed <- fmt.Errorf("%s: %w", what, err)
		}
	}
	deciding.Go(func() { report("monitor", h.monitor.Run(loop, h.scheduler)) })
	telling.Go(func() { report("dispatcher", h.dispatcher.Run(deliveries)) })
	probing.Go(func() { report("scheduler", h.scheduler.Run(ctx)) })
	probing.Go(func() { report("guard", h.guard.Run(ctx)) })
	probing.Go(func() { report("dead man's switch", h.deadMan.Run(ctx)) })
	if r != nil {
		probing.Go(func() { r.run(ctx) })
	}
	if h.console != nil {
		probing.Go(func() { h.console.run(ctx) })
	}
	if h.store != nil {
		probing.Go(func() { report("store", h.store.Run(ctx)) })
	}
	probing.Wait()
	h.halt(ctx)
	stopDeliveries()
	telling.Wait()
	stopLoop()
	deciding.Wait()
	h.dialer.Close()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// haltPatience is how long the end waits for the loop to save that nothing more
// is handed out.
const haltPatience = 2 * time.Second

// halt has no attempt handed out any more, so that none is under way that the
// dispatcher never begins.
func (h *house) halt(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), haltPatience)
	defer cancel()
	_ = h.monitor.Do(ctx, monitor.Program, monitor.Halt{}) // unsaved is as good: it is applied
}

// close gives the state back. Call it after run.
func (h *house) close() error {
	if h.store == nil {
		return nil
	}
	return h.store.Close()
}
