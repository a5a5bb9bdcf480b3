package alert

import (
	"testing"
	"time"

	"sitrep/checker"
)

// flaps has a target flap, or cease to, with its next result.
func (h *house) flaps(name string, flapping bool, s checker.Status) {
	h.flapping[name] = flapping
	h.results(name, s)
}

// flappy is a pager that hears of flapping, and of nothing twice without need.
func flappy() Policy {
	p := only("pager")
	p.Receivers[1].Tell = tellAll()
	p.Receivers[1].Tell[Flaps] = true
	p.Receivers[1].Remind, p.Receivers[1].RemindCritical = 4*time.Hour, time.Hour
	return p
}

func TestFlappingIsToldOnceAndSoIsItsEnd(t *testing.T) {
	for _, tt := range []struct {
		end  checker.Status
		want string
	}{
		{up, "pager: resolved web"},
		{down, "pager: flapping web"},
	} {
		h := build(t, flappy())
		h.down("web")
		h.pass(5 * time.Minute)
		h.wantSent("pager: first web")
		h.flaps("web", true, up)
		h.wantSent("pager: flapping web")
		if n := h.sent[1]; !n.Alerts[0].Flapping {
			t.Errorf("%+v", n.Alerts)
		}
		for range 5 {
			h.results("web", down, down, up, up, up)
			h.pass(time.Minute)
		}
		h.wantSent()
		h.flaps("web", false, tt.end)
		h.results("web", tt.end, tt.end)
		h.pass(30 * time.Second)
		h.wantSent(tt.want)
		if tt.end == down { // it is a problem like any other from there on
			if n := h.sent[2]; n.Alerts[0].Flapping {
				t.Errorf("%+v", n.Alerts)
			}
			h.pass(65 * time.Minute)
			h.wantSent("pager: remind web")
		}
	}
}

func TestFlappingWaitsForTheGroupInterval(t *testing.T) {
	h := build(t, flappy())
	h.down("web")
	h.flaps("web", true, up)
	h.pass(2*time.Minute - 3*time.Second)
	h.wantSent("pager: first web")
	h.pass(time.Second)
	h.wantSent("pager: flapping web")
}

func TestFlappingIsToldAgainOnlyAfterAWhile(t *testing.T) {
	h := build(t, flappy())
	h.down("web")
	h.pass(5 * time.Minute)
	h.flaps("web", true, up) // told
	h.pass(5 * time.Minute)
	h.flaps("web", false, down) // told
	h.pass(5 * time.Minute)
	h.log = nil
	h.flaps("web", true, up)
	h.pass(20*time.Minute - 4*time.Second)
	h.wantSent()
	h.pass(2 * time.Second)
	h.wantSent("pager: flapping web")
}

func TestWhileItFlapsWorseComesOnlyNowAndThen(t *testing.T) {
	p := flappy()
	p.Receivers[1].RemindFlapping = 10 * time.Minute
	h := build(t, p)
	h.flaps("web", true, degraded)
	h.results("web", degraded)
	h.pass(time.Minute)
	h.wantSent("pager: first web")
	h.results("web", down, down)
	h.pass(5 * time.Minute)
	h.results("web", degraded, degraded) // better is withheld, and worse has no object any more
	h.pass(time.Minute)
	h.results("web", down, down)
	h.wantSent()
	h.pass(4 * time.Minute)
	h.wantSent("pager: worse web")
	h.results("web", degraded, degraded)
	h.pass(8 * time.Minute)
	h.wantSent()
	if owed := h.m.Owed(); len(owed) > 0 {
		t.Errorf("better is owed: %+v", owed)
	}
	h.flaps("web", false, degraded)
	h.wantSent("pager: flapping web")
	if a := h.sent[2].Alerts[0]; a.Severity != Warning || a.Flapping {
		t.Errorf("%+v", a)
	}
}

func TestFlappingHasRemindersOfItsOwn(t *testing.T) {
	h := build(t, flappy())
	h.down("db")
	h.flaps("web", true, down)
	h.results("web", down)
	h.pass(2 * time.Minute)
	h.log = nil
	h.pass(100 * time.Minute)
	h.wantSent("pager: remind web", "pager: remind db+web", "pager: remind web")
	keys := map[string]bool{}
	for _, n := range h.sent {
		if keys[n.Key] {
			t.Errorf("%s at %v has the key of one before", n.Reason, n.At)
		}
		keys[n.Key] = true
	}
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada"}))
	h.pass(40 * time.Minute)
	h.wantSent("pager: remind db")
}

func TestWhoDoesNotWantFlappingIsNotToldOfIt(t *testing.T) {
	p := flappy()
	delete(p.Receivers[1].Tell, Flaps)
	h := build(t, p)
	h.results("web", degraded, degraded)
	h.pass(5 * time.Minute)
	h.log = nil
	h.flaps("web", true, down)
	h.results("web", down) // worse all the same: nothing told it of flapping
	h.pass(time.Minute)
	h.wantSent("pager: worse web")
	h.flaps("web", false, down)
	h.pass(10 * time.Minute)
	h.wantSent()
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("pager: resolved web")
}

func TestWorseAndFlappingAtOnceIsWorseToWhoDoesNotWantFlapping(t *testing.T) {
	p := flappy()
	delete(p.Receivers[1].Tell, Flaps)
	h := build(t, p)
	h.results("web", degraded, degraded)
	h.pass(5 * time.Minute)
	h.results("web", down)
	h.log = nil
	h.flaps("web", true, down)
	h.wantSent("pager: worse web")
}

func TestFlappingThatMayHaveBeenToldIsToldTheTruth(t *testing.T) {
	h := build(t, flappy())
	h.down("web")
	h.pass(5 * time.Minute)
	h.outcome(Delivery{Outcome: Ambiguous, RetryAfter: time.Minute})
	h.flaps("web", true, up)
	h.answer = nil
	h.flaps("web", false, down)
	h.log = nil
	h.pass(5 * time.Minute)
	h.wantSent("pager: worse web") // it is steady and bad
}

// Flapping begins and ends while held: not a word. It goes on after: one.
func TestHeldFlappingIsToldOnlyIfItGoesOn(t *testing.T) {
	for _, goesOn := range []bool{false, true} {
		p := flappy()
		p.Receivers[1].Remind, p.Receivers[1].RemindCritical = 0, 0
		h := build(t, p)
		h.down("web")
		h.pass(5 * time.Minute)
		h.silence("web", time.Hour)
		h.log = nil
		h.flaps("web", true, up)
		h.pass(10 * time.Minute)
		h.wantSent()
		if !goesOn {
			h.flaps("web", false, down)
			h.pass(time.Hour)
			h.wantSent()
			continue
		}
		h.pass(51 * time.Minute)
		h.wantSent("pager: flapping web")
	}
}

func TestOverdueReminderComesOnceAfterARestart(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute) // told at 11 s
	h.now = h.now.Add(7 * time.Hour)
	h.log = nil
	h.crash()
	h.wantSent()
	at := h.now
	h.pass(30 * time.Second)
	h.wantSent("chat: remind web")
	if wait := h.sent[1].At.Sub(at); wait <= 0 || wait != spread(&Ledger{Group: "all", Receiver: "chat"}) {
		t.Errorf("after %v", wait)
	}
	h.pass(29 * time.Minute)
	h.wantSent()
	h.pass(time.Minute)
	h.wantSent("chat: remind web")
}

func TestReminderThatIsNotOverdueKeepsItsTimeOverARestart(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(9*time.Second + 29*time.Minute + 59*time.Second)
	h.log = nil
	h.crash()
	h.pass(time.Second)
	h.wantSent("chat: remind web")
}

func TestOverdueRemindersAreSpread(t *testing.T) {
	waits := map[time.Duration]bool{}
	for _, g := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		d := spread(&Ledger{Group: g, Receiver: "chat"})
		if d < 0 || d >= overdueSpread {
			t.Errorf("%s: %v", g, d)
		}
		waits[d/time.Second] = true
	}
	if len(waits) < 5 {
		t.Errorf("eight groups in %d different seconds", len(waits))
	}
}

func TestHeldAlertIsNotRemindedOf(t *testing.T) {
	for name, hold := range map[string]func(*Alert){
		"silenced":    func(a *Alert) { a.SilencedBy = "s1" },
		"maintenance": func(a *Alert) { a.Maintenance = "s1" },
		"inhibited":   func(a *Alert) { a.Inhibited = "router" },
		"waiting":     func(a *Alert) { a.Waiting = "router" },
		"settling":    func(a *Alert) { a.Settling = true },
	} {
		h := build(t, only("chat"))
		h.down("web")
		h.pass(time.Minute)
		sp := h.m.alerts[h.alert("web").ID]
		hold(&sp.Alert)
		h.m.place(sp)
		h.log = nil
		h.pass(24 * time.Hour)
		if h.wantSent(); t.Failed() {
			t.Errorf("although %s", name)
		}
	}
}

// What is steady and bad does not wait with those that begin to flap.
func TestSteadyIsToldAtOnceAlsoIfOthersBeginToFlap(t *testing.T) {
	p := flappy()
	p.Routes[0].GroupInterval = time.Hour
	h := build(t, p)
	h.flaps("db", true, down)
	h.results("db", down)
	h.down("web")
	h.pass(5 * time.Minute)
	h.log = nil
	h.flaps("web", true, up)
	h.wantSent()
	h.flaps("db", false, down)
	h.wantSent("pager: flapping db+web")
}
