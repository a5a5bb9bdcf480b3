package store

import (
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
)

func TestAnEscalationThatIsOverIsForgotten(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	one := alert.Escalation{Group: "all{}", Route: "all", Policy: "default", Round: 1, Step: 1}
	other := alert.Escalation{Group: "all{}", Route: "leads", Policy: "default", Round: 1, Step: 2}
	save(t, s, Batch{Escalations: []alert.Escalation{one, other}})
	one.Step = 2
	save(t, s, Batch{Escalations: []alert.Escalation{one, {Group: "all{}", Route: "leads"}}})
	same(t, "escalations", restore(t, s).Escalations, []alert.Escalation{one})
}

// TestOldOverridesAndAcceptancesGo but no revision does, nor what an override
// holds for longer, nor the one that the next number follows from.
func TestOldOverridesAndAcceptancesGo(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	now := sometime
	long := now.Add(-keepOnCall - time.Hour)
	override := func(id string, to, ended time.Time) oncall.Override {
		return oncall.Override{ID: id, Schedule: "primary", From: long.Add(-time.Hour), To: to, With: "bo", Ended: ended}
	}
	var saved oncall.Saved
	for range 3 * retainRows { // more than one step of it
		saved.Accepted = append(saved.Accepted, oncall.Acceptance{Schedule: "primary", Operator: "ana", From: long.Add(-time.Duration(len(saved.Accepted)) * time.Hour)})
	}
	recent := oncall.Acceptance{Schedule: "primary", Operator: "ana", From: now.Add(-time.Hour), At: now}
	saved.Accepted = append(saved.Accepted, recent)
	saved.Overrides = []oncall.Override{
		override("primary/1", long, time.Time{}), override("o1", long, time.Time{}), override("o2", now, time.Time{}),
		override("o3", now.AddDate(1, 0, 0), long), override("o4", long, time.Time{}),
	}
	saved.Revisions = []oncall.Revision{{Schedule: "primary", From: long.AddDate(-5, 0, 0)}, {Schedule: "primary", From: now}}
	save(t, s, Batch{OnCall: saved})
	for more := true; more; {
		var err error
		if more, err = s.tidy(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "left", restore(t, s).OnCall, oncall.Saved{
		Overrides: saved.Overrides[2:], Revisions: saved.Revisions, Accepted: []oncall.Acceptance{recent},
	})
}

func TestOverridesOfTheConfigurationGoAlone(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	save(t, s, Batch{OnCall: oncall.Saved{Overrides: []oncall.Override{{ID: "primary/1", Schedule: "primary", To: sometime}}}})
	if _, err := s.tidy(t.Context(), sometime.Add(keepOnCall+time.Hour)); err != nil {
		t.Fatal(err)
	}
	same(t, "left", restore(t, s).OnCall, oncall.Saved{})
}
