package tui

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/monitor"
	"sitrep/store"
)

// night is when the scripted incident is looked at.
var night = time.Date(2026, 4, 12, 3, 47, 12, 0, time.UTC)

// at returns a time of that night, "03:29:14".
func at(clock string) time.Time {
	t, err := time.Parse("15:04:05", clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 4, 12, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// desk is a monitor for screens: a snapshot that the test makes, and the
// commands that were asked for.
type desk struct {
	archive archive

	actor monitor.Actor
	snap  *monitor.Snapshot
	book  *incident.Book
	asked []monitor.Command
	fail  error // what Do answers
	old   map[string]*incident.Incident
}

func (d *desk) Actor() monitor.Actor        { return d.actor }
func (d *desk) Snapshot() *monitor.Snapshot { return d.snap }

func (d *desk) Enter(context.Context, monitor.Actor) (*monitor.Visit, error) {
	return nil, monitor.ErrCrowded
}

func (d *desk) Wait(ctx context.Context, _ uint64) (*monitor.Snapshot, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (d *desk) Do(_ context.Context, c monitor.Command) error {
	d.asked = append(d.asked, c)
	return d.fail
}

func (d *desk) Log(context.Context, uint64, int) ([]monitor.Event, error) { return nil, nil }

func (d *desk) Timeline(_ context.Context, id string) (*incident.Incident, error) {
	if inc := d.old[id]; inc != nil {
		return inc, nil
	}
	return nil, fmt.Errorf("%w: %s", incident.ErrUnknownIncident, id)
}

// nightTargets are the targets of the script.
func nightTargets() []*monitor.TargetStatus {
	firing := func(name, what string, sev alert.Severity, started, detected string) *monitor.TargetStatus {
		status := checker.Down
		if sev == alert.Warning {
			status = checker.Degraded
		}
		t := nightTarget(name, status)
		t.Since = at(detected)
		t.Last.Findings = []checker.Finding{{What: "status", Status: status, Text: what}}
		t.InRow = 9
		t.Alert = &alert.Alert{
			ID: "a-" + name, Target: name, Group: t.Target.Group, Labels: t.Target.Labels, State: alert.Firing,
			Severity: sev, Started: at(started), Detected: at(detected), Findings: t.Last.Findings,
		}
		return t
	}
	search := firing("search-api", "503, want 200", alert.Critical, "03:29:04", "03:29:14")
	weaviate := firing("weaviate-eu1", "2/3 nodes", alert.Critical, "03:29:06", "03:29:16")
	weaviate.Alert.Ack = &alert.Ack{At: at("03:31:40"), By: "ana", Note: "looking at node 2"}
	ingest := firing("ingest-worker", "lag 48211", alert.Critical, "03:40:52", "03:41:02")
	recommend := firing("recommend-api", "2.41s > 1.50s", alert.Warning, "03:36:02", "03:36:12")
	recommend.Last.Took = 2410 * time.Millisecond
	cert := nightTarget("auth-tls", checker.Up)
	cert.Last.NotAfter = night.Add(9 * 24 * time.Hour)
	soft := nightTarget("billing-db", checker.Up)
	soft.Last.Status, soft.InRow = checker.Down, 1
	return []*monitor.TargetStatus{search, weaviate, ingest, recommend, cert, soft, nightTarget("docs", checker.Up)}
}

func nightTarget(name string, status checker.Status) *monitor.TargetStatus {
	group, team := "", "web"
	switch name {
	case "search-api", "weaviate-eu1", "ingest-worker", "recommend-api":
		group, team = "search", "search"
	}
	labels := map[string]string{"name": name, "kind": "http", "team": team}
	if group != "" {
		labels["group"] = group
	}
	t := &monitor.TargetStatus{
		Target: &checker.Target{
			Name: name, Kind: "http", Addr: "https://" + name + ".example.org/healthz", Group: group, Labels: labels,
			Interval: 10 * time.Second, Slow: 1500 * time.Millisecond, FailAfter: 2, RecoverAfter: 2,
		},
		Believed: status, Since: night.Add(-72 * time.Hour),
		Last: checker.Result{Target: name, At: night.Add(-4 * time.Second), Took: 38 * time.Millisecond, Attempt: 1, Status: status, Believed: status},
	}
	for i := range 30 {
		b := store.Bucket{Start: night.Truncate(time.Minute).Add(time.Duration(i-29) * time.Minute), Passed: 6, Median: 150 * time.Millisecond}
		if status == checker.Down && i > 11 {
			b.Passed, b.Failed = 0, 6
		}
		t.Minutes = append(t.Minutes, b)
	}
	return t
}

// newDesk plays the script of the night.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{actor: monitor.Actor{Name: "ana", Role: monitor.Respond, From: "local"}, book: incident.NewBook(incident.Settings{JoinWithin: time.Hour})}
	d.playOld(t)
	targets := nightTargets()
	must := func(_ []incident.Entry, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fire := func(i int) {
		a := *targets[i].Alert
		a.Ack = nil
		d.book.Apply(a.Detected, alert.Event{At: a.Detected, Kind: alert.KindFired, Alert: a})
	}
	fire(0)
	fire(1)
	d.deliver(at("03:29:19"), "pagerduty", alert.Accepted, "", *targets[0].Alert, *targets[1].Alert)
	d.book.Apply(at("03:31:40"), alert.Event{At: at("03:31:40"), Kind: alert.KindAcked, Alert: *targets[1].Alert, By: "ana", Text: "looking at node 2"})
	fire(3)
	id, _, err := d.book.Declare(at("03:38:50"), incident.Declaration{
		Title: "search 503 in eu1", Severity: "SEV2", Commander: "ana", By: "ana",
		Alerts: []string{"a-search-api", "a-weaviate-eu1", "a-recommend-api"},
	}, []alert.Alert{*targets[0].Alert, *targets[1].Alert, *targets[3].Alert})
	must(nil, err)
	fire(2)
	d.deliver(at("03:41:15"), "slack", alert.Again, "503", *targets[2].Alert)
	d.deliver(at("03:41:21"), "slack", alert.Accepted, "", *targets[2].Alert)
	must(d.book.SetMilestone(at("03:42:00"), id, incident.Started, at("03:24:40"), "ana"))
	must(d.book.Add(at("03:43:05"), incident.Draft{Incident: id, Kind: incident.Note, By: "bo", Text: "kubectl top: weaviate-2 at its memory limit"}))
	must(d.book.Add(at("03:44:10"), incident.Draft{Incident: id, Kind: incident.Decision, By: "ana", Text: "no failover to us1 before the PVC is looked at"}))
	must(d.book.Add(at("03:45:00"), incident.Draft{Incident: id, Kind: incident.Comms, By: "dara", Text: "status page posted", At: at("03:40:00")}))
	es, err := d.book.Add(at("03:46:31"), incident.Draft{Incident: id, Kind: incident.Note, By: "ana", Text: "PVC on weaviate-2 full"})
	must(es, err)
	must(d.book.Edit(at("03:46:52"), es[0].Seq, "ana", "PVC on weaviate-2 is full (91%), the node went read-only at 03:24, then OOM at 03:28.\nGrafana: https://grafana.example.org/d/pvc?from=1775963040"))
	must(d.book.Star(at("03:46:53"), es[0].Seq, "ana", true))
	for _, s := range targets {
		if s.Alert != nil {
			s.Incident = id
		}
	}
	d.publish(targets)
	d.snap.Accounts = nightAccounts()
	return d
}

// nightAccounts are those of the two receivers.
func nightAccounts() []alert.Ledger {
	firing := alert.Word{Firing: true, Severity: alert.Critical}
	return []alert.Ledger{
		{Group: "pages", Route: "pages", Receiver: "pagerduty", Told: map[string]alert.Word{"a-search-api": firing, "a-weaviate-eu1": firing}},
		{Group: "chat", Route: "chat", Receiver: "slack", Told: map[string]alert.Word{"a-ingest-worker": firing}},
	}
}

// playOld plays incidents of the days before.
func (d *desk) playOld(t *testing.T) {
	t.Helper()
	for i, title := range []string{"payments down", "checkout 5xx after deploy", "slow exports for acme"} {
		begin := night.Add(-time.Duration(72-i*24) * time.Hour)
		id, _, err := d.book.Declare(begin, incident.Declaration{Title: title, Severity: "SEV3", Commander: "chen", By: "chen"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if i < 2 {
			if _, err := d.book.Resolve(begin.Add(41*time.Minute), id, "chen", "rolled back"); err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			if _, err := d.book.SetStatus(begin.Add(50*time.Hour), id, "closed", "chen"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (d *desk) deliver(when time.Time, receiver string, o alert.Outcome, text string, alerts ...alert.Alert) {
	d.book.Delivered(alert.Delivery{
		Notification: alert.Notification{Key: receiver, Receiver: receiver, Attempt: 1, At: when, Alerts: alerts},
		At:           when, Took: 1100 * time.Millisecond, Outcome: o, Err: text,
	})
}

// publish makes a snapshot of the book and of targets.
func (d *desk) publish(targets []*monitor.TargetStatus) {
	s := monitor.Snapshot{Seq: 1, At: night, Incidents: d.book.Incidents(), Drafts: map[monitor.DraftKey]string{}}
	if d.snap != nil {
		s.Seq, s.Silences, s.Drafts = d.snap.Seq+1, d.snap.Silences, d.snap.Drafts
		s.Policy, s.Accounts, s.Owed, s.Told, s.Config = d.snap.Policy, d.snap.Accounts, d.snap.Owed, d.snap.Told, d.snap.Config
	}
	for _, t := range targets {
		switch {
		case t.Alert == nil && t.Last.Status > checker.Up:
			s.Counts.Soft++
		case t.Alert == nil:
			s.Counts.Up++
		case t.Alert.Severity == alert.Critical:
			s.Counts.Down++
		default:
			s.Counts.Degraded++
		}
		if t.Alert != nil {
			s.Alerts = append(s.Alerts, *t.Alert)
			if unackedAlert(t.Alert) {
				s.Counts.Unacked++
			}
		}
	}
	d.snap = monitor.NewSnapshot(monitor.Parts{Snapshot: s, Targets: targets})
}

// console is a model on a desk, with a clock that the test moves.
type console struct {
	*Model
	desk *desk
	time time.Time
}

func newConsole(t *testing.T, d *desk, w, h int) *console {
	t.Helper()
	s := &console{desk: d, time: night}
	t.Cleanup(func() { time.Sleep(2 * draftPause) }) // in a bubble: ticks that nobody waits for end
	s.Model = New(t.Context(), d, Options{Title: "prod-eu", Environ: xterm, Zone: time.UTC, Now: func() time.Time { return s.time }})
	s.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

// press presses keys: a word of several letters is a key's name if it is one,
// and text otherwise. What commands answer comes back at once; ticks do not.
func (s *console) press(keys ...string) {
	for _, k := range keys {
		s.time = s.time.Add(400 * time.Millisecond)
		for _, msg := range keysOf(k) {
			_, cmd := s.Update(msg)
			s.run(cmd)
		}
	}
}

// write types a text.
func (s *console) write(text string) {
	for _, r := range text {
		_, cmd := s.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		s.run(cmd)
	}
}

var namedKeys = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
	"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	"backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete}, "space": {Code: tea.KeySpace, Text: " "},
	"ctrl+j": {Code: 'j', Mod: tea.ModCtrl}, "ctrl+t": {Code: 't', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	"ctrl+r": {Code: 'r', Mod: tea.ModCtrl},
	"ctrl+w": {Code: 'w', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
}

func keysOf(k string) []tea.Msg {
	if msg, named := namedKeys[k]; named {
		return []tea.Msg{msg}
	}
	var msgs []tea.Msg
	for _, r := range k {
		msgs = append(msgs, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return msgs
}

// run carries out a command as the program would, but for those that wait for
// the clock.
func (s *console) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	var msg tea.Msg
	select {
	case msg = <-got:
	case <-time.After(50 * time.Millisecond): // a tick: its message never comes here
		return
	}
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	case nil, tea.QuitMsg:
	default:
		_, next := s.Update(msg)
		s.run(next)
	}
}

var errDisk = errors.New("no space left on device")
