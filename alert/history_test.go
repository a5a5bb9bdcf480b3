package alert

import (
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
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
	heard  map[paceKey]map[string]heard // by route and receiver, then alert
	keys   map[paceKey]map[string]bool  // keys that arrived
	tried  map[paceKey]map[string]bool  // keys that were sent
	recent map[paceKey][]time.Time      // contents of the last minute in this run
	cuts   int                          // attempts that were cut: by a crash, or ambiguous
	lost   int                          // calls that were not saved before a crash
	before disk                         // what was saved before the last call
}

// heard is what a receiver knows of an alert.
type heard struct {
	firing   bool
	severity Severity
	flapping bool
	seq      int
	maybe    bool // a word that it was firing may have arrived
	ever     bool // one did
	twice    int  // words that told nothing new
	cut      int  // words of which nobody knows whether they arrived

	// of the last word while it flapped without a pause
	flapped time.Time
	cuts    int // how many there were by then
}

const historyFlaps = 20 * time.Minute // between two words of what flaps

func historyPolicy() Policy {
	tell := func(except ...Reason) map[Reason]bool {
		all := tellAll(except...)
		all[Flaps] = true
		return all
	}
	return Policy{
		Routes: []Route{
			{Name: "all", To: []string{"chat", "pager"}, GroupBy: []string{"group"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute},
			{Name: "grave", Match: Matcher{{"severity": {"down"}}}, To: []string{"chat", "late"}, Wait: 5 * time.Second, GroupInterval: time.Minute},
			{Name: "each", Match: Matcher{{"group": {"b", "c"}}}, To: []string{"pager", "chat"}, GroupBy: []string{"name"}},
		},
		Receivers: []Receiver{
			{Name: "chat", Tell: tell(), Remind: 4 * time.Hour, RemindCritical: 30 * time.Minute, RemindFlapping: historyFlaps, Fallback: "late"},
			{Name: "pager", Tell: tell(Better), Remind: 4 * time.Hour, Paging: true, RemindFlapping: historyFlaps, TellMissed: true, Fallback: "second"},
			{Name: "second", Tell: tell(), Paging: true, RemindFlapping: historyFlaps, TellMissed: true, Fallback: "last"},
			{Name: "last", Tell: tell(), RemindFlapping: historyFlaps},
			{Name: "late", Tell: tellAll(Worse, New), GiveUp: time.Hour, RemindFlapping: historyFlaps},
		},
	}
}

// receivers are those of the policy.
func (h *history) receivers() (names []string) {
	for _, r := range h.policy.Receivers {
		names = append(names, r.Name)
	}
	return names
}

// newHistory returns a house of four targets and so many others that change
// together.
func newHistory(rt *rapid.T, others int) *history {
	targets := []checker.Target{
		newTarget("a1", "group=a"), newTarget("a2", "group=a"), newTarget("a3", "group=a"), newTarget("b1", "group=b"),
	}
	targets = append(targets, numbered(others, "group=c")...)
	h := &history{
		rt: rt, heard: map[paceKey]map[string]heard{}, keys: map[paceKey]map[string]bool{},
		tried: map[paceKey]map[string]bool{}, recent: map[paceKey][]time.Time{},
	}
	h.house = build(nil, historyPolicy(), targets...)
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
		case n.Reason == Over || n.Reason == Missed:
			if a.State != Resolved || n.Reason == Missed && a.Worst != Critical {
				h.rt.Fatalf("%s told as %s while %s, at worst %s", a.ID, n.Reason, a.State, a.Worst)
			}
		case !a.State.Active() || a.Held():
			h.rt.Fatalf("%s of %s while %s, held by %+v", n.Reason, a.ID, a.State, Holds(&a, h.m.Silences()))
		case n.Reason == Better && a.Flapping:
			h.rt.Fatalf("%s told to be better while it flaps", a.ID)
		case n.Reason == Remind && a.Ack != nil:
			h.rt.Fatalf("reminder of %s although acknowledged", a.ID)
		}
		if a.Flapping {
			h.checkFlapping(n, &a)
		}
	}
	for _, f := range h.flying[:len(h.flying)-1] {
		if f.Group == n.Group && f.Receiver == n.Receiver {
			h.rt.Fatalf("two attempts under way to %s about %s", n.Receiver, n.Group)
		}
	}
	h.checkPace(n)
}

// checkFlapping holds that of what flaps without a pause there is a word only
// now and then. After a cut nobody knows what was told.
func (h *history) checkFlapping(n *Notification, a *Alert) {
	know := h.heard[paceOf(n)][a.ID]
	if know.flapped.IsZero() || know.cuts != h.cuts || n.Attempt > 1 {
		return
	}
	if since := n.At.Sub(know.flapped); since < historyFlaps {
		h.rt.Fatalf("%s of %s to %s about %s, which flaps, %v after the last", n.Reason, a.ID, n.Receiver, n.Group, since)
	}
}

// checkPace holds that of a route there are 20 contents a minute at most.
func (h *history) checkPace(n *Notification) {
	key := paceOf(n)
	if h.tried[key] == nil {
		h.tried[key] = map[string]bool{}
	}
	if h.tried[key][n.Key] {
		return
	}
	h.tried[key][n.Key] = true
	h.recent[key] = append(expire(h.recent[key], n.At.Add(-time.Minute)), n.At)
	if len(h.recent[key]) > 20 {
		h.rt.Fatalf("%d notifications of %s to %s in a minute", len(h.recent[key]), n.Route, n.Receiver)
	}
}

func paceOf(n *Notification) paceKey { return paceKey{n.Route, n.Receiver} }

// tellsFiring tells whether who hears of it thinks then that it is firing.
func tellsFiring(r Reason) bool { return r != Over && r != Missed }

// mayArrive notes that an attempt was cut, so that nobody knows.
func (h *history) mayArrive(n *Notification, arrived bool) {
	defer func() { h.cuts++ }()
	if arrived {
		h.arrive(n)
	}
	for _, a := range n.Alerts {
		know := h.heard[paceOf(n)][a.ID]
		know.maybe = know.maybe || tellsFiring(n.Reason)
		know.cut++
		h.know(paceOf(n), a.ID, know)
	}
}

func (h *history) know(key paceKey, id string, k heard) {
	if h.heard[key] == nil {
		h.heard[key] = map[string]heard{}
	}
	h.heard[key][id] = k
}

// arrive has a receiver read an attempt.
func (h *history) arrive(n *Notification) {
	key := paceOf(n)
	if h.keys[key] == nil {
		h.keys[key] = map[string]bool{}
	}
	again := h.keys[key][n.Key]
	h.keys[key][n.Key] = true
	for _, a := range n.Alerts {
		know, repeats := h.heard[key][a.ID], again
		switch {
		case n.Reason == Over && !know.ever && !know.maybe:
			h.rt.Fatalf("%s hears that %s is over, and never heard of it", n.Receiver, a.ID)
		case n.Reason == Missed && know.firing && h.cuts == 0:
			h.rt.Fatalf("%s hears that it missed %s, and knows of it", n.Receiver, a.ID)
		case n.Reason != Remind && know.seq == a.Seq && know.firing == tellsFiring(n.Reason):
			repeats = true
		}
		k := heard{
			firing: tellsFiring(n.Reason), severity: a.Severity, flapping: a.Flapping, seq: a.Seq,
			ever: know.ever || tellsFiring(n.Reason), maybe: know.maybe, twice: know.twice, cut: know.cut,
		}
		if a.Flapping {
			k.flapped, k.cuts = h.now, h.cuts
		}
		if repeats {
			k.twice++
		}
		if k.twice > k.cut+h.lost {
			h.rt.Fatalf("%s told of %s twice: %d repeats, %d attempts cut, %s of %s", n.Receiver, a.ID, k.twice, k.cut+h.lost, n.Reason, n.Group)
		}
		h.know(key, a.ID, k)
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
		h.lost++
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
			key := paceKey{l.Route, l.Receiver}
			know := h.heard[key][id]
			know.maybe = know.maybe || w.Firing
			h.know(key, id, know)
		}
	}
	h.before = disk{}
	clear(h.recent)
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
	clear(h.flapping)
	for _, a := range h.m.Alerts() {
		if a.Flapping {
			h.results(a.Target, checker.Up, checker.Up)
		}
	}
	for _, s := range h.m.Silences() { // one may last long after the clock was set back
		fx, _ := h.m.EndSilence(h.now, s.ID, "ada")
		h.follow(fx)
	}
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
	truth := map[string]Alert{}
	for _, a := range h.m.Alerts() {
		truth[a.ID] = a
	}
	for _, l := range h.m.Accounts() {
		route := h.m.accounts[accountKey{l.Group, l.Receiver}].route
		for id, w := range l.Told {
			a := truth[id]
			if a.State.Active() && route == nil {
				continue // who stood in for another hears the end
			}
			if w.Unsure && a.State.Active() && !route.match.Match(a.Labels, a.Severity, a.Findings) {
				continue // the route leads elsewhere by now: the end will be told
			}
			if !a.State.Active() || w.Unsure || !w.Firing || w.Flapping || !a.Held() && w.Severity != a.Severity {
				h.rt.Fatalf("%s was told %+v, and the truth is %s %s", l.Receiver, w, a.State, a.Severity)
			}
		}
	}
	for key, know := range h.heard {
		for id, k := range know {
			if k.firing && !truth[id].State.Active() {
				h.rt.Fatalf("%v thinks that %s is firing", key, id)
			}
		}
	}
	for _, a := range h.m.Alerts() {
		if a.State.Active() && !a.Held() {
			h.checkKnown(&a)
		}
	}
}

// checkKnown holds that an alert is known to all to whom a route leads.
func (h *history) checkKnown(a *Alert) {
	words := map[paceKey]Word{}
	for _, l := range h.m.Accounts() {
		if w := l.Told[a.ID]; w.Firing {
			words[paceKey{l.Route, l.Receiver}] = w
		}
	}
	for _, r := range h.m.routes {
		if !r.match.Match(a.Labels, a.Severity, a.Findings) {
			continue
		}
		for _, to := range r.To {
			key := paceKey{r.Name, to}
			if w := words[key]; !w.Firing || w.Severity != a.Severity {
				h.rt.Fatalf("%v was told %+v of %s, which is %s", key, w, a.ID, a.Severity)
			}
			know := h.heard[key][a.ID]
			if to == "chat" && (!know.firing || know.severity != a.Severity || know.flapping) {
				h.rt.Fatalf("%v knows %+v of %s, which is %s", key, know, a.ID, a.Severity)
			}
		}
	}
}

// fewer returns how many of n histories are lived if each takes long.
func fewer(n int) int {
	if instrumented {
		return n / 20
	}
	return n
}

// histories says how many are lived.
func histories(t *testing.T, n int) {
	f := flag.Lookup("rapid.checks")
	was := f.Value.String()
	if was != f.DefValue {
		return // somebody wants so many
	}
	if err := f.Value.Set(strconv.Itoa(fewer(n))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set(was) })
}

// Bursts take long, and are lived less often here: see TestAnyBurstKeepsThePace.
func TestAnyHistoryEndsInTheTruth(t *testing.T) {
	histories(t, 10_000)
	rapid.Check(t, func(rt *rapid.T) { newHistory(rt, 1).live() })
}

func TestAnyHistoryWithBurstsEndsInTheTruth(t *testing.T) {
	histories(t, 500)
	rapid.Check(t, func(rt *rapid.T) { newHistory(rt, 24).live() })
}

func (h *history) live() {
	h.rt.Repeat(h.actions())
	h.rest()
	h.checkRest()

	// A restart at rest changes nothing and tells nobody anything.
	before := told(h.m)
	sent := len(h.sent)
	h.crashNow(false, func() bool { return false })
	h.pass(time.Second)
	if len(h.sent) > sent && h.sent[sent].Reason != Remind {
		h.rt.Fatalf("after a restart at rest: %+v", h.sent[sent])
	}
	if diff := cmp.Diff(before, told(h.m)); diff != "" {
		h.rt.Fatalf("told (-before +after a restart):\n%s", diff)
	}
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
