package alert

import (
	"testing"
	"time"
)

func TestAStartWithTheClockBehindLeavesNobodyAlone(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	h.now = h.now.Add(-72 * time.Hour)
	h.crash()
	h.pass(10 * time.Second)
	h.step(72 * time.Hour)
	h.log = nil
	h.down("db")
	h.pass(3 * time.Minute)
	h.wantSent("chat: new db")
}

func TestARestartAsksWhoFailedOnceMore(t *testing.T) {
	p := usual()
	p.Routes[0].To = []string{"pager"}
	p.Receivers[1].Fallback = "chat"
	h := build(t, p)
	h.answer = func(Notification) Delivery { return Delivery{} } // it hangs
	h.down("web")
	h.pass(30 * time.Second)
	h.answer, h.log = nil, nil
	h.now = h.now.Add(2 * time.Minute) // nothing ran
	h.crash()
	h.pass(5 * time.Minute)
	h.wantSent("pager: first web (repeat)")
}

func TestWhatWasOnItsWayToAReceiverThatIsGoneIsDropped(t *testing.T) {
	h := build(t, only("chat"))
	h.answer = func(Notification) Delivery { return Delivery{Outcome: Again} }
	h.down("web")
	h.pass(30 * time.Second)
	h.policy.Receivers, h.policy.Routes[0].To = h.policy.Receivers[1:], []string{"pager"}
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.answer = nil
	h.pass(time.Minute)
	h.up("web")
	h.pass(2 * time.Hour)
	if owed := h.m.Owed(); len(owed) > 0 {
		t.Errorf("still owed: %+v", owed)
	}
}

func TestMissedTooLongAgoIsForgotten(t *testing.T) {
	p := only("pager")
	for i := range p.Receivers {
		p.Receivers[i].TellMissed = true
	}
	h := build(t, p)
	h.answer = func(Notification) Delivery { return Delivery{Outcome: Again} }
	for range 24 * 5 { // a blip an hour
		h.down("web")
		h.up("web")
		h.pass(time.Hour)
	}
	if n := len(h.m.Alerts()); n > 40 {
		t.Errorf("%d alerts are kept", n)
	}
}
