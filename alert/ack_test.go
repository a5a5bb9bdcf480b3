package alert

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/checker"
)

// A second operator takes nothing away from what the first said.
func TestSecondAcknowledgementWeakensNothing(t *testing.T) {
	soon, late := start.Add(time.Hour), start.Add(2*time.Hour)
	for name, c := range map[string]struct{ first, second, want Ack }{
		"sticky":          {Ack{By: "ana", Sticky: true}, Ack{By: "bo"}, Ack{By: "bo", Also: []string{"ana"}, Sticky: true}},
		"sticky at last":  {Ack{By: "ana"}, Ack{By: "bo", Sticky: true}, Ack{By: "bo", Also: []string{"ana"}, Sticky: true}},
		"without end":     {Ack{By: "ana"}, Ack{By: "bo", Until: soon}, Ack{By: "bo", Also: []string{"ana"}}},
		"without end now": {Ack{By: "ana", Until: soon}, Ack{By: "bo"}, Ack{By: "bo", Also: []string{"ana"}}},
		"sooner":          {Ack{By: "ana", Until: late}, Ack{By: "bo", Until: soon}, Ack{By: "bo", Also: []string{"ana"}, Until: late}},
		"later":           {Ack{By: "ana", Until: soon}, Ack{By: "bo", Until: late}, Ack{By: "bo", Also: []string{"ana"}, Until: late}},
		"note":            {Ack{By: "ana", Note: "on it"}, Ack{By: "bo", Note: "me too"}, Ack{By: "bo", Note: "me too", Also: []string{"ana"}}},
		"their own":       {Ack{By: "ana", Sticky: true, Until: late}, Ack{By: "ana", Until: soon}, Ack{By: "ana", Until: soon}},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, climbing())
			h.down("web")
			id := h.alert("web").ID
			h.must(h.m.Acknowledge(h.now, id, c.first))
			h.must(h.m.Acknowledge(h.now, id, c.second))
			c.want.At, c.want.Enough = h.now, true
			if diff := cmp.Diff(c.want, *h.alert("web").Ack); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Three have it: the first one's say counts, also once the last changes theirs.
func TestWhoAcknowledgesAgainChangesNothingOfOthers(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	id := h.alert("web").ID
	for _, a := range []Ack{{By: "ana", Sticky: true}, {By: "bo", Until: h.now.Add(time.Hour)}, {By: "bo", Until: h.now.Add(time.Minute)}} {
		h.must(h.m.Acknowledge(h.now, id, a))
	}
	if a := h.alert("web").Ack; !a.Sticky || !a.Until.IsZero() || !cmp.Equal(a.Also, []string{"ana"}) {
		t.Errorf("%+v", a)
	}
}

// bothFirst has two operators called first, who must both acknowledge.
func bothFirst() Policy {
	p := climbing()
	p.Escalations[0].Steps[0] = EscalationStep{To: []string{"ana via pager", "bo via pager"}, Wait: 5 * time.Minute, All: true}
	return p
}

// Somebody else than those who must takes it after a later step: it is taken,
// whatever the clock is set to.
func TestClockThatIsSetTakesNothingFromWhoHasIt(t *testing.T) {
	for _, by := range []time.Duration{5 * time.Second, 2 * time.Hour, -2 * time.Hour} {
		for _, crash := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v, restarted %v", by, crash), func(t *testing.T) {
				h := build(t, bothFirst())
				h.down("web")
				h.waitUntil(6 * time.Minute)
				h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "cy"}))
				h.pass(time.Minute)
				h.log = nil
				h.now = h.now.Add(by)
				h.follow(h.m.Step(h.now, by))
				if crash {
					h.crash()
				}
				h.pass(3 * time.Hour)
				h.wantSent()
			})
		}
	}
}

// What somebody has is not called about again because a step is called about
// something else of its group.
func TestStepLeavesAloneWhatSomebodyHas(t *testing.T) {
	p := bothFirst()
	p.Routes[0].GroupBy = nil
	h := build(t, p)
	h.down("web")
	h.down("db")
	h.waitUntil(6 * time.Minute) // step 2, which is content with anybody
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "cy"}))
	h.log = nil
	h.waitUntil(15 * time.Minute)
	h.wantSent("ana via pager: escalated db", "bo via pager: escalated db")
	h.must(h.m.Acknowledge(h.now, h.alert("db").ID, Ack{By: "cy"})) // during a step that asks for both
	h.pass(5 * time.Minute)
	h.wantSent("boss: escalated db", "second: escalated db")
}

func TestAcknowledgementOfAllThatMustOutlastsARestart(t *testing.T) {
	h := build(t, bothFirst())
	h.down("web")
	id := h.alert("web").ID
	h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
	if h.alert("web").Ack.Enough {
		t.Error("ana alone is enough")
	}
	h.must(h.m.Acknowledge(h.now, id, Ack{By: "bo"}))
	if !h.alert("web").Ack.Enough {
		t.Error("both are not enough")
	}
	h.log = nil
	h.crash()
	h.results("web", checker.Down)
	h.pass(time.Hour)
	h.wantSent()
}
