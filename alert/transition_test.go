package alert

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/checker"
)

const (
	unknown  = checker.Unknown
	up       = checker.Up
	degraded = checker.Degraded
	down     = checker.Down
)

// TestResultsMoveAlerts walks the transitions with two bad results to believe
// worse and two good ones to believe better.
func TestResultsMoveAlerts(t *testing.T) {
	for _, tt := range []struct {
		name    string
		results []checker.Status
		want    []string
		state   State
		sev     Severity
	}{
		{"bad once is pending", []checker.Status{up, up, down}, []string{"soft"}, Pending, Critical},
		{"and gone if the next is good", []checker.Status{up, up, down, up}, []string{"soft", "cleared"}, None, 0},
		{"bad twice fires", []checker.Status{up, up, down, down}, []string{"soft", "fired"}, Firing, Critical},
		{"fires as bad as both agree", []checker.Status{up, up, down, degraded}, []string{"soft", "fired"}, Firing, Warning},
		{"never seen before", []checker.Status{down, down}, []string{"soft", "fired"}, Firing, Critical},
		{"unknown is no result", []checker.Status{down, unknown, unknown, down}, []string{"soft", "fired"}, Firing, Critical},
		{"worse", []checker.Status{degraded, degraded, down, down}, []string{"soft", "fired", "worse"}, Firing, Critical},
		{"better", []checker.Status{down, down, degraded, degraded}, []string{"soft", "fired", "recovering", "better"}, Firing, Warning},
		{"better and still recovering", []checker.Status{down, down, degraded, up}, []string{"soft", "fired", "recovering", "better", "recovering"}, Recovering, Warning},
		{"recovering", []checker.Status{down, down, up}, []string{"soft", "fired", "recovering"}, Recovering, Critical},
		{"relapsed", []checker.Status{down, down, up, down}, []string{"soft", "fired", "recovering", "relapsed"}, Firing, Critical},
		{"absence never resolves", []checker.Status{down, down, up, unknown, unknown, unknown}, []string{"soft", "fired", "recovering"}, Recovering, Critical},
		{"resolved", []checker.Status{down, down, up, up}, []string{"soft", "fired", "recovering", "resolved"}, Resolved, Critical},
		{"back soon", []checker.Status{down, down, up, up, degraded, degraded}, []string{"soft", "fired", "recovering", "resolved", "soft", "reopened"}, Firing, Warning},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := build(t, Policy{})
			var got []string
			for _, s := range tt.results {
				h.result("web", s)
				h.pass(time.Second)
			}
			for _, line := range h.log {
				got = append(got, line[len("web "):])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			state, sev := None, Info
			if all := h.m.Alerts(); len(all) > 0 {
				state, sev = all[0].State, all[0].Severity
			}
			if state != tt.state || sev != tt.sev {
				t.Errorf("%v %v, want %v %v", state, sev, tt.state, tt.sev)
			}
		})
	}
}

func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

func TestTimesOfASpell(t *testing.T) {
	h := build(t, Policy{})
	h.results("web", up, up, down, degraded, down, up, up)
	a := h.alert("web")
	for _, x := range []struct {
		what      string
		got, want time.Time
	}{
		{"started at the first bad result", a.Started, at(2)},
		{"detected when it was believed", a.Detected, at(3)},
		{"resolved at the first good result", a.Resolved, at(5)},
		{"confirmed when that was believed", a.Confirmed, at(6)},
		{"no longer recovering", a.Recover, time.Time{}},
	} {
		if !x.got.Equal(x.want) {
			t.Errorf("%s: %v, want %v", x.what, x.got, x.want)
		}
	}
}

func TestResultTakesPlaceWhenItWasHad(t *testing.T) {
	h := build(t, Policy{})
	h.m.Observe(checker.Result{Target: "web", At: start, Took: 700 * time.Millisecond, Status: down})
	if got, want := h.alert("web").Started, start.Add(700*time.Millisecond); !got.Equal(want) {
		t.Errorf("started %v, want %v", got, want)
	}
}

// Three good results are needed here: what was better, and not yet good, is no
// part of the end.
func TestResolvedSinceTheFirstGoodResultOfTheLastRow(t *testing.T) {
	h := build(t, Policy{})
	h.results("web", down, down, up, down, degraded, up, up)
	if got := h.alert("web").Resolved; !got.Equal(at(5)) {
		t.Errorf("resolved %v, want %v", got, at(5))
	}
}

func TestSpellCountsItsBadResults(t *testing.T) {
	h := build(t, Policy{})
	h.results("web", down, down, degraded, down)
	if got := h.alert("web").Bad; got != 4 {
		t.Errorf("%d bad results in a row, want 4", got)
	}
	h.results("web", up)
	if got := h.alert("web").Bad; got != 0 {
		t.Errorf("%d bad results in a row after a good one", got)
	}
}

func TestFindingsAreThoseOfTheLastBadResult(t *testing.T) {
	h := build(t, Policy{})
	h.result("web", down, checker.Finding{What: "connect", Text: "refused"})
	h.result("web", down, checker.Finding{What: "status", Text: "503, want 200"})
	h.result("web", up)
	a := h.alert("web")
	if got := a.What(); got != "503, want 200" {
		t.Errorf("what: %q", got)
	}
}

func TestBackSoonIsTheSameAlert(t *testing.T) {
	h := build(t, Policy{})
	h.down("web")
	first := h.alert("web")
	h.must(h.m.Acknowledge(h.now, first.ID, Ack{By: "ada"}))
	h.up("web")
	h.pass(9 * time.Minute)
	h.down("web")
	a := h.alert("web")
	if a.ID != first.ID || a.Reopens != 1 || a.Ack != nil || !a.Resolved.IsZero() || !a.Confirmed.IsZero() {
		t.Errorf("reopened: %+v", a)
	}
	if a.Seq != 3 {
		t.Errorf("seq %d, want 3: fired, resolved, reopened", a.Seq)
	}
}

// How long it lasts, and since when, is said of the spell that is under way.
func TestBackSoonCountsFromItsNewSpell(t *testing.T) {
	for _, tt := range []struct {
		name string
		back []checker.Result
	}{
		{"believed at once", []checker.Result{{Status: checker.Down, Believed: checker.Down}}},
		{"pending first", []checker.Result{{Status: checker.Down, Believed: checker.Up}, {Status: checker.Down, Believed: checker.Down}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := build(t, Policy{})
			h.down("web")
			h.up("web")
			h.pass(5 * time.Minute)
			started := h.now
			for i, r := range tt.back {
				if i > 0 {
					h.pass(time.Minute)
				}
				r.Target, r.At = "web", h.now
				h.follow(h.m.Observe(r))
			}
			a := h.alert("web")
			if a.Reopens != 1 || !a.Started.Equal(started) || !a.Detected.Equal(h.now) {
				t.Errorf("reopened %d times, started %v, detected %v; want once, %v, %v", a.Reopens, a.Started, a.Detected, started, h.now)
			}
		})
	}
}

func TestBackLaterIsANewAlertThatNamesTheOneBefore(t *testing.T) {
	h := build(t, Policy{})
	h.down("web")
	first := h.alert("web")
	h.up("web")
	h.pass(11 * time.Minute)
	h.down("web")
	a := h.alert("web")
	if a.ID == first.ID || a.Previous != first.ID || a.Reopens != 0 {
		t.Errorf("after 11 minutes: %+v", a)
	}
}

func TestGettingWorseEndsAnAcknowledgement(t *testing.T) {
	for _, sticky := range []bool{false, true} {
		h := build(t, Policy{})
		h.results("web", degraded, degraded)
		h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada", Sticky: sticky}))
		h.log = nil
		h.results("web", down, down)
		if sticky {
			h.want("web worse")
		} else {
			h.want("web worse", "web unack")
		}
		if got := h.alert("web").Ack != nil; got != sticky {
			t.Errorf("sticky %v: acknowledged %v", sticky, got)
		}
	}
}

func TestResultOfAnUnknownTargetIsDropped(t *testing.T) {
	h := build(t, Policy{})
	for range 3 {
		if fx := h.m.Observe(checker.Result{Target: "gone", At: h.now, Status: down, Believed: down}); !fx.Empty() {
			t.Errorf("%+v", fx)
		}
	}
}

func TestRemovedTargetResolvesItsAlert(t *testing.T) {
	h := build(t, usual())
	h.down("web")
	h.pass(20 * time.Second)
	h.results("db", down) // pending
	h.log = nil
	h.follow(h.m.SetTargets(h.now, nil))
	h.pass(time.Minute)
	h.want("db cleared", "web resolved", "pager: resolved web", "chat: resolved web")
	if a := h.alert("web"); a.Ending != "removed" {
		t.Errorf("ending %q", a.Ending)
	}
	h.result("web", down) // a run that was under way
	h.want()
}

func TestBeliefOfAnEarlierRunIsEnoughToGoOn(t *testing.T) {
	h := build(t, Policy{})
	h.down("web")
	h.boot() // nothing is believed in this run yet
	h.log = nil
	for _, s := range []checker.Status{down, up} {
		h.follow(h.m.Observe(checker.Result{Target: "web", At: h.now, Status: s}))
	}
	h.want("web recovering")
}

func TestAlertsAreListedGravestFirst(t *testing.T) {
	h := build(t, Policy{}, newTarget("a"), newTarget("b"), newTarget("c"), newTarget("d"), newTarget("e"))
	h.down("e")
	h.up("e")
	h.results("b", degraded, degraded)
	h.down("a")
	h.down("d")
	h.results("c", down)
	var got []string
	for _, a := range h.m.Alerts() {
		got = append(got, a.Target+" "+a.State.String())
	}
	if diff := cmp.Diff([]string{"a firing", "d firing", "b firing", "c pending", "e resolved"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestResolvedAlertIsForgottenAfterAnHour(t *testing.T) {
	h := build(t, usual())
	h.down("web")
	id := h.alert("web").ID
	h.up("web")
	h.pass(59 * time.Minute)
	if _, ok := h.m.Get(id); !ok {
		t.Error("forgotten within the hour")
	}
	h.pass(2 * time.Minute)
	if _, ok := h.m.Get(id); ok {
		t.Error("still known after an hour")
	}
}

func TestResolvedAlertIsKnownWhileSomebodyIsOwedTheEnd(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(10 * time.Second)
	id := h.alert("web").ID
	h.answer = func(Notification) Delivery { return Delivery{Outcome: Again} }
	h.up("web")
	h.pass(5 * time.Hour)
	if _, ok := h.m.Get(id); !ok {
		t.Fatal("forgotten, and chat thinks that it is firing")
	}
	h.answer = nil
	h.log = nil
	h.pass(6 * time.Minute)
	h.want("chat: resolved web")
	if _, ok := h.m.Get(id); ok {
		t.Error("still known")
	}
}
