package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/checker"
)

// crowd returns n targets.
func crowd(n int) []checker.Target {
	targets := make([]checker.Target, n)
	for i := range targets {
		targets[i] = newTarget(fmt.Sprintf("t%02d", i))
	}
	return targets
}

// allDown has all targets believed down, so long after each other.
func (h *house) allDown(gap time.Duration) {
	for _, x := range h.targets {
		h.result(x.Name, checker.Down)
		h.result(x.Name, checker.Down)
		h.pass(gap)
	}
}

func (h *house) allUp() {
	for _, x := range h.targets {
		h.up(x.Name)
	}
}

// heardOf returns how many targets a receiver was told of, with a reason or for
// Told with any, from the k-th notification on.
func (h *house) heardOf(k int, receiver string, reason Reason) int {
	targets := map[string]bool{}
	for _, n := range h.sent[k:] {
		for _, a := range n.Alerts {
			if n.Receiver == receiver && (n.Reason == reason || reason == Told) {
				targets[a.Target] = true
			}
		}
	}
	return len(targets)
}

// wantNothingLeft holds that nothing is kept of alerts that are over.
func (h *house) wantNothingLeft() {
	h.t.Helper()
	if len(h.disk.ledgers) != 0 || len(h.disk.climbs) != 0 {
		h.t.Errorf("left: %d ledgers, %d escalations: %+v", len(h.disk.ledgers), len(h.disk.climbs), h.disk.ledgers)
	}
}

// What a storm, or the pace of a route, told by the account for all of it is
// called about there, with and without a restart.
func TestStepCallsAgainOfWhatWasToldTogether(t *testing.T) {
	for name, c := range map[string]struct {
		n   int
		gap time.Duration
	}{
		"a storm":                        {25, 0},
		"a storm, after some":            {25, time.Second},
		"more than a minute may have":    {20, 0},
		"more, one after the other":      {20, time.Second},
		"more, one long after the other": {25, 3200 * time.Millisecond},
	} {
		for _, crash := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, restarted %v", name, crash), func(t *testing.T) {
				h := build(t, climbing(), crowd(c.n)...)
				h.allDown(c.gap)
				h.pass(time.Minute)
				before := h.m.Escalations()
				if crash {
					h.crash()
				}
				if diff := cmp.Diff(before, h.m.Escalations()); diff != "" {
					t.Errorf("escalations (-before +after a restart):\n%s", diff)
				}
				k := len(h.sent)
				h.pass(2 * time.Hour)
				for _, receiver := range []string{"pager", "second", "boss", lifeLastResort} {
					if n := h.heardOf(k, receiver, Told); n != c.n {
						t.Errorf("%s was called about %d of %d", receiver, n, c.n)
					}
				}
				if _, wrong := h.m.Audit(h.now); wrong != nil {
					t.Errorf("audit: %v", wrong)
				}
				h.allUp()
				h.pass(10 * time.Minute)
				h.wantNothingLeft()
			})
		}
	}
}

func TestOverdueStepAfterAStormIsCalledOnce(t *testing.T) {
	h := build(t, climbing(), crowd(25)...)
	h.allDown(0)
	h.pass(time.Minute)
	h.now = h.now.Add(time.Hour) // nobody is there meanwhile
	k := len(h.sent)
	h.crash()
	h.pass(time.Minute)
	for _, e := range h.m.Escalations() {
		if e.Step != 2 || e.Round != 1 {
			t.Errorf("%s is at step %d of round %d", e.Group, e.Step, e.Round)
		}
	}
	if n := h.heardOf(k, "second", Told); n != 25 {
		t.Errorf("the second was called about %d of 25", n)
	}
}

func TestEditedGroupsAndARestartKeepTheStep(t *testing.T) {
	by := func(names ...string) Policy {
		p := climbing()
		p.Routes[0].GroupBy = names
		return p
	}
	for name, policies := range map[string][2]Policy{
		"one for all, then by name": {by(), by("name")},
		"by name, then one for all": {by("name"), by()},
		"by name, then by kind":     {by("name"), by("kind")},
	} {
		for _, crash := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, restarted %v", name, crash), func(t *testing.T) {
				h := build(t, policies[0])
				h.down("web")
				h.waitUntil(6 * time.Minute) // step 2 was called
				h.log = nil
				h.policy = policies[1]
				h.policy.Settle = -1
				h.follow(h.m.SetPolicy(h.now, h.policy))
				if crash {
					h.crash()
				}
				h.wantSent()
				h.waitUntil(15 * time.Minute)
				h.wantSent("pager: escalated web")
				h.pass(5 * time.Minute)
				h.wantSent("boss: escalated web", "second: escalated web")
				h.pass(10 * time.Minute)
				h.wantSent("mail:leads@example.org: escalated web")
				h.up("web")
				h.pass(10 * time.Minute)
				h.wantNothingLeft()
			})
		}
	}
}

// Acknowledgements of a storm that run out after a restart call the last step
// about all of it.
func TestAcknowledgedStormGoesOnAfterARestart(t *testing.T) {
	h := build(t, climbing(), crowd(30)...)
	h.allDown(0)
	h.pass(7 * time.Minute)
	for _, x := range h.targets {
		h.must(h.m.Acknowledge(h.now, h.alert(x.Name).ID, Ack{By: "ana", Until: h.now.Add(time.Hour)}))
	}
	h.pass(10 * time.Minute)
	h.crash()
	k := len(h.sent)
	h.pass(55 * time.Minute)
	for _, receiver := range []string{"second", "boss"} {
		if n := h.heardOf(k, receiver, Told); n != 30 {
			t.Errorf("%s was called about %d of 30", receiver, n)
		}
	}
	h.pass(2 * time.Hour)
	h.allUp()
	h.pass(10 * time.Minute)
	h.wantNothingLeft()
}

// All whom a step called refuse: with what was told together as well.
func TestStepThatRefusesWhatIsToldTogetherIsFollowedAtOnce(t *testing.T) {
	h := build(t, climbing(), crowd(20)...)
	h.mute(Dead, "pager")
	h.allDown(time.Second)
	h.pass(time.Minute)
	if n := h.heardOf(0, "second", Told); n != 20 {
		t.Errorf("the second was called about %d of 20 within a minute", n)
	}
}

// What ends, or is taken, before a call arrived needs no call any more.
func TestCallEndsWithItsAlerts(t *testing.T) {
	for name, end := range map[string]func(*house){
		"over":     func(h *house) { h.up("web") },
		"taken":    func(h *house) { h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"})) },
		"resolved": func(h *house) { h.must(h.m.Resolve(h.now, h.alert("web").ID, "ana", "fixed")) },
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, climbing())
			h.down("web")
			h.waitUntil(6 * time.Minute)
			h.mute(Again, "pager")
			h.waitUntil(15 * time.Minute) // the second round calls the pager
			end(h)
			h.pass(time.Hour)
			for _, l := range h.m.Accounts() {
				if len(l.Calls) > 0 {
					t.Errorf("%s is still called about %s: %v", l.Receiver, l.Group, l.Calls)
				}
			}
		})
	}
}

func TestAuditMendsACallThatNobodyTells(t *testing.T) {
	ofTheGroup := accountKey{"page{name=t18}", "second"}
	damages := map[string]func(h *house){
		"by an account without alerts": func(h *house) {
			h.m.open(Ledger{Group: ofTheGroup.group, Route: "page", Receiver: ofTheGroup.receiver, Calls: map[string]time.Time{h.alert("t18").ID: h.now}})
		},
		"by none": func(h *house) {
			sp := h.m.alerts[h.alert("t18").ID]
			for _, b := range slices.Clone(sp.members) {
				if b.account.Receiver == "second" {
					b.leave()
				}
			}
		},
	}
	for what, damage := range damages {
		t.Run(what, func(t *testing.T) {
			h := build(t, climbing(), crowd(20)...)
			h.allDown(0) // the last ones are told by the account for all of the route
			h.pass(7 * time.Minute)
			if _, wrong := h.m.Audit(h.now); wrong != nil {
				t.Fatalf("before: %v", wrong)
			}
			damage(h)
			k := len(h.sent)
			fx, wrong := h.m.Audit(h.now)
			h.follow(fx)
			if len(wrong) != 1 || !strings.HasSuffix(wrong[0], ": its escalation called second, who is not told") {
				t.Errorf("wrong: %q", wrong)
			}
			h.pass(time.Minute)
			told := slices.ContainsFunc(h.sent[k:], func(n Notification) bool {
				return n.Receiver == "second" && slices.ContainsFunc(n.Alerts, func(a Alert) bool { return a.Target == "t18" })
			})
			if _, wrong := h.m.Audit(h.now); !told || wrong != nil {
				t.Errorf("told: %v; once mended: %q", told, wrong)
			}
			if a := h.m.accounts[ofTheGroup]; a != nil && len(a.Calls) > 0 {
				t.Errorf("still called: %+v", a.Ledger)
			}
		})
	}
}

// One of two must acknowledge as well, and what they must was silenced while the
// last resort was called about something else.
func TestLastResortHearsOfWhatIsNotSilencedAnyMore(t *testing.T) {
	p := together()
	p.Escalations[0].Steps[0] = EscalationStep{To: []string{"ana via pager", "bo via pager"}, Wait: 5 * time.Minute, All: true}
	h := build(t, p)
	h.down("web")
	h.down("db")
	h.pass(2 * time.Minute)
	h.quiet("db")
	h.must(h.m.Acknowledge(h.now, h.alert("db").ID, Ack{By: "ana"}))
	h.pass(time.Hour - time.Second)
	h.log = nil
	h.pass(time.Second)
	h.wantSent("boss: new db", "mail:leads@example.org: new db", "second: new db")
}
