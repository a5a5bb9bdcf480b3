package alert

import (
	"testing"
	"time"

	"sitrep/checker"
)

func TestSilenceHoldsResultsFromAMomentBeforeIt(t *testing.T) {
	h := build(t, only("pager"))
	h.results("web", down)
	h.silence("web", 8*time.Hour)
	// It waited to be judged, and comes in after the silence was made.
	v := h.verdicts["web"]
	h.follow(h.m.Observe(checker.Result{Target: "web", At: h.now.Add(-3 * time.Second), Status: down, Believed: v.Add(down)}))
	h.pass(7 * time.Hour)
	h.wantSent()
}

func TestSilenceGoesOnWhenTheClockIsSetBack(t *testing.T) {
	h := build(t, only("pager"))
	h.silence("web", 8*time.Hour)
	h.step(-time.Hour)
	h.down("web")
	h.wantSent()
	h.crash()
	h.pass(time.Minute)
	h.wantSent()
	if a := h.alert("web"); a.SilencedBy != "s1" {
		t.Errorf("silenced by %q", a.SilencedBy)
	}
}

func TestSilenceUntilItIsOverEndsWhenNothingMatchesAnyMore(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"severity": {"down"}}}, By: "ada", Reason: "known"}))
	h.log = nil
	h.results("web", degraded, degraded)
	if n := len(h.m.Silences()); n != 0 {
		t.Errorf("%d silences", n)
	}
	h.down("db")
	h.pass(3 * time.Minute)
	h.log = nil
	h.results("db", down)
	if a := h.alert("db"); a.Held() {
		t.Errorf("%+v", a)
	}
}

func TestPausedTargetsAlertIsOver(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.result("db", unknown)
	h.pass(time.Minute)
	h.result("db", unknown)
	h.log = nil
	for i := range h.targets {
		h.targets[i].Paused = true
	}
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.pass(10 * time.Second)
	h.want("db fresh", "web resolved", "pager: resolved web")
	if a := h.alert("web"); a.Ending != "paused" || len(h.m.Stale()) != 0 {
		t.Errorf("%+v, stale %q", a, h.m.Stale())
	}
	h.pass(100 * time.Hour)
	h.wantSent()
}

func TestParentThatComesBackExplainsNothingUntilItIsKnown(t *testing.T) {
	gate := newTarget("gate")
	h := build(t, only("pager"), gate, child("web", []string{"gate"}))
	h.down("gate")
	h.follow(h.m.SetTargets(h.now, h.targets[1:]))
	h.pass(10 * time.Minute)
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.down("web")
	h.log = nil
	for range 10 {
		h.result("gate", unknown)
		h.pass(10 * time.Second)
		h.result("web", down)
	}
	h.wantSent("pager: first web")
}

func TestRestartWithinTheGraceAsksParentsAgain(t *testing.T) {
	h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
	h.down("web")
	h.probed = nil
	h.crash()
	h.pass(5 * time.Second)
	h.wantSent()
	if len(h.probed) == 0 {
		t.Error("the parent was not asked")
	}
	h.down("gate")
	h.pass(time.Minute)
	h.wantSent("pager: first gate")
}

func TestNoAlertLastsLessThanNothing(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.step(-time.Hour)
	h.up("web")
	if a := h.alert("web"); a.Resolved.Before(a.Started) {
		t.Errorf("from %v to %v", a.Started, a.Resolved)
	}
}

func BenchmarkRecoveryUnderOpenEndedSilences(b *testing.B) {
	targets := make([]checker.Target, 5000)
	for i := range targets {
		targets[i] = newTarget("t" + string(rune('a'+i%26)) + time.Duration(i).String())
	}
	for b.Loop() {
		b.StopTimer()
		h := build(b, Policy{}, targets...)
		for _, x := range targets {
			h.down(x.Name)
		}
		for range 20 {
			h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"t*"}}}, By: "ada", Reason: "known"}))
		}
		b.StartTimer()
		for _, x := range targets {
			h.result(x.Name, up)
			h.result(x.Name, up)
		}
	}
}
