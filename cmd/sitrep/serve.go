package main

import (
	"context"
	"os/signal"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
)

func (a *app) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "probe, page and keep records without a screen",
		Long: `serve probes, pages and keeps records without a screen of its own, and writes
what happens to the log. SIGINT or SIGTERM ends it: what is under way is finished
and saved first. SIGHUP has the configuration read again, as happens by itself soon
after its files have changed; what is wrong with it is said, and the one before goes on.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context()) },
	}
}

func (a *app) serve(ctx context.Context) error {
	signal.Ignore(syscall.SIGPIPE) // whoever reads the log may go; probing goes on
	cfg, err := a.load()
	if err != nil {
		return err
	}
	dir, err := a.stateDir(cfg.File)
	if err != nil {
		return err
	}
	log, closeLog, err := openLog(cfg, a.errs, false, dir)
	if err != nil {
		return err
	}
	defer closeLog()
	for _, w := range cfg.Warnings {
		log.Warn("config", "text", w.String())
	}
	h, err := build(cfg, dir, "serve, "+cfg.File, titleOf(cfg), a.errs, log)
	if err != nil {
		return err
	}
	var logging sync.WaitGroup
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	logging.Go(func() { follow(following, h.monitor, log) })
	err = h.run(ctx, &reloader{house: h, log: log, cfg: cfg, hangup: true})
	stop()
	logging.Wait()
	if e := h.close(); err == nil {
		err = e
	}
	log.Info("stopped")
	return err
}
