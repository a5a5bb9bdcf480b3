package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// climbLife is a house whose alerts escalate, under random results, operators,
// receivers, crashes and clocks.
type climbLife struct {
	*house
	rt *rapid.T
}

const lifeLastResort = "mail:leads@example.org"

// drawClimbing returns a policy with steps that reach some, none, or who refuses.
func drawClimbing(rt *rapid.T) Policy {
	p := climbing()
	p.Routes[0].GroupBy = rapid.SampledFrom([][]string{nil, {"name"}, {"group"}}).Draw(rt, "group by")
	p.Routes[0].To = rapid.SampledFrom([][]string{nil, {"second"}}).Draw(rt, "to")
	tos := [][]string{{"pager"}, {"ana via pager", "bo via pager"}, {"second", "boss"}, {"schedule:empty"}, {"ana via mail:ana@example.org"}, {"gone"}}
	e := &p.Escalations[0]
	e.Steps, e.Repeat = nil, rapid.IntRange(1, 3).Draw(rt, "repeat")
	for range rapid.IntRange(1, 3).Draw(rt, "steps") {
		e.Steps = append(e.Steps, EscalationStep{
			To:   rapid.SampledFrom(tos).Draw(rt, "step"),
			Wait: rapid.SampledFrom([]time.Duration{time.Minute, 5 * time.Minute, 20 * time.Minute}).Draw(rt, "wait"),
			All:  rapid.Bool().Draw(rt, "all"),
		})
	}
	return p
}

// bound is the longest that a policy may take from the first chance to send
// until the last resort is told.
func bound(p *Policy) time.Duration {
	e := &p.Escalations[0]
	d := p.Routes[0].Wait + firstPatience
	for _, s := range e.Steps {
		d += s.Wait * time.Duration(e.Repeat)
	}
	return d
}

func (l *climbLife) outcomes() {
	refusing := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"pager", "second", "boss", "ana via pager"}), rapid.ID).Draw(l.rt, "refusing")
	outcome := rapid.SampledFrom([]Outcome{Again, Dead, Ambiguous}).Draw(l.rt, "outcome")
	l.mute(outcome, refusing...)
}

func (l *climbLife) act() {
	name := rapid.SampledFrom([]string{"web", "db", "api"}).Draw(l.rt, "target")
	id := ""
	for _, a := range l.m.Alerts() {
		if a.Target == name && a.State.Active() {
			id = a.ID
		}
	}
	who := rapid.SampledFrom([]string{"ana", "bo", "cy"}).Draw(l.rt, "who")
	switch rapid.IntRange(0, 12).Draw(l.rt, "act") {
	case 0, 1:
		l.down(name)
	case 2:
		l.up(name)
	case 3, 4:
		l.pass(time.Duration(rapid.Int64Range(0, int64(30*time.Minute)).Draw(l.rt, "pass")))
	case 5:
		l.maybe(l.m.Acknowledge(l.now, id, Ack{By: who, Until: rapid.SampledFrom([]time.Time{{}, l.now.Add(7 * time.Minute)}).Draw(l.rt, "until")}))
	case 6:
		l.maybe(l.m.Unacknowledge(l.now, id, who))
	case 7:
		l.maybe(l.m.Silence(l.now, Silence{Match: Matcher{{"name": {name}}}, From: l.now, Until: l.now.Add(11 * time.Minute), By: who, Reason: "busy"}))
	case 8:
		before := l.standing()
		l.crash()
		if diff := cmp.Diff(before, l.standing()); before != nil && diff != "" {
			l.rt.Fatalf("escalations (-before +after a restart):\n%s\n%s", diff, strings.Join(l.log, "\n"))
		}
	case 9:
		by := rapid.SampledFrom([]time.Duration{24 * time.Hour, -24 * time.Hour, time.Hour}).Draw(l.rt, "clock")
		l.now = l.now.Add(by)
		l.follow(l.m.Step(l.now, by))
	case 10:
		l.policy = drawClimbing(l.rt)
		l.policy.Settle = -1
		l.follow(l.m.SetPolicy(l.now, l.policy))
	case 11:
		l.maybe(l.m.CallNext(l.now, rapid.SampledFrom([]string{"page", "page{name=" + name + "}"}).Draw(l.rt, "group"), who))
	case 12:
		l.maybe(l.m.Page(l.now, id, rapid.SampledFrom([]string{"pager", "boss", "ana via pager"}).Draw(l.rt, "to"), who))
	}
	l.outcomes()
}

// standing returns how far each escalation has got, none while there is an alert
// that nobody was to be told of yet: it is in the group that it has by now.
func (l *climbLife) standing() (all []string) {
	words := map[string]bool{}
	for _, ledger := range l.m.Accounts() {
		for id := range ledger.Told {
			words[id] = true
		}
	}
	for _, a := range l.m.Alerts() {
		if a.State.Active() && !words[a.ID] {
			return nil
		}
	}
	for _, e := range l.m.Escalations() {
		all = append(all, fmt.Sprintf("%s: step %d of round %d, finished %v, paused %q", e.Group, e.Step, e.Round, e.Finished, e.Paused))
	}
	return all
}

// maybe follows a command that may be refused.
func (l *climbLife) maybe(fx Effects, err error) {
	if err == nil {
		l.follow(fx)
	}
}

// audit holds that there is never anything to mend.
func (l *climbLife) audit(after string) {
	fx, wrong := l.m.Audit(l.now)
	if len(wrong) > 0 || !fx.Empty() {
		l.rt.Fatalf("%s: %v\n%+v\n%s", after, wrong, l.m.Escalations(), strings.Join(l.log, "\n"))
	}
}

// Whatever happens, every group that nobody has goes on to the last resort in
// the time that its policy says, and there is never anything to audit.
func TestAnyEscalationEnds(t *testing.T) {
	for range fewer(100) {
		rapid.Check(t, func(rt *rapid.T) {
			p := drawClimbing(rt)
			l := &climbLife{build(t, p, newTarget("web", "group=a"), newTarget("db", "group=a"), newTarget("api", "group=b")), rt}
			for i := range rapid.IntRange(1, 12).Draw(rt, "acts") {
				l.act()
				l.audit(fmt.Sprintf("act %d", i))
			}
			l.mute(Again)
			l.pass(12 * time.Minute) // silences and acknowledgements run out, refused contents are left
			from := l.now
			l.pass(20*time.Minute + bound(&l.policy)) // a step of an older policy may be under way
			l.audit("the end")
			for _, e := range l.m.Escalations() {
				if !e.Finished && e.Paused == "" {
					rt.Fatalf("not at its end %v after: %+v", l.now.Sub(from), e)
				}
			}
			for _, a := range l.m.Alerts() {
				if a.State.Active() && a.Ack == nil && !a.Held() && !l.told(a, lifeLastResort) {
					rt.Fatalf("the last resort never heard of %s, down since %v: %+v\n%s", a.Target, a.Started, l.m.Escalations(), strings.Join(l.log, "\n"))
				}
			}
		})
	}
}

// told tells whether a receiver was sent that an alert fires.
func (l *climbLife) told(a Alert, receiver string) bool {
	return slices.ContainsFunc(l.sent, func(n Notification) bool {
		return n.Receiver == receiver && n.Reason != Over && slices.ContainsFunc(n.Alerts, func(x Alert) bool { return x.ID == a.ID })
	})
}

// What a disk or a hand lost of an escalation is mended within a minute.
func TestAuditMendsWhatWasRemoved(t *testing.T) {
	damages := map[string]func(h *house){
		"the deadline": func(h *house) {
			e := h.disk.climbs[climbKey{"page{name=web}", "page"}]
			e.Due = time.Time{}
			h.disk.climbs[climbKey{"page{name=web}", "page"}] = e
		},
		"the deadline, far ahead": func(h *house) {
			e := h.disk.climbs[climbKey{"page{name=web}", "page"}]
			e.Due = h.now.AddDate(1, 0, 0)
			h.disk.climbs[climbKey{"page{name=web}", "page"}] = e
		},
		"what ended the pause": func(h *house) {
			e := h.disk.climbs[climbKey{"page{name=web}", "page"}]
			e.Paused, e.Due = "held", time.Time{}
			h.disk.climbs[climbKey{"page{name=web}", "page"}] = e
		},
		"all of it": func(h *house) { clear(h.disk.climbs) },
	}
	for what, damage := range damages {
		t.Run(what, func(t *testing.T) {
			h := build(t, climbing())
			h.down("web")
			h.waitUntil(2 * time.Minute)
			damage(h)
			h.crash()
			h.log = nil
			for range 20 {
				h.pass(time.Minute)
				fx, _ := h.m.Audit(h.now)
				h.follow(fx)
			}
			if got := strings.Join(h.log, "\n"); !strings.Contains(got, "second: escalated web") {
				t.Errorf("nobody called the second:\n%s", got)
			}
		})
	}
}

func TestAuditSaysWhatItMended(t *testing.T) {
	h := build(t, climbing())
	h.down("web")
	c := h.m.climbs[climbKey{"page{name=web}", "page"}]
	c.Due = time.Time{}
	h.m.agenda.set(&c.timer, time.Time{})
	h.log = nil
	fx, wrong := h.m.Audit(h.now)
	h.follow(fx)
	if want := []string{"page{name=web}: its escalation has no deadline"}; !slices.Equal(wrong, want) {
		t.Errorf("wrong: %q", wrong)
	}
	h.want("web audit", "web escalated", "pager: escalated web")
	if _, wrong := h.m.Audit(h.now); wrong != nil {
		t.Errorf("once mended: %q", wrong)
	}

	c.Paused, c.Due = pausedHeld, time.Time{}
	fx, wrong = h.m.Audit(h.now)
	h.follow(fx)
	if !slices.Equal(wrong, []string{"page{name=web}: its escalation is paused, and nothing pauses it"}) {
		t.Errorf("wrong: %q", wrong)
	}

	a := h.m.accounts[accountKey{"page{name=web}", "pager"}]
	a.Calls, a.owing = map[string]time.Time{h.alert("web").ID: h.now}, true // as if a wake-up were lost
	h.m.agenda.set(&a.timer, time.Time{})
	fx, wrong = h.m.Audit(h.now)
	h.follow(fx)
	if want := []string{"page{name=web}: nothing wakes what pager is owed"}; !slices.Equal(wrong, want) {
		t.Errorf("wrong: %q", wrong)
	}
}
