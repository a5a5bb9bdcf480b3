package alert

import (
	"slices"
	"testing"
	"time"
)

func TestNothingButUnknownIsStaleAndResolvesNothing(t *testing.T) {
	h := build(t, only("pager")) // an interval is 10 s
	h.down("web")
	h.log = nil
	h.result("web", unknown)
	h.pass(28 * time.Second)
	h.result("web", unknown)
	h.want()
	h.pass(time.Second)
	h.result("web", unknown)
	h.want("web stale")
	if a := h.alert("web"); !a.Stale || a.State != Firing || !slices.Equal(h.m.Stale(), []string{"web"}) {
		t.Errorf("%+v, stale: %q", a, h.m.Stale())
	}
	h.pass(time.Hour)
	h.result("web", unknown)
	h.wantSent("pager: remind web", "pager: remind web")
	h.result("web", down)
	h.want("web fresh")
	if a := h.alert("web"); a.Stale || len(h.m.Stale()) != 0 {
		t.Errorf("%+v", a)
	}
}

func TestTargetNeverKnownIsStaleToo(t *testing.T) {
	h := build(t, only("pager"))
	h.result("db", unknown)
	h.pass(30 * time.Second)
	h.result("db", unknown)
	h.want("db stale")
	h.follow(h.m.SetTargets(h.now, h.targets[:1]))
	if len(h.m.Stale()) != 0 {
		t.Error("stale although it is gone")
	}
}
