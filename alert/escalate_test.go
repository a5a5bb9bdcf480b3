package alert

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/checker"
)

// climbing is one group a target, whose alerts climb from a pager to a second
// one and its boss, twice, and then to the leads.
func climbing() Policy {
	tell := tellAll(Better)
	tell[Escalated], tell[Handover] = true, true
	p := Policy{
		Routes: []Route{{Name: "page", Escalate: "default", GroupBy: []string{"name"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute}},
		Escalations: []EscalationPolicy{{
			Name: "default", Repeat: 2, LastResort: "mail:leads@example.org",
			Steps: []EscalationStep{{To: []string{"pager"}, Wait: 5 * time.Minute}, {To: []string{"second", "boss"}, Wait: 10 * time.Minute}},
		}},
	}
	for _, name := range []string{"pager", "second", "boss", "mail"} {
		p.Receivers = append(p.Receivers, Receiver{Name: name, Paging: name != "mail", Tell: tell})
	}
	return p
}

// waitUntil passes time until so long after the first notification.
func (h *house) waitUntil(d time.Duration) {
	h.t.Helper()
	if len(h.sent) == 0 {
		h.t.Fatal("nothing was sent")
	}
	h.pass(h.sent[0].At.Add(d).Sub(h.now))
}

func TestNobodyAcknowledgesUntilTheLastResort(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.wantSent("pager: first web")
	h.waitUntil(5*time.Minute - time.Second)
	h.wantSent()
	h.pass(time.Second)
	h.want("web escalated", "boss: escalated web", "second: escalated web")
	h.waitUntil(15*time.Minute - time.Second)
	h.want()
	h.pass(time.Second)
	h.want("web escalated", "pager: escalated web")
	h.pass(5 * time.Minute)
	h.want("web escalated", "boss: escalated web", "second: escalated web")
	h.pass(10 * time.Minute)
	h.want("web exhausted", "mail:leads@example.org: escalated web")
	h.pass(24 * time.Hour)
	h.want()
	if e := h.m.Escalations(); len(e) != 1 || !e[0].Finished || e[0].Round != 2 || !e[0].Due.IsZero() {
		t.Errorf("at the end: %+v", e)
	}
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("boss: resolved web", "mail:leads@example.org: resolved web", "pager: resolved web", "second: resolved web")
	if e := h.m.Escalations(); len(e) != 0 || len(h.disk.climbs) != 0 || len(h.disk.ledgers) != 0 {
		t.Errorf("left: %+v, %+v, %+v", e, h.disk.climbs, h.disk.ledgers)
	}
}

func TestNotificationSaysHowFarItGot(t *testing.T) {
	p := climbing()
	p.Escalations[0].Steps[1].To = []string{"second"}
	h := build(t, p)
	h.down("web")
	h.waitUntil(5 * time.Minute)
	if got := []int{h.sent[0].Step, h.sent[1].Step}; !slices.Equal(got, []int{1, 2}) || h.sent[1].Reason != Escalated {
		t.Errorf("steps %v, %v", got, h.sent[1].Reason)
	}
}

func TestItCountsFromTheFirstNotification(t *testing.T) {
	p := climbing()
	p.Routes[0].Wait, p.Receivers[0].Paging = time.Minute, false
	h := build(t, p)
	h.down("web")
	h.pass(time.Minute)
	h.wantSent("pager: first web")
	h.waitUntil(5*time.Minute - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("boss: escalated web", "second: escalated web")
}

// Who cannot be told first, for whatever reason, keeps nobody else from being told.
func TestItCountsAlsoIfNothingIsSent(t *testing.T) {
	p := climbing()
	p.Receivers[0].Tell = map[Reason]bool{Over: true}
	h := build(t, p)
	h.down("web")
	h.pass(5*time.Minute + 10*time.Second)
	h.wantSent()
	h.pass(firstPatience)
	h.wantSent("boss: escalated web", "second: escalated web")
}

func TestAcknowledgementStopsIt(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.waitUntil(6 * time.Minute) // step 2 was called
	h.log = nil
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"}))
	h.pass(3 * time.Hour)
	h.wantSent()
	if e := h.m.Escalations()[0]; e.Paused != "ack" || !e.Due.IsZero() {
		t.Errorf("acknowledged: %+v", e)
	}
	h.must(h.m.Unacknowledge(h.now, h.alert("web").ID, "ana"))
	h.wantSent("boss: escalated web", "second: escalated web") // the same step again
	h.pass(10*time.Minute - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("pager: escalated web")
}

func TestAcknowledgementThatRunsOutGoesOn(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana", Until: h.now.Add(30 * time.Minute)}))
	h.pass(30*time.Minute - 1)
	h.wantSent("pager: first web")
	h.pass(1)
	h.wantSent("pager: escalated web")
	h.pass(5 * time.Minute)
	h.wantSent("boss: escalated web", "second: escalated web")
}

// Whoever was called and has not heard when somebody takes it sleeps on.
func TestNobodyIsWokenForWhatSomebodyHas(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.mute(Again, "second", "boss")
	h.waitUntil(5 * time.Minute)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"}))
	h.mute(Again)
	h.log = nil
	h.pass(time.Hour)
	h.wantSent()
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("pager: resolved web")
}

func TestSilenceKeepsTheTimeThatIsLeft(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.waitUntil(3 * time.Minute)
	h.log = nil
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"web"}}}, From: h.now, Until: h.now.Add(time.Hour), By: "ana", Reason: "busy"}))
	if e := h.m.Escalations()[0]; e.Paused != "held" || e.Left != 2*time.Minute {
		t.Errorf("silenced: %+v", e)
	}
	h.pass(time.Hour)
	h.wantSent()
	h.pass(2*time.Minute - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("boss: escalated web", "second: escalated web")
}

func TestStepThatRefusesIsFollowedAtOnce(t *testing.T) {
	h := build(t, climbing())
	h.mute(Dead, "pager")
	h.down("web")
	h.wantSent("pager: first web", "boss: escalated web", "second: escalated web")
	h.mute(Dead, "pager", "boss") // one of two is enough
	h.pass(10*time.Minute - time.Second)
	for _, line := range h.log {
		if strings.Contains(line, "mail") {
			t.Errorf("too soon: %v", h.log)
		}
	}
}

func TestAllStepsThatReachNobodyEndAtTheLastResort(t *testing.T) {
	p := climbing()
	p.Escalations[0].Steps[0].To = []string{"schedule:nobody"}
	p.Escalations[0].Steps[1].To = []string{"operator:gone", "gone"}
	h := build(t, p)
	h.down("web")
	h.want("web soft", "web fired", "web uncovered", "web uncovered", "web uncovered", "web uncovered", "web exhausted",
		"mail:leads@example.org: escalated web")
}

func TestEmptyStepIsSkippedAtOnce(t *testing.T) {
	p := climbing()
	p.Escalations[0].Steps[0].To = []string{"schedule:nobody"}
	h := build(t, p)
	h.down("web")
	h.wantSent("boss: first web", "second: first web")
	if e := h.m.Escalations()[0]; e.Step != 2 || len(e.Skipped) != 1 {
		t.Errorf("%+v", e)
	}
}

func TestEverybodyOfAStepMustAcknowledge(t *testing.T) {
	p := climbing()
	p.Escalations[0].Steps[0] = EscalationStep{To: []string{"ana via pager", "bo via pager"}, Wait: 5 * time.Minute, All: true}
	h := build(t, p)
	h.down("web")
	h.wantSent("ana via pager: first web", "bo via pager: first web")
	id := h.alert("web").ID
	h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
	h.waitUntil(5 * time.Minute)
	h.wantSent("boss: escalated web", "second: escalated web")
	h.must(h.m.Acknowledge(h.now, id, Ack{By: "bo"}))
	h.pass(time.Hour)
	h.wantSent()
	if a := h.alert("web").Ack; a.By != "bo" || !slices.Equal(a.Also, []string{"ana"}) {
		t.Errorf("%+v", a)
	}
}

func TestNewAlertOfAGroupThatIsFinishedBeginsAgain(t *testing.T) {
	p := climbing()
	p.Routes[0].GroupBy = nil
	h := build(t, p)
	h.down("web")
	h.pass(time.Hour)
	h.log = nil
	h.down("db")
	h.pass(10 * time.Second)
	got := strings.Join(h.log, ", ")
	if !strings.Contains(got, "pager: escalated") || !strings.Contains(got, "db") {
		t.Errorf("happened: %v", h.log)
	}
	if e := h.m.Escalations()[0]; e.Finished || e.Step != 1 || e.Round != 1 || e.Due.IsZero() {
		t.Errorf("%+v", e)
	}
}

func TestRestartKeepsTheDeadline(t *testing.T) {
	for _, crashed := range []time.Duration{time.Minute, 7 * time.Minute} {
		h := build(t, climbing())
		h.down("web")
		h.waitUntil(time.Minute)
		h.log = nil
		h.now = h.now.Add(crashed - time.Minute) // nobody is there meanwhile
		h.crash()
		if crashed < 5*time.Minute {
			h.waitUntil(5*time.Minute - 1)
			h.wantSent()
			h.pass(1)
		}
		h.pass(0)
		h.wantSent("boss: escalated web", "second: escalated web")
	}
}

func TestEditedPolicyHoldsFromTheNextStep(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.waitUntil(2 * time.Minute)
	h.log = nil
	p := climbing()
	p.Escalations[0].Steps[0].Wait = time.Minute
	p.Escalations[0].Steps[1].To = []string{"boss"}
	h.follow(h.m.SetPolicy(h.now, p))
	h.wantSent()
	h.waitUntil(5 * time.Minute)
	h.wantSent("boss: escalated web")
	p.Routes[0].Escalate = "" // and none any more
	h.follow(h.m.SetPolicy(h.now, p))
	h.pass(time.Hour)
	h.wantSent()
	if e := h.m.Escalations(); len(e) != 0 {
		t.Errorf("%+v", e)
	}
}

func TestOperatorCallsTheNextStepAndAnybody(t *testing.T) {
	h := build(t, climbing())
	if _, err := h.m.CallNext(h.now, "page{name=web}", "ana"); !errors.Is(err, ErrNoEscalation) {
		t.Errorf("with nothing to call for: %v", err)
	}
	h.down("web")
	h.log = nil
	h.must(h.m.CallNext(h.now, "page{name=web}", "ana"))
	h.want("web escalated", "boss: escalated web", "second: escalated web")
	id := h.alert("web").ID
	h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
	h.log = nil
	h.must(h.m.Page(h.now, id, "mail:dba@example.org", "ana"))
	h.want("web escalated", "mail:dba@example.org: escalated web")
	if _, err := h.m.Page(h.now, id, "operator:nobody", "ana"); !errors.Is(err, ErrNobody) {
		t.Errorf("nobody: %v", err)
	}
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("pager: resolved web", "boss: resolved web", "mail:dba@example.org: resolved web", "second: resolved web")
}

func TestPageWithoutAPolicy(t *testing.T) {
	p := climbing()
	p.Routes[0].Escalate, p.Routes[0].To = "", []string{"pager"}
	h := build(t, p)
	h.down("web")
	h.log = nil
	h.must(h.m.Page(h.now, h.alert("web").ID, "boss", "ana"))
	h.wantSent("boss: escalated web")
	h.crash()
	h.results("web", checker.Up, checker.Up, checker.Up)
	h.pass(time.Minute)
	h.wantSent("pager: resolved web", "boss: resolved web")
	if len(h.disk.climbs) != 0 {
		t.Errorf("left: %+v", h.disk.climbs)
	}
}

func TestClockThatIsSetMovesNoStep(t *testing.T) {
	for _, by := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		h := build(t, climbing())
		h.down("web")
		h.waitUntil(2 * time.Minute)
		h.log = nil
		h.now = h.now.Add(by)
		h.follow(h.m.Step(h.now, by))
		h.wantSent()
		h.pass(3*time.Minute - 1)
		h.wantSent()
		h.pass(1)
		h.wantSent("boss: escalated web", "second: escalated web")
	}
}

func TestWhatWasMissedIsToldThoughTheEscalationIsOver(t *testing.T) {
	p := climbing()
	p.Receivers[0].TellMissed, p.Receivers[0].Tell[Missed] = true, true
	h := build(t, p)
	h.mute(Again, "pager")
	h.down("web")
	h.pass(30 * time.Second)
	h.up("web")
	h.mute(Again)
	h.log = nil
	h.pass(10 * time.Minute)
	h.wantSent("pager: missed web")
}

// together is climbing with one group for all.
func together() Policy {
	p := climbing()
	p.Routes[0].GroupBy = nil
	return p
}

func TestOtherGroupsDoNotBeginItAgain(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.waitUntil(6 * time.Minute)
	h.log = nil
	h.follow(h.m.SetPolicy(h.now, together()))
	h.wantSent()
	if e := h.m.Escalations(); len(e) != 1 || e[0].Group != "page{name=web}" || e[0].Step != 2 {
		t.Errorf("%+v", e)
	}
}

func TestWhoGivesItBackAfterTheLastResortBeginsItAgain(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.pass(time.Hour)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"}))
	h.log = nil
	h.pass(time.Minute)
	h.must(h.m.Unacknowledge(h.now, h.alert("web").ID, "ana"))
	h.wantSent("pager: escalated web")
	if e := h.m.Escalations()[0]; e.Finished || e.Due.IsZero() {
		t.Errorf("%+v", e)
	}
}

// Whoever had it does not any more, and that came while it was silenced: the
// step is called anew once it is not.
func TestAcknowledgementThatRunsOutUnderASilence(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.waitUntil(time.Minute)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana", Until: h.now.Add(10 * time.Minute)}))
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"web"}}}, From: h.now, Until: h.now.Add(time.Hour), By: "ana", Reason: "busy"}))
	h.log = nil
	h.pass(time.Hour)
	h.wantSent("pager: escalated web")
	h.pass(5 * time.Minute)
	h.wantSent("boss: escalated web", "second: escalated web")
}

func TestStepTellsOnlyOfWhatNobodyHas(t *testing.T) {
	for name, has := range map[string]func(*house){
		"silenced": func(h *house) {
			h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"web"}}}, From: h.now, Until: h.now.Add(time.Hour), By: "ana", Reason: "busy"}))
		},
		"acknowledged": func(h *house) { h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"})) },
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, together())
			h.down("web")
			h.down("db")
			h.pass(2 * time.Minute)
			has(h)
			h.log = nil
			h.waitUntil(5 * time.Minute)
			h.wantSent("boss: escalated db", "second: escalated db")
			h.waitUntil(15 * time.Minute)
			h.wantSent("pager: escalated db")
		})
	}
}

// Somebody takes one of two while a step could not be told of either.
func TestWhoIsOutOfReachIsToldOfWhatIsLeft(t *testing.T) {
	h := build(t, together())
	h.down("web")
	h.down("db")
	h.mute(Again, "boss", "second")
	h.waitUntil(5 * time.Minute)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"}))
	h.mute(Again)
	h.log = nil
	h.pass(time.Minute)
	h.wantSent("boss: escalated db", "second: escalated db")
}

// Whatever burns, nobody called hears more than a route may tell, and everybody
// called hears of everything.
func TestStormOfEscalations(t *testing.T) {
	var targets []checker.Target
	for i := range 60 {
		targets = append(targets, newTarget(fmt.Sprintf("t%02d", i)))
	}
	h := build(t, climbing(), targets...)
	for range 2 {
		for _, x := range targets {
			h.result(x.Name, checker.Down)
		}
		h.pass(time.Second)
	}
	h.pass(2 * time.Hour)
	for _, receiver := range []string{"pager", "second", "boss", lifeLastResort} {
		heard, minutes := map[string]bool{}, map[int64]int{}
		for _, n := range h.sent {
			if n.Receiver != receiver {
				continue
			}
			minutes[n.At.Unix()/60]++
			for _, a := range n.Alerts {
				heard[a.Target] = true
			}
			if n.More > 0 {
				for i := range targets { // a digest lists the first of them
					heard[targets[i].Name] = true
				}
			}
		}
		if len(heard) != len(targets) {
			t.Errorf("%s heard of %d of %d", receiver, len(heard), len(targets))
		}
		for minute, n := range minutes {
			if n > 20 {
				t.Errorf("%s: %d messages in minute %d", receiver, n, minute)
			}
		}
	}
	if _, wrong := h.m.Audit(h.now); wrong != nil {
		t.Errorf("audit: %v", wrong)
	}
	for range 2 {
		for _, x := range targets {
			h.result(x.Name, checker.Up)
		}
		h.pass(time.Second)
	}
	h.pass(10 * time.Minute)
	if len(h.disk.ledgers) != 0 || len(h.disk.climbs) != 0 {
		t.Errorf("left: %d ledgers, %d escalations: %+v", len(h.disk.ledgers), len(h.disk.climbs), h.disk.ledgers)
	}
}
