// Package monitor is the one loop. Results, deliveries, commands and the clock
// come in by doors; alerts and incidents are decided by the plain values it
// owns; and what follows goes out by hands that never wait: to the recorder
// (and from there to the disk, then to the dispatcher), to the scheduler, and
// as a snapshot to whoever looks.
package monitor

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oklog/ulid/v2"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/oncall"
	"sitrep/store"
)

// Prober is whoever makes the results. Its methods return at once.
type Prober interface {
	SetTargets([]checker.Target)
	ProbeNow(target string)
	Stats() checker.Stats
}

// Setup is what an operator configures.
type Setup struct {
	Targets   []checker.Target
	Policy    alert.Policy
	Incident  incident.Settings
	Operators []oncall.Operator
	Schedules []oncall.Schedule
}

// Options is what a monitor is put together from.
type Options struct {
	Journal  Journal
	Trouble  func() error                // what else is wrong with keeping, nil if nothing; may be nil
	File     string                      // the configuration that Setup is of, for Snapshot.Config; "" is none
	Dispatch func(...alert.Notification) // returns at once; the outcomes come back by Delivered
	Link     func() string               // why this machine's own link is taken to be down, "" if it is not; may be nil
	Reload   func(confirmed bool)        // has the configuration read again, returns at once; nil: there is none to read
	State    string                      // the state directory, for Health; "" is none
	Alive    func()                      // a clean audit was made: called every minute, returns at once; may be nil
	Dead     func() error                // why the last call to whoever watches sitrep failed, nil if it did not; may be nil
	Saved    store.State                 // what an earlier run of the program left
	Told     []alert.Delivery            // its latest deliveries, in any order
	Setup    Setup

	clocks *clocks // others than the system's; nil in earnest
}

// Monitor is the loop. Make one with New, start Run once, and come in by
// Observe, Delivered and Do from anywhere.
type Monitor struct {
	saved    store.State // what is left of it once it was restored: Believed and Boot
	recorder *recorder
	trouble  func() error // never nil, as the next
	link     func() string
	reload   func(confirmed bool) // nil: there is nothing to read again
	clocks   clocks

	results    chan checker.Result
	deliveries chan alert.Delivery
	requests   chan request
	poke       chan struct{} // somebody began to wait
	stopped    chan struct{} // closed when Run returns
	screens    atomic.Int64  // callers of Wait
	people     people        // who has a screen open

	snap atomic.Pointer[Snapshot]
	mu   sync.Mutex    // guards news
	news chan struct{} // closed and replaced when a snapshot is published

	// owned by Run
	prober   Prober   // nil before Run
	asked    []string // targets to probe at once when there is a prober
	alerts   *alert.Manager
	book     *incident.Book
	roster   *oncall.Roster
	onCall   oncall.Saved // all that was ever saved of it
	setup    Setup
	watched  []*watched // by name
	byName   map[string]*watched
	drafts   map[DraftKey]string // replaced, never written to
	events   window[Event]
	seq      uint64 // of the last event
	told     window[alert.Delivery]
	batch    store.Batch // what this turn has to save
	dirty    []*watched
	alerting []*watched // that have an alert in the last snapshot
	counts   Counts
	order    uint64
	config   configState
	health   Health
	notes    []string          // what an operator should hear of the start
	refused  map[string]string // receiver → the last error since it accepted something
	silent   map[string]bool   // targets of which the log says that they give no result
	self     self
	auditor  auditor
	duty     []checker.Finding // what is wrong with who is on call; replaced, never written to
	handed   map[string]handed // schedule → the shift that waits to be accepted
	watch    watch
	floor    time.Time // when the wall clock was last set, by itself; zero is never

	// what the next snapshot does not take over from the last
	listChanged      bool // the targets are others
	alertsChanged    bool
	incidentsChanged bool
	changed          bool // anything

	// by the clock that nobody sets
	published time.Time
	beat      time.Time // the last heartbeat
}

// request is a command on its way in.
type request struct {
	actor   Actor
	command Command
	answer  chan error
}

// New returns a monitor that shows what was saved and has probed nothing yet.
func New(o Options) *Monitor {
	entropy := ulid.Monotonic(rand.Reader, 0)
	m := &Monitor{
		saved: o.Saved, setup: o.Setup,
		recorder:   newRecorder(o.Journal, o.Dispatch),
		trouble:    o.Trouble,
		link:       o.Link,
		reload:     o.Reload,
		clocks:     systemClocks,
		results:    make(chan checker.Result, 256),
		deliveries: make(chan alert.Delivery, 64),
		requests:   make(chan request),
		poke:       make(chan struct{}, 1),
		stopped:    make(chan struct{}),
		news:       make(chan struct{}),
		alerts: alert.NewManager(func(now time.Time) string {
			return ulid.MustNew(ulid.Timestamp(now), entropy).String()
		}),
		book:    incident.NewBook(incidentSettings(&o.Setup)),
		byName:  map[string]*watched{},
		drafts:  map[DraftKey]string{},
		refused: map[string]string{},
		silent:  map[string]bool{},
		self:    newSelf(o.Saved.Believed[Self].Believed),
		auditor: newAuditor(o.Alive, o.Dead),
	}
	if m.trouble == nil {
		m.trouble = func() error { return nil }
	}
	if m.link == nil {
		m.link = func() string { return "" }
	}
	if o.clocks != nil {
		m.clocks = *o.clocks
	}
	now := m.clocks.now()
	m.watch.look(m.clocks.read())
	m.config.Config = Config{File: o.File, Loaded: now, Checked: now}
	m.health = Health{Started: now, State: o.State}
	m.restore(now, o.Told)
	m.publish()
	return m
}

// Observe takes a result in. It may make its caller wait.
func (m *Monitor) Observe(r checker.Result) {
	select {
	case m.results <- r:
	case <-m.stopped:
	}
}

// Delivered takes the outcome of an attempt in. It may make its caller wait.
func (m *Monitor) Delivered(d alert.Delivery) {
	select {
	case m.deliveries <- d:
	case <-m.stopped:
	}
}

// Do carries out a command of an actor, and answers once it is saved. The
// snapshot shows it by then. ErrUnsaved says that it is applied and shown, and
// that the disk has not taken it within a second. Every command is audited.
func (m *Monitor) Do(ctx context.Context, a Actor, c Command) error {
	req := request{a, c, make(chan error, 1)}
	select {
	case m.requests <- req:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-m.stopped:
		return ErrStopped
	}
	select {
	case err := <-req.answer:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Run is the loop. It aims the prober at the targets, and returns when ctx ends,
// after the last batch was saved. End the prober and the dispatcher before it.
func (m *Monitor) Run(ctx context.Context, p Prober) error {
	m.prober = p
	var recording sync.WaitGroup
	saving, stop := context.WithCancel(context.WithoutCancel(ctx))
	recording.Go(func() { _ = m.recorder.Run(saving) })
	defer recording.Wait()
	defer stop()
	defer close(m.stopped)

	p.SetTargets(m.setup.Targets)
	m.probe(m.asked)
	m.asked = nil
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			m.mind()
			m.drain() // its makers have ended: what they handed in is here
			m.turn()
			m.publish() // the last word, for the log
			return context.Cause(ctx)
		case r := <-m.results:
			m.mind()
			m.observe(r)
		case d := <-m.deliveries:
			m.mind()
			m.delivered(d)
		case req := <-m.requests:
			m.mind()
			m.do(req)
		case <-timer.C:
			m.mind()
		case <-m.poke:
			m.mind()
		}
		m.drain()
		timer.Reset(m.turn())
	}
}

// drain takes what else is waiting, so that a burst is one turn.
func (m *Monitor) drain() {
	for range cap(m.results) + cap(m.deliveries) {
		select {
		case r := <-m.results:
			m.observe(r)
		case d := <-m.deliveries:
			m.delivered(d)
		default:
			return
		}
	}
}

// heartbeatEvery is how often a row says that sitrep lives: the time from the
// last one to a start is a gap.
const heartbeatEvery = 10 * time.Second

// turn lets the clock in, puts what is to be saved on its way and publishes if
// it is time. It returns how long the loop may sleep.
func (m *Monitor) turn() time.Duration {
	now := m.clocks.now()
	if due, ok := m.alerts.Next(); ok && !due.After(now) {
		m.follow(now, m.alerts.Advance(now))
		m.changed = true // also by what is no event, as an alert that waits no more
	}
	if due, ok := m.book.Next(); ok && !due.After(now) {
		m.book.Refresh(m.alerts.Alerts())
		m.write(m.book.Advance(now))
	}
	if m.self.due() {
		m.checkSelf(now)
	}
	if time.Until(m.auditor.due) <= 0 {
		m.inspect(now)
	}
	m.changed = m.people.news() || m.changed
	if time.Since(m.beat) >= heartbeatEvery {
		m.beat, m.batch.Heartbeat = time.Now(), now
	}
	m.flush(nil)
	wait := min(time.Until(m.beat.Add(heartbeatEvery)), time.Until(m.self.at), time.Until(m.auditor.due), lookEvery)
	for _, next := range []func() (time.Time, bool){m.alerts.Next, m.book.Next} {
		if due, ok := next(); ok {
			wait = min(wait, due.Sub(now))
		}
	}
	return max(min(wait, m.show()), time.Millisecond) // what stays due must not spin
}

// flush hands the recorder what this turn has to save.
func (m *Monitor) flush(done chan<- error) {
	if done == nil && empty(&m.batch) {
		return
	}
	m.recorder.put(m.batch, done)
	m.batch = store.Batch{}
}

// observe takes a result in and does what follows from it.
func (m *Monitor) observe(r checker.Result) {
	w := m.byName[r.Target]
	if w == nil {
		return
	}
	m.redate(&r, m.clocks.now())
	r.Excluded = m.alerts.Excluded(r.Target)
	was := w.shown.Last
	w.take(r)
	m.touch(w)
	m.batch.Results = append(m.batch.Results, r)
	if r.Status == checker.Unknown && (was.Status != checker.Unknown || was.At.IsZero()) && m.link() == "" {
		m.log(Event{At: r.At, Kind: "unknown", Target: r.Target, Text: whatOf(r)})
	}
	if r.Status != checker.Up || w.shown.Alert != nil {
		m.alertsChanged = true // its findings and its count may have
	}
	m.follow(r.Had(), m.alerts.Observe(r))
}

// delivered takes the outcome of an attempt in.
func (m *Monitor) delivered(d alert.Delivery) {
	m.changed = true
	d.At = m.dated(d.At, m.clocks.now())
	m.told.add(d)
	m.told.drop(len(m.told.live) - maxTold)
	switch d.Outcome {
	case alert.Accepted:
		delete(m.refused, d.Notification.Receiver)
	case alert.Unbegun: // says nothing of the receiver
	default:
		m.refused[d.Notification.Receiver] = d.Err
	}
	m.batch.Deliveries = append(m.batch.Deliveries, d)
	if !(d.Notification.Quiet && d.Outcome == alert.Accepted) { // it goes on for ever, and tells nobody
		m.log(deliveryLine(d))
	}
	m.write(m.book.Delivered(d))
	m.follow(d.At, m.alerts.Delivered(d))
}

// follow does what the alert state says follows.
func (m *Monitor) follow(now time.Time, e alert.Effects) {
	if e.Empty() {
		return
	}
	m.changed = true
	for _, event := range e.Events {
		m.alertsChanged = true
		if line, ok := lineOf(event); ok && m.tells(event) {
			line.Text += lateText(now.Sub(event.At))
			m.log(line)
		}
		if event.Alert.ID != "" {
			m.batch.Alerts = append(m.batch.Alerts, event.Alert)
		}
		m.write(m.book.Apply(now, event))
	}
	m.alertsChanged = m.alertsChanged || len(e.Silences) > 0
	m.batch.Silences = append(m.batch.Silences, e.Silences...)
	m.batch.Ledgers = append(m.batch.Ledgers, e.Ledgers...)
	m.batch.Escalations = append(m.batch.Escalations, e.Escalations...)
	m.batch.Notifications = append(m.batch.Notifications, e.Notifications...)
	if !e.Alive.IsZero() {
		m.batch.Heartbeat = e.Alive
	}
	m.probe(e.Probe)
	m.ask(now, e.Asked)
}

// tells leaves out of the log that each target gives no result while the link
// is down, which explains them all, and that it does again.
func (m *Monitor) tells(e alert.Event) bool {
	name := e.Alert.Target
	switch e.Kind {
	case alert.KindStale:
		if m.link() != "" {
			return false
		}
		m.silent[name] = true
	case alert.KindFresh:
		told := m.silent[name]
		delete(m.silent, name)
		return told
	}
	return true
}

// probe asks for runs at once.
func (m *Monitor) probe(names []string) {
	if m.prober == nil {
		m.asked = append(m.asked, names...)
		return
	}
	for _, name := range names {
		m.prober.ProbeNow(name)
	}
}

// write puts entries of a timeline on their way.
func (m *Monitor) write(entries []incident.Entry) {
	if len(entries) == 0 {
		return
	}
	m.incidentsChanged, m.changed = true, true
	m.batch.Entries = append(m.batch.Entries, entries...)
	for _, e := range entries {
		if line, ok := entryLine(e); ok {
			m.log(line)
		}
	}
}

// log adds a line to the alert log and numbers it.
func (m *Monitor) log(e Event) {
	m.seq++
	e.Seq = m.seq
	m.events.add(e)
	m.events.drop(len(m.events.live) - tailEvents)
	m.batch.Events = append(m.batch.Events, e)
	m.changed = true
}

// touch notes that a target's status must be made anew.
func (m *Monitor) touch(w *watched) {
	m.changed = true
	if !w.dirty {
		w.dirty = true
		m.dirty = append(m.dirty, w)
	}
}

// sortedByName returns the targets with the built-in one, by name. A target of
// that name is refused by the configuration.
func sortedByName(targets []checker.Target) []*checker.Target {
	all := make([]*checker.Target, 0, len(targets)+1)
	for i := range targets {
		all = append(all, &targets[i])
	}
	all = append(all, SelfTarget())
	slices.SortFunc(all, func(a, b *checker.Target) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Stopped tells whether err only says that a Run was ended.
func Stopped(err error) bool { return err == nil || errors.Is(err, context.Canceled) }
