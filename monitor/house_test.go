package monitor

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/alert"
	"sitrep/alert/notify"
	"sitrep/checker"
	"sitrep/store"
)

// house is a monitor with everything real around it but the probe, which is a
// switch, the disk, which is a list, and the receiver, which is another.
type house struct {
	*Monitor
	disk     *disk
	receiver *receiver
	switches map[string]*atomic.Uint32 // target → checker.Status to answer with
	stop     func()
}

// disk is a journal that remembers, and misbehaves on command.
type disk struct {
	mu      sync.Mutex
	batches []store.Batch
	fail    error
	hang    time.Duration
}

func (d *disk) Append(_ context.Context, b store.Batch) error {
	d.mu.Lock()
	fail, hang := d.fail, d.hang
	d.mu.Unlock()
	time.Sleep(hang)
	if fail != nil {
		return fail
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.batches = append(d.batches, b)
	return nil
}

func (d *disk) set(fail error, hang time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail, d.hang = fail, hang
}

// all returns everything saved, as one batch.
func (d *disk) all() store.Batch {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all store.Batch
	for _, b := range d.batches {
		merge(&all, b)
	}
	return all
}

// state returns what a restart would find.
func (d *disk) state() store.State {
	all := d.all()
	s := store.State{Believed: map[string]store.Target{}, Entries: all.Entries, Events: all.Events, Heartbeat: all.Heartbeat, Boot: 2}
	alerts, ledgers, silences := map[string]alert.Alert{}, map[[2]string]alert.Ledger{}, map[string]alert.Silence{}
	for _, a := range all.Alerts {
		alerts[a.ID] = a
	}
	for _, l := range all.Ledgers {
		ledgers[[2]string{l.Group, l.Receiver}] = l
	}
	for _, x := range all.Silences {
		silences[x.ID] = x
	}
	for _, a := range alerts {
		s.Alerts = append(s.Alerts, a)
	}
	for _, l := range ledgers {
		s.Ledgers = append(s.Ledgers, l)
	}
	for _, x := range silences {
		s.Silences = append(s.Silences, x)
	}
	s.SilenceSeq = len(s.Silences)
	for _, r := range all.Results {
		s.Believed[r.Target] = store.Target{Believed: r.Believed, Last: r}
	}
	if n := len(all.Events); n > 0 {
		s.EventSeq = all.Events[n-1].Seq
	}
	s.Drafts = all.Drafts
	return s
}

// receiver is a notifier that remembers, and refuses on command.
type receiver struct {
	mu      sync.Mutex
	got     []alert.Notification
	outcome alert.Outcome
}

func (r *receiver) Notify(_ context.Context, n alert.Notification) alert.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, n)
	return alert.Delivery{Notification: n, Outcome: r.outcome, Err: map[bool]string{true: "503"}[r.outcome != alert.Accepted]}
}

func (r *receiver) set(o alert.Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outcome = o
}

// reasons returns what came, in order.
func (r *receiver) reasons() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var rs []string
	for _, n := range r.got {
		rs = append(rs, n.Reason.String())
	}
	return rs
}

// startHouse starts a house with targets of these names, probed every 10 s, in
// the bubble of the test.
func startHouse(t *testing.T, saved store.State, names ...string) *house {
	t.Helper()
	h := &house{disk: &disk{}, receiver: &receiver{outcome: alert.Accepted}, switches: map[string]*atomic.Uint32{}}
	var targets []checker.Target
	for _, name := range names {
		s := new(atomic.Uint32)
		s.Store(uint32(checker.Up))
		h.switches[name] = s
		targets = append(targets, checker.Target{
			Name: name, Kind: "http", Interval: 10 * time.Second, RetryInterval: 10 * time.Second, Timeout: time.Second,
			Attempts: 1, FailAfter: 2, RecoverAfter: 2, Labels: map[string]string{"name": name, "kind": "http", "group": ""},
			Probe: switchProbe{s},
		})
	}
	tell := map[alert.Reason]bool{}
	for _, r := range []alert.Reason{alert.First, alert.New, alert.Worse, alert.Remind, alert.Over} {
		tell[r] = true
	}
	dispatcher := notify.NewDispatcher(func(d alert.Delivery) { h.Delivered(d) })
	dispatcher.SetReceivers(map[string]notify.Notifier{"hook": h.receiver})
	h.Monitor = New(Options{
		Journal: h.disk, Dispatch: dispatcher.Dispatch, Saved: saved,
		Setup: Setup{
			Targets: targets,
			Policy: alert.Policy{
				Routes:       []alert.Route{{Name: "all", To: []string{"hook"}, GroupBy: []string{"name"}, GroupInterval: time.Minute}},
				Receivers:    []alert.Receiver{{Name: "hook", Tell: tell, Remind: time.Hour, RemindCritical: time.Hour, GiveUp: 6 * time.Hour}},
				ReopenWithin: 10 * time.Minute,
			},
		},
	})
	scheduler := checker.NewScheduler("local", saved.Boot, Beliefs(saved), h.Observe)
	ctx, cancel := context.WithCancel(t.Context())
	loop, stopLoop := context.WithCancel(t.Context())
	var probing, deciding sync.WaitGroup
	deciding.Go(func() { _ = h.Run(loop, scheduler) })
	probing.Go(func() { _ = scheduler.Run(ctx) })
	probing.Go(func() { _ = dispatcher.Run(ctx) })
	h.stop = sync.OnceFunc(func() {
		cancel()
		probing.Wait()
		stopLoop()
		deciding.Wait()
	})
	t.Cleanup(h.stop)
	return h
}

// turn sets what a target answers.
func (h *house) turn(name string, s checker.Status) { h.switches[name].Store(uint32(s)) }

// sleep lets time pass, and what was due in it happen.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// alerts returns the states of a target's alerts in the snapshot.
func (h *house) alerts(name string) []alert.State {
	var states []alert.State
	for _, a := range h.Snapshot().Alerts {
		if a.Target == name {
			states = append(states, a.State)
		}
	}
	return states
}

func (h *house) alert(t *testing.T, name string) alert.Alert {
	t.Helper()
	i := slices.IndexFunc(h.Snapshot().Alerts, func(a alert.Alert) bool { return a.Target == name })
	if i < 0 {
		t.Fatalf("%s has no alert", name)
	}
	return h.Snapshot().Alerts[i]
}

// switchProbe answers as it is set.
type switchProbe struct{ s *atomic.Uint32 }

func (p switchProbe) Probe(context.Context) (checker.Detail, error) {
	s := checker.Status(p.s.Load())
	switch s {
	case checker.Up:
		return checker.Detail{Code: 200}, nil
	case checker.Unknown:
		return checker.Detail{}, checker.ErrCannotJudge
	}
	return checker.Detail{Code: 503, Findings: []checker.Finding{{What: "status", Status: s, Text: "503, want 200"}}}, nil
}
