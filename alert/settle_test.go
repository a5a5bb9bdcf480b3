package alert

import (
	"testing"
	"time"
)

func TestNewAlertWaitsForTheFirstRoundAfterAStart(t *testing.T) {
	p := only("pager")
	p.Settle = 30 * time.Second
	h := build(t, p) // an interval is 10 s
	h.down("web")
	if a := h.alert("web"); !a.Settling || !a.Held() {
		t.Errorf("%+v", a)
	}
	h.pass(8*time.Second - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("pager: first web")
	h.down("db")
	h.wantSent("pager: new db")
}

func TestTheFirstRoundIsWaitedForOnlySoLong(t *testing.T) {
	p := only("pager")
	p.Settle = 5 * time.Second
	h := build(t, p)
	h.down("web")
	h.pass(3 * time.Second)
	h.wantSent("pager: first web")
}

func TestWhatFiredBeforeTheStartIsNotHeldBack(t *testing.T) {
	p := only("pager")
	p.Settle = 30 * time.Second
	h := build(t, p)
	h.silence("web", time.Minute)
	h.pass(20 * time.Second)
	h.down("web")
	h.wantSent()
	h.crash()
	h.must(h.m.EndSilence(h.now, "s1", "ada"))
	h.wantSent("pager: first web")
}

func TestAReloadBeginsNoRound(t *testing.T) {
	p := only("pager")
	p.Settle = 30 * time.Second
	h := build(t, p)
	h.pass(time.Minute)
	h.follow(h.m.SetPolicy(h.now, p))
	h.down("web")
	h.wantSent("pager: first web")
}
