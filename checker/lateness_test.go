package checker

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestLatenessIsTheWorstOfTheLastWhile(t *testing.T) {
	base := time.Unix(1_800_000_000, 0)
	var l lateness
	for _, step := range []struct {
		at   time.Duration
		late time.Duration // 0 is no run
		want time.Duration
	}{
		{0, time.Millisecond, time.Millisecond},
		{time.Second, 2 * time.Second, 2 * time.Second},
		{2 * time.Second, time.Millisecond, 2 * time.Second}, // a run in time does not hide it
		{5 * time.Second, time.Millisecond, 2 * time.Second},
		{5900 * time.Millisecond, 0, 2 * time.Second},
		{11 * time.Second, 3 * time.Millisecond, 3 * time.Millisecond},
		{14 * time.Second, time.Second, time.Second},
		{time.Minute, 0, 0}, // nothing ran for long
		{61 * time.Second, time.Millisecond, time.Millisecond},
	} {
		now := base.Add(step.at)
		if step.late > 0 {
			l.add(now, step.late)
		}
		if got := l.worst(now); got != step.want {
			t.Errorf("at %v: %v, want %v", step.at, got, step.want)
		}
	}
}

func TestARunThatIsDueAndNotBegunIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewScheduler("local", 1, nil, func(Result) {})
		if late := s.Stats().Late; late != 0 {
			t.Errorf("late by %v with nothing to do", late)
		}
		s.SetTargets([]Target{newTarget("a", time.Second, wellProbe)})
		time.Sleep(3 * time.Second) // nobody runs it
		if late := s.Stats().Late; late != 3*time.Second {
			t.Errorf("late by %v, want 3s", late)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = s.Run(ctx) }()
		time.Sleep(4 * time.Second)
		if late := s.Stats().Late; late != 3*time.Second {
			t.Errorf("late by %v soon after, want 3s", late)
		}
		time.Sleep(10 * time.Second)
		if late := s.Stats().Late; late > tick {
			t.Errorf("late by %v long after", late)
		}
	})
}
