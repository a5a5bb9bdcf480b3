package alert

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// single is the usual policy with a group for each target.
func single(receivers ...string) Policy {
	p := usual()
	p.Routes[0].To, p.Routes[0].GroupBy = receivers, []string{"name"}
	return p
}

// busiest returns the most contents that were sent in any minute of a route to
// a receiver. Retries are the same content.
func busiest(sent []Notification) int {
	most := 0
	times := map[paceKey][]time.Time{}
	for i := range sent {
		n := &sent[i]
		if n.Attempt > 1 && slices.ContainsFunc(sent[:i], func(x Notification) bool { return x.Key == n.Key }) {
			continue
		}
		key := paceKey{n.Route, n.Receiver}
		times[key] = append(expire(times[key], n.At.Add(-time.Minute)), n.At)
		most = max(most, len(times[key]))
	}
	return most
}

// count returns how many alerts were told of for a reason.
func toldOf(sent []Notification, reasons ...Reason) int {
	n := 0
	for i := range sent {
		if slices.Contains(reasons, sent[i].Reason) {
			n += len(sent[i].Alerts) + sent[i].More
		}
	}
	return n
}

func TestStormIsTheTwentyFirstNewAlertInAMinute(t *testing.T) {
	for _, tt := range []struct {
		n     int
		gap   time.Duration
		storm bool
	}{
		{20, time.Second, false},
		{21, time.Second, true},
		{40, 3 * time.Second, false},
		{60, 2 * time.Second, true},
	} {
		h := build(t, single("pager"), numbered(tt.n)...)
		h.all(down, 0)
		h.all(down, tt.gap)
		h.pass(time.Minute)
		storms := 0
		for _, line := range h.log {
			if line == " storm" {
				storms++
			}
		}
		if storms > 1 || tt.storm != (storms == 1) {
			t.Errorf("%d alerts, one every %v: %d storms, want one: %v", tt.n, tt.gap, storms, tt.storm)
		}
		if got := toldOf(h.sent, First, New); got != tt.n {
			t.Errorf("%d alerts, one every %v: told of %d", tt.n, tt.gap, got)
		}
	}
}

func TestStormIsToldInADigest(t *testing.T) {
	targets := numbered(300, "site=ams", "team=shop")
	for i := range targets {
		if i%10 == 0 {
			targets[i].Labels["team"] = "pay"
		}
	}
	h := build(t, single("pager"), targets...)
	h.all(down, 0)
	h.all(down, 0)
	if n := len(h.sent); n > paceFast { // those before it was a storm
		t.Errorf("%d pages at once", n)
	}
	alone := len(h.sent)
	h.pass(5 * time.Second)
	if len(h.sent) != alone+1 {
		t.Fatalf("%d notifications in the first 5 s, want one digest", len(h.sent)-alone)
	}
	n := h.sent[alone]
	if !n.Storm || n.Group != "all" || len(n.Labels) > 0 || len(n.Alerts)+n.More != 300-alone || n.Reason != First || n.Active != 300-alone {
		t.Errorf("%s of %s: %d alerts and %d more, %d active, storm %v", n.Reason, n.Group, len(n.Alerts), n.More, n.Active, n.Storm)
	}
	if diff := cmp.Diff(map[Severity]int{Critical: 300 - alone}, n.Counts); diff != "" {
		t.Errorf("counts: %s", diff)
	}
	if diff := cmp.Diff(map[string]string{"site": "ams", "kind": "tcp"}, n.Shared); diff != "" {
		t.Errorf("shared: %s", diff)
	}
	if n.At.Sub(h.sent[0].At) != stormGather {
		t.Errorf("after %v", n.At.Sub(h.sent[0].At))
	}
}

func TestStormGathersBeforeItsFirstPage(t *testing.T) {
	p := single("pager")
	p.Routes[0].WaitPaging = 500 * time.Millisecond
	h := build(t, p, numbered(100)...)
	h.all(down, 0)
	h.all(down, 10*time.Millisecond) // the storm begins after 0.2 s
	h.pass(1200*time.Millisecond - 1)
	h.wantSent()
	h.pass(1)
	if len(h.sent) != 1 || len(h.sent[0].Alerts)+h.sent[0].More != 100 {
		t.Errorf("%v", h.sent)
	}
}

func TestStormGathersWhatWaits(t *testing.T) {
	h := build(t, single("chat"), numbered(200)...)
	h.all(down, 0)
	h.all(down, 10*time.Millisecond) // within the first's wait
	h.pass(8*time.Second + 10*time.Millisecond)
	if len(h.sent) != 1 || h.sent[0].At.Sub(start) != 10*time.Second || len(h.sent[0].Alerts)+h.sent[0].More != 200 {
		t.Errorf("%v", h.log[max(0, len(h.log)-5):])
	}
}

func TestStormOfOneRouteIsNoneOfAnother(t *testing.T) {
	p := single("pager")
	p.Routes = append(p.Routes, Route{Name: "other", Match: Matcher{{"team": {"x"}}}, To: []string{"chat"}, GroupBy: []string{"name"}, Wait: time.Second})
	targets := append(numbered(100), newTarget("one", "team=x"))
	h := build(t, p, targets...)
	h.all(down, 0)
	h.all(down, 0)
	h.pass(time.Minute)
	i := slices.IndexFunc(h.sent, func(n Notification) bool { return n.Receiver == "chat" })
	if n := h.sent[i]; n.Storm || n.Group != "other{name=one}" {
		t.Errorf("%+v", n)
	}
}

func TestAlertCountsOnceTowardsAStorm(t *testing.T) {
	h := build(t, single("pager"), numbered(15)...)
	for _, what := range []string{"connect", "connect", "status", "slow", "json"} {
		for _, x := range h.targets {
			h.result(x.Name, down, finding(what)) // which may be another route's
		}
	}
	if slices.Contains(h.log, " storm") {
		t.Error("fifteen alerts are a storm")
	}
}

// A silenced storm is nobody's, and what is told after it is told as always.
func TestStormOfWhatIsHeldIsNone(t *testing.T) {
	h := build(t, single("pager"), numbered(100)...)
	h.silence("t*", time.Hour)
	h.all(down, 0)
	h.all(down, 0)
	h.pass(time.Minute)
	if slices.Contains(h.log, " storm") || len(h.sent) > 0 {
		t.Errorf("%v", h.log)
	}
}

func TestManyEndsBecomeAFewDigests(t *testing.T) {
	p := single("pager")
	p.Receivers[1].Tell = tellAll(Remind)
	h := build(t, p, numbered(1000)...)
	for _, x := range h.targets { // no storm
		h.result(x.Name, down)
		h.result(x.Name, down)
		h.pass(5 * time.Second)
	}
	if got := toldOf(h.sent, First); got != 1000 || len(h.sent) != 1000 {
		t.Fatalf("%d told of in %d notifications", got, len(h.sent))
	}
	h.pass(time.Minute)
	h.sent = nil
	h.all(up, 0)
	h.all(up, time.Millisecond)
	h.pass(5 * time.Minute)
	if got := toldOf(h.sent, Over); got != 1000 || len(h.sent) > paceFast+4 {
		t.Errorf("%d ends in %d notifications", got, len(h.sent))
	}
	if last := h.sent[len(h.sent)-1]; !last.Storm || last.Shared["kind"] != "tcp" || last.Counts[Critical] < 900 {
		t.Errorf("the last: %v of %v, %v", last.Storm, last.Counts, last.Shared)
	}
	if n := busiest(h.sent); n > 20 {
		t.Errorf("%d in a minute", n)
	}
}

func TestGroupOfAllKeepsThePace(t *testing.T) {
	p := only("pager")
	h := build(t, p, numbered(600)...)
	h.all(down, 0)
	h.all(down, time.Second) // ten minutes of new pages
	h.pass(time.Minute)
	if n := busiest(h.sent); n > 20 || n < 10 {
		t.Errorf("%d in a minute", n)
	}
	if got := toldOf(h.sent, First, New); got != 600 {
		t.Errorf("told of %d", got)
	}
	gap := h.sent[len(h.sent)-1].At.Sub(h.sent[len(h.sent)-2].At)
	if gap > paceSlow {
		t.Errorf("the last two are %v apart", gap)
	}
}

func TestRetriesDoNotCount(t *testing.T) {
	h := build(t, single("pager"), numbered(10)...)
	h.outcome(Delivery{Outcome: Again, RetryAfter: time.Second})
	h.all(down, 0)
	h.all(down, 0)
	h.pass(20 * time.Second)
	if len(h.sent) < 200 {
		t.Errorf("%d attempts of ten contents, one a second each", len(h.sent))
	}
	if n := busiest(h.sent); n != 10 {
		t.Errorf("%d contents", n)
	}
	h.targets = append(h.targets, newTarget("another"))
	h.follow(h.m.SetTargets(h.now, h.targets))
	v := *h.verdicts["t000"]
	h.verdicts["another"] = &v
	h.down("another")
	if n := h.sent[slices.IndexFunc(h.sent, func(n Notification) bool { return n.Alerts[0].Target == "another" })]; n.Group != "all{name=another}" {
		t.Errorf("the eleventh is told of in %s", n.Group)
	}
}

func TestWhatWasToldInADigestStaysThere(t *testing.T) {
	h := build(t, single("pager"), numbered(60)...)
	h.all(down, 0)
	h.all(down, 0)
	h.pass(10 * time.Minute)
	h.sent = nil
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.crash()
	h.pass(10 * time.Minute)
	if len(h.sent) > 0 {
		t.Fatalf("%d notifications by themselves", len(h.sent))
	}
	h.up("t059")
	h.up("t000")
	h.pass(time.Minute)
	var groups []string
	for _, n := range h.sent {
		groups = append(groups, fmt.Sprintf("%s %s %d %v", n.Reason, n.Group, len(n.Alerts), n.Storm))
	}
	slices.Sort(groups)
	if want := []string{"resolved all 1 false", "resolved all{name=t000} 1 false"}; !slices.Equal(groups, want) {
		t.Errorf("%v, want %v", groups, want)
	}
	h.pass(time.Hour)
	h.sent = nil
	h.down("t059") // the storm is over, and so is the spell
	if len(h.sent) != 1 || h.sent[0].Group != "all{name=t059}" {
		t.Errorf("%+v", h.sent)
	}
}

// What is under way stays where it is, and what it told is not told again.
func TestPoolingLeavesWhatIsUnderWay(t *testing.T) {
	h := build(t, single("pager"), numbered(18)...)
	var flying []Notification
	h.answer = func(n Notification) Delivery {
		flying = append(flying, n)
		return Delivery{}
	}
	h.all(down, 0)
	h.all(down, 0)
	h.pass(20 * time.Second)
	if len(flying) != 17 || !flying[16].Storm || len(flying[16].Alerts) != 2 {
		t.Fatalf("%d under way, the last %+v", len(flying), flying[len(flying)-1])
	}
	h.answer = nil
	for _, n := range flying {
		h.follow(h.m.Delivered(Delivery{Notification: n, At: h.now, Outcome: Accepted}))
	}
	h.pass(10 * time.Minute)
	if len(h.sent) != 17 {
		t.Errorf("%d notifications", len(h.sent))
	}
	for _, l := range h.m.Accounts() {
		if (l.Group == "all") != (len(l.Told) == 2) || l.Pending != nil {
			t.Errorf("%+v", l)
		}
	}
}

func TestPoolingTakesEverythingAlong(t *testing.T) {
	from := &account{Ledger: Ledger{
		Told:  map[string]Word{"a": {Firing: true, Severity: Critical}, "b": {Unsure: true}, "c": {Tried: at(1)}, "d": {Firing: true, Severity: Critical}},
		First: at(1), Ends: at(2), Failing: at(3), FailedOver: true, Accepted: at(9), NotBefore: at(99),
		Pending: &Attempt{}, Refused: map[string]Attempt{"k": {}},
	}}
	to := &account{Ledger: Ledger{
		Told:  map[string]Word{"b": {Firing: true, Severity: Warning}, "d": {Unsure: true}},
		First: at(5), Ends: at(6), Failing: at(7), Accepted: at(8),
	}}
	to.take(from)
	want := Ledger{
		Told: map[string]Word{
			"a": {Firing: true, Severity: Critical}, "b": {Firing: true, Severity: Warning},
			"c": {Tried: at(1)}, "d": {Firing: true, Severity: Critical, Unsure: true},
		},
		First: at(1), Ends: at(2), Failing: at(3), FailedOver: true, Accepted: at(9),
	}
	if diff := cmp.Diff(want, to.Ledger); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !from.Idle() || from.FailedOver {
		t.Errorf("what is left: %+v", from.Ledger)
	}
}

func TestAccountsAreAllLedgersInOrder(t *testing.T) {
	h := build(t, single("chat", "pager"), numbered(3)...)
	h.all(down, 0)
	h.all(down, 0)
	h.pass(time.Minute)
	var names []string
	for _, l := range h.m.Accounts() {
		names = append(names, l.Group+" "+l.Receiver)
	}
	want := []string{
		"all{name=t000} chat", "all{name=t000} pager", "all{name=t001} chat", "all{name=t001} pager", "all{name=t002} chat", "all{name=t002} pager",
	}
	if !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	ls := h.m.Accounts()
	if again := h.m.Accounts(); &ls[0] != &again[0] {
		t.Error("the list is made anew although nothing changed")
	}
	h.up("t001")
	h.pass(time.Minute)
	if n := len(h.m.Accounts()); n != 4 {
		t.Errorf("%d ledgers", n)
	}
	if len(ls) != 6 || !maps.Equal(ls[2].Told, map[string]Word{ls[2].onlyID(t): ls[2].Told[ls[2].onlyID(t)]}) {
		t.Errorf("the list that was handed out changed: %+v", ls)
	}
}

func (l *Ledger) onlyID(t *testing.T) string {
	t.Helper()
	for id := range l.Told {
		return id
	}
	t.Fatalf("%+v", l)
	return ""
}
