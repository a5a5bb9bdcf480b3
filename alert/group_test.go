package alert

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGroupKeys(t *testing.T) {
	labels := map[string]string{"name": "web", "group": "shops", "site": `a,b="c"`}
	for _, tt := range []struct {
		by   []string
		want string
	}{
		{nil, "all"},
		{[]string{"group"}, "all{group=shops}"},
		{[]string{"name", "group"}, "all{group=shops,name=web}"},
		{[]string{"team"}, "all{team=}"},
		{[]string{"site"}, `all{site="a,b=\"c\""}`},
	} {
		if got, _ := newRoute(Route{Name: "all", GroupBy: tt.by}).group(labels); got != tt.want {
			t.Errorf("by %v: %s, want %s", tt.by, got, tt.want)
		}
	}
}

func TestGroupsAreToldApart(t *testing.T) {
	p := only("chat")
	p.Routes[0].GroupBy = []string{"group"}
	h := build(t, p, newTarget("a1", "group=a"), newTarget("a2", "group=a"), newTarget("b1", "group=b"))
	h.down("a1")
	h.down("b1")
	h.down("a2")
	h.log = nil
	h.pass(15 * time.Second)
	h.want("chat: first a1+a2", "chat: first b1")
	n := h.sent[0]
	if diff := cmp.Diff(map[string]string{"group": "a"}, n.Labels); diff != "" || n.Group != "all{group=a}" || n.Route != "all" || n.Active != 2 {
		t.Errorf("%+v", n)
	}
}

func TestEveryRouteThatMatchesApplies(t *testing.T) {
	p := usual()
	p.Routes = []Route{
		{Name: "chatty", To: []string{"chat"}},
		{Name: "grave", Match: Matcher{{"severity": {"down"}}}, To: []string{"pager", "chat"}},
		{Name: "other", Match: Matcher{{"team": {"db"}}}, To: []string{"pager"}},
	}
	h := build(t, p)
	h.results("web", degraded, degraded)
	h.wantSent("chat: first web")
	h.results("web", down, down)
	h.wantSent("chat: worse web", "chat: first web", "pager: first web")
	h.results("web", up, up)
	h.wantSent("chat: resolved web", "chat: resolved web", "pager: resolved web")
}

// A route for what is down was told; degraded, the alert is none of its
// business, but whoever was told hears how it goes on.
func TestWhoWasToldHearsTheEnd(t *testing.T) {
	p := only("chat")
	p.Routes[0].Match = Matcher{{"severity": {"down"}}}
	h := build(t, p)
	h.down("web")
	h.pass(5 * time.Minute)
	h.results("web", degraded, degraded)
	h.pass(24 * time.Hour)
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("chat: first web", "chat: better web", "chat: resolved web")
}

func TestFindingsChooseTheRoute(t *testing.T) {
	p := only("chat")
	p.Routes[0].Match = Matcher{{"finding": {"expiry"}}}
	h := build(t, p)
	h.down("web")
	h.pass(time.Minute)
	h.wantSent()
	h.result("web", down, finding("expiry"))
	h.pass(time.Minute)
	h.wantSent("chat: first web")
}

func TestLabelsOfAReloadChooseTheRoute(t *testing.T) {
	p := only("chat")
	p.Routes[0].Match = Matcher{{"team": {"db"}}}
	h := build(t, p)
	h.down("web")
	h.pass(time.Minute)
	h.wantSent()
	h.targets[0] = newTarget("web", "team=db")
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.pass(time.Minute)
	h.wantSent("chat: first web")
}

// The configuration refuses such a route.
func TestRouteToNobodyOwesNothing(t *testing.T) {
	p := only("nobody")
	h := build(t, p)
	h.down("web")
	h.pass(time.Minute)
	if s := h.m.Save(); len(s.Ledgers) > 0 {
		t.Errorf("%+v", s.Ledgers)
	}
}

func TestReloadTellsNobodyAgain(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*house)
		want []string
	}{
		{"nothing", func(*house) {}, nil},
		{"a description", func(h *house) { h.targets[0].Note = "new" }, nil},
		{"a label", func(h *house) { h.targets[0] = newTarget("web", "team=x") }, nil},
		{"the label of its group", func(h *house) { h.targets[0] = newTarget("web", "group=x") }, nil},
		{"what groups are made by", func(h *house) { h.policy.Routes[0].GroupBy = []string{"name"} }, nil},
		{"a receiver more", func(h *house) { h.policy.Routes[0].To = []string{"chat", "pager"} }, []string{"pager: first web"}},
		{"a receiver less", func(h *house) { h.policy.Routes[0].To = nil }, nil},
		{"a route less", func(h *house) { h.policy.Routes = nil }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := only("chat")
			p.Routes[0].GroupBy = []string{"group"}
			h := build(t, p)
			h.down("web")
			h.pass(time.Minute)
			h.log = nil
			tt.edit(h)
			for range 3 {
				h.follow(h.m.SetTargets(h.now, h.targets))
				h.follow(h.m.SetPolicy(h.now, h.policy))
				h.pass(15 * time.Second)
			}
			h.want(tt.want...)
			h.up("web")
			h.pass(time.Minute)
			h.log = h.log[len(h.log)-len(tt.want)-1:]
			if len(tt.want) == 0 {
				h.want("chat: resolved web")
			} else {
				h.want("chat: resolved web", "pager: resolved web")
			}
		})
	}
}

func TestReloadResetsNoDeadline(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.log = nil
	h.pass(6 * time.Second)
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.pass(2 * time.Second)
	h.want()
	h.pass(time.Second) // ten after it fired
	h.want("chat: first web")
	for range 2 {
		h.pass(14 * time.Minute)
		h.follow(h.m.SetPolicy(h.now, h.policy))
	}
	h.want()
	h.pass(2 * time.Minute)
	h.want("chat: remind web")
}

func TestReceiverThatIsGoneIsToldWhenItComesBack(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	gone := h.policy
	gone.Receivers = gone.Receivers[1:]
	h.follow(h.m.SetPolicy(h.now, gone))
	h.up("web")
	h.pass(20 * time.Hour)
	h.log = nil
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.want("chat: resolved web")
}

func TestReceiverThatIsGoneIsForgottenAfterADay(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	h.outcome(Delivery{Outcome: Again})
	h.results("web", up, up)
	gone := h.policy
	gone.Receivers = gone.Receivers[1:]
	h.follow(h.m.SetPolicy(h.now, gone))
	h.pass(26 * time.Hour)
	if s := h.m.Save(); len(s.Ledgers)+len(s.Alerts)+len(h.disk.ledgers) > 0 {
		t.Errorf("still kept: %+v", s)
	}
}

func TestLedgersDoNotPileUp(t *testing.T) {
	p := only("chat")
	p.Routes[0].GroupBy = []string{"name"}
	h := build(t, p)
	for range 50 {
		h.down("web")
		h.pass(time.Minute)
		h.up("web")
		h.pass(2 * time.Hour)
	}
	if n := len(h.m.accounts) + len(h.disk.ledgers) + len(h.m.known) + len(h.m.alerts) + len(h.m.agenda.heap); n > 0 {
		t.Errorf("%d things are kept at rest", n)
	}
}
