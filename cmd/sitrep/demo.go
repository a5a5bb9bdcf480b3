package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"sitrep/config"
)

func (a *app) demoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "watch a small company on loopback break and recover",
		Long: `demo starts real HTTP, HTTPS, TCP, TLS and DNS servers on loopback inside this
process, lets them slow down, fail and recover by a script, and opens the screen on
them. It needs no configuration, no network and no privilege, and keeps its state in
a temporary place, or in the --state DIR that it is given.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&a.plain, "plain", false, "no screen: a line an event, in words")
	a.filterOf(cmd)
	cmd.Flags().StringVar(&a.asFlag, "as", "", "`NAME` that what you do here has: ana and bo are on call there (default ana)")
	return cmd
}

func (a *app) demo(ctx context.Context) error {
	if err := a.drawable(); err != nil {
		return err
	}
	a.asFlag = cmp.Or(a.asFlag, os.Getenv("SITREP_OPERATOR"), "ana") // who is on call there
	dir, err := os.MkdirTemp("", "sitrep-demo-")
	if err != nil {
		return err
	}
	t, err := newTown(rand.Uint64())
	if err != nil {
		return err
	}
	playing, stop := context.WithCancel(ctx)
	var acting sync.WaitGroup
	acting.Go(func() { t.play(playing) })
	defer func() {
		stop()
		acting.Wait()
		t.close()
	}()

	file, err := t.write(dir)
	if err != nil {
		return err
	}
	cfg, err := config.Load(file, loading(a.errs, nil))
	if err != nil {
		return err
	}
	state := cmp.Or(a.stateFlag, filepath.Join(dir, "state"))
	if err := a.screen(ctx, cfg, state, "demo", nil); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "The demo's configuration and notifications are in %s\n", dir)
	fmt.Fprintf(a.out, "Its last incident as a post-mortem:  sitrep export -o html --state %s\n", state)
	fmt.Fprintln(a.out, "Next, with what you run:             sitrep init https://…")
	return nil
}

// act is one thing that happens to the town.
type act struct {
	at time.Duration // since the cycle began
	do func(t *town)
}

// cycleLength is how long one round of the script takes.
const cycleLength = 110 * time.Second

// script returns the acts of a cycle. The first tells the whole story: one
// service slows, a certificate nears its end, the database dies and drags two
// others along, a name server lies, and all of it recovers. Later ones vary.
func script(cycle int, rng *rand.Rand) []act {
	victims := []func(*town) *shop{func(t *town) *shop { return t.search }, func(t *town) *shop { return t.web }, func(t *town) *shop { return t.portal }}
	slowed := victims[cycle%len(victims)]
	status := []int{500, 503, 502}[cycle%3]
	jitter := func() time.Duration {
		if cycle == 0 {
			return 0
		}
		return time.Duration(rng.IntN(4000)) * time.Millisecond
	}
	return []act{
		{5*time.Second + jitter(), func(t *town) { slowed(t).slow.Store(int64(450 * time.Millisecond)) }},
		{8*time.Second + jitter(), func(t *town) { t.login.renew(9*24*time.Hour + time.Hour) }},
		{12 * time.Second, func(t *town) { t.cache.drop.Store(1) }}, // one reset: passes on the retry
		{14*time.Second + jitter(), func(t *town) { t.db.reset.Store(true) }},
		{15*time.Second + jitter(), func(t *town) {
			t.api.status.Store(int64(status))
			t.api.database.Store("unreachable")
		}},
		{16*time.Second + jitter(), func(t *town) { t.checkout.database.Store("unhealthy") }},
		{24*time.Second + jitter(), func(t *town) { t.names.lie.Store(true) }},
		{40*time.Second + jitter(), func(t *town) { t.names.lie.Store(false) }},
		{46*time.Second + jitter(), func(t *town) { t.checkout.depth.Store(180) }}, // degraded beside down
		{56*time.Second + jitter(), func(t *town) { t.db.reset.Store(false) }},
		{58*time.Second + jitter(), func(t *town) { t.api.status.Store(200); t.api.database.Store("healthy") }},
		{59*time.Second + jitter(), func(t *town) { t.checkout.database.Store("healthy") }},
		{66*time.Second + jitter(), func(t *town) { slowed(t).slow.Store(0) }},
		{74*time.Second + jitter(), func(t *town) { t.checkout.depth.Store(12) }},
		{86*time.Second + jitter(), func(t *town) { t.login.renew(90 * 24 * time.Hour) }},
	}
}

// play runs the script over and over until ctx ends.
func (t *town) play(ctx context.Context) {
	rng := rand.New(rand.NewPCG(t.seed, 1))
	for cycle := 0; ; cycle++ {
		began := time.Now()
		for _, a := range script(cycle, rng) {
			if !pause(ctx, time.Until(began.Add(a.at))) {
				return
			}
			a.do(t)
		}
		if !pause(ctx, time.Until(began.Add(cycleLength))) {
			return
		}
	}
}

// pause waits; false if ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
