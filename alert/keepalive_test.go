package alert

import (
	"fmt"
	"testing"
	"time"

	"sitrep/checker"
)

// forgetful returns a policy of one receiver that forgets what it is not
// reminded of every minute.
func forgetful() Policy {
	return Policy{
		Routes:    []Route{{Name: "all", To: []string{"am"}, Wait: time.Second, GroupInterval: time.Second}},
		Receivers: []Receiver{{Name: "am", Tell: tellAll(), Remind: time.Minute, Keepalive: true, Most: 1000}},
	}
}

func TestWhoForgetsIsRemindedWhateverHoldsBack(t *testing.T) {
	for what, hold := range map[string]func(h *house){
		"acknowledged": func(h *house) { h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada"})) },
		"silenced":     func(h *house) { h.silence("web", 24*time.Hour) },
		"flapping":     func(h *house) { h.flapping["web"] = true; h.result("web", down) },
	} {
		h := build(t, forgetful())
		h.down("web")
		h.pass(5 * time.Second)
		hold(h)
		h.pass(5 * time.Second)
		h.sent = nil
		h.pass(10 * time.Minute)
		if n := len(h.sent); n < 9 || !h.sent[0].Quiet {
			t.Errorf("%s: reminded %d times in ten minutes", what, n)
		}
		h.flapping["web"] = false
		h.up("web")
		h.pass(time.Minute)
		h.sent = nil
		h.pass(10 * time.Minute)
		if n := len(h.sent); n != 0 {
			t.Errorf("%s: reminded %d times after the end", what, n)
		}
	}
}

func TestWhoForgetsHearsOfAllWithEveryNotification(t *testing.T) {
	targets := []checker.Target{}
	for i := range 60 {
		targets = append(targets, newTarget(fmt.Sprintf("t%02d", i)))
	}
	h := build(t, forgetful(), targets...)
	for i := range 60 {
		h.down(fmt.Sprintf("t%02d", i))
	}
	h.pass(time.Minute)
	if n := h.sent[len(h.sent)-1]; len(n.Alerts) != 60 || n.More != 0 {
		t.Errorf("%s of %d alerts and %d more", n.Reason, len(n.Alerts), n.More)
	}
	h.up("t07")
	h.pass(5 * time.Second)
	n := h.sent[len(h.sent)-1]
	if n.Reason != Over || len(n.Alerts) != 60 || n.Alerts[0].Target != "t07" {
		t.Errorf("%s of %d alerts, first %s", n.Reason, len(n.Alerts), n.Alerts[0].Target)
	}
	for _, l := range h.m.Accounts() {
		if len(l.Told) != 59 {
			t.Errorf("told of %d", len(l.Told))
		}
	}
}
