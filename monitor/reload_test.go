package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/alert/notify"
	"sitrep/checker"
	"sitrep/safe"
	"sitrep/store"
)

// again returns the setup as a second reading of the same files has it: equal,
// and nothing of it shared.
func (h *house) again() Setup {
	s := h.setup
	s.Targets = slices.Clone(s.Targets)
	s.Policy.Routes, s.Policy.Receivers = slices.Clone(s.Policy.Routes), slices.Clone(s.Policy.Receivers)
	return s
}

// TestAReloadOfTheSameChangesNothing reloads in the middle of an alert that was
// told, one that waits for its group, a silence and a run of probes.
func TestAReloadOfTheSameChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web", "old")
		sleep(time.Minute)
		h.turn("db", checker.Down)
		for len(h.receiver.reasons()) == 0 {
			sleep(time.Second)
		}
		told := time.Now()
		if err := h.Do(t.Context(), ana, Silence{Match: alert.Matcher{{"name": {"web"}}}, For: 2 * time.Hour, Reason: "deploy"}); err != nil {
			t.Fatal(err)
		}
		h.turn("web", checker.Down)
		sleep(15 * time.Minute)
		before := h.Monitor.alerts.Save()
		due, ok := h.Monitor.alerts.Next()
		saved := h.disk.all()
		i, _ := h.Snapshot().Find("db")
		status := *h.Snapshot().Target(i)

		h.apply(t, h.again())
		if d := cmp.Diff(before, h.Monitor.alerts.Save()); d != "" {
			t.Errorf("a reload changed what is known (-before +after):\n%s", d)
		}
		if d, o := h.Monitor.alerts.Next(); !d.Equal(due) || o != ok {
			t.Errorf("a deadline was %v and is %v", due, d)
		}
		now := h.disk.all()
		if len(now.Alerts) != len(saved.Alerts) || len(now.Ledgers) != len(saved.Ledgers) || len(now.Notifications) != len(saved.Notifications) {
			t.Error("a reload had alerts, ledgers or notifications saved")
		}
		if es := h.events("config"); len(es) != 1 || es[0].Text != "read again: nothing is different" {
			t.Errorf("events %v", es)
		}
		i, _ = h.Snapshot().Find("db")
		after := *h.Snapshot().Target(i)
		status.Target, after.Target = nil, nil
		if d := cmp.Diff(status, after); d != "" {
			t.Errorf("a reload changed what is shown of a target:\n%s", d)
		}

		for range 5 { // not the reminder either
			sleep(8 * time.Minute)
			h.apply(t, h.again())
		}
		sleep(time.Until(told.Add(time.Hour - 2*time.Second)))
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("told %v before the reminder is due", got)
		}
		sleep(4 * time.Second)
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first", "remind"}) {
			t.Errorf("told %v, want the reminder in its time", got)
		}
		i, _ = h.Snapshot().Find("db")
		samples := h.Snapshot().Target(i).Samples
		for k := 1; k < len(samples); k++ {
			if gap := samples[k].At - samples[k-1].At; gap != 10_000 {
				t.Fatalf("%d ms between two runs of a target that is probed every 10 s", gap)
			}
		}
	})
}

func TestAReloadReplacesWhatIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		saved := store.State{Believed: map[string]store.Target{"old": {Believed: checker.Up, Last: checker.Result{Target: "old", At: time.Now(), Status: checker.Up}}}}
		h := startHouse(t, saved, "db", "old", "web")
		h.turn("old", checker.Down)
		sleep(10 * time.Minute)
		old := h.Snapshot()
		wi, _ := old.Find("web")
		web := old.Target(wi)

		next := h.again()
		next.Targets = []checker.Target{h.target("new"), h.target("db"), h.target("web")}
		next.Targets[2].Addr = "http://web2.test"
		err := h.Do(t.Context(), Program, Apply{Setup: next, Changes: []string{"+ new", "web: url changed", "− old"}})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		snap := h.Snapshot()
		if snap.Order == old.Order {
			t.Error("Order did not change")
		}
		var names []string
		var counts Counts
		for i, w := range snap.Targets() {
			names = append(names, w.Target.Name)
			if k, ok := snap.Find(w.Target.Name); !ok || k != i {
				t.Errorf("%s is at %d, and found at %d", w.Target.Name, i, k)
			}
			counts.add((&watched{shown: *w}).classify(), 1)
		}
		if want := []string{"db", "new", Self, "web"}; !slices.Equal(names, want) || snap.Len() != len(want) {
			t.Errorf("the board has %v, want %v", names, want)
		}
		counts.Unacked = countUnacked(snap.Alerts)
		if snap.Counts != counts {
			t.Errorf("counts %+v, the targets say %+v", snap.Counts, counts)
		}
		if a := h.alert(t, "old"); a.State != alert.Resolved || a.Ending != "removed" {
			t.Errorf("the alert of what is gone: %v, %q", a.State, a.Ending)
		}
		now, _ := snap.Find("web")
		if s := snap.Target(now); len(s.Samples) != len(web.Samples) || len(s.Minutes) != len(web.Minutes) || s.Target.Addr != "http://web2.test" {
			t.Errorf("web kept %d of %d samples, %d of %d minutes, and is %s", len(s.Samples), len(web.Samples), len(s.Minutes), len(web.Minutes), s.Target.Addr)
		}
		var texts []string
		for _, e := range h.events("config") {
			texts = append(texts, e.Target+": "+e.Text)
		}
		if want := []string{": + new; web: url changed; − old", "web: it is http http://web2.test from here on, and was http http://web.test"}; !slices.Equal(texts, want) {
			t.Errorf("events %q, want %q", texts, want)
		}
		if n := old.Len(); n != 4 || old.Target(wi).Target.Addr != "http://web.test" {
			t.Error("the reload changed an older snapshot")
		}
		sleep(time.Minute)
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first", "resolved"}) {
			t.Errorf("told %v, want that it is over", got)
		}
		ni, _ := h.Snapshot().Find("new")
		if len(h.Snapshot().Target(ni).Samples) == 0 {
			t.Error("the new target is not probed")
		}
		h.apply(t, Setup{Targets: append(next.Targets, h.target("old")), Policy: next.Policy}) // and back
		oi, ok := h.Snapshot().Find("old")
		if !ok || h.Snapshot().Target(oi).Restored || len(h.Snapshot().Target(oi).Samples) > 1 {
			t.Error("a target that comes back is shown as it was before the start")
		}
	})
}

// TestEditingWhatIsAlertingTellsNobodyAgain changes a note, a threshold and the
// receivers of a target that is down, three reloads each.
func TestEditingWhatIsAlertingTellsNobodyAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web")
		second := &receiver{outcome: alert.Accepted}
		h.turn("db", checker.Down)
		sleep(2 * time.Minute)
		thrice := func(edit func(*Setup)) {
			for range 3 {
				next := h.again()
				edit(&next)
				h.apply(t, next)
				sleep(time.Minute)
			}
		}
		thrice(func(s *Setup) { s.Targets[0].Note += "." })
		thrice(func(s *Setup) { s.Targets[0].Slow += time.Second; s.Targets[0].FailAfter++ })
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("told %v after edits of the target", got)
		}
		h.dispatcher.SetReceivers(map[string]notify.Notifier{"hook": h.receiver, "second": second})
		thrice(func(s *Setup) {
			s.Policy.Receivers = []alert.Receiver{hears("hook"), hears("second")}
			s.Policy.Routes[0].To = []string{"hook", "second"}
		})
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("told %v after another receiver was added", got)
		}
		if got := second.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("the receiver that was added was told %v, want the open alert once", got)
		}
		h.turn("web", checker.Down)
		sleep(2 * time.Minute)
		for name, r := range map[string]*receiver{"hook": h.receiver, "second": second} {
			if got := r.reasons(); !slices.Equal(got, []string{"first", "first"}) {
				t.Errorf("%s was told %v, want the new alert once", name, got)
			}
		}
	})
}

func TestAConfigurationThatCannotBeAppliedIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, func(o *Options) { o.File = "/etc/sitrep/config.toml" }, "db")
		if c := h.Snapshot().Config; c.File != "/etc/sitrep/config.toml" || c.Loaded.IsZero() || c.Error != "" {
			t.Errorf("at the start: %+v", c)
		}
		refuse := func(c Refuse) {
			t.Helper()
			if err := h.Do(t.Context(), Program, c); err != nil {
				t.Fatal(err)
			}
		}
		broken := Refuse{Error: "config.toml:14:1: target.db.intervall: unknown key\x1b[2J", Problems: 3}
		loaded := h.Snapshot().Config.Loaded
		for range 9 {
			refuse(broken)
			sleep(time.Minute)
		}
		c := h.Snapshot().Config
		if c.Error != "config.toml:14:1: target.db.intervall: unknown key" || c.Problems != 3 || !c.Loaded.Equal(loaded) || !c.Checked.After(loaded) {
			t.Errorf("refused: %+v", c)
		}
		if es := h.events("config"); len(es) != 1 || !strings.HasSuffix(es[0].Text, "unknown key (and 2 more)") {
			t.Errorf("events %v, want one", es)
		}
		if got := h.alerts(Self); len(got) != 0 {
			t.Errorf("alerts of %s before ten minutes: %v", Self, got)
		}
		sleep(2 * time.Minute)
		if a := h.alert(t, Self); a.State != alert.Firing || a.Findings[0].What != "config" {
			t.Errorf("after ten minutes: %v, %v", a.State, a.Findings)
		}
		refuse(Refuse{Waiting: []string{"− a", "− b"}})
		if c := h.Snapshot().Config; c.Error != "" || len(c.Waiting) != 2 {
			t.Errorf("waiting: %+v", c)
		}
		h.apply(t, h.again())
		if c := h.Snapshot().Config; c.Error != "" || c.Waiting != nil || !c.Loaded.After(loaded) || c.File == "" {
			t.Errorf("applied: %+v", c)
		}
		sleep(time.Minute)
		if got := h.alerts(Self); !slices.Equal(got, []alert.State{alert.Resolved}) {
			t.Errorf("alerts of %s once it was applied: %v", Self, got)
		}
	})
}

func TestOnlyTheProgramApplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		for _, a := range []Actor{{Name: "root", Role: Admin, From: "local"}, {Name: Self, Role: Admin, From: "local"}, ana} {
			for _, c := range []Command{Apply{}, Refuse{Error: "x"}} {
				if err := h.Do(t.Context(), a, c); !errors.Is(err, ErrNotAllowed) {
					t.Errorf("%T by %v: %v", c, a, err)
				}
			}
		}
		if n := h.Snapshot().Len(); n != 2 {
			t.Errorf("%d targets after refused reloads", n)
		}
	})
}

func TestReloadAsksForTheFilesToBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []bool
		h := startWith(t, store.State{}, func(o *Options) {
			o.Reload = func(confirmed bool) { asked = append(asked, confirmed) }
		}, "db")
		if err := h.Do(t.Context(), Actor{Name: "bo", From: "local"}, Reload{}); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("by a viewer: %v", err)
		}
		for _, confirmed := range []bool{false, true} {
			if err := h.Do(t.Context(), ana, Reload{Confirmed: confirmed}); err != nil {
				t.Error(err)
			}
		}
		if !slices.Equal(asked, []bool{false, true}) {
			t.Errorf("asked %v", asked)
		}
		if n := len(h.disk.all().Audit); n != 3 {
			t.Errorf("%d lines of audit, want 3", n)
		}
		none := startHouse(t, store.State{}, "db")
		if err := none.Do(t.Context(), ana, Reload{}); err == nil {
			t.Error("a house without files was not refused")
		}
	})
}

// TestTheAuditHoldsNoConfiguration: it has secrets in places that no type guards.
func TestTheAuditHoldsNoConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		next := h.again()
		next.Targets[0].Note, next.Targets[0].Probe = "canary", secretProbe{safe.NewSecret("canary"), "canary"}
		if err := h.Do(t.Context(), Program, Apply{Setup: next, Changes: []string{"db: note changed"}}); err != nil {
			t.Fatal(err)
		}
		audit := fmt.Sprint(h.disk.all().Audit)
		if strings.Contains(audit, "canary") || !strings.Contains(audit, "db: note changed") {
			t.Errorf("audit: %s", audit)
		}
	})
}

type secretProbe struct {
	Guarded safe.Secret
	Plain   string
}

func (secretProbe) Probe(context.Context) (checker.Detail, error) { return checker.Detail{}, nil }
