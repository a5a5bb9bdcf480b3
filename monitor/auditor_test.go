package monitor

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/alert"
	"sitrep/alert/notify"
	"sitrep/checker"
	"sitrep/store"
)

// pages has the house call second five minutes after hook, and last ten minutes
// after that.
func pages(o *Options) {
	p := &o.Setup.Policy
	p.Routes[0].Escalate = "default"
	for _, name := range []string{"second", "last"} {
		p.Receivers = append(p.Receivers, hears(name))
	}
	p.Escalations = []alert.EscalationPolicy{{
		Name: "default", Repeat: 1, LastResort: "last",
		Steps: []alert.EscalationStep{{To: []string{"hook"}, Wait: 5 * time.Minute}, {To: []string{"second"}, Wait: 10 * time.Minute}},
	}}
}

// startPaging starts a house that escalates, and returns its other receivers by name.
func startPaging(t *testing.T, saved store.State, with func(*Options)) (*house, map[string]*receiver) {
	t.Helper()
	h := startWith(t, saved, func(o *Options) {
		pages(o)
		with(o)
	}, "db")
	others := map[string]*receiver{}
	all := map[string]notify.Notifier{"hook": h.receiver}
	for _, name := range []string{"second", "last"} {
		others[name] = &receiver{outcome: alert.Accepted}
		all[name] = others[name]
	}
	h.dispatcher.SetReceivers(all)
	return h, others
}

func TestEscalationsOutliveAKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := startPaging(t, store.State{}, func(*Options) {})
		h.turn("db", checker.Down)
		sleep(3 * time.Minute)
		before := h.Snapshot().Escalations
		if len(before) != 1 || before[0].Step != 1 || before[0].Policy != "default" || before[0].Due.IsZero() {
			t.Fatalf("escalations %+v, want one at its first step", before)
		}
		state := h.kill()
		h, others := startPaging(t, state, func(*Options) {})
		h.turn("db", checker.Down)
		if after := h.Snapshot().Escalations; len(after) != 1 || !after[0].Due.Equal(before[0].Due) || after[0].Step != 1 {
			t.Errorf("after a restart %+v, want %+v", after, before)
		}
		sleep(time.Until(before[0].Due.Add(-2 * time.Second)))
		if got := others["second"].reasons(); len(got) > 0 {
			t.Errorf("the second was called early: %v", got)
		}
		sleep(4 * time.Second)
		if got := others["second"].reasons(); !slices.Equal(got, []string{"escalated"}) {
			t.Errorf("the second was told %v when its step was due", got)
		}
		es := h.events("escalated")
		if len(es) != 1 || es[0].Text != "step 2: second" || es[0].Target != "db" || es[0].Status != checker.Down {
			t.Errorf("events %+v", es)
		}
		sleep(10*time.Minute + 2*time.Second)
		if got := others["last"].reasons(); !slices.Equal(got, []string{"escalated"}) {
			t.Errorf("the last resort was told %v", got)
		}
		if es := h.events("exhausted"); len(es) != 1 || es[0].Status != checker.Down {
			t.Errorf("events %+v", es)
		}
		h.turn("db", checker.Up)
		sleep(time.Minute)
		if es := h.Snapshot().Escalations; len(es) != 0 {
			t.Errorf("escalations of what is over: %+v", es)
		}
		state = h.kill()
		if len(state.Escalations) != 0 {
			t.Errorf("saved escalations of what is over: %+v", state.Escalations)
		}
	})
}

func TestOperatorsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, others := startPaging(t, store.State{}, func(*Options) {})
		h.turn("db", checker.Down)
		sleep(time.Minute)
		id := h.alert(t, "db").ID
		viewer := Actor{Name: "vi", Role: View}
		group := h.Snapshot().Escalations[0].Group
		for _, c := range []Command{CallNext{Group: group}, Page{Alert: id, To: "last"}} {
			if err := h.Do(t.Context(), viewer, c); !errors.Is(err, ErrNotAllowed) {
				t.Errorf("%T by a viewer: %v", c, err)
			}
		}
		for c, want := range map[Command]error{
			CallNext{Group: "nope"}:         alert.ErrNoEscalation,
			Page{Alert: "nope", To: "last"}: alert.ErrUnknownAlert,
			Page{Alert: id, To: "nope"}:     alert.ErrNobody,
		} {
			if err := h.Do(t.Context(), ana, c); !errors.Is(err, want) {
				t.Errorf("%+v: %v, want %v", c, err, want)
			}
		}
		if err := h.Do(t.Context(), ana, Page{Alert: id, To: "last"}); err != nil {
			t.Fatal(err)
		}
		if err := h.Do(t.Context(), ana, CallNext{Group: group}); err != nil {
			t.Fatal(err)
		}
		sleep(2 * time.Second)
		for name, r := range others {
			if got := r.reasons(); !slices.Equal(got, []string{"escalated"}) {
				t.Errorf("%s was told %v", name, got)
			}
		}
		for _, e := range h.events("escalated") {
			if e.By != "ana" {
				t.Errorf("%q is by %q", e.Text, e.By)
			}
		}
		if es := h.events("escalated"); len(es) != 2 {
			t.Errorf("events %+v, want two", es)
		}
	})
}

func TestAReloadOfTheSameLeavesEscalationsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := startPaging(t, store.State{}, func(*Options) {})
		h.turn("db", checker.Down)
		sleep(time.Minute)
		escalations, saved, events := h.Snapshot().Escalations, h.disk.all(), h.Snapshot().LastEvent()
		for range 3 {
			h.apply(t, h.again())
		}
		now := h.disk.all()
		if len(now.Escalations) != len(saved.Escalations) || !now.OnCall.Empty() || len(now.Ledgers) != len(saved.Ledgers) {
			t.Error("a reload had escalations, who is on call or ledgers saved")
		}
		if got := h.Snapshot().Escalations; !slices.EqualFunc(got, escalations, func(a, b alert.Escalation) bool { return a.Due.Equal(b.Due) && a.Step == b.Step }) {
			t.Errorf("escalations %+v, want %+v", got, escalations)
		}
		if n := h.Snapshot().LastEvent() - events; n != 3 { // that it was read again
			t.Errorf("%d events", n)
		}
	})
}

// TestAnAuditMendsAndSitrepSaysSo removes the deadline of an escalation while
// the program does not run. A minute with an audit that mended something is one
// in which nobody is told that all is well.
func TestAnAuditMendsAndSitrepSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := startPaging(t, store.State{}, func(*Options) {})
		h.turn("db", checker.Down)
		sleep(time.Minute)
		state := h.kill()
		state.Escalations[0].Due = time.Time{}
		var alive atomic.Int32
		h, others := startPaging(t, state, func(o *Options) { o.Alive = func() { alive.Add(1) } })
		h.turn("db", checker.Down)
		sleep(59 * time.Second)
		if n := len(h.events("audit")); n != 0 {
			t.Errorf("%d times mended before the first minute", n)
		}
		sleep(2 * time.Second)
		es := h.events("audit")
		if len(es) != 1 || !strings.Contains(es[0].Text, "no deadline") || es[0].Status != checker.Degraded {
			t.Fatalf("events %+v, want that it was mended", es)
		}
		if n := alive.Load(); n != 0 {
			t.Errorf("told to be well %d times by an audit that mended", n)
		}
		sleep(20 * time.Second)
		if a := h.alert(t, Self); a.State != alert.Firing || a.Findings[0].What != "escalation" || !strings.Contains(a.Findings[0].Text, "no deadline") {
			t.Errorf("%s: %v, %v", Self, a.State, a.Findings)
		}
		if ts := h.Snapshot().Health.Troubles; len(ts) != 1 || !strings.Contains(ts[0], "no deadline") {
			t.Errorf("troubles %q", ts)
		}
		sleep(41 * time.Second)
		if n := alive.Load(); n != 1 {
			t.Errorf("told to be well %d times after a clean audit, want once", n)
		}
		sleep(20 * time.Minute)
		for name, r := range others {
			if got := r.reasons(); len(got) == 0 || got[0] != "escalated" {
				t.Errorf("%s was told %v: the escalation did not go on", name, got)
			}
		}
		if n := alive.Load(); n != 21 {
			t.Errorf("told to be well %d times in 22 minutes, want 21", n)
		}
		if got := h.alerts(Self); slices.Contains(got, alert.Firing) {
			t.Errorf("alerts of %s ten minutes after: %v", Self, got)
		}
	})
}

func TestNobodyIsToldThatAllIsWellWhileNothingIsSaved(t *testing.T) {
	for name, set := range map[string]func(*disk){
		"it fails": func(d *disk) { d.set(errFull, 0) },
		"it hangs": func(d *disk) { d.set(nil, 20*time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var alive atomic.Int32
				h := startWith(t, store.State{}, func(o *Options) { o.Alive = func() { alive.Add(1) } }, "db")
				sleep(5*time.Minute + time.Second)
				if n := alive.Load(); n != 5 {
					t.Errorf("told to be well %d times in 5 minutes", n)
				}
				set(h.disk)
				sleep(10 * time.Minute)
				if n := alive.Load(); n > 6 {
					t.Errorf("told to be well %d times while nothing is saved", n-5)
				}
				before := alive.Load()
				h.disk.set(nil, 0)
				sleep(20 * time.Minute)
				if alive.Load() < before+5 {
					t.Error("not told to be well again once it is")
				}
			})
		})
	}
}

func TestADeadMansSwitchThatFailsIsAFinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var failed atomic.Pointer[error]
		h := startWith(t, store.State{}, func(o *Options) {
			o.Dead = func() error {
				if err := failed.Load(); err != nil {
					return *err
				}
				return nil
			}
		}, "db")
		sleep(time.Minute)
		failed.Store(new(errors.New("503")))
		sleep(15 * time.Second)
		if a := h.alert(t, Self); a.State != alert.Firing || a.Severity != alert.Warning || a.Findings[0].What != "deadman" {
			t.Errorf("%s: %v, %v", Self, a.State, a.Findings)
		}
		failed.Store(nil)
		sleep(15 * time.Second)
		if got := h.alerts(Self); slices.Contains(got, alert.Firing) {
			t.Errorf("alerts of %s: %v once it answers", Self, got)
		}
	})
}
