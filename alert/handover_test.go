package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/oncall"
)

var berlin = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}()

// duty returns a roster of ana and bo, who take turns by the day from the
// morning of start's date on, 09:00 in Berlin; and the schedule "empty", which
// has nobody.
func duty(now time.Time, overrides ...oncall.Override) *oncall.Roster {
	r, _ := oncall.NewRoster(now,
		[]oncall.Operator{{Name: "ana", Contact: []string{"pager"}}, {Name: "bo", Contact: []string{"pager", "mail:bo@example.org"}}, {Name: "cy"}},
		[]oncall.Schedule{
			{Name: "empty", Zone: berlin},
			{Name: "primary", Zone: berlin, Overrides: overrides, Layers: []oncall.Layer{{
				Name: "daily", Operators: []string{"ana", "bo"}, Every: 1, Unit: oncall.Day, From: time.Date(2027, 2, 28, 9, 0, 0, 0, time.UTC),
			}}},
		}, oncall.Saved{})
	return r
}

// onDuty is a house whose alerts go to whoever is on call.
func onDuty(t *testing.T) *house {
	p := climbing()
	p.Routes[0].Escalate, p.Routes[0].To = "", []string{"schedule:primary"}
	h := build(t, p)
	h.roster = duty(h.now)
	h.boot()
	return h
}

// clock passes time until a wall clock in Berlin shows this.
func (h *house) clock(day, hour, minute int) {
	h.t.Helper()
	h.pass(time.Date(2027, 3, day, hour, minute, 0, 0, berlin).Sub(h.now))
}

// notices returns what operators were told besides, since the last look.
func (h *house) notices(from int) []string {
	var all []string
	for _, n := range h.sent[from:] {
		if x := n.Notice; x != nil && (x.Kind == "stillack") == h.nudged {
			names := make([]string, len(n.Alerts))
			for i := range n.Alerts {
				names[i] = n.Alerts[i].Target
			}
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s: %s %s", n.Receiver, x.Kind, strings.Join(names, "+"))))
		}
	}
	slices.Sort(all)
	return all
}

func (h *house) wantNotices(from int, want ...string) {
	h.t.Helper()
	if got := h.notices(from); !slices.Equal(got, want) {
		h.t.Errorf("notices %q, want %q", got, want)
	}
}

// On 1 March 2027 at 03:30Z ana has been on call since the 28th; bo comes at 09:00.
func TestWhoIsOnCallIsPaged(t *testing.T) {
	h := onDuty(t)
	h.down("web")
	h.wantSent("ana via pager: first web")
	h.clock(1, 8, 59)
	h.wantSent()
	h.clock(1, 9, 1)
	if got := h.heardBy("bo via pager"); !slices.Contains(got, "bo via pager: first web") {
		t.Errorf("who comes on call hears nothing of what fires: %v", h.log)
	}
	h.log = nil
	h.up("web")
	h.pass(time.Minute)
	h.wantHeard("ana via pager", "ana via pager: resolved web")
	h.wantHeard("bo via pager", "bo via pager: resolved web")
	h.log = nil
	h.down("db")
	h.pass(time.Minute)
	h.wantHeard("ana via pager")
}

func TestHandOverIsTold(t *testing.T) {
	h := onDuty(t)
	h.down("web")
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"}))
	from := len(h.sent)
	h.clock(1, 8, 59)
	h.wantNotices(from)
	h.clock(1, 9, 1)
	h.wantNotices(from, "ana via pager: ahead web", "ana via pager: off web", "bo via mail:bo@example.org: on web", "bo via pager: on web")
	from = len(h.sent)
	h.clock(2, 9, 1) // each is told a day before of the next
	h.wantNotices(from, "ana via pager: on web", "bo via mail:bo@example.org: ahead web", "bo via mail:bo@example.org: off web",
		"bo via pager: ahead web", "bo via pager: off web")
}

func TestHandOverIsToldOnceOverRestarts(t *testing.T) {
	h := onDuty(t)
	h.clock(1, 9, 1)
	from := len(h.sent)
	h.crash()
	h.pass(time.Hour)
	h.wantNotices(from)
	h.now = time.Date(2027, 3, 2, 10, 0, 0, 0, berlin) // nobody was there at 09:00
	h.alive = time.Date(2027, 3, 2, 8, 0, 0, 0, berlin)
	h.boot()
	h.pass(time.Minute)
	if got := h.notices(from); !slices.Contains(got, "ana via pager: on") {
		t.Errorf("a hand-over while nobody was there: %q", got)
	}
}

func TestShortNoticeIsTold(t *testing.T) {
	h := onDuty(t)
	h.clock(1, 12, 0) // bo has it until the 2nd, 09:00
	from := len(h.sent)
	h.roster = duty(h.now, oncall.Override{ID: "primary/1", Schedule: "primary", With: "ana", From: h.now.Add(2 * time.Hour), To: h.now.Add(4 * time.Hour)})
	h.follow(h.m.SetRoster(h.now, h.roster))
	// And bo comes back after that.
	h.wantNotices(from, "ana via pager: ahead", "bo via mail:bo@example.org: ahead", "bo via pager: ahead")
	from = len(h.sent)
	h.pass(2 * time.Hour)
	h.wantNotices(from, "ana via pager: on", "bo via mail:bo@example.org: off", "bo via pager: off")
}

// What was told is not told again by a run that begins right after, although it
// is some time since the last sign of life of the run before.
func TestHandOverIsToldOnceOverACrashRightAfter(t *testing.T) {
	for _, c := range []struct {
		what string
		turn int // hours
		at   int // of 1 March, in Berlin
		want []string
	}{
		{"a hand-over, and one a day ahead", 24, 1, []string{"ana via pager: off", "bo via pager: on", "cy via pager: ahead"}},
		{"a hand-over", 30, 7, []string{"ana via pager: off", "bo via pager: on"}},
		{"one a day ahead", 30, 13, []string{"cy via pager: ahead"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := climbing()
			p.Routes[0].Escalate, p.Routes[0].To = "", []string{"schedule:primary"}
			h := build(t, p)
			h.now = start.Add(-4 * time.Hour)
			h.roster = byHours(h.now, c.turn)
			h.boot()
			h.clock(1, c.at, -1)
			h.told = h.now // the last sign of life before that
			from := len(h.sent)
			h.clock(1, c.at, 0)
			h.wantNotices(from, c.want...)
			from = len(h.sent)
			h.pass(4 * time.Second)
			h.alive = h.told
			h.boot()
			h.pass(time.Hour)
			h.wantNotices(from)
		})
	}
}

// Told again all the same, a hand-over has the key that it had, for the receiver
// to know it by; that an alert goes on is another message each hour.
func TestAHandOverIsTheSameMessageWheneverItIsTold(t *testing.T) {
	h := onDuty(t)
	keys := func(from int) (all []string) {
		for _, n := range h.sent[from:] {
			if n.Notice != nil {
				all = append(all, n.Key)
			}
		}
		slices.Sort(all)
		return all
	}
	h.clock(1, 9, 0)
	before := keys(0)
	if len(before) != 4 || len(slices.Compact(slices.Clone(before))) != 4 {
		t.Fatalf("keys %v, want four", before)
	}
	from := len(h.sent)
	h.pass(4 * time.Second)
	h.alive = h.now.Add(-10 * time.Second) // the disk did not take what was saved since
	h.boot()
	h.pass(time.Minute)
	if again := keys(from); !slices.Equal(again, before) {
		t.Errorf("told again as %v, before as %v", again, before)
	}

	h.down("web")
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ana"}))
	from, h.nudged = len(h.sent), true
	h.pass(3*time.Hour + time.Minute)
	h.wantNotices(from, "ana via pager: stillack web", "ana via pager: stillack web", "ana via pager: stillack web")
	if got := keys(from); len(slices.Compact(got)) != 3 {
		t.Errorf("keys of three reminders: %v", got)
	}
}

// A shift is to be accepted if who comes on is told that it is, and only then.
func TestOnlyWhoIsToldIsAskedToAccept(t *testing.T) {
	p := climbing()
	p.Escalations[0].Accept = true
	p.Escalations[0].Steps[0].To = []string{"schedule:primary"}
	h := build(t, p)
	h.roster = duty(h.now)
	h.boot()
	if len(h.asked) != 0 {
		t.Errorf("a start asks %v", h.asked)
	}
	h.clock(1, 9, 1)
	want := oncall.Acceptance{Schedule: "primary", Operator: "bo", From: time.Date(2027, 3, 1, 9, 0, 0, 0, berlin).UTC()}
	if !slices.Equal(h.asked, []oncall.Acceptance{want}) {
		t.Errorf("asked %+v, want %+v", h.asked, want)
	}
	p.Escalations = slices.Clone(p.Escalations)
	p.Escalations[0].Accept = false
	h.follow(h.m.SetPolicy(h.now, p))
	h.clock(2, 9, 1)
	p.Escalations = slices.Clone(p.Escalations)
	p.Escalations[0].Accept = true
	h.follow(h.m.SetPolicy(h.now, p))
	h.clock(3, 8, 59)
	if len(h.asked) != 1 {
		t.Errorf("a reload asks %v", h.asked[1:])
	}
	h.clock(3, 9, 1)
	if len(h.asked) != 2 {
		t.Errorf("asked %v, want one more", h.asked)
	}
}

func TestHandOverIsToBeAcceptedIfAPolicySaysSo(t *testing.T) {
	for _, accept := range []bool{true, false} {
		p := climbing()
		p.Escalations[0].Accept = accept
		p.Escalations[0].Steps[0].To = []string{"schedule:primary"}
		h := build(t, p)
		h.roster = duty(h.now)
		h.boot()
		h.clock(1, 9, 1)
		for _, n := range h.sent {
			if n.Notice.Kind == "on" && n.Notice.Accept != accept {
				t.Errorf("%+v, want accept %v", n.Notice, accept)
			}
		}
		if len(h.sent) == 0 {
			t.Error("nobody is told")
		}
	}
}

func TestNobodyIsToldOfTheShiftsThatWereThereBefore(t *testing.T) {
	h := onDuty(t)
	h.wantNotices(0)
	h.follow(h.m.SetRoster(h.now, duty(h.now)))
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.wantNotices(0)
}

// A notice that comes too late is not worth telling.
func TestNoticeExpires(t *testing.T) {
	h := onDuty(t)
	h.mute(Again, "bo via pager", "bo via mail:bo@example.org")
	h.clock(1, 9, 1)
	h.clock(1, 21, 30)
	h.mute(Again)
	from := len(h.sent)
	h.clock(2, 8, 0)
	h.wantNotices(from)
	if len(h.disk.ledgers) != 0 {
		t.Errorf("left: %+v", h.disk.ledgers)
	}
}

func TestWhoAcknowledgedIsReminded(t *testing.T) {
	h := onDuty(t)
	h.down("web")
	h.down("db")
	for _, name := range []string{"web", "db"} {
		h.must(h.m.Acknowledge(h.now, h.alert(name).ID, Ack{By: "ana"}))
	}
	h.nudged = true
	from := len(h.sent)
	h.pass(time.Hour - time.Second)
	h.wantNotices(from)
	h.pass(2 * time.Second)
	h.wantNotices(from, "ana via pager: stillack web+db")
}

// Whoever is no operator of the configuration has no way to be told.
func TestNobodyElseIsReminded(t *testing.T) {
	h := onDuty(t)
	h.down("web")
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "root"}))
	h.nudged = true
	from := len(h.sent)
	h.pass(2 * time.Hour)
	h.wantNotices(from)
}

// An alert that nobody answers climbs over the night on which the clocks go
// forward: a step calls whoever is on call by then, one without anybody is
// skipped, and the last resort is told when the policy says, to the second.
func TestEscalationOverANightWhenClocksChange(t *testing.T) {
	for _, night := range []struct {
		name  string
		from  time.Time
		hands time.Time // R of 02:30
	}{
		{"forward", time.Date(2027, 3, 28, 0, 40, 0, 0, time.UTC), time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC)},
		{"back", time.Date(2027, 10, 31, 0, 10, 0, 0, time.UTC), time.Date(2027, 10, 31, 0, 30, 0, 0, time.UTC)},
	} {
		t.Run(night.name, func(t *testing.T) {
			p := climbing()
			p.Escalations[0] = EscalationPolicy{Name: "default", Repeat: 2, LastResort: "mail:leads@example.org", Steps: []EscalationStep{
				{To: []string{"schedule:primary"}, Wait: 15 * time.Minute},
				{To: []string{"schedule:empty"}, Wait: 10 * time.Minute},
				{To: []string{"boss"}, Wait: 20 * time.Minute},
			}}
			h := build(t, p)
			h.now = night.from
			roster, _ := oncall.NewRoster(h.now,
				[]oncall.Operator{{Name: "ana", Contact: []string{"pager"}}, {Name: "bo", Contact: []string{"pager"}}},
				[]oncall.Schedule{{Name: "empty", Zone: berlin}, {Name: "primary", Zone: berlin, Layers: []oncall.Layer{{
					Name: "daily", Operators: []string{"ana", "bo"}, Every: 1, Unit: oncall.Day,
					From: time.Date(night.from.Year(), night.from.Month(), night.from.Day()-1, 2, 30, 0, 0, time.UTC),
				}}}}, oncall.Saved{})
			h.roster = roster
			h.boot()
			h.down("web")
			if h.sent[0].Receiver != "ana via pager" {
				t.Fatalf("%v", h.log)
			}
			first := h.sent[0].At
			h.pass(3 * time.Hour)
			var got []string
			for _, n := range h.sent {
				if n.Notice == nil && n.Reason == Escalated {
					got = append(got, fmt.Sprintf("%v %s", n.At.Sub(first), n.Receiver))
				}
			}
			want := []string{"15m0s boss", "35m0s bo via pager", "50m0s boss", "1h10m0s mail:leads@example.org"}
			if !slices.Equal(got, want) {
				t.Errorf("called %q, want %q\nhand-over %v", got, want, night.hands)
			}
			if n := strings.Count(strings.Join(h.log, "\n"), "uncovered"); n != 2 {
				t.Errorf("%d steps skipped, want 2: %v", n, h.log)
			}
		})
	}
}
