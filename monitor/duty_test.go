package monitor

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/oncall"
	"sitrep/store"
)

// byTurns has ana, bo and chen be on call for a day each, from 09:00 UTC, as the
// first step of what escalates. All of them are reached by hook.
func byTurns(o *Options) {
	pages(o)
	for _, name := range []string{"ana", "bo", "chen"} {
		o.Setup.Operators = append(o.Setup.Operators, oncall.Operator{Name: name, Contact: []string{"hook"}})
	}
	o.Setup.Schedules = []oncall.Schedule{{
		Name: "primary", Zone: time.UTC,
		Layers: []oncall.Layer{{
			Name: "daily", Operators: []string{"ana", "bo", "chen"}, Every: 1, Unit: oncall.Day,
			From: time.Date(1999, 12, 31, 9, 0, 0, 0, time.UTC),
		}},
	}}
	o.Setup.Policy.Routes[0].To = []string{"schedule:primary"}
	o.Setup.Policy.Escalations[0].Steps[0].To = []string{"schedule:primary"}
}

// onCall returns who is on call for a schedule by the snapshot.
func (h *house) onCall(schedule string) string {
	return strings.Join(h.Snapshot().Roster.Who(schedule, h.clock.now()), ", ")
}

func (h *house) wantOnCall(t *testing.T, when, want string) {
	t.Helper()
	if got := h.onCall("primary"); got != want {
		t.Errorf("%s: %q on call, want %q", when, got, want)
	}
}

// must carries out a command.
func (h *house) must(t *testing.T, a Actor, c Command) {
	t.Helper()
	if err := h.Do(t.Context(), a, c); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}

func TestTakingOverOutlivesAKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, byTurns, "db")
		sleep(time.Minute)
		h.wantOnCall(t, "at first", "ana")
		to := h.clock.now().Add(2 * time.Hour)
		h.must(t, bo, TakeOver{Schedule: "primary", With: "bo", For: "ana", To: to, Note: "dentist\x1b[2J"})
		h.wantOnCall(t, "once bo took over", "bo")
		es := h.events("oncall")
		if len(es) != 1 || es[0].By != "bo" || es[0].Text != "primary: bo takes over for ana, 2000-01-01 00:01Z to 2000-01-01 02:01Z, dentist" {
			t.Errorf("events %+v", es)
		}
		h = startWith(t, h.kill(), byTurns, "db")
		sleep(time.Second)
		h.wantOnCall(t, "after a restart", "bo")
		overrides := h.Snapshot().Roster.Overrides(false)
		if len(overrides) != 1 {
			t.Fatalf("overrides %+v", overrides)
		}
		h.must(t, ana, EndOverride{ID: overrides[0].ID})
		h.wantOnCall(t, "once that was withdrawn", "ana")
		h = startWith(t, h.kill(), byTurns, "db")
		h.wantOnCall(t, "after another restart", "ana")
	})
}

func TestSwapsWaitForBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, byTurns, "db")
		sleep(time.Minute)
		now := h.clock.now()
		day := func(n int) time.Time { return time.Date(2000, 1, n, 9, 0, 0, 0, time.UTC) }
		h.must(t, ana, Swap{oncall.Swap{
			Schedule: "primary", By: "somebody else", With: "bo", MineFrom: now, MineTo: day(1), TheirsFrom: day(1), TheirsTo: day(2),
		}})
		h.wantOnCall(t, "while bo has not answered", "ana")
		var id string
		for _, o := range h.Snapshot().Roster.Overrides(false) {
			id = o.Swap
		}
		if err := h.Do(t.Context(), ana, AnswerSwap{Swap: id, Accept: true}); !errors.Is(err, oncall.ErrNotAsked) {
			t.Errorf("ana accepts what she asked for: %v", err)
		}
		h = startWith(t, h.kill(), byTurns, "db")
		h.must(t, bo, AnswerSwap{Swap: id, Accept: true})
		h.wantOnCall(t, "once bo accepted", "bo")
		if got := h.Snapshot().Roster.Who("primary", day(1).Add(time.Hour)); !slices.Equal(got, []string{"ana"}) {
			t.Errorf("tomorrow %q is on call, want ana", got)
		}
		es := h.events("oncall")
		if len(es) < 2 || !strings.HasPrefix(es[0].Text, "asks bo to swap: primary: ") || !strings.HasPrefix(es[1].Text, "accepts: primary: ") || es[1].By != "bo" {
			t.Errorf("events %+v", es)
		}
	})
}

func TestWhatMayNotBeDoneToWhoIsOnCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, byTurns, "db")
		sleep(time.Minute)
		saved, to := h.disk.all().OnCall, h.clock.now().Add(time.Hour)
		for _, c := range []struct {
			actor Actor
			do    Command
			want  error
		}{
			{Actor{Name: "ana"}, TakeOver{Schedule: "primary", With: "ana", To: to}, ErrNotAllowed},
			{Actor{Name: "ana"}, EndOverride{ID: "o1"}, ErrNotAllowed},
			{Actor{Name: "ana"}, Swap{}, ErrNotAllowed},
			{Actor{Name: "ana"}, AnswerSwap{}, ErrNotAllowed},
			{Actor{Name: "ana"}, AcceptHandover{Schedule: "primary"}, ErrNotAllowed},
			{bo, TakeOver{Schedule: "nope", With: "bo", To: to}, oncall.ErrUnknownSchedule},
			{bo, TakeOver{Schedule: "primary", With: "nope", To: to}, oncall.ErrUnknownOperator},
			{bo, TakeOver{Schedule: "primary", With: "bo", To: to.Add(-2 * time.Hour)}, oncall.ErrTime},
			{bo, TakeOver{Schedule: "primary", With: "bo", For: "chen", To: to}, oncall.ErrNotOn},
			{bo, EndOverride{ID: "o7"}, oncall.ErrUnknownOverride},
			{bo, AcceptHandover{Schedule: "primary"}, oncall.ErrNotOn},
		} {
			if err := h.Do(t.Context(), c.actor, c.do); !errors.Is(err, c.want) {
				t.Errorf("%T by %s: %v, want %v", c.do, c.actor.Name, err, c.want)
			}
		}
		if now := h.disk.all().OnCall; len(now.Overrides) != len(saved.Overrides) || len(h.events("oncall")) != 0 {
			t.Error("what was refused changed something")
		}
	})
}

func TestAScheduleWithNobodyIsAFinding(t *testing.T) {
	for name, c := range map[string]struct {
		fallback []string
		want     []alert.State
	}{
		"nobody":     {nil, []alert.State{alert.Firing}},
		"a fallback": {[]string{"second"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := startWith(t, store.State{}, func(o *Options) {
					byTurns(o)
					s := &o.Setup.Schedules[0]
					s.Fallback = c.fallback
					s.Layers[0].Start, s.Layers[0].End = 9*time.Hour, 17*time.Hour
				}, "db")
				sleep(8*time.Hour + 59*time.Minute)
				if got := h.alerts(Self); !slices.Equal(got, c.want) {
					t.Fatalf("alerts of %s: %v, want %v", Self, got, c.want)
				}
				if len(c.want) > 0 {
					a := h.alert(t, Self)
					if f := a.Findings[0]; f.What != "coverage" || f.Text != "nobody is on call: primary" || a.Severity != alert.Warning {
						t.Errorf("%s: %v %+v", Self, a.Severity, f)
					}
				}
				sleep(2 * time.Minute)
				if got := h.alerts(Self); slices.Contains(got, alert.Firing) {
					t.Errorf("alerts of %s while somebody is on call: %v", Self, got)
				}
			})
		})
	}
}

func TestAHandOverIsAcceptedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		accept := func(o *Options) {
			byTurns(o)
			o.Setup.Policy.Escalations[0].Accept = true
		}
		h := startWith(t, store.State{}, accept, "db")
		trouble := func(when, want string) {
			t.Helper()
			got := strings.Join(h.Snapshot().Health.Troubles, "; ")
			if got != want {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
		h.must(t, ana, AcceptHandover{Schedule: "primary"})
		h.must(t, ana, AcceptHandover{Schedule: "primary"})
		if es := h.events("oncall"); len(es) != 1 || es[0].Text != "accepts primary, on call since 1999-12-31 09:00Z" {
			t.Errorf("events %+v, want one", es)
		}
		sleep(9*time.Hour + 14*time.Minute)
		h.wantOnCall(t, "after nine", "bo")
		trouble("before it is late", "")
		sleep(2 * time.Minute)
		trouble("when it is late", "bo has not accepted primary since 2000-01-01 09:00Z")
		if a := h.alert(t, Self); a.State != alert.Firing || a.Severity != alert.Critical || a.Findings[0].What != "handover" {
			t.Errorf("%s: %v %v %v", Self, a.State, a.Severity, a.Findings)
		}
		h = startWith(t, h.kill(), accept, "db")
		sleep(14 * time.Minute)
		trouble("a start is no hand-over, and is given time", "")
		sleep(2 * time.Minute)
		trouble("and is late again", "bo has not accepted primary since 2000-01-01 09:00Z")
		h.must(t, bo, AcceptHandover{Schedule: "primary"})
		trouble("once it is accepted", "")
		h = startWith(t, h.kill(), accept, "db")
		sleep(20 * time.Minute)
		trouble("accepted before a restart", "")
		sleep(24 * time.Hour)
		trouble("chen did not", "chen has not accepted primary since 2000-01-02 09:00Z")
		sleep(23*time.Hour + 10*time.Minute)
		trouble("and has handed over", "")
	})
}

// TestNobodyIsLateToAcceptWhatTheyWereNotAsked: the shifts under way when sitrep
// is installed, or when a reload or a start has them accepted, are not.
func TestNobodyIsLateToAcceptWhatTheyWereNotAsked(t *testing.T) {
	accept := func(o *Options) {
		byTurns(o)
		o.Setup.Policy.Escalations[0].Accept = true
	}
	for name, begin := range map[string]func(*testing.T) *house{
		"the first start": func(t *testing.T) *house { return startWith(t, store.State{}, accept, "db") },
		"a reload": func(t *testing.T) *house {
			h := startWith(t, store.State{}, byTurns, "db")
			sleep(time.Minute)
			next := h.again()
			next.Policy.Escalations = slices.Clone(next.Policy.Escalations)
			next.Policy.Escalations[0].Accept = true
			h.apply(t, next)
			return h
		},
		"a start": func(t *testing.T) *house {
			h := startWith(t, store.State{}, byTurns, "db")
			sleep(time.Minute)
			return startWith(t, h.kill(), accept, "db")
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := begin(t)
				sleep(8 * time.Hour)
				if got := h.Snapshot().Health.Troubles; len(got) != 0 || len(h.alerts(Self)) != 0 {
					t.Errorf("%q, alerts of %s: %v", got, Self, h.alerts(Self))
				}
				sleep(80 * time.Minute) // bo came at nine, and was asked
				if got := h.Snapshot().Health.Troubles; !slices.Equal(got, []string{"bo has not accepted primary since 2000-01-01 09:00Z"}) {
					t.Errorf("after the next hand-over: %q", got)
				}
			})
		})
	}
}

// TestAHandOverIsToldOnceOverAKill, however long before the last sign of life was saved.
func TestAHandOverIsToldOnceOverAKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleep(5 * time.Second) // so that the signs of life fall between the hand-overs
		h := startWith(t, store.State{}, byTurns, "db")
		told := func() (n int) {
			for _, r := range h.receiver.reasons() {
				if r == alert.Handover.String() {
					n++
				}
			}
			return n
		}
		sleep(9*time.Hour - time.Second)
		if n := told(); n != 3 { // bo comes, ana goes, and chen is on in a day
			t.Fatalf("%d told at nine, want 3", n)
		}
		h = startWith(t, h.kill(), byTurns, "db")
		sleep(time.Hour)
		if n := told(); n != 0 {
			t.Errorf("%d told again", n)
		}
		h.wantOnCall(t, "after nine", "bo")
	})
}

// TestAReloadOfTheSameLeavesWhoIsOnCallAlone: nothing is saved by it, and nobody told.
func TestAReloadOfTheSameLeavesWhoIsOnCallAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, byTurns, "db")
		sleep(time.Minute)
		h.must(t, bo, TakeOver{Schedule: "primary", With: "bo", To: h.clock.now().Add(time.Hour)})
		sleep(time.Minute)
		again := func(when string) {
			t.Helper()
			saved, last, told := h.disk.all(), h.Snapshot().LastEvent(), len(h.receiver.reasons())
			for range 3 {
				h.apply(t, h.again())
			}
			sleep(time.Minute)
			now := h.disk.all()
			if len(now.OnCall.Overrides) != len(saved.OnCall.Overrides) || len(now.OnCall.Revisions) != len(saved.OnCall.Revisions) {
				t.Errorf("%s: a reload had %+v saved", when, now.OnCall)
			}
			if n := h.Snapshot().LastEvent() - last; n != 3 {
				t.Errorf("%s: %d events, want that it was read three times", when, n)
			}
			if n := len(h.receiver.reasons()) - told; n != 0 {
				t.Errorf("%s: %d messages", when, n)
			}
			h.wantOnCall(t, when, "bo")
		}
		again("at first")
		state := h.kill()
		h = startWith(t, state, byTurns, "db")
		sleep(time.Minute)
		if now := h.disk.all().OnCall; !now.Empty() {
			t.Errorf("a restart had %+v saved", now)
		}
		again("after a restart")
	})
}

func TestWhoComesOnCallIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, byTurns, "db")
		sleep(8 * time.Hour)
		before := len(h.receiver.reasons())
		sleep(2 * time.Hour)
		if got := h.receiver.reasons()[before:]; !slices.Contains(got, "handover") {
			t.Errorf("told %v over a hand-over", got)
		}
		if es := h.events("handover"); len(es) != 1 || !strings.Contains(es[0].Text, "bo") || es[0].Status != checker.Unknown {
			t.Errorf("events %+v", es)
		}
	})
}

// TestOthersOnCallAreToldInTheLog by a reload that changes a rotation.
func TestOthersOnCallAreToldInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, byTurns, "db")
		sleep(time.Minute)
		next := h.again()
		next.Schedules = slices.Clone(next.Schedules)
		layer := next.Schedules[0].Layers[0]
		layer.Operators = []string{"ana", "chen", "bo"}
		next.Schedules[0].Layers = []oncall.Layer{layer}
		h.apply(t, next)
		es := h.events("oncall")
		if len(es) == 0 || es[0].Text != "primary: chen instead of bo from Sat 2000-01-01 09:00Z" {
			t.Errorf("events %+v", es)
		}
		if len(es) > maxShifts+1 {
			t.Errorf("%d lines of the log", len(es))
		}
		if saved := h.disk.all().OnCall; saved.Empty() {
			t.Error("the change was not saved")
		}
		h.wantOnCall(t, "until the next hand-over", "ana")
	})
}
