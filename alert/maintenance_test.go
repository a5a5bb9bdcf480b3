package alert

import (
	"slices"
	"testing"
	"time"

	"sitrep/checker"
	"sitrep/civil"
)

// planned returns the usual policy with one receiver and a window over web.
func planned(from, until time.Duration) Policy {
	p := only("pager")
	p.Maintenance = []Window{{
		Name: "patch", Match: Matcher{{"name": {"web"}}}, Why: "kernel",
		When: civil.Recurrence{Once: civil.Span{From: start.Add(from), Until: start.Add(until)}},
	}}
	return p
}

func TestMaintenanceHoldsBackAndIsNotCounted(t *testing.T) {
	h := build(t, planned(time.Minute, time.Hour))
	if h.m.Excluded("web") {
		t.Error("excluded before it begins")
	}
	h.pass(time.Minute)
	h.want("s1 silence")
	if !h.m.Excluded("web") || h.m.Excluded("db") {
		t.Error("what is excluded is wrong")
	}
	h.down("web")
	if a := h.alert("web"); a.Maintenance != "s1" || a.SilencedBy != "" || !a.Held() {
		t.Errorf("%+v", a)
	}
	if s := h.m.Silences()[0]; !s.Maintenance || s.Window != "patch" || s.Reason != "kernel" || !s.Until.Equal(start.Add(time.Hour)) {
		t.Errorf("%+v", s)
	}
	h.log = nil
	h.pass(time.Hour)
	h.want("s1 unsilence", "pager: first web")
	if h.m.Excluded("web") {
		t.Error("excluded after its end")
	}
}

func TestMaintenanceGoesOnOverARestartAndAReload(t *testing.T) {
	h := build(t, planned(time.Minute, time.Hour))
	h.pass(2 * time.Minute)
	h.log = nil
	h.crash()
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.want()
	if all := h.m.Silences(); len(all) != 1 || all[0].ID != "s1" {
		t.Errorf("%+v", all)
	}
	h.down("web")
	h.wantSent()
}

func TestMaintenanceFollowsItsWindow(t *testing.T) {
	h := build(t, planned(time.Minute, time.Hour))
	h.pass(2 * time.Minute)
	h.log = nil
	h.follow(h.m.SetPolicy(h.now, planned(time.Minute, 10*time.Minute)))
	h.want("s1 resilence")
	h.follow(h.m.SetPolicy(h.now, planned(time.Minute, 10*time.Minute)))
	h.want()
	if s := h.m.Silences()[0]; !s.Until.Equal(start.Add(10 * time.Minute)) {
		t.Errorf("until %v", s.Until)
	}
	h.follow(h.m.SetPolicy(h.now, only("pager")))
	h.want("s1 unsilence")
}

func TestWhatAnOperatorChangedOfMaintenanceStays(t *testing.T) {
	edit := func(h *house, until time.Duration) {
		h.must(h.m.EditSilence(h.now, "s1", "ada", Silence{Match: Matcher{{"name": {"web", "db"}}}, Reason: "more", Until: start.Add(until)}))
		h.log = nil
	}
	reload := func(h *house) { h.follow(h.m.SetPolicy(h.now, h.policy)) }
	t.Run("over a reload and a restart", func(t *testing.T) {
		h := build(t, planned(time.Minute, time.Hour))
		h.pass(2 * time.Minute)
		edit(h, 30*time.Minute)
		reload(h)
		h.crash()
		h.want()
		s := h.m.Silences()[0]
		if s.Reason != "more" || !s.Until.Equal(start.Add(30*time.Minute)) || len(s.Match[0]["name"]) != 2 {
			t.Errorf("%+v", s)
		}
		h.pass(31 * time.Minute)
		reload(h)
		h.crash()
		h.want("s1 unsilence") // it does not begin again
		if len(h.m.Silences()) != 0 || h.m.Excluded("web") {
			t.Error("it holds again")
		}
	})
	t.Run("longer than its time", func(t *testing.T) {
		h := build(t, planned(time.Minute, time.Hour))
		h.pass(2 * time.Minute)
		edit(h, 3*time.Hour)
		h.pass(2 * time.Hour)
		reload(h)
		h.crash()
		h.want()
		if len(h.m.Silences()) != 1 {
			t.Error("it is over")
		}
	})
	t.Run("into the next time", func(t *testing.T) {
		p := planned(0, 0)
		p.Maintenance[0].When = civil.Recurrence{Days: 1<<7 - 1, At: 4 * time.Hour, For: 12 * time.Hour, Zone: time.UTC}
		h := build(t, p)
		h.pass(time.Hour)
		edit(h, 26*time.Hour) // the next begins after 24.5 h
		h.pass(27 * time.Hour)
		h.want("s1 unsilence", "s2 silence")
	})
}

func TestMaintenanceEndedEarlyStaysEnded(t *testing.T) {
	h := build(t, planned(time.Minute, time.Hour))
	h.pass(2 * time.Minute)
	h.must(h.m.EndSilence(h.now, "s1", "ada"))
	h.log = nil
	h.crash()
	h.follow(h.m.SetPolicy(h.now, h.policy))
	h.pass(time.Hour)
	h.want()
}

func TestMaintenanceEndedEarlyComesRoundAgain(t *testing.T) {
	p := planned(0, 0)
	p.Maintenance[0].When = civil.Recurrence{Days: 1<<7 - 1, At: 4 * time.Hour, For: time.Hour, Zone: time.UTC}
	h := build(t, p)
	h.pass(time.Hour)
	h.must(h.m.EndSilence(h.now, "s1", "ada"))
	h.log = nil
	h.pass(24 * time.Hour)
	h.want("s2 silence")
}

func TestOperatorsMaintenanceIsExcluded(t *testing.T) {
	h := build(t, only("pager"))
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"web"}}}, By: "ada", Reason: "disk", Until: h.now.Add(time.Hour), Maintenance: true}))
	h.down("web")
	if a := h.alert("web"); a.Maintenance != "s1" || !h.m.Excluded("web") {
		t.Errorf("%+v", a)
	}
	h.wantSent()
}

func TestOnlyMaintenanceThatHasBegunIsExcluded(t *testing.T) {
	h := build(t, only("pager"))
	later := h.now.Add(time.Hour)
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"db"}}}, By: "ada", Reason: "disk", From: later, Until: later.Add(time.Hour), Maintenance: true}))
	h.silence("web", time.Hour)
	if h.m.Excluded("db") || h.m.Excluded("web") {
		t.Error("excluded before it begins, or by a silence")
	}
	h.pass(time.Hour)
	if !h.m.Excluded("db") {
		t.Error("not excluded")
	}
}

func TestSilenceLastsAsLongAsWhatItMatches(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.down("db")
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"web", "db"}}}, By: "ada", Reason: "known"}))
	h.log = nil
	h.pass(100 * time.Hour)
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("pager: resolved web")
	h.up("db")
	h.pass(time.Minute)
	h.want("db recovering", "db resolved", "s1 unsilence", "pager: resolved db")
	if len(h.m.Silences()) != 0 {
		t.Error("it still holds")
	}
}

func TestSilencesUntilItIsOverEndEachWithItsOwn(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.down("db")
	for _, name := range []string{"web", "db"} {
		h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {name}}}, By: "ada", Reason: "known"}))
	}
	h.up("web")
	if all := h.m.Silences(); len(all) != 1 || all[0].ID != "s2" {
		t.Errorf("%+v", all)
	}
}

func TestSilenceIsEdited(t *testing.T) {
	h := build(t, only("pager"))
	h.silence("web", time.Hour)
	h.down("web")
	h.down("db")
	h.log = nil
	h.must(h.m.EditSilence(h.now, "s1", "bob", Silence{Match: Matcher{{"name": {"d*"}}}, Until: h.now.Add(2 * time.Hour), Reason: "it was the other"}))
	h.want("s1 resilence", "pager: new web")
	s := h.m.Silences()[0]
	if s.By != "ada" || s.Reason != "it was the other" || !s.From.Equal(start) {
		t.Errorf("%+v", s)
	}
	if a := h.alert("db"); a.SilencedBy != "s1" {
		t.Errorf("db: %+v", a)
	}
	if disk := h.disk.silences["s1"]; disk.Reason != s.Reason {
		t.Errorf("saved: %+v", disk)
	}
	h.crash()
	if again := h.m.Silences()[0]; !again.Until.Equal(s.Until) {
		t.Errorf("after a restart: %+v", again)
	}
}

func TestFlappingWithinMaintenanceIsToldAtItsEnd(t *testing.T) {
	for name, goesOn := range map[string]bool{"stops within": false, "goes on": true} {
		t.Run(name, func(t *testing.T) {
			h := build(t, planned(time.Minute, time.Hour))
			h.pass(2 * time.Minute)
			h.flapping["web"] = true
			h.results("web", down, up, down, up)
			if !goesOn {
				h.flapping["web"] = false
				h.up("web")
			}
			h.wantSent()
			h.pass(time.Hour)
			h.result("web", up)
			if goesOn {
				h.wantSent("pager: first web")
			} else {
				h.wantSent()
			}
		})
	}
}

func TestWindowsOfOneNameNeverDouble(t *testing.T) {
	h := build(t, planned(time.Minute, time.Hour))
	h.pass(2 * time.Minute)
	for range 3 {
		h.follow(h.m.SetPolicy(h.now, h.policy))
		h.follow(h.m.SetTargets(h.now, h.targets))
	}
	if n := len(h.m.Silences()); n != 1 {
		t.Errorf("%d silences", n)
	}
	if !slices.ContainsFunc(h.targets, func(x checker.Target) bool { return x.Name == "web" }) {
		t.Fatal("no web")
	}
}
func TestMaintenanceComesRoundAgain(t *testing.T) {
	p := planned(0, 0)
	p.Maintenance[0].When = civil.Recurrence{Days: 1 << time.Monday, At: 4 * time.Hour, For: time.Hour, Zone: time.UTC} // start is a Monday
	h := build(t, p)
	for range 3 {
		h.pass(24 * time.Hour)
		h.want("s1 silence", "s1 unsilence")
		h.pass(6 * 24 * time.Hour)
		h.m.silenceSeq = 0 // so that the next reads the same
	}
}
