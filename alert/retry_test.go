package alert

import (
	"slices"
	"testing"
	"time"
)

// outcome has every attempt end so until told otherwise.
func (h *house) outcome(d Delivery) { h.answer = func(Notification) Delivery { return d } }

// pauses returns the time between attempts.
func (h *house) pauses() []time.Duration {
	var ps []time.Duration
	for i := 1; i < len(h.sent); i++ {
		ps = append(ps, h.sent[i].At.Sub(h.sent[i-1].At))
	}
	return ps
}

func TestPassingFaultIsTriedAgainLessAndLess(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Again})
	h.down("web")
	h.pass(6 * time.Hour)
	for i, p := range h.pauses() {
		if limit := min(time.Second<<min(i, 20), 5*time.Minute); p > limit || p <= 0 {
			t.Errorf("pause %d: %v, want at most %v", i+1, p, limit)
		}
	}
	first, last := h.sent[0], h.sent[len(h.sent)-1]
	if last.Attempt != len(h.sent) || len(h.sent) < 6*60/5 || last.Key != first.Key || last.Repeat {
		t.Errorf("%d attempts, the last %+v", len(h.sent), last)
	}
	h.answer = nil
	h.log = nil
	h.pass(5 * time.Minute)
	h.want("pager: first web")
}

func TestReceiverIsAskedAgainWhenItWants(t *testing.T) {
	for _, tt := range []struct {
		name string
		d    Delivery
		want []time.Duration
	}{
		{"retry after", Delivery{Outcome: Again, RetryAfter: 7 * time.Minute}, []time.Duration{7 * time.Minute, 7 * time.Minute}},
		{"at most an hour", Delivery{Outcome: Again, RetryAfter: 9 * time.Hour}, []time.Duration{time.Hour, time.Hour}},
		{"greylisted", Delivery{Outcome: Again, Greylisted: true},
			[]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, 30 * time.Minute}},
		{"refused", Delivery{Outcome: Dead}, []time.Duration{time.Hour, time.Hour}},
	} {
		h := build(t, only("pager"))
		h.outcome(tt.d)
		h.down("web")
		h.pass(4 * time.Hour)
		got := h.pauses()
		for i, want := range tt.want {
			if i >= len(got) || got[i] != want {
				t.Errorf("%s: %v, want %v…", tt.name, got, tt.want)
				break
			}
		}
	}
}

func TestAmbiguousIsRepeatedWithItsKey(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Ambiguous, RetryAfter: 30 * time.Second})
	h.down("web")
	h.answer = nil
	h.pass(time.Minute)
	h.wantSent("pager: first web", "pager: first web (repeat)")
	if h.sent[0].Key != h.sent[1].Key {
		t.Error("with another key")
	}
}

// It may have arrived, and was overtaken: whichever it was, the receiver hears
// the truth.
func TestAmbiguousAndOvertakenIsToldTheTruth(t *testing.T) {
	t.Run("over before the second attempt", func(t *testing.T) {
		h := build(t, only("pager"))
		h.outcome(Delivery{Outcome: Ambiguous, RetryAfter: time.Minute})
		h.down("web")
		h.answer = nil
		h.up("web")
		h.pass(time.Minute)
		h.wantSent("pager: first web", "pager: resolved web")
	})
	t.Run("back before the second attempt", func(t *testing.T) {
		h := build(t, only("pager"))
		h.down("web")
		h.outcome(Delivery{Outcome: Ambiguous, RetryAfter: time.Minute})
		h.up("web")
		h.pass(40 * time.Second)
		h.answer = nil
		h.down("web")
		h.pass(time.Minute)
		h.wantSent("pager: first web", "pager: resolved web", "pager: first web")
	})
	t.Run("better before the second attempt to tell worse", func(t *testing.T) {
		h := build(t, only("chat"))
		h.results("web", degraded, degraded)
		h.pass(5 * time.Minute)
		h.outcome(Delivery{Outcome: Ambiguous, RetryAfter: time.Minute})
		h.results("web", down, down)
		h.answer = nil
		h.results("web", degraded, degraded)
		h.pass(5 * time.Minute)
		h.wantSent("chat: first web", "chat: worse web", "chat: better web")
	})
}

func TestWhatIsOwedIsAskedAgainBeforeEachAttempt(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Again, RetryAfter: time.Minute})
	h.down("web")
	h.down("db")
	h.answer = nil
	h.pass(time.Minute)
	h.wantSent("pager: first web", "pager: first web+db")
	if a, b := h.sent[0], h.sent[1]; a.Key == b.Key || b.Attempt != 2 {
		t.Errorf("attempt %d, keys %s and %s", b.Attempt, a.Key, b.Key)
	}
}

func TestNothingIsTriedAgainThatIsNotOwed(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Again, RetryAfter: time.Minute})
	h.down("web")
	h.up("web")
	h.log = nil
	h.pass(24 * time.Hour)
	h.want()
	if owed := h.m.Owed(); len(owed) > 0 {
		t.Errorf("still owed: %+v", owed)
	}
}

func TestRefusedIsShownAndTriedAgainWhenItChanges(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Dead})
	h.down("web")
	owed := h.m.Owed()
	if len(owed) != 1 || owed[0].Pending == nil || !owed[0].Pending.Dead {
		t.Fatalf("owed: %+v", owed)
	}
	h.pass(20 * time.Minute)
	h.down("db")
	h.wantSent("pager: first web", "pager: first web+db")
	h.pass(20 * time.Minute)
	h.answer = nil
	h.log = nil
	h.follow(h.m.Retry(h.now, "chat"))
	h.want()
	h.follow(h.m.Retry(h.now, "pager"))
	h.want("pager: first web+db")
}

func TestRefusedAndThenOutOfReach(t *testing.T) {
	h := build(t, only("pager"))
	outcomes := []Delivery{{Outcome: Dead}, {Outcome: Again, RetryAfter: time.Minute}, {Outcome: Again, RetryAfter: time.Minute}, {Outcome: Accepted}}
	h.answer = func(n Notification) Delivery { return outcomes[n.Attempt-1] }
	h.down("web")
	h.pass(65 * time.Minute)
	if got, want := h.pauses(), []time.Duration{time.Hour, time.Minute, time.Minute}; !slices.Equal(got, want) {
		t.Errorf("pauses %v, want %v", got, want)
	}
	h.wantSent("pager: first web", "pager: first web", "pager: first web", "pager: first web")
}

// Out of reach for longer than one content is tried: every reminder is another.
func TestReminderReachesAReceiverThatIsBack(t *testing.T) {
	h := build(t, only("chat"))
	h.results("web", degraded, degraded)
	h.pass(time.Minute)
	h.outcome(Delivery{Outcome: Again})
	h.pass(40 * time.Hour)
	h.answer = nil
	h.log = nil
	h.pass(5 * time.Minute)
	h.want("chat: remind web")
}

func TestRefusalIsForgottenWithWhatWasRefused(t *testing.T) {
	h := build(t, only("pager"))
	h.answer = func(n Notification) Delivery {
		if n.Alerts[0].Target == "web" {
			return Delivery{Outcome: Dead}
		}
		return Delivery{Outcome: Accepted}
	}
	h.down("web")
	h.up("web")
	h.pass(time.Hour)
	if s := h.m.Save(); len(s.Ledgers)+len(h.disk.ledgers) > 0 {
		t.Errorf("still kept: %+v", s.Ledgers)
	}
}

// A receiver refuses one content: the other of the group gets through.
func TestRefusedContentHoldsBackNoOther(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.answer = func(n Notification) Delivery {
		if n.Reason == Over {
			return Delivery{Outcome: Dead}
		}
		return Delivery{Outcome: Accepted}
	}
	h.up("web")
	h.pass(time.Minute)
	h.down("db")
	h.wantSent("pager: first web", "pager: resolved web", "pager: new db")
	h.pass(59*time.Minute + 45*time.Second)
	h.wantSent("pager: remind db", "pager: resolved web") // the hour is over
}

// All is refused, and all the time there is something new.
func TestRefusingReceiverIsNotFlooded(t *testing.T) {
	p := only("pager")
	h := build(t, p)
	for i := range 200 {
		h.targets = append(h.targets, newTarget(string(rune('A'+i))))
	}
	h = build(t, p, h.targets...)
	h.outcome(Delivery{Outcome: Dead})
	for _, target := range h.targets {
		h.down(target.Name)
	}
	if n := len(h.sent); n > 20 { // in 400 s
		t.Errorf("%d attempts", n)
	}
}

func TestGivesUp(t *testing.T) {
	for receiver, limit := range map[string]time.Duration{"chat": 6 * time.Hour, "pager": 24 * time.Hour} {
		for _, outcome := range []Outcome{Again, Dead} {
			h := build(t, only(receiver))
			h.outcome(Delivery{Outcome: outcome})
			h.down("web")
			h.pass(48 * time.Hour)
			first, last := h.sent[0], h.sent[len(h.sent)-1]
			if took := last.At.Sub(first.At); took > limit || took < limit-70*time.Minute {
				t.Errorf("%s, %s: tried for %v, want %v", receiver, outcome, took, limit)
			}
			if owed := h.m.Owed(); len(owed) != 1 || !owed[0].Pending.Dead || !owed[0].Pending.Due.IsZero() {
				t.Errorf("%s, %s: not shown: %+v", receiver, outcome, owed)
			}
			h.answer = nil
			h.log = nil
			h.down("db")
			h.pass(10 * time.Minute)
			h.wantSent(receiver + ": first web+db")
		}
	}
}

// The end was given up; the receiver is back, and takes something else.
func TestWhatWasGivenUpIsToldOnceTheReceiverIsBack(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	h.outcome(Delivery{Outcome: Again})
	h.up("web")
	h.pass(12 * time.Hour)
	h.answer = nil
	h.log = nil
	h.down("db")
	h.pass(3 * time.Minute)
	h.wantSent("chat: new db", "chat: resolved web")
}

// The program ends in good order: nothing is repeated, and nothing in doubt.
func TestAttemptThatWasNeverBegunIsMadeByTheNextRun(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Unbegun})
	h.down("web")
	h.pass(50 * time.Second)
	h.wantSent("pager: first web")
	l := h.disk.ledgers[accountKey{"all", "pager"}]
	if p := l.Pending; p == nil || p.Flying || p.Unsure || p.Number != 0 || !p.Due.Equal(at(1)) || len(l.Told) > 0 || !l.Failing.IsZero() {
		t.Errorf("saved: %+v", l)
	}
	h.answer = nil
	h.log = nil
	h.crash()
	h.wantSent("pager: first web")
	if a, b := h.sent[0], h.sent[1]; a.Key != b.Key || b.Attempt != 1 || b.Repeat {
		t.Errorf("%+v", b)
	}
}

func TestAttemptThatWasNeverBegunIsMadeAllTheSame(t *testing.T) {
	h := build(t, only("pager"))
	h.outcome(Delivery{Outcome: Unbegun})
	h.down("web")
	h.answer = nil
	h.pass(time.Minute)
	h.wantSent("pager: first web", "pager: first web")
}

func TestUnbegunKeepsTheDoubtAboutAttemptsBefore(t *testing.T) {
	h := build(t, only("pager"))
	outcomes := []Outcome{Ambiguous, Unbegun}
	h.answer = func(n Notification) Delivery { return Delivery{Outcome: outcomes[n.Attempt-1]} }
	h.down("web")
	h.pass(10 * time.Second)
	h.answer = nil
	h.log = nil
	h.crash()
	h.wantSent("pager: first web (repeat)")
	if n := h.sent[2]; n.Attempt != 2 {
		t.Errorf("attempt %d", n.Attempt)
	}
}

func TestWhatIsDueAfterTheHaltIsSentByTheNextRun(t *testing.T) {
	h := build(t, only("pager"))
	h.m.Halt()
	h.down("web")
	h.pass(time.Minute)
	h.wantSent()
	if l := h.disk.ledgers[accountKey{"all", "pager"}]; !l.First.Equal(at(1)) || l.Pending != nil {
		t.Errorf("saved: %+v", l)
	}
	h.crash()
	h.wantSent("pager: first web")
}
