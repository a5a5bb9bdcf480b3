package alert

import (
	"testing"
	"time"
)

// strict is a pager that wants to know what it missed.
func strict() Policy {
	p := only("pager")
	p.Receivers[1].TellMissed = true
	return p
}

func TestMissedIsToldOnceTheReceiverIsBack(t *testing.T) {
	h := build(t, strict())
	h.mute(Again, "pager")
	h.down("web") // tried at 1 s
	h.pass(5 * time.Minute)
	h.up("web")
	h.pass(5 * time.Minute)
	h.answer = nil
	h.log = nil
	h.pass(time.Minute)
	h.wantSent("pager: missed web")
	n := h.sent[len(h.sent)-1]
	if a := n.Alerts[0]; !n.Since.Equal(at(1)) || a.State != Resolved || !a.Started.Equal(at(0)) || a.Resolved.IsZero() {
		t.Errorf("since %v: %+v", n.Since, a)
	}
	h.pass(24 * time.Hour)
	h.wantSent()
	if n := len(h.m.Accounts()) + len(h.disk.ledgers); n > 0 {
		t.Errorf("%d ledgers are left", n)
	}
}

func TestWhatIsNotMissedIsNotTold(t *testing.T) {
	for name, run := range map[string]func(*house){
		"a warning": func(h *house) { h.results("web", degraded, degraded, degraded) },
		"not wanted": func(h *house) {
			h.policy.Receivers[1].TellMissed = false
			h.follow(h.m.SetPolicy(h.now, h.policy))
			h.down("web")
		},
		"silenced": func(h *house) {
			h.silence("web", time.Hour)
			h.down("web")
		},
	} {
		h := build(t, strict())
		h.mute(Again, "pager")
		h.down("db")
		h.pass(time.Minute)
		run(h)
		h.pass(5 * time.Minute)
		h.up("web")
		h.pass(time.Minute)
		h.answer = nil
		h.log = nil
		h.pass(time.Minute)
		if h.wantSent("pager: first db"); t.Failed() {
			t.Errorf("although %s", name)
		}
		if l := h.m.Accounts()[0]; len(l.Told) != 1 {
			t.Errorf("%s: %+v", name, l.Told)
		}
	}
}

func TestCriticalOnceIsMissedAlthoughAWarningAtTheEnd(t *testing.T) {
	h := build(t, strict())
	h.mute(Again, "pager")
	h.down("web")
	h.pass(time.Minute)
	h.results("web", degraded, degraded)
	h.pass(time.Minute)
	h.up("web")
	h.answer = nil
	h.log = nil
	h.pass(time.Minute)
	h.wantSent("pager: missed web")
}

// It was to be told, and was not, before somebody silenced it.
func TestMissedBeforeItWasSilenced(t *testing.T) {
	h := build(t, strict())
	h.mute(Again, "pager")
	h.down("web")
	h.pass(time.Minute)
	h.silence("web", time.Hour)
	h.pass(time.Minute)
	h.up("web")
	h.answer = nil
	h.log = nil
	h.pass(time.Minute)
	h.wantSent("pager: missed web")
}

func TestWhatEndedWithinItsWaitWasNotMissed(t *testing.T) {
	p := strict()
	p.Routes[0].WaitPaging = 10 * time.Second
	h := build(t, p)
	h.mute(Again, "pager")
	h.down("web")
	h.pass(20 * time.Second) // tried in vain
	h.down("db")
	h.pass(4 * time.Second)
	h.up("db") // 8 s after it fired, between two attempts
	h.answer = nil
	h.log = nil
	h.pass(time.Minute)
	h.wantSent("pager: first web")
}

// It was never its turn: the receiver was left alone all the time.
func TestMissedWithoutAnAttemptOfItsOwn(t *testing.T) {
	h := build(t, strict())
	h.outcome(Delivery{Outcome: Again, RetryAfter: 10 * time.Minute})
	h.down("db")
	h.pass(time.Minute)
	h.down("web")
	h.up("web")
	h.crash()
	h.answer = nil
	h.log = nil
	h.pass(10 * time.Minute)
	h.wantSent("pager: missed web", "pager: first db")
	if n := h.sent[1]; !n.Since.Equal(at(1)) {
		t.Errorf("since %v", n.Since)
	}
}

// It was tried in a digest, which a restart is no reason to split: each is told
// of once, and as what it is by then.
func TestWhatWasTriedStaysWhereItWasOverARestart(t *testing.T) {
	p := single("pager")
	p.Receivers[1].TellMissed = true
	h := build(t, p, numbered(60)...)
	h.outcome(Delivery{Outcome: Again, RetryAfter: 10 * time.Minute})
	h.all(down, 0)
	h.all(down, 0)
	h.pass(time.Minute)
	h.answer, h.sent = nil, nil
	h.crash()
	h.pass(time.Minute)
	h.all(up, 0)
	h.all(up, 0)
	h.pass(20 * time.Minute)
	if first, over, missed := toldOf(h.sent, First, New), toldOf(h.sent, Over), toldOf(h.sent, Missed); first+over > 0 || missed != 60 {
		t.Errorf("told of %d, that %d are over, and %d were missed", first, over, missed)
	}
}

// The first attempt takes its time: that is no receiver out of reach.
func TestWhatPassedWhileAnAttemptWasUnderWayWasNotMissed(t *testing.T) {
	h := build(t, strict())
	h.mute(0, "pager")
	h.down("db")
	h.down("web")
	h.up("web")
	h.answer = nil
	h.log = nil
	h.follow(h.m.Delivered(Delivery{Notification: h.sent[0], At: h.now, Outcome: Accepted}))
	h.pass(10 * time.Minute)
	h.wantSent()
}

func TestMissedThatMayHaveArrivedIsRepeated(t *testing.T) {
	h := build(t, strict())
	h.mute(Again, "pager")
	h.down("web")
	h.up("web")
	h.mute(Ambiguous, "pager")
	h.pass(30 * time.Second)
	h.answer = nil
	h.log = nil
	h.pass(time.Minute)
	h.wantSent("pager: missed web (repeat)")
}

func TestMissedThatIsBackIsToldAsNew(t *testing.T) {
	h := build(t, strict())
	h.mute(Again, "pager")
	h.down("web")
	h.up("web")
	h.pass(time.Minute)
	h.down("web")
	h.answer = nil
	h.log = nil
	h.pass(time.Minute)
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("pager: first web", "pager: resolved web")
}

func TestFallbackIsNotToldWhatItMissed(t *testing.T) {
	p := chained()
	p.Receivers[1].TellMissed, p.Receivers[2].TellMissed = true, true
	h := build(t, p)
	h.mute(Again, "pager", "second")
	h.down("web")
	h.pass(65 * time.Second)
	h.mute(Again, "second")
	h.pass(30 * time.Second) // the pager has it
	h.up("web")
	h.answer = nil
	h.log = nil
	h.pass(10 * time.Minute)
	h.wantSent("pager: resolved web")
	if n := len(h.m.Accounts()); n > 0 {
		t.Errorf("%+v", h.m.Accounts())
	}
}
