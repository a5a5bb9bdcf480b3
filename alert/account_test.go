package alert

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFirstWaitsForTheRestOfItsGroup(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web") // fires at 1 s, and has 10 s
	h.pass(3 * time.Second)
	h.down("db")
	h.wantSent()
	h.pass(4 * time.Second)
	h.wantSent("chat: first web+db")
	if n := h.sent[0]; !n.At.Equal(at(11)) || n.Active != 2 || n.Attempt != 1 || n.Repeat {
		t.Errorf("%+v", n)
	}
}

func TestCriticalDoesNotWaitForAPager(t *testing.T) {
	h := build(t, only("pager"))
	h.results("db", degraded, degraded)
	h.wantSent()
	h.down("web") // and takes along what waits
	h.wantSent("pager: first web+db")
	h.up("web")
	h.pass(time.Minute)
	h.down("web")
	h.wantSent("pager: resolved web", "pager: new web")
}

func TestNewWaitsForTheGroupInterval(t *testing.T) {
	h := build(t, only("chat"), newTarget("a"), newTarget("b"), newTarget("c"))
	h.down("a")
	h.pass(9 * time.Second) // told at 11 s
	h.wantSent("chat: first a")
	h.down("b")
	h.pass(time.Minute)
	h.down("c")
	h.wantSent()
	h.pass(time.Minute)
	h.wantSent("chat: new b+c")
	if n := h.sent[1]; !n.At.Equal(at(11 + 120)) {
		t.Errorf("at %v", n.At)
	}
}

func TestWorseWaitsForTheGroupIntervalButNotForAPager(t *testing.T) {
	for receiver, want := range map[string]int{"chat": 11 + 120, "pager": 21} {
		h := build(t, only(receiver))
		h.results("web", degraded, degraded)
		h.pass(18 * time.Second)
		h.results("web", down, down)
		h.pass(3 * time.Minute)
		h.wantSent(receiver+": first web", receiver+": worse web")
		if n := h.sent[1]; !n.At.Equal(at(want)) {
			t.Errorf("%s: at %v, want %v", receiver, n.At, at(want))
		}
	}
}

func TestWhatCameAndWentBeforeItWasToldIsOwedNothing(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.up("web")
	h.pass(24 * time.Hour)
	h.wantSent()
}

func TestReminders(t *testing.T) {
	h := build(t, only("chat"))
	h.results("web", degraded, degraded)
	h.pass(9 * time.Hour)
	h.wantSent("chat: first web", "chat: remind web", "chat: remind web") // every 4 h
	h.results("web", down, down)
	h.pass(time.Minute)
	h.wantSent("chat: worse web")
	h.pass(65 * time.Minute)
	h.wantSent("chat: remind web", "chat: remind web") // every 30 min
	keys := map[string]bool{}
	for _, n := range h.sent {
		if keys[n.Key] {
			t.Errorf("%s at %v has the key of one before", n.Reason, n.At)
		}
		keys[n.Key] = true
	}
}

func TestNoReminderWhileSomethingElseIsOwed(t *testing.T) {
	p := only("chat")
	p.Receivers[0].RemindCritical = time.Minute
	h := build(t, p)
	h.down("web")
	h.pass(20 * time.Second)
	h.down("db")
	h.log = nil
	h.pass(2 * time.Minute)
	h.want("chat: new db")
}

func TestNoReminderIfReceiverWantsNone(t *testing.T) {
	for name, edit := range map[string]func(*Receiver){
		"0 is never":   func(r *Receiver) { r.Remind, r.RemindCritical = 0, 0 },
		"not in tell":  func(r *Receiver) { r.Tell = tellAll(Remind) },
		"not critical": func(r *Receiver) { r.Remind = 0 },
	} {
		p := only("chat")
		edit(&p.Receivers[0])
		h := build(t, p)
		h.results("web", degraded, degraded)
		h.pass(24 * time.Hour)
		if h.wantSent("chat: first web"); t.Failed() {
			t.Errorf("with %s", name)
		}
	}
}

func TestReceiverHearsOnlyWhatItWants(t *testing.T) {
	for _, tt := range []struct {
		without Reason
		want    []string
	}{
		{First, []string{"new db", "worse web", "better web", "resolved db"}}, // nothing of what it was not told
		{New, []string{"first web", "worse web", "better web", "resolved web"}},
		{Worse, []string{"first web", "new db", "better web", "resolved web", "resolved db"}},
		{Better, []string{"first web", "new db", "worse web", "resolved web", "resolved db"}},
		{Over, []string{"first web", "new db", "worse web", "better web"}},
	} {
		t.Run(tt.without.String(), func(t *testing.T) {
			p := only("chat")
			p.Receivers[0].Tell = tellAll(tt.without, Remind)
			h := build(t, p)
			for _, step := range []func(){
				func() { h.results("web", degraded, degraded) },
				func() { h.down("db") },
				func() { h.results("web", down, down) },
				func() { h.results("web", degraded, degraded) },
				func() { h.up("web") },
				func() { h.up("db") },
			} {
				step()
				h.pass(5 * time.Minute)
			}
			var want []string
			for _, w := range tt.want {
				want = append(want, "chat: "+w)
			}
			if tt.without == Worse { // it was told degraded, and is again
				want = slices.DeleteFunc(want, func(s string) bool { return strings.Contains(s, "better") })
				want = slices.Insert(want, 2, "chat: better web")
			}
			if tt.without == First { // worse was the first that it heard of web
				want = slices.Insert(want, 3, "chat: resolved web")
			}
			h.wantSent(want...)
			if s := h.m.Save(); len(s.Ledgers) > 0 {
				t.Errorf("what it was told is not the truth: %+v", s.Ledgers)
			}
		})
	}
}

// It was not told of the first, which moves the ledger all the same: reminders
// count from then.
func TestReminderOfWhatWasNotToldHasItsTime(t *testing.T) {
	p := only("chat")
	p.Receivers[0].Tell = tellAll(First)
	h := build(t, p)
	h.down("web")
	h.pass(29 * time.Minute)
	h.wantSent()
	h.pass(time.Minute)
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("chat: remind web", "chat: resolved web")
}

func TestOneAttemptAtATime(t *testing.T) {
	h := build(t, only("pager"))
	h.answer = func(Notification) Delivery { return Delivery{} } // no answer yet
	h.down("web")
	h.down("db")
	h.up("web")
	h.pass(time.Hour)
	h.wantSent("pager: first web")
	h.follow(h.m.Delivered(Delivery{Notification: h.sent[0], At: h.now, Outcome: Accepted}))
	h.wantSent("pager: new db")
	h.follow(h.m.Delivered(Delivery{Notification: h.sent[1], At: h.now, Outcome: Accepted}))
	h.wantSent()
	h.pass(time.Minute)
	h.wantSent("pager: resolved web")
}

func TestDeliveryThatIsNotUnderWayChangesNothing(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	n := h.sent[0]
	for _, edit := range []func(*Notification){
		func(*Notification) {}, // a second time
		func(n *Notification) { n.Test = true },
		func(n *Notification) { n.Key = "another" },
		func(n *Notification) { n.Receiver = "nobody" },
	} {
		other := n
		edit(&other)
		if fx := h.m.Delivered(Delivery{Notification: other, At: h.now, Outcome: Dead}); !fx.Empty() {
			t.Errorf("%+v", fx)
		}
	}
}

func TestNotificationSaysHowManyAnAlertExplains(t *testing.T) {
	gate := []string{"gate"}
	h := build(t, only("chat"), newTarget("gate"), child("a", gate), child("b", gate), child("c", gate), child("d", gate), newTarget("spare"),
		child("either", []string{"gate", "spare"}), newTarget("else"))
	h.up("spare")
	h.down("d") // told before its parent was down, and not explained for long
	h.pass(time.Minute)
	h.down("gate")
	h.down("a")
	h.down("b")
	h.results("c", down) // pending
	h.down("either")     // its other parent is up
	h.down("else")
	h.pass(3 * time.Minute)
	behind := map[string]int{}
	for _, n := range h.sent {
		for _, a := range n.Alerts {
			behind[a.Target] = a.Behind
		}
	}
	want := map[string]int{"gate": 3, "either": 0, "else": 0, "d": 0} // a, b and d
	if !maps.Equal(behind, want) {
		t.Errorf("%v, want %v", behind, want)
	}
	if a := h.alert("gate"); a.Behind != 0 {
		t.Errorf("the alert itself has it: %d", a.Behind)
	}
}

func TestFullListIsCutAndCounted(t *testing.T) {
	var names []string
	p := only("chat")
	p.Receivers[0].Tell = tellAll(Remind)
	h := build(t, p)
	for i := range 60 {
		names = append(names, fmt.Sprintf("t%02d", i))
		h.targets = append(h.targets, newTarget(names[i]))
	}
	h = build(t, p, h.targets...)
	for _, name := range names {
		h.result(name, down)
		h.result(name, down)
	}
	h.pass(time.Minute)
	for _, name := range names {
		h.result(name, up)
	}
	for _, name := range names {
		h.result(name, up)
	}
	if n := h.sent[0]; len(n.Alerts) != 50 || n.More != 10 || n.Active != 60 {
		t.Errorf("first: %d alerts and %d more, %d active", len(n.Alerts), n.More, n.Active)
	}
	h.pass(time.Minute)
	if n := h.sent[1]; len(n.Alerts) != 50 || n.More != 10 || n.Active != 0 {
		t.Errorf("the end: %d alerts and %d more, %d active", len(n.Alerts), n.More, n.Active)
	}
	if len(h.sent) != 2 {
		t.Errorf("%d notifications", len(h.sent))
	}
}

// Sixty targets go bad and good one after another, and one always is.
func TestEachRecoveryIsToldOnce(t *testing.T) {
	p := only("chat")
	p.Receivers[0].Tell = tellAll(Remind)
	var targets []string
	h := build(t, p)
	for i := range 60 {
		targets = append(targets, fmt.Sprintf("t%02d", i))
		h.targets = append(h.targets, newTarget(targets[i]))
	}
	h = build(t, p, h.targets...)
	h.down(targets[0])
	for i := range 24 * 60 {
		h.down(targets[(i+1)%60])
		h.up(targets[i%60])
		h.pass(time.Minute)
	}
	began, ended := map[string]int{}, map[string]int{}
	for _, n := range h.sent {
		for _, a := range n.Alerts {
			if n.Reason == Over {
				ended[fmt.Sprint(a.ID, a.Reopens)]++
			} else {
				began[fmt.Sprint(a.ID, a.Reopens)]++
			}
		}
		if len(n.Alerts) > 4 {
			t.Fatalf("a list of %d at %v", len(n.Alerts), n.At)
		}
	}
	for id, n := range ended {
		if n != 1 || began[id] != 1 {
			t.Errorf("%s: told %d times, over %d times", id, began[id], n)
		}
	}
	if len(ended) < 500 {
		t.Errorf("only %d ends", len(ended))
	}
}
