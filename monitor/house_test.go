package monitor

import (
	"context"
	"os"
	"path/filepath"
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
	disk       *disk
	receiver   *receiver
	clock      *testClock
	switches   map[string]*atomic.Uint32 // target → checker.Status to answer with
	setup      Setup
	dispatcher *notify.Dispatcher
	stop       func()
}

// testClock is the bubble's clock as a wall clock that can be set, on a machine
// that can be suspended.
type testClock struct {
	began      time.Time
	set, slept atomic.Int64
}

func newTestClock() *testClock { return &testClock{began: time.Now()} }

func (c *testClock) now() time.Time {
	return time.Now().Add(time.Duration(c.set.Load() + c.slept.Load())).UTC().Round(0)
}

func (c *testClock) read() reading {
	awake := time.Since(c.began)
	return reading{wall: time.Duration(c.now().UnixNano()), awake: awake, all: awake + time.Duration(c.slept.Load())}
}

// late returns t, which is the bubble's, as this clock tells it.
func (c *testClock) late(t time.Time) time.Time {
	return t.Add(time.Duration(c.set.Load() + c.slept.Load()))
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
	for _, d := range latest(all.Drafts, func(d *store.Draft) DraftKey { return DraftKey{d.By, d.Place} }) {
		if d.Text != "" {
			s.Drafts = append(s.Drafts, d)
		}
	}
	for _, e := range latest(all.Escalations, func(e *alert.Escalation) [2]string { return [2]string{e.Group, e.Route} }) {
		if e.Policy != "" {
			s.Escalations = append(s.Escalations, e)
		}
	}
	s.OnCall = latestOnCall(all.OnCall)
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
	return startWith(t, saved, func(*Options) {}, names...)
}

// startWith is startHouse with other options.
func startWith(t *testing.T, saved store.State, with func(*Options), names ...string) *house {
	t.Helper()
	h := &house{disk: &disk{}, receiver: &receiver{outcome: alert.Accepted}, clock: newTestClock(), switches: map[string]*atomic.Uint32{}}
	for _, name := range names {
		h.setup.Targets = append(h.setup.Targets, h.target(name))
	}
	h.setup.Policy = alert.Policy{
		Routes:       []alert.Route{{Name: "all", To: []string{"hook"}, GroupBy: []string{"name"}, GroupInterval: time.Minute}},
		Receivers:    []alert.Receiver{hears("hook")},
		ReopenWithin: 10 * time.Minute,
	}
	h.dispatcher = notify.NewDispatcher(func(d alert.Delivery) {
		d.At = h.clock.late(d.At)
		h.Delivered(d)
	})
	h.dispatcher.SetReceivers(map[string]notify.Notifier{"hook": h.receiver, "second": h.receiver, "last": h.receiver})
	o := Options{
		Journal: h.disk, Dispatch: h.dispatcher.Dispatch, Saved: saved, Setup: h.setup,
		clocks: &clocks{h.clock.now, h.clock.read},
	}
	with(&o)
	h.Monitor, h.setup = New(o), o.Setup
	scheduler := checker.NewScheduler("local", saved.Boot, beliefs(saved), func(r checker.Result) {
		r.At = h.clock.late(r.At)
		h.Observe(r)
	})
	ctx, cancel := context.WithCancel(t.Context())
	loop, stopLoop := context.WithCancel(t.Context())
	var probing, deciding sync.WaitGroup
	deciding.Go(func() { _ = h.Run(loop, scheduler) })
	probing.Go(func() { _ = scheduler.Run(ctx) })
	probing.Go(func() { _ = h.dispatcher.Run(ctx) })
	h.stop = sync.OnceFunc(func() {
		cancel()
		probing.Wait()
		stopLoop()
		deciding.Wait()
	})
	t.Cleanup(h.stop)
	return h
}

// target returns a target, probed every 10 s, whose probe is a switch.
func (h *house) target(name string) checker.Target {
	s := h.switches[name]
	if s == nil {
		s = new(atomic.Uint32)
		s.Store(uint32(checker.Up))
		h.switches[name] = s
	}
	return checker.Target{
		Name: name, Kind: "http", Addr: "http://" + name + ".test", Interval: 10 * time.Second, RetryInterval: 10 * time.Second,
		Timeout: time.Second, Attempts: 1, FailAfter: 2, RecoverAfter: 2,
		Labels: map[string]string{"name": name, "kind": "http", "group": ""}, Probe: switchProbe{s},
	}
}

// hears returns a receiver that is told nearly everything.
func hears(name string) alert.Receiver {
	tell := map[alert.Reason]bool{}
	for _, r := range []alert.Reason{alert.First, alert.New, alert.Worse, alert.Remind, alert.Escalated, alert.Handover, alert.Over} {
		tell[r] = true
	}
	return alert.Receiver{Name: name, Tell: tell, Remind: time.Hour, RemindCritical: time.Hour, GiveUp: 6 * time.Hour}
}

// kill ends the house, and returns what was on the disk at that moment: what it
// would still have saved is not among it.
func (h *house) kill() store.State {
	s := h.disk.state()
	h.stop()
	return s
}

// apply reloads.
func (h *house) apply(t *testing.T, s Setup, mended ...string) {
	t.Helper()
	h.setup = s
	if err := h.Do(t.Context(), Program, Apply{Setup: s, Mended: mended}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// events returns the events of a kind in the snapshot.
func (h *house) events(kind string) []Event {
	var es []Event
	for _, e := range h.Snapshot().Events() {
		if e.Kind == kind {
			es = append(es, e)
		}
	}
	return es
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

// shutDir returns a state directory that cannot be opened, not even by root, and
// how to change that.
func shutDir(t *testing.T) (dir string, mend func()) {
	t.Helper()
	dir = t.TempDir()
	lock := filepath.Join(dir, "sitrep.lock")
	if err := os.Mkdir(lock, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir, func() {
		t.Helper()
		if err := os.Remove(lock); err != nil {
			t.Fatal(err)
		}
	}
}

// beliefs returns what the saved state believes of each target, for the scheduler.
func beliefs(s store.State) map[string]checker.Status {
	b := make(map[string]checker.Status, len(s.Believed))
	for name, t := range s.Believed {
		b[name] = t.Believed
	}
	return b
}
