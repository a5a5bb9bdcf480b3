package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// chained is a pager whose fallback is another, whose fallback is a chat.
func chained() Policy {
	p := only("pager")
	p.Receivers[1].Fallback = "second"
	p.Receivers = append(p.Receivers,
		Receiver{Name: "second", Paging: true, Tell: tellAll(Better), Fallback: "last"},
		Receiver{Name: "last", Tell: tellAll()})
	return p
}

// mute has some receivers never accept: an outcome, or 0 for one that hangs.
func (h *house) mute(outcome Outcome, receivers ...string) {
	h.answer = func(n Notification) Delivery {
		if slices.Contains(receivers, n.Receiver) {
			return Delivery{Outcome: outcome, RetryAfter: 20 * time.Second}
		}
		return Delivery{Outcome: Accepted}
	}
}

// heardBy returns what a receiver was sent, without repeats, and events about it.
func (h *house) heardBy(receiver string) []string {
	var all []string
	for _, line := range h.log {
		if strings.HasPrefix(line, receiver+": ") && (len(all) == 0 || all[len(all)-1] != line) {
			all = append(all, line)
		}
	}
	return all
}

func (h *house) wantHeard(receiver string, lines ...string) {
	h.t.Helper()
	if got := h.heardBy(receiver); !slices.Equal(got, lines) {
		h.t.Errorf("%s heard %q, want %q", receiver, got, lines)
	}
}

func TestFallbackIsToldAfterAMinute(t *testing.T) {
	for name, outcome := range map[string]Outcome{"tried again": Again, "hanging": 0} {
		h := build(t, chained())
		h.mute(outcome, "pager")
		h.down("web") // tried at 1 s
		h.pass(time.Minute - 1 - time.Second)
		h.wantHeard("second")
		h.pass(1)
		if h.wantHeard("second", "second: first web"); t.Failed() {
			t.Fatalf("%s: %q", name, h.log)
		}
		n := h.sent[len(h.sent)-1]
		if n.For != "pager" || n.Group != "all" || !n.At.Equal(at(61)) {
			t.Errorf("%s: %+v", name, n)
		}
		if !slices.Contains(h.log, " failover") {
			t.Errorf("%s: no event: %q", name, h.log)
		}
		tries := len(h.sent)
		h.pass(time.Minute)
		if outcome == Again && len(h.sent) < tries+3 {
			t.Errorf("retries to the first do not go on")
		}
	}
}

func TestEventsOfAFailOverNameWho(t *testing.T) {
	h := build(t, chained())
	var events []Event
	note := func(fx Effects) {
		for _, e := range fx.Events {
			if e.Receiver != "" {
				events = append(events, e)
			}
		}
		h.follow(fx)
	}
	h.mute(Again, "pager")
	h.down("web")
	h.now = at(70)
	note(h.m.Advance(h.now))
	h.answer = nil
	h.now = at(200)
	note(h.m.Advance(h.now))
	note(h.m.Delivered(Delivery{Notification: h.sent[len(h.sent)-1], At: h.now, Outcome: Accepted}))
	if len(events) == 0 || events[0].Kind != KindFailover || events[0].Receiver != "pager" || !strings.Contains(events[0].Text, "second") {
		t.Errorf("%+v", events)
	}
}

func TestFallbackIsToldAtOnceOfWhatIsRefused(t *testing.T) {
	p := only("chat") // which pages nobody
	p.Receivers[0].Fallback = "pager"
	h := build(t, p)
	h.mute(Dead, "chat")
	h.down("web")
	h.pass(9 * time.Second) // the wait of the group; that of the fallback has passed as well
	h.wantSent("chat: first web", "pager: first web")
}

func TestOnlyPagingReceiversFailOverByTime(t *testing.T) {
	p := only("chat")
	p.Receivers[0].Fallback = "pager"
	h := build(t, p)
	h.mute(Again, "chat")
	h.down("web")
	h.pass(time.Hour)
	h.wantHeard("pager")
}

func TestFallbackThatDoesNotPageTellsWithoutWaiting(t *testing.T) {
	p := only("pager")
	p.Receivers[1].Fallback = "chat"
	h := build(t, p)
	h.mute(Again, "pager")
	h.down("web")
	h.pass(59 * time.Second)
	h.wantHeard("chat", "chat: first web")
	if n := h.sent[slices.IndexFunc(h.sent, func(n Notification) bool { return n.Receiver == "chat" })]; !n.At.Equal(at(61)) {
		t.Errorf("at %v", n.At)
	}
}

func TestFallbackIsToldOnlyTheEndOnceTheFirstAccepts(t *testing.T) {
	h := build(t, chained())
	h.results("web", degraded, degraded)
	h.results("db", degraded, degraded)
	h.mute(Again, "pager")
	h.pass(2 * time.Minute)
	h.wantHeard("second", "second: first web+db")
	h.answer = nil
	h.pass(30 * time.Second)
	if !slices.Contains(h.log, " mended") {
		t.Fatalf("%q", h.log)
	}
	h.log = nil
	h.down("web") // worse: for the first alone
	h.pass(3 * time.Minute)
	h.wantSent("pager: worse web")
	h.up("web")
	h.pass(time.Minute)
	if h.wantHeard("second", "second: resolved web"); !slices.Contains(h.log, "pager: resolved web") {
		t.Errorf("%q", h.log)
	}
	h.log = nil
	h.down("web") // again: for the first alone
	h.pass(10 * time.Minute)
	h.wantHeard("second")
	h.up("web")
	h.up("db")
	h.pass(time.Minute)
	h.wantHeard("second", "second: resolved db")
	h.pass(2 * time.Hour)
	if n := len(h.m.accounts) + len(h.disk.ledgers); n > 0 {
		t.Errorf("%d ledgers are left: %+v", n, h.m.Accounts())
	}
}

func TestFallbackOfAFallback(t *testing.T) {
	h := build(t, chained())
	h.mute(Again, "pager", "second")
	h.down("web")
	h.pass(time.Minute)
	h.wantHeard("last")
	h.pass(time.Minute)
	h.wantHeard("last", "last: first web")
	n := h.sent[slices.IndexFunc(h.sent, func(n Notification) bool { return n.Receiver == "last" })]
	if !n.At.Equal(at(121)) || n.For != "second" {
		t.Errorf("%+v", n)
	}
	h.mute(Again, "second") // the pager accepts: neither of the others has a part in it
	h.pass(time.Minute)
	h.log = nil
	h.results("web", degraded, degraded)
	h.pass(time.Hour)
	h.wantHeard("second")
	h.wantHeard("last")
	h.up("web")
	h.pass(time.Minute)
	h.wantHeard("last", "last: resolved web")
	h.wantHeard("second")
}

func TestFallbackThatTheRouteLeadsToAnywayIsToldOnce(t *testing.T) {
	for _, to := range [][]string{{"pager", "second"}, {"a pager", "second"}} {
		p := chained()
		p.Receivers[1].Name = to[0]
		p.Routes[0].To = to
		h := build(t, p)
		h.mute(Again, to[0])
		h.down("web")
		h.pass(10 * time.Minute)
		h.wantHeard("second", "second: first web")
		if n := h.sent[slices.IndexFunc(h.sent, func(n Notification) bool { return n.Receiver == "second" })]; n.For != "" {
			t.Errorf("for %s", n.For)
		}
		h.answer = nil
		h.pass(time.Minute)
		h.log = nil
		h.up("web")
		h.pass(time.Minute)
		h.wantHeard("second", "second: resolved web")
	}
}

func TestFallbacksThatGoRoundInACircleEnd(t *testing.T) {
	p := chained()
	p.Receivers[3].Fallback, p.Receivers[3].Paging = "pager", true
	h := build(t, p)
	h.mute(Again, "pager", "second", "last")
	h.down("web")
	h.pass(time.Hour)
	h.wantHeard("last", "last: first web")
}

func TestFailOverOutlastsARestartAndAChangeOfContent(t *testing.T) {
	h := build(t, chained())
	h.mute(Again, "pager")
	h.down("web")
	h.pass(28 * time.Second)
	h.crash()
	h.down("db") // another content
	h.pass(30 * time.Second)
	h.wantHeard("second", "second: first web+db")
	if n := h.sent[len(h.sent)-1]; n.At.After(at(61)) {
		t.Errorf("at %v", n.At)
	}
	h.log = nil
	h.crash()
	h.pass(5 * time.Minute)
	h.wantHeard("second") // it knows
	h.results("web", up, up)
	h.pass(time.Minute)
	h.wantHeard("second", "second: resolved web")
	h.log = nil
	h.down("web")
	h.wantHeard("second", "second: new web") // the first is still out of reach
}

func TestNothingIsToldInsteadOfWhatIsNotOwedAnyMore(t *testing.T) {
	h := build(t, chained())
	h.mute(Again, "pager")
	h.down("web")
	h.pass(20 * time.Second)
	h.up("web")
	h.pass(10 * time.Minute)
	h.down("web") // from here on a minute again
	h.pass(50 * time.Second)
	h.wantHeard("second")
	h.pass(10 * time.Second)
	h.wantHeard("second", "second: first web")
}

func TestTheEndAloneIsNoReasonToFailOver(t *testing.T) {
	h := build(t, chained())
	h.down("web")
	h.pass(time.Minute)
	h.mute(Again, "pager")
	h.up("web")
	h.pass(time.Hour)
	h.wantHeard("second")
	if slices.Contains(h.log, " failover") {
		t.Errorf("%q", h.log)
	}
}

// The end could not be told for long, and then it was none: what follows is for
// the fallback at once.
func TestReceiverThatIsLongOutOfReachFailsOverWithWhatIsNext(t *testing.T) {
	p := chained()
	p.Receivers[1].RemindCritical = time.Minute
	h := build(t, p)
	h.down("web")
	h.pass(10 * time.Second)
	h.mute(0, "pager")
	h.up("web")
	h.pass(2 * time.Minute)
	h.follow(h.m.Delivered(Delivery{Notification: h.sent[1], At: h.now, Outcome: Again, RetryAfter: 5 * time.Second}))
	h.down("web")
	h.pass(10 * time.Second)
	h.wantHeard("second", "second: first web")
}

func TestFallbackHearsOfTheWholeGroupOfWhatIsNotHeld(t *testing.T) {
	h := build(t, chained(), newTarget("a"), newTarget("b"), newTarget("c"))
	h.down("a") // told
	h.silence("c", time.Hour)
	h.mute(Again, "pager")
	h.down("c")
	h.down("b")
	h.pass(2 * time.Minute)
	h.wantHeard("second", "second: first a+b")
}

func TestFallbackThatIsTakenAwayIsToldTheEnd(t *testing.T) {
	h := build(t, chained())
	h.mute(Again, "pager")
	h.down("web")
	h.pass(2 * time.Minute)
	h.policy.Receivers[1].Fallback = ""
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.pass(time.Minute)
	h.log = nil
	h.results("web", degraded, degraded)
	h.pass(10 * time.Minute)
	h.wantHeard("second")
	h.up("web")
	h.pass(time.Minute)
	h.wantHeard("second", "second: resolved web")
}

// A content is refused for good, and others are accepted: the fallback goes on
// to be told until the one is, without a word each time.
func TestRefusedContentFailsOverOnce(t *testing.T) {
	h := build(t, chained(), newTarget("a"), newTarget("b"))
	h.answer = func(n Notification) Delivery {
		if n.Receiver == "pager" && n.Reason == Worse {
			return Delivery{Outcome: Dead}
		}
		return Delivery{Outcome: Accepted}
	}
	h.results("a", degraded, degraded)
	h.pass(5 * time.Minute)
	h.results("a", down, down)
	for range 5 {
		h.pass(10 * time.Minute)
		h.down("b")
		h.pass(10 * time.Minute)
		h.up("b")
	}
	h.pass(time.Minute)
	failovers := 0
	for _, line := range h.log {
		if line == " failover" || line == " mended" {
			failovers++
		}
	}
	if failovers != 1 {
		t.Errorf("%d times: %q", failovers, h.log)
	}
	h.wantHeard("second", "second: first a", "second: new b", "second: resolved b", "second: new b", "second: resolved b",
		"second: new b", "second: resolved b", "second: new b", "second: resolved b", "second: new b", "second: resolved b")
}

func TestFailedOverAccountsArePooled(t *testing.T) {
	p := chained()
	p.Routes[0].GroupBy = []string{"name"}
	h := build(t, p, numbered(60)...)
	h.mute(Again, "pager")
	h.all(down, 0)
	h.all(down, 0)
	h.pass(10 * time.Minute)
	heard, more := map[string]int{}, 0
	for _, n := range h.sent {
		if n.Receiver == "second" {
			more += n.More
			for _, a := range n.Alerts {
				heard[fmt.Sprint(a.Target, n.Reason == Over)]++
			}
		}
	}
	if len(heard)+more != 60 {
		t.Errorf("the fallback heard of %d and %d more", len(heard), more)
	}
	for name, n := range heard {
		if n != 1 {
			t.Errorf("%s: %d times", name, n)
		}
	}
	if n := busiest(h.sent); n > 20 {
		t.Errorf("%d in a minute", n)
	}
}
