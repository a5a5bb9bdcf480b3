package alert

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sitrep/checker"
	"sitrep/civil"
)

// life is a house with everything that can hold an alert back, under random
// results, commands, reloads, restarts and clock steps. The seed is the whole
// of it: the same seed lives the same life.
type life struct {
	*house
	rng    *rand.Rand
	quiet  bool // receivers accept everything
	absent bool // one target is out of the configuration
	ghost  checker.Target
}

const lives = 10_000

func newLife(t testing.TB, seed uint64) *life {
	l := &life{rng: rand.New(rand.NewPCG(seed, 3))}
	p := Policy{
		Routes: []Route{
			{Name: "all", To: []string{"chat"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute},
			{Name: "page", To: []string{"pager"}, GroupBy: []string{"name"}, Match: Matcher{{"severity": {"down"}}}},
		},
		Receivers: []Receiver{
			{Name: "chat", Tell: tellAll(), Remind: time.Hour},
			{Name: "pager", Tell: tellAll(Better), Remind: time.Hour, Paging: true},
		},
		Maintenance: []Window{{Name: "w", Match: Matcher{{"name": {"web"}}}, When: civil.Recurrence{
			Once: civil.Span{From: start.Add(10 * time.Minute), Until: start.Add(time.Hour)},
		}}},
		Settle: 20 * time.Second,
	}
	l.ghost = child("ghost", []string{"gate"})
	l.house = build(t, p, newTarget("gate"), newTarget("power"), child("web", []string{"gate"}),
		child("db", []string{"gate", "power"}), child("api", []string{"web"}, []string{"db"}), l.ghost)
	l.answer = func(n Notification) Delivery {
		l.checkSent(&n)
		if !l.quiet && l.rng.IntN(4) == 0 {
			return Delivery{Outcome: []Outcome{Again, Dead, Ambiguous}[l.rng.IntN(3)]}
		}
		return Delivery{Outcome: Accepted}
	}
	return l
}

// checkSent holds what must be true of all that is sent.
func (l *life) checkSent(n *Notification) {
	for i := range n.Alerts {
		a := &n.Alerts[i]
		if n.Reason == Over || n.Reason == Missed {
			continue
		}
		if a.Held() || !a.State.Active() {
			l.t.Fatalf("%s to %s of %s, which is %s and held back by %+v", n.Reason, n.Receiver, a.Target, a.State, Holds(a, l.m.Silences()))
		}
		if n.Reason == Remind && a.Ack != nil {
			l.t.Fatalf("reminder of %s, which somebody has", a.Target)
		}
	}
}

// names of the targets, now and then one that is gone.
func (l *life) name() string { return l.targets[l.rng.IntN(len(l.targets))].Name }

func (l *life) id() string {
	all := l.m.Alerts()
	if len(all) == 0 {
		return ""
	}
	return all[l.rng.IntN(len(all))].ID
}

func (l *life) silenceID() string {
	all := l.m.Silences()
	if len(all) == 0 {
		return ""
	}
	return all[l.rng.IntN(len(all))].ID
}

// may follows a command unless it is refused.
func (l *life) may(fx Effects, err error) {
	if err == nil {
		l.follow(fx)
	}
}

// happen does one thing.
func (l *life) happen() {
	match := Matcher{{"name": {l.name()}}}
	switch what := l.rng.IntN(100); {
	case what < 55:
		s := []checker.Status{unknown, up, up, degraded, down, down, down}[l.rng.IntN(7)]
		name := l.name()
		for range 1 + l.rng.IntN(3) {
			l.result(name, s)
		}
	case what < 62:
		name := l.name()
		l.flapping[name] = !l.flapping[name]
	case what < 72:
		l.pass([]time.Duration{time.Second, 5 * time.Second, 16 * time.Second, 40 * time.Second, 11 * time.Minute, 2 * time.Hour}[l.rng.IntN(6)])
	case what < 75:
		a := Ack{By: "ada", Sticky: l.rng.IntN(2) == 0}
		if l.rng.IntN(2) == 0 {
			a.Until = l.now.Add(5 * time.Minute)
		}
		l.may(l.m.Acknowledge(l.now, l.id(), a))
	case what < 77:
		l.may(l.m.Unacknowledge(l.now, l.id(), "bob"))
	case what < 81:
		s := Silence{Match: match, By: "ada", Reason: "r", Maintenance: l.rng.IntN(2) == 0}
		if l.rng.IntN(2) == 0 {
			s.Until = l.now.Add(10 * time.Minute)
		}
		l.may(l.m.Silence(l.now, s))
	case what < 83:
		l.may(l.m.EditSilence(l.now, l.silenceID(), "bob", Silence{Match: match, Reason: "other", Until: l.now.Add(time.Minute)}))
	case what < 86:
		l.may(l.m.EndSilence(l.now, l.silenceID(), "bob"))
	case what < 88:
		l.may(l.m.Resolve(l.now, l.id(), "ada", "fixed"))
	case what < 91:
		l.follow(l.m.SetTargets(l.now, l.targets))
		l.follow(l.m.SetPolicy(l.now, l.policy))
	case what < 93:
		l.comeOrGo()
	case what < 96:
		l.crash()
	default:
		l.step([]time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour}[l.rng.IntN(4)])
	}
}

// comeOrGo reloads a configuration with one target more or less.
func (l *life) comeOrGo() {
	l.absent = !l.absent
	if l.absent {
		l.targets = slices.DeleteFunc(slices.Clone(l.targets), func(x checker.Target) bool { return x.Name == l.ghost.Name })
	} else {
		l.targets = append(slices.Clip(l.targets), l.ghost)
	}
	l.follow(l.m.SetTargets(l.now, l.targets))
}

// probe gives the results that were asked for.
func (l *life) probe() {
	asked := l.probed
	l.probed = nil
	for _, name := range asked {
		if slices.ContainsFunc(l.targets, func(x checker.Target) bool { return x.Name == name }) {
			l.result(name, []checker.Status{up, down}[l.rng.IntN(2)])
		}
	}
}

// check holds what must be true at any time at which nothing is due.
func (l *life) check() {
	l.pass(0)
	active := map[string]int{}
	for _, a := range l.m.Alerts() {
		if a.State != Resolved {
			active[a.Target]++
		}
		if active[a.Target] > 1 {
			l.t.Fatalf("%s has more than one alert", a.Target)
		}
		if a.State.Active() && l.m.targets[a.Target].downParent() != "" && !a.Held() {
			l.t.Fatalf("%s is not explained by %s", a.Target, l.m.targets[a.Target].downParent())
		}
	}
	// The flags are what they would be if they were found anew.
	for sp := range l.m.known {
		if sp.State == Resolved {
			continue
		}
		was := sp.flags()
		l.m.cover(sp, l.now)
		if sp.flags() != was {
			l.t.Fatalf("%s: flags %+v, found anew %+v", sp.Target, was, sp.flags())
		}
	}
	var fx Effects
	if l.m.settle(l.now, &fx); !fx.Empty() {
		l.t.Fatalf("something follows from nothing: %+v", fx)
	}
}

// end lets everything recover, and holds that all is told then.
func (l *life) end() {
	l.quiet = true
	clear(l.flapping)
	for range 4 {
		for _, x := range l.targets {
			l.result(x.Name, up)
			l.pass(40 * time.Second)
		}
	}
	for _, r := range []string{"chat", "pager"} {
		l.follow(l.m.Retry(l.now, r))
	}
	l.pass(13 * time.Hour)
	for _, a := range l.m.Alerts() {
		if a.State != Resolved {
			l.t.Fatalf("at rest %s is %s", a.Target, a.State)
		}
	}
	for _, ledger := range l.m.Save().Ledgers {
		if len(ledger.Told) > 0 {
			l.t.Fatalf("at rest %s still believes %+v", ledger.Receiver, ledger.Told)
		}
	}
	for _, s := range l.m.Silences() {
		if s.Until.IsZero() {
			l.t.Fatalf("at rest %s still lasts until all is over", s.ID)
		}
	}
}

func (l *life) live() {
	for range 20 + l.rng.IntN(30) {
		l.happen()
		l.probe()
		l.check()
	}
	l.end()
}

// TestAnyLifeHoldsBackWhatItMust lives many lives; every tenth is lived again,
// and must be the same to the word.
func TestAnyLifeHoldsBackWhatItMust(t *testing.T) {
	for seed := range uint64(fewer(lives)) {
		once := newLife(t, seed)
		func() {
			defer func() {
				if p := recover(); p != nil || t.Failed() {
					t.Logf("seed %d", seed)
					if p != nil {
						panic(p)
					}
				}
			}()
			once.live()
		}()
		if seed%10 != 0 {
			continue
		}
		again := newLife(t, seed)
		again.live()
		if !slices.Equal(once.log, again.log) {
			t.Fatalf("seed %d lives twice in different ways:\n%s", seed, firstDifference(once.log, again.log))
		}
	}
}

func firstDifference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d: %q, then %q", i, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, then %d", len(a), len(b))
}
