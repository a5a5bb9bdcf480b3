package alert

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sitrep/checker"
)

// child returns a target that hangs on parents: each a group of names that
// stand in for one another.
func child(name string, parents ...[]string) checker.Target {
	t := newTarget(name)
	t.Parents = parents
	return t
}

func TestParentDownExplainsItsChildren(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.down("gate")
	h.down("web")
	if a := h.alert("web"); a.Inhibited != "gate" || !a.Held() || a.State != Firing {
		t.Errorf("%s, inhibited by %q", a.State, a.Inhibited)
	}
	h.pass(6 * time.Hour)
	h.up("gate")
	h.up("web")
	h.pass(24 * time.Hour)
	h.log = slices.DeleteFunc(h.log, func(s string) bool { return s == "pager: remind gate" })
	h.wantSent("pager: first gate", "pager: resolved gate")
}

func TestChildThatTurnsBadFirstWaitsForItsParentToBeProbed(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.up("gate")
	h.results("web", down)
	if !slices.Equal(h.probed, []string{"gate"}) {
		t.Errorf("probed %q", h.probed)
	}
	h.result("web", down)
	if a := h.alert("web"); a.Waiting != "gate" {
		t.Errorf("waiting for %q", a.Waiting)
	}
	h.result("gate", down) // not believed yet
	h.pass(5 * time.Second)
	if n := len(h.probed); n < 2 || h.probed[n-1] != "gate" {
		t.Errorf("a parent that was bad once was not asked again: %q", h.probed)
	}
	h.result("gate", down)
	h.pass(time.Minute)
	h.wantSent("pager: first gate")
	if a := h.alert("web"); a.Waiting != "" || a.Inhibited != "gate" {
		t.Errorf("waiting for %q, inhibited by %q", a.Waiting, a.Inhibited)
	}
}

func TestParentThatWasUpWhenItsChildTurnedBadIsAskedAgain(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.up("gate")
	h.results("web", down)
	h.result("gate", up) // it goes a moment later
	h.pass(time.Second)
	h.probed = nil
	h.result("web", down)
	if a := h.alert("web"); a.Waiting != "gate" || !slices.Equal(h.probed, []string{"gate"}) {
		t.Errorf("waiting for %q, probed %q", a.Waiting, h.probed)
	}
	h.down("gate")
	h.pass(time.Minute)
	h.wantSent("pager: first gate")
}

func TestChildIsToldOfAsSoonAsItsParentIsSeenToBeUp(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.up("gate")
	h.down("web")
	h.result("gate", up) // too soon: what hangs together does not fail in the same instant
	h.probed = nil
	h.pass(2 * time.Second)
	h.wantSent()
	if !slices.Equal(h.probed, []string{"gate"}) {
		t.Errorf("probed %q", h.probed)
	}
	h.result("gate", up)
	h.wantSent("pager: first web")
}

func TestChildWaitsForItsParentsForAShortTimeAtMost(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.results("web", down)
	h.result("web", down)
	h.pass(15*time.Second - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("pager: first web")
}

func TestAResultFromBeforeProvesNothing(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.down("web")
	v := h.verdicts["gate"]
	// This run began before the child turned bad.
	h.follow(h.m.Observe(checker.Result{Target: "gate", At: start.Add(-time.Second), Took: 3 * time.Second, Status: up, Believed: v.Add(up)}))
	h.wantSent()
}

func TestWhoIsNeitherProbedNorKnownExplainsNothing(t *testing.T) {
	paused, broken := newTarget("paused"), newTarget("broken")
	paused.Paused, broken.Broken = true, "no certificate"
	h := build(t, only("pager"), paused, broken, child("web", []string{"paused"}, []string{"broken"}, []string{"nowhere"}, []string{"web"}))
	h.down("web")
	h.wantSent("pager: first web")
}

func TestRedundantParentsExplainOnlyTogether(t *testing.T) {
	pair := []string{"r1", "r2"}
	h := build(t, only("pager"), newTarget("r1"), newTarget("r2"), child("web", pair))
	h.up("r1")
	h.up("r2")
	h.down("r1")
	h.log = nil
	h.down("web")
	h.pass(3 * time.Second)
	h.result("r2", up)
	h.wantSent("pager: new web") // the other would do
	h.down("r2")
	if a := h.alert("web"); a.Inhibited == "" {
		t.Error("both are down and explain nothing")
	}
}

func TestEveryParentIsEnoughToExplain(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), newTarget("power"), child("web", []string{"gate"}, []string{"power"}))
	h.up("gate")
	h.down("power")
	h.down("web")
	h.pass(3 * time.Second)
	if a := h.alert("web"); a.Inhibited != "power" {
		t.Errorf("inhibited by %q", a.Inhibited)
	}
	h.result("gate", up)
	h.wantSent("pager: first power")
}

func TestChildIsProbedAndSettlesBeforeItIsToldOfAfterItsParentRecovers(t *testing.T) {
	p := only("pager")
	p.Settle = 30 * time.Second
	h := build(t, p, newTarget("gate"), child("web", []string{"gate"}))
	h.pass(time.Minute) // the start has settled
	h.down("gate")
	h.down("web")
	h.log, h.probed = nil, nil
	h.up("gate")
	if !slices.Equal(h.probed, []string{"web"}) {
		t.Errorf("probed %q", h.probed)
	}
	recovered := h.now
	h.result("web", down)
	h.pass(28 * time.Second)
	h.result("web", down) // within the time that it needs
	h.wantSent("pager: resolved gate")
	h.pass(2 * time.Second)
	h.wantSent()
	h.result("web", down)
	h.wantSent("pager: first web")
	if a := h.alert("web"); h.now.Sub(recovered) < 30*time.Second || a.Inhibited != "" {
		t.Errorf("after %v, inhibited by %q", h.now.Sub(recovered), a.Inhibited)
	}
}

func TestChildThatRecoversWithItsParentIsNeverToldOf(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.down("gate")
	h.down("web")
	h.up("gate")
	h.pass(time.Hour)
	h.up("web")
	h.pass(time.Hour)
	h.wantSent("pager: first gate", "pager: resolved gate")
}

func TestRestartKeepsWhatAParentExplains(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.down("gate")
	h.down("web")
	h.crash()
	h.pass(time.Minute)
	h.results("web", down, down)
	h.wantSent("pager: first gate")
	if a := h.alert("web"); a.Inhibited != "gate" {
		t.Errorf("inhibited by %q", a.Inhibited)
	}
}

func TestParentThatIsRemovedExplainsNothingAnyMore(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.down("gate")
	h.down("web")
	h.follow(h.m.SetTargets(h.now, []checker.Target{newTarget("web")}))
	h.pass(time.Minute)
	h.result("web", down)
	h.wantSent("pager: first gate", "pager: resolved gate", "pager: first web")
}

// TestOnePageForAParentAndItsChildrenInAnyOrder has a parent and 50 children go
// down, with their probes in an order that changes, and answers what is asked
// for as a scheduler does.
func TestOnePageForAParentAndItsChildrenInAnyOrder(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		targets := []checker.Target{newTarget("gate")}
		for i := range 50 {
			targets = append(targets, child(fmt.Sprintf("c%02d", i), []string{"gate"}))
		}
		h := build(t, only("pager"), targets...)
		for _, x := range targets {
			h.results(x.Name, up)
			h.result(x.Name, up)
		}
		h.log, h.probed = nil, nil
		next := map[string]time.Time{}
		for _, x := range targets {
			next[x.Name] = h.now.Add(time.Duration(rng.IntN(10_000)) * time.Millisecond)
		}
		for end := h.now.Add(time.Minute); h.now.Before(end); h.pass(50 * time.Millisecond) {
			for _, name := range h.probed {
				next[name] = h.now.Add(time.Duration(rng.IntN(40)) * time.Millisecond)
			}
			h.probed = nil
			for _, x := range targets {
				if !next[x.Name].After(h.now) {
					next[x.Name] = h.now.Add(10 * time.Second) // and the parent is never quicker
					h.result(x.Name, down)
				}
			}
		}
		h.log = slices.DeleteFunc(h.log, func(s string) bool { return s[len(s)-4:] == "mind" })
		h.wantSent("pager: first gate")
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
