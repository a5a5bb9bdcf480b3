package alert

import (
	"testing"
	"time"
)

func TestFlappingTargetFiresAlthoughItIsNeverBelievedBad(t *testing.T) {
	h := build(t, only("pager"))
	h.results("web", up, up, down, up, down, up)
	h.wantSent()
	h.flapping["web"] = true
	h.results("web", down, up, down, up)
	a := h.alert("web")
	if !a.Flapping || a.State != Recovering || a.Severity != Critical {
		t.Errorf("%+v", a)
	}
	h.wantSent("pager: first web")
}

func TestFlappingHoldsAnAlertOpenUntilItIsSteady(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.log = nil
	h.flapping["web"] = true
	h.results("web", up, up, up)
	if a := h.alert("web"); a.State != Recovering || !a.Flapping {
		t.Errorf("%+v", a)
	}
	h.flapping["web"] = false
	h.result("web", up)
	if a := h.alert("web"); a.State != Resolved || a.Flapping || !a.Resolved.Equal(start.Add(2*time.Second)) {
		t.Errorf("%+v: it was over at the first of the good results", a)
	}
}

func TestFlappingThatEndsBadStaysAnAlert(t *testing.T) {
	h := build(t, only("pager"))
	h.flapping["web"] = true
	h.results("web", up, down, up, down)
	h.flapping["web"] = false
	h.results("web", down, down)
	if a := h.alert("web"); a.State != Firing || a.Flapping {
		t.Errorf("%+v", a)
	}
	h.results("web", up, up)
	if a := h.alert("web"); a.State != Resolved {
		t.Errorf("%+v", a)
	}
}

func TestOneBadResultDoesNotResolve(t *testing.T) {
	h := build(t, only("pager"))
	h.flapping["web"] = true
	h.results("web", up, down, up, up)
	h.flapping["web"] = false
	h.result("web", down) // believed up, not flapping, and bad
	if a := h.alert("web"); a.State != Firing {
		t.Errorf("%+v", a)
	}
}

func TestFlapsAndSteadyAgainAreTwoContents(t *testing.T) {
	p := only("pager")
	for i := range p.Receivers {
		p.Receivers[i].Tell[Flaps] = true
	}
	h := build(t, p)
	h.down("web")
	h.flapping["web"] = true
	h.result("web", down)
	h.flapping["web"] = false
	h.pass(10 * time.Minute)
	h.result("web", down)
	h.pass(10 * time.Minute)
	keys := map[string]bool{}
	for _, n := range h.sent {
		keys[n.Key] = true
	}
	if len(h.sent) != 3 || len(keys) != 3 {
		t.Errorf("%d notifications with %d keys", len(h.sent), len(keys))
	}
}
