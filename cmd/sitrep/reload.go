package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"syscall"
	"time"

	"sitrep/config"
	"sitrep/monitor"
)

// maxLines bounds what is told of the changes that a reload brings.
const maxLines = 200

// reloader reads the configuration again when its files have changed, when the
// process is told to (SIGHUP), and when an operator asks. It does so in a
// goroutine of its own, since a disk may be slow, and applies the whole of what
// it read or nothing.
type reloader struct {
	house  *house
	log    *slog.Logger
	choose func(*config.Config) error // leaves out what was not asked for; nil keeps all
	hangup bool                       // SIGHUP means to read again; with a screen it means that the terminal is gone

	// owned by run
	cfg     *config.Config // what holds
	watcher *config.Watcher
	waiting string // the changes that wait to be confirmed, as they were shown
}

// consent is how far whoever asks agrees with what a reload brings.
type consent uint8

const (
	harmless consent = iota // only if it does not forget half of the targets
	shown                   // to what was shown before
	whatever                // to all of it
)

// run reloads until ctx ends.
func (r *reloader) run(ctx context.Context) {
	r.watcher = config.NewWatcher(r.cfg, loading(r.house.stderr, r.cfg.Dialer))
	hup := make(chan os.Signal, 1)
	if r.hangup {
		signal.Notify(hup, syscall.SIGHUP)
		defer signal.Stop(hup)
	}
	for ctx.Err() == nil {
		var look <-chan time.Time
		if every := r.cfg.Watch; every > 0 {
			look = time.After(every)
		}
		var err error
		select {
		case <-ctx.Done():
		case <-hup:
			err = r.read(ctx, whatever)
		case confirmed := <-r.house.asked:
			agrees := harmless
			if confirmed {
				agrees = shown
			}
			err = r.read(ctx, agrees)
		case <-look:
			if r.watcher.Changed() {
				err = r.read(ctx, harmless)
			}
		}
		if err != nil && ctx.Err() == nil && !errors.Is(err, monitor.ErrUnsaved) {
			r.log.Error("reload", "error", err.Error())
		}
	}
}

// read reads the configuration and applies it. What would forget half of the
// targets waits until somebody agrees to it.
func (r *reloader) read(ctx context.Context, agrees consent) error {
	next, err := r.watcher.Load()
	if err == nil && r.choose != nil {
		err = r.choose(next)
	}
	if err != nil {
		r.waiting = ""
		return r.do(ctx, refusal(err))
	}
	for _, w := range next.Warnings {
		r.log.Warn("config", "text", w.String())
	}
	changes := config.Diff(r.cfg, next)
	summary := changes.Summary()
	if changes.Drastic && agrees != whatever && (agrees != shown || summary != r.waiting) {
		r.waiting = summary
		return r.do(ctx, monitor.Refuse{Waiting: changes.Lines(maxLines), Removed: changes.Removed()})
	}
	r.waiting = ""
	return r.apply(ctx, changes.Keep(r.cfg, next), changes)
}

// apply puts a configuration in place of the one that holds. Receivers that are
// new are there before anybody is owed something by them, and those that go
// stay until nobody is.
func (r *reloader) apply(ctx context.Context, next *config.Config, changes config.Changes) error {
	h := r.house
	both := maps.Clone(r.cfg.Receivers)
	maps.Copy(both, next.Receivers)
	h.dispatcher.SetReceivers(both)
	err := r.do(ctx, monitor.Apply{Setup: setupOf(next), Changes: changes.Lines(maxLines), Mended: changes.Mended})
	if err != nil && !errors.Is(err, monitor.ErrUnsaved) {
		h.dispatcher.SetReceivers(r.cfg.Receivers)
		return err
	}
	h.dispatcher.SetReceivers(next.Receivers)
	if changes.Of("connectivity") { // to set it is to forget what it knows
		h.guard.Set(next.Connectivity.Anchors, next.Connectivity.Need, next.Connectivity.Interval)
	}
	if next.DeadMan != r.cfg.DeadMan {
		if e := h.deadMan.SetURL(next.DeadMan); e != nil {
			r.log.Warn("config", "text", e.Error())
		}
	}
	r.cfg = next
	return err
}

func (r *reloader) do(ctx context.Context, c monitor.Command) error {
	return r.house.monitor.Do(ctx, monitor.Program, c)
}

// refusal is what the monitor is told of a configuration that does not hold.
func refusal(err error) monitor.Refuse {
	problems, ok := errors.AsType[config.Problems](err)
	if !ok {
		return monitor.Refuse{Error: err.Error(), Problems: 1}
	}
	mistakes := problems.Mistakes()
	return monitor.Refuse{Error: mistakes[0].String(), Problems: len(mistakes)}
}

// setupOf is what the monitor must know of a configuration.
func setupOf(cfg *config.Config) monitor.Setup {
	return monitor.Setup{
		Targets: cfg.Targets, Policy: cfg.Policy, Incident: cfg.Incident, Operators: cfg.Operators, Schedules: cfg.Schedules,
	}
}

// ask has the configuration read again, and returns at once. A confirmation is
// not lost to a question that came before it.
func (h *house) ask(confirmed bool) {
	for {
		select {
		case h.asked <- confirmed:
			return
		default:
		}
		select {
		case before := <-h.asked:
			confirmed = confirmed || before
		default:
		}
	}
}

// linkTrouble says why this machine's own link is taken to be down, "" if it is not.
func (h *house) linkTrouble() string {
	_, _, why := h.guard.Down()
	return why
}
