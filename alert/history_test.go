package alert

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sitrep/checker"
)

// history is a house under random results, commands, pauses, deliveries and
// crashes, with what each receiver really heard.
type history struct {
	*house
	rt     *rapid.T
	flying []Notification
	heard  map[string]map[string]heard // by ledger, then alert
	keys   map[string]map[string]bool  // keys that arrived, by ledger
	cuts   int                         // attempts that were cut: by a crash, or ambiguous
	twice  int                         // arrivals that told nothing new
	before disk                        // what was saved before the last call
}

// heard is what a receiver knows of an alert.
type heard struct {
	firing   bool
	severity Severity
	seq      int
	maybe    bool // a word that it was firing may have arrived
	ever     bool // one did
}

func newHistory(rt *rapid.T) *history {
	p := Policy{
		Routes: []Route{
			{Name: "all", To: []string{"chat", "pager"}, GroupBy: []string{"group"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute},
			{Name: "grave", Match: Matcher{{"severity": {"down"}}}, To: []string{"chat", "late"}, Wait: 5 * time.Second, GroupInterval: time.Minute},
		},
		Receivers: []Receiver{
			{Name: "chat", Tell: tellAll(), Remind: 4 * time.Hour, RemindCritical: 30 * time.Minute},
			{Name: "pager", Tell: tellAll(Better), Remind: 4 * time.Hour, Paging: true},
			{Name: "late", Tell: tellAll(Worse, New), GiveUp: time.Hour},
		},
	}
	targets := []checker.Target{
		newTarget("a1", "group=a"), newTarget("a2", "group=a"), newTarget("a3", "group=a"), newTarget("b1", "group=b"),
	}
	h := &history{rt: rt, heard: map[string]map[string]heard{}, keys: map[string]map[string]bool{}}
	h.house = build(nil, p, targets...)
	h.answer = func(n Notification) Delivery {
		h.flying = append(h.flying, n)
		h.checkSent(&n)
		return Delivery{}
	}
	return h
}

// checkSent holds what must be true of every attempt when it is decided.
func (h *history) checkSent(n *Notification) {
	if len(n.Alerts) == 0 {
		h.rt.Fatalf("%s to %s is about nothing", n.Reason, n.Receiver)
	}
	for _, a := range n.Alerts {
		switch {
		case n.Reason == Over && a.State != Resolved:
			h.rt.Fatalf("%s told as over while %s", a.ID, a.State)
		case n.Reason != Over && (!a.State.Active() || a.SilencedBy != ""):
			h.rt.Fatalf("%s of %s while %s, silenced by %q", n.Reason, a.ID, a.State, a.SilencedBy)
		case n.Reason == Remind && a.Ack != nil:
			h.rt.Fatalf("reminder of %s although acknowledged", a.ID)
		}
	}
	for _, f := range h.flying[:len(h.flying)-1] {
		if f.Group == n.Group && f.Receiver == n.Receiver {
			h.rt.Fatalf("two attempts under way to %s about %s", n.Receiver, n.Group)
		}
	}
}

func ledgerName(n *Notification) string { return n.Group + " " + n.Receiver }

// mayArrive notes that an attempt was cut, so that nobody knows.
func (h *history) mayArrive(n *Notification, arrived bool) {
	h.cuts++
	if arrived {
		h.arrive(n)
		return
	}
	for _, a := range n.Alerts {
		know := h.heard[ledgerName(n)][a.ID]
		know.maybe = know.maybe || n.Reason != Over
		h.know(n, a.ID, know)
	}
}

func (h *history) know(n *Notification, id string, k heard) {
	if h.heard[ledgerName(n)] == nil {
		h.heard[ledgerName(n)] = map[string]heard{}
	}
	h.heard[ledgerName(n)][id] = k
}

// arrive has a receiver read an attempt.
func (h *history) arrive(n *Notification) {
	name := ledgerName(n)
	if h.keys[name] == nil {
		h.keys[name] = map[string]bool{}
	}
	again := h.keys[name][n.Key]
	h.keys[name][n.Key] = true
	for _, a := range n.Alerts {
		know := h.heard[name][a.ID]
		if n.Reason == Over && !know.ever && !know.maybe {
			h.rt.Fatalf("%s hears that %s is over, and never heard of it", n.Receiver, a.ID)
		}
		if n.Reason != Remind && know.seq == a.Seq && know.firing == (n.Reason != Over) {
			again = true
		}
		h.know(n, a.ID, heard{firing: n.Reason != Over, severity: a.Severity, seq: a.Seq, ever: know.ever || n.Reason != Over, maybe: know.maybe})
	}
	if again {
		h.twice++
	}
	if h.twice > h.cuts {
		h.rt.Fatalf("%s told twice: %d repeats, %d attempts cut", n.Receiver, h.twice, h.cuts)
	}
}

// deliver lets an attempt end.
func (h *history) deliver(i int, outcome Outcome, arrived bool, d Delivery) {
	n := h.flying[i]
	h.flying = slices.Delete(h.flying, i, i+1)
	switch outcome {
	case Accepted:
		h.arrive(&n)
	case Ambiguous:
		h.mayArrive(&n, arrived)
	}
	d.Notification, d.At, d.Outcome = n, h.now, outcome
	h.before = h.disk.clone()
	h.follow(h.m.Delivered(d))
}

// crashNow ends the run; lost says that the last call was not saved, and so
// that nothing it decided was done.
func (h *history) crashNow(lost bool, arrived func() bool) {
	if lost && h.before.alerts != nil {
		h.flying = slices.DeleteFunc(h.flying, func(n Notification) bool {
			p := h.before.ledgers[accountKey{n.Group, n.Receiver}].Pending
			return p == nil || !p.Flying || p.Key != n.Key || p.Number != n.Attempt
		})
		h.disk = h.before
		h.cuts++ // what was accepted may not be saved
	}
	cut := h.flying
	h.flying = nil
	for i := range cut {
		h.mayArrive(&cut[i], arrived())
	}
	for _, l := range h.disk.ledgers { // also those whose answer was had and not saved
		if l.Pending == nil || !l.Pending.Flying {
			continue
		}
		for id, w := range l.Pending.Words {
			know := h.heard[l.Group+" "+l.Receiver][id]
			know.maybe = know.maybe || w.Firing
			h.know(&Notification{Group: l.Group, Receiver: l.Receiver}, id, know)
		}
	}
	h.before = disk{}
	h.crash()
}

// check holds what must be true at any time.
func (h *history) check() {
	open := map[string]bool{}
	for _, a := range h.m.Alerts() {
		if a.State == Resolved {
			continue
		}
		if open[a.Target] {
			h.rt.Fatalf("%s has two open alerts", a.Target)
		}
		open[a.Target] = true
	}
	// What is on the disk is what there is.
	want := h.m.Save()
	for _, l := range want.Ledgers {
		if saved := h.disk.ledgers[accountKey{l.Group, l.Receiver}]; !l.Idle() && !reflect.DeepEqual(saved, l) {
			h.rt.Fatalf("ledger not saved:\n%s", cmp.Diff(saved, l))
		}
	}
}

// rest has all receivers mended and waits until nothing is owed.
func (h *history) rest() {
	for _, r := range h.policy.Receivers {
		h.follow(h.m.Retry(h.now, r.Name))
	}
	for range 20 {
		for len(h.flying) > 0 {
			h.deliver(0, Accepted, true, Delivery{})
		}
		end := h.now.Add(15 * time.Minute)
		for {
			due, ok := h.m.Next()
			if !ok || due.After(end) {
				break
			}
			h.now = later(h.now, due)
			h.follow(h.m.Advance(h.now))
			for len(h.flying) > 0 {
				h.deliver(0, Accepted, true, Delivery{})
			}
		}
		h.now = end
	}
}

// checkRest holds that everybody knows the truth.
func (h *history) checkRest() {
	if owed := h.m.Owed(); len(owed) > 0 {
		h.rt.Fatalf("at rest there is still owed: %+v", owed)
	}
	ledgers := map[accountKey]Ledger{}
	for _, l := range h.m.Save().Ledgers {
		ledgers[accountKey{l.Group, l.Receiver}] = l
	}
	truth := map[string]Alert{}
	for _, a := range h.m.Alerts() {
		truth[a.ID] = a
	}
	for _, l := range ledgers {
		route := h.m.routeNamed(l.Route)
		for id, w := range l.Told {
			a := truth[id]
			if w.Unsure && a.State.Active() && !route.match.Match(a.Labels, a.Severity, a.Findings) {
				continue // the route leads elsewhere by now: the end will be told
			}
			if !a.State.Active() || w.Unsure || !w.Firing || a.SilencedBy == "" && w.Severity != a.Severity {
				h.rt.Fatalf("%s was told %+v, and the truth is %s %s", l.Receiver, w, a.State, a.Severity)
			}
		}
	}
	for name, know := range h.heard {
		for id, k := range know {
			if k.firing && !truth[id].State.Active() {
				h.rt.Fatalf("%s thinks that %s is firing", name, id)
			}
		}
	}
	for _, a := range h.m.Alerts() {
		if !a.State.Active() || a.SilencedBy != "" {
			continue
		}
		h.checkKnown(ledgers, &a)
	}
}

// checkKnown holds that an alert is known to all to whom a route leads.
func (h *history) checkKnown(ledgers map[accountKey]Ledger, a *Alert) {
	for _, r := range h.m.routes {
		if !r.match.Match(a.Labels, a.Severity, a.Findings) {
			continue
		}
		group, _ := r.group(a.Labels)
		for _, to := range r.To {
			key := accountKey{group, to}
			if w := ledgers[key].Told[a.ID]; !w.Firing || w.Severity != a.Severity {
				h.rt.Fatalf("%v was told %+v of %s, which is %s", key, w, a.ID, a.Severity)
			}
			know := h.heard[group+" "+to][a.ID]
			if to == "chat" && (!know.firing || know.severity != a.Severity) {
				h.rt.Fatalf("%v knows %+v of %s, which is %s", key, know, a.ID, a.Severity)
			}
		}
	}
}

// actions are what can happen.
func (h *history) actions() map[string]func(*rapid.T) {
	names := []string{"a1", "a2", "a3", "b1"}
	call := func(fx Effects, err error) {
		if err == nil {
			h.follow(fx)
		}
	}
	anAlert := func(t *rapid.T) string {
		ids := []string{"none"}
		for _, a := range h.m.Alerts() {
			ids = append(ids, a.ID)
		}
		return rapid.SampledFrom(ids).Draw(t, "alert")
	}
	deliver := func(t *rapid.T) {
		if len(h.flying) == 0 {
			t.Skip("nothing under way")
		}
		i := rapid.IntRange(0, len(h.flying)-1).Draw(t, "which")
		outcome := rapid.SampledFrom([]Outcome{Accepted, Accepted, Accepted, Again, Dead, Ambiguous}).Draw(t, "outcome")
		h.deliver(i, outcome, rapid.Bool().Draw(t, "arrived"), Delivery{
			RetryAfter: rapid.SampledFrom([]time.Duration{0, 0, time.Minute, 2 * time.Hour}).Draw(t, "retry after"),
			Greylisted: rapid.Bool().Draw(t, "greylisted"),
		})
	}
	result := func(t *rapid.T) {
		h.before = h.disk.clone()
		s := rapid.SampledFrom([]checker.Status{checker.Unknown, checker.Up, checker.Up, checker.Degraded, checker.Down, checker.Down}).Draw(t, "status")
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			h.result(rapid.SampledFrom(names).Draw(t, "target"), s)
		}
	}
	pause := func(t *rapid.T) {
		h.pass(rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second, time.Minute, 11 * time.Minute, 2 * time.Hour}).Draw(t, "pause"))
	}
	return map[string]func(*rapid.T){
		"":         func(*rapid.T) { h.check() },
		"result":   result,
		"result 2": result,
		"result 3": result,
		"deliver":  deliver,
		"answer":   deliver,
		"pause":    pause,
		"wait":     pause,
		"acknowledge": func(t *rapid.T) {
			a := Ack{By: "ada", Sticky: rapid.Bool().Draw(t, "sticky")}
			if rapid.Bool().Draw(t, "until") {
				a.Until = h.now.Add(5 * time.Minute)
			}
			call(h.m.Acknowledge(h.now, anAlert(t), a))
		},
		"take back": func(t *rapid.T) { call(h.m.Unacknowledge(h.now, anAlert(t), "bob")) },
		"silence": func(t *rapid.T) {
			m := rapid.SampledFrom([]Matcher{{{"name": {"a1"}}}, {{"group": {"a"}}}, {{"severity": {"degraded"}}}}).Draw(t, "match")
			call(h.m.Silence(h.now, Silence{Match: m, By: "ada", Reason: "r", Until: h.now.Add(10 * time.Minute)}))
		},
		"end silence": func(t *rapid.T) {
			if all := h.m.Silences(); len(all) > 0 {
				call(h.m.EndSilence(h.now, all[rapid.IntRange(0, len(all)-1).Draw(t, "silence")].ID, "bob"))
			}
		},
		"resolve": func(t *rapid.T) { call(h.m.Resolve(h.now, anAlert(t), "ada", "fixed")) },
		"retry": func(t *rapid.T) {
			h.follow(h.m.Retry(h.now, rapid.SampledFrom([]string{"chat", "pager", "late"}).Draw(t, "receiver")))
		},
		"reload": func(*rapid.T) { h.follow(h.m.SetTargets(h.now, h.targets)); h.follow(h.m.SetPolicy(h.now, h.policy)) },
		"crash": func(t *rapid.T) {
			h.crashNow(rapid.Bool().Draw(t, "lost"), func() bool { return rapid.Bool().Draw(t, "arrived") })
		},
	}
}

func TestAnyHistoryEndsInTheTruth(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt)
		rt.Repeat(h.actions())
		h.rest()
		h.checkRest()

		// A restart at rest changes nothing and tells nobody anything.
		before := told(h.m)
		sent := len(h.sent)
		h.crashNow(false, func() bool { return false })
		h.pass(time.Second)
		if len(h.sent) > sent && h.sent[sent].Reason != Remind {
			rt.Fatalf("after a restart at rest: %+v", h.sent[sent])
		}
		if diff := cmp.Diff(before, told(h.m)); diff != "" {
			rt.Fatalf("told (-before +after a restart):\n%s", diff)
		}
	})
}

// told returns what everybody was told.
func told(m *Manager) map[string]map[string]Word {
	all := map[string]map[string]Word{}
	for _, l := range m.Save().Ledgers {
		if len(l.Told) > 0 {
			all[fmt.Sprint(l.Group, " ", l.Receiver)] = maps.Clone(l.Told)
		}
	}
	return all
}
