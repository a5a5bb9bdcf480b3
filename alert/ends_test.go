package alert

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sitrep/checker"
)

// numbered returns n targets t000, t001, …
func numbered(n int, labels ...string) []checker.Target {
	targets := make([]checker.Target, n)
	for i := range targets {
		targets[i] = newTarget(fmt.Sprintf("t%03d", i), labels...)
	}
	return targets
}

// all gives one result for every target, gap after gap.
func (h *house) all(s checker.Status, gap time.Duration) {
	for _, t := range h.targets {
		h.result(t.Name, s)
		h.pass(gap)
	}
}

func TestEndsAreToldTogether(t *testing.T) {
	for receiver, first := range map[string]time.Duration{"chat": 11 * time.Second, "pager": 1 * time.Second} {
		h := build(t, only(receiver), newTarget("a"), newTarget("b"), newTarget("c"))
		h.result("a", down)
		h.result("b", down)
		h.result("c", down)
		h.pass(time.Second)
		h.result("a", down)
		h.result("b", down)
		h.result("c", down)
		h.pass(2 * time.Minute)
		if got := h.sent[0].At.Sub(start); got != first {
			t.Errorf("%s: first after %v, want %v", receiver, got, first)
		}
		h.log = nil
		h.up("a")
		h.pass(4 * time.Second)
		h.up("b")
		h.up("c")
		h.pass(time.Second - 1)
		h.wantSent() // ten after a was over
		h.pass(time.Minute)
		h.wantSent(receiver + ": resolved a+b+c")
	}
}

func TestEndsFollowWhatWasAcceptedAtSomeDistance(t *testing.T) {
	p := only("pager")
	h := build(t, p, newTarget("a"), newTarget("b"))
	h.down("a") // told after 1 s
	h.up("a")   // over after 3 s, and 10 s later is too soon
	h.log = nil
	h.pass(27*time.Second - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("pager: resolved a")

	p.Routes[0].GroupInterval = 15 * time.Second
	h = build(t, p, newTarget("a"), newTarget("b"))
	h.down("a")
	h.up("a")
	h.log = nil
	h.pass(12 * time.Second)
	h.wantSent("pager: resolved a")
}

// Something new to page all the time is no reason never to tell of an end.
func TestEndsAreToldHoweverMuchElseIs(t *testing.T) {
	h := build(t, only("pager"), numbered(20)...)
	h.down("t000")
	h.up("t000")
	over := h.now
	for _, x := range h.targets[1:] {
		h.down(x.Name)
		h.pass(5 * time.Second)
	}
	i := slices.IndexFunc(h.sent, func(n Notification) bool { return n.Reason == Over })
	if i < 0 || h.sent[i].At.Sub(over) > 40*time.Second {
		t.Errorf("not told within 40 s: %v", h.log)
	}
}

func TestRouteThatDoesNotWaitTellsTheEndAtOnce(t *testing.T) {
	p := only("pager")
	p.Routes[0].Wait = 0
	h := build(t, p)
	h.down("web")
	h.up("web")
	h.wantSent("pager: first web", "pager: resolved web")
}

func TestReopenedBeforeItsEndWasToldIsOwedNothing(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.up("web")
	h.down("web")
	h.log = nil
	h.pass(20 * time.Minute)
	h.wantSent()
	h.results("web", up, up)
	h.pass(10 * time.Second) // the wait begins anew
	h.wantSent("pager: resolved web")
}

func TestWaitForEndsOutlastsARestart(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.pass(time.Minute)
	h.results("web", up, up)
	h.pass(5 * time.Second)
	h.log = nil
	h.crash()
	h.pass(4*time.Second - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("pager: resolved web")
}
