package alert

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// quiet silences a target for an hour.
func (h *house) quiet(target string) {
	h.t.Helper()
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {target}}}, From: h.now, Until: h.now.Add(time.Hour), By: "ana", Reason: "busy"}))
}

// Whoever has it asks for help: the next step is told, and then it waits again.
func TestNextStepOfWhatSomebodyHas(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"}))
	h.log = nil
	h.must(h.m.CallNext(h.now, "page{name=web}", "ana"))
	h.want("web escalated", "boss: escalated web", "second: escalated web")
	h.pass(3 * time.Hour)
	h.wantSent()
	if e := h.m.Escalations()[0]; e.Paused != pausedByAck || e.Step != 2 {
		t.Errorf("%+v", e)
	}
	h.must(h.m.CallNext(h.now, "page{name=web}", "ana")) // who was told before as well
	h.wantSent("pager: escalated web")
	h.must(h.m.CallNext(h.now, "page{name=web}", "ana"))
	h.wantSent("boss: escalated web", "second: escalated web")
	fx, err := h.m.CallNext(h.now, "page{name=web}", "ana")
	if len(fx.Events) != 1 || fx.Events[0].Kind != KindExhausted || strings.Contains(fx.Events[0].Text, "nobody acknowledged") {
		t.Errorf("the last resort of what ana has: %+v", fx.Events)
	}
	h.must(fx, err)
	h.wantSent("mail:leads@example.org: escalated web")
	if _, err := h.m.CallNext(h.now, "page{name=web}", "ana"); !errors.Is(err, ErrNoEscalation) {
		t.Errorf("after the last resort: %v", err)
	}
	if _, wrong := h.m.Audit(h.now); wrong != nil {
		t.Errorf("audit: %v", wrong)
	}
}

func TestPageOfWhatSomebodyHas(t *testing.T) {
	for name, before := range map[string]func(h *house, id string){
		"called by the last step": func(h *house, id string) {
			h.waitUntil(6 * time.Minute)
			h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
		},
		"called by an earlier step": func(h *house, id string) {
			h.waitUntil(16 * time.Minute)
			h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
		},
		"called by hand": func(h *house, id string) {
			h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
			h.must(h.m.Page(h.now, id, "second", "ana"))
			h.pass(time.Minute)
		},
		"after the last resort": func(h *house, id string) {
			h.pass(time.Hour)
			h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
		},
		"after a restart": func(h *house, id string) {
			h.waitUntil(6 * time.Minute)
			h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
			h.crash()
		},
		"after a silence": func(h *house, id string) {
			h.waitUntil(6 * time.Minute)
			h.quiet("web")
			h.must(h.m.Acknowledge(h.now, id, Ack{By: "ana"}))
			h.pass(time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, climbing())
			h.down("web")
			id := h.alert("web").ID
			before(h, id)
			h.log = nil
			h.must(h.m.Page(h.now, id, "second", "ana"))
			h.want("web escalated", "second: escalated web")
			h.pass(30 * time.Minute)
			h.wantSent()
		})
	}
}

// Somebody who cannot be told of it is not called, rather than an hour late.
func TestWhatIsHeldBackCallsNobody(t *testing.T) {
	for name, c := range map[string]struct {
		hold func(sp *spell)
		says string
	}{
		"silence":     {func(sp *spell) { sp.SilencedBy = "s1" }, "web is silenced (s1): end the silence first"},
		"maintenance": {func(sp *spell) { sp.Maintenance = "s2" }, "web is in maintenance (s2): end that first"},
		"parent":      {func(sp *spell) { sp.Inhibited = "gw" }, "web is explained by gw: call somebody about that"},
		"waiting":     {func(sp *spell) { sp.Waiting = "gw" }, "gw is asked first, which may explain web: try again in some seconds"},
		"settling":    {func(sp *spell) { sp.Settling = true }, "the first round since the start is not over: try again in half a minute"},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, climbing())
			h.down("web")
			sp := h.m.alerts[h.alert("web").ID]
			c.hold(sp)
			_, next := h.m.CallNext(h.now, "page{name=web}", "ana")
			_, page := h.m.Page(h.now, sp.ID, "second", "ana")
			for what, err := range map[string]error{"next step": next, "page": page} {
				if want := "nobody is called about what is held back: " + c.says; !errors.Is(err, ErrHeld) || err.Error() != want {
					t.Errorf("%s: %v\nwant %s", what, err, want)
				}
			}
		})
	}
}

func TestCallThatIsRefusedChangesNothing(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	h.waitUntil(time.Minute)
	h.quiet("web")
	h.log = nil
	id := h.alert("web").ID
	for _, call := range []func() (Effects, error){
		func() (Effects, error) { return h.m.CallNext(h.now, "page{name=web}", "ana") },
		func() (Effects, error) { return h.m.Page(h.now, id, "boss", "ana") },
	} {
		if fx, err := call(); !errors.Is(err, ErrHeld) || !fx.Empty() {
			t.Errorf("%+v, %v", fx, err)
		}
	}
	h.pass(time.Hour)
	h.wantSent()
	h.pass(4*time.Minute - 1)
	h.wantSent()
	h.pass(1)
	h.wantSent("boss: escalated web", "second: escalated web")
}

// One of a group is silenced, the other is not: the step is called about that.
func TestNextStepOfAGroupThatIsHeldInPart(t *testing.T) {
	h := build(t, together())
	h.down("web")
	h.down("db")
	h.pass(2 * time.Minute)
	h.quiet("web")
	h.log = nil
	h.must(h.m.CallNext(h.now, "page", "ana"))
	h.wantSent("boss: escalated db", "second: escalated db")
}
