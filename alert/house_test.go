package alert

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/checker"
	"sitrep/oncall"
)

// start is when every test's clock begins.
var start = time.Date(2027, 3, 1, 3, 30, 0, 0, time.UTC)

// tellAll hears of everything.
func tellAll(except ...Reason) map[Reason]bool {
	tell := map[Reason]bool{First: true, New: true, Worse: true, Better: true, Remind: true, Over: true}
	for _, r := range except {
		delete(tell, r)
	}
	return tell
}

// usual is one group for all, a chat that hears everything and a pager.
func usual() Policy {
	return Policy{
		Routes: []Route{{Name: "all", To: []string{"chat", "pager"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute}},
		Receivers: []Receiver{
			{Name: "chat", Tell: tellAll(), Remind: 4 * time.Hour, RemindCritical: 30 * time.Minute},
			{Name: "pager", Tell: tellAll(Better), Remind: 4 * time.Hour, RemindCritical: 30 * time.Minute, Paging: true},
		},
	}
}

// only returns the usual policy with one receiver left.
func only(name string) Policy {
	p := usual()
	p.Routes[0].To = []string{name}
	return p
}

// house is a Manager, its targets' verdicts, and the world around it. Every
// notification is accepted at once unless refuse says otherwise.
type house struct {
	t        testing.TB
	m        *Manager
	now      time.Time
	policy   Policy
	targets  []checker.Target
	verdicts map[string]*checker.Verdict
	flapping map[string]bool // as results say
	roster   *oncall.Roster  // nil: none is set
	alive    time.Time       // of the run before
	told     time.Time       // until when hand-overs were, by what was saved with them

	asked  []oncall.Acceptance // shifts to accept, all
	nudged bool                // notices looks at those to who acknowledged, and at no others
	ids    int

	answer func(Notification) Delivery // nil accepts
	log    []string                    // events and notifications since the last look
	probed []string                    // targets to be probed, since the last look
	sent   []Notification              // all, in order
	disk   disk
}

// disk is what was saved, taken from the effects alone.
type disk struct {
	alerts   map[string]Alert
	silences map[string]Silence
	ledgers  map[accountKey]Ledger
	climbs   map[climbKey]Escalation
}

func (d disk) clone() disk {
	return disk{maps.Clone(d.alerts), maps.Clone(d.silences), maps.Clone(d.ledgers), maps.Clone(d.climbs)}
}

// save takes in what follows from a call.
func (d disk) save(fx *Effects) {
	for _, e := range fx.Events {
		if e.Alert.ID != "" {
			d.alerts[e.Alert.ID] = e.Alert
		}
	}
	for _, s := range fx.Silences {
		d.silences[s.ID] = s
	}
	for _, e := range fx.Escalations {
		if e.Policy == "" {
			delete(d.climbs, climbKey{e.Group, e.Route})
		} else {
			d.climbs[climbKey{e.Group, e.Route}] = e
		}
	}
	for _, l := range fx.Ledgers {
		if l.Idle() {
			delete(d.ledgers, accountKey{l.Group, l.Receiver})
		} else {
			d.ledgers[accountKey{l.Group, l.Receiver}] = l
		}
	}
}

func (d disk) saved() Saved {
	return Saved{
		Alerts:   slices.Collect(maps.Values(d.alerts)),
		Silences: slices.Collect(maps.Values(d.silences)),
		Ledgers:  slices.Collect(maps.Values(d.ledgers)),

		Escalations: slices.Collect(maps.Values(d.climbs)),
	}
}

// newTarget returns a target with F = R = 2; labels are "key=value".
func newTarget(name string, labels ...string) checker.Target {
	t := checker.Target{Name: name, Kind: "tcp", Interval: 10 * time.Second, FailAfter: 2, Labels: map[string]string{"name": name, "kind": "tcp"}}
	for _, l := range labels {
		k, v, _ := strings.Cut(l, "=")
		t.Labels[k] = v
	}
	t.Group = t.Labels["group"]
	return t
}

// build returns a house with the targets web and db.
func build(t testing.TB, p Policy, targets ...checker.Target) *house {
	if len(targets) == 0 {
		targets = []checker.Target{newTarget("web"), newTarget("db")}
	}
	if p.Settle == 0 {
		p.Settle = -1 // tests of a start ask for one
	}
	h := &house{
		flapping: map[string]bool{},
		t:        t, now: start, policy: p, targets: targets, verdicts: map[string]*checker.Verdict{},
		disk: disk{map[string]Alert{}, map[string]Silence{}, map[accountKey]Ledger{}, map[climbKey]Escalation{}},
	}
	for _, x := range targets {
		v := checker.NewVerdict(2, 2, checker.Unknown)
		h.verdicts[x.Name] = &v
	}
	h.boot()
	return h
}

// boot begins a run of the program from what is saved.
func (h *house) boot() {
	h.m = NewManager(func(time.Time) string { h.ids++; return fmt.Sprintf("a%03d", h.ids) })
	saved := h.disk.saved()
	saved.Alive = h.alive
	h.m.Restore(h.now, saved)
	if h.roster != nil {
		h.follow(h.m.SetRoster(h.now, h.roster))
	}
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.follow(h.m.SetPolicy(h.now, h.policy))
}

// crash ends the run of the program and begins another.
func (h *house) crash() {
	h.alive = h.now
	for name, v := range h.verdicts {
		*h.verdicts[name] = checker.NewVerdict(2, 2, v.Believed())
	}
	h.boot()
}

// follow saves what follows, logs it and delivers.
func (h *house) follow(fx Effects) {
	h.disk.save(&fx)
	h.probed = append(h.probed, fx.Probe...)
	h.asked = append(h.asked, fx.Asked...)
	if !fx.Alive.IsZero() {
		h.told = fx.Alive
	}
	for _, e := range fx.Events {
		name := e.Alert.Target
		if e.Silence != nil {
			name = e.Silence.ID
		}
		h.log = append(h.log, fmt.Sprintf("%s %s", name, e.Kind))
	}
	for _, n := range fx.Notifications {
		names := make([]string, len(n.Alerts))
		for i, a := range n.Alerts {
			names[i] = a.Target
		}
		word := fmt.Sprintf("%s: %s %s", n.Receiver, n.Reason, strings.Join(names, "+"))
		if n.Repeat {
			word += " (repeat)"
		}
		h.log = append(h.log, word)
		h.sent = append(h.sent, n)
		d := Delivery{Outcome: Accepted}
		if h.answer != nil {
			d = h.answer(n)
		}
		if d.Outcome != 0 {
			d.Notification, d.At = n, h.now
			h.follow(h.m.Delivered(d))
		}
	}
}

// must follows what a command answers.
func (h *house) must(fx Effects, err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	h.follow(fx)
}

// result has one target give one result, now.
func (h *house) result(name string, s checker.Status, findings ...checker.Finding) {
	v := h.verdicts[name]
	r := checker.Result{Target: name, At: h.now, Status: s, Believed: v.Add(s), Flapping: h.flapping[name]}
	r.Findings = findings
	h.follow(h.m.Observe(r))
}

// results gives results a second apart.
func (h *house) results(name string, statuses ...checker.Status) {
	for _, s := range statuses {
		h.result(name, s)
		h.pass(time.Second)
	}
}

// down and up have a target believed to be so.
func (h *house) down(name string) { h.results(name, checker.Down, checker.Down) }
func (h *house) up(name string)   { h.results(name, checker.Up, checker.Up) }

// pass lets time go by, and does what becomes due when it does.
func (h *house) pass(d time.Duration) {
	end := h.now.Add(d)
	for range 100_000 {
		due, ok := h.m.Next()
		if !ok || due.After(end) {
			h.now = end
			return
		}
		h.now = later(h.now, due)
		h.follow(h.m.Advance(h.now))
	}
	h.t.Fatalf("at %v there is always something due", h.now)
}

// alert returns the latest alert of a target.
func (h *house) alert(target string) Alert {
	h.t.Helper()
	var found Alert
	for _, a := range h.m.Alerts() {
		if a.Target == target && !a.Started.Before(found.Started) {
			found = a
		}
	}
	if found.Target == "" {
		h.t.Fatalf("%s has no alert", target)
	}
	return found
}

// want compares what happened since the last look.
func (h *house) want(lines ...string) {
	h.t.Helper()
	if !slices.Equal(h.log, lines) {
		h.t.Errorf("happened:\n\t%s\nwant:\n\t%s", strings.Join(h.log, "\n\t"), strings.Join(lines, "\n\t"))
	}
	h.log = nil
}

// wantSent compares the notifications since the last look, events aside.
func (h *house) wantSent(lines ...string) {
	h.t.Helper()
	h.log = slices.DeleteFunc(h.log, func(s string) bool { return !strings.Contains(s, ": ") })
	h.want(lines...)
}
