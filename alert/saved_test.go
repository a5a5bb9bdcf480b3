package alert

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sitrep/checker"
)

func TestRestartTellsNothingThatWasAccepted(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(10 * time.Minute)
	h.log = nil
	h.crash()
	h.results("web", down, down)
	h.pass(20 * time.Minute)
	h.want()
	h.pass(time.Minute) // half an hour after the first, as if nothing had been
	h.want("chat: remind web")
}

func TestRecoveredWhileWeWereDead(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	h.now = h.now.Add(5 * time.Minute)
	h.log = nil
	h.crash()
	h.want()
	h.results("web", up)
	h.want("web recovering")
	back := h.now.Add(-time.Second)
	h.results("web", up)
	h.want("web resolved")
	h.pass(time.Minute)
	h.want("chat: resolved web")
	if a := h.alert("web"); !a.Resolved.Equal(back) {
		t.Errorf("resolved %v, want the first good result, %v", a.Resolved, back)
	}
}

func TestRemovedWhileWeWereDead(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	h.now = h.now.Add(5 * time.Hour) // a reminder is overdue
	h.targets = h.targets[1:]
	h.log = nil
	h.crash()
	h.pass(time.Minute)
	h.want("web resolved", "chat: resolved web")
}

func TestAttemptThatWasCutIsRepeatedAtOnce(t *testing.T) {
	h := build(t, only("pager"))
	h.answer = func(Notification) Delivery { return Delivery{} }
	h.down("web")
	h.answer = nil
	h.log = nil
	h.crash()
	h.want("pager: first web (repeat)")
	if a, b := h.sent[0], h.sent[1]; a.Key != b.Key || b.Attempt != 2 {
		t.Errorf("attempt %d, keys %s and %s", b.Attempt, a.Key, b.Key)
	}
}

func TestRestartKeepsThePauseBeforeAnAttempt(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Again, RetryAfter: 10 * time.Minute})
	h.down("web")
	h.answer = nil
	h.pass(4 * time.Minute)
	h.log = nil
	h.crash()
	h.pass(5 * time.Minute)
	h.want()
	h.pass(time.Minute)
	h.want("pager: first web")
}

func TestRestartKeepsAnAcknowledgementAndItsEnd(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada", Note: "on it", Until: h.now.Add(time.Hour)}))
	h.crash()
	if a := h.alert("web"); a.Ack == nil || a.Ack.Note != "on it" {
		t.Fatalf("acknowledged: %+v", a.Ack)
	}
	h.log = nil
	h.pass(time.Hour)
	h.want("web unack", "chat: remind web")
}

func TestWordsOfUnknownAlertsAreDropped(t *testing.T) {
	m := NewManager(nil)
	m.Restore(start, Saved{Ledgers: []Ledger{{
		Group: "all", Route: "all", Receiver: "chat",
		Told:    map[string]Word{"lost": {Firing: true}},
		Pending: &Attempt{Key: "k", Reason: Over, Words: map[string]Word{"lost": {}}, Number: 1, Flying: true},
	}}})
	fx := m.SetPolicy(start, usual())
	if len(fx.Notifications) > 0 || len(m.Save().Ledgers) > 0 {
		t.Errorf("%+v\n%+v", fx, m.Save())
	}
}

// What is saved goes through JSON on its way.
func TestSavedStateReadsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, 1)
		rt.Repeat(h.actions())
		want := h.m.Save()
		text, err := json.Marshal(want)
		if err != nil {
			rt.Fatal(err)
		}
		var read Saved
		if err := json.Unmarshal(text, &read); err != nil {
			rt.Fatalf("%v in %s", err, text)
		}
		if diff := cmp.Diff(want, read, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("-saved +read:\n%s", diff)
		}
		m := NewManager(nil)
		m.Restore(h.now, read)
		ignore := cmpopts.IgnoreFields(Ledger{}, "Told", "Pending", "Failing") // what was under way is in doubt now, and whoever failed is asked once more
		if diff := cmp.Diff(want, m.Save(), cmpopts.EquateEmpty(), ignore); diff != "" {
			rt.Fatalf("-saved +restored:\n%s", diff)
		}
	})
}

func TestSameCallsGiveTheSame(t *testing.T) {
	type step struct {
		Target string
		Status checker.Status
		Pause  time.Duration
	}
	steps := rapid.SliceOf(rapid.Custom(func(t *rapid.T) step {
		return step{
			rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "target"),
			rapid.SampledFrom([]checker.Status{unknown, up, up, degraded, down, down}).Draw(t, "status"),
			rapid.SampledFrom([]time.Duration{0, time.Second, 3 * time.Minute, time.Hour}).Draw(t, "pause"),
		}
	}))
	rapid.Check(t, func(rt *rapid.T) {
		all := steps.Draw(rt, "steps")
		live := func() (string, []Notification, Saved) {
			p := usual()
			p.Routes[0].GroupBy = []string{"team"}
			h := build(nil, p, newTarget("a", "team=x"), newTarget("b", "team=x"), newTarget("c", "team=y"), newTarget("d"), newTarget("e"))
			tries := 0
			h.answer = func(Notification) Delivery {
				tries++
				return Delivery{Outcome: []Outcome{Accepted, Again, Ambiguous, Dead}[tries%4]}
			}
			for _, s := range all {
				h.result(s.Target, s.Status)
				h.pass(s.Pause)
			}
			return fmt.Sprint(h.log), h.sent, h.m.Save()
		}
		log1, sent1, saved1 := live()
		log2, sent2, saved2 := live()
		if diff := cmp.Diff(log1, log2); diff != "" {
			rt.Fatalf("happened:\n%s", diff)
		}
		if diff := cmp.Diff(sent1, sent2); diff != "" {
			rt.Fatalf("sent:\n%s", diff)
		}
		if diff := cmp.Diff(saved1, saved2); diff != "" {
			rt.Fatalf("saved:\n%s", diff)
		}
	})
}
