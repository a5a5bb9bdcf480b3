package monitor

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/store"
)

// TestAParentAndItsChildrenAreOnePage takes a gate down and all behind it, in
// whatever order the schedule has them.
func TestAParentAndItsChildrenAreOnePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := []string{"gate"}
		for i := range 50 {
			names = append(names, fmt.Sprintf("shop-%02d", i))
		}
		h := startWith(t, store.State{}, func(o *Options) {
			for i := range o.Setup.Targets[1:] {
				o.Setup.Targets[i+1].Parents = [][]string{{"gate"}}
			}
		}, names...)
		sleep(2 * time.Minute)
		for _, name := range names {
			h.turn(name, checker.Down)
		}
		sleep(10 * time.Minute)
		h.receiver.mu.Lock()
		for _, n := range h.receiver.got {
			if n.Alerts[0].Target != "gate" {
				t.Errorf("paged about %s", n.Alerts[0].Target)
			}
		}
		h.receiver.mu.Unlock()
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("told %v, want one page", got)
		}
		snap := h.Snapshot()
		if c := snap.Counts; c.Down != 1 || c.Silenced != 50 || c.Unacked != 1 {
			t.Errorf("counts %+v, want one down and unacked, 50 held back", c)
		}
		for _, e := range h.events("fired") {
			if e.Target != "gate" && !strings.HasSuffix(e.Text, "(explained: gate is down)") && !strings.HasSuffix(e.Text, "(gate is asked first)") {
				t.Errorf("the log says of %s: %s", e.Target, e.Text)
			}
		}
		for _, name := range names {
			h.turn(name, checker.Up)
		}
		sleep(10 * time.Minute)
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first", "resolved"}) {
			t.Errorf("told %v, want the end of the one", got)
		}
	})
}

// TestTheEndOfTheFirstRoundIsSeen: what waits for it waits no more, and nothing
// else happens at that moment.
func TestTheEndOfTheFirstRoundIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, func(o *Options) {
			o.Setup.Targets[0].FailAfter = 1
			o.Setup.Targets[0].Interval, o.Setup.Targets[0].RetryInterval = 10*time.Minute, 10*time.Minute
		}, "db")
		h.turn("db", checker.Down)
		sleep(20 * time.Second)
		order := h.Snapshot().Order
		if a := h.alert(t, "db"); !a.Settling || h.Snapshot().Counts.Silenced != 1 {
			t.Fatalf("in the first round: %+v, counts %+v", a, h.Snapshot().Counts)
		}
		sleep(12 * time.Second)
		if a := h.alert(t, "db"); a.Settling || h.Snapshot().Counts.Down != 1 || h.Snapshot().Counts.Unacked != 1 {
			t.Errorf("after it: %+v, counts %+v", a, h.Snapshot().Counts)
		}
		if h.Snapshot().Order == order {
			t.Error("Order did not change")
		}
		if i, _ := h.Snapshot().Find("db"); len(h.Snapshot().Target(i).Samples) != 1 {
			t.Error("a result came in between: the test does not test")
		}
	})
}

// TestOwnLinkDownIsOneTrouble has every target unknown and the receiver out of
// reach, as a dead link does.
func TestOwnLinkDownIsOneTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const why = "2 of 3 anchors do not answer"
		var down atomic.Bool
		h := startWith(t, store.State{}, func(o *Options) {
			o.Link = func() string { return map[bool]string{true: why}[down.Load()] }
		}, "a", "b", "c")
		h.turn("a", checker.Down) // something is owed
		sleep(time.Minute)
		h.receiver.set(alert.Again)
		h.turn("a", checker.Up)
		sleep(30 * time.Second)
		down.Store(true)
		for _, name := range []string{"a", "b", "c"} {
			h.turn(name, checker.Unknown)
		}
		sleep(10 * time.Minute)
		a := h.alert(t, Self)
		if len(a.Findings) != 1 || a.Findings[0].What != "link" || a.Severity != alert.Critical {
			t.Errorf("findings %v, want the link alone", a.Findings)
		}
		if n := len(h.events("unknown")) + len(h.events("stale")); n > 0 {
			t.Errorf("the log tells of %d targets that give no result", n)
		}
		if h.Snapshot().Health.Link != why {
			t.Errorf("Health says %q of the link", h.Snapshot().Health.Link)
		}
		down.Store(false)
		for _, name := range []string{"a", "b", "c"} {
			h.turn(name, checker.Up)
		}
		h.receiver.set(alert.Accepted)
		sleep(10 * time.Minute)
		if got := h.alerts(Self); slices.Contains(got, alert.Firing) {
			t.Errorf("alerts of %s with the link up: %v", Self, got)
		}
		if n := len(h.events("fresh")); n > 0 {
			t.Errorf("the log tells of %d targets that give results again, and told of none that did not", n)
		}
	})
}

func TestTargetsThatGiveNoResultAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "c", "a", "b", "db")
		sleep(time.Minute)
		for _, name := range []string{"a", "b", "c"} {
			h.turn(name, checker.Unknown)
		}
		sleep(2 * time.Minute)
		a := h.alert(t, Self)
		if want := "3 targets give no result: a, b, c"; len(a.Findings) != 1 || a.Findings[0].What != "stale" || a.Findings[0].Text != want {
			t.Errorf("findings %v, want %q", a.Findings, want)
		}
		if es := h.events("stale"); len(es) != 3 {
			t.Errorf("%d events, want one a target", len(es))
		}
		h.turn("b", checker.Up)
		h.turn("c", checker.Up)
		sleep(time.Minute)
		if got := h.alert(t, Self); got.What() != "1 target gives no result: a" {
			t.Errorf("finding %q", got.What())
		}
		h.turn("a", checker.Up)
		sleep(time.Minute)
		if got := h.alerts(Self); !slices.Equal(got, []alert.State{alert.Resolved}) {
			t.Errorf("alerts of %s: %v", Self, got)
		}
		if n := len(h.events("fresh")); n != 3 {
			t.Errorf("%d targets give results again, want 3", n)
		}
	})
}

// TestMaintenanceIsCountedApart: what falls into it is neither up nor down, and
// tells nobody.
func TestMaintenanceIsCountedApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web")
		sleep(time.Minute)
		h.turn("db", checker.Down)
		if err := h.Do(t.Context(), ana, Silence{Match: alert.Matcher{{"name": {"db"}}}, For: 10 * time.Minute, Reason: "new disks", Maintenance: true}); err != nil {
			t.Fatal(err)
		}
		sleep(9*time.Minute + 59*time.Second)
		if got := h.receiver.reasons(); len(got) > 0 {
			t.Errorf("told %v in maintenance", got)
		}
		if c := h.Snapshot().Counts; c.Silenced != 1 || c.Down != 0 || c.Unacked != 0 {
			t.Errorf("counts %+v", c)
		}
		if es := h.events("fired"); len(es) != 1 || es[0].Text != "critical: 503, want 200 (maintenance s1)" {
			t.Errorf("fired: %v", es)
		}
		sleep(10 * time.Minute)
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("told %v after it, want what is owed", got)
		}
		saved := map[bool]int{}
		for _, r := range h.disk.all().Results {
			if r.Target == "db" {
				saved[r.Excluded]++
			} else if r.Excluded {
				t.Fatalf("a result of %s is excluded", r.Target)
			}
		}
		i, _ := h.Snapshot().Find("db")
		var excluded, failed, total int
		s := h.Snapshot().Target(i)
		for _, b := range append(slices.Clone(s.Minutes), s.Minute) {
			excluded, failed, total = excluded+int(b.Excluded), failed+int(b.Failed), total+b.Total()
		}
		if excluded != saved[true] || excluded < 59 || excluded > 61 || failed < 58 || total != saved[true]+saved[false] {
			t.Errorf("%d excluded, %d failed of %d; %v saved", excluded, failed, total, saved)
		}
	})
}

func TestSilencesAreMadeEditedAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web")
		db := alert.Matcher{{"name": {"db"}}}
		if err := h.Do(t.Context(), ana, Silence{Match: db, Reason: "x"}); err == nil {
			t.Error("until resolved, and nothing to resolve: not refused")
		}
		if err := h.Do(t.Context(), ana, Silence{Match: db, Reason: "x", For: -time.Hour}); err == nil {
			t.Error("an end in the past was not refused")
		}
		h.turn("db", checker.Down)
		sleep(time.Minute)
		if err := h.Do(t.Context(), ana, Silence{Match: db, Reason: "known"}); err != nil {
			t.Fatal(err)
		}
		if ss := h.Snapshot().Silences; len(ss) != 1 || !ss[0].Until.IsZero() || ss[0].By != "ana" {
			t.Fatalf("silences %+v", ss)
		}
		until := h.clock.now().Add(time.Hour)
		if err := h.Do(t.Context(), ana, EditSilence{ID: "s1", Match: alert.Matcher{{"kind": {"http"}}}, Until: until, Reason: "all of it"}); err != nil {
			t.Fatal(err)
		}
		if ss := h.Snapshot().Silences; len(ss) != 1 || !ss[0].Until.Equal(until) || ss[0].Reason != "all of it" {
			t.Errorf("edited: %+v", ss)
		}
		if err := h.Do(t.Context(), ana, EditSilence{ID: "s9", Match: db, Until: until, Reason: "x"}); err == nil {
			t.Error("edit of what is not there: not refused")
		}
		h.turn("web", checker.Down)
		sleep(59 * time.Minute)
		if got := h.receiver.reasons(); !slices.Equal(got, []string{"first"}) {
			t.Errorf("told %v, want nothing about web", got)
		}
		var texts []string
		for _, kind := range []string{"silence", "resilence"} {
			for _, e := range h.events(kind) {
				texts = append(texts, e.Text)
			}
		}
		want := []string{
			"s1 " + db.String() + " until all of it is over, known",
			"s1 " + alert.Matcher{{"kind": {"http"}}}.String() + " changed: until 2000-01-01 01:01Z, all of it",
		}
		if !slices.Equal(texts, want) {
			t.Errorf("the log says %q, want %q", texts, want)
		}
	})
}

// TestAMendedReceiverIsTriedAtOnce by command, and by a reload that names it.
func TestAMendedReceiverIsTriedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, mend := range map[string]func(*house) error{
			"retry": func(h *house) error { return h.Do(t.Context(), ana, Retry{Receiver: "hook"}) },
			"reload": func(h *house) error {
				return h.Do(t.Context(), Program, Apply{Setup: h.again(), Mended: []string{"hook"}})
			},
		} {
			h := startHouse(t, store.State{}, "db")
			h.receiver.set(alert.Dead)
			h.turn("db", checker.Down)
			sleep(5 * time.Minute)
			h.receiver.set(alert.Accepted)
			before := len(h.receiver.reasons())
			if err := mend(h); err != nil {
				t.Fatal(err)
			}
			sleep(time.Second)
			if n := len(h.receiver.reasons()) - before; n == 0 {
				t.Errorf("%s: not tried within a second", name)
			}
			if err := h.Do(t.Context(), ana, Retry{Receiver: "nobody"}); err == nil {
				t.Error("a receiver that is not there was not refused")
			}
			h.stop()
		}
	})
}

// TestASnapshotSaysWhatReceiversWereTold, also after a restart.
func TestASnapshotSaysWhatReceiversWereTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := []alert.Delivery{{At: time.Now().Add(-time.Hour), Err: "2"}, {At: time.Now().Add(-2 * time.Hour), Err: "1"}}
		for range 300 {
			told = append(told, alert.Delivery{At: time.Now().Add(-3 * time.Hour), Err: "0"})
		}
		h := startWith(t, store.State{}, func(o *Options) { o.Told = told }, "db")
		h.turn("db", checker.Down)
		sleep(time.Minute)
		snap := h.Snapshot()
		n := len(snap.Told)
		if n != 200 || snap.Told[n-1].Notification.Receiver != "hook" || snap.Told[n-2].Err != "2" || snap.Told[n-3].Err != "1" {
			t.Errorf("%d deliveries, the last %+v", n, snap.Told[max(0, n-3):])
		}
		if len(snap.Accounts) != 1 || len(snap.Accounts[0].Told) != 1 {
			t.Errorf("accounts %+v", snap.Accounts)
		}
		if len(snap.Policy.Routes) != 1 || len(snap.Policy.Receivers) != 1 {
			t.Errorf("policy %+v", snap.Policy)
		}
	})
}

// TestALogDoesNotHurrySnapshots: whoever follows gets one a second at most, a
// screen gets what changed at once.
func TestALogDoesNotHurrySnapshots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := make([]string, 40)
		for i := range names {
			names[i] = fmt.Sprintf("t%02d", i)
		}
		h := startHouse(t, store.State{}, names...)
		read := func(wait func(seq uint64) (*Snapshot, error)) {
			for seq := uint64(0); ; {
				s, err := wait(seq)
				if err != nil {
					return
				}
				seq = s.Seq
			}
		}
		count := func() uint64 {
			before := h.Snapshot().Seq
			sleep(time.Minute)
			return h.Snapshot().Seq - before
		}
		go read(func(seq uint64) (*Snapshot, error) { return h.Follow(t.Context(), seq) })
		if n := count(); n < 30 || n > 61 {
			t.Errorf("%d snapshots in a minute for a log", n)
		}
		go read(func(seq uint64) (*Snapshot, error) { return h.Wait(t.Context(), seq) })
		if n := count(); n < 150 {
			t.Errorf("%d snapshots in a minute for a screen, of 240 results", n)
		}
		h.stop()
	})
}
