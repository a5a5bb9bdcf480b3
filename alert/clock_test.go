package alert

import (
	"testing"
	"time"
)

// step sets the clock.
func (h *house) step(d time.Duration) {
	h.now = h.now.Add(d)
	h.follow(h.m.Step(h.now, d))
}

func TestAClockThatIsSetFiresNoRelativeTimer(t *testing.T) {
	for _, d := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		h := build(t, only("pager"))
		h.down("web")
		h.log = nil
		h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada"}))
		h.pass(30 * time.Minute)
		h.step(d)
		h.pass(30*time.Minute - 1)
		h.want("web ack")
		h.pass(1)
		h.want("web stillack")
	}
}

func TestWhatNamesATimeOfDayKeepsItWhenTheClockIsSet(t *testing.T) {
	h := build(t, only("pager"))
	h.silence("web", time.Hour)
	h.down("web")
	h.log = nil
	h.step(time.Hour)
	h.pass(0)
	h.want("s1 unsilence", "pager: first web")
}

func TestAlertIsTheSameAgainAlsoIfTheClockWasSetBetween(t *testing.T) {
	for _, d := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		h := build(t, only("pager"))
		h.down("web")
		h.up("web")
		h.step(d)
		h.pass(9 * time.Minute)
		h.down("web")
		if a := h.alert("web"); a.Reopens != 1 {
			t.Errorf("step of %v: %+v", d, a)
		}
	}
}

func TestParentsAreWaitedForAsLongAlsoIfTheClockIsSet(t *testing.T) {
	for _, d := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		h := build(t, only("pager"), newTarget("gate"), child("web", []string{"gate"}))
		h.results("web", down)
		h.result("web", down)
		h.step(d)
		h.pass(15*time.Second - 1)
		h.wantSent()
		h.pass(1)
		h.wantSent("pager: first web")
	}
}

// A clock that is set back shows a time again: what is due then is another
// reminder than the one before, and has a key of its own.
func TestNoReminderHasTheKeyOfAnother(t *testing.T) {
	p := only("chat")
	p.Receivers[0].Remind, p.Receivers[0].RemindCritical = 20*time.Minute, 0
	h := build(t, p)
	h.down("web")
	keys := map[string]bool{}
	for i := range 9 {
		if i%3 == 2 {
			h.step(-time.Hour)
		}
		h.pass(21 * time.Minute)
		n := h.sent[len(h.sent)-1]
		if n.Reason != Remind || keys[n.Key] {
			t.Fatalf("notification %d: %s, key %s of %v", i, n.Reason, n.Key, keys)
		}
		keys[n.Key] = true
	}
}
