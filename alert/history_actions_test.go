package alert

import (
	"reflect"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sitrep/checker"
)

// actions are what can happen.
func (h *history) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"":            func(*rapid.T) { h.check() },
		"result":      h.someResults,
		"result 2":    h.someResults,
		"result 3":    h.someResults,
		"deliver":     h.someDelivery,
		"answer":      h.someDelivery,
		"pause":       h.somePause,
		"wait":        h.somePause,
		"flap":        h.someFlapping,
		"burst":       h.someBurst,
		"reload":      func(*rapid.T) { h.reload() },
		"step":        h.someStep,
		"acknowledge": h.someAck,
		"take back":   func(t *rapid.T) { h.may(h.m.Unacknowledge(h.now, h.someAlert(t), "bob")) },
		"silence": func(t *rapid.T) {
			m := rapid.SampledFrom([]Matcher{{{"name": {"a1"}}}, {{"group": {"a"}}}, {{"severity": {"degraded"}}}}).Draw(t, "match")
			h.may(h.m.Silence(h.now, Silence{Match: m, By: "ada", Reason: "r", Until: h.now.Add(10 * time.Minute)}))
		},
		"end silence": func(t *rapid.T) {
			if all := h.m.Silences(); len(all) > 0 {
				h.may(h.m.EndSilence(h.now, all[rapid.IntRange(0, len(all)-1).Draw(t, "silence")].ID, "bob"))
			}
		},
		"resolve": func(t *rapid.T) { h.may(h.m.Resolve(h.now, h.someAlert(t), "ada", "fixed")) },
		"retry": func(t *rapid.T) {
			h.follow(h.m.Retry(h.now, rapid.SampledFrom(h.receivers()).Draw(t, "receiver")))
		},
		"crash": func(t *rapid.T) {
			h.crashNow(rapid.Bool().Draw(t, "lost"), func() bool { return rapid.Bool().Draw(t, "arrived") })
		},
	}
}

// may follows what a command answers unless it refuses.
func (h *history) may(fx Effects, err error) {
	if err == nil {
		h.follow(fx)
	}
}

func (h *history) someAlert(t *rapid.T) string {
	ids := []string{"none"}
	for _, a := range h.m.Alerts() {
		ids = append(ids, a.ID)
	}
	return rapid.SampledFrom(ids).Draw(t, "alert")
}

func (h *history) someTarget(t *rapid.T) string {
	return rapid.SampledFrom([]string{"a1", "a2", "a3", "b1", "t000"}).Draw(t, "target")
}

func (h *history) someResults(t *rapid.T) {
	h.before = h.disk.clone()
	s := rapid.SampledFrom([]checker.Status{checker.Unknown, checker.Up, checker.Up, checker.Degraded, checker.Down, checker.Down}).Draw(t, "status")
	for range rapid.IntRange(1, 3).Draw(t, "times") {
		h.observe(h.someTarget(t), s)
	}
}

// observe gives a result, after which a receiver may hear of the target's
// flapping anew if that paused.
func (h *history) observe(name string, s checker.Status) {
	h.result(name, s)
	if h.flapping[name] {
		return
	}
	for _, a := range h.m.Alerts() {
		if a.Target != name {
			continue
		}
		for _, know := range h.heard {
			k := know[a.ID]
			k.flapped = time.Time{}
			if _, ok := know[a.ID]; ok {
				know[a.ID] = k
			}
		}
	}
}

func (h *history) someDelivery(t *rapid.T) {
	if len(h.flying) == 0 {
		t.Skip("nothing under way")
	}
	h.before = h.disk.clone()
	i := rapid.IntRange(0, len(h.flying)-1).Draw(t, "which")
	outcome := rapid.SampledFrom([]Outcome{Accepted, Accepted, Accepted, Accepted, Again, Again, Dead, Ambiguous, Unbegun}).Draw(t, "outcome")
	h.deliver(i, outcome, rapid.Bool().Draw(t, "arrived"), Delivery{
		RetryAfter: rapid.SampledFrom([]time.Duration{0, 0, time.Minute, 2 * time.Hour}).Draw(t, "retry after"),
		Greylisted: rapid.Bool().Draw(t, "greylisted"),
	})
}

func (h *history) somePause(t *rapid.T) {
	h.pass(rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second, time.Minute, 11 * time.Minute, 2 * time.Hour}).Draw(t, "pause"))
}

func (h *history) someFlapping(t *rapid.T) {
	name := h.someTarget(t)
	h.flapping[name] = !h.flapping[name]
	h.before = h.disk.clone()
	h.observe(name, rapid.SampledFrom([]checker.Status{checker.Up, checker.Degraded, checker.Down}).Draw(t, "status"))
}

// someBurst has many targets change together, and what is told of them arrive.
func (h *history) someBurst(t *rapid.T) {
	s := rapid.SampledFrom([]checker.Status{checker.Up, checker.Degraded, checker.Down}).Draw(t, "status")
	for _, x := range h.targets[4:] {
		h.observe(x.Name, s)
		h.observe(x.Name, s)
	}
	h.before = disk{} // of all that, none is lost
	if rapid.Bool().Draw(t, "arrives") {
		for n := len(h.flying); n > 0; n-- {
			h.deliver(0, Accepted, true, Delivery{})
		}
	}
}

// reload takes in the configuration again, which changes nothing: neither what
// is saved, deadlines and all, nor is anything sent.
func (h *history) reload() {
	h.pass(0)
	saved, sent := h.kept(), len(h.sent)
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.follow(h.m.SetPolicy(h.now, h.policy))
	if len(h.sent) > sent {
		h.rt.Fatalf("a reload sends %s to %s", h.sent[sent].Reason, h.sent[sent].Receiver)
	}
	if now := h.kept(); !reflect.DeepEqual(saved, now) {
		h.rt.Fatalf("a reload changes what is saved:\n%s", cmp.Diff(saved, now))
	}
}

// kept returns the ledgers that must be.
func (h *history) kept() (kept []Ledger) {
	for _, l := range h.m.Accounts() {
		if !l.Idle() {
			l.Next = time.Time{} // a wake-up more or less is no deadline
			kept = append(kept, l)
		}
	}
	return kept
}

// someStep sets the clock, and all that receivers remember of it.
func (h *history) someStep(t *rapid.T) {
	d := rapid.SampledFrom([]time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour}).Draw(t, "step")
	h.pass(0)
	h.now = h.now.Add(d)
	for _, times := range h.recent {
		shiftEach(d, times)
	}
	for _, know := range h.heard {
		for id, k := range know {
			shiftAll(d, &k.flapped)
			know[id] = k
		}
	}
	h.before = disk{} // a call that is lost is not one before the step
	h.follow(h.m.Step(h.now, d))
}

func (h *history) someAck(t *rapid.T) {
	a := Ack{By: "ada", Sticky: rapid.Bool().Draw(t, "sticky")}
	if rapid.Bool().Draw(t, "until") {
		a.Until = h.now.Add(5 * time.Minute)
	}
	h.may(h.m.Acknowledge(h.now, h.someAlert(t), a))
}
